//! Image planes as files and back, one table of all of them. The same plane gives the same bytes.
//!
//! Measured at 640×480 on a textured scene: RGB as PNG 2.5 ms and 0.3 MB (the adaptive filter saves 0.3 % for 15 % more
//! time), instance ids 0.4 ms and 8 kB, depth 0.4 ms and 1.2 MB. Lengths are not compressed: their low bits are noise,
//! EXR's run-length coding saves nothing on depth and its zip a quarter to a half at 25 ms.

use std::io::Cursor;

use exr::meta::MetaData;
use exr::prelude::{Compression, FlatSamples, ReadChannels, ReadLayers, read};
use glam::DVec2;
use image::codecs::png::FilterType;
use image::{DynamicImage, ExtendedColorType};

use super::color::{ColorFormat, encode_jpeg, encode_rgb, encode_webp};
use super::png::{check_pixels, check_size, decode_png, encode_png, not_decoded};
use super::{DatasetError, rows};
use crate::annotate::Flows;
use crate::frame::{Camera, Instance, Plane, PlaneKind, View, f16};
use crate::lens::{Intrinsics, Lens};

/// How a plane is written.
pub(super) struct PlaneFormat {
    pub kind: PlaneKind,
    /// In records and in the manifest.
    pub name: &'static str,
    /// What follows the key, and the camera where there are several, in its file names.
    pub end: &'static str,
    pub format: &'static str,
    pub unit: &'static str,
    pub meaning: &'static str,
    /// `None` where the frame does not have it.
    pub encode: fn(&Shown) -> Option<File>,
}

/// The bytes of a file, or why there are none.
type File = Result<Vec<u8>, DatasetError>;

/// One view of a frame, with all that planes are made from.
pub(super) struct Shown<'a> {
    pub view: &'a View,
    pub instances: &'a [Instance],
    pub flows: Option<&'a Flows>,
    pub jpeg_quality: u8,
}

/// Every plane there is, in the order in which they are written.
pub(super) const TABLE: [PlaneFormat; 15] = [
    PlaneFormat {
        kind: PlaneKind::Rgb,
        name: "rgb",
        end: "rgb.png",
        format: "PNG, 8 bit RGB",
        unit: "sRGB",
        meaning: "the picture",
        encode: |shown| Some(encode_rgb(&shown.view.rgb)),
    },
    PlaneFormat {
        kind: PlaneKind::Rgb,
        name: "rgb",
        end: "rgb.jpg",
        format: "JPEG, 8 bit RGB, 4:4:4",
        unit: "sRGB",
        meaning: "the picture",
        encode: |shown| Some(encode_jpeg(&shown.view.rgb, shown.jpeg_quality)),
    },
    PlaneFormat {
        kind: PlaneKind::Rgb,
        name: "rgb",
        end: "rgb.webp",
        format: "WebP without loss, 8 bit RGB",
        unit: "sRGB",
        meaning: "the picture",
        encode: |shown| Some(encode_webp(&shown.view.rgb)),
    },
    PlaneFormat {
        kind: PlaneKind::Instance,
        name: "instance",
        end: "instance.png",
        format: "PNG, 16 bit grey",
        unit: "instance id",
        meaning: "the labelled instance that is nearest at the pixel's centre; 0 for background and unlabelled surfaces",
        encode: |shown| Some(encode_ids("the instance plane", &shown.view.instance)),
    },
    PlaneFormat {
        kind: PlaneKind::Depth,
        name: "depth",
        end: "depth.exr",
        format: "OpenEXR, float32, channel Z",
        unit: "metre",
        meaning: "z-depth of the nearest surface at the pixel's centre; 0 where there is none",
        encode: |shown| Some(encode_depth(&shown.view.depth)),
    },
    PlaneFormat {
        kind: PlaneKind::Distance,
        name: "distance",
        end: "distance.exr",
        format: "OpenEXR, float32, channel Z",
        unit: "metre",
        meaning: "how far that surface is from the camera's centre, along the ray; 0 where there is none",
        encode: |Shown { view, .. }| Some(encode_metres("the distance plane", &distances(&view.depth, &view.camera))),
    },
    PlaneFormat {
        kind: PlaneKind::DepthMillimetres,
        name: "depth_mm",
        end: "depth_mm.png",
        format: "PNG, 16 bit grey",
        unit: "millimetre",
        meaning: "the depth in whole millimetres; 0 where there is no surface, or it is beyond 65.535 m",
        encode: |shown| Some(encode_ids("the depth in millimetres", &millimetres(&shown.view.depth))),
    },
    PlaneFormat {
        kind: PlaneKind::Normal,
        name: "normal",
        end: "normal.exr",
        format: "OpenEXR with RLE, float16, channels R, G, B for x, y, z",
        unit: "unit vector",
        meaning: "normal of that surface in the camera frame, smooth as the mesh is, without normal maps; \
                  where a mesh's normals are bent for shading, as those of leaves are, its triangles' own; \
                  zeros where there is none",
        encode: |shown| shown.view.normal.as_ref().map(|plane| encode_vectors("the normal plane", plane)),
    },
    PlaneFormat {
        kind: PlaneKind::ObjectCoordinates,
        name: "object_coordinates",
        end: "object_coordinates.exr",
        format: "OpenEXR with RLE, float16, channels R, G, B for x, y, z",
        unit: "share of the box's edge",
        meaning: "where in its instance's box that surface is, from 0 at the lowest corner to 1 at the highest; \
                  zeros where the instance plane is 0",
        encode: |shown| {
            shown.view.object_coordinates.as_ref().map(|plane| encode_vectors("the plane of object coordinates", plane))
        },
    },
    PlaneFormat {
        kind: PlaneKind::Part,
        name: "part",
        end: "part.png",
        format: "PNG, 16 bit grey",
        unit: "part id",
        meaning: "which part of its instance is seen, from 1 in the order of the instance's list of parts; \
                  0 where the instance plane is 0",
        encode: |shown| shown.view.part.as_ref().map(|plane| encode_ids("the part plane", plane)),
    },
    PlaneFormat {
        kind: PlaneKind::Category,
        name: "category",
        end: "category.png",
        format: "PNG, 16 bit grey",
        unit: "category id",
        meaning: "the category of the instance that the instance plane shows; 0 where it is 0",
        encode: |shown| Some(encode_ids("the category plane", &categories(shown))),
    },
    PlaneFormat {
        kind: PlaneKind::Linear,
        name: "linear",
        end: "linear.exr",
        format: "OpenEXR with RLE, float16, channels R, G, B",
        unit: "1 for white",
        meaning: "the picture in linear light, primaries of BT.709, exposed but before the tone curve",
        encode: |shown| shown.view.linear.as_ref().map(|plane| encode_vectors("the picture in linear light", plane)),
    },
    PlaneFormat {
        kind: PlaneKind::MeasuredDepth,
        name: "measured_depth",
        end: "measured_depth.exr",
        format: "OpenEXR, float32, channel Z",
        unit: "metre",
        meaning: "z-depth as the camera's depth sensor measures it, with its faults; 0 where it measures none; \
                  of cameras with a depth sensor only",
        encode: |shown| {
            let measured = shown.view.measured_depth.as_ref();
            measured.map(|plane| encode_metres("the plane of measured depth", plane))
        },
    },
    PlaneFormat {
        kind: PlaneKind::ForwardFlow,
        name: "forward_flow",
        end: "forward_flow.exr",
        format: "OpenEXR with RLE, float32, channels R, G, B for du, dv, visible",
        unit: "pixel",
        meaning: "where that point is in the next picture of the take, from where it is here; B is 1 where it can be \
                  seen there, 0 where it is hidden, outside the image, gone, or there is no next picture",
        encode: |shown| shown.flows.map(|flows| encode_flow("the forward flow", &flows.forward)),
    },
    PlaneFormat {
        kind: PlaneKind::BackwardFlow,
        name: "backward_flow",
        end: "backward_flow.exr",
        format: "OpenEXR with RLE, float32, channels R, G, B for du, dv, visible",
        unit: "pixel",
        meaning: "the same for the picture before",
        encode: |shown| shown.flows.map(|flows| encode_flow("the backward flow", &flows.backward)),
    },
];

/// The category of each pixel's instance.
fn categories(shown: &Shown) -> Plane<u16> {
    let highest = shown.instances.iter().map(|instance| instance.id).max().unwrap_or(0);
    let mut by_id = vec![0u16; highest as usize + 1];
    for instance in shown.instances {
        by_id[instance.id as usize] = instance.category_id.map_or(0, |id| id as u16);
    }
    let Plane { width, height, data } = &shown.view.instance;
    let category = |id: &u16| by_id.get(usize::from(*id)).copied().unwrap_or(0);
    Plane { width: *width, height: *height, data: data.iter().map(category).collect() }
}

/// Depths in whole millimetres, 0 where they are more than 16 bits can say.
pub fn millimetres(depth: &Plane<f32>) -> Plane<u16> {
    let whole = |z: &f32| {
        let rounded = (f64::from(*z) * 1000.0).round();
        if rounded <= f64::from(u16::MAX) { rounded as u16 } else { 0 }
    };
    Plane { width: depth.width, height: depth.height, data: depth.data.iter().map(whole).collect() }
}

/// What kind of plane this is in records.
pub(super) fn name_of(kind: PlaneKind) -> &'static str {
    format_of(kind, ColorFormat::Png).name
}

/// How a kind of plane is written.
pub(super) fn format_of(kind: PlaneKind, color: ColorFormat) -> &'static PlaneFormat {
    let end = match color {
        ColorFormat::Png => "rgb.png",
        ColorFormat::Jpeg { .. } => "rgb.jpg",
        ColorFormat::WebP => "rgb.webp",
    };
    let fits = |format: &&PlaneFormat| format.kind == kind && (kind != PlaneKind::Rgb || format.end == end);
    // The table has every kind; a test says so.
    TABLE.iter().find(fits).unwrap_or(&TABLE[0])
}

/// How the colour of a dataset is stored whose files end so.
pub(super) fn color_of(file: &str) -> ColorFormat {
    match file.rsplit('.').next() {
        // What is there says nothing of its quality.
        Some("jpg") => ColorFormat::Jpeg { quality: 0 },
        Some("webp") => ColorFormat::WebP,
        _ => ColorFormat::Png,
    }
}

/// Distances from the camera's centre, for depths as the lens has them; along the rays of an orthographic one.
pub fn distances(depth: &Plane<f32>, camera: &Camera) -> Plane<f32> {
    let Intrinsics { fx, fy, cx, cy } = camera.optics.intrinsics;
    if !matches!(camera.optics.lens, Lens::Pinhole) {
        let width = depth.width.max(1) as usize;
        let length = |place: usize| {
            let middle = DVec2::new((place % width) as f64 + 0.5, (place / width) as f64 + 0.5);
            camera.optics.ray(middle).map_or(0.0, |ray| ray.length() as f32)
        };
        let data = depth.data.iter().enumerate();
        let data = data.map(|(place, depth)| if *depth > 0.0 { depth * length(place) } else { 0.0 }).collect();
        return Plane { width: depth.width, height: depth.height, data };
    }
    // Squares of both coordinates of rays. Single precision is as good as depths are, and quicker by far.
    let square = |place: u32, center: f64, focal: f64| ((f64::from(place) + 0.5 - center) / focal).powi(2);
    let across: Vec<f32> = (0..depth.width).map(|x| (1.0 + square(x, cx, fx)) as f32).collect();
    let mut data = Vec::with_capacity(depth.data.len());
    for (y, row) in (0..).zip(depth.data.chunks(depth.width.max(1) as usize)) {
        let down = square(y, cy, fy) as f32;
        data.extend(row.iter().zip(&across).map(|(z, across)| z * (across + down).sqrt()));
    }
    Plane { width: depth.width, height: depth.height, data }
}

/// A plane of ids as PNG, 16 bit grey.
///
/// # Errors
/// [`DatasetError::Plane`] where the plane is empty or not as large as it says.
pub fn encode_ids(what: &str, plane: &Plane<u16>) -> Result<Vec<u8>, DatasetError> {
    check_size(what, plane)?;
    // The encoder takes the machine's byte order and writes the file's.
    let mut bytes = vec![0; plane.data.len() * 2];
    for (pair, id) in bytes.as_chunks_mut::<2>().0.iter_mut().zip(&plane.data) {
        *pair = id.to_ne_bytes();
    }
    encode_png(what, plane, &bytes, ExtendedColorType::L16, FilterType::Up)
}

/// Channels of three values, as files have them: in the order of the alphabet.
const RGB: [(&str, usize); 3] = [("B", 2), ("G", 1), ("R", 0)];

/// A depth plane as EXR: float32 metres in the one channel `Z`, scan lines from the top, uncompressed.
///
/// # Errors
/// As for [`encode_ids`], and where a depth is negative, infinite or no number.
pub fn encode_depth(plane: &Plane<f32>) -> Result<Vec<u8>, DatasetError> {
    encode_metres("the depth plane", plane)
}

/// The same for any plane of lengths.
pub(super) fn encode_metres(what: &str, plane: &Plane<f32>) -> Result<Vec<u8>, DatasetError> {
    check_size(what, plane)?;
    let sound = |length: &f32| (0.0..f32::INFINITY).contains(length);
    // Without an early exit the check takes no time to speak of.
    if !plane.data.iter().fold(true, |all, length| all & sound(length))
        && let Some(place) = plane.data.iter().position(|length| !sound(length))
    {
        let (x, y) = (place % plane.width as usize, place / plane.width as usize);
        let reason = format!("the value at ({x}, {y}) is {}, expected metres, 0 for none", plane.data[place]);
        return Err(DatasetError::Plane { action: "encode", what: what.into(), reason });
    }
    let size = (plane.width as usize, plane.height as usize);
    rows::encode(what, size, [("Z", 0)], plane.data.as_chunks::<1>().0)
}

/// A plane of vectors as EXR: float16, x in channel `R`, y in `G`, z in `B`, scan lines from the top, RLE.
///
/// # Errors
/// As for [`encode_ids`], and where a value is infinite or no number.
pub fn encode_vectors(what: &str, plane: &Plane<[f16; 3]>) -> Result<Vec<u8>, DatasetError> {
    check_size(what, plane)?;
    // Without an early exit the check takes no time to speak of.
    if !plane.data.as_flattened().iter().fold(true, |all, value| all & value.is_finite())
        && let Some(place) = plane.data.iter().position(|vector| !vector.iter().all(|value| value.is_finite()))
    {
        let (x, y) = (place % plane.width as usize, place / plane.width as usize);
        let reason = format!("the vector at ({x}, {y}) is {:?}, expected finite numbers", plane.data[place]);
        return Err(DatasetError::Plane { action: "encode", what: what.into(), reason });
    }
    rows::encode(what, (plane.width as usize, plane.height as usize), RGB, &plane.data)
}

/// A plane of flow as EXR: float32, du in channel `R`, dv in `G`, whether the point can be seen in `B`, RLE.
///
/// # Errors
/// As for [`encode_vectors`].
pub fn encode_flow(what: &str, plane: &Plane<[f32; 3]>) -> Result<Vec<u8>, DatasetError> {
    check_size(what, plane)?;
    if let Some(place) = plane.data.iter().position(|flow| !flow.iter().all(|value| value.is_finite())) {
        let (x, y) = (place % plane.width as usize, place / plane.width as usize);
        let reason = format!("the flow at ({x}, {y}) is {:?}, expected finite numbers", plane.data[place]);
        return Err(DatasetError::Plane { action: "encode", what: what.into(), reason });
    }
    rows::encode(what, (plane.width as usize, plane.height as usize), RGB, &plane.data)
}

/// Reads what [`encode_ids`] wrote.
///
/// # Errors
/// [`DatasetError::Plane`] where the bytes are no such file.
pub fn decode_ids(file: &[u8]) -> Result<Plane<u16>, DatasetError> {
    const WHAT: &str = "a plane of ids";
    match decode_png(WHAT, file)? {
        DynamicImage::ImageLuma16(image) => {
            let (width, height) = image.dimensions();
            Ok(Plane { width, height, data: image.into_raw() })
        }
        other => Err(not_decoded(WHAT, format!("it has {:?} pixels, expected L16", other.color()))),
    }
}

/// Reads what [`encode_depth`] wrote.
///
/// # Errors
/// As for [`decode_ids`].
pub fn decode_depth(file: &[u8]) -> Result<Plane<f32>, DatasetError> {
    const WHAT: &str = "a plane of lengths";
    let (width, height, mut channels) = decode_exr(WHAT, file, ["Z"])?;
    match channels.pop() {
        Some(FlatSamples::F32(data)) => Ok(Plane { width, height, data }),
        _ => Err(not_decoded(WHAT, "its channel `Z` is not float32".into())),
    }
}

/// Reads what [`encode_vectors`] wrote.
///
/// # Errors
/// As for [`decode_ids`].
pub fn decode_vectors(file: &[u8]) -> Result<Plane<[f16; 3]>, DatasetError> {
    const WHAT: &str = "a plane of vectors";
    let (width, height, channels) = decode_exr(WHAT, file, ["R", "G", "B"])?;
    let [FlatSamples::F16(x), FlatSamples::F16(y), FlatSamples::F16(z)] = &channels[..] else {
        return Err(not_decoded(WHAT, "its channels are not float16".into()));
    };
    let data = x.iter().zip(y).zip(z).map(|((x, y), z)| [*x, *y, *z]).collect();
    Ok(Plane { width, height, data })
}

/// Reads what [`encode_flow`] wrote.
///
/// # Errors
/// As for [`decode_ids`].
pub fn decode_flow(file: &[u8]) -> Result<Plane<[f32; 3]>, DatasetError> {
    const WHAT: &str = "a plane of flow";
    let (width, height, channels) = decode_exr(WHAT, file, ["R", "G", "B"])?;
    let [FlatSamples::F32(u), FlatSamples::F32(v), FlatSamples::F32(seen)] = &channels[..] else {
        return Err(not_decoded(WHAT, "its channels are not float32".into()));
    };
    let data = u.iter().zip(v).zip(seen).map(|((u, v), seen)| [*u, *v, *seen]).collect();
    Ok(Plane { width, height, data })
}

/// Width, height and the channels of these names.
fn decode_exr<const N: usize>(
    what: &str,
    file: &[u8],
    names: [&str; N],
) -> Result<(u32, u32, Vec<FlatSamples>), DatasetError> {
    check_header(file).map_err(|reason| not_decoded(what, reason))?;
    let image = read()
        .no_deep_data()
        .largest_resolution_level()
        .all_channels()
        .first_valid_layer()
        .all_attributes()
        .non_parallel()
        .from_buffered(Cursor::new(file))
        .map_err(|error| not_decoded(what, error.to_string()))?;
    let layer = image.layer_data;
    let (width, height) = (layer.size.x() as u32, layer.size.y() as u32);
    let mut channels: Vec<_> = layer.channel_data.list.into_iter().collect();
    let mut named = |name: &str| {
        let place = channels.iter().position(|channel| channel.name.eq(name));
        place.map(|place| channels.swap_remove(place).sample_data)
    };
    let samples = names.map(|name| named(name).ok_or_else(|| not_decoded(what, format!("it has no channel `{name}`"))));
    Ok((width, height, samples.into_iter().collect::<Result<_, _>>()?))
}

/// Whether a file takes no more memory than planes of this program do; else why. What the header says is believed by
/// whoever reads on.
fn check_header(file: &[u8]) -> Result<(), String> {
    const MOST_CHANNELS: usize = 4;
    let meta = MetaData::read_from_buffered(Cursor::new(file), false).map_err(|error| error.to_string())?;
    for header in &meta.headers {
        check_pixels(header.layer_size.x() as u64, header.layer_size.y() as u64)?;
        let channels = header.channels.list.len();
        if channels > MOST_CHANNELS {
            return Err(format!("it has {channels} channels, expected at most {MOST_CHANNELS}"));
        }
        if !matches!(header.compression, Compression::Uncompressed | Compression::RLE) {
            return Err(format!("it is compressed by {}, expected RLE or none", header.compression));
        }
    }
    Ok(())
}

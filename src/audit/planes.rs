//! Image planes against each other.

use glam::DVec3;

use super::findings::Findings;
use super::picture::Picture;
use crate::dataset::{distances, millimetres};
use crate::frame::{PlaneKind, f16};

/// Every plane that the manifest names can be read and has the size of the image; ids have depth.
pub(super) fn readable(picture: &Picture, found: &mut Findings) {
    found.well();
    let Picture { stored, record, .. } = *picture;
    let size = |width: u32, height: u32| (width, height) == (record.width, record.height);
    let mut look = |kind: PlaneKind, fits: Result<bool, crate::dataset::DatasetError>| {
        let fault = match fits {
            Ok(true) => return,
            Ok(false) => format!("the plane {kind:?} has another size than the image"),
            Err(error) => error.to_string(),
        };
        found.fault(|| fault);
    };
    look(PlaneKind::Rgb, stored.rgb(record).map(|plane| size(plane.width, plane.height)));
    for kind in [PlaneKind::Instance, PlaneKind::Part, PlaneKind::Category, PlaneKind::DepthMillimetres] {
        if kind == PlaneKind::Instance || stored.has(record, kind) {
            look(kind, stored.ids(record, kind).map(|plane| size(plane.width, plane.height)));
        }
    }
    for kind in [PlaneKind::Depth, PlaneKind::Distance, PlaneKind::MeasuredDepth] {
        if kind == PlaneKind::Depth || stored.has(record, kind) {
            look(kind, stored.metres(record, kind).map(|plane| size(plane.width, plane.height)));
        }
    }
    for kind in [PlaneKind::Normal, PlaneKind::ObjectCoordinates, PlaneKind::Linear] {
        if stored.has(record, kind) {
            look(kind, stored.vectors(record, kind).map(|plane| size(plane.width, plane.height)));
        }
    }
    for kind in [PlaneKind::ForwardFlow, PlaneKind::BackwardFlow] {
        if stored.has(record, kind) {
            look(kind, stored.flow(record, kind).map(|plane| size(plane.width, plane.height)));
        }
    }
    if let (Some(ids), Some(depth)) = (picture.instance(), picture.depth()) {
        let bare = ids.data.iter().zip(&depth.data).position(|(id, z)| *id != 0 && *z <= 0.0 || !z.is_finite());
        if let Some(place) = bare {
            found.fault(|| format!("{} has an instance but no depth", picture.pixel(place)));
        }
    }
}

/// Depths in millimetres are depths.
pub(super) fn whole_millimetres(picture: &Picture, found: &mut Findings) {
    let kind = PlaneKind::DepthMillimetres;
    if !picture.stored.has(picture.record, kind) {
        return;
    }
    let (Ok(given), Some(depth)) = (picture.stored.ids(picture.record, kind), picture.depth()) else { return };
    for (place, (given, expected)) in given.data.iter().zip(&millimetres(depth).data).enumerate() {
        found.see(f64::from(given.abs_diff(*expected)), || picture.pixel(place));
    }
}

/// Distances are depths along their rays.
pub(super) fn distance(picture: &Picture, found: &mut Findings) {
    if !picture.stored.has(picture.record, PlaneKind::Distance) {
        return;
    }
    let (Ok(given), Some(depth)) = (picture.stored.metres(picture.record, PlaneKind::Distance), picture.depth()) else {
        return;
    };
    let expected = distances(depth, &picture.camera);
    for (place, (given, expected)) in given.data.iter().zip(&expected.data).enumerate() {
        let off = 1e6 * f64::from((given - expected).abs()) / f64::from(expected.max(1e-6));
        found.see(off, || picture.pixel(place));
    }
}

fn vector(value: [f16; 3]) -> DVec3 {
    DVec3::from(value.map(f64::from))
}

/// Normals have unit length where there is a surface, and none where there is not.
pub(super) fn unit_normals(picture: &Picture, found: &mut Findings) {
    let (Some(normals), Some(depth)) = (picture.normals(), picture.depth()) else { return };
    for (place, (normal, z)) in normals.data.iter().zip(&depth.data).enumerate() {
        let expected = if *z > 0.0 { 1.0 } else { 0.0 };
        found.see((vector(*normal).length() - expected).abs(), || picture.pixel(place));
    }
}

/// Normals face the camera, as all does that it sees.
pub(super) fn facing(picture: &Picture, found: &mut Findings) {
    let Some(normals) = picture.normals() else { return };
    found.well();
    for (place, normal) in normals.data.iter().enumerate() {
        found.see(vector(*normal).dot(picture.ray(place).normalize()).max(0.0), || picture.pixel(place));
    }
}

/// Where normals are the same all around a pixel, depth rises as they say, at least at half of such pixels: steps may be
/// finer than pixels.
pub(super) fn flat_normals(picture: &Picture, found: &mut Findings) {
    median_off(picture, true, found);
}

/// Where they turn, as on a smooth mesh of flat triangles, depth rises roughly as they say.
pub(super) fn curved_normals(picture: &Picture, found: &mut Findings) {
    median_off(picture, false, found);
}

/// The median of the degrees by which depth and normals differ at such pixels.
fn median_off(picture: &Picture, wanted: bool, found: &mut Findings) {
    let mut all = Vec::new();
    slopes(picture, &mut |_, even, degrees| {
        if even == wanted {
            all.push(degrees);
        }
    });
    if all.len() >= FEWEST {
        let middle = all.len() / 2;
        let (_, median, _) = all.select_nth_unstable_by(middle, f64::total_cmp);
        let median = *median;
        found.see(median, || format!("of {} pixels", all.len()));
    }
}

/// Pixels that a median is taken of at least.
const FEWEST: usize = 500;

/// Normals that differ by more, 15°, belong to different faces.
const EDGE: f64 = 0.966;
/// Surfaces that are seen at a flatter angle than 15° are left out: there depth changes too fast to be compared.
const GRAZING: f64 = 0.26;
/// Depths further apart than this share, twice over, are not of one surface.
const JUMP: f64 = 0.02;

/// For pixels amid one surface: whether normals around it are the same, and by how many degrees its normal differs
/// from that of the plane through the points that depth gives.
fn slopes(picture: &Picture, see: &mut dyn FnMut(usize, bool, f64)) {
    let (Some(normals), Some(depth), Some(ids)) = (picture.normals(), picture.depth(), picture.instance()) else {
        return;
    };
    let (width, height) = (depth.width as usize, depth.height as usize);
    // Through a narrow lens a depth's last digit is as large as its slope.
    if width < 3 || height < 3 || picture.camera.optics.intrinsics.fx > 4.0 * f64::from(depth.width) {
        return;
    }
    let part = picture.parts();
    for y in 1..height - 1 {
        for x in 1..width - 1 {
            let place = y * width + x;
            let around = [place - 1, place + 1, place - width, place + width];
            let (z, own) = (f64::from(depth.data[place]), vector(normals.data[place]));
            let point = |place: usize| picture.point(place, f64::from(depth.data[place]));
            let seen = -own.dot(picture.ray(place).normalize());
            let of_one = |&other: &usize| {
                let away = f64::from(depth.data[other]);
                away > 0.0
                    && (away - z).abs() < JUMP * z
                    && ids.data[other] == ids.data[place]
                    && part.is_none_or(|part| part.data[other] == part.data[place])
                    && vector(normals.data[other]).dot(own) > EDGE
            };
            if z <= 0.0 || seen < GRAZING || !around.iter().all(of_one) {
                continue;
            }
            let (left, right, up, down) =
                (point(place - 1), point(place + 1), point(place - width), point(place + width));
            // A bend in the surface shows as a point off the line of its neighbours.
            let here = point(place);
            let bend = |one: DVec3, other: DVec3| ((one + other) * 0.5 - here).dot(own).abs() / one.distance(other);
            if bend(left, right).max(bend(up, down)) > 0.05 {
                continue;
            }
            let Some(slope) = (right - left).cross(down - up).try_normalize() else { continue };
            // Towards the camera.
            let slope = if slope.dot(here) > 0.0 { -slope } else { slope };
            let even = around.iter().all(|&other| normals.data[other] == normals.data[place]);
            see(place, even, slope.angle_between(own).to_degrees());
        }
    }
}

/// Every instance shows parts of its own list, and nothing else shows parts.
pub(super) fn parts(picture: &Picture, found: &mut Findings) {
    let (Some(parts), Some(ids)) = (picture.parts(), picture.instance()) else { return };
    found.well();
    let mut wrong = std::collections::BTreeMap::<u16, (f64, usize)>::new();
    for (place, (&part, &id)) in parts.data.iter().zip(&ids.data).enumerate() {
        let most = picture.instance_of(u32::from(id)).map_or(0, |instance| instance.parts.len());
        let fits = if id == 0 { part == 0 } else { part > 0 && usize::from(part) <= most };
        if !fits {
            wrong.entry(id).or_insert((0.0, place)).0 += 1.0;
        }
    }
    for (id, (pixels, place)) in wrong {
        found.see(pixels, || format!("instance {id}, {}", picture.pixel(place)));
    }
}

/// Every pixel has the category of its instance.
pub(super) fn category(picture: &Picture, found: &mut Findings) {
    if !picture.stored.has(picture.record, PlaneKind::Category) {
        return;
    }
    let categories = picture.stored.ids(picture.record, PlaneKind::Category);
    let (Ok(categories), Some(ids)) = (categories, picture.instance()) else { return };
    found.well();
    let mut wrong = (0.0, 0);
    for (place, (&category, &id)) in categories.data.iter().zip(&ids.data).enumerate() {
        let expected = picture.instance_of(u32::from(id)).and_then(|instance| instance.category_id).unwrap_or(0);
        if u32::from(category) != expected {
            wrong = (wrong.0 + 1.0, place);
        }
    }
    found.see(wrong.0, || picture.pixel(wrong.1));
}

//! A frame and its annotations as finished files in memory: pure work for the processor, done by many threads.

use std::sync::Arc;

use super::clouds::encode_cloud;
use super::color::ColorFormat;
use super::identity::{CameraSettings, Category};
use super::layout::{Layout, record_file, scene_file};
use super::planes::Shown;
use super::record::Record;
use super::{DatasetError, files};
use crate::annotate::Annotations;
use crate::frame::{Frame, View};

/// What encoding has to know about the dataset. Cheap to clone; share it among threads.
#[derive(Debug, Clone)]
pub struct Context {
    pub(super) layout: Arc<Layout>,
    pub(super) cameras: Arc<[CameraSettings]>,
    pub(super) categories: Arc<[Category]>,
}

/// One frame, or one step of a take, as files.
#[derive(Debug, Clone, PartialEq)]
pub struct EncodedFrame {
    /// Frame number; in a sequence the number of the take.
    pub frame: u64,
    /// Time step within the take, if the scene is a sequence.
    pub step: Option<u32>,
    /// Name of its files up to the first dot.
    pub key: String,
    /// What is to be written.
    pub files: Vec<EncodedFile>,
}

/// A file in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct EncodedFile {
    /// In the shard's folder.
    pub name: String,
    /// All of it.
    pub bytes: Vec<u8>,
    /// Of the bytes, in hexadecimal.
    pub sha256: String,
}

/// Encodes a frame: the planes of every camera, the record, and the concrete scene, which in a sequence stands
/// once for the whole take and comes with its first step.
///
/// # Errors
/// [`DatasetError::Mismatch`] where the frame is not of this dataset, [`DatasetError::Plane`] and
/// [`DatasetError::NotFinite`] where it holds what cannot be written.
pub fn encode(
    frame: &Frame,
    annotations: &Annotations,
    concrete_scene: &str,
    context: &Context,
) -> Result<EncodedFrame, DatasetError> {
    check(frame, annotations, context)?;
    let key = frame.key();
    let layout = &context.layout;
    let mut encoded = EncodedFrame { frame: frame.index, step: frame.step, key: key.clone(), files: Vec::new() };
    for (place, view) in frame.views.iter().enumerate() {
        let jpeg_quality = if let ColorFormat::Jpeg { quality } = layout.color { quality } else { 0 };
        let flows = annotations.flows.get(place);
        let shown = Shown { view, instances: &frame.instances, flows, jpeg_quality };
        for format in layout.formats(place) {
            let bytes = (format.encode)(&shown).unwrap_or_else(|| {
                let reason = "the frame does not have it".to_owned();
                Err(DatasetError::Plane { action: "encode", what: format!("the plane `{}`", format.name), reason })
            });
            encoded.add(layout.plane_file(&key, place, format), bytes.map_err(|error| error.of_frame(&key))?);
        }
    }
    for (place, cloud) in frame.clouds.iter().enumerate() {
        let bytes = encode_cloud(cloud, &frame.instances).map_err(|error| error.of_frame(&key))?;
        encoded.add(layout.cloud_file(&key, place), bytes);
    }
    let record = Record::new(frame, annotations, layout, &context.categories)?;
    encoded.add(record_file(&key), record.to_json()?.into_bytes());
    if frame.step.unwrap_or(0) == 0 {
        encoded.add(scene_file(frame.index), concrete_scene.as_bytes().to_vec());
    }
    Ok(encoded)
}

impl EncodedFrame {
    fn add(&mut self, name: String, bytes: Vec<u8>) {
        let sha256 = files::sha256(&bytes);
        self.files.push(EncodedFile { name, bytes, sha256 });
    }
}

/// Says where a frame does not fit the dataset.
fn check(frame: &Frame, annotations: &Annotations, context: &Context) -> Result<(), DatasetError> {
    let expect = |fits: bool, what: &str, expected: String, found: String| {
        if fits {
            return Ok(());
        }
        Err(DatasetError::Mismatch { key: frame.key(), what: what.to_owned(), expected, found })
    };
    let step_fits = match (context.layout.steps, frame.step) {
        (None, None) => true,
        (Some(steps), Some(step)) => step < steps,
        _ => false,
    };
    let number = |number: Option<u32>| number.map_or("none".to_owned(), |number| number.to_string());
    let below = context.layout.steps.map_or("none".to_owned(), |steps| format!("0 to {}", steps - 1));
    expect(step_fits, "the time step", below, number(frame.step))?;
    let cameras = context.cameras.len();
    expect(frame.views.len() == cameras, "the number of views", cameras.to_string(), frame.views.len().to_string())?;
    let lists = annotations.views.len();
    expect(lists == cameras, "the number of lists of annotations", cameras.to_string(), lists.to_string())?;
    let lidars: Vec<&str> = frame.clouds.iter().map(|cloud| cloud.lidar.name.as_str()).collect();
    let expected = &context.layout.lidars;
    expect(lidars == *expected, "the names of the lidars", expected.join(", "), lidars.join(", "))?;
    for (view, camera) in frame.views.iter().zip(context.cameras.iter()) {
        let View { camera: seen, rgb, instance, depth, normal, object_coordinates, part, .. } = view;
        expect(seen.name == camera.name, "the name of a camera", camera.name.clone(), seen.name.clone())?;
        let size = |(width, height): (u32, u32)| format!("{width}×{height}");
        let expected = (camera.width, camera.height);
        let sizes = [
            ("the camera's image", Some((seen.width, seen.height))),
            ("the RGB plane", Some((rgb.width, rgb.height))),
            ("the instance plane", Some((instance.width, instance.height))),
            ("the depth plane", Some((depth.width, depth.height))),
            ("the normal plane", normal.as_ref().map(|plane| (plane.width, plane.height))),
            ("the plane of object coordinates", object_coordinates.as_ref().map(|plane| (plane.width, plane.height))),
            ("the plane of measured depth", view.measured_depth.as_ref().map(|plane| (plane.width, plane.height))),
            ("the part plane", part.as_ref().map(|plane| (plane.width, plane.height))),
        ];
        for (what, found) in sizes.into_iter().filter_map(|(what, found)| Some((what, found?))) {
            expect(found == expected, what, size(expected), size(found))?;
        }
    }
    Ok(())
}

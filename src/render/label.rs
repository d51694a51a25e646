//! What goes with the planes into a frame: cameras and instances at a moment.

use std::collections::BTreeMap;
use std::sync::Arc;

use glam::Vec3;

use super::cameras::Placed;
use super::faces::Faces;
use crate::assets::Model;
use crate::frame::{self, Drawn, Keypoint};
use crate::randomize::concrete::{self, Attribute, ConcreteScene, LabelPlane, Value};
use crate::simulate::Moment;

/// The cameras as labels know them.
pub(super) fn cameras(scene: &ConcreteScene, placed: &Placed) -> Vec<frame::Camera> {
    let cameras = scene.cameras.iter().zip(&placed.faces).zip(placed.poses.iter().zip(&placed.exposures));
    let seen = |((camera, faces), (&world_from_camera, &ev100)): ((&concrete::Camera, &Arc<Faces>), _)| frame::Camera {
        name: camera.name.clone(),
        width: scene.resolution[0],
        height: scene.resolution[1],
        optics: faces.optics,
        world_from_camera,
        exposure_ev100: f64::from(ev100),
    };
    cameras.map(seen).collect()
}

/// Those that the scene names, and those of the model that it does not.
fn keypoints(instance: &concrete::Instance, model: &Model) -> Arc<[Keypoint]> {
    let own = instance.keypoints.iter().map(|point| (&point.name, point.position_m));
    let brought = model.keypoints.iter().filter(|(name, _)| instance.keypoints.iter().all(|own| own.name != *name));
    let brought = brought.map(|(name, position)| (name, *position * instance.scale));
    let point = |(name, position): (&String, Vec3)| Keypoint { name: name.clone(), position_m: position.as_dvec3() };
    own.chain(brought).map(point).collect()
}

fn attributes(instance: &concrete::Instance) -> BTreeMap<String, serde_json::Value> {
    let value = |attribute: &Attribute| match attribute {
        Attribute::Truth(value) => (*value).into(),
        Attribute::Whole(value) => (*value).into(),
        Attribute::Number(value) => (*value).into(),
        Attribute::Text(value) => value.as_str().into(),
    };
    instance.attributes.iter().map(|(name, attribute)| (name.clone(), value(attribute))).collect()
}

/// What lights a scene.
pub(super) fn light(scene: &ConcreteScene) -> serde_json::Value {
    let mut light = serde_json::json!({ "environment": scene.environment, "lights": scene.lights });
    shorten(&mut light);
    light
}

/// The weather of a scene.
pub(super) fn weather(scene: &ConcreteScene) -> Option<frame::Weather> {
    let weather = scene.weather.as_ref()?;
    let mut state = serde_json::json!(weather);
    shorten(&mut state);
    let serde_json::Value::Object(state) = state else { return None };
    Some(frame::Weather { air: super::air::air(weather), state: state.into_iter().collect() })
}

/// What was drawn by name.
pub(super) fn drawn(scene: &ConcreteScene) -> Drawn {
    let value = |value: &Value| match value {
        Value::Number(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
    };
    Drawn {
        variables: scene.variables.iter().map(|(name, drawn)| (name.clone(), value(drawn))).collect(),
        importance_weight: scene.importance_weight,
        attempt: scene.attempt,
        ..Drawn::default()
    }
}

/// Single precision as the few digits that it stands for: 0.3 rather than 0.30000001192092896.
fn shorten(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Array(values) => values.iter_mut().for_each(shorten),
        serde_json::Value::Object(entries) => {
            // It says nothing of the light, and is longer than many readers' numbers.
            entries.remove("seed");
            entries.remove("follows_location");
            entries.values_mut().for_each(shorten);
        }
        serde_json::Value::Number(number) if number.is_f64() => {
            let short = number.as_f64().and_then(|number| (number as f32).to_string().parse::<f64>().ok());
            if let Some(short) = short.and_then(serde_json::Number::from_f64) {
                *number = short;
            }
        }
        _ => {}
    }
}

/// The instances that are in the scene at a moment.
pub(super) fn instances(scene: &ConcreteScene, models: &[Arc<Model>], moment: &Moment) -> Vec<frame::Instance> {
    let wanted = scene.labels.planes.contains(&LabelPlane::Part);
    let parts = |model: &Model| -> Arc<[String]> {
        if wanted { model.part_names().into_iter().map(str::to_owned).collect() } else { [].into() }
    };
    scene
        .instances
        .iter()
        .zip(models)
        .zip(&moment.poses)
        .filter_map(|((instance, model), pose)| {
            let pose = (*pose)?;
            let (min, max) = model.bounds();
            Some(frame::Instance {
                id: instance.id,
                name: instance.name.clone(),
                category_id: instance.category_id,
                labelled: instance.labelled,
                position_m: pose.position_m.as_dvec3(),
                rotation: pose.rotation.as_dquat().normalize(),
                bounds_min_m: (min * instance.scale).as_dvec3(),
                bounds_max_m: (max * instance.scale).as_dvec3(),
                parts: parts(model),
                volume: instance.volume,
                keypoints: keypoints(instance, model),
                attributes: Arc::new(attributes(instance)),
            })
        })
        .collect()
}

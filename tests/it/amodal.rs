//! Whole silhouettes against the plain definition: each instance drawn alone.

use std::path::Path;

use maquette::annotate::{Annotation, Policy, annotate};
use maquette::farm::Source;
use maquette::frame::Frame;
use maquette::lens::{Intrinsics, Lens};
use maquette::randomize::ConcreteScene;
use maquette::randomize::concrete::{Body, BodyKind, Environment, Instance, Physics, Pose};
use maquette::render::{Engine, Options, Renderer};

/// Of each scene.
const FRAMES: u64 = 20;

fn render(renderer: &mut Renderer, scenes: Vec<ConcreteScene>) -> Vec<Frame> {
    let mut frames = Vec::new();
    let count = scenes.len();
    renderer
        .render(&mut scenes.into_iter(), &mut |frame, _| {
            frames.push(frame);
            Ok(())
        })
        .unwrap();
    assert_eq!(frames.len(), count);
    frames
}

/// The scene with its instances where the frame says that they came to rest, and there they stay. An instance drawn alone
/// then has the same place to the last bit: what falls ends with a rotation that is rounded once more when it is said.
fn standing(scene: &ConcreteScene, frame: &Frame) -> ConcreteScene {
    let stands = |(place, settled): (usize, &maquette::frame::Instance)| Instance {
        id: place as u32 + 1,
        body: Body { kind: BodyKind::Static, ..scene.instances[settled.id as usize - 1].body },
        start: Pose { position_m: settled.position_m.as_vec3(), rotation: settled.rotation.as_quat() },
        spares: Vec::new(),
        ..scene.instances[settled.id as usize - 1].clone()
    };
    ConcreteScene {
        instances: frame.instances.iter().enumerate().map(stands).collect(),
        physics: Physics { gravity_m_per_s2: 0.0, ..scene.physics.clone() },
        ..scene.clone()
    }
}

/// One of the instances of a scene in which all stand, and nothing else.
fn alone(scene: &ConcreteScene, id: u32) -> ConcreteScene {
    ConcreteScene {
        instances: vec![Instance { id: 1, ..scene.instances[id as usize - 1].clone() }],
        ground: None,
        environment: Environment::Ambient { illuminance_lux: 100.0, color: [1.0; 3] },
        lights: Vec::new(),
        sequence: None,
        ..scene.clone()
    }
}

fn examine(scene_file: &str) {
    examine_through(None, scene_file, FRAMES);
}

/// Through another lens than the scene's, where there is one; the intrinsics are then those for 320 × 240 pixels.
fn examine_through(lens: Option<(Lens, Intrinsics)>, scene_file: &str, frames: u64) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes").join(scene_file);
    let source = Source::open(&path, None).unwrap();
    let mut renderer = Renderer::new(source.assets.clone(), Options::default()).unwrap();
    let (mut seen, mut hidden, mut cut) = (0, 0, 0);
    for index in 0..frames {
        let mut scene = source.concrete(23, index).unwrap();
        if let Some((lens, intrinsics)) = lens {
            scene.resolution = [320, 240];
            (scene.cameras[0].lens, scene.cameras[0].intrinsics) = (lens, intrinsics);
        }
        scene.sequence = None;
        scene.smooth_edges = false;
        let fallen = render(&mut renderer, vec![scene.clone()]).remove(0);
        let scene = standing(&scene, &fallen);
        let frame = render(&mut renderer, vec![scene.clone()]).remove(0);
        let annotations = annotate(&frame, &Policy::default()).unwrap();
        let mut wanted: Vec<u32> =
            annotations.views.iter().flatten().map(|annotation| annotation.instance_id).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let alone = render(&mut renderer, wanted.iter().map(|id| alone(&scene, *id)).collect());
        for (views, (id, alone)) in wanted.iter().zip(&alone).map(|pair| (&annotations.views, pair)) {
            for (view, only) in views.iter().zip(&alone.views) {
                let Some(found) = view.iter().find(|annotation| annotation.instance_id == *id) else { continue };
                compare(found, only.instance.data.as_slice(), &format!("{scene_file} frame {index} instance {id}"));
                let amodal = found.amodal.as_ref().unwrap();
                seen += 1;
                hidden += u32::from(amodal.visible_fraction < 1.0);
                cut += u32::from(amodal.truncation > 0.0);
            }
        }
    }
    println!("{scene_file}: {seen} silhouettes, {hidden} hidden in part, {cut} cut by the image's edge");
    assert!(seen > 10 && hidden > 0, "{seen} silhouettes, {hidden} of them hidden in part");
}

fn compare(found: &Annotation, alone: &[u16], what: &str) {
    let amodal = found.amodal.as_ref().unwrap();
    let mask = amodal.mask.to_plane();
    let differing = mask.data.iter().zip(alone).filter(|(set, id)| **set != (**id == 1)).count();
    assert_eq!(differing, 0, "{what}: pixels that differ from those drawn alone");
    let pixels = alone.iter().filter(|id| **id == 1).count() as u64;
    assert_eq!(amodal.pixels, pixels, "{what}");
    assert_eq!(amodal.visible_fraction, found.pixels as f64 / pixels as f64, "{what}");
}

#[test]
fn things_on_a_table_are_whole() {
    examine("tabletop.ron");
}

#[test]
fn traffic_is_whole() {
    examine("street.ron");
}

#[test]
fn racks_and_stacks_are_whole() {
    examine("warehouse.ron");
}

#[test]
fn plain_shapes_are_whole() {
    examine("shapes.ron");
}

const BARREL: Lens =
    Lens::BrownConrady { k1: -0.3, k2: 0.1, p1: 0.002, p2: -0.001, k3: 0.0, k4: 0.0, k5: 0.0, k6: 0.0 };
const FISHEYE: Lens = Lens::KannalaBrandt { k1: 0.02, k2: 0.0, k3: 0.0, k4: 0.0 };

#[test]
fn things_are_whole_through_every_lens() {
    for (lens, focal) in
        [(BARREL, 230.0), (FISHEYE, 150.0), (FISHEYE, 90.0), (Lens::Orthographic, 180.0), (Lens::Equirectangular, 76.0)]
    {
        let intrinsics = Intrinsics { fx: focal, fy: focal, cx: 160.0, cy: 120.0 };
        examine_through(Some((lens, intrinsics)), "tabletop.ron", 3);
    }
}

/// What is outside an image is what a larger sensor behind the same lens sees.
#[test]
fn a_larger_sensor_sees_what_is_cut_off() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes/tabletop.ron");
    let source = Source::open(&path, None).unwrap();
    let mut renderer = Renderer::new(source.assets.clone(), Options::default()).unwrap();
    let weak = Lens::BrownConrady { k1: -0.08, k2: 0.0, p1: 0.001, p2: -0.001, k3: 0.0, k4: 0.0, k5: 0.0, k6: 0.0 };
    let mut cut = 0;
    for (lens, focal) in [(weak, 400.0), (FISHEYE, 250.0), (Lens::Orthographic, 300.0)] {
        for index in 0..3 {
            let mut annotations = Vec::new();
            // The small image is the middle of the large one.
            for (resolution, [cx, cy]) in [([240, 180], [120.0, 90.0]), ([640, 480], [320.0, 240.0])] {
                let mut scene = source.concrete(5, index).unwrap();
                scene.resolution = resolution;
                scene.cameras[0].lens = lens;
                scene.cameras[0].intrinsics = Intrinsics { fx: focal, fy: focal, cx, cy };
                let frame = render(&mut renderer, vec![scene]).remove(0);
                annotations.push(annotate(&frame, &Policy::default()).unwrap().views.remove(0));
            }
            let [small, large] = &annotations[..] else { panic!() };
            for found in small {
                let id = found.instance_id;
                let Some(whole) = large.iter().find(|other| other.instance_id == id) else { continue };
                let (found, whole) = (found.amodal.as_ref().unwrap(), whole.amodal.as_ref().unwrap());
                if whole.truncation > 0.0 || found.truncation == 0.0 {
                    continue;
                }
                cut += 1;
                let what = format!("{lens:?}, frame {index}, instance {id}");
                let expected = 1.0 - found.pixels as f64 / whole.pixels as f64;
                // Edges are seen at pixels here, at places half a pixel apart there.
                let slack = 0.01 + 2.0 * (whole.bbox[2] + whole.bbox[3]) * 0.5 / whole.pixels as f64;
                assert!((found.truncation - expected).abs() < slack, "{what}: {} not {expected}", found.truncation);
                let from = [200.0, 150.0];
                for axis in 0..2 {
                    let low = (found.bbox_whole[axis] + from[axis] - whole.bbox[axis]).abs();
                    let end = |bbox: &[f64; 4]| bbox[axis] + bbox[axis + 2];
                    let high = (end(&found.bbox_whole) + from[axis] - end(&whole.bbox)).abs();
                    assert!(low.max(high) < 2.0, "{what}: {:?} not {:?}", found.bbox_whole, whole.bbox);
                }
            }
        }
    }
    assert!(cut > 10, "only {cut} things were cut");
}

/// Where a lens sees nothing there is no silhouette, whatever another camera had there.
#[test]
fn cameras_do_not_leave_silhouettes_to_each_other() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes/tabletop.ron");
    let source = Source::open(&path, None).unwrap();
    let mut renderer = Renderer::new(source.assets.clone(), Options::default()).unwrap();
    let mut scene = source.concrete(5, 0).unwrap();
    scene.resolution = [160, 120];
    let narrow = Intrinsics { fx: 60.0, fy: 60.0, cx: 80.0, cy: 60.0 };
    (scene.cameras[0].lens, scene.cameras[0].intrinsics) = (FISHEYE, narrow);
    let mut around = scene.cameras[0].clone();
    around.name = "around".to_owned();
    around.intrinsics = Intrinsics { fx: 15.0, fy: 15.0, cx: 80.0, cy: 60.0 };
    let alone = ConcreteScene { cameras: vec![around.clone()], ..scene.clone() };
    scene.cameras.push(around);
    let frames = render(&mut renderer, vec![scene, alone]);
    assert_eq!(frames[0].views[1].silhouettes, frames[1].views[0].silhouettes);
    assert!(frames[0].views[1].camera.optics.ray(glam::DVec2::new(0.5, 0.5)).is_none());
}

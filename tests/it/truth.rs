//! Ids, depth, normals, object coordinates and parts against an independent witness: rays cast through the settled
//! scene.

use std::path::Path;
use std::sync::Arc;

use bevy_rapier3d::rapier::parry::math::{Pose, Vector};
use bevy_rapier3d::rapier::parry::query::Ray;
use bevy_rapier3d::rapier::parry::query::RayCast;
use bevy_rapier3d::rapier::parry::shape::{FeatureId, TriMesh};
use glam::{DVec2, DVec3, Quat, Vec3};
use maquette::farm::Source;
use maquette::frame::{Frame, View};
use maquette::lens::{Intrinsics, Lens};
use maquette::randomize::ConcreteScene;
use maquette::randomize::concrete::{Environment, LabelPlane};
use maquette::render::{Engine, Options, Renderer};

/// Pixels between two rays, in each direction.
const GRID: u32 = 5;
/// Share of rays that may fall on an edge, where a pixel's centre decides and rounding with it.
const MOST_EDGES: f64 = 0.35;

/// Share of rays that may fall where the normal turns by more than a quarter of a degree within a tenth of a pixel.
const MOST_CREASES: f64 = 0.25;

/// What a ray can hit.
struct Target {
    /// In the instance plane.
    label: u16,
    /// In the plane of parts.
    part: u16,
    mesh: TriMesh,
    /// Of the triangles that are left, their corners' normals.
    normals: Vec<[DVec3; 3]>,
    /// Of the whole model, in its own frame.
    bounds: (DVec3, DVec3),
    pose: Pose,
}

/// What a ray has hit.
#[derive(Default, Clone, Copy)]
struct Hit {
    label: u16,
    part: u16,
    depth: f64,
    /// In the world.
    point: DVec3,
    /// In the world, towards the eye.
    normal: DVec3,
    coordinates: DVec3,
    /// Of the box that those are of.
    size: DVec3,
    /// Cosine of the angle at which the ray comes.
    facing: f64,
}

/// A mesh without the triangles that turn their backs to an eye, which are not drawn unless double-sided.
fn seen_from(
    eye: Vec3,
    pose: &Pose,
    vertices: Vec<Vector>,
    indices: Vec<[u32; 3]>,
    normals: &[Vec3],
    (double_sided, flat): (bool, bool),
) -> Option<(TriMesh, Vec<[DVec3; 3]>)> {
    let eye = pose.inverse_transform_point(eye);
    let faces = |triangle: &[u32; 3]| {
        let [a, b, c] = triangle.map(|i| vertices[i as usize].as_dvec3());
        (b - a).cross(c - a).dot(eye.as_dvec3() - a) > 0.0
    };
    let front: Vec<[u32; 3]> = indices.into_iter().filter(|t| double_sided || faces(t)).collect();
    let corners = |triangle: &[u32; 3]| {
        // The back of a triangle shows the other side of its normal.
        let side = if faces(triangle) { 1.0 } else { -1.0 };
        if flat {
            let [a, b, c] = triangle.map(|i| vertices[i as usize].as_dvec3());
            return [(b - a).cross(c - a) * side; 3];
        }
        triangle.map(|i| normals[i as usize].as_dvec3() * side)
    };
    let normals = front.iter().map(corners).collect();
    Some((TriMesh::new(vertices, front).ok()?, normals))
}

fn targets(source: &Source, scene: &ConcreteScene, frame: &Frame) -> Vec<Target> {
    let camera = &frame.views[0].camera;
    // Parallel rays come from far away.
    let back = if matches!(camera.optics.lens, Lens::Orthographic) { 1e6 } else { 0.0 };
    let eye = camera.world_from_camera.transform_point3(DVec3::NEG_Z * back).as_vec3();
    let mut targets = Vec::new();
    for instance in &frame.instances {
        let concrete = &scene.instances[instance.id as usize - 1];
        let model = source.assets.dress(&concrete.shape, &concrete.material).unwrap();
        let pose = Pose::from_parts(instance.position_m.as_vec3(), instance.rotation.as_quat());
        let bounds = (instance.bounds_min_m, instance.bounds_max_m);
        for (part, id) in model.parts.iter().zip(model.part_ids()).filter(|(part, _)| !part.surface.seen_through) {
            let vertices: Vec<Vector> = part.mesh.positions.iter().map(|p| *p * concrete.scale).collect();
            let indices = part.mesh.indices.chunks_exact(3).map(|t| [t[0], t[1], t[2]]).collect();
            let sides = (part.surface.double_sided, part.mesh.has_bent_normals());
            let seen = seen_from(eye, &pose, vertices, indices, &part.mesh.normals, sides);
            let Some((mesh, normals)) = seen else { continue };
            let (label, part) = if instance.labelled { (instance.id as u16, id) } else { (0, 0) };
            targets.push(Target { label, part, mesh, normals, bounds, pose });
        }
    }
    if let Some(ground) = &scene.ground {
        let h = ground.size_m * 0.5;
        let corners = vec![Vec3::new(-h, 0.0, -h), Vec3::new(h, 0.0, -h), Vec3::new(h, 0.0, h), Vec3::new(-h, 0.0, h)];
        let mesh = TriMesh::new(corners, vec![[0, 2, 1], [0, 3, 2]]).unwrap();
        let pose = Pose::from_parts(Vec3::ZERO, Quat::IDENTITY);
        let bounds = (DVec3::ZERO, DVec3::ONE);
        targets.push(Target { label: 0, part: 0, mesh, normals: vec![[DVec3::Y; 3]; 2], bounds, pose });
    }
    targets
}

/// The nearest front face through a point of the image; all zeros where there is none.
fn cast(targets: &[Target], view: &View, u: f64, v: f64) -> Hit {
    let camera = &view.camera;
    let Some(local) = camera.optics.ray(DVec2::new(u, v)) else { return Hit::default() };
    let origin = camera.optics.point(DVec2::new(u, v), 0.0).unwrap();
    let origin = camera.world_from_camera.transform_point3(origin).as_vec3();
    // Of depth 1: a ray parameter is then the depth.
    let direction = camera.world_from_camera.transform_vector3(local).as_vec3();
    let ray = Ray::new(origin, direction);
    let mut nearest: Option<(&Target, f64, usize)> = None;
    for target in targets {
        let Some(hit) = target.mesh.cast_ray_and_get_normal(&target.pose, &ray, 10_000.0, false) else { continue };
        let FeatureId::Face(face) = hit.feature else { panic!("a ray hit {:?}", hit.feature) };
        let depth = f64::from(hit.time_of_impact);
        if nearest.is_none_or(|(_, nearest, _)| depth < nearest) {
            nearest = Some((target, depth, face as usize % target.normals.len()));
        }
    }
    let Some((target, depth, face)) = nearest else { return Hit::default() };
    let at = target.pose.inverse_transform_point(origin + direction * depth as f32).as_dvec3();
    let [a, b, c] = target.mesh.triangle(face as u32).vertices().map(|corner| corner.as_dvec3());
    // Shares of the corners by area.
    let across = (b - a).cross(c - a);
    let share = |one: DVec3, other: DVec3| (one - at).cross(other - at).dot(across) / across.length_squared();
    let normals = target.normals[face];
    let normal = normals[0] * share(b, c) + normals[1] * share(c, a) + normals[2] * share(a, b);
    let (min, max) = target.bounds;
    // What is seen faces the camera.
    let (normal, along) = ((target.pose.rotation.as_dquat() * normal).normalize(), direction.normalize().as_dvec3());
    let normal = (normal - normal.dot(along).max(0.0) * along).normalize();
    Hit {
        label: target.label,
        part: target.part,
        depth,
        point: target.pose.transform_point(at.as_vec3()).as_dvec3(),
        normal,
        coordinates: (at - min) / (max - min),
        size: max - min,
        facing: -normal.dot(along),
    }
}

fn examine(scene_file: &str, frames: u64) {
    examine_file(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes").join(scene_file), frames);
}

fn examine_file(path: &Path, frames: u64) {
    examine_through(None, path, frames);
}

/// Through another lens than the scene's, where there is one; the intrinsics are then those for 320 × 240 pixels.
fn examine_through(lens: Option<(Lens, Intrinsics)>, path: &Path, frames: u64) {
    let scene_file = path.display();
    let source = Source::open(path, None).unwrap_or_else(|error| panic!("{error}"));
    let mut renderer = Renderer::new(source.assets.clone(), Options::default()).unwrap();
    let mut scenes: Vec<ConcreteScene> = (0..frames).map(|f| source.concrete(11, f).unwrap()).collect();
    for scene in &mut scenes {
        scene.labels.planes = vec![LabelPlane::Normal, LabelPlane::ObjectCoordinates, LabelPlane::Part];
        if let Some((lens, intrinsics)) = lens {
            scene.resolution = [320, 240];
            (scene.cameras[0].lens, scene.cameras[0].intrinsics) = (lens, intrinsics);
        }
    }
    let bent = lens.is_some_and(|(lens, _)| !lens.is_straight());
    // Where lines are bent a pixel takes what is seen at the nearest of places half a pixel apart.
    let (aside, steps) = if bent { (0.36, 4) } else { (0.1, 1) };
    let steps = move || (0..=steps).map(move |step| aside * (2.0 * f64::from(step) / f64::from(steps) - 1.0));
    let mut seen: Vec<(Frame, Arc<ConcreteScene>)> = Vec::new();
    renderer
        .render(&mut scenes.into_iter(), &mut |frame, scene| {
            seen.push((frame, scene));
            Ok(())
        })
        .unwrap();
    assert_eq!(seen.len() as u64, frames);
    let (mut rays, mut edges, mut labelled, mut creases) = (0u32, 0u32, 0u32, 0u32);
    let (mut worst_degrees, mut worst_coordinate) = (0.0_f64, 0.0_f64);
    for (frame, scene) in &seen {
        let targets = targets(&source, scene, frame);
        let view = &frame.views[0];
        let (width, height) = (view.camera.width, view.camera.height);
        for y in (2..height - 2).step_by(GRID as usize) {
            for x in (2..width - 2).step_by(GRID as usize) {
                let (u, v) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
                let hit = cast(&targets, view, u, v);
                let Hit { label: id, depth, .. } = hit;
                rays += 1;
                if view.camera.optics.ray(DVec2::new(u, v)).is_none() {
                    assert_eq!((view.instance.data[(y * width + x) as usize], id), (0, 0));
                    continue;
                }
                // A pixel is on an edge where rays beside its centre hit something else or far from it.
                let around = steps().flat_map(|dv| steps().map(move |du| (du, dv)));
                let around: Vec<Hit> = around.map(|(du, dv)| cast(&targets, view, u + du, v + dv)).collect();
                let edge = around
                    .iter()
                    .any(|other| other.label != id || (other.depth - depth).abs() > 0.01 * depth.max(0.01));
                if edge {
                    edges += 1;
                    continue;
                }
                labelled += u32::from(id > 0);
                let at = (y * width + x) as usize;
                let (found, found_depth) = (view.instance.data[at], f64::from(view.depth.data[at]));
                assert_eq!(found, id, "{scene_file} frame {} pixel ({x}, {y}): rays hit {id} at {depth}", frame.index);
                let walls = matches!(scene.environment, Environment::Room { .. });
                if depth == 0.0 && walls {
                    // The rays know no walls; that something is there is all that can be said.
                    assert!(found_depth > 0.0, "{scene_file} pixel ({x}, {y}): a hole in the room");
                    continue;
                }
                let what = format!("{scene_file} frame {} pixel ({x}, {y}), instance {id}", frame.index);
                // On a crease another part, another face or a step is within a tenth of a pixel.
                let turned = |one: DVec3, other: DVec3| one.angle_between(other).to_degrees();
                let other_part = around.iter().any(|other| other.part != hit.part);
                let crease = other_part
                    || around.iter().any(|other| {
                        let away = other.point - hit.point;
                        turned(other.normal, hit.normal) > 0.25 || away.dot(hit.normal).abs() > 0.2 * away.length()
                    });
                creases += u32::from(crease);
                let coordinates = view.object_coordinates.as_ref().unwrap().data[at].map(f64::from);
                if id == 0 {
                    assert_eq!(coordinates, [0.0; 3], "{what}");
                    assert_eq!(view.part.as_ref().unwrap().data[at], 0, "{what}");
                } else if !(other_part || bent && crease) {
                    // Corners of triangles lie on a grid of a 256th of a pixel.
                    let far = if matches!(view.camera.optics.lens, Lens::Orthographic) { 1.0 } else { depth };
                    let grid = 0.02 * far / view.camera.optics.intrinsics.fx / hit.facing.max(0.05) / hit.size;
                    let off = (DVec3::from(coordinates) - hit.coordinates).abs() - grid;
                    let off = off.max_element().max(0.0);
                    assert!(off < 0.002, "{what}: object coordinates {coordinates:?}, rays say {}", hit.coordinates);
                    worst_coordinate = worst_coordinate.max(off);
                }
                let normal = DVec3::from(view.normal.as_ref().unwrap().data[at].map(f64::from));
                if depth == 0.0 && !walls {
                    assert_eq!(normal, DVec3::ZERO, "{what}");
                } else if depth > 0.0 && !crease {
                    let seen = view.camera.world_from_camera.transform_vector3(normal);
                    let off = turned(seen, hit.normal);
                    // A strip may be so narrow that none of these rays met it.
                    let mut dense =
                        (-18..=18).flat_map(|dv| (-18..=18).map(move |du| (0.02 * du as f64, 0.02 * dv as f64)));
                    let sees = |(du, dv): (f64, f64)| {
                        let hit = cast(&targets, view, u + du, v + dv);
                        hit.label == id && turned(seen, hit.normal) < 0.5
                    };
                    if bent && off >= 0.5 && dense.any(sees) {
                        creases += 1;
                        continue;
                    }
                    assert!(off < 0.5, "{what}: the normal is {seen}, rays say {}: {off}°", hit.normal);
                    assert_eq!(view.part.as_ref().unwrap().data[at], hit.part, "{what}");
                    worst_degrees = worst_degrees.max(off);
                }
                let spread = around.iter().map(|other| (other.depth - depth).abs()).fold(0.0, f64::max);
                let slack = if bent { spread } else { 0.0 };
                let error = ((found_depth - depth).abs() - slack) / depth.max(1e-9);
                // A step may be so near or so narrow that none of these rays met it: the pixel's centre is off by a
                // 256th of a pixel at most, or behind a bent lens where its sample is.
                let step = if bent { 0.02 } else { 0.0005 };
                let offsets = || (-18..=18).map(|offset| step * f64::from(offset));
                let sees = |(du, dv): (f64, f64)| {
                    let hit = cast(&targets, view, u + du, v + dv);
                    hit.label == id && (hit.depth - found_depth).abs() < 1e-3 * depth
                };
                if depth > 0.0 && error >= 1e-3 && offsets().flat_map(|dv| offsets().map(move |du| (du, dv))).any(sees)
                {
                    creases += 1;
                    continue;
                }
                assert!(
                    (depth == 0.0 && found_depth == 0.0) || error < 1e-3,
                    "{scene_file} frame {} pixel ({x}, {y}): depth {found_depth}, rays say {depth}",
                    frame.index
                );
            }
        }
    }
    assert!(labelled > if lens.is_some() { 40 } else { 200 }, "only {labelled} rays hit something labelled");
    assert!(f64::from(edges) < MOST_EDGES * f64::from(rays), "{edges} of {rays} rays on edges");
    let most = if bent { 2.0 * MOST_CREASES } else { MOST_CREASES };
    assert!(f64::from(creases) < most * f64::from(rays), "{creases} of {rays} rays on creases");
    println!(
        "{scene_file}: {rays} rays, {edges} on edges, {creases} on creases; worst normal {worst_degrees:.3}°, worst \
         object coordinate {:.4} %",
        100.0 * worst_coordinate
    );
}

#[test]
fn plain_shapes_agree_with_rays() {
    examine("bench/drop.ron", 3);
}

#[test]
fn distractors_and_every_surrounding_agree_with_rays() {
    examine("shapes.ron", 4);
}

#[test]
fn models_of_many_parts_agree_with_rays() {
    examine("street.ron", 2);
}

#[test]
fn things_in_a_room_agree_with_rays() {
    examine("tabletop.ron", 2);
}

#[test]
fn stacks_and_racks_agree_with_rays() {
    examine("warehouse.ron", 2);
}

#[test]
fn leaves_agree_with_rays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leaves.ron");
    let scene = r#"Scene(
        categories: ["tree"],
        resolution: (320, 240),
        cameras: {"main": (pose: LookAt(eye_m: (0, 3.8, 1.9), target_m: (0, 3.8, 0)), lens: Fov(vertical_deg: 24))},
        environment: Ambient(illuminance_lux: 1000),
        ground: Ground(size_m: 40),
        objects: {"tree": (
            category: "tree", shape: Library(name: "tree", variant: Choice([0, 1, 2])), body: (kind: Static),
            place: On(region: Rectangle(center_m: (0, 0), size_m: (0.1, 0.1))),
        )},
    )"#;
    std::fs::write(&path, scene).unwrap();
    examine_file(&path, 2);
}

fn through(lens: Lens, focal: f64, scene_file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes").join(scene_file);
    examine_through(Some((lens, Intrinsics { fx: focal, fy: focal, cx: 163.0, cy: 118.0 })), &path, 3);
}

#[test]
fn barrels_and_cushions_agree_with_rays() {
    let brown = |k1, k2| Lens::BrownConrady { k1, k2, p1: 0.002, p2: -0.001, k3: 0.0, k4: 0.0, k5: 0.0, k6: 0.0 };
    through(brown(-0.3, 0.1), 260.0, "tabletop.ron");
    through(brown(0.3, 0.0), 260.0, "street.ron");
    // So wide that it takes the sides of a cube.
    through(brown(-0.01, 0.0), 75.0, "street.ron");
}

#[test]
fn fisheyes_agree_with_rays() {
    through(Lens::KannalaBrandt { k1: 0.03, k2: -0.01, k3: 0.0, k4: 0.0 }, 130.0, "shapes.ron");
    // More than half of what is around.
    through(Lens::KannalaBrandt { k1: 0.0, k2: 0.0, k3: 0.0, k4: 0.0 }, 80.0, "street.ron");
}

#[test]
fn parallel_rays_agree_with_rays() {
    through(Lens::Orthographic, 200.0, "tabletop.ron");
    through(Lens::Orthographic, 12.0, "street.ron");
}

#[test]
fn panoramas_agree_with_rays() {
    through(Lens::Equirectangular, 76.0, "warehouse.ron");
}

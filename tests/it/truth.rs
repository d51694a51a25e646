//! Ids and depth against an independent witness: rays cast through the settled scene.

use std::path::Path;
use std::sync::Arc;

use bevy_rapier3d::rapier::parry::math::{Pose, Vector};
use bevy_rapier3d::rapier::parry::query::Ray;
use bevy_rapier3d::rapier::parry::query::RayCast;
use bevy_rapier3d::rapier::parry::shape::TriMesh;
use glam::{DVec3, Quat, Vec3};
use maquette::farm::Source;
use maquette::frame::{Frame, View};
use maquette::randomize::ConcreteScene;
use maquette::randomize::concrete::Environment;
use maquette::render::{Engine, Options, Renderer};

/// Pixels between two rays, in each direction.
const GRID: u32 = 5;
/// Share of rays that may fall on an edge, where a pixel's centre decides and rounding with it.
const MOST_EDGES: f64 = 0.35;

/// What a ray can hit.
struct Target {
    /// In the instance plane.
    label: u16,
    mesh: TriMesh,
    pose: Pose,
}

/// A mesh without the triangles that turn their backs to an eye, which are not drawn unless double-sided.
fn seen_from(
    eye: Vec3,
    pose: &Pose,
    vertices: Vec<Vector>,
    indices: Vec<[u32; 3]>,
    double_sided: bool,
) -> Option<TriMesh> {
    let eye = pose.inverse_transform_point(eye);
    let faces = |triangle: &[u32; 3]| {
        let [a, b, c] = triangle.map(|i| vertices[i as usize].as_dvec3());
        (b - a).cross(c - a).dot(eye.as_dvec3() - a) > 0.0
    };
    let front: Vec<[u32; 3]> = indices.into_iter().filter(|t| double_sided || faces(t)).collect();
    TriMesh::new(vertices, front).ok()
}

fn targets(source: &Source, scene: &ConcreteScene, frame: &Frame) -> Vec<Target> {
    let eye = frame.views[0].camera.world_from_camera.transform_point3(DVec3::ZERO).as_vec3();
    let mut targets = Vec::new();
    for instance in &frame.instances {
        let concrete = &scene.instances[instance.id as usize - 1];
        let model = source.assets.dress(&concrete.shape, &concrete.material).unwrap();
        let pose = Pose::from_parts(instance.position_m.as_vec3(), instance.rotation.as_quat());
        for part in model.parts.iter().filter(|p| !p.surface.seen_through) {
            let vertices: Vec<Vector> = part.mesh.positions.iter().map(|p| *p * concrete.scale).collect();
            let indices = part.mesh.indices.chunks_exact(3).map(|t| [t[0], t[1], t[2]]).collect();
            let Some(mesh) = seen_from(eye, &pose, vertices, indices, part.surface.double_sided) else { continue };
            let label = if instance.labelled { instance.id as u16 } else { 0 };
            targets.push(Target { label, mesh, pose });
        }
    }
    if let Some(ground) = &scene.ground {
        let h = ground.size_m * 0.5;
        let corners = vec![Vec3::new(-h, 0.0, -h), Vec3::new(h, 0.0, -h), Vec3::new(h, 0.0, h), Vec3::new(-h, 0.0, h)];
        let mesh = TriMesh::new(corners, vec![[0, 2, 1], [0, 3, 2]]).unwrap();
        targets.push(Target { label: 0, mesh, pose: Pose::from_parts(Vec3::ZERO, Quat::IDENTITY) });
    }
    targets
}

/// Label and z-depth of the nearest front face through a point of the image.
fn cast(targets: &[Target], view: &View, u: f64, v: f64) -> (u16, f64) {
    let camera = &view.camera;
    let local = DVec3::new((u - camera.cx) / camera.fx, (v - camera.cy) / camera.fy, 1.0);
    let origin = camera.world_from_camera.transform_point3(DVec3::ZERO).as_vec3();
    // Not of unit length: a ray parameter is then the z-depth.
    let direction = camera.world_from_camera.transform_vector3(local).as_vec3();
    let ray = Ray::new(origin, direction);
    let mut nearest = (0, 0.0);
    for target in targets {
        let Some(depth) = target.mesh.cast_ray(&target.pose, &ray, 1000.0, false) else { continue };
        if nearest.1 == 0.0 || f64::from(depth) < nearest.1 {
            nearest = (target.label, f64::from(depth));
        }
    }
    nearest
}

fn examine(scene_file: &str, frames: u64) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes").join(scene_file);
    let source = Source::open(&path, None).unwrap();
    let mut renderer = Renderer::new(source.assets.clone(), Options::default()).unwrap();
    let scenes: Vec<ConcreteScene> = (0..frames).map(|f| source.concrete(11, f).unwrap()).collect();
    let mut seen: Vec<(Frame, Arc<ConcreteScene>)> = Vec::new();
    renderer
        .render(&mut scenes.into_iter(), &mut |frame, scene| {
            seen.push((frame, Arc::new(scene.clone())));
            Ok(())
        })
        .unwrap();
    assert_eq!(seen.len() as u64, frames);
    let (mut rays, mut edges, mut labelled) = (0u32, 0u32, 0u32);
    for (frame, scene) in &seen {
        let targets = targets(&source, scene, frame);
        let view = &frame.views[0];
        let (width, height) = (view.camera.width, view.camera.height);
        for y in (2..height - 2).step_by(GRID as usize) {
            for x in (2..width - 2).step_by(GRID as usize) {
                let (u, v) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
                let (id, depth) = cast(&targets, view, u, v);
                rays += 1;
                // A pixel is on an edge where rays beside its centre hit something else or far from it.
                let edge = [(-0.1, -0.1), (0.1, -0.1), (-0.1, 0.1), (0.1, 0.1)].iter().any(|(du, dv)| {
                    let (other, other_depth) = cast(&targets, view, u + du, v + dv);
                    other != id || (other_depth - depth).abs() > 0.01 * depth.max(0.01)
                });
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
                let error = (found_depth - depth).abs() / depth.max(1e-9);
                assert!(
                    (depth == 0.0 && found_depth == 0.0) || error < 1e-3,
                    "{scene_file} frame {} pixel ({x}, {y}): depth {found_depth}, rays say {depth}",
                    frame.index
                );
            }
        }
    }
    assert!(labelled > 200, "only {labelled} rays hit something labelled");
    assert!(f64::from(edges) < MOST_EDGES * f64::from(rays), "{edges} of {rays} rays on edges");
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

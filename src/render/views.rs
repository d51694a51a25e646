//! Where the cameras of a scene look: of its surroundings only that is worked out.

use std::sync::Arc;

use glam::{DVec3, Vec3};

use super::faces::Faces;
use crate::randomize::concrete::ConcreteScene;
use crate::simulate::world_from_camera;

/// How much lower than its edge the ground is taken to end, as a sine.
const BELOW_THE_EDGE: f32 = 0.02;

/// Where the cameras of a scene look, over all of a sequence, and how low what they see of the surroundings lies.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Views {
    /// Inward normals of the four sides of each pyramid of sight.
    pyramids: Vec<[Vec3; 4]>,
    /// Sine of the height over the horizon.
    lowest: f32,
}

impl Views {
    pub fn of(scene: &ConcreteScene, faces: &[Arc<Faces>]) -> Views {
        let steps = scene.sequence.as_ref().map_or(1, |sequence| sequence.frames);
        let mut views = Views { pyramids: Vec::new(), lowest: 0.0 };
        for (camera, faces) in scene.cameras.iter().zip(faces) {
            for step in 0..steps {
                let pose = world_from_camera(camera, scene.progress(Some(step)));
                for face in &faces.faces {
                    let (k, [width, height]) = (face.intrinsics, face.size.map(f64::from));
                    let pose = face.pose(&pose);
                    let side =
                        |x: f64, y: f64, z: f64| pose.transform_vector3(DVec3::new(x, y, z).normalize()).as_vec3();
                    // Parallel rays all have the direction of the middle.
                    let aside = |pixels: f64, focal: f64| if faces.is_parallel() { 1e-3 } else { pixels / focal };
                    views.pyramids.push([
                        side(1.0, 0.0, aside(k.cx, k.fx)),
                        side(-1.0, 0.0, aside(width - k.cx, k.fx)),
                        side(0.0, 1.0, aside(k.cy, k.fy)),
                        side(0.0, -1.0, aside(height - k.cy, k.fy)),
                    ]);
                }
                views.lowest = views.lowest.min(end_of_ground(scene, pose.transform_point3(DVec3::ZERO).as_vec3()));
                if camera.arc_deg == 0.0 {
                    break;
                }
            }
        }
        views
    }

    /// Whether a cone of directions may be seen.
    pub fn see(&self, axis: Vec3, half_angle: f32) -> bool {
        let least = -libm::sinf(half_angle.min(1.5));
        let inside = |sides: &[Vec3; 4]| sides.iter().all(|side| side.dot(axis) > least);
        axis.y > self.lowest + least && self.pyramids.iter().any(inside)
    }
}

/// Sine of the height over the horizon, as seen from a point, below which there is nothing but ground: −1 where
/// there is no ground, or one to look through.
fn end_of_ground(scene: &ConcreteScene, eye: Vec3) -> f32 {
    let Some(ground) = scene.ground.as_ref().filter(|g| g.material.opacity.is_none_or(|opacity| opacity >= 1.0)) else {
        return -1.0;
    };
    let inside = 0.5 * ground.size_m - eye.x.abs().max(eye.z.abs());
    if eye.y <= 0.0 || inside <= 0.0 {
        return -1.0;
    }
    (-eye.y / (eye.y * eye.y + inside * inside).sqrt() - BELOW_THE_EDGE).max(-1.0)
}

#[cfg(test)]
mod tests {
    use super::super::light::Maker;
    use super::*;
    use crate::assets::environment;
    use crate::randomize::concrete::{Environment, Ground, Material};

    #[test]
    fn nothing_that_a_camera_sees_is_left_black() {
        let mut scene = crate::render::doctor::test_scene();
        scene.environment = Environment::Sky { turbidity: 3.0, cloud_cover: 0.5, glow_cd_per_m2: 0.0, seed: 7 };
        scene.ground = Some(Ground { size_m: 40.0, material: Material::default(), friction: 0.5, restitution: 0.0 });
        for turn in 0..12 {
            let angle = turn as f32 * 0.55;
            let camera = &mut scene.cameras[0];
            camera.position_m = Vec3::new(5.0 * libm::sinf(angle), 1.0 + 0.2 * turn as f32, 5.0 * libm::cosf(angle));
            camera.target_m = Vec3::new(0.0, 0.3 * turn as f32, 0.0);
            camera.roll_deg = 7.0 * turn as f32;
            let faces = Faces::of_scene(&scene, &[]);
            let light = Maker::default().light(&scene, &faces, ([0.3; 3], [0.5; 3]), &[], None);
            let Some(image) = light.backdrop else { continue };
            let (size, texels) = (image.texture_descriptor.size.width, image.data.as_ref().unwrap());
            let camera = &scene.cameras[0];
            let pose = world_from_camera(camera, 0.0);
            let lowest = Views::of(&scene, &faces).lowest;
            let mut seen = 0;
            for y in 0..scene.resolution[1] {
                for x in 0..scene.resolution[0] {
                    let k = camera.intrinsics;
                    let (u, v) = (f64::from(x) + 0.5 - k.cx, f64::from(y) + 0.5 - k.cy);
                    let ray = pose.transform_vector3(DVec3::new(u / k.fx, v / k.fy, 1.0)).normalize().as_vec3();
                    if ray.y < lowest {
                        continue;
                    }
                    let (face, column, row) = environment::direction_texel(size, ray);
                    let offset = ((face as u32 * size + row) * size + column) as usize * 8;
                    assert!(texels[offset..offset + 6].iter().any(|byte| *byte != 0), "turn {turn}: {ray}");
                    seen += 1;
                }
            }
            assert!(seen > 0, "turn {turn}: a backdrop that nobody sees");
        }
    }
}

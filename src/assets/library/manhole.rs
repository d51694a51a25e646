//! The iron cover of a manhole.

use std::f32::consts::TAU;

use glam::{Vec3, vec3};

use super::kit::{Kit, Rng, cycle, hoop, look, turn};
use super::tools::lying_text;
use crate::assets::Model;
use crate::assets::mesh::{circle, cylinder, loft};

/// An iron manhole cover in its frame, a little above the ground.
pub(super) fn manhole_cover(variant: u32) -> Model {
    let mut rng = Rng::new("manhole_cover", variant);
    let r = cycle(&[0.3, 0.33, 0.28, 0.31], variant) * rng.range(0.98, 1.02);
    let h = 0.012;
    let mut kit = Kit::default();
    let (kind, tint) = cycle(
        &[
            ("rusty_metal", 0x8c8782),
            ("brushed_steel", 0x9a948c),
            ("galvanised_steel", 0x86827e),
            ("painted_metal", 0x4a4845),
        ],
        variant,
    );
    let iron = look(kind, tint).rough(0.75);
    let outer = r * 1.2;
    let frame =
        hoop(&[[r + 0.004, 0.0, 0.0], [outer, 0.0, 0.0], [outer - 0.012, h, 0.003], [r + 0.004, h, 0.0015]], 56);
    let plate = turn(&[[0.0, 0.0, 0.0], [r, 0.0, 0.0], [r, h - 0.002, 0.0015], [0.0, h - 0.002, 0.0]], 56);
    kit.add("frame", &iron, [frame]);
    kit.add("cover", &iron, [plate]);
    let edge = if variant % 2 == 1 { outer * 1.16 } else { outer };
    if edge > outer {
        let collar = hoop(
            &[
                [outer - 0.006, 0.0, 0.0],
                [edge, 0.0, 0.0],
                [edge - 0.008, h - 0.003, 0.003],
                [outer - 0.006, h - 0.002, 0.0],
            ],
            56,
        );
        kit.add("collar", &look("concrete", cycle(&[0xd8d4cc, 0xb8b4ac], variant / 2)), [collar]);
    }
    let pit =
        hoop(&[[r - 0.002, 0.0, 0.0], [r + 0.006, 0.0, 0.0], [r + 0.006, h * 0.5, 0.0], [r - 0.002, h * 0.5, 0.0]], 40);
    kit.add("gap", &look("rubber", 0x0a0a0a).rough(1.0), [pit]);
    let ring = |a: f32, b: f32| {
        hoop(
            &[
                [a, h - 0.003, 0.0],
                [b, h - 0.003, 0.0],
                [b - 0.0015, h + 0.001, 0.0006],
                [a + 0.0015, h + 0.001, 0.0006],
            ],
            48,
        )
    };
    let block = |x: f32, z: f32, w: f32, d: f32, turned: f32| {
        let ring = |share: f32, y: f32| {
            [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0f32]]
                .map(|[b, a]| vec3(a * 0.5 * (w - share), y, b * 0.5 * (d - share)))
                .to_vec()
        };
        let m = loft(&[ring(0.0, h - 0.003), ring(0.005, h + 0.001)], 30.0);
        super::kit::yaw(m, turned).translated(vec3(x, 0.0, z))
    };
    let mut raised = vec![ring(r * 0.93, r * 0.985)];
    let band = if variant.is_multiple_of(2) { r * 0.34 } else { 0.0 };
    if band > 0.0 {
        raised.push(ring(band * 0.9, band));
    }
    match variant % 4 {
        0 | 3 => {
            // a grid of blocks
            let pitch = if variant.is_multiple_of(4) { 0.044 } else { 0.036 };
            for i in -9i32..=9 {
                for k in -9i32..=9 {
                    let (x, z) = (i as f32 * pitch, k as f32 * pitch);
                    let far = (x * x + z * z).sqrt();
                    if far + pitch * 0.45 < r * 0.92 && far > band + pitch * 0.5 {
                        let yaw = if variant % 4 == 3 { 45.0 * ((i + k) & 1) as f32 } else { 0.0 };
                        let w = pitch * if variant % 4 == 3 { 0.62 } else { 0.7 };
                        raised.push(block(
                            x,
                            z,
                            w,
                            if variant % 4 == 3 { w * 0.5 } else { w },
                            yaw + 22.0 * (variant / 4) as f32,
                        ));
                    }
                }
            }
        }
        1 => {
            // rings of bars
            for k in 1..=7 {
                let far = r * (0.06 + 0.115 * k as f32);
                let count = 6 * k;
                for i in 0..count {
                    let a = TAU * (i as f32 + 0.5 * (k % 2) as f32) / count as f32;
                    let (sin, cos) = libm::sincosf(a);
                    raised.push(block(
                        far * cos,
                        far * sin,
                        r * 0.085,
                        far * 0.8 * TAU / count as f32,
                        -a.to_degrees(),
                    ));
                }
            }
        }
        _ => {
            // spokes between rings
            for k in 0..24u8 {
                let a = TAU * f32::from(k) / 24.0;
                let (sin, cos) = libm::sincosf(a);
                for (near, far) in [(0.4, 0.62), (0.68, 0.9)] {
                    if k.is_multiple_of(2) || near > 0.5 {
                        let middle = r * (near + far) * 0.5;
                        raised.push(block(middle * cos, middle * sin, r * (far - near), 0.016, -a.to_degrees()));
                    }
                }
            }
            raised.push(ring(r * 0.635, r * 0.665));
        }
    }
    kit.add("pattern", &iron, raised);
    if band > 0.0 {
        let word = cycle(&["DRAIN", "GAS", "STORM", "CABLE"], variant / 2);
        let tall = band * if word.len() > 4 { 0.27 } else { 0.36 };
        let m = lying_text(word, tall, tall * 0.16).translated(Vec3::Y * (h - 0.0012));
        kit.add("label_word", &look("brushed_steel", 0xd8d4cc).rough(0.5), [m]);
    }
    let holes = [0.0, 0.5].map(|t| {
        let (sin, cos) = libm::sincosf(TAU * (t + 0.07));
        cylinder(0.013, 0.004, 14, 0.0).translated(vec3(r * 0.82 * cos, h - 0.0008, r * 0.82 * sin))
    });
    kit.add("holes", &look("rubber", 0x080808).rough(1.0), holes);
    let points = circle(edge, 24).into_iter().flat_map(|p| [vec3(p.x, 0.0, p.y), vec3(p.x * 0.97, h, p.y * 0.97)]);
    kit.hull_around(&points.collect::<Vec<_>>(), 80);
    kit.finish()
}

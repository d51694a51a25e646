//! Book and notebook.

use glam::{Vec2, Vec3, vec2, vec3};

use super::glyphs;
use super::kit::{Kit, Look, Rng, curve, curve2, cycle, look, slab, soft};
use crate::assets::mesh::{CREASE_DEG, Soup, circle, extrude, rounded_outline, tube};
use crate::assets::{MeshData, Model};

/// A closed book lying flat: boards, rounded spine and a block of pages.
pub(super) fn book(variant: u32) -> Model {
    let mut rng = Rng::new("book", variant);
    let (w, l, t) = (rng.range(0.12, 0.175), rng.range(0.185, 0.245), rng.range(0.014, 0.042));
    let (board, lip) = (0.0026, 0.0035);
    let colour = cycle(&[0x6e1f22, 0x21405a, 0x2f4a36, 0xd8c7a0, 0x3a3034, 0xb5622a, 0x4b4f6b, 0x8b8f93], variant);
    let cloth = look(if variant.is_multiple_of(3) { "leather" } else { "fabric" }, colour);
    let mut kit = Kit::default();
    let side = |y: f32| soft([w, board, l], [0.0, y, 0.0], 0.0009);
    let spine: Vec<Vec2> = spine_section(t, board);
    // A little shorter, so that its ends lie in no plane of the boards.
    let back = extrude(&spine, l - 0.0006, 0.0006).translated(vec3(-w * 0.5, 0.0, 0.0));
    kit.add("cover", &cloth, [side((t - board) * 0.5), side((board - t) * 0.5), back]);
    let block = slab([w - lip * 1.6, t - 2.0 * board + 0.0002, l - 2.0 * lip], [-lip * 0.75, 0.0, 0.0], 0.0004);
    kit.add("pages", &look("paper", cycle(&[0xe9e0c8, 0xf0ebdd, 0xddcfae], variant)).rough(0.8), [block]);
    let gilt = look(
        "painted_metal",
        cycle(&[0xc9a24a, 0xe6dfc8, 0xd8b25a, 0x5a2a20, 0xcfc7b4, 0x2a211c, 0xd9c27a, 0x1f2a36], variant),
    )
    .metal(0.5)
    .rough(0.35);
    let up = |m: MeshData| {
        m.rotated(glam::Quat::from_rotation_x(-std::f32::consts::FRAC_PI_2)).translated(vec3(
            0.0,
            t * 0.5 + 0.0002,
            0.0,
        ))
    };
    let (x, y) = (w * 0.4, l * 0.42);
    let frame = [vec2(-x, -y), vec2(x, -y), vec2(x, y), vec2(-x, y)];
    let title = cycle(&["ATLAS", "POEMS", "BIRDS", "SEAS", "NIGHT", "BREAD", "MATHS", "HILLS"], variant);
    let mut marks = vec![up(glyphs::text(title, l * 0.075, l * 0.013).translated(vec3(0.0, l * 0.22, 0.0)))];
    if variant.is_multiple_of(2) {
        marks.push(up(glyphs::outline(&frame, 0.0022)));
        marks.push(up(glyphs::outline(&circle(w * 0.16, 24), 0.003).translated(vec3(0.0, -l * 0.08, 0.0))));
    } else {
        marks.push(up(glyphs::flat(&[vec2(-x, -l * 0.3), vec2(x, -l * 0.3), vec2(x, -l * 0.02), vec2(-x, l * 0.04)])));
    }
    kit.add("label_title", &gilt, marks);
    kit.hull_box(vec3(w, t, l), Vec3::ZERO);
    let reach: Vec<Vec3> = spine.iter().flat_map(|p| [-0.5, 0.5].map(|s| vec3(p.x - w * 0.5, p.y, l * s))).collect();
    kit.hull_around(&reach, 24);
    kit.finish()
}

/// The section of a rounded spine, at its outer side convex towards -x. It ends within the boards.
fn spine_section(t: f32, board: f32) -> Vec<Vec2> {
    let (h, within) = (t * 0.5, 0.0005);
    let outer = curve2(
        &[
            [0.004, h - within],
            [-0.002, h - within],
            [-0.0062, h * 0.5],
            [-0.0076, 0.0],
            [-0.0062, -h * 0.5],
            [-0.002, within - h],
            [0.004, within - h],
        ],
        2,
    );
    let inner = [
        vec2(0.004, board - h),
        vec2(-0.003, board - h * 0.8),
        vec2(-0.0046, 0.0),
        vec2(-0.003, h * 0.8 - board),
        vec2(0.004, h - board),
    ];
    outer.into_iter().chain(inner).collect()
}

/// A notebook with soft rounded covers and an elastic band, or a wire spiral.
pub(super) fn notebook(variant: u32) -> Model {
    let mut rng = Rng::new("notebook", variant);
    let (w, l, t) = (rng.range(0.1, 0.15), rng.range(0.15, 0.21), rng.range(0.009, 0.016));
    let spiral = variant % 2 == 1;
    let plate = |inset: f32, thick: f32, y: f32, bevel: f32| {
        let (x, z, r) = (w * 0.5 - inset, l * 0.5 - inset, 0.007);
        let left = if spiral { r } else { 0.001 };
        let shape = rounded_outline(&[[-x, -z, left], [x, -z, r], [x, z, r], [-x, z, left]], 4, true);
        extrude(&shape, thick, bevel)
            .rotated(glam::Quat::from_rotation_x(-std::f32::consts::FRAC_PI_2))
            .translated(Vec3::Y * y)
    };
    let cover: Look = look(
        if spiral { "plastic" } else { "leather" },
        cycle(&[0x22242a, 0x7a8f86, 0x54261e, 0xd3a63c, 0x2f4b45, 0x4a6d9a, 0xb3583f, 0xc9c3b4], variant),
    )
    .rough(0.55);
    let mut kit = Kit::default();
    let thick = 0.0013;
    kit.add(
        "cover",
        &cover,
        [plate(0.0, thick, (t - thick) * 0.5, 0.0004), plate(0.0, thick, (thick - t) * 0.5, 0.0004)],
    );
    kit.add("pages", &look("paper", 0xf1ece0).rough(0.8), [plate(0.0015, t - 2.0 * thick + 0.0002, 0.0, 0.0003)]);
    if spiral {
        let turns = (l / 0.0125) as usize;
        let r = t * 0.5 + 0.0035;
        let wire = (1..turns).map(|k| {
            let z = l * (k as f32 / turns as f32 - 0.5);
            let ring: Vec<Vec3> = (0..=10)
                .map(|i| {
                    let p = circle(r, 10)[i % 10];
                    vec3(p.x - w * 0.5 + 0.002, p.y, z)
                })
                .collect();
            tube(&ring, 0.0006, 5)
        });
        kit.add("spiral", &look("brushed_steel", 0xffffff), wire);
        kit.hull_wheel(r, l * 0.92, vec3(0.002 - w * 0.5, 0.0, 0.0));
    } else {
        let x = w * 0.5 - 0.012;
        let h = t * 0.5 + 0.0002;
        let strap = [
            slab([0.006, 0.0008, l + 0.001], [x, h, 0.0], 0.0002),
            slab([0.006, 0.0008, l + 0.001], [x, -h, 0.0], 0.0002),
            slab([0.006, t, 0.0008], [x, 0.0, l * 0.5], 0.0002),
            slab([0.006, t, 0.0008], [x, 0.0, -l * 0.5], 0.0002),
        ];
        kit.add("elastic", &look("fabric", cycle(&[0x8c2f26, 0x1d1d1f, 0xd8b45a], variant)), strap);
        let spine = curve(
            &[
                vec3(-w * 0.5, t * 0.5 - thick * 0.5, 0.0),
                vec3(-w * 0.5 - 0.0012, 0.0, 0.0),
                vec3(-w * 0.5, thick * 0.5 - t * 0.5, 0.0),
            ],
            3,
        );
        let mut soup = Soup::default();
        for p in spine.windows(2) {
            let z = Vec3::Z * l * 0.499;
            for s in [0.0, 0.001] {
                let d = vec3(s, 0.0, 0.0);
                let q = [p[0] - z + d, p[1] - z + d, p[1] + z + d, p[0] + z + d];
                soup.quad_flat(if s == 0.0 { q } else { [q[3], q[2], q[1], q[0]] }, 0);
            }
        }
        kit.add("open_spine", &cover, [soup.smooth(CREASE_DEG)]);
        kit.hull_box(vec3(0.004, 0.001, 0.03), vec3(-w * 0.1, -t * 0.2, l * 0.5 + 0.006));
        kit.add(
            "ribbon",
            &look("fabric", 0x9a2e2a),
            [slab([0.004, 0.0006, 0.03], [-w * 0.1, -t * 0.2, l * 0.5 + 0.006], 0.0001)],
        );
    }
    kit.hull_box(vec3(w, t, l), Vec3::ZERO);
    kit.finish()
}

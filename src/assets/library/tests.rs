//! Checks that every model of the library keeps: sound meshes, centred, closed, and hulls that fit.

use glam::Vec3;

use super::*;
use crate::assets::Hull;
use crate::assets::mesh::bounds_of;
use crate::assets::mesh::tests::fault;

/// Parts that are drawn on a surface or are thin sheets, and so have an edge.
const OPEN: &[&str] = &["label", "leaf", "leaves", "open", "glass", "shell"];

fn each(mut f: impl FnMut(&Entry, u32, Model)) {
    for e in NAMES {
        for v in 0..VARIANTS {
            f(e, v, (e.build)(v));
        }
    }
}

fn bounds(m: &Model) -> (Vec3, Vec3) {
    bounds_of(m.parts.iter().flat_map(|p| <[Vec3; 2]>::from(p.mesh.bounds()))).unwrap_or_default()
}

#[test]
fn meshes_are_sound() {
    let mut faults = Vec::new();
    each(|e, v, m| {
        for p in &m.parts {
            if let Some(f) = fault(&p.mesh) {
                faults.push(format!("{} {v} {}: {f}", e.name, p.name));
            }
            if !OPEN.iter().any(|o| p.name.starts_with(o)) && (!p.mesh.is_closed() || p.mesh.volume() <= 0.0) {
                faults.push(format!("{} {v} {}: open or inside out", e.name, p.name));
            }
        }
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn only_leaves_of_trees_are_shaded_otherwise_than_they_lie() {
    let (mut leaves, mut faults) = (0, Vec::new());
    each(|e, v, m| {
        for part in &m.parts {
            let bent = part.mesh.has_bent_normals();
            leaves += u32::from(bent);
            // Far crowns are round in few triangles.
            let soft = [("tree", "leaves"), ("avenue", "crowns")];
            if bent != soft.iter().any(|(name, start)| e.name == *name && part.name.starts_with(start)) {
                faults.push(format!("{} {v}: {} bent: {bent}", e.name, part.name));
            }
        }
    });
    assert!(leaves > 0 && faults.is_empty(), "{faults:#?}");
}

#[test]
fn models_are_centred_and_their_hulls_fit() {
    let mut faults = Vec::new();
    each(|e, v, m| {
        let (low, high) = bounds(&m);
        let size = (high - low).max_element();
        if ((low + high) * 0.5).abs().max_element() > 1e-3 {
            faults.push(format!("{} {v} is off centre", e.name));
        }
        let hull = bounds_of(m.hulls.iter().flat_map(|h| <[Vec3; 2]>::from(h.bounds()))).unwrap_or_default();
        let off = (hull.0 - low).abs().max((hull.1 - high).abs());
        let slack = if size < 1.0 { 0.002f32.max(size * 0.02) } else { 0.03 * size };
        if off.max_element() > slack {
            faults.push(format!("{} {v}: hulls {} {} about {low} {high}", e.name, hull.0, hull.1));
        }
        // what it stands on must be exact, lest it float or sink
        if (hull.0.y - low.y).abs() > if size < 1.0 { 0.0015 } else { 0.01 } {
            faults.push(format!("{} {v}: stands {} m over its hulls", e.name, low.y - hull.0.y));
        }
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// How far a hull reaches along a direction.
fn reach(h: &Hull, d: Vec3) -> f32 {
    let round = |axis: Vec3, r: f32| r * (1.0 - axis.dot(d) * axis.dot(d)).max(0.0).sqrt();
    match h {
        Hull::Cuboid { half_extents: e, position, rotation } => {
            let [x, y, z] = [Vec3::X, Vec3::Y, Vec3::Z].map(|a| (*rotation * a).dot(d).abs());
            position.dot(d) + x * e.x + y * e.y + z * e.z
        }
        Hull::Ball { radius, position } => position.dot(d) + radius,
        Hull::Cylinder { half_height, radius, position, rotation } => {
            let axis = *rotation * Vec3::Y;
            position.dot(d) + axis.dot(d).abs() * half_height + round(axis, *radius)
        }
        Hull::Cone { half_height, radius, position, rotation } => {
            let axis = *rotation * Vec3::Y;
            let tip = (*position + axis * *half_height).dot(d);
            tip.max((*position - axis * *half_height).dot(d) + round(axis, *radius))
        }
        Hull::Capsule { half_height, radius, position, rotation } => {
            position.dot(d) + (*rotation * Vec3::Y).dot(d).abs() * half_height + radius
        }
        Hull::Convex { points } => points.iter().map(|p| p.dot(d)).fold(f32::MIN, f32::max),
    }
}

#[test]
fn hulls_reach_as_far_as_meshes_all_around() {
    let ball = crate::assets::mesh::uv_sphere(1.0, 16, 9).normals;
    let mut faults = Vec::new();
    each(|e, v, m| {
        let (low, high) = bounds(&m);
        let size = (high - low).max_element();
        // a corner that a hull lacks: what would sink, or float, when it lies on that side
        let slack = if size < 0.7 { (size * 0.035).max(0.003) } else { size * 0.05 };
        let mut worst = (0.0f32, Vec3::ZERO);
        for d in &ball {
            let solid = m.hulls.iter().map(|h| reach(h, *d)).fold(f32::MIN, f32::max);
            let points = m.parts.iter().flat_map(|p| &p.mesh.positions);
            let off = solid - points.map(|p| p.dot(*d)).fold(f32::MIN, f32::max);
            worst = if off.abs() > worst.0.abs() { (off, *d) } else { worst };
        }
        if worst.0.abs() > slack {
            faults.push(format!("{} {v}: {:.4} m along {:.2} (size {size:.2})", e.name, worst.0, worst.1));
        }
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn variants_repeat_and_differ() {
    for e in NAMES {
        let all: Vec<Model> = (0..VARIANTS).map(e.build).collect();
        assert!((0..VARIANTS).all(|v| build(e.name, v).as_ref() == all.get(v as usize)), "{}", e.name);
        for (i, a) in all.iter().enumerate() {
            assert!(all.iter().skip(i + 1).all(|b| a != b), "{} {i}", e.name);
        }
    }
    assert_eq!(build("unobtainium", 0), None);
}

#[test]
fn names_and_textures_are_known() {
    each(|e, v, m| {
        assert!(["tabletop", "warehouse", "workshop", "street", "ground"].contains(&e.theme));
        let mut names: Vec<&str> = m.parts.iter().map(|p| p.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), m.parts.len(), "{} {v}: two parts of one name", e.name);
        for p in &m.parts {
            assert!(texture_of(p).is_some(), "{} {}", e.name, p.name);
        }
        assert!(!m.hulls.is_empty() && m.hulls.len() < 90, "{} {v}: {} hulls", e.name, m.hulls.len());
    });
}

#[test]
fn triangles_are_few() {
    each(|e, v, m| {
        let n: usize = m.parts.iter().map(|p| p.mesh.triangle_count()).sum();
        let most = match e.theme {
            "tabletop" | "workshop" => 3300,
            "warehouse" => 6000,
            _ if e.name == "building" => 11_000,
            _ => 7000,
        };
        let per: Vec<String> = m.parts.iter().map(|p| format!("{} {}", p.name, p.mesh.triangle_count())).collect();
        assert!((12..=most).contains(&n), "{} {v}: {n} triangles: {}", e.name, per.join(", "));
    });
}

//! Shapes drawn by moving an outline: lathe, extrusion, loft, sweep and tube.

use std::f32::consts::TAU;

use glam::{Vec2, Vec3};

use super::{CREASE_DEG, Soup};
use crate::assets::MeshData;

/// Rounds the corners of an outline: every point is `[x, y, fillet radius]` in metres, every fillet takes `steps`
/// pieces. A closed outline joins its last point to its first (and does not repeat it).
pub fn rounded_outline(points: &[[f32; 3]], steps: usize, closed: bool) -> Vec<Vec2> {
    let n = points.len();
    let at = |i: usize| Vec2::new(points[i % n][0], points[i % n][1]);
    let mut out = Vec::new();
    for (i, corner) in points.iter().enumerate() {
        let (p, radius) = (at(i), corner[2]);
        if radius <= 0.0 || (!closed && (i == 0 || i + 1 == n)) {
            out.push(p);
            continue;
        }
        let (a, b) = (at(i + n - 1) - p, at(i + 1) - p);
        let (da, db) = (a.normalize_or_zero(), b.normalize_or_zero());
        let cos = da.dot(db).clamp(-0.999_9, 0.999_9);
        let reach = (radius * ((1.0 + cos) / (1.0 - cos)).sqrt()).min(0.49 * a.length().min(b.length()));
        let (from, to, w) = (p + da * reach, p + db * reach, ((1.0 - cos) * 0.5).sqrt());
        for k in 0..=steps {
            let t = k as f32 / steps.max(1) as f32;
            let (x, y, z) = ((1.0 - t) * (1.0 - t), 2.0 * w * t * (1.0 - t), t * t);
            out.push((from * x + p * y + to * z) / (x + y + z));
        }
    }
    out
}

/// A circle of `n` points, counter-clockwise, starting on +x.
pub fn circle(radius: f32, n: usize) -> Vec<Vec2> {
    let point = |k: usize| {
        let (s, c) = libm::sincosf(TAU * k as f32 / n as f32);
        Vec2::new(c * radius, s * radius)
    };
    (0..n).map(point).collect()
}

/// Turns a profile of `(radius, height)` points (m) about Y. A profile that starts on the axis at the bottom, runs
/// outwards, up and back to the axis encloses a solid, outside out; going on down the inside makes a vessel.
/// Corners sharper than `crease_deg` are hard.
pub fn lathe(profile: &[Vec2], segments: usize, crease_deg: f32) -> MeshData {
    let segments = segments.max(3);
    let turn: Vec<Vec2> = circle(1.0, segments);
    let point = |i: usize, j: usize| {
        let (p, t) = (profile[i], turn[j % segments]);
        Vec3::new(p.x * t.x, p.y, -p.x * t.y)
    };
    let step = |i: usize| profile[i + 1] - profile[i];
    let flat = |i: usize| step(i).x.abs() > 1.5 * step(i).y.abs();
    let count = profile.len().saturating_sub(1);
    let mut soup = Soup::default();
    let (mut along, mut i) = (0.0, 0);
    while i < count {
        let mut end = i + 1;
        while end < count && flat(end) == flat(i) {
            end += 1;
        }
        let widest = profile[i..=end].iter().fold(0.0f32, |r, p| r.max(p.x));
        for k in i..end {
            let next = along + step(k).length();
            for j in 0..segments {
                let uv = |col: f32, v: f32, p: Vec3| {
                    if flat(i) {
                        [p.x, if step(i).x < 0.0 { p.z } else { -p.z }]
                    } else {
                        [TAU * widest * col / segments as f32, -v]
                    }
                };
                let (low, high) = (profile[k].x <= 0.0, profile[k + 1].x <= 0.0);
                let (l, r) = (j as f32, (j + 1) as f32);
                let (a, b, c, d) = (point(k, j), point(k, j + 1), point(k + 1, j + 1), point(k + 1, j));
                let (ua, ub, uc, ud) = (uv(l, along, a), uv(r, along, b), uv(r, next, c), uv(l, next, d));
                let mid = (l + r) * 0.5;
                if low {
                    soup.triangle([a, c, d], [uv(mid, along, a), uc, ud], 0);
                } else if high {
                    soup.triangle([a, b, d], [ua, ub, uv(mid, next, d)], 0);
                } else {
                    soup.quad([a, b, c, d], [ua, ub, uc, ud], 0);
                }
            }
            along = next;
        }
        i = end;
    }
    soup.smooth(crease_deg)
}

/// Cuts a simple polygon, counter-clockwise, into triangles (indices of its points).
pub fn triangulate(polygon: &[Vec2]) -> Vec<[usize; 3]> {
    let mut left: Vec<usize> = (0..polygon.len()).collect();
    let mut out = Vec::new();
    while left.len() > 3 {
        let n = left.len();
        let ear = |k: usize| {
            let [a, b, c] = [(k + n - 1) % n, k, (k + 1) % n].map(|i| left[i]);
            let [p, q, r] = [a, b, c].map(|i| polygon[i]);
            let area = (q - p).perp_dot(r - p);
            let inside = |x: Vec2| {
                (q - p).perp_dot(x - p) >= 0.0 && (r - q).perp_dot(x - q) >= 0.0 && (p - r).perp_dot(x - r) >= 0.0
            };
            let free = left.iter().all(|i| [a, b, c].contains(i) || !inside(polygon[*i]));
            // the roundest ear first, to spare slivers
            let long = p.distance_squared(q).max(q.distance_squared(r)).max(r.distance_squared(p));
            (area > 0.0 && free).then_some(area / long)
        };
        let best = (0..n).filter_map(|k| ear(k).map(|q| (k, q))).reduce(|a, b| if b.1 > a.1 { b } else { a });
        let k = best.map_or(0, |(k, _)| k);
        out.push([(k + n - 1) % n, k, (k + 1) % n].map(|i| left[i]));
        left.remove(k);
    }
    out.extend(<[usize; 3]>::try_from(left).ok());
    out
}

/// Raises a polygon of the XY plane, counter-clockwise (m), to a slab of `depth` (m) along Z around the origin.
/// `bevel` (m) rounds the edges between the flat faces and the rim; 0 leaves them sharp.
pub fn extrude(polygon: &[Vec2], depth: f32, bevel: f32) -> MeshData {
    let n = polygon.len();
    let h = depth * 0.5;
    let bevel = bevel.clamp(0.0, h * 0.95);
    let normal = |i: usize| {
        let d = (polygon[(i + 1) % n] - polygon[i % n]).normalize_or_zero();
        Vec2::new(d.y, -d.x)
    };
    let inset = |i: usize| {
        let (a, b) = (normal(i + n - 1), normal(i));
        polygon[i] - (a + b) / (1.0 + a.dot(b)).max(0.3) * bevel
    };
    let small: Vec<Vec2> = (0..n).map(inset).collect();
    let mut soup = Soup::default();
    for side in [1.0, -1.0f32] {
        for t in triangulate(&small) {
            let p = if side > 0.0 { t } else { [t[0], t[2], t[1]] }.map(|i| small[i].extend(h * side));
            soup.triangle_flat(p, 0);
        }
    }
    let mut rings = vec![polygon.iter().map(|p| p.extend(bevel - h)).collect::<Vec<_>>()];
    rings.push(polygon.iter().map(|p| p.extend(h - bevel)).collect());
    if bevel > 0.0 {
        rings.insert(0, small.iter().map(|p| p.extend(-h)).collect());
        rings.push(small.iter().map(|p| p.extend(h)).collect());
    }
    skin(&mut soup, &rings);
    soup.smooth(CREASE_DEG)
}

/// Quads between closed loops of points; u along the way, v around.
fn skin(soup: &mut Soup, rings: &[Vec<Vec3>]) {
    let Some(n) = rings.iter().map(Vec::len).min().filter(|n| *n > 2) else { return };
    let length = |r: &[Vec3]| (0..n).map(|j| r[j].distance(r[(j + 1) % n])).sum::<f32>();
    let widest = rings.iter().map(|r| length(r)).fold(0.0, f32::max);
    let mut along = 0.0;
    for pair in rings.windows(2) {
        let (low, high) = (&pair[0], &pair[1]);
        let step = (0..n).map(|j| low[j].distance(high[j])).sum::<f32>() / n as f32;
        let (total, mut round) = (length(low).max(1e-9), 0.0);
        for j in 0..n {
            let k = (j + 1) % n;
            let next = round + low[j].distance(low[k]) / total * widest;
            let uv = [[along, round], [along, next], [along + step, next], [along + step, round]];
            soup.quad([low[j], low[k], high[k], high[j]], uv, 0);
            round = next;
        }
        along += step;
    }
}

/// A skin over closed loops of equally many points (m), each counter-clockwise seen against the direction from
/// loop to loop; both ends are closed by fans about their middle.
pub fn loft(rings: &[Vec<Vec3>], crease_deg: f32) -> MeshData {
    let mut soup = Soup::default();
    skin(&mut soup, rings);
    if let (Some(first), Some(last)) = (rings.first(), rings.last()) {
        for (ring, start) in [(first, true), (last, false)] {
            let n = ring.len();
            let middle = ring.iter().copied().sum::<Vec3>() / n.max(1) as f32;
            for j in 0..n {
                let (a, b) = (ring[j], ring[(j + 1) % n]);
                soup.triangle_flat(if start { [middle, b, a] } else { [middle, a, b] }, 0);
            }
        }
    }
    soup.smooth(crease_deg)
}

/// Moves a closed section (counter-clockwise, m) along a path (m). The section's y axis starts along `up` and turns
/// with the path; `scale` widens the section at a fraction 0–1 of the path's points. A path that ends where it
/// starts is closed to a ring, any other gets end faces.
pub fn sweep(section: &[Vec2], path: &[Vec3], up: Vec3, crease_deg: f32, scale: impl Fn(f32) -> f32) -> MeshData {
    let n = path.len();
    if n < 2 {
        return MeshData::default();
    }
    let ring = path[0].distance(path[n - 1]) < 1e-6;
    let step = |i: usize| (path[i + 1] - path[i]).normalize_or_zero();
    let heading = |i: usize| match (i == 0, i + 1 == n) {
        (true, _) | (_, true) if ring => (step(0) + step(n - 2)).normalize_or(step(0)),
        (true, _) => step(0),
        (_, true) => step(n - 2),
        _ => (step(i - 1) + step(i)).normalize_or(step(i)),
    };
    let mut up = (up - heading(0) * heading(0).dot(up)).normalize_or(heading(0).any_orthonormal_vector());
    let mut rings = Vec::with_capacity(n);
    for (i, at) in path.iter().enumerate() {
        let h = heading(i);
        if i > 0 {
            // the least turn from the last heading to this one
            let both = heading(i - 1) + h;
            up -= both * (h.dot(up) / (1.0 + heading(i - 1).dot(h)).max(1e-3));
            up = (up - h * h.dot(up)).normalize_or(h.any_orthonormal_vector());
        }
        let side = up.cross(h);
        // a joint is cut on the slant, so that the pieces keep their thickness
        let bend = if i > 0 && i + 1 < n { step(i - 1).dot(h).max(0.5) } else { 1.0 };
        let out = if i > 0 && i + 1 < n { (step(i) - step(i - 1)).normalize_or_zero() } else { Vec3::ZERO };
        let s = scale(i as f32 / (n - 1) as f32);
        let place = |p: &Vec2| {
            let offset = (side * p.x + up * p.y) * s;
            *at + offset + out * out.dot(offset) * (1.0 / bend - 1.0)
        };
        rings.push(section.iter().map(place).collect::<Vec<_>>());
    }
    if ring {
        let first = rings[0].clone();
        rings[n - 1] = first;
        let mut soup = Soup::default();
        skin(&mut soup, &rings);
        return soup.smooth(crease_deg);
    }
    loft(&rings, crease_deg)
}

/// A round bar of `radius` (m) along a path (m), with `sides` sides.
pub fn tube(path: &[Vec3], radius: f32, sides: usize) -> MeshData {
    let first = path.windows(2).next().map_or(Vec3::X, |w| w[1] - w[0]).normalize_or(Vec3::X);
    sweep(&circle(radius, sides), path, first.any_orthonormal_vector(), 62.0, |_| 1.0)
}

#[cfg(test)]
mod tests {
    use super::super::tests::fault;
    use super::*;

    fn sound(m: &MeshData, volume: f32) {
        assert_eq!(fault(m), None);
        assert!(m.is_closed());
        assert!((m.volume() / volume - 1.0).abs() < 0.06, "{} for {volume}", m.volume());
    }

    #[test]
    fn fillets_keep_to_the_outline() {
        let square = [[0.0, 0.0, 0.1], [1.0, 0.0, 0.1], [1.0, 1.0, 0.1], [0.0, 1.0, 0.1]];
        let round = rounded_outline(&square, 4, true);
        assert_eq!(round.len(), 20);
        let near = |p: &Vec2| (p.distance(Vec2::new(0.1, 0.1)) - 0.1).abs() < 1e-5;
        assert!(round[..5].iter().all(near));
    }

    #[test]
    fn a_vessel_holds_less_than_its_hull() {
        let p = |r: f32, y: f32| Vec2::new(r, y);
        let cup = [p(0.0, 0.0), p(0.04, 0.0), p(0.04, 0.1), p(0.036, 0.1), p(0.036, 0.005), p(0.0, 0.005)];
        let solid = std::f32::consts::PI * (0.04f32 * 0.04 * 0.1 - 0.036 * 0.036 * 0.095);
        sound(&lathe(&cup, 32, CREASE_DEG), solid);
    }

    #[test]
    fn extrusions_even_of_hollow_outlines() {
        let ell = [[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [1.0, 1.0], [1.0, 2.0], [0.0, 2.0]].map(Vec2::from);
        assert_eq!(triangulate(&ell).len(), 4);
        for bevel in [0.0, 0.01] {
            sound(&extrude(&ell, 0.5, bevel), 1.5);
        }
    }

    #[test]
    fn tubes_and_rings() {
        use std::f32::consts::PI;
        let path = [Vec3::ZERO, Vec3::X, Vec3::new(1.0, 1.0, 0.0)];
        sound(&tube(&path, 0.1, 16), PI * 0.01 * 2.0);
        let mut around: Vec<Vec3> = circle(1.0, 32).iter().map(|p| p.extend(0.0)).collect();
        around.push(around[0]);
        sound(&tube(&around, 0.1, 16), 2.0 * PI * PI * 0.01);
        let cone = sweep(&circle(0.5, 24), &[Vec3::ZERO, Vec3::Y], Vec3::Z, CREASE_DEG, |t| 1.0 - 0.5 * t);
        sound(&cone, PI * 1.75 / 12.0);
    }
}

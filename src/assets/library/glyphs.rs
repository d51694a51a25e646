//! Letters and digits as flat geometry, for signs, number plates and labels.

use glam::{Vec2, Vec3, vec2, vec3};

use crate::assets::MeshData;
use crate::assets::mesh::Builder;

/// The strokes of a character on a grid 4 wide and 6 high, each a row of `xy` digits.
fn strokes(c: char) -> &'static [&'static str] {
    match c {
        '0' | 'O' => &["10 30 41 45 36 16 05 01 10"],
        '1' => &["04 26 20", "10 30"],
        '2' => &["05 16 36 45 44 00 40"],
        '3' => &["05 16 36 45 44 33 42 41 30 10 01", "33 13"],
        '4' => &["30 36 02 42"],
        '5' => &["46 06 03 33 42 41 30 10 01"],
        '6' => &["45 36 16 05 01 10 30 41 42 33 03"],
        '7' => &["06 46 10"],
        '8' => &["13 04 05 16 36 45 44 33 13 02 01 10 30 41 42 33"],
        '9' => &["01 10 30 41 45 36 16 05 04 13 43"],
        'A' => &["00 26 40", "12 32"],
        'B' => &["00 06 36 45 44 33 42 41 30 00", "03 33"],
        'C' => &["45 36 16 05 01 10 30 41"],
        'D' => &["00 06 26 44 42 20 00"],
        'E' => &["46 06 00 40", "03 33"],
        'F' => &["46 06 00", "03 33"],
        'G' => &["45 36 16 05 01 10 30 41 43 23"],
        'H' => &["00 06", "40 46", "03 43"],
        'I' => &["20 26"],
        'K' => &["00 06", "46 03 40"],
        'L' => &["06 00 40"],
        'M' => &["00 06 23 46 40"],
        'N' => &["00 06 40 46"],
        'P' => &["00 06 36 45 44 33 03"],
        'R' => &["00 06 36 45 44 33 03", "23 40"],
        'S' => &["45 36 16 05 04 13 33 42 41 30 10 01"],
        'T' => &["06 46", "26 20"],
        'U' => &["06 01 10 30 41 46"],
        'V' => &["06 20 46"],
        'X' => &["00 46", "06 40"],
        'Y' => &["06 23 46", "23 20"],
        'Z' => &["06 46 00 40"],
        '-' => &["13 33"],
        '!' => &["26 22", "20 21"],
        _ => &[],
    }
}

/// A line of text in the XY plane, centred on the origin, that faces +Z. `height` of the capitals and `stroke`
/// width in metres; characters without strokes are gaps.
pub(super) fn text(line: &str, height: f32, stroke: f32) -> MeshData {
    let unit = (height - stroke) / 6.0;
    let pitch = 4.0 + 1.3 + stroke / unit;
    let count = line.chars().count() as f32;
    let left = -0.5 * (count * pitch - (pitch - 4.0));
    let mut b = Builder::default();
    for (i, c) in line.chars().enumerate() {
        let point = |xy: &str| {
            let d = |k: usize| f32::from(xy.as_bytes().get(k).copied().unwrap_or(b'0') - b'0');
            vec2(left + i as f32 * pitch + d(0), d(1) - 3.0) * unit
        };
        for line in strokes(c) {
            let path: Vec<Vec2> = line.split(' ').map(point).collect();
            ribbon(&mut b, &path, stroke);
        }
    }
    b.finish()
}

/// A flat band of `width` (m) along a path in the XY plane, mitred at its corners, that faces +Z.
pub(super) fn ribbon(b: &mut Builder, path: &[Vec2], width: f32) {
    let n = path.len();
    if n < 2 {
        return;
    }
    let ring = path[0] == path[n - 1];
    let dir = |i: usize| (path[i + 1] - path[i]).normalize_or_zero();
    let side = |i: usize| {
        let (before, after) = match (i == 0, i + 1 == n) {
            (true, _) | (_, true) if ring => (dir(n - 2), dir(0)),
            (true, _) => (dir(0), dir(0)),
            (_, true) => (dir(n - 2), dir(n - 2)),
            _ => (dir(i - 1), dir(i)),
        };
        (before.perp() + after.perp()) / (1.0 + before.dot(after)).max(0.5) * (width * 0.5)
    };
    for i in 0..n - 1 {
        let mut ends = [path[i], path[i + 1]];
        if !ring {
            // square ends reach half the width further
            ends[0] -= if i == 0 { dir(i) * width * 0.5 } else { Vec2::ZERO };
            ends[1] += if i + 2 == n { dir(i) * width * 0.5 } else { Vec2::ZERO };
        }
        let corner = |p: Vec2| (vec3(p.x, p.y, 0.0), Vec3::Z, [p.x, -p.y]);
        let (s, t) = (side(i), side(i + 1));
        b.poly(&[corner(ends[0] - s), corner(ends[1] - t), corner(ends[1] + t), corner(ends[0] + s)]);
    }
}

/// A flat polygon with all corners on one circle or otherwise convex, in the XY plane, that faces +Z.
pub(super) fn flat(outline: &[Vec2]) -> MeshData {
    let corners: Vec<_> = outline.iter().map(|p| (p.extend(0.0), Vec3::Z, [p.x, -p.y])).collect();
    let mut b = Builder::default();
    b.poly(&corners);
    b.finish()
}

/// A closed flat band along an outline, see [`ribbon`].
pub(super) fn outline(points: &[Vec2], width: f32) -> MeshData {
    let mut path = points.to_vec();
    path.extend(points.first().copied());
    let mut b = Builder::default();
    ribbon(&mut b, &path, width);
    b.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::mesh::tests::fault;

    #[test]
    fn every_character_is_sound() {
        let all = "0123456789ABCDEFGHIKLMNOPRSTUVXYZ-!";
        for c in all.chars() {
            let m = text(&c.to_string(), 0.1, 0.012);
            assert_eq!(fault(&m), None, "{c}");
        }
        let (low, high) = text("HH", 0.1, 0.01).bounds();
        assert!((high.y - low.y - 0.1).abs() < 1e-5 && (high.x + low.x).abs() < 1e-5);
    }
}

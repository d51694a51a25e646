//! Bodies of vehicles: a skin through cross sections from tail to nose, cut by wheel arches, with windows.

use glam::{Vec2, Vec3, vec2, vec3};

use super::kit::along;
use crate::assets::MeshData;
use crate::assets::mesh::Soup;

/// The groups of faces that [`Shell::build`] gives, in order.
pub(super) const PAINT: usize = 0;
pub(super) const GLASS: usize = 1;
pub(super) const TRIM: usize = 2;
pub(super) const UNDER: usize = 3;

/// What a body looks like. Lengths are metres; `x` runs from the tail (`-length / 2`) to the nose; tables are
/// `[x, value]` rows.
pub(super) struct Shell<'a> {
    pub length: f32,
    pub width: f32,
    /// Height of the middle line: bonnet, windscreen, roof, tail.
    pub top: &'a [[f32; 2]],
    /// Height of the belt line, where the side windows begin.
    pub belt: &'a [[f32; 2]],
    /// Height of the lower edge of the doors.
    pub sill: &'a [[f32; 2]],
    /// Share of the full width, seen from above.
    pub plan: &'a [[f32; 2]],
    /// Share of the full width at the edge of the roof.
    pub roof: f32,
    /// How far the middle of roof and bonnet is over their edges.
    pub crown: f32,
    /// Centres of the wheels.
    pub axles: [f32; 2],
    pub arch: f32,
    pub hub: f32,
    /// Where the windscreen begins (foot) and ends (head); likewise the rear window; equal for none.
    pub screen: [f32; 2],
    pub rear: [f32; 2],
    /// Side windows from and to.
    pub windows: &'a [[f32; 2]],
}

/// Share of the full width at a height, as a fraction of the height of the belt line.
const BULGE: [[f32; 2]; 7] =
    [[0.15, 0.93], [0.3, 0.968], [0.5, 0.994], [0.65, 1.0], [0.8, 0.992], [0.93, 0.972], [1.0, 0.952]];
/// Rows of a half section, from the middle of the floor to the middle of the top.
const ROWS: usize = 14;

impl Shell<'_> {
    fn arch_height(&self, x: f32) -> f32 {
        let reach = |a: &f32| {
            let d = self.arch * self.arch - (x - a) * (x - a);
            if d > 0.0 { self.hub + d.sqrt() } else { 0.0 }
        };
        self.axles.iter().map(reach).fold(0.0, f32::max)
    }

    /// Half the width of the body at a place of its side, below the belt line.
    pub(super) fn side(&self, x: f32, y: f32) -> f32 {
        let belt = along(self.belt, x).min(along(self.top, x));
        self.width * 0.5 * along(self.plan, x) * along(&BULGE, (y / belt).min(1.0))
    }

    /// Height of the edge between side and top.
    fn edge(&self, x: f32) -> f32 {
        let (top, belt) = (along(self.top, x), along(self.belt, x));
        let over = ((top - belt) / 0.3).clamp(0.0, 1.0);
        (top - self.crown * (0.55 + 0.45 * over)).max(belt.min(top - 0.012) + 0.006)
    }

    /// Half the width at the edge of bonnet or roof.
    fn edge_half(&self, x: f32) -> f32 {
        let belt = along(self.belt, x).min(along(self.top, x));
        let highest = self.top.iter().map(|p| p[1]).fold(0.0, f32::max);
        let t = ((self.edge(x) - belt) / (highest - belt)).clamp(0.0, 1.0);
        self.width * 0.5 * along(self.plan, x) * (0.945 + (self.roof - 0.945) * t)
    }

    fn section(&self, x: f32) -> [Vec3; ROWS] {
        let top = along(self.top, x);
        let edge = self.edge(x);
        let belt = along(self.belt, x).min(edge - 0.006);
        let low = along(self.sill, x).max(self.arch_height(x)).min(belt - 0.05);
        let at = |t: f32| {
            let y = low + (belt - low) * t;
            vec2(self.side(x, y), y)
        };
        let foot = at(0.0);
        let base = at(1.0);
        let (window, head) = (vec2(base.x * 0.988, belt + 0.004), vec2(self.edge_half(x), edge));
        let frame = (0.05 / (head - window).length()).min(0.4);
        let crown = |s: f32| vec2(head.x * s, edge + (top - edge) * (1.0 - s * s));
        let rows = [
            vec2(0.0, foot.y + 0.009),
            vec2(foot.x - 0.035, foot.y + 0.012),
            foot,
            at(0.1),
            at(0.3),
            at(0.55),
            at(0.8),
            base,
            window,
            window.lerp(head, 1.0 - frame),
            head,
            crown(0.88),
            crown(0.5),
            vec2(0.0, top),
        ];
        rows.map(|p: Vec2| vec3(x, p.y, p.x))
    }

    fn stations(&self) -> Vec<f32> {
        let half = self.length * 0.5;
        let mut keys = vec![-half, half];
        for a in self.axles {
            for q in [0.0, 0.42, 0.76, 0.96] {
                keys.extend([a - q * self.arch, a + q * self.arch]);
            }
            keys.extend([a - self.arch - 0.002, a + self.arch + 0.002]);
        }
        keys.extend(self.screen);
        keys.extend(self.rear);
        keys.extend(self.windows.iter().flatten());
        keys.retain(|x| x.abs() <= half);
        keys.sort_by(f32::total_cmp);
        keys.dedup_by(|a, b| (*a - *b).abs() < 0.0015);
        let tables = [self.plan, self.top].into_iter().flatten().map(|p| p[0]);
        let even = (1..13).map(|k| self.length * (k as f32 / 13.0 - 0.5));
        for x in tables.chain(even) {
            if x.abs() < half && keys.iter().all(|k| (k - x).abs() > 0.05) {
                keys.push(x);
            }
        }
        keys.sort_by(f32::total_cmp);
        keys
    }

    fn group(&self, x: f32, row: usize) -> usize {
        let within = |s: &[f32; 2]| x > s[0].min(s[1]) && x < s[0].max(s[1]);
        match row {
            0 | 1 => UNDER,
            2 => TRIM,
            8 if self.windows.iter().any(within) => GLASS,
            8 => {
                // dark pillars between two windows
                let first = self.windows.iter().map(|w| w[0]).fold(f32::MAX, f32::min);
                let last = self.windows.iter().map(|w| w[1]).fold(f32::MIN, f32::max);
                if x > first && x < last { TRIM } else { PAINT }
            }
            11 | 12 if within(&self.screen) || within(&self.rear) => GLASS,
            _ => PAINT,
        }
    }

    /// The skin, by groups: paint, glass, dark trim, floor.
    pub(super) fn build(&self) -> Vec<MeshData> {
        let xs = self.stations();
        let sections: Vec<_> = xs.iter().map(|x| self.section(*x)).collect();
        let mirror = |p: Vec3| vec3(p.x, p.y, -p.z);
        let mut soup = Soup::default();
        for (i, pair) in sections.windows(2).enumerate() {
            let (a, b) = (&pair[0], &pair[1]);
            for r in 0..ROWS - 1 {
                let group = self.group((xs[i] + xs[i + 1]) * 0.5, r);
                let q = [a[r], b[r], b[r + 1], a[r + 1]];
                soup.quad_flat(q, group);
                soup.quad_flat([mirror(q[3]), mirror(q[2]), mirror(q[1]), mirror(q[0])], group);
            }
        }
        for (section, nose) in [(sections.first(), false), (sections.last(), true)] {
            let Some(s) = section else { continue };
            for r in 0..ROWS - 1 {
                let q = [s[r], mirror(s[r]), mirror(s[r + 1]), s[r + 1]];
                let q = if nose { q } else { [q[1], q[0], q[3], q[2]] };
                soup.quad_flat(q, if r < 3 { TRIM } else { PAINT });
            }
        }
        soup.split(38.0, 4)
    }

    /// A lamp that follows the skin around a corner, on both sides: from `reach` m behind the end, on the side, to
    /// `inner` m from the middle, on the end itself. `side` and `end` are its lowest and highest y at either edge.
    pub(super) fn lamp(&self, nose: bool, reach: f32, inner: f32, side: [f32; 2], end: [f32; 2]) -> Vec<MeshData> {
        let sign = if nose { 1.0 } else { -1.0 };
        let tip = self.length * 0.5;
        let steps = [0.0, 0.3, 0.55, 0.75, 0.88, 0.95, 1.0, 1.3, 1.7];
        let point = |k: usize, up: f32| {
            let t: f32 = steps[k];
            let share = t / 1.7;
            let low = side[0] + (end[0] - side[0]) * share;
            let high = side[1] + (end[1] - side[1]) * share;
            let y = low + (high - low) * up;
            let x = tip - reach * (1.0 - t.min(1.0));
            let z = self.side(x * sign, y);
            let z = if t > 1.0 { z + (inner - z) * (t - 1.0) / 0.7 } else { z };
            let out = if t >= 1.0 { vec2(1.0, 0.0) } else { vec2(0.35 + 0.4 * t, 0.9 - 0.35 * t) };
            vec3((x + out.x * 0.005) * sign, y, z + out.y * 0.005)
        };
        let mut soup = Soup::default();
        for k in 0..steps.len() - 1 {
            for (a, b) in [(0.0, 0.5), (0.5, 1.0)] {
                let q = [point(k, a), point(k + 1, a), point(k + 1, b), point(k, b)];
                soup.quad_flat(if nose { [q[1], q[0], q[3], q[2]] } else { q }, 0);
            }
        }
        let mesh = soup.smooth(60.0);
        let outwards = mesh.normals.first().is_some_and(|n| n.z > 0.0);
        super::kit::both_sides([if outwards { mesh } else { mesh.flipped() }])
    }

    /// A flat strip on the side from `(x, y)` to `(x, y)`, `width` wide, a little off the skin; both sides.
    pub(super) fn seam(&self, from: [f32; 2], to: [f32; 2], width: f32) -> Vec<MeshData> {
        let (a, b) = (Vec2::from(from), Vec2::from(to));
        let across = (b - a).normalize_or_zero().perp() * width * 0.5;
        let n = 5;
        let mut soup = Soup::default();
        let point = |p: Vec2| vec3(p.x, p.y, self.side(p.x, p.y) + 0.002);
        for k in 0..n {
            let (p, q) = (a.lerp(b, k as f32 / n as f32), a.lerp(b, (k + 1) as f32 / n as f32));
            soup.quad_flat([point(p + across), point(p - across), point(q - across), point(q + across)], 0);
        }
        let mut mesh = soup.smooth(60.0);
        if mesh.normals.first().is_some_and(|n| n.z < 0.0) {
            mesh = mesh.flipped();
        }
        super::kit::both_sides([mesh])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::mesh::merge;
    use crate::assets::mesh::tests::fault;

    #[test]
    fn a_plain_body_is_closed() {
        let shell = Shell {
            length: 4.0,
            width: 1.8,
            top: &[[-2.0, 0.9], [-1.8, 1.0], [-1.0, 1.4], [0.3, 1.45], [1.0, 1.0], [1.9, 0.8], [2.0, 0.7]],
            belt: &[[-2.0, 0.95], [2.0, 0.9]],
            sill: &[[-2.0, 0.3], [-1.8, 0.2], [1.8, 0.2], [2.0, 0.3]],
            plan: &[[-2.0, 0.8], [-1.8, 0.95], [-1.0, 1.0], [1.0, 1.0], [1.8, 0.95], [2.0, 0.8]],
            roof: 0.75,
            crown: 0.03,
            axles: [-1.2, 1.2],
            arch: 0.36,
            hub: 0.31,
            screen: [1.0, 0.3],
            rear: [-1.8, -1.0],
            windows: &[[-0.9, -0.1], [0.0, 0.8]],
        };
        let groups = shell.build();
        assert!(groups.iter().all(|m| fault(m).is_none()), "{:?}", groups.iter().map(fault).collect::<Vec<_>>());
        let all = merge(groups);
        assert!(all.is_closed() && all.volume() > 4.0);
        assert!(shell.seam([0.0, 0.3], [0.0, 0.9], 0.01).iter().all(|m| fault(m).is_none()));
    }
}

//! The smallest rectangle around a mask that may be turned.

use glam::DVec2;
use serde::{Deserialize, Serialize};

use super::Rle;

/// A rectangle in the image that may be turned.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OrientedBox {
    /// Its middle, in pixels.
    pub center: [f64; 2],
    /// Its edges in pixels, the first along `angle_deg`.
    pub size: [f64; 2],
    /// From the image's x towards its y, which is clockwise for who looks at it; from 0 up to, not including, 90.
    pub angle_deg: f64,
}

impl OrientedBox {
    /// The one of least area around the pixels of a mask, whole squares each.
    ///
    /// One of its sides lies on a side of the convex hull (Freeman and Shapira 1975); of several the one with the
    /// smallest angle is taken. A mask without pixels has a box without size at the origin.
    pub fn of(mask: &Rle) -> OrientedBox {
        let hull = hull(mask);
        let mut best: Option<(f64, OrientedBox)> = None;
        for (place, &from) in hull.iter().enumerate() {
            let to = hull[(place + 1) % hull.len()];
            let Some(mut along) = (to - from).try_normalize() else { continue };
            // A quarter turn changes nothing but which edge comes first.
            while along.x <= 0.0 || along.y < 0.0 {
                along = along.perp();
            }
            let across = along.perp();
            let mut low = DVec2::INFINITY;
            let mut high = DVec2::NEG_INFINITY;
            for &corner in &hull {
                let at = DVec2::new(corner.dot(along), corner.dot(across));
                (low, high) = (low.min(at), high.max(at));
            }
            let size = high - low;
            let middle = (low + high) * 0.5;
            let center = along * middle.x + across * middle.y;
            let angle_deg = along.y.atan2(along.x).to_degrees();
            let area = size.x * size.y;
            let better = best.as_ref().is_none_or(|(least, found)| {
                area < least - 1e-6 || (area < least + 1e-6 && angle_deg < found.angle_deg)
            });
            if better {
                best = Some((area, OrientedBox { center: center.into(), size: size.into(), angle_deg }));
            }
        }
        best.map_or(OrientedBox { center: [0.0; 2], size: [0.0; 2], angle_deg: 0.0 }, |(_, found)| found)
    }

    /// Its corners in pixels, each a quarter turn clockwise from the one before.
    pub fn corners(&self) -> [[f64; 2]; 4] {
        let along = DVec2::from_angle(self.angle_deg.to_radians());
        let (half, center) = (DVec2::from(self.size) * 0.5, DVec2::from(self.center));
        let (x, y) = (along * half.x, along.perp() * half.y);
        [center - x - y, center + x - y, center + x + y, center - x + y].map(<[f64; 2]>::from)
    }
}

/// The convex hull of the squares of a mask's pixels, from the image's x towards its y (Andrew 1979).
fn hull(mask: &Rle) -> Vec<DVec2> {
    let height = mask.height as usize;
    if height == 0 {
        return Vec::new();
    }
    // Only the ends of each column can be on the hull.
    let mut columns: Vec<Option<(usize, usize)>> = vec![None; mask.width as usize];
    for (start, end) in mask.set_runs() {
        for (x, column) in columns.iter_mut().enumerate().take((end - 1) / height + 1).skip(start / height) {
            let top = start.max(x * height) - x * height;
            let bottom = end.min((x + 1) * height) - x * height;
            *column = Some(column.map_or((top, bottom), |(t, b)| (t.min(top), b.max(bottom))));
        }
    }
    let mut points = Vec::new();
    for (x, column) in columns.into_iter().enumerate() {
        let Some((top, bottom)) = column else { continue };
        let (left, right) = (x as f64, x as f64 + 1.0);
        for (x, y) in [(left, top), (left, bottom), (right, top), (right, bottom)] {
            points.push(DVec2::new(x, y as f64));
        }
    }
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let half = |points: &mut dyn Iterator<Item = DVec2>| {
        let mut chain: Vec<DVec2> = Vec::new();
        for point in points {
            while let [.., before, last] = chain[..]
                && (last - before).perp_dot(point - last) <= 0.0
            {
                chain.pop();
            }
            chain.push(point);
        }
        chain.pop();
        chain
    };
    let mut hull = half(&mut points.iter().copied());
    hull.extend(half(&mut points.iter().rev().copied()));
    hull
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::frame::Plane;

    fn mask(width: u32, height: u32, set: impl Fn(f64, f64) -> bool) -> Rle {
        let at = |place: u32| set(f64::from(place % width) + 0.5, f64::from(place / width) + 0.5);
        Rle::of_value(&Plane { width, height, data: (0..width * height).map(at).collect() }, &true)
    }

    #[test]
    fn an_upright_rectangle_is_its_own_box() {
        let found = OrientedBox::of(&mask(20, 10, |x, y| (3.0..9.0).contains(&x) && (2.0..5.0).contains(&y)));
        assert_eq!(found, OrientedBox { center: [6.0, 3.5], size: [6.0, 3.0], angle_deg: 0.0 });
        assert_eq!(found.corners(), [[3.0, 2.0], [9.0, 2.0], [9.0, 5.0], [3.0, 5.0]]);
        let pixel = OrientedBox::of(&mask(4, 4, |x, y| (x, y) == (2.5, 1.5)));
        assert_eq!(pixel, OrientedBox { center: [2.5, 1.5], size: [1.0, 1.0], angle_deg: 0.0 });
        assert_eq!(OrientedBox::of(&mask(4, 4, |_, _| false)).size, [0.0, 0.0]);
    }

    #[test]
    fn a_turned_rectangle_is_found() {
        for (angle_deg, size) in [(30.0_f64, [300.0, 80.0]), (75.0, [200.0, 120.0]), (10.0, [90.0, 250.0])] {
            let (center, along) = (DVec2::new(251.0, 248.0), DVec2::from_angle(angle_deg.to_radians()));
            let found = OrientedBox::of(&mask(500, 500, |x, y| {
                let at = DVec2::new(x, y) - center;
                at.dot(along).abs() < size[0] / 2.0 && at.dot(along.perp()).abs() < size[1] / 2.0
            }));
            assert!((found.angle_deg - angle_deg).abs() < 1.5, "{found:?}");
            assert!((DVec2::from(found.center) - center).length() < 1.5, "{found:?}");
            let off = DVec2::from(found.size) - DVec2::from(size);
            assert!(off.abs().max_element() < 4.0, "{found:?}");
        }
    }

    proptest! {
        #[test]
        fn every_pixel_is_within(bits in prop::collection::vec(prop::bool::weighted(0.2), 63)) {
            let mask = Rle::of_value(&Plane { width: 9, height: 7, data: bits.clone() }, &true);
            let found = OrientedBox::of(&mask);
            let along = DVec2::from_angle(found.angle_deg.to_radians());
            for place in (0..63).filter(|&place| bits[place]) {
                for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                    let corner = DVec2::new((place % 9 + dx) as f64, (place / 9 + dy) as f64) - DVec2::from(found.center);
                    prop_assert!(corner.dot(along).abs() <= found.size[0] / 2.0 + 1e-9);
                    prop_assert!(corner.dot(along.perp()).abs() <= found.size[1] / 2.0 + 1e-9);
                }
            }
            prop_assert!((0.0..90.0).contains(&found.angle_deg));
            // Never larger than the upright one.
            let xs = || (0..63).filter(|&place| bits[place]).map(|place| (place % 9) as f64);
            let ys = || (0..63).filter(|&place| bits[place]).map(|place| (place / 9) as f64);
            let span = |v: Vec<f64>| v.iter().copied().fold(f64::MIN, f64::max) - v.iter().copied().fold(f64::MAX, f64::min) + 1.0;
            if mask.pixels() > 0 {
                prop_assert!(found.size[0] * found.size[1] <= span(xs().collect()) * span(ys().collect()) + 1e-9);
            }
        }
    }
}

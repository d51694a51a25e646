//! The water's surface, and what is seen through it.

use super::drops::Drop;
use super::layer::Layer;
use super::pyramid::Pyramid;

/// Refractive index of water.
const INDEX: f32 = 1.33;
/// Light that comes back from within where a drop is so steep that none goes through, of the mean.
const TOTAL: f32 = 0.04;
/// How much straight light goes from water to air.
const STRAIGHT: f32 = 1.0 - (INDEX - 1.0) * (INDEX - 1.0) / ((INDEX + 1.0) * (INDEX + 1.0));
/// Diameter of the drops whose weight makes them sag.
const SAGS_M: f32 = 0.004;

/// Sums over the drops that a pixel of the layer is under.
#[derive(Clone, Copy, Default)]
struct Point {
    /// Of the squares of heights.
    height: f32,
    /// Of heights times slopes.
    slope: [f32; 2],
    /// Of the squares of heights times curvatures.
    bend: f32,
    /// The share under water.
    covered: f32,
}

/// Water on the glass. Where drops touch they are one with the outline of both, as where a contact line is pinned,
/// and a smooth surface: the root of the sum of the squares of their heights.
pub(super) struct Relief {
    points: Vec<Point>,
}

impl Relief {
    pub(super) fn new(layer: &Layer, drops: &[Drop], picture: [usize; 2], px_per_m: f32) -> Relief {
        let mut relief = Relief { points: vec![Point::default(); layer.width * layer.height] };
        let middle = picture.map(|side| 0.5 * side as f32);
        for drop in drops {
            let place = [0, 1].map(|axis| middle[axis] + drop.place_m[axis] * px_per_m);
            relief.add(layer, drop, layer.within(place), drop.radius_m * px_per_m / layer.step);
        }
        relief
    }

    fn add(&mut self, layer: &Layer, drop: &Drop, [x, y]: [f32; 2], radius: f32) {
        // No one sees the outline of small ones.
        let heavy = if radius < 1.5 { 0.0 } else { (2.0 * drop.radius_m / SAGS_M).min(1.0) };
        let [[sin2, cos2], [sin3, cos3]] = drop.turns;
        // Weight draws out, the glass disturbs.
        let (two, three) = (0.07 * heavy, 0.055 * heavy);
        let reach = radius * (1.0 + 0.08 * heavy + two + three) + 0.5;
        let [columns, rows] = [x, y].map(|at| [at - reach + 1.0, at + reach + 1.0].map(|at| at.max(0.0) as usize));
        // A rim that is a pixel wide makes small ones larger.
        let share = radius * radius / (radius * radius + 1.0 / 12.0);
        for row in rows[0]..rows[1].min(layer.height) {
            let line = &mut self.points[row * layer.width..(row + 1) * layer.width];
            let dy = row as f32 - y;
            for (column, point) in line.iter_mut().enumerate().take(columns[1]).skip(columns[0]) {
                let dx = column as f32 - x;
                let from = (dx * dx + dy * dy).sqrt();
                if from >= reach {
                    continue;
                }
                let [c, s] = if from > 1e-6 { [dx / from, dy / from] } else { [0.0, 0.0] };
                let rim = if heavy == 0.0 {
                    radius
                } else {
                    let (c2, s2) = (c * c - s * s, 2.0 * c * s);
                    let (c3, s3) = (c * c2 - s * s2, s * c2 + c * s2);
                    radius * (1.0 - 0.08 * heavy * c2 + two * (c2 * cos2 + s2 * sin2) + three * (c3 * cos3 + s3 * sin3))
                };
                let covered = (rim - from + 0.5).clamp(0.0, 1.0);
                if covered == 0.0 {
                    continue;
                }
                // The contact angle is greater below.
                let contact = (drop.contact * (1.0 + 0.3 * heavy * s)).min(0.95);
                let sin = (from / rim.max(1e-6)).min(1.0) * contact;
                let cos = (1.0 - sin * sin).sqrt();
                let flat = (1.0 - contact * contact).sqrt();
                let height = rim / contact * (cos - flat) + 0.03 * radius;
                let slope = height * sin / cos;
                point.height += height * height;
                point.slope = [point.slope[0] + slope * c, point.slope[1] + slope * s];
                point.bend += height * height * contact / radius;
                point.covered = point.covered.max(covered * share);
            }
        }
    }

    /// Puts the water over the layer.
    pub(super) fn refract(&self, layer: &mut Layer, picture: &Pyramid, focal_px: f32) {
        for y in 0..layer.height {
            for x in 0..layer.width {
                let index = y * layer.width + x;
                let Some(point) = self.points.get(index).filter(|point| point.covered > 0.0) else { continue };
                let norm = 1.0 / point.height.sqrt().max(1e-12);
                let slope = point.slope.map(|slope| slope * norm);
                let steep = (slope[0] * slope[0] + slope[1] * slope[1]).sqrt();
                let color = match through(steep) {
                    None => picture.mean.map(|mean| TOTAL * mean),
                    Some((tangent, share)) => {
                        let off = if steep > 1e-6 { focal_px * tangent / steep } else { 0.0 };
                        let [px, py] = layer.place(x, y);
                        let place = [px - off * slope[0], py - off * slope[1]];
                        let wide = 0.45 * focal_px * point.bend / point.height.max(1e-12);
                        picture.at(place, wide.max(layer.step)).map(|light| light * share)
                    }
                };
                layer.cover(index, color, point.covered);
            }
        }
    }
}

/// The tangent by which light is turned that leaves water straight on through a surface of this slope, to the side that
/// is higher, and how much of it goes through, of what goes through where it is level: Snell's and Fresnel's laws.
/// `None` where all is reflected.
fn through(slope: f32) -> Option<(f32, f32)> {
    let cos = 1.0 / (1.0 + slope * slope).sqrt();
    let sin = slope * cos;
    let out = INDEX * sin;
    if out >= 1.0 {
        return None;
    }
    let away = (1.0 - out * out).sqrt();
    let tangent = (out * cos - away * sin) / (away * cos + out * sin);
    let [across, along] = [[INDEX * cos, away], [INDEX * away, cos]].map(|[one, other]| (one - other) / (one + other));
    Some((tangent, (1.0 - 0.5 * (across * across + along * along)) / STRAIGHT))
}

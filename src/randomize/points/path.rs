//! Points along a path: straight from point to point, or on a smooth curve through the points.

use glam::DVec3;

/// The widest distance between a curve and the straight legs that stand for it.
const CHORD_ERROR_M: f64 = 0.001;
/// The same as a share of the length of the lines between the points.
const CHORD_ERROR_SHARE: f64 = 1e-4;
/// A curve has no more legs than this and one between each two of its points, even if it strays further from them.
const MOST_LEGS: f64 = 4096.0;

/// A path that can be followed by the distance from its start.
#[derive(Debug, Clone)]
pub(in super::super) struct Path {
    legs: Vec<Leg>,
    length: f64,
    closed: bool,
}

/// A straight piece of a path, with a length.
#[derive(Debug, Clone)]
struct Leg {
    start: DVec3,
    end: DVec3,
    /// Unit vectors along the path at both ends.
    headings: [DVec3; 2],
    /// Distances of both ends from the start of the path, ascending.
    reached: [f64; 2],
}

/// A point that a path leads through.
#[derive(Debug, Clone, Copy)]
struct Stop {
    point: DVec3,
    /// Along the path there, of any length; 0 where it is that of the leg.
    tangent: DVec3,
}

impl Path {
    /// Straight from point to point, and back to the first if it is closed. `None` without a length, and where it or a
    /// point is not finite.
    pub(in super::super) fn new(points: Vec<DVec3>, closed: bool) -> Option<Self> {
        let stops = points.into_iter().map(|point| Stop { point, tangent: DVec3::ZERO }).collect();
        Path::through(stops, closed)
    }

    /// A centripetal Catmull–Rom spline through the points, in legs so short that they stray from it by less than 1 mm
    /// and less than 10⁻⁴ of the length, unless that takes thousands. Where it is not closed, it leaves its ends
    /// straight for their neighbours.
    ///
    /// E. Catmull & R. Rom, "A class of local interpolating splines", Computer Aided Geometric Design (1974) 317–326;
    /// C. Yuksel, S. Schaefer & J. Keyser, "Parameterization and applications of Catmull–Rom curves", Computer-Aided
    /// Design 43 (2011) 747–755: of uniform, centripetal and chordal curves only the centripetal ones never have loops
    /// or cusps between two points.
    pub(in super::super) fn smooth(points: Vec<DVec3>, closed: bool) -> Option<Self> {
        let straight = Path::new(points, closed)?;
        let spans = straight.spans();
        let error = CHORD_ERROR_M.min(CHORD_ERROR_SHARE * straight.length);
        let wanted: Vec<f64> = spans.iter().map(|span| span.pieces(error)).collect();
        let share = (MOST_LEGS / wanted.iter().sum::<f64>()).min(1.0);
        let mut stops = Vec::new();
        for (span, wanted) in spans.iter().zip(wanted) {
            let pieces = (wanted * share).ceil().max(1.0);
            stops.extend((0..pieces as u32).map(|piece| span.stop(f64::from(piece) / pieces)));
        }
        stops.extend(spans.last().map(|span| span.stop(1.0)));
        Path::through(stops, false).map(|path| Path { closed, ..path })
    }

    /// From stop to stop. Legs that add nothing to the length are left out.
    fn through(stops: Vec<Stop>, closed: bool) -> Option<Self> {
        let first = *stops.first()?;
        let back = closed.then_some(first);
        let mut legs = Vec::new();
        let (mut last, mut length) = (first, 0.0);
        for next in stops.into_iter().skip(1).chain(back) {
            let way = next.point - last.point;
            let reached = [length, length + way.length()];
            let [_, end] = reached;
            if !end.is_finite() {
                return None;
            }
            let Some(chord) = way.try_normalize().filter(|_| end > length) else { continue };
            let headings = [last, next].map(|stop| stop.tangent.try_normalize().unwrap_or(chord));
            legs.push(Leg { start: last.point, end: next.point, headings, reached });
            (last, length) = (next, end);
        }
        (length > 0.0).then_some(Path { legs, length, closed })
    }

    /// In metres.
    pub(in super::super) fn length(&self) -> f64 {
        self.length
    }

    /// The point at a distance from the start in metres, and the unit vector along the path there. A closed path is
    /// followed round and round, another one no further than its ends.
    pub(in super::super) fn at(&self, distance: f64) -> (DVec3, DVec3) {
        let within = if self.closed { distance - self.length * (distance / self.length).floor() } else { distance };
        let distance = within.max(0.0).min(self.length);
        let index = self.legs.partition_point(|leg| leg.reached[1] <= distance);
        // There is a leg; only the very end is past the last one.
        let leg = &self.legs[index.min(self.legs.len() - 1)];
        let ([start, end], [from, to]) = (leg.reached, leg.headings);
        let share = (distance - start) / (end - start);
        let point = leg.start.lerp(leg.end, share);
        (point, from.lerp(to, share).try_normalize().unwrap_or(from))
    }

    /// The spans of the spline through the points between the legs.
    fn spans(&self) -> Vec<Span> {
        let (first, last) = (self.legs.first(), self.legs.last());
        let before_first = if self.closed { last } else { first };
        let after_last = if self.closed { first } else { last };
        let before = before_first.into_iter().chain(&self.legs);
        let after = self.legs.iter().skip(1).chain(after_last);
        before.zip(&self.legs).zip(after).map(|((before, leg), after)| Span::new(before, leg, after)).collect()
    }
}

/// The curve between two neighbouring points of a spline, a cubic polynomial of a parameter from 0 to 1.
#[derive(Debug)]
struct Span {
    start: DVec3,
    end: DVec3,
    /// Derivatives by the parameter at both ends.
    tangents: [DVec3; 2],
}

impl Span {
    /// Of the leg from point to point, and its neighbours.
    fn new(before: &Leg, leg: &Leg, after: &Leg) -> Self {
        let [before, middle, after] = [before, leg, after].map(|leg| {
            let way = leg.end - leg.start;
            // The parameter of a centripetal spline grows with the square root of the distance.
            (way, way.length().sqrt())
        });
        // Of the parabola through three points, at the middle one.
        let tangent = |(way, step): (DVec3, f64), (next_way, next_step): (DVec3, f64)| {
            way / step - (way + next_way) / (step + next_step) + next_way / next_step
        };
        let tangents = [tangent(before, middle) * middle.1, tangent(middle, after) * middle.1];
        Span { start: leg.start, end: leg.end, tangents }
    }

    /// Into how many equal steps of the parameter the span has to be cut to stay as close as this to its chords.
    fn pieces(&self, error: f64) -> f64 {
        let (way, [from, to]) = (self.end - self.start, self.tangents);
        // A chord strays by at most an eighth of the square of its step times the second derivative, which is linear.
        let bend = (6.0 * way - 4.0 * from - 2.0 * to).length().max((2.0 * from + 4.0 * to - 6.0 * way).length());
        (bend / (8.0 * error)).sqrt().min(MOST_LEGS).ceil()
    }

    /// The point at a parameter, by Hermite's polynomials.
    fn stop(&self, parameter: f64) -> Stop {
        let (way, [from, to]) = (self.end - self.start, self.tangents);
        let (gone, left) = (parameter, 1.0 - parameter);
        let bow = (from * left - to * gone) * (gone * left);
        Stop {
            point: self.start + way * (gone * gone * (3.0 - 2.0 * gone)) + bow,
            tangent: 6.0 * gone * left * way + from * (left * (1.0 - 3.0 * gone)) + to * (gone * (3.0 * gone - 2.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_curves_have_no_more_legs_than_they_may() {
        let zigzag: Vec<DVec3> =
            (0..3000).map(|number| 1e5 * DVec3::new((number % 2).into(), 0.0, number.into())).collect();
        let path = Path::smooth(zigzag.clone(), false).unwrap();
        assert!((4096..=4096 + 2999).contains(&path.legs.len()), "{}", path.legs.len());
        assert!(path.at(path.length()).0.distance(zigzag[2999]) < 1e-6);
        // A short one has as many as it needs, a straight one a single leg between each two points.
        let bow = vec![DVec3::ZERO, DVec3::new(1.0, 0.0, 1.0), DVec3::new(2.0, 0.0, 0.0)];
        assert!((20..100).contains(&Path::smooth(bow, false).unwrap().legs.len()));
        let line: Vec<DVec3> = (0..9).map(|number| 100.0 * DVec3::Z * f64::from(number)).collect();
        assert_eq!(Path::smooth(line, false).unwrap().legs.len(), 8);
    }
}

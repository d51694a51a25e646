//! The functions that a formula may call. Angles are in degrees.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// A function's name, its arguments as one writes them, and what it does.
#[derive(Debug)]
pub(super) struct Function {
    pub name: &'static str,
    pub arguments: &'static str,
    pub body: Body,
}

impl Function {
    /// How to write a call, such as `step(edge, x)`.
    pub fn form(&self) -> String {
        format!("{}({})", self.name, self.arguments)
    }
}

/// What a function does with its arguments; the result of one that is undefined is not finite.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body {
    /// Evaluates its first argument and then only one of the two others.
    If,
    One(fn(f64) -> f64),
    Two(fn(f64, f64) -> f64),
    Three(fn(f64, f64, f64) -> f64),
    /// Applied to the first two arguments, then to the result and the third, and so on.
    Fold(fn(f64, f64) -> f64),
}

/// One line of the table of functions.
const fn function(name: &'static str, arguments: &'static str, body: Body) -> Function {
    Function { name, arguments, body }
}

/// All functions.
pub(super) static FUNCTIONS: [Function; 22] = [
    function("if", "condition, then, otherwise", Body::If),
    function("min", "a, b, ...", Body::Fold(smaller)),
    function("max", "a, b, ...", Body::Fold(larger)),
    function("abs", "x", Body::One(f64::abs)),
    function("sign", "x", Body::One(sign)),
    function("floor", "x", Body::One(f64::floor)),
    function("ceil", "x", Body::One(f64::ceil)),
    function("round", "x", Body::One(f64::round)),
    function("sqrt", "x", Body::One(f64::sqrt)),
    function("exp", "x", Body::One(libm::exp)),
    function("log", "x", Body::One(libm::log)),
    function("log10", "x", Body::One(libm::log10)),
    function("sin_deg", "angle", Body::One(sin_deg)),
    function("cos_deg", "angle", Body::One(cos_deg)),
    function("tan_deg", "angle", Body::One(tan_deg)),
    function("atan2_deg", "y, x", Body::Two(atan2_deg)),
    function("pow", "a, b", Body::Two(libm::pow)),
    function("clamp", "x, low, high", Body::Three(clamp)),
    function("lerp", "a, b, share", Body::Three(lerp)),
    function("step", "edge, x", Body::Two(step)),
    function("smoothstep", "low, high, x", Body::Three(smoothstep)),
    function("mod", "a, b", Body::Two(remainder)),
];

/// Names that other languages give to some of the functions.
static OTHER_NAMES: [(&str, &str); 3] = [("ln", "log"), ("mix", "lerp"), ("sgn", "sign")];

/// The function of this name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// The function that a writer of an unknown name may have meant: the start of its name, or few letters apart.
pub(super) fn closest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let names = || FUNCTIONS.iter().map(|function| function.name);
    let other = OTHER_NAMES.iter().find(|(other, _)| *other == name).map(|(_, name)| *name);
    let start = name.replace('_', "");
    let longer = || names().find(|known| start.len() >= 3 && known.replace('_', "").starts_with(&start));
    let close = || {
        let distances = names().map(|known| (strsim::osa_distance(&name, known), known));
        distances.filter(|(distance, _)| *distance <= (name.len() + 1) / 4).min().map(|(_, known)| known)
    };
    other.or_else(longer).or_else(close)
}

/// 1 for any number but 0, which is false.
pub(super) fn truth(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { 1.0 }
}

/// 1 for 0 and 0 for any other number.
pub(super) fn not(x: f64) -> f64 {
    1.0 - truth(x)
}

/// The smaller of two numbers; `f64::min` leaves open which zero it gives.
fn smaller(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

/// The larger of two numbers; `f64::max` leaves open which zero it gives.
fn larger(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// -1, 0 or 1.
fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

/// `x` between `low` and `high`; `high` where the two are swapped.
fn clamp(x: f64, low: f64, high: f64) -> f64 {
    smaller(larger(x, low), high)
}

/// The number at `share` of the way from `a` to `b`; exact at both ends, and beyond them the line goes on.
fn lerp(a: f64, b: f64, share: f64) -> f64 {
    if share == 1.0 { b } else { a + (b - a) * share }
}

/// 0 below the edge, 1 from it on.
fn step(edge: f64, x: f64) -> f64 {
    if x < edge { 0.0 } else { 1.0 }
}

/// The cubic of Hermite from 0 at `low` to 1 at `high`, flat outside; a step where the two are equal.
fn smoothstep(low: f64, high: f64, x: f64) -> f64 {
    let span = high - low;
    if span == 0.0 {
        return step(low, x);
    }
    if span.is_infinite() {
        return f64::NAN; // the share would be 0 whatever x is
    }
    let share = clamp((x - low) / span, 0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// The Euclidean remainder (Boute 1992, doi:10.1145/128861.128862), at least 0 and below the absolute of `b`.
pub(super) fn remainder(a: f64, b: f64) -> f64 {
    let rest = libm::fmod(a, b);
    let size = b.abs();
    let raised = if rest < 0.0 { rest + size } else { rest };
    if raised == size { 0.0 } else { raised + 0.0 } // rounding can raise a tiny negative rest to b; + 0 turns -0 to 0
}

/// The sine of an angle in degrees; exact at multiples of 90 and where it is a half.
fn sin_deg(angle: f64) -> f64 {
    sine_and_cosine(angle).0
}

/// The cosine of an angle in degrees; exact at multiples of 90 and where it is a half.
fn cos_deg(angle: f64) -> f64 {
    sine_and_cosine(angle).1
}

/// The tangent of an angle in degrees; exact at multiples of 45, not finite at odd multiples of 90.
fn tan_deg(angle: f64) -> f64 {
    let (sine, cosine) = sine_and_cosine(angle);
    sine / cosine + 0.0
}

/// Sine and cosine of an angle in degrees, which is first brought to -45 to 45 without any rounding.
fn sine_and_cosine(angle: f64) -> (f64, f64) {
    let turn = libm::fmod(angle, 360.0);
    let quarters = (turn / 90.0).round();
    let rest = turn - 90.0 * quarters;
    let radians = rest * (PI / 180.0);
    let sine = match rest.abs() {
        30.0 => 0.5_f64.copysign(rest),
        45.0 => FRAC_1_SQRT_2.copysign(rest),
        _ => libm::sin(radians),
    };
    let cosine = libm::cos(radians);
    let (sine, cosine) = match (quarters as i64).rem_euclid(4) {
        0 => (sine, cosine),
        1 => (cosine, -sine),
        2 => (-sine, -cosine),
        _ => (-cosine, sine),
    };
    (sine + 0.0, cosine + 0.0) // no -0
}

/// The angle of the point (x, y) in degrees, -180 to 180; exact at multiples of 45, and 0 for (0, 0).
fn atan2_deg(y: f64, x: f64) -> f64 {
    let size = match (y == 0.0, x == 0.0) {
        (true, _) if x < 0.0 => 180.0,
        (true, _) => 0.0,
        (_, true) => 90.0,
        _ => libm::atan2(y.abs(), x) * (180.0 / PI),
    };
    if y < 0.0 { -size } else { size }
}

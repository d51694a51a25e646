//! Distributions as a scene file would say them.

use std::fmt;

use super::validate::show;
use super::{Cover, Flag, Number, Position, Solid, Variable, Weighted};

/// Entries after which a list is cut short.
const LONGEST_LIST: usize = 8;

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Constant(value) => formatter.write_str(&show(*value)),
            Number::Uniform(low, high) => write!(formatter, "Uniform({}, {})", show(*low), show(*high)),
            Number::LogUniform(low, high) => write!(formatter, "LogUniform({}, {})", show(*low), show(*high)),
            Number::Normal { mean, std_dev, min, max } => {
                write!(formatter, "Normal(mean: {}, std_dev: {}", show(*mean), show(*std_dev))?;
                limit(formatter, "min", *min)?;
                limit(formatter, "max", *max)?;
                formatter.write_str(")")
            }
            Number::Beta(alpha, beta) => write!(formatter, "Beta({}, {})", show(*alpha), show(*beta)),
            Number::Triangular(low, mode, high) => {
                write!(formatter, "Triangular({}, {}, {})", show(*low), show(*mode), show(*high))
            }
            Number::Exponential { mean, max } => {
                write!(formatter, "Exponential(mean: {}", show(*mean))?;
                limit(formatter, "max", *max)?;
                formatter.write_str(")")
            }
            Number::Poisson(mean) => write!(formatter, "Poisson({})", show(*mean)),
            Number::Histogram { edges, .. } => match edges[..] {
                [low, .., high] => write!(formatter, "Histogram({} to {})", show(low), show(high)),
                _ => formatter.write_str("Histogram()"),
            },
            Number::Column { file, column } => write!(formatter, "Column(file: {file:?}, column: {column:?})"),
            Number::Choice(entries) => list(formatter, "Choice", entries),
            Number::Sequence(entries) => list(formatter, "Sequence", entries),
            Number::Between(low, high, share) => write!(formatter, "Between({}, {}, {share})", show(*low), show(*high)),
            Number::Expr(formula) => write!(formatter, "Expr({:?})", formula.text()),
            Number::Curve(formula, points) => write!(formatter, "Curve({:?}, {points:?})", formula.text()),
            Number::When(condition, one, other) => write!(formatter, "When({:?}, {one}, {other})", condition.text()),
            Number::Match(variable, entries) => {
                write!(formatter, "Match({variable:?}, {{")?;
                for (place, (text, entry)) in entries.iter().take(LONGEST_LIST).enumerate() {
                    write!(formatter, "{}{text:?}: {entry}", if place == 0 { "" } else { ", " })?;
                }
                formatter.write_str(if entries.len() > LONGEST_LIST { ", …})" } else { "})" })
            }
            Number::Curriculum(stages) => {
                formatter.write_str("Curriculum([")?;
                for (place, (frame, stage)) in stages.iter().enumerate() {
                    write!(formatter, "{}({frame}, {stage})", if place == 0 { "" } else { ", " })?;
                }
                formatter.write_str("])")
            }
            Number::Shared(name, value) => write!(formatter, "Shared({name:?}, {value})"),
            Number::Correlated { variable, correlation, value } => {
                let correlation = show(*correlation);
                write!(formatter, "Correlated(variable: {variable:?}, correlation: {correlation}, value: {value})")
            }
            Number::Covered(cover, value) => write!(formatter, "Covered({cover}, {value})"),
        }
    }
}

impl fmt::Display for Cover {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self:?}")
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flag::Constant(value) => write!(formatter, "{value}"),
            Flag::Chance(share) => write!(formatter, "Chance({})", show(*share)),
            Flag::Expr(formula) => write!(formatter, "Expr({:?})", formula.text()),
            Flag::Shared(name, flag) => write!(formatter, "Shared({name:?}, {flag})"),
        }
    }
}

impl fmt::Display for Variable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Variable::Number(number) => number.fmt(formatter),
            Variable::Text(text) => write!(formatter, "{text:?}"),
            Variable::Choice(entries) => {
                let entries: Vec<&Weighted<Variable>> = entries.iter().map(|biased| &biased.entry).collect();
                list(formatter, "Choice", &entries)
            }
            Variable::Quota(quota) => write!(formatter, "Quota(share: {})", show(quota.share)),
            Variable::Grid(first, last, steps) => write!(formatter, "Grid({}, {}, {steps})", show(*first), show(*last)),
            Variable::GridOf(values) => list(formatter, "GridOf", values),
        }
    }
}

impl<T: fmt::Display> fmt::Display for Weighted<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Weighted { weight, value } = self;
        if *weight == 1.0 { value.fmt(formatter) } else { write!(formatter, "Weighted({}, {value})", show(*weight)) }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let solid = |solid: &Solid| match solid {
            Solid::Box { .. } => "Box",
            Solid::Sphere { .. } => "Sphere",
            Solid::Shell { .. } => "Shell",
            Solid::Disk { .. } => "Disk",
            Solid::Cylinder { .. } => "Cylinder",
        };
        match self {
            Position::Coordinates([x, y, z]) => write!(formatter, "[{x}, {y}, {z}]"),
            Position::In(within) => write!(formatter, "In({}(…))", solid(within)),
            Position::On(within) => write!(formatter, "On({}(…))", solid(within)),
            Position::Path { .. } => formatter.write_str("Path(…)"),
            Position::Grid { cells: [x, y, z], .. } => write!(formatter, "Grid({x} × {y} × {z})"),
            Position::PoissonDisk { within, distance_m } => {
                write!(formatter, "PoissonDisk({}(…), {distance_m} m)", solid(within))
            }
            Position::Frustum { camera, near_m, far_m, .. } => {
                write!(formatter, "Frustum({camera:?}, {near_m} to {far_m} m)")
            }
            Position::Surface { object, .. } => write!(formatter, "Surface({object:?})"),
        }
    }
}

fn limit(formatter: &mut fmt::Formatter<'_>, name: &str, value: f64) -> fmt::Result {
    if value.is_finite() { write!(formatter, ", {name}: {}", show(value)) } else { Ok(()) }
}

fn list(formatter: &mut fmt::Formatter<'_>, name: &str, entries: &[impl fmt::Display]) -> fmt::Result {
    write!(formatter, "{name}([")?;
    for (place, entry) in entries.iter().take(LONGEST_LIST).enumerate() {
        write!(formatter, "{}{entry}", if place == 0 { "" } else { ", " })?;
    }
    formatter.write_str(if entries.len() > LONGEST_LIST { ", …])" } else { "])" })
}

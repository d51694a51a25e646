//! What goes with what: a Gaussian copula over eight quantities, and its conditional form.
//!
//! The signs have reasons, given at each row. The sizes are choices: within one kind of weather the literature has
//! them scattered from place to place, and no single source covers all pairs.

use super::super::normal;

/// How many quantities are drawn together.
pub(super) const COUNT: usize = 8;

/// One number for each quantity, in this order: wind, temperature, humidity, cloud, haze, precipitation, veil (fog,
/// dust, smoke or drifting snow), gustiness.
pub(super) type Each<T> = [T; COUNT];

/// Half the distance between two neighbouring units.
const HALF_STEP: f64 = 1.0 / (1_u64 << 54) as f64;

/// How the standard normal scores of the quantities follow from independent ones: row by row the share of each earlier
/// one; the rest is the quantity's own. Scores of two quantities have the product of their rows as correlation.
fn loadings(veil_with_wind: f64, veil_with_humidity: f64) -> Each<Each<f64>> {
    let mut rows = [
        [0.0; COUNT],
        [0.0; COUNT],
        // The same vapour makes a lower relative humidity in warmer air.
        [0.0, -0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        // Clouds form in moist air.
        [0.0, 0.0, 0.45, 0.0, 0.0, 0.0, 0.0, 0.0],
        // Wind mixes haze into a deeper layer; warm air holds more of it.
        [-0.35, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        // Stronger systems bring more of both; evaporating rain moistens the air.
        [0.3, 0.0, 0.3, 0.0, 0.0, 0.0, 0.0, 0.0],
        // Wind disperses fog and smoke, and raises dust and snow.
        [veil_with_wind, 0.0, veil_with_humidity, 0.0, 0.0, 0.0, 0.0, 0.0],
        // Gusts are a larger share of a light wind; showers bring gusts.
        [-0.35, 0.0, 0.0, 0.0, 0.0, 0.25, 0.0, 0.0],
    ];
    for (place, row) in rows.iter_mut().enumerate() {
        let shared = product(row, row);
        if let Some(own) = row.get_mut(place) {
            *own = (1.0 - shared).max(0.0).sqrt();
        }
    }
    rows
}

/// Draws a share (0 to 1) for each quantity from one unit each. Where a share is known, it is returned as it is, and
/// the others follow the distribution that they have given the known ones.
///
/// Conditioning is by Matheron's rule, one known quantity after the other: an unconditional draw is moved by what it
/// misses the known ones by, times the regression on them. So a quantity that is known to be what was drawn moves
/// nothing.
pub(super) fn shares(veil_with: (f64, f64), known: &Each<Option<f64>>, units: &Each<f64>) -> Each<f64> {
    let rows = loadings(veil_with.0, veil_with.1);
    let own = units.map(score);
    let mut scores = rows.map(|row| product(&row, &own));
    let mut covariance = rows.map(|row| rows.map(|other| product(&row, &other)));
    for (place, share) in known.iter().enumerate() {
        let (Some(share), Some(&with), Some(&drawn)) = (share, covariance.get(place), scores.get(place)) else {
            continue;
        };
        let Some(&variance) = with.get(place) else { continue };
        // 0 only for a quantity that others fix, which none does.
        if variance < 1e-9 {
            continue;
        }
        // Values beyond a regime's limits must not drag the others to theirs.
        let missing = score(share.clamp(1e-3, 1.0 - 1e-3)) - drawn;
        for ((moved, &towards), row) in scores.iter_mut().zip(&with).zip(&mut covariance) {
            *moved += towards / variance * missing;
            for (entry, &other) in row.iter_mut().zip(&with) {
                *entry -= towards * other / variance;
            }
        }
    }
    let mut shares = scores.map(|score| normal::lower_tail(score).clamp(0.0, 1.0 - 2.0 * HALF_STEP));
    for (share, known) in shares.iter_mut().zip(known) {
        *share = known.unwrap_or(*share);
    }
    shares
}

/// The standard normal quantile of a share, finite at both ends.
fn score(share: f64) -> f64 {
    normal::quantile((share + HALF_STEP).min(1.0 - HALF_STEP))
}

fn product(row: &Each<f64>, other: &Each<f64>) -> f64 {
    row.iter().zip(other).map(|(one, other)| one * other).sum()
}

//! Why things are darker and glossier when wet.

#[cfg(test)]
mod tests;

use super::super::{share, towards};

/// Share of light that water mirrors that faces it, with a refractive index of 4/3.
pub const WATER_REFLECTANCE: f64 = 0.020_408_163_265_306_12;
/// Share of diffuse light that a film of water throws back down (Lekner and Dorf 1988, equation 9).
const THROWN_BACK: f64 = 0.474_882_895_214_688;
/// How much more of little a surface absorbs under water than in air, for a refractive index of 1.5 (their equation
/// 11).
const LET_IN: f64 = 1.067_730_632_708_873;
/// How much less grains scatter sideways in water than in air, (1 − 0.96) / (1 − 0.83) (Twomey, Bohren and Mergenthaler
/// 1986).
const FORWARD: f64 = 0.235;
/// Diffuse albedo of a material under a film of water or full of it.
///
/// Rock and other solid ones (porosity 0) get darker as the film throws light back on them, which absorb some of it
/// each time (Ångström 1925; Lekner and Dorf 1988, "Why some things are darker when wet"). Sand, soil and other loose
/// ones (porosity 1) get darker as grains in water scatter light forward, deeper in (Twomey, Bohren and Mergenthaler
/// 1986, "Reflectance and albedo differences between wet and dry surfaces"; their semi-infinite layer here after Hapke
/// 1981). In between by proportion. What the film itself mirrors, [`WATER_REFLECTANCE`] where it is faced, is not in
/// it.
pub fn wet_albedo(dry_albedo: f64, porosity: f64) -> f64 {
    let dry = share(dry_albedo);
    let absorbed = (1.0 - dry) * (dry * LET_IN + 1.0 - dry);
    let film = (1.0 - THROWN_BACK) * (1.0 - absorbed) / (1.0 - THROWN_BACK * (1.0 - absorbed));
    let ratio = (1.0 - dry) / (1.0 + dry);
    let square = ratio * ratio;
    let deeper = (square / (square + FORWARD * (1.0 - square))).sqrt();
    let grains = (1.0 - deeper) / (1.0 + deeper);
    towards(film, grains, share(porosity))
}

/// Diffuse albedo of a material that is damp, from dry (0) to wet (1): what follows the water in proportion is (1 − R)²
/// / (2 R) (Sadeghi, Jones and Philpot 2015, from the theory of Kubelka and Munk, for short-wave infrared; for visible
/// light an assumption), and so the first of it darkens most.
pub fn damp_albedo(dry_albedo: f64, porosity: f64, wetness: f64) -> f64 {
    let transformed = |albedo: f64| {
        let albedo = albedo.clamp(1e-9, 1.0);
        (1.0 - albedo) * (1.0 - albedo) / (2.0 * albedo)
    };
    let wet = transformed(wet_albedo(dry_albedo, porosity));
    let value = towards(transformed(share(dry_albedo)), wet, share(wetness));
    1.0 / (1.0 + value + (value * (value + 2.0)).sqrt())
}

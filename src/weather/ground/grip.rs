//! Friction on ground that is wet, snowy or icy, as share of that on the same ground when dry.

#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{positive, share, table, towards};

/// What stands or slides on the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum Contact {
    /// Rubber tyres with tread, on a road at 50 km/h or less.
    Tyre,
    /// Soles of rubber.
    Footwear,
    /// Hard things: wood, metal, plastics, stone.
    #[default]
    Hard,
}

/// Depth of snow from which on nothing touches the ground any more: of our choice.
const COVERING_M: f64 = 0.01;
/// Water that makes ice wet.
const FILM_MM: f64 = 0.1;

/// Water in mm and the static friction of new tyres at 50 km/h: Bosch Automotive Handbook, "Coefficients of static friction
/// for pneumatic tires on various surfaces" (dry; wet; heavy rain; puddles).
const TYRES: [(f64, f64); 4] = [(0.0, 0.85), (0.2, 0.65), (1.0, 0.55), (2.0, 0.5)];

/// Coefficients of friction of one kind of contact.
struct Table {
    /// Over water in mm; the first is that of dry ground.
    water: [(f64, f64); 4],
    /// Packed snow.
    snow: f64,
    /// Ice, cold and wet.
    ice: [f64; 2],
}

impl Contact {
    fn table(self) -> Table {
        match self {
            // Packed snow 0.20–0.30, wet black ice 0.05–0.10 (Wallman and Åström 2001, "Friction measurement methods
            // and the correlation between road friction and traffic safety"); ice 0.10–0.15 (Noon 1994).
            Contact::Tyre => Table { water: TYRES, snow: 0.25, ice: [0.15, 0.075] },
            // Sliding rubber on concrete 0.7 and 0.5, shoes on ice 0.1 at rest and 0.05 as they slide (OpenStax,
            // College Physics, table 5.1); of 49 shoes 60 % were slippery on ice at −10 °C and over 90 % very slippery
            // on ice at 0 °C (Grönqvist and Hirvonen 1995). Snow as for tyres.
            Contact::Footwear => {
                Table { water: [(0.0, 0.7), (0.2, 0.5), (1.0, 0.5), (2.0, 0.5)], snow: 0.25, ice: [0.1, 0.05] }
            }
            // Sliding wood or metal on wood 0.3, waxed wood on wet snow 0.1, ice on ice 0.03, steel on ice 0.02 (the
            // same table). That water takes a third of it is a guess.
            Contact::Hard => {
                Table { water: [(0.0, 0.3), (0.2, 0.2), (1.0, 0.2), (2.0, 0.2)], snow: 0.1, ice: [0.03, 0.02] }
            }
        }
    }
}

/// Friction on ground with so much water, so much snow and so large a share of ice on it, against that on the same
/// ground when dry: 1 where there is none of them.
///
/// Published coefficients differ by a third and more from one source to the next; their ratios, which this is made of,
/// do less. Ice lies on the ground and snow on both.
pub fn friction_factor(contact: Contact, water_mm: f64, snow_m: f64, ice_share: f64) -> f64 {
    let Table { water, snow, ice: [cold, wet] } = contact.table();
    let water_mm = positive(water_mm);
    let bare = table(&water, water_mm);
    let ice = towards(cold, wet, share(water_mm / FILM_MM));
    let ground = towards(bare, ice, share(ice_share));
    let dry = table(&water, 0.0);
    towards(ground, snow, share(snow_m / COVERING_M)) / dry
}

//! Procedural models that come with the program: tableware and desk things, a warehouse, tools, a street,
//! and the ground with its stones.
//!
//! Every model is a pure function of a small variant number: the same variant gives the same bits everywhere.
//! Sizes are those of the real things, in metres; the origin is the centre of the bounding box; Y is up and what
//! has a front faces +X (vehicles) or +Z (signs, furniture, facades).

mod bicycle;
mod books;
mod car;
mod civic;
mod crates;
mod crockery;
mod drums;
mod facade;
mod fruit;
mod furniture;
mod glyphs;
mod ground;
mod heavy;
mod kit;
mod manhole;
mod measure;
mod packages;
mod paint;
mod road;
mod roadside;
mod rocks;
mod shell;
mod signs;
mod skyline;
mod things;
mod tools;
mod tree;
mod trucks;
mod van;
mod vehicle;
mod wrenches;

use super::{Model, Part, Surface};

/// How many variants of a model are meant to be told apart; [`build`] takes any number and wraps it.
pub const VARIANTS: u32 = 8;

/// How heavy a model is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Weight {
    /// Mass of the whole object in kilograms.
    Mass(f32),
    /// Density of the space that its hulls fill, in kilograms per cubic metre.
    Density(f32),
}

/// A model of the library.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// What a scene calls it.
    pub name: &'static str,
    /// Where it belongs: `"tabletop"`, `"warehouse"`, `"workshop"`, `"street"` or `"ground"`.
    pub theme: &'static str,
    /// What it is, in one sentence.
    pub what: &'static str,
    /// How heavy one usually is.
    pub weight: Weight,
    /// Makes a variant.
    pub build: fn(u32) -> Model,
}

const fn entry(
    name: &'static str,
    theme: &'static str,
    mass_kg: f32,
    build: fn(u32) -> Model,
    what: &'static str,
) -> Entry {
    Entry { name, theme, what, weight: Weight::Mass(mass_kg), build }
}

const fn dense(
    name: &'static str,
    theme: &'static str,
    density: f32,
    build: fn(u32) -> Model,
    what: &'static str,
) -> Entry {
    Entry { name, theme, what, weight: Weight::Density(density), build }
}

/// Every model, by theme.
pub const NAMES: &[Entry] = &[
    entry("mug", "tabletop", 0.33, crockery::mug, "A glazed mug with a handle, hollow."),
    entry("bowl", "tabletop", 0.4, crockery::bowl, "A ceramic bowl on a foot ring."),
    entry("plate", "tabletop", 0.55, crockery::plate, "A ceramic plate with a rim."),
    entry("teapot", "tabletop", 0.8, crockery::teapot, "A ceramic teapot with spout, handle and lid."),
    entry("spoon", "tabletop", 0.045, crockery::spoon, "A table spoon."),
    entry("fork", "tabletop", 0.04, crockery::fork, "A table fork with four tines."),
    entry("jar", "tabletop", 0.45, packages::jar, "A glass jar with contents, label and a metal lid."),
    entry("bottle", "tabletop", 0.6, packages::bottle, "A bottle with cap and label: water, wine, sauce or soap."),
    entry("can", "tabletop", 0.36, packages::can, "A drinks can or a tin with a paper label, full."),
    entry("carton", "tabletop", 0.5, packages::carton, "A cereal box or a gable-top milk carton, full."),
    entry("book", "tabletop", 0.5, books::book, "A closed hardback book lying flat."),
    entry("notebook", "tabletop", 0.2, books::notebook, "A notebook with an elastic band or a wire spiral."),
    entry("apple", "tabletop", 0.18, fruit::apple, "An apple with stem and leaf."),
    entry("orange", "tabletop", 0.2, fruit::orange, "An orange, lemon or lime."),
    entry("banana", "tabletop", 0.13, fruit::banana, "A banana."),
    entry("toy_block", "tabletop", 0.05, things::toy_block, "A wooden letter block."),
    entry("rubber_duck", "tabletop", 0.05, things::rubber_duck, "A rubber duck."),
    entry("desk_lamp", "tabletop", 1.6, things::desk_lamp, "A jointed desk lamp."),
    entry("potted_plant", "tabletop", 1.4, things::potted_plant, "A small house plant in a pot."),
    entry("picture_frame", "tabletop", 0.5, things::picture_frame, "A picture frame on its stand."),
    entry("table", "tabletop", 32.0, furniture::table, "A table with a rounded top on four legs, to put things on."),
    entry("chair", "tabletop", 5.5, furniture::chair, "A wooden chair, some with a cushion."),
    entry("shelf", "tabletop", 24.0, furniture::shelf, "A bookshelf, open in front."),
    entry("wooden_crate", "warehouse", 38.0, crates::wooden_crate, "A closed crate of planks on a frame."),
    entry("cardboard_box", "warehouse", 7.0, crates::cardboard_box, "A taped cardboard box with print and a label."),
    entry("tote", "warehouse", 2.2, crates::tote, "An open plastic container with rim and ribs."),
    entry("pallet", "warehouse", 25.0, crates::pallet, "A euro pallet, 1200 by 800 by 144 mm."),
    entry(
        "rack",
        "warehouse",
        190.0,
        crates::rack,
        "One bay of a pallet rack with beams and decks; the floor below is free.",
    ),
    entry("steel_drum", "warehouse", 19.0, drums::steel_drum, "A 200-litre steel drum, empty."),
    entry("plastic_barrel", "warehouse", 9.0, drums::plastic_barrel, "A plastic barrel with a clamped lid, empty."),
    entry("jerrycan", "warehouse", 17.0, drums::jerrycan, "A twenty-litre jerrycan."),
    entry("gas_cylinder", "warehouse", 30.0, drums::gas_cylinder, "A steel gas cylinder with valve and guard."),
    entry("toolbox", "warehouse", 9.0, drums::toolbox, "A toolbox of sheet steel with latches and a handle."),
    entry(
        "safety_bollard",
        "warehouse",
        14.0,
        drums::safety_bollard,
        "A yellow steel post with dark bands on a bolted foot.",
    ),
    entry("hand_pallet_truck", "warehouse", 75.0, trucks::hand_pallet_truck, "A hand pallet truck with its pull bar."),
    entry("forklift", "warehouse", 3600.0, trucks::forklift, "A counterbalance forklift truck."),
    entry("hammer", "workshop", 0.65, tools::hammer, "A claw or ball-peen hammer, wood or rubber to hold."),
    entry("screwdriver", "workshop", 0.11, tools::screwdriver, "A screwdriver, flat or cross, with a coloured handle."),
    dense("wrench", "workshop", 4800.0, wrenches::wrench, "A combination or adjustable wrench."),
    entry("pliers", "workshop", 0.25, wrenches::pliers, "Pliers: combination, long nose, cutters or water pump."),
    entry("tape_measure", "workshop", 0.24, measure::tape_measure, "A tape measure, its tape drawn out a little."),
    dense("paint_can", "workshop", 1250.0, paint::paint_can, "A tin of paint with a lid, a label and a wire handle."),
    entry("spray_can", "workshop", 0.36, paint::spray_can, "A spray can, with its cap or showing its nozzle."),
    entry("car", "street", 1350.0, car::car, "A passenger car: sedan, hatchback, estate or sport utility."),
    entry("van", "street", 2100.0, van::van, "A delivery van with a high roof."),
    entry("truck", "street", 7500.0, heavy::truck, "A lorry with a box body."),
    entry("bus", "street", 11500.0, heavy::bus, "A city bus."),
    entry("bicycle", "street", 15.0, bicycle::bicycle, "A bicycle on its wheels, upright."),
    entry("stop_sign", "street", 18.0, signs::stop_sign, "An octagonal stop sign on a pole."),
    entry("speed_sign", "street", 17.0, signs::speed_sign, "A round speed limit sign on a pole."),
    entry("warning_sign", "street", 17.0, signs::warning_sign, "A triangular or diamond warning sign on a pole."),
    entry("yield_sign", "street", 17.0, signs::yield_sign, "A give-way sign on a pole."),
    entry("no_entry_sign", "street", 17.0, signs::no_entry_sign, "A round no-entry sign on a pole."),
    entry("parking_sign", "street", 16.0, signs::parking_sign, "A blue parking sign on a pole."),
    entry("traffic_light", "street", 95.0, signs::traffic_light, "A traffic light on a pole, one lamp lit."),
    entry("street_lamp", "street", 120.0, signs::street_lamp, "A street lamp with one or two arms."),
    entry("litter_bin", "street", 35.0, civic::litter_bin, "A street litter bin."),
    entry("bench", "street", 55.0, civic::bench, "A bench with wooden slats."),
    entry("tree", "street", 600.0, tree::tree, "A street tree, broad-leaved or conifer."),
    entry("building", "street", 900_000.0, facade::building, "A block of flats with windows, ledges and a door."),
    entry(
        "tower_block",
        "street",
        9_000_000.0,
        skyline::tower_block,
        "A tower block of flats or offices, for a skyline.",
    ),
    entry(
        "avenue",
        "street",
        90_000.0,
        skyline::avenue,
        "54 m of pavement with trees and lamps, for far ends of streets.",
    ),
    entry("traffic_cone", "street", 3.5, roadside::traffic_cone, "An orange cone with white bands on a square base."),
    entry("jersey_barrier", "street", 1300.0, roadside::jersey_barrier, "A concrete road barrier."),
    entry("plastic_barrier", "street", 14.0, roadside::plastic_barrier, "A hollow plastic road barrier."),
    entry("kerb", "street", 85.0, roadside::kerb, "A kerb stone."),
    entry("bollard", "street", 40.0, roadside::bollard, "A street bollard of iron, steel or concrete."),
    entry("hydrant", "street", 75.0, roadside::hydrant, "A pillar fire hydrant."),
    dense("rock", "ground", 2650.0, rocks::rock, "A stone of 5 to 30 cm: granite, basalt, sand- or limestone, slate."),
    dense("boulder", "ground", 2650.0, rocks::boulder, "A boulder of 0.6 to 1.8 m, of the same kinds of stone."),
    entry("terrain", "ground", 24_000.0, ground::terrain, "8 by 8 m of rolling grass and soil, level at its border."),
    entry("road_straight", "ground", 14_000.0, road::road_straight, "8 m of a two-lane road between kerbs, along x."),
    entry("road_crossing", "ground", 14_000.0, road::road_crossing, "8 m of the same road with a zebra crossing."),
    entry("manhole_cover", "ground", 85.0, manhole::manhole_cover, "An iron manhole cover in its frame."),
];

/// Makes a model by its name; `None` for a name that the library does not know.
pub fn build(name: &str, variant: u32) -> Option<Model> {
    let entry = NAMES.iter().find(|e| e.name == name)?;
    Some((entry.build)(variant % VARIANTS))
}

/// The texture that a part would like, from its name: `"body@painted_metal"` wants `painted_metal`.
pub fn texture_of(part: &Part) -> Option<&'static str> {
    let (_, wanted) = part.name.rsplit_once('@')?;
    KINDS.iter().map(|k| k.name).find(|name| *name == wanted)
}

/// A kind of material: its texture's name and how it looks without.
struct Kind {
    name: &'static str,
    /// sRGB; white for what comes in any colour.
    colour: u32,
    metallic: f32,
    roughness: f32,
}

const fn kind(name: &'static str, colour: u32, metallic: f32, roughness: f32) -> Kind {
    Kind { name, colour, metallic, roughness }
}

const KINDS: &[Kind] = &[
    kind("oak", 0xb48c5c, 0.0, 0.5),
    kind("walnut", 0x6b4a33, 0.0, 0.45),
    kind("plywood", 0xcfb085, 0.0, 0.6),
    kind("pine_planks", 0xc49a66, 0.0, 0.7),
    kind("cardboard", 0xb48a5e, 0.0, 0.85),
    kind("paper", 0xffffff, 0.0, 0.7),
    kind("concrete", 0xa19d94, 0.0, 0.85),
    kind("asphalt", 0x47474a, 0.0, 0.9),
    kind("brick", 0x9a5c46, 0.0, 0.85),
    kind("plaster", 0xffffff, 0.0, 0.9),
    kind("fabric", 0xffffff, 0.0, 0.9),
    kind("carpet", 0xffffff, 0.0, 0.95),
    kind("tiles", 0xffffff, 0.0, 0.3),
    kind("painted_metal", 0xffffff, 0.0, 0.4),
    kind("rusty_metal", 0x7b4b32, 0.3, 0.8),
    kind("brushed_steel", 0xc2c2c0, 1.0, 0.32),
    kind("galvanised_steel", 0xaab0b3, 0.9, 0.45),
    kind("rubber", 0xffffff, 0.0, 0.85),
    kind("plastic", 0xffffff, 0.0, 0.45),
    kind("leather", 0xffffff, 0.0, 0.6),
    kind("ceramic", 0xffffff, 0.0, 0.22),
    kind("marble", 0xe6e2da, 0.0, 0.2),
    kind("terrazzo", 0xcfc8bb, 0.0, 0.3),
    kind("grass", 0x5b7a36, 0.0, 0.95),
    kind("gravel", 0x8f887c, 0.0, 0.95),
    kind("bark", 0x6b5642, 0.0, 0.95),
    kind("leaves", 0xffffff, 0.0, 0.7),
    kind("fruit_skin", 0xffffff, 0.0, 0.4),
    kind("glass", 0xffffff, 0.0, 0.08),
];

/// The linear colour that stands for a kind of material while it has no texture: white for kinds that come in
/// any colour. Dividing a part's `base_color` by it leaves the tint, which is what a texture is to be multiplied by.
pub fn plain_color(kind: &str) -> [f32; 3] {
    KINDS.iter().find(|k| k.name == kind).map_or([1.0; 3], |k| kit::hex(k.colour))
}

/// The plain look of a kind of material (`"oak"`, `"painted_metal"`, …), its colour times `tint` (linear RGB).
///
/// No textures are set: whoever has a texture of that name (see [`texture_of`]) sets it, and the base colour to the
/// tint alone (see [`plain_color`]).
pub fn surface(kind: &str, tint: [f32; 3]) -> Surface {
    let plain = plain_color(kind);
    let known = KINDS.iter().find(|k| k.name == kind);
    Surface {
        base_color: [plain[0] * tint[0], plain[1] * tint[1], plain[2] * tint[2], 1.0],
        metallic: known.map_or(0.0, |k| k.metallic),
        roughness: known.map_or(0.6, |k| k.roughness),
        ..Surface::default()
    }
}

#[cfg(test)]
mod tests;

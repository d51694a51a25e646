//! What makes snow uneven.

/// Smooth noise from −1 to 1 with waves of length 1, and weaker ones of half that.
pub(in crate::render) fn noise(place: [f32; 2], seed: u64) -> f32 {
    0.7 * wave(place, seed) + 0.3 * wave(place.map(|place| 2.0 * place), !seed)
}

/// A lattice of random numbers, smoothly filled in.
fn wave([x, z]: [f32; 2], seed: u64) -> f32 {
    let (column, row) = (x.floor(), z.floor());
    let corner = |right: u64, front: u64| random(seed, column as u64 + right, row as u64 + front);
    let ease = |share: f32| share * share * share * (10.0 - share * (15.0 - 6.0 * share));
    let (right, front) = (ease(x - column), ease(z - row));
    let mix = |from: f32, to: f32, share: f32| from + (to - from) * share;
    mix(mix(corner(0, 0), corner(1, 0), right), mix(corner(0, 1), corner(1, 1), right), front)
}

/// From −1 to 1, by the finaliser of splitmix64.
fn random(seed: u64, column: u64, row: u64) -> f32 {
    let mut bits = seed
        .wrapping_add(column.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        .wrapping_mul(0xd134_2543_de82_ef95)
        .wrapping_add(row.wrapping_mul(0xd6e8_feb8_6659_fd93));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    (bits >> 40) as f32 / 8_388_608.0 - 1.0
}

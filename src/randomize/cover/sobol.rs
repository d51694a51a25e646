//! Coordinates of digital sequences in base 2 (Sobol' 1967) with Owen's nested uniform scrambling, each from the
//! frame number and a key alone.

use super::{hash, unit};

/// Columns of a generator: one for each binary digit of the frame number.
const COLUMNS: usize = u64::BITS as usize;
/// The lowest of the digits of a coordinate that are used: a result has the 53 highest.
const LOWEST: u32 = u64::BITS - f64::MANTISSA_DIGITS;

/// The first four dimensions of Sobol's sequence: degree of the primitive polynomial, its inner coefficients, and the
/// initial direction numbers (Joe & Kuo 2008, set new-joe-kuo-6). Dimension 0 is the sequence of van der Corput.
pub(super) const DIMENSIONS: [(usize, u64, [u64; 3]); 4] =
    [(0, 0, [0, 0, 0]), (1, 0, [1, 0, 0]), (2, 1, [1, 3, 0]), (3, 1, [1, 3, 1])];

/// The generators of these dimensions, column by column, the first digit of the coordinate in the highest bit.
pub(super) const GENERATORS: [[u64; COLUMNS]; 4] = [generator(0), generator(1), generator(2), generator(3)];

/// A named variable's coordinate of a joint digital sequence. Each variable has a generator of its own, drawn by
/// `key`: direction numbers m_i, odd and below 2^i, as a dimension of Sobol' (1967) starts from, all 64 of them free.
/// (It is one with a polynomial of degree above 64, whose recurrence is never reached. Of small polynomials there are
/// too few: two variables with the same one of degree s fill only 2^s of 4^s cells.) Then the digits are scrambled
/// (nested uniform scrambling, Owen 1995). In every aligned block of 2^k frames each of 2^k equal intervals has one
/// value. `order` is common to all variables of a run: it permutes the frames within such blocks, the same for all
/// variables, so that regular patterns in the frame number do not show in the values.
///
/// Most sets of variables cover their space better than a Latin hypercube, a few worse: two generators that know
/// nothing of each other have equal first digits throughout N frames once in N / 2 pairs, and in the mean square no
/// rule by which every variable goes its own way correlates their halves less than by 1 / (N - 1).
pub(in super::super) fn sobol(frame: u64, key: u64, order: u64) -> f64 {
    let directions = hash(key, 0);
    // Column i (from 0) has a one in digit i, zeros beyond it and random digits before it.
    let column = |place: u32| (hash(directions, u64::from(place)) | (u64::MAX >> place)) ^ (u64::MAX >> 1 >> place);
    let digits = product(shuffled(frame, order), column);
    unit(scrambled(digits, hash(key, 1), LOWEST, u64::BITS))
}

/// Coordinate `dimension` (0..4) of one choice on its own ("padding", Kollig & Keller 2002): the frames are permuted
/// by `key`, then follow the first four dimensions of Sobol's sequence, each scrambled on its own, so that the
/// coordinates of one choice cover its square or cube and different choices are independent of each other. From
/// dimension 4 on: independent draws.
pub(in super::super) fn padded(frame: u64, key: u64, dimension: u32) -> f64 {
    let own = hash(key, u64::from(dimension) + 1);
    match GENERATORS.get(dimension as usize) {
        Some(columns) => {
            let column = |place: u32| columns.get(place as usize).copied().unwrap_or(0);
            unit(scrambled(product(shuffled(frame, hash(key, 0)), column), own, LOWEST, u64::BITS))
        }
        None => unit(hash(own, frame)),
    }
}

/// The product of a generator and the binary digits of an index over GF(2).
fn product(index: u64, column: impl Fn(u32) -> u64) -> u64 {
    let (mut rest, mut digits) = (index, 0);
    while rest != 0 {
        digits ^= column(rest.trailing_zeros());
        rest &= rest - 1;
    }
    digits
}

/// The frame number with its digits scrambled from the highest down, which permutes the frames within every aligned
/// block of 2^k (Burley 2020). The highest digit stays, so that a frame never leaves the first 2^k it is among.
fn shuffled(frame: u64, key: u64) -> u64 {
    scrambled(frame, key, 0, (u64::BITS - frame.leading_zeros()).saturating_sub(1))
}

/// Nested uniform scrambling (Owen 1995) of the digits `lowest`..`end` of a number: each is flipped by one hash
/// (Burley 2020) of all the digits above it, whose block of numbers is named by its middle.
fn scrambled(number: u64, key: u64, lowest: u32, end: u32) -> u64 {
    (lowest..end).fold(number, |result, place| result ^ ((hash(key, ((number >> place) | 1) << place) & 1) << place))
}

/// The columns of one of the `DIMENSIONS` by the recurrence of Sobol' (1967) as in Bratley & Fox (1988).
const fn generator(dimension: usize) -> [u64; COLUMNS] {
    let (degree, coefficients, initial) = DIMENSIONS[dimension];
    let mut columns = [0; COLUMNS];
    let mut column = 0;
    while column < COLUMNS {
        let top = u64::BITS as usize - 1 - column;
        columns[column] = if degree == 0 {
            1 << top
        } else if column < degree {
            initial[column] << top
        } else {
            let mut digits = columns[column - degree] ^ (columns[column - degree] >> degree);
            let mut step = 1;
            while step < degree {
                if (coefficients >> (degree - 1 - step)) & 1 == 1 {
                    digits ^= columns[column - step];
                }
                step += 1;
            }
            digits
        };
        column += 1;
    }
    columns
}

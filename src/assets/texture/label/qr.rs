//! QR codes of version 2, level M, in byte mode (ISO/IEC 18004:2015).

/// Modules along a side.
pub(super) const SIDE: usize = 25;

/// Light modules that must stay free around it.
pub(super) const QUIET: usize = 4;

/// Codewords of data and of error correction.
const DATA: usize = 28;
const CORRECTION: usize = 16;

/// Most bytes that go in.
pub(super) const MOST: usize = 26;

/// Modules by row and column, dark ones true.
pub(super) type Grid = [[bool; SIDE]; SIDE];

/// The code of a text, which is cut after [`MOST`] bytes.
pub(super) fn encode(text: &str) -> Grid {
    let mut words = data(text.as_bytes());
    words.extend(correction(&words));
    let (fixed, free) = patterns();
    let mut grid = fixed;
    let mut bits = words.iter().flat_map(|word| (0..8).rev().map(move |bit| word >> bit & 1 == 1));
    for (row, column) in path() {
        if free[row][column] {
            grid[row][column] = bits.next().unwrap_or(false);
        }
    }
    let masked = |mask: u32| {
        let mut out = grid;
        for (row, column) in path() {
            out[row][column] ^= free[row][column] && turns(mask, row, column);
        }
        write_format(&mut out, mask);
        out
    };
    let best = (0..8).map(masked).min_by_key(penalty);
    best.unwrap_or(grid)
}

/// Mode, length, bytes, terminator and padding.
fn data(bytes: &[u8]) -> Vec<u8> {
    let bytes = &bytes[..bytes.len().min(MOST)];
    // Mode 4 and the length are twelve bits, so that every byte lies half in one codeword and half in the next.
    let length = bytes.len() as u8;
    let mut words = vec![0x40 | length >> 4];
    let mut last = length << 4;
    for byte in bytes {
        words.push(last | byte >> 4);
        last = byte << 4;
    }
    words.push(last);
    words.extend([0xec, 0x11].into_iter().cycle().take(DATA - words.len()));
    words
}

/// The product in the field of 256 elements of the polynomial x⁸ + x⁴ + x³ + x² + 1.
fn times(mut a: u8, b: u8) -> u8 {
    let mut out = 0;
    for bit in 0..8 {
        if b >> bit & 1 == 1 {
            out ^= a;
        }
        a = a << 1 ^ if a >> 7 == 1 { 0x1d } else { 0 };
    }
    out
}

/// Reed–Solomon: what remains of the data divided by the product of x − 2ᵏ.
fn correction(words: &[u8]) -> [u8; CORRECTION] {
    // Coefficients below the highest, which is 1; highest first.
    let mut divisor = [0_u8; CORRECTION];
    divisor[CORRECTION - 1] = 1;
    let mut root = 1;
    for _ in 0..CORRECTION {
        for k in 0..CORRECTION {
            divisor[k] = times(divisor[k], root) ^ divisor.get(k + 1).copied().unwrap_or(0);
        }
        root = times(root, 2);
    }
    let mut rest = [0_u8; CORRECTION];
    for word in words {
        let factor = word ^ rest[0];
        rest.rotate_left(1);
        rest[CORRECTION - 1] = 0;
        for (rest, divisor) in rest.iter_mut().zip(divisor) {
            *rest ^= times(divisor, factor);
        }
    }
    rest
}

/// Finders, timing and alignment patterns, and which modules are free for data.
fn patterns() -> (Grid, Grid) {
    let (mut grid, mut free) = ([[false; SIDE]; SIDE], [[true; SIDE]; SIDE]);
    let far = SIDE - 7;
    for (row, column) in (0..SIDE).flat_map(|row| (0..SIDE).map(move |column| (row, column))) {
        let finder = [(0, 0), (0, far), (far, 0)].into_iter().find_map(|(top, left)| {
            let (down, across) = (row as i32 - top as i32 - 3, column as i32 - left as i32 - 3);
            let off = down.abs().max(across.abs());
            (off <= 4).then_some(off)
        });
        let alignment = row.abs_diff(SIDE - 7).max(column.abs_diff(SIDE - 7));
        let corner = |a: usize, b: usize| a <= 8 && (b <= 8 || b >= SIDE - 8);
        let found = match finder {
            Some(off) => Some(!matches!(off, 2 | 4)),
            None if alignment <= 2 => Some(alignment != 1),
            None if row == 6 || column == 6 => Some((row + column) % 2 == 0),
            // Format information, and the module that is always dark.
            None if (row == 8 && corner(row, column)) || (column == 8 && corner(column, row)) => {
                Some((row, column) == (SIDE - 8, 8))
            }
            None => None,
        };
        if let Some(dark) = found {
            grid[row][column] = dark;
            free[row][column] = false;
        }
    }
    (grid, free)
}

/// All modules in the order of the data: pairs of columns from the right, upwards and downwards by turns.
fn path() -> impl Iterator<Item = (usize, usize)> {
    (0..SIDE / 2).flat_map(|pair| {
        let right = SIDE - 1 - 2 * pair;
        // The column of the timing pattern is left out.
        let right = if right <= 6 { right - 1 } else { right };
        (0..SIDE).flat_map(move |step| {
            let row = if pair % 2 == 0 { SIDE - 1 - step } else { step };
            [(row, right), (row, right - 1)]
        })
    })
}

/// Whether a mask exchanges light and dark here.
fn turns(mask: u32, i: usize, j: usize) -> bool {
    let rest = match mask {
        0 => (i + j) % 2,
        1 => i % 2,
        2 => j % 3,
        3 => (i + j) % 3,
        4 => (i / 2 + j / 3) % 2,
        5 => i * j % 2 + i * j % 3,
        6 => (i * j % 2 + i * j % 3) % 2,
        _ => ((i + j) % 2 + i * j % 3) % 2,
    };
    rest == 0
}

/// Level and mask with their BCH code, twice.
fn write_format(grid: &mut Grid, mask: u32) {
    // Level M is 00.
    let mut rest = mask << 10;
    for bit in (10..15).rev() {
        if rest >> bit & 1 == 1 {
            rest ^= 0x537 << (bit - 10);
        }
    }
    let bits = (mask << 10 | rest) ^ 0x5412;
    for k in 0..15 {
        let dark = bits >> k & 1 == 1;
        match k {
            0..6 => grid[k][8] = dark,
            6 | 7 => grid[k + 1][8] = dark,
            8 => grid[8][7] = dark,
            _ => grid[8][14 - k] = dark,
        }
        if k < 8 {
            grid[8][SIDE - 1 - k] = dark;
        } else {
            grid[SIDE - 15 + k][8] = dark;
        }
    }
}

/// How hard a grid is to read: runs, blocks, what looks like a finder, and an uneven share of dark modules.
fn penalty(grid: &Grid) -> usize {
    let mut sum = 0;
    let column = |j: usize| std::array::from_fn::<bool, SIDE, _>(|i| grid[i][j]);
    for line in grid.iter().copied().chain((0..SIDE).map(column)) {
        for run in line.chunk_by(|a, b| a == b) {
            if run.len() >= 5 {
                sum += run.len() - 2;
            }
        }
        const FINDER: [bool; 11] = [true, false, true, true, true, false, true, false, false, false, false];
        for part in line.windows(11) {
            if part == FINDER || part.iter().rev().eq(FINDER.iter()) {
                sum += 40;
            }
        }
    }
    for pair in grid.windows(2) {
        for (above, below) in pair[0].windows(2).zip(pair[1].windows(2)) {
            if above[0] == above[1] && above == below {
                sum += 3;
            }
        }
    }
    let dark = grid.iter().flatten().filter(|dark| **dark).count();
    sum + 10 * ((20 * dark).abs_diff(10 * SIDE * SIDE) / (SIDE * SIDE))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Reads a grid without errors, by the standard's description of reading, and checks all that is redundant.
    pub(in super::super) fn decode(grid: &Grid) -> String {
        let (fixed, free) = patterns();
        let mask = (0..8).find(|mask| {
            let mut wanted = *grid;
            write_format(&mut wanted, *mask);
            wanted == *grid
        });
        let mask = mask.expect("format information that fits both places");
        let is_format = |i: usize, j: usize| (i == 8 || j == 8) && (i, j) != (SIDE - 8, 8);
        for (i, row) in grid.iter().enumerate() {
            for (j, dark) in row.iter().enumerate() {
                assert!(free[i][j] || is_format(i, j) || fixed[i][j] == *dark, "{i} {j}");
            }
        }
        let bits: Vec<bool> =
            path().filter(|(i, j)| free[*i][*j]).map(|(i, j)| grid[i][j] ^ turns(mask, i, j)).collect();
        assert_eq!(bits.len(), 8 * (DATA + CORRECTION) + 7);
        let words: Vec<u8> = bits.chunks_exact(8).map(|b| b.iter().fold(0, |w, b| w << 1 | u8::from(*b))).collect();
        // All syndromes of a valid code are zero.
        let mut root = 1;
        for _ in 0..CORRECTION {
            assert_eq!(words.iter().fold(0, |sum, word| times(sum, root) ^ word), 0);
            root = times(root, 2);
        }
        assert_eq!(words[0] >> 4, 4);
        let nibbles: Vec<u8> = words.iter().flat_map(|w| [w >> 4, w & 15]).skip(1).collect();
        let bytes: Vec<u8> = nibbles.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        String::from_utf8(bytes[1..=usize::from(bytes[0])].to_vec()).expect("text")
    }

    #[test]
    fn what_is_written_can_be_read() {
        for text in ["", "A", "LOT B09314 / 4821-07", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"] {
            assert_eq!(decode(&encode(text)), text);
        }
        assert_eq!(decode(&encode(&"x".repeat(40))).len(), MOST);
    }

    /// The standard's example of format information: level M and mask 5 give 100000011001110.
    #[test]
    fn format_information_as_the_standard_has_it() {
        let mut grid = [[false; SIDE]; SIDE];
        write_format(&mut grid, 5);
        let bits: String = (0..15)
            .rev()
            .map(|k| if k < 8 { grid[8][SIDE - 1 - k] } else { grid[SIDE - 15 + k][8] })
            .map(|dark| if dark { '1' } else { '0' })
            .collect();
        assert_eq!(bits, "100000011001110");
    }

    /// The standard's example "01234567" in version 1-M has ten words of correction; the field is the same here.
    #[test]
    fn products_in_the_field() {
        assert_eq!((times(2, 128), times(7, 1), times(0, 99)), (0x1d, 7, 0));
        let mut power = 1;
        for _ in 0..255 {
            power = times(power, 2);
        }
        assert_eq!(power, 1);
    }

    /// The upper left corners of the standard's figure of the masks.
    #[test]
    fn masks_as_the_standard_has_them() {
        let wanted = [
            ["101010", "010101"],
            ["111111", "000000"],
            ["100100", "100100"],
            ["100100", "001001"],
            ["111000", "111000"],
            ["111111", "100000"],
            ["111111", "111000"],
            ["101010", "000111"],
        ];
        for (mask, rows) in wanted.iter().enumerate() {
            for (i, row) in rows.iter().enumerate() {
                let got: String = (0..6).map(|j| if turns(mask as u32, i, j) { '1' } else { '0' }).collect();
                assert_eq!(got, *row, "mask {mask} row {i}");
            }
        }
    }
}

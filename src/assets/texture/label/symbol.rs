//! Bar codes as modules: EAN-13 (ISO/IEC 15420) and Code 128, set B (ISO/IEC 15417).

/// A bar code: dark modules are true. Quiet zones are not among them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bars {
    /// What it says, as printed below it.
    pub(super) text: String,
    /// From left to right.
    pub(super) modules: Vec<bool>,
    /// Light modules that must stay free on the left and on the right.
    pub(super) quiet: (usize, usize),
}

/// Left-hand patterns of the digits, set A: most significant bit first.
const SET_A: [u8; 10] = [0x0d, 0x19, 0x13, 0x3d, 0x23, 0x31, 0x2f, 0x3b, 0x37, 0x0b];

/// For each first digit, which of the six left-hand digits are of set B: most significant bit first.
const SETS: [u8; 10] = [0x00, 0x0b, 0x0d, 0x0e, 0x13, 0x19, 0x1c, 0x15, 0x16, 0x1a];

/// The check digit of twelve digits: what is missing to a multiple of ten where every second one counts threefold.
pub(super) fn check_digit(digits: &[u8; 12]) -> u8 {
    let sum: u32 = digits.iter().enumerate().map(|(k, d)| u32::from(*d) * if k % 2 == 0 { 1 } else { 3 }).sum();
    ((10 - sum % 10) % 10) as u8
}

/// EAN-13 of twelve digits, 0–9, and their check digit: 95 modules.
pub(super) fn ean13(digits: &[u8; 12]) -> Bars {
    let all: Vec<u8> = digits.iter().map(|d| d % 10).chain([check_digit(digits)]).collect();
    let mut modules = vec![true, false, true];
    let mut push = |pattern: u8| modules.extend((0..7).rev().map(|bit| pattern >> bit & 1 == 1));
    let sets = SETS.get(usize::from(all[0])).copied().unwrap_or(0);
    for (place, digit) in all[1..7].iter().enumerate() {
        let pattern = SET_A[usize::from(*digit)];
        // Set B is the right-hand pattern backwards, which is the left-hand one with light and dark exchanged.
        let mirrored = (!pattern & 0x7f).reverse_bits() >> 1;
        push(if sets >> (5 - place) & 1 == 1 { mirrored } else { pattern });
    }
    modules.extend([false, true, false, true, false]);
    for digit in &all[7..] {
        let pattern = !SET_A[usize::from(*digit)] & 0x7f;
        modules.extend((0..7).rev().map(|bit| pattern >> bit & 1 == 1));
    }
    modules.extend([true, false, true]);
    Bars { text: all.iter().map(|d| char::from(b'0' + d)).collect(), modules, quiet: (11, 7) }
}

/// Whether a module of an EAN-13 belongs to a guard, which is drawn longer.
pub(super) fn is_guard(module: usize) -> bool {
    matches!(module, 0..3 | 45..50 | 92..95)
}

/// Widths of the three bars and spaces of each symbol character, as digits.
const WIDTHS: [u32; 106] = [
    212222, 222122, 222221, 121223, 121322, 131222, 122213, 122312, 132212, 221213, 221312, 231212, 112232, 122132,
    122231, 113222, 123122, 123221, 223211, 221132, 221231, 213212, 223112, 312131, 311222, 321122, 321221, 312212,
    322112, 322211, 212123, 212321, 232121, 111323, 131123, 131321, 112313, 132113, 132311, 211313, 231113, 231311,
    112133, 112331, 132131, 113123, 113321, 133121, 313121, 211331, 231131, 213113, 213311, 213131, 311123, 311321,
    331121, 312113, 312311, 332111, 314111, 221411, 431111, 111224, 111422, 121124, 121421, 141122, 141221, 112214,
    112412, 122114, 122411, 142112, 142211, 241211, 221114, 413111, 241112, 134111, 111242, 121142, 121241, 114212,
    124112, 124211, 411212, 421112, 421211, 212141, 214121, 412121, 111143, 111341, 131141, 114113, 114311, 411113,
    411311, 113141, 114131, 311141, 411131, 211412, 211214, 211232,
];

/// The start character of set B.
pub(super) const START_B: usize = 104;

/// The stop character, with its last bar.
const STOP: u32 = 2331112;

/// The check character of what follows the start character.
pub(super) fn checksum(values: &[usize]) -> usize {
    let weighted = values.iter().enumerate().map(|(k, value)| (k + 1) * value);
    weighted.fold(START_B, |sum, term| sum + term) % 103
}

/// Code 128 of printable ASCII; other characters are left out.
pub(super) fn code128(text: &str) -> Bars {
    let text: String = text.chars().filter(|c| (' '..='~').contains(c)).collect();
    let values: Vec<usize> = text.bytes().map(|byte| usize::from(byte - b' ')).collect();
    let mut modules = Vec::new();
    let mut push = |widths: u32| {
        for (place, digit) in widths.to_string().bytes().enumerate() {
            modules.extend(std::iter::repeat_n(place % 2 == 0, usize::from(digit - b'0')));
        }
    };
    let all = [START_B].into_iter().chain(values.iter().copied()).chain([checksum(&values)]);
    all.filter_map(|value| WIDTHS.get(value)).for_each(|widths| push(*widths));
    push(STOP);
    Bars { text, modules, quiet: (10, 10) }
}

/// The symbol character of six widths, for tests that read.
#[cfg(test)]
pub(super) fn value_of(widths: &[usize]) -> Option<usize> {
    let number = widths.iter().fold(0, |number, width| number * 10 + *width as u32);
    WIDTHS.iter().position(|known| *known == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(bars: &Bars) -> String {
        bars.modules.iter().map(|dark| if *dark { '1' } else { '0' }).collect()
    }

    /// 4 006381 333931, a number that is often shown as an example.
    #[test]
    fn an_ean_as_the_standard_has_it() {
        let bars = ean13(&[4, 0, 0, 6, 3, 8, 1, 3, 3, 3, 9, 3]);
        assert_eq!(bars.text, "4006381333931");
        let wanted = [
            "101", "0001101", "0100111", "0101111", "0111101", "0001001", "0110011", "01010", "1000010", "1000010",
            "1000010", "1110100", "1000010", "1100110", "101",
        ];
        assert_eq!(row(&bars), wanted.concat());
        assert!((0..95).filter(|m| is_guard(*m) && bars.modules[*m]).count() == 6);
    }

    #[test]
    fn characters_of_code_128_are_sound() {
        for (k, widths) in WIDTHS.iter().enumerate() {
            let digits: Vec<u32> = widths.to_string().bytes().map(|b| u32::from(b - b'0')).collect();
            assert_eq!((digits.len(), digits.iter().sum::<u32>()), (6, 11), "{k}");
            // Bars take up an even number of modules.
            assert_eq!((digits[0] + digits[2] + digits[4]) % 2, 0, "{k}");
            assert!(!WIDTHS[..k].contains(widths), "{k} is there twice");
        }
    }

    /// "PJJ123C" has the check character 54 in set A of the standard's example; in set B the start differs by one.
    #[test]
    fn the_checksum_is_weighted() {
        let values: Vec<usize> = "PJJ123C".bytes().map(|b| usize::from(b - b' ')).collect();
        assert_eq!(checksum(&values), 55);
        let bars = code128("PJJ123C\u{e9}");
        assert_eq!((bars.text.as_str(), bars.modules.len()), ("PJJ123C", 11 * 9 + 13));
        assert!(row(&bars).starts_with("11010010000") && row(&bars).ends_with("1100011101011"));
    }
}

//! What is printed on labels can be read off their pixels.

use super::super::build;
use super::*;
use crate::assets::Texture;

/// Rows of a texture as dark (true) and light pixels.
fn rows(texture: &Texture) -> Vec<Vec<bool>> {
    let dark = |p: &[u8; 4]| u32::from(p[0]) * 3 + u32::from(p[1]) * 6 + u32::from(p[2]) < 1100;
    let pixels = texture.levels[0].as_chunks::<4>().0;
    pixels.chunks_exact(texture.width as usize).map(|row| row.iter().map(dark).collect()).collect()
}

/// Reads a row of pixels: every EAN-13 and Code 128 in it, with quiet zones of full width.
fn read(row: &[bool]) -> Vec<String> {
    let runs: Vec<(bool, usize)> = row.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect();
    let starts = (1..runs.len()).filter(|k| runs[*k].0);
    starts.filter_map(|k| read_ean(&runs, k).or_else(|| read_128(&runs, k))).collect()
}

/// Widths of runs as whole modules, given how many modules all of them have together.
fn modules(runs: &[(bool, usize)], total: usize) -> Vec<usize> {
    let pixels: usize = runs.iter().map(|run| run.1).sum();
    runs.iter().map(|run| (run.1 * total + pixels / 2) / pixels).collect()
}

fn read_ean(runs: &[(bool, usize)], first: usize) -> Option<String> {
    let code = runs.get(first..first + 59)?;
    let widths = modules(code, 95);
    let module = code.iter().map(|run| run.1).sum::<usize>() as f32 / 95.0;
    let quiet = |run: Option<&(bool, usize)>, least: f32| run.is_some_and(|run| run.1 as f32 >= least * module - 0.5);
    let framed = quiet(runs.get(first - 1), 11.0) && quiet(runs.get(first + 59), 7.0);
    let guards = [&widths[..3], &widths[27..32], &widths[56..]];
    if !framed || guards.iter().any(|guard| guard.iter().any(|width| *width != 1)) {
        return None;
    }
    // Widths of the digits in set A, from the left: space, bar, space, bar.
    const DIGITS: [[usize; 4]; 10] = [
        [3, 2, 1, 1],
        [2, 2, 2, 1],
        [2, 1, 2, 2],
        [1, 4, 1, 1],
        [1, 1, 3, 2],
        [1, 2, 3, 1],
        [1, 1, 1, 4],
        [1, 3, 1, 2],
        [1, 2, 1, 3],
        [3, 1, 1, 2],
    ];
    let (mut out, mut parity) = (Vec::new(), String::new());
    for (place, digit) in widths[3..27].chunks(4).chain(widths[32..56].chunks(4)).enumerate() {
        let backwards: Vec<usize> = digit.iter().rev().copied().collect();
        let (a, b) = (DIGITS.iter().position(|d| d == digit), DIGITS.iter().position(|d| *d == backwards[..]));
        if place < 6 {
            parity.push(if a.is_some() { 'A' } else { 'B' });
        }
        out.push(if place < 6 { a.or(b)? } else { a? });
    }
    const PARITIES: [&str; 10] =
        ["AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB", "ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA"];
    out.insert(0, PARITIES.iter().position(|known| *known == parity)?);
    let sum: usize = out.iter().enumerate().map(|(k, d)| d * (1 + 2 * (k % 2))).sum();
    sum.is_multiple_of(10).then(|| out.iter().map(ToString::to_string).collect())
}

fn read_128(runs: &[(bool, usize)], first: usize) -> Option<String> {
    let value = |at: usize| symbol::value_of(&modules(runs.get(at..at + 6)?, 11));
    let module = runs.get(first..first + 6)?.iter().map(|run| run.1).sum::<usize>() as f32 / 11.0;
    let wide = |run: Option<&(bool, usize)>| run.is_some_and(|run| run.1 as f32 >= 10.0 * module - 0.5);
    if value(first)? != symbol::START_B || !wide(runs.get(first - 1)) {
        return None;
    }
    let mut values = Vec::new();
    let mut at = first + 6;
    loop {
        if runs.get(at..at + 7).is_some_and(|stop| modules(stop, 13) == [2, 3, 3, 1, 1, 1, 2]) {
            break;
        }
        values.push(value(at)?);
        at += 6;
    }
    let check = values.pop()?;
    let sum: usize = 104 + values.iter().enumerate().map(|(k, value)| (k + 1) * value).sum::<usize>();
    let text = values.iter().map(|value| char::from(*value as u8 + b' ')).collect();
    (sum % 103 == check && wide(runs.get(at + 7))).then_some(text)
}

/// The recipe of a variant as [`build`] calls it.
fn context(variant: u32, n: usize) -> Cx {
    let mut seed = variant.wrapping_mul(0x9e37_79b9);
    for byte in "label".bytes() {
        seed = super::super::noise::hash(seed ^ u32::from(byte));
    }
    Cx { n, variant: (variant % super::super::VARIANTS) as usize, seed }
}

#[test]
fn bar_codes_can_be_read() {
    let mut all = Vec::new();
    for variant in 0..24 {
        let set = build("label", variant, 512).expect("a known name");
        let cx = context(variant, 512);
        let (print, _) = drawn(&cx);
        let mut found: Vec<String> = rows(&set.base_color).iter().flat_map(|row| read(row)).collect();
        let count = found.len();
        found.sort();
        found.dedup();
        let wanted: Vec<String> = print.codes.clone();
        assert_eq!(found, wanted, "variant {variant}");
        assert!(count >= 30, "variant {variant}: {count} rows");
        let ean = wanted[0].len() == 13 && wanted[0].bytes().all(|b| b.is_ascii_digit());
        assert!(variant % 4 != 1 || ean, "variant {variant}: {wanted:?}");
        assert!(!ean || wanted[0].starts_with('2'), "a number that a product may have: {wanted:?}");
        all.extend(wanted);
    }
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count, "two labels bear one number");
}

#[test]
fn square_codes_can_be_read() {
    let mut count = 0;
    for variant in [0, 3, 4, 7, 8, 11] {
        let set = build("label", variant, 512).expect("a known name");
        let cx = context(variant, 512);
        let (print, _) = drawn(&cx);
        let rows = rows(&set.base_color);
        for (x, y, step) in &print.squares {
            let at = |from: f32, k: usize| (from + (k as f32 + 0.5) * step) as usize;
            let grid: qr::Grid = std::array::from_fn(|i| std::array::from_fn(|j| rows[at(*y, i)][at(*x, j)]));
            let text = qr::tests::decode(&grid);
            assert!(text.len() > 10, "variant {variant}: {text}");
            for k in 0..qr::SIDE + 2 * qr::QUIET {
                let along = |from: f32| (from + (k as f32 - 3.5) * step) as usize;
                for off in [-3.5, 28.5] {
                    let across = |from: f32| (from + off * step) as usize;
                    assert!(!rows[along(*y)][across(*x)] && !rows[across(*y)][along(*x)], "variant {variant}");
                }
            }
            count += 1;
        }
    }
    assert_eq!(count, 6);
}

#[test]
fn nothing_is_printed_beside_a_label() {
    for variant in 0..40 {
        let cx = context(variant, 256);
        let (print, _) = drawn(&cx);
        let beside = print.ink.iter().zip(print.paper.iter()).filter(|(ink, paper)| **ink > 0.3 && **paper < 0.5);
        assert_eq!(beside.count(), 0, "variant {variant}");
        let share = print.paper.iter().sum::<f32>() / print.paper.len() as f32;
        assert!((0.4..0.9).contains(&share), "variant {variant}: {share}");
        let inked = print.ink.iter().sum::<f32>() / print.ink.len() as f32;
        assert!((0.05..0.6).contains(&inked), "variant {variant}: {inked}");
    }
}

#[test]
fn labels_of_other_resolutions_say_the_same() {
    let [small, large] = [context(1, 512), context(1, 1024)];
    assert_eq!(drawn(&small).0.codes, drawn(&large).0.codes);
    let set = build("label", 1, 1024).expect("a known name");
    let found: Vec<String> = rows(&set.base_color).iter().flat_map(|row| read(row)).collect();
    assert!(found.len() > 60 && found.iter().all(|text| *text == drawn(&small).0.codes[0]));
}

#[test]
fn every_first_digit_can_be_read() {
    for first in 0..10 {
        let bars = ean13(&[first, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 5]);
        let row: Vec<bool> = [vec![false; 11], bars.modules, vec![false; 7]].concat();
        assert_eq!(read(&row), [bars.text.as_str()]);
        // One module aside nothing can be read: the reader is no yes-man.
        let mut wrong = row.clone();
        wrong.swap(40, 41);
        wrong[60] = !wrong[60];
        assert!(read(&wrong).is_empty());
    }
}

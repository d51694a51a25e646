//! Letters, digits and signs as strokes, for what is printed on labels.

/// The strokes of a character on a grid 4 wide and 6 high: rows of `xy` digits from point to point. A point after `~`
/// is not touched: it bends the way to the next one, as the control point of a quadratic curve.
fn strokes(c: char) -> &'static [&'static str] {
    match c {
        '0' | 'O' => &["20 ~00 02 04 ~06 26 ~46 44 42 ~40 20"],
        '1' => &["05 26 20", "10 30"],
        '2' => &["04 ~06 26 ~46 44 ~43 32 00 40"],
        '3' => &["05 ~06 26 ~46 44 ~43 23 13", "23 ~43 42 ~40 20 ~00 01"],
        '4' => &["30 36 02 42"],
        '5' => &["46 06 03 ~14 24 ~44 42 ~40 20 ~00 01"],
        '6' => &["46 ~06 02 ~00 20 ~40 42 ~44 24 ~04 02"],
        '7' => &["06 46 10"],
        '8' => &["23 ~03 04 05 ~06 26 ~46 45 44 ~43 23 ~43 42 41 ~40 20 ~00 01 02 ~03 23"],
        '9' => &["00 ~40 44 ~46 26 ~06 04 ~02 22 ~42 44"],
        'A' => &["00 26 40", "12 32"],
        'B' => &["03 00 06 26 ~46 45 44 ~43 23 03", "23 ~43 42 41 ~40 20 00"],
        'C' => &["45 ~46 26 ~06 04 02 ~00 20 ~40 41"],
        'D' => &["00 06 26 ~46 44 42 ~40 20 00"],
        'E' => &["46 06 00 40", "03 33"],
        'F' => &["46 06 00", "03 33"],
        'G' => &["45 ~46 26 ~06 04 02 ~00 20 ~40 42 43 23"],
        'H' => &["00 06", "40 46", "03 43"],
        'I' => &["10 16"],
        'J' => &["46 42 ~40 20 ~00 01"],
        'K' => &["00 06", "46 03 40"],
        'L' => &["06 00 40"],
        'M' => &["00 06 23 46 40"],
        'N' => &["00 06 40 46"],
        'P' => &["00 06 26 ~46 45 44 ~43 23 03"],
        'Q' => &["20 ~00 02 04 ~06 26 ~46 44 42 ~40 20", "22 40"],
        'R' => &["00 06 26 ~46 45 44 ~43 23 03", "23 40"],
        'S' => &["45 ~46 26 ~06 05 04 ~03 23 ~43 42 41 ~40 20 ~00 01"],
        'T' => &["06 46", "26 20"],
        'U' => &["06 02 ~00 20 ~40 42 46"],
        'V' => &["06 20 46"],
        'W' => &["06 10 24 30 46"],
        'X' => &["00 46", "06 40"],
        'Y' => &["06 23 46", "23 20"],
        'Z' => &["06 46 00 40"],
        '-' => &["13 33"],
        '.' => &["10 10"],
        ',' => &["11 00"],
        ':' => &["11 11", "14 14"],
        '/' => &["00 46"],
        '+' => &["21 25", "03 43"],
        '#' => &["10 16", "30 36", "02 42", "04 44"],
        '(' => &["36 ~13 30"],
        ')' => &["16 ~33 10"],
        '%' => &["00 46", "05 05", "41 41"],
        '!' => &["16 12", "10 10"],
        _ => &[],
    }
}

/// Parts that a curve is drawn in.
const PARTS: usize = 5;

/// The strokes of a character as paths, 1 high, 2/3 wide, from its lower left corner; y upwards.
pub(super) fn paths(c: char) -> impl Iterator<Item = Vec<(f32, f32)>> {
    strokes(c).iter().map(|line| {
        let mut path: Vec<(f32, f32)> = Vec::new();
        let mut bend = None;
        for word in line.split(' ') {
            let (digits, control) = word.strip_prefix('~').map_or((word, false), |digits| (digits, true));
            let digit = |k: usize| digits.as_bytes().get(k).map_or(0.0, |byte| f32::from(byte - b'0') / 6.0);
            let point = (digit(0), digit(1));
            match (control, bend.take(), path.last().copied()) {
                (true, ..) => bend = Some(point),
                (false, Some(control), Some(from)) => path.extend((1..=PARTS).map(|k| {
                    let t = k as f32 / PARTS as f32;
                    let (a, b, c) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
                    let at = |p: f32, q: f32, r: f32| a * p + b * q + c * r;
                    (at(from.0, control.0, point.0), at(from.1, control.1, point.1))
                })),
                _ => path.push(point),
            }
        }
        path
    })
}

/// Room that a character takes up, for a height of 1.
pub(super) fn advance(c: char) -> f32 {
    match c {
        'I' | '.' | ',' | ':' | '!' => 2.0 / 6.0 + 0.3,
        ' ' => 0.6,
        _ => 4.0 / 6.0 + 0.3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_fill_their_box() {
        for c in ('A'..='Z').chain('0'..='9') {
            let points: Vec<(f32, f32)> = paths(c).flatten().collect();
            let high = points.iter().map(|p| p.1).fold(0.0, f32::max);
            let low = points.iter().map(|p| p.1).fold(1.0, f32::min);
            assert!(high > 0.99 && low < 0.01, "{c}: {low} to {high}");
            assert!(points.iter().all(|p| (0.0..=0.667).contains(&p.0)), "{c}");
            for other in ('A'..c).chain('0'..='9').filter(|other| *other != c && !['0', 'O'].contains(other)) {
                assert!(!paths(c).eq(paths(other)), "{c} looks like {other}");
            }
        }
    }
}

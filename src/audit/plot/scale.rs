//! From values to places on an axis, and the round numbers at which it has its ticks.

use super::text;

/// A range of values, linear or logarithmic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Both ends: values, or their decadic logarithms.
    low: f64,
    high: f64,
    logarithmic: bool,
}

/// A round number on an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Where it is.
    pub value: f64,
    /// As it is written.
    pub label: String,
}

/// How much longer than what it shows a scale is at each of its ends, as share.
const MARGIN: f64 = 0.06;
/// Values further apart than this many times their size are not the same.
const SAME: f64 = 1e-9;
/// Below this doubles lose their digits.
const LEAST: f64 = 1e-290;

impl Scale {
    /// A scale that holds the values from `low` to `high`, both finite, with a margin. A logarithmic one takes only
    /// positive values.
    pub fn around(low: f64, high: f64, logarithmic: bool) -> Scale {
        let logarithmic = logarithmic && low > 0.0;
        let (low, high) = if logarithmic { (libm::log10(low), libm::log10(high)) } else { (low, high) };
        let size = low.abs().max(high.abs());
        let margin = if high - low > (SAME * size).max(LEAST) {
            MARGIN * (high - low)
        } else if size > LEAST {
            0.1 * size
        } else {
            1.0
        };
        Scale { low: low - margin, high: high + margin, logarithmic }
    }

    /// Where a value is: 0 to 1 from end to end.
    pub fn share(&self, value: f64) -> f64 {
        let value = if self.logarithmic { libm::log10(value) } else { value };
        (value - self.low) / (self.high - self.low)
    }

    /// Round numbers within the scale, about `count` of them and at least two.
    pub fn ticks(&self, count: u32) -> Vec<Tick> {
        if self.logarithmic { self.decades(count) } else { self.linear(count) }
    }

    /// As many ticks as have room beside each other on an axis of a length, in letters of a size.
    pub fn ticks_that_fit(&self, length: f64, size: f64) -> Vec<Tick> {
        const MOST: u32 = 7;
        let fits = |ticks: &Vec<Tick>| {
            let widths = ticks.iter().map(|tick| text::width(&tick.label, size)).fold(0.0, f64::max);
            let apart = ticks.windows(2).map(|pair| match pair {
                [one, other] => length * (self.share(other.value) - self.share(one.value)),
                _ => length,
            });
            apart.fold(f64::INFINITY, f64::min) >= widths + size
        };
        (2..=MOST).rev().map(|count| self.ticks(count)).find(fits).unwrap_or_else(|| self.ticks(2))
    }

    /// P. S. Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990, with ticks inside of the range.
    fn linear(&self, count: u32) -> Vec<Tick> {
        let mut wanted = count.max(2);
        loop {
            let step = Step::nice((self.high - self.low) / f64::from(wanted - 1));
            let ticks = step.multiples(self.low, self.high);
            // A range of a third more than a step has one multiple at least, and of two thirds of it two.
            if ticks.len() >= 2 || wanted > count + 6 {
                return ticks;
            }
            wanted += 1;
        }
    }

    /// Powers of ten, every so many of them, or with 2 and 5 times each, or all their multiples.
    fn decades(&self, count: u32) -> Vec<Tick> {
        // Within the range of doubles these are few.
        let powers: Vec<i32> = (self.low.floor() as i32..=self.high.ceil() as i32).collect();
        let of = |every: i32, times: &[u32]| {
            let all = powers.iter().filter(|power| *power % every == 0);
            let values = all.flat_map(|power| times.iter().map(move |times| decimal(f64::from(*times), *power)));
            let within = |value: &f64| (0.0..=1.0).contains(&self.share(*value));
            values.filter(within).map(|value| Tick { value, label: label(value) }).collect::<Vec<_>>()
        };
        let sets: [(i32, &[u32]); 9] = [
            (1, &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
            (1, &[1, 2, 5]),
            (1, &[1]),
            (2, &[1]),
            (3, &[1]),
            (5, &[1]),
            (10, &[1]),
            (20, &[1]),
            (50, &[1]),
        ];
        let mut best = Vec::new();
        for ticks in sets.into_iter().map(|(every, times)| of(every, times)).filter(|ticks| ticks.len() >= 2) {
            let few = ticks.len() <= count as usize;
            best = ticks;
            if few {
                break;
            }
        }
        best
    }
}

/// One, two or five times a power of ten.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    times: f64,
    power: i32,
}

impl Step {
    /// The round number nearest to a positive one.
    fn nice(number: f64) -> Step {
        let power = libm::log10(number).floor() as i32;
        match number / decimal(1.0, power) {
            share if share < 1.5 => Step { times: 1.0, power },
            share if share < 3.0 => Step { times: 2.0, power },
            share if share < 7.0 => Step { times: 5.0, power },
            _ => Step { times: 1.0, power: power + 1 },
        }
    }

    /// Those of its multiples that are in a range.
    fn multiples(self, low: f64, high: f64) -> Vec<Tick> {
        const MOST: f64 = 30.0;
        let step = decimal(self.times, self.power);
        let (first, last) = ((low / step - SAME).ceil(), (high / step + SAME).floor());
        let count = (last - first).min(MOST);
        let count = if count >= 0.0 { count as u32 + 1 } else { 0 };
        let largest = (first * step).abs().max((last * step).abs());
        let tick = |number: u32| {
            let times = (first + f64::from(number)) * self.times;
            let value = decimal(times, self.power);
            let digits = usize::try_from(-self.power).unwrap_or(0);
            let plain = is_plain(largest) && digits <= 6;
            Tick { value, label: if plain { signed(&format!("{value:.digits$}")) } else { label(value) } }
        };
        (0..count).map(tick).collect()
    }
}

/// A whole number times a power of ten, as the nearest double.
fn decimal(times: f64, power: i32) -> f64 {
    // Reading text rounds once, multiplying by a power that is itself rounded would twice.
    format!("{:.0}e{power}", times + 0.0).parse().unwrap_or(times)
}

/// Whether a number is written without a power of ten.
fn is_plain(size: f64) -> bool {
    size == 0.0 || (1e-4..1e6).contains(&size)
}

/// A number with as few digits as tell it from every other.
fn label(value: f64) -> String {
    if is_plain(value.abs()) {
        return signed(&format!("{}", value + 0.0));
    }
    let text = format!("{value:e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let raised = |letter: char| match letter {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        _ => '⁰',
    };
    let power: String = power.chars().map(raised).collect();
    match digits {
        "1" => format!("10{power}"),
        "-1" => format!("−10{power}"),
        digits => format!("{}×10{power}", signed(digits)),
    }
}

/// A number for reading: three digits that count, or all of those before the point.
pub fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { "none".to_owned() };
    }
    let rounded: f64 = format!("{value:.2e}").parse().unwrap_or(value);
    if is_plain(rounded.abs()) && rounded.abs() >= 1000.0 { signed(&format!("{value:.0}")) } else { label(rounded) }
}

/// With a minus that is as wide as a plus; never −0.
fn signed(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(digits) if digits.contains(|digit: char| ('1'..='9').contains(&digit)) => format!("−{digits}"),
        Some(digits) => digits.to_owned(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64, logarithmic: bool, count: u32) -> Vec<String> {
        let ticks = Scale::around(low, high, logarithmic).ticks(count);
        ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_are_round() {
        // From −0.6 to 10.6 a third is 3.7: steps of five.
        assert_eq!(labels(0.0, 10.0, false, 4), ["0", "5", "10"]);
        assert_eq!(labels(0.0, 10.0, false, 6), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(labels(0.1, 0.4, false, 4), ["0.1", "0.2", "0.3", "0.4"]);
        assert_eq!(labels(-70.0, 10.0, false, 5), ["−60", "−40", "−20", "0"]);
        assert_eq!(labels(0.00021, 0.00024, false, 4), ["0.00021", "0.00022", "0.00023", "0.00024"]);
        assert_eq!(labels(1_000_000.0, 4_000_000.0, false, 4), ["10⁶", "2×10⁶", "3×10⁶", "4×10⁶"]);
        assert_eq!(labels(-1e-6, 2e-6, false, 4), ["−10⁻⁶", "0", "10⁻⁶", "2×10⁻⁶"]);
    }

    #[test]
    fn ticks_are_at_least_two_and_within() {
        for (low, high) in [(0.0, 1.0), (3.7, 3.9), (-1.0, 1e9), (1e-280, 2e-280), (0.95, 1.06), (5.0, 5.0), (0.0, 0.0)]
        {
            let scale = Scale::around(low, high, false);
            for count in 0..9 {
                let ticks = scale.ticks(count);
                assert!((2..=count.max(2) as usize + 8).contains(&ticks.len()), "{low} {high} {count}: {ticks:?}");
                assert!(ticks.iter().all(|tick| (-1e-6..=1.0 + 1e-6).contains(&scale.share(tick.value))));
            }
        }
    }

    #[test]
    fn values_that_are_the_same_stand_in_the_middle() {
        assert_eq!(Scale::around(5.0, 5.0, false), Scale { low: 4.5, high: 5.5, logarithmic: false });
        assert_eq!(Scale::around(-5.0, -5.0, false), Scale { low: -5.5, high: -4.5, logarithmic: false });
        assert_eq!(Scale::around(0.0, 0.0, false).share(0.0), 0.5);
        assert!((Scale::around(0.1 + 0.2, 0.3, false).share(0.3) - 0.5).abs() < 1e-9);
        assert_eq!(Scale::around(0.0, 10.0, false).share(5.0), 0.5);
    }

    #[test]
    fn logarithmic_ticks_are_powers() {
        assert_eq!(labels(0.01, 100.0, true, 6), ["0.01", "0.1", "1", "10", "100"]);
        assert_eq!(labels(1.0, 8.0, true, 4), ["1", "2", "5"]);
        assert_eq!(labels(3.0, 4.0, true, 4), ["3", "4"]);
        assert_eq!(labels(1e-6, 1e6, true, 5), ["10⁻⁶", "0.001", "1", "1000", "10⁶"]);
        let scale = Scale::around(1.0, 100.0, true);
        assert!((scale.share(10.0) - 0.5).abs() < 1e-12);
        // Nothing below 0 has a logarithm.
        assert_eq!(Scale::around(-1.0, 1.0, true), Scale::around(-1.0, 1.0, false));
    }

    #[test]
    fn ticks_leave_room_for_each_other() {
        let scale = Scale::around(0.0, 1000.0, false);
        assert_eq!(scale.ticks_that_fit(1000.0, 10.0).len(), 6);
        let few = scale.ticks_that_fit(90.0, 10.0);
        assert_eq!(few.iter().map(|tick| &*tick.label).collect::<Vec<_>>(), ["0", "500", "1000"]);
        assert_eq!(scale.ticks_that_fit(10.0, 10.0), scale.ticks(2));
    }

    #[test]
    fn numbers_are_told_with_three_digits() {
        let told = [0.0, 0.123_456, -12.345, 12345.6, 1.5e-7, 2e9, f64::NAN, 0.3].map(number);
        assert_eq!(told, ["0", "0.123", "−12.3", "12346", "1.5×10⁻⁷", "2×10⁹", "none", "0.3"]);
    }
}

//! Tests with random formulas: the value against one that is computed without a parser, and that nothing panics.

use super::super::{EvaluationError, Value};
use super::Expression;

/// A linear congruential generator (Knuth's MMIX, The Art of Computer Programming, volume 2, 3.3.4).
struct Random(u64);

impl Random {
    /// A whole number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) % limit as u64) as usize
    }
}

/// A formula with how tightly its outermost operator binds (1 `or` to 9 a number), and its value, if finite.
struct Sample {
    text: String,
    level: usize,
    value: Option<f64>,
}

impl Sample {
    /// The text, in parentheses where its operator binds less tightly than `level`.
    fn within(&self, level: usize) -> String {
        if self.level < level { format!("({})", self.text) } else { self.text.clone() }
    }
}

/// A random formula with as few parentheses as the grammar allows.
fn sample(random: &mut Random, depth: usize) -> Sample {
    const BINARY: [(&str, usize); 14] = [
        ("or", 1),
        ("and", 2),
        ("==", 4),
        ("!=", 4),
        ("<", 4),
        ("<=", 4),
        (">", 4),
        (">=", 4),
        ("+", 5),
        ("-", 5),
        ("*", 6),
        ("/", 6),
        ("%", 6),
        ("^", 8),
    ];
    let kind = if depth == 0 { 0 } else { random.below(10) };
    match kind {
        0 | 1 => {
            let number = random.below(9) as f64 / 2.0;
            Sample { text: number.to_string(), level: 9, value: Some(number) }
        }
        2 => {
            let inner = sample(random, depth - 1);
            Sample { text: format!("-{}", inner.within(7)), level: 7, value: inner.value.map(|number| -number) }
        }
        3 => {
            let inner = sample(random, depth - 1);
            let value = inner.value.map(|number| f64::from(number == 0.0));
            Sample { text: format!("not {}", inner.within(3)), level: 3, value }
        }
        _ => {
            let (sign, level) = BINARY[random.below(BINARY.len())];
            let (left, right) = (sample(random, depth - 1), sample(random, depth - 1));
            let (left_level, right_level) = match level {
                4 => (5, 5),
                8 => (9, 7),
                _ => (level, level + 1),
            };
            let text = format!("{} {sign} {}", left.within(left_level), right.within(right_level));
            let value = left.value.and_then(|a| match (sign, right.value) {
                ("or", _) if a != 0.0 => Some(1.0),
                ("and", _) if a == 0.0 => Some(0.0),
                (_, right) => right.and_then(|b| binary(sign, a, b)),
            });
            Sample { text, level, value }
        }
    }
}

/// The finite value of an operation.
fn binary(sign: &str, a: f64, b: f64) -> Option<f64> {
    let value = match sign {
        "or" | "and" => f64::from(b != 0.0),
        "==" => f64::from(a == b),
        "!=" => f64::from(a != b),
        "<" => f64::from(a < b),
        "<=" => f64::from(a <= b),
        ">" => f64::from(a > b),
        ">=" => f64::from(a >= b),
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        "%" => a.rem_euclid(b),
        _ => libm::pow(a, b),
    };
    value.is_finite().then_some(value)
}

#[test]
fn values_are_those_of_the_tree_that_was_written() {
    let mut random = Random(1);
    let (mut finite, mut infinite) = (0, 0);
    for _ in 0..20_000 {
        let sample = sample(&mut random, 5);
        let expression = Expression::new(&sample.text);
        assert_eq!(expression.fault(), None, "{}", sample.text);
        match (expression.number(&mut |_: &str| Err(())), sample.value) {
            (Ok(result), Some(value)) => {
                assert_eq!(result, value, "{}", sample.text);
                finite += 1;
            }
            (Err(EvaluationError::NotFinite { .. }), None) => infinite += 1,
            (result, value) => panic!("{}: {result:?}, not {value:?}", sample.text),
        }
    }
    assert!(finite > 10_000 && infinite > 500, "{finite} {infinite}");
}

/// Checks what must hold for any text; tells whether it can be read.
fn examine(text: &str) -> bool {
    let expression = Expression::new(text);
    assert_eq!(expression.text(), text);
    for (name, at) in expression.names() {
        assert_eq!(text.get(at.clone()), Some(name.as_str()));
    }
    assert!(expression.names().is_sorted_by(|(_, left), (_, right)| left.end <= right.start), "{text:?}");
    let result = expression.value(&mut |name: &str| match name.len() % 3 {
        0 => Err(()),
        1 => Ok(0.5.into()),
        _ => Ok("winter".into()),
    });
    match (expression.fault(), result) {
        (None, Ok(Value::Number(number))) => assert!(number.is_finite(), "{text:?}"),
        (None, Err(EvaluationError::Type { at, .. })) => assert!(text.get(at).is_some_and(|part| !part.is_empty())),
        (None, Err(EvaluationError::NotFinite { message })) => {
            let part = message.strip_prefix('`').and_then(|rest| rest.strip_suffix("` is not finite"));
            assert!(part.is_some_and(|part| !part.is_empty() && text.contains(part)), "{text:?}: {message}");
        }
        (None, _) => {}
        (Some(fault), result) => {
            assert!(text.get(fault.at.clone()).is_some(), "{text:?}: {fault:?}");
            assert!(!fault.at.is_empty() || fault.at.end == text.len(), "{text:?}: {fault:?}");
            assert!(
                fault.message.starts_with("expected ") && fault.message.contains(", found "),
                "{text:?}: {fault:?}"
            );
            assert!(matches!(result, Err(EvaluationError::Type { .. })));
        }
    }
    expression.fault().is_none()
}

#[test]
fn random_tokens_do_no_harm() {
    const TOKENS: [&str; 56] = [
        "or",
        "and",
        "not",
        "&&",
        "||",
        "!",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "=",
        "+",
        "-",
        "-",
        "*",
        "/",
        "%",
        "^",
        "(",
        "(",
        ")",
        ")",
        ",",
        ",",
        " ",
        " ",
        "1",
        "0",
        "2.5",
        ".5",
        "1e3",
        "1e308",
        "1e999",
        "3.",
        "pi",
        "true",
        "x",
        "ab",
        "abc",
        "a.b",
        "a.",
        "'winter'",
        "'é",
        "\"",
        "min(",
        "if(",
        "sin_deg(",
        "clamp(",
        "mim(",
        "é",
        "\u{1f600}",
        "\0",
        "^-",
        "log10(",
    ];
    let mut random = Random(2);
    let mut readable = 0;
    for round in 0..100_000 {
        let mut text = String::new();
        for _ in 0..=random.below(if round % 50 == 0 { 300 } else { 9 }) {
            text.push_str(TOKENS[random.below(TOKENS.len())]);
        }
        readable += usize::from(examine(&text));
    }
    assert!(readable > 1000, "{readable}");
}

#[test]
fn random_bytes_do_no_harm() {
    let mut random = Random(3);
    for round in 0..50_000 {
        let length = random.below(if round % 100 == 0 { 6000 } else { 24 });
        let range = if round % 2 == 0 { 256 } else { 128 };
        let bytes: Vec<u8> = (0..length).map(|_| random.below(range) as u8).collect();
        examine(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn random_changes_to_good_formulas_do_no_harm() {
    let good =
        "if(night, 0, 120000 * max(0, sin_deg(elevation))) + (season == 'winter' and not storm > 0.5) ^ -2 % a.b";
    assert!(examine(good));
    let letters: Vec<char> = good.chars().chain("é雨\u{1f600}\u{301}\u{a0}".chars()).collect();
    let mut random = Random(4);
    for _ in 0..50_000 {
        let mut text: Vec<char> = good.chars().collect();
        for _ in 0..=random.below(3) {
            let place = random.below(text.len().max(1));
            match random.below(3) {
                0 if !text.is_empty() => drop(text.remove(place)),
                0 | 1 => text.insert(place, letters[random.below(letters.len())]),
                _ => text.truncate(place),
            }
        }
        examine(&text.into_iter().collect::<String>());
    }
}

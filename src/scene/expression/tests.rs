//! Tests of values, names and errors of evaluation; `tests/faults.rs` and `tests/random.rs` hold the rest.

mod faults;
mod random;

use super::{EvaluationError, Expression, Value};
use std::f64::consts::{FRAC_1_SQRT_2, LN_2, PI};

/// Values of a small scene; every other name is an error that repeats it.
fn scene(name: &str) -> Result<Value, String> {
    match name {
        "storm" => Ok(0.5.into()),
        "night" | "zero" => Ok(0.0.into()),
        "season" => Ok("winter".into()),
        "elevation" => Ok(30.0.into()),
        "objects.mug.count" => Ok(3.0.into()),
        "visible.'bay/mug'" | "visible.\"a mug\"" => Ok(2.0.into()),
        "endless" => Ok(f64::INFINITY.into()),
        _ => Err(name.to_owned()),
    }
}

fn value(text: &str) -> Result<Value, EvaluationError<String>> {
    let expression = Expression::new(text);
    assert_eq!(expression.fault(), None, "{text}");
    expression.value(&mut scene)
}

/// Compares numbers bit by bit, but for the sign of zero.
fn check(cases: &[(&str, f64)]) {
    for (text, number) in cases {
        assert_eq!(value(text), Ok(Value::Number(*number)), "{text}");
    }
}

/// The bytes of the only place where a part stands in a text.
fn place(text: &str, part: &str) -> std::ops::Range<usize> {
    assert_eq!(text.matches(part).count(), 1, "{part} in {text}");
    let start = text.find(part).unwrap();
    start..start + part.len()
}

#[test]
fn formulas_of_a_scene() {
    check(&[
        ("30*storm^2", 7.5),
        ("season == 'winter' and storm > 0.5", 0.0),
        ("season == \"winter\" and storm >= 0.5", 1.0),
        ("if(night, 0, 120000 * max(0, sin_deg(elevation)))", 60000.0),
        ("objects.mug.count + 1", 4.0),
        ("visible.'bay/mug' - 1 / visible.\"a mug\"", 1.5),
        (" \t\r\n1\n", 1.0),
    ]);
}

#[test]
fn literals() {
    check(&[("3", 3.0), ("0.5", 0.5), (".5", 0.5), ("1e3", 1000.0), ("1E+3", 1000.0), ("2.5e-1", 0.25), ("007", 7.0)]);
    check(&[("true", 1.0), ("false", 0.0), ("pi", PI), ("0.1", 0.1), ("1.7976931348623157e308", f64::MAX)]);
    assert_eq!(value("'it is \"é\"'"), Ok("it is \"é\"".into()));
    assert_eq!(value("\"it's\""), Ok("it's".into()));
    assert_eq!(value("''"), Ok("".into()));
}

#[test]
fn precedence() {
    check(&[
        ("1 + 2*3", 7.0),
        ("(1 + 2)*3", 9.0),
        ("2*3 + 1", 7.0),
        ("7 - 9 % 4", 6.0),
        ("2*3^2", 18.0),
        ("-2^2", -4.0),
        ("(-2)^2", 4.0),
        ("2^-1", 0.5),
        ("2^-1*4", 2.0),
        ("2^-2^2", 0.0625),
        ("-7 % 4", 1.0), // (-7) % 4, not -(7 % 4)
        ("2*-3", -6.0),
        ("1--1", 2.0),
        ("---1", -1.0),
        ("1 + 1 == 2", 1.0),
        ("1 < 1 + 1", 1.0),
        ("not 1 == 2", 1.0),
        ("!1 == 2", 1.0),
        ("(not 1) == 2", 0.0),
        ("not 0 and 0", 0.0),
        ("not 0 or 1", 1.0),
        ("not not 3", 1.0),
        ("!!3", 1.0),
        ("1and 0or 2", 1.0),
        ("1 or 1 and 0", 1.0),
        ("(1 or 1) and 0", 0.0),
        ("0 and 0 or 1", 1.0),
        ("1 || 1 && 0", 1.0),
        ("1 and not 0", 1.0),
        ("1 and -1 < 0", 1.0),
    ]);
}

#[test]
fn associativity() {
    check(&[
        ("10 - 3 - 2", 5.0),
        ("10 - 3 + 2", 9.0),
        ("0.1 + 0.2 + 0.3", 0.6000000000000001), // 0.1 + (0.2 + 0.3) is 0.6
        ("10 - (3 - 2)", 9.0),
        ("8 / 4 / 2", 1.0),
        ("8 / 4 * 2", 4.0),
        ("9 * 5 % 4", 1.0),
        ("9 * (5 % 4)", 9.0),
        ("2^3^2", 512.0),
        ("(2^3)^2", 64.0),
        ("(1 < 2) < 2", 1.0),
    ]);
}

#[test]
fn comparisons_and_truths() {
    for (sign, less, same, more) in
        [("==", 0.0, 1.0, 0.0), ("!=", 1.0, 0.0, 1.0), ("<", 1.0, 0.0, 0.0), ("<=", 1.0, 1.0, 0.0)]
    {
        check(&[(&format!("1 {sign} 2"), less), (&format!("2{sign}2"), same), (&format!("3 {sign} 2"), more)]);
    }
    check(&[("1 > 2", 0.0), ("2 > 2", 0.0), ("3 > 2", 1.0), ("1 >= 2", 0.0), ("2 >= 2", 1.0), ("3 >= 2", 1.0)]);
    check(&[("'a' == 'a'", 1.0), ("'a' == 'b'", 0.0), ("'a' != 'a'", 0.0), ("'a' != 'b'", 1.0)]);
    check(&[("3 and -2", 1.0), ("0 or 0.5", 1.0), ("not 0.5", 0.0), ("0 or 0", 0.0), ("-0 or 0", 0.0)]);
}

#[test]
fn remainders_are_euclidean() {
    check(&[
        ("7 % 4", 3.0),
        ("-7 % 4", 1.0),
        ("7 % -4", 3.0),
        ("-7 % -4", 1.0),
        ("5.5 % 2", 1.5),
        ("mod(-30, 360)", 330.0),
        ("mod(1e300, 7)", 1.0),
        ("-1e-20 % 360", 0.0), // -1e-20 + 360 rounds to 360
    ]);
    let zero = Expression::new("-4 % 2").number(&mut scene).unwrap();
    assert_eq!(zero.to_bits(), 0.0_f64.to_bits());
}

#[test]
fn functions() {
    check(&[
        ("min(2, 1)", 1.0),
        ("min(3, 1, 2)", 1.0),
        ("min(2, 3, 4, -5)", -5.0),
        ("max(2, 1)", 2.0),
        ("max(1, 3, 2)", 3.0),
        ("max(-3, -2)", -2.0),
        ("abs(-2)", 2.0),
        ("sign(-3)", -1.0),
        ("sign(0)", 0.0),
        ("sign(0.1)", 1.0),
        ("floor(-1.5)", -2.0),
        ("ceil(-1.5)", -1.0),
        ("ceil(1.2)", 2.0),
        ("round(2.5)", 3.0),
        ("round(-2.5)", -3.0),
        ("sqrt(2)", 2.0 * FRAC_1_SQRT_2),
        ("exp(0)", 1.0),
        ("abs(exp(1) - 2.718281828459045) < 5e-16", 1.0),
        ("log(2)", LN_2),
        ("log10(1000)", 3.0),
        ("pow(2, 10)", 1024.0),
        ("pow(9, 0.5)", 3.0),
        ("clamp(5, 1, 3)", 3.0),
        ("clamp(0, 1, 3)", 1.0),
        ("clamp(2, 1, 3)", 2.0),
        ("clamp(2, 3, 1)", 1.0),
        ("lerp(10, 20, 0.25)", 12.5),
        ("lerp(10, 20, 2)", 30.0),
        ("lerp(1e16, 1, 1)", 1.0),
        ("lerp(0.1, 0.1, 0.3)", 0.1),
        ("step(2, 1.9)", 0.0),
        ("step(2, 2)", 1.0),
        ("smoothstep(2, 4, 1)", 0.0),
        ("smoothstep(2, 4, 2.5)", 0.15625),
        ("smoothstep(2, 4, 3)", 0.5),
        ("smoothstep(2, 4, 5)", 1.0),
        ("smoothstep(4, 2, 2.5)", 0.84375),
        ("smoothstep(2, 2, 1.9)", 0.0),
        ("smoothstep(2, 2, 2)", 1.0),
        ("mod(-7, 4)", 1.0),
        ("if(2, 3, 4)", 3.0),
        ("if(0, 3, 4)", 4.0),
        ("min (1, 2)", 1.0),
    ]);
    assert_eq!(value("if(season == 'winter', 'snow', 0)"), Ok("snow".into()));
    for (text, zero) in [("min(0, -0)", 0.0_f64), ("min(-0, 0)", -0.0), ("max(0, -0)", 0.0), ("max(-0, 0)", -0.0)] {
        assert_eq!(Expression::new(text).number(&mut scene).unwrap().to_bits(), zero.to_bits(), "{text}");
    }
}

#[test]
fn angles_are_exact_where_they_can_be() {
    for turns in [-1e6, -3.0, -1.0, 0.0, 1.0, 7.0, 1e9] {
        for (angle, sine, cosine) in [
            (0.0, 0.0, 1.0),
            (30.0, 0.5, f64::NAN),
            (60.0, f64::NAN, 0.5),
            (90.0, 1.0, 0.0),
            (120.0, f64::NAN, -0.5),
            (150.0, 0.5, f64::NAN),
            (180.0, 0.0, -1.0),
            (210.0, -0.5, f64::NAN),
            (270.0, -1.0, 0.0),
            (300.0, f64::NAN, 0.5),
            (330.0, -0.5, f64::NAN),
        ] {
            let angle = angle + 360.0 * turns;
            for (name, exact) in [("sin_deg", sine), ("cos_deg", cosine)] {
                let result = Expression::new(&format!("{name}({angle})")).number(&mut scene).unwrap();
                assert!(exact.is_nan() || result.to_bits() == exact.to_bits(), "{name}({angle}) = {result:?}");
            }
        }
    }
    check(&[("tan_deg(45)", 1.0), ("tan_deg(135)", -1.0), ("tan_deg(225)", 1.0), ("tan_deg(-45)", -1.0)]);
    check(&[("sin_deg(45)", FRAC_1_SQRT_2), ("cos_deg(45)", FRAC_1_SQRT_2)]);
    assert_eq!(Expression::new("tan_deg(180)").number(&mut scene).unwrap().to_bits(), 0);
    assert!(value("tan_deg(90)").is_err() && value("tan_deg(-90)").is_err() && value("tan_deg(450)").is_err());
    for (y, x, angle) in [
        (0.0, 1.0, 0.0),
        (1.0, 1.0, 45.0),
        (0.3, 0.3, 45.0),
        (2e300, 2e300, 45.0),
        (-5e-324, 5e-324, -45.0),
        (2.0, 0.0, 90.0),
        (3.0, -3.0, 135.0),
        (0.0, -1.0, 180.0),
        (-1.0, -1.0, -135.0),
        (-1.0, 0.0, -90.0),
        (-1.0, 1.0, -45.0),
        (0.0, 0.0, 0.0),
        (-0.0, -1.0, 180.0),
    ] {
        check(&[(&format!("atan2_deg({y:?}, {x:?})"), angle)]);
    }
}

#[test]
fn angles_are_accurate_everywhere() {
    for step in -720..=720 {
        let angle = f64::from(step) * 0.7310585786300049;
        let radians = angle.to_radians();
        let number = |text: String| Expression::new(&text).number(&mut scene).unwrap();
        let (sine, cosine) = (number(format!("sin_deg({angle})")), number(format!("cos_deg({angle})")));
        assert!((sine - radians.sin()).abs() < 2e-15, "{angle}");
        assert!((cosine - radians.cos()).abs() < 2e-15, "{angle}");
        let tangent = number(format!("tan_deg({angle})"));
        assert!((tangent * cosine - sine).abs() < 3e-16, "{angle}");
        let back = number(format!("atan2_deg({sine}, {cosine})"));
        let difference = (back - angle).rem_euclid(360.0);
        assert!(difference.min(360.0 - difference) < 2e-13, "{angle} {back}");
    }
}

#[test]
fn only_the_branch_that_is_taken_is_evaluated() {
    check(&[
        ("if(1, 2, absent)", 2.0),
        ("if(0, absent, 3)", 3.0),
        ("0 and absent", 0.0),
        ("1 or absent", 1.0),
        ("1 and 0 and absent", 0.0),
        ("0 or 1 or absent", 1.0),
        ("1 or 1/0", 1.0),
        ("if(zero == 0, 0, 1/zero)", 0.0),
    ]);
    for text in
        ["1 and absent", "0 or absent", "if(absent, 1, 2)", "if(1, absent, 2)", "0 * absent", "0 and 1 or absent"]
    {
        assert_eq!(value(text), Err(EvaluationError::Name("absent".to_owned())), "{text}");
    }
    let mut asked = Vec::new();
    let expression = Expression::new("if(a, b, c) + (a and d) + (b or e)");
    let result = expression.number(&mut |name: &str| {
        asked.push(name.to_owned());
        Ok::<_, ()>(if name == "a" { 0.0.into() } else { 2.0.into() })
    });
    assert_eq!((result, asked.join(" ")), (Ok(3.0), "a c a b".to_owned()));
}

#[test]
fn names_with_their_places() {
    let names = |text: &str| Expression::new(text).names().to_vec();
    assert_eq!(
        names("'é' == season and min(a, objects.mug.count) > a or not pi + true"),
        [("season", 8..14), ("a", 23..24), ("objects.mug.count", 26..43), ("a", 47..48)]
            .map(|(name, at)| (name.to_owned(), at))
    );
    assert_eq!(names("notion + or_else + pi2 + true.x + _1 + min").len(), 6);
    assert_eq!(names("1 + sin_deg(2) - pi"), []);
    assert_eq!(names("a + (b +"), [("a".to_owned(), 0..1), ("b".to_owned(), 5..6)]);
}

#[test]
fn texts_are_no_numbers() {
    for (text, part, found) in [
        ("season + 1", "season", "expected a number, found the text `winter`"),
        ("1 + 'a'", "'a'", "expected a number, found the text `a`"),
        ("2^('a')", "'a'", "expected a number, found the text `a`"),
        ("-season", "season", "expected a number, found the text `winter`"),
        ("not 'a'", "'a'", "expected a number, found the text `a`"),
        ("1 and 'a'", "'a'", "expected a number, found the text `a`"),
        ("'a' or 1", "'a'", "expected a number, found the text `a`"),
        ("if(season, 1, 2)", "season", "expected a number, found the text `winter`"),
        ("abs('a')", "'a'", "expected a number, found the text `a`"),
        ("max(1, 2, 'a')", "'a'", "expected a number, found the text `a`"),
        ("'a' < 'b'", "'a'", "expected a number, found the text `a`"),
        ("1 >= 'b'", "'b'", "expected a number, found the text `b`"),
        ("1 != 'b'", "'b'", "expected a number, found the text `b`"),
        ("season == 3", "3", "expected a text, found the number 3"),
    ] {
        let error = EvaluationError::Type { at: place(text, part), message: found.to_owned() };
        assert_eq!(value(text), Err(error), "{text}");
    }
    let error = EvaluationError::Type { at: 0..3, message: "expected a number, found the text `a`".to_owned() };
    assert_eq!(Expression::new("'a'").number(&mut scene), Err(error.clone()));
    assert_eq!(Expression::new("'a'").truth(&mut scene), Err(error));
    assert_eq!(Expression::new("0.5").truth(&mut scene), Ok(true));
    assert_eq!(Expression::new("1 - 1").truth(&mut scene), Ok(false));
}

#[test]
fn results_must_be_finite() {
    for (text, part) in [
        ("2 + 1/zero", "1/zero"),
        ("1 + 2 + 1e308*10 + 3", "1e308*10"),
        ("1 - 1e308 - 1e308 - 3", "1 - 1e308 - 1e308"),
        ("3 * log(0)", "log(0)"),
        ("abs(sqrt(-1))", "sqrt(-1)"),
        ("(0 - 8)^0.5 + 1", "(0 - 8)^0.5"),
        ("1 + (2/0)", "2/0"),
        ("5 % 0", "5 % 0"),
        ("exp(1000)", "exp(1000)"),
        ("tan_deg(90)", "tan_deg(90)"),
        ("pow(0, -1)", "pow(0, -1)"),
        ("smoothstep(-1e308, 1e308, 5)", "smoothstep(-1e308, 1e308, 5)"),
        ("0 * endless", "endless"),
        ("min(1, endless)", "endless"),
        ("'é' == 'é' and 1 / 0", "1 / 0"),
    ] {
        assert_eq!(
            value(text),
            Err(EvaluationError::NotFinite { message: format!("`{part}` is not finite") }),
            "{text}"
        );
    }
}

#[test]
fn values_and_errors_are_shown_and_converted() {
    for (number, text) in [
        (3.0, "3"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (-2.5, "-2.5"),
        (1e15, "1000000000000000"),
        (1e16, "1e16"),
        (1e-5, "0.00001"),
        (1.5e-6, "1.5e-6"),
        (-1e300, "-1e300"),
    ] {
        assert_eq!(Value::from(number).to_string(), text);
        assert_eq!(text.parse::<f64>(), Ok(number));
    }
    assert_eq!((Value::from(true), Value::from(false)), (Value::Number(1.0), Value::Number(0.0)));
    assert_eq!(Value::from("é").to_string(), "é");
    let shown = |text: &str| value(text).unwrap_err().to_string();
    assert_eq!((shown("absent"), shown("1/0")), ("absent".to_owned(), "`1/0` is not finite".to_owned()));
    assert_eq!(shown("-'a'"), "expected a number, found the text `a`");
}

#[test]
fn formulas_are_equal_by_text_and_shared_between_threads() {
    fn shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    let expression = Expression::new("1 + a");
    shared(&expression);
    assert_eq!(expression, Expression::new("1 + a"));
    assert_ne!(expression, Expression::new("1+a"));
    assert!(std::ptr::eq(expression.text(), expression.clone().text()));
}

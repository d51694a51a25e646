//! Tests of what is said about formulas that cannot be read, and of the limits.

use super::super::parser::{DEEPEST, LONGEST};
use super::super::{EvaluationError, Fault};
use super::{Expression, place, scene};

/// The fault of a text that must have one.
fn fault(text: &str) -> Fault {
    Expression::new(text).fault().unwrap_or_else(|| panic!("no fault in {text}")).clone()
}

/// Each case: the text, the part of it at fault (the end, if empty), the message, the help.
fn check(cases: &[(&str, &str, &str, Option<&str>)]) {
    for (text, part, message, help) in cases {
        let at = if part.is_empty() { text.len()..text.len() } else { place(text, part) };
        let wanted = Fault { at, message: (*message).to_owned(), help: help.map(str::to_owned) };
        assert_eq!(fault(text), wanted, "{text}");
    }
}

#[test]
fn something_is_missing_or_too_much() {
    let operand = "expected a number, a text, a name or `(`, found";
    let operator = "expected an operator or the end of the formula, found";
    check(&[
        ("", "", &format!("{operand} the end of the formula"), None),
        ("  ", "", &format!("{operand} the end of the formula"), None),
        ("1 +", "", &format!("{operand} the end of the formula"), None),
        ("1 + * 2", "*", &format!("{operand} `*`"), None),
        ("+3", "+", &format!("{operand} `+`"), None),
        ("and 3", "and", &format!("{operand} `and`"), None),
        ("()", ")", &format!("{operand} `)`"), None),
        ("min(1, 2, )", ")", &format!("{operand} `)`"), None),
        ("min(, 2)", ",", &format!("{operand} `,`"), None),
        ("1 2", "2", &format!("{operator} `2`"), None),
        ("1.2.3", ".3", &format!("{operator} `.3`"), None),
        ("a 'é'", "'é'", &format!("{operator} `'é'`"), None),
        ("1, 2", ",", &format!("{operator} `,`"), None),
        ("1 + 2)", ")", &format!("{operator} `)`"), Some("no `(` belongs to it")),
        ("2(3)", "(", &format!("{operator} `(`"), Some("did you mean `*(`?")),
        ("a AND b", "AND", &format!("{operator} `AND`"), Some("did you mean `and`?")),
        ("(1 + 2", "", "expected an operator or `)`, found the end of the formula", None),
        ("(1, 2)", ",", "expected an operator or `)`, found `,`", None),
        ("(a Or b)", "Or", "expected an operator or `)`, found `Or`", Some("did you mean `or`?")),
        ("min(1, 2", "", "expected an operator, `,` or `)`, found the end of the formula", None),
        ("min(1 2)", "2", "expected an operator, `,` or `)`, found `2`", None),
    ]);
    let loose = Some("`not` binds loosely: put it and what follows in parentheses");
    check(&[
        ("a == not b", "not", &format!("{operand} `not`"), loose),
        ("2 * !b", "!", &format!("{operand} `!`"), loose),
        ("-not b", "not", &format!("{operand} `not`"), loose),
    ]);
}

#[test]
fn comparisons_are_not_chained() {
    let message = "expected `and` or `or` after a comparison, found a second comparison";
    check(&[
        ("a < b <= c", "<=", &format!("{message} `<=`"), Some("did you mean `a < b and b <= c`?")),
        ("1 or a+1==b != c*2", "!=", &format!("{message} `!=`"), Some("did you mean `a+1==b and b != c*2`?")),
        ("0<x<=y>z", "<=", &format!("{message} `<=`"), Some("did you mean `0<x and x<=y and y>z`?")),
        ("not (a) < 'é' > c", ">", &format!("{message} `>`"), Some("did you mean `(a) < 'é' and 'é' > c`?")),
    ]);
    assert_eq!(Expression::new("(a < b) < c").fault(), None);
}

#[test]
fn calls() {
    let unknown = "expected the name of a function, found";
    for (name, meant) in [
        ("mim", Some("min")),
        ("Max", Some("max")),
        ("CLAMP", Some("clamp")),
        ("sin", Some("sin_deg")),
        ("sind", Some("sin_deg")),
        ("cosdeg", Some("cos_deg")),
        ("atan2", Some("atan2_deg")),
        ("clmap", Some("clamp")),
        ("smooth_step", Some("smoothstep")),
        ("smothstp", Some("smoothstep")),
        ("ln", Some("log")),
        ("mix", Some("lerp")),
        ("f", None),
        ("noise", None),
        ("objects.mug", None),
    ] {
        let help = meant.map(|meant| format!("did you mean `{meant}`?"));
        check(&[(&format!("1 + {name}(1 $"), name, &format!("{unknown} `{name}`"), help.as_deref())]);
    }
    check(&[
        (
            "if night then 3",
            "night",
            "expected `(` after the function `if`, found `night`",
            Some("did you mean `if(condition, then, otherwise)`?"),
        ),
        ("2 * abs 3", "3", "expected `(` after the function `abs`, found `3`", Some("did you mean `abs(x)`?")),
    ]);
    assert_eq!(Expression::new("step + 1").names().len(), 1);
}

#[test]
fn each_function_counts_its_arguments() {
    for (form, wanted, right) in [
        ("if(condition, then, otherwise)", "3 arguments", 3..4),
        ("min(a, b, ...)", "2 or more arguments", 2..6),
        ("max(a, b, ...)", "2 or more arguments", 2..6),
        ("abs(x)", "1 argument", 1..2),
        ("sign(x)", "1 argument", 1..2),
        ("floor(x)", "1 argument", 1..2),
        ("ceil(x)", "1 argument", 1..2),
        ("round(x)", "1 argument", 1..2),
        ("sqrt(x)", "1 argument", 1..2),
        ("exp(x)", "1 argument", 1..2),
        ("log(x)", "1 argument", 1..2),
        ("log10(x)", "1 argument", 1..2),
        ("sin_deg(angle)", "1 argument", 1..2),
        ("cos_deg(angle)", "1 argument", 1..2),
        ("tan_deg(angle)", "1 argument", 1..2),
        ("atan2_deg(y, x)", "2 arguments", 2..3),
        ("pow(a, b)", "2 arguments", 2..3),
        ("clamp(x, low, high)", "3 arguments", 3..4),
        ("lerp(a, b, share)", "3 arguments", 3..4),
        ("step(edge, x)", "2 arguments", 2..3),
        ("smoothstep(low, high, x)", "3 arguments", 3..4),
        ("mod(a, b)", "2 arguments", 2..3),
    ] {
        let name = form.split('(').next().unwrap();
        for count in 0..6 {
            let call = format!("{name}({})", vec!["1"; count].join(", "));
            let text = format!("2 * {call} + 1");
            if right.contains(&count) {
                assert_eq!(Expression::new(&text).fault(), None, "{text}");
            } else {
                let message = format!("expected {wanted} for `{name}`, found {count}");
                check(&[(&text, &call, &message, Some(&format!("write `{form}`")))]);
            }
        }
    }
    assert_eq!(super::super::functions::FUNCTIONS.len(), 22);
}

#[test]
fn what_is_no_token() {
    let wrong = "expected a number, a text, a name or an operator, found";
    let letters = Some("a name is made of the letters A to Z and a to z, digits and `_`");
    check(&[
        ("1 $ 2", "$", &format!("{wrong} `$`"), None),
        ("naïve + 1", "ï", &format!("{wrong} `ï`"), letters),
        ("1 + 雨", "雨", &format!("{wrong} `雨`"), letters),
        ("1 + \u{1f600}", "\u{1f600}", &format!("{wrong} `\u{1f600}`"), None),
        ("1\u{a0}+ 2", "\u{a0}", &format!("{wrong} `\\u{{a0}}`"), None),
        ("1 + \0", "\0", &format!("{wrong} `\\0`"), None),
        (". 5", ".", &format!("{wrong} `.`"), None),
        ("a = b", "=", &format!("{wrong} `=`"), Some("did you mean `==`?")),
        ("2**3", "**", &format!("{wrong} `**`"), Some("did you mean `^`?")),
        ("a <> b", "<>", &format!("{wrong} `<>`"), Some("did you mean `!=`?")),
        ("a => b", "=>", &format!("{wrong} `=>`"), Some("did you mean `>=`?")),
        ("a & b", "&", &format!("{wrong} `&`"), Some("did you mean `and`?")),
        ("a ≤ b", "≤", &format!("{wrong} `≤`"), Some("did you mean `<=`?")),
        ("\u{2212}3", "\u{2212}", &format!("{wrong} `\u{2212}`"), Some("did you mean `-`?")),
        ("a ? b", "?", &format!("{wrong} `?`"), Some("did you mean `if(condition, then, otherwise)`?")),
    ]);
    check(&[
        ("1 + 'é", "'é", "expected ' at the end of the text, found the end of the formula", None),
        ("\"it's", "\"it's", "expected \" at the end of the text, found the end of the formula", None),
        ("3.x", "x", "expected a digit after `3.`, found `x`", None),
        ("3.", "", "expected a digit after `3.`, found the end of the formula", None),
        ("a.b.é", "é", "expected a letter or `_` after `a.b.`, found `é`", None),
        ("a.", "", "expected a letter or `_` after `a.`, found the end of the formula", None),
        ("a.1", "1", "expected a letter or `_` after `a.`, found `1`", None),
        ("1 + 2x", "x", "expected an operator after `2`, found `x`", Some("did you mean `2*x`?")),
        ("2e", "e", "expected an operator after `2`, found `e`", Some("did you mean `2*e`?")),
        ("1.5e3m", "m", "expected an operator after `1.5e3`, found `m`", Some("did you mean `1.5e3*m`?")),
        ("1 - 1e309", "1e309", "expected a number below 1.8e308, found `1e309`", None),
    ]);
}

#[test]
fn the_first_fault_counts() {
    assert_eq!(fault("1 + * 2 $ 3").at, 4..5);
    assert_eq!(fault("1 $ 2 + * 3").at, 2..3);
    assert_eq!(fault("pow(1) $").at, 0..6);
}

#[test]
fn a_formula_with_a_fault_has_a_type_error() {
    let error = EvaluationError::Type {
        at: 2..3,
        message: "expected a number, a text, a name or an operator, found `=`; did you mean `==`?".to_owned(),
    };
    assert_eq!(Expression::new("1 = 2").value(&mut scene), Err(error.clone()));
    assert_eq!(Expression::new("1 = 2").number(&mut scene), Err(error.clone()));
    assert_eq!(Expression::new("1 = 2").truth(&mut scene), Err(error));
}

#[test]
fn long_formulas() {
    let longest = format!("1{}", "+1".repeat((LONGEST - 1) / 2));
    assert_eq!(Expression::new(&longest).number(&mut scene), Ok(2048.0));
    assert_eq!(Expression::new(&format!("{longest} ")).fault(), None);
    let limit = |length: usize, at| Fault {
        at,
        message: format!("expected a formula of at most 4096 bytes, found {length}"),
        help: None,
    };
    assert_eq!(fault(&format!("{longest}  ")), limit(4097, 4096..4097));
    assert_eq!(fault(&format!("'{}'", "é".repeat(2048))), limit(4098, 4095..4098));
    assert_eq!(fault(&format!("1{}", "+1".repeat(100_000))), limit(200_001, 4096..200_001));
}

#[test]
fn deep_formulas() {
    for (open, close, at) in [("(", ")", 64..65), ("-", "", 64..65), ("not ", "", 256..259), ("2^", "", 129..130)] {
        let nested = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
        assert_eq!(Expression::new(&nested(DEEPEST)).fault(), None, "{open}");
        let message = "expected at most 64 nested levels, found one more".to_owned();
        assert_eq!(fault(&nested(DEEPEST + 1)), Fault { at, message, help: None }, "{open}");
    }
    let calls = format!("{}1{}", "abs(".repeat(65), ")".repeat(65));
    assert_eq!(fault(&calls).at, 256..259);
    assert_eq!(Expression::new(&["(1)"; 1000].join("+")).number(&mut scene), Ok(1000.0));
    assert_eq!(Expression::new(&["-1"; 1000].join("*")).number(&mut scene), Ok(1.0));
    assert_eq!(Expression::new(&["min(2^1, 1)"; 300].join("+")).number(&mut scene), Ok(300.0));
}

#[test]
fn the_deepest_formulas_fit_a_small_stack() {
    let check = || {
        for open in ["1 or 1 and 1==1+1*(", "1 or 1 and 1==1+1*abs(", "0 or 1 and 1==1+1*if(1,"] {
            let close = if open.ends_with(',') { ",1)" } else { ")" };
            let expression = Expression::new(&format!("{}1{}", open.repeat(DEEPEST), close.repeat(DEEPEST)));
            assert_eq!(expression.fault(), None);
            assert!(expression.value(&mut scene).is_ok());
        }
        let left = format!("{}1{}", "(".repeat(DEEPEST), "*1+1==1 and 1 or 1)".repeat(DEEPEST));
        assert_eq!(Expression::new(&left).number(&mut scene), Ok(1.0));
        for sign in ["+", "-", "*", "/", "%", "||", "&&"] {
            assert!(Expression::new(&["1"; 1365].join(sign)).value(&mut scene).is_ok(), "{sign}");
        }
        let chained = fault(&"1 or 1 and 1==1==1+1*min(1,".repeat(DEEPEST + 1));
        assert_eq!(chained.message, "expected at most 64 nested levels, found one more");
    };
    std::thread::Builder::new().stack_size(STACK).spawn(check).unwrap().join().unwrap();
}

/// Half of what a thread has by default, and all that there is in WebAssembly, in bytes.
const STACK: usize = 1024 * 1024;

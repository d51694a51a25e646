//! Numbers, characters and texts as they are written.

/// A number as it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    /// Whole.
    Integer(i128),
    /// With a point or an exponent.
    Float(f64),
}

/// Reads a number: decimal, `0x`, `0o`, `0b`, with `_` between digits, a sign, and a type such as `u32` at its end.
pub(super) fn number(text: &str) -> Result<Number, String> {
    let (sign, digits) = match text.as_bytes().first() {
        Some(b'-') => ("-", &text[1..]),
        Some(b'+') => ("", &text[1..]),
        _ => ("", text),
    };
    if let Some(value) = named_float(digits) {
        return Ok(Number::Float(if sign == "-" { -value } else { value }));
    }
    for (prefix, radix, what) in [("0x", 16, "hexadecimal"), ("0o", 8, "octal"), ("0b", 2, "binary")] {
        if let Some(rest) = digits.strip_prefix(prefix) {
            return integer(sign, rest, radix).ok_or_else(|| format!("`{text}` is not a {what} number"));
        }
    }
    let whole = digits.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    let is_integer = whole.is_empty() || whole.ends_with(['u', 'i']);
    if is_integer && !digits.is_empty() {
        if let Some(value) = integer(sign, digits, 10) {
            return Ok(value);
        }
        if digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') {
            return Err(format!("the number `{text}` is too large"));
        }
    }
    let unsuffixed = digits.strip_suffix("f32").or_else(|| digits.strip_suffix("f64")).unwrap_or(digits);
    let well_formed = unsuffixed.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsuffixed.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-' | b'_'));
    let plain = format!("{sign}{}", unsuffixed.replace('_', ""));
    match plain.parse::<f64>() {
        Ok(value) if well_formed => Ok(Number::Float(value)),
        _ => Err(format!("`{text}` is not a number")),
    }
}

/// `inf` and `NaN`, with or without a type at their end.
pub(super) fn named_float(text: &str) -> Option<f64> {
    match text {
        "inf" | "inff32" | "inff64" => Some(f64::INFINITY),
        "NaN" | "NaNf32" | "NaNf64" => Some(f64::NAN),
        _ => None,
    }
}

fn integer(sign: &str, digits: &str, radix: u32) -> Option<Number> {
    const TYPES: [&str; 10] = ["u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128"];
    let bare = TYPES.iter().find_map(|suffix| digits.strip_suffix(suffix)).unwrap_or(digits);
    if !bare.starts_with(|c: char| c.is_digit(radix)) {
        return None;
    }
    let plain = format!("{sign}{}", bare.replace('_', ""));
    i128::from_str_radix(&plain, radix).ok().map(Number::Integer)
}

/// What an escape stands for: `rest` follows the backslash. Gives the character and the bytes used, or what is wrong
/// and the bytes to skip.
pub(super) fn escape(rest: &str) -> Result<(char, usize), (String, usize)> {
    let Some(first) = rest.chars().next() else {
        return Err(("the text ends after a backslash".to_owned(), 0));
    };
    let simple = match first {
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        '0' => Some('\0'),
        '\\' | '\'' | '"' => Some(first),
        _ => None,
    };
    if let Some(c) = simple {
        return Ok((c, 1));
    }
    match first {
        'x' => {
            let digits = rest.get(1..3).unwrap_or("");
            let value = u8::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'));
            value.map(|byte| (char::from(byte), 3)).ok_or_else(|| ("`\\x` needs two hexadecimal digits".to_owned(), 1))
        }
        'u' => {
            let digits = rest.strip_prefix("u{").and_then(|tail| tail.split_once('}')).map(|(digits, _)| digits);
            let value = digits.filter(|text| text.len() <= 6 && !text.starts_with('+'));
            let value = value.and_then(|text| u32::from_str_radix(text, 16).ok()).and_then(char::from_u32);
            match (value, digits) {
                (Some(c), Some(digits)) => Ok((c, digits.len() + 3)),
                _ => Err(("`\\u` needs the number of a character, as in `\\u{e9}`".to_owned(), 1)),
            }
        }
        other => Err((format!("`\\{}` stands for nothing", other.escape_debug()), other.len_utf8())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_every_spelling() {
        let whole = [("0", 0), ("-12", -12), ("+7", 7), ("1_000", 1000), ("0xFF", 255), ("-0b101", -5), ("0o17", 15)];
        for (text, value) in whole.into_iter().chain([("12u8", 12), ("0x1Fi64", 31), ("007", 7)]) {
            assert_eq!(number(text), Ok(Number::Integer(value)), "{text}");
        }
        let broken = [("1.5", 1.5), ("-.5", -0.5), ("3.", 3.0), ("1e3", 1000.0), ("2.5E-1", 0.25), ("1_0.5", 10.5)];
        for (text, value) in broken.into_iter().chain([("1f32", 1.0), ("-inf", f64::NEG_INFINITY)]) {
            assert_eq!(number(text), Ok(Number::Float(value)), "{text}");
        }
        for text in ["1.2.3", "12px", "0x", "0xG", "--1", "+", "1e", ".", "_1", "1-2"] {
            assert!(number(text).is_err(), "{text}");
        }
        let huge = "9".repeat(60);
        assert!(number(&huge).is_err_and(|message| message.contains("too large")));
    }

    #[test]
    fn escapes() {
        assert_eq!(escape("n rest"), Ok(('\n', 1)));
        assert_eq!(escape("x41"), Ok(('A', 3)));
        assert_eq!(escape("u{1F600}x"), Ok(('😀', 8)));
        for wrong in ["", "q", "x4", "x+1", "xé", "u{110000}", "u{d800}", "u{}", "u12", "u{+1}"] {
            assert!(escape(wrong).is_err(), "{wrong}");
        }
    }
}

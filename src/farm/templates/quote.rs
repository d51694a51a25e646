//! Text that stays what it is, in shells and in YAML.

/// A word of a bash command line. What holds control characters becomes `$'…'`, so that a word never ends a line.
pub(super) fn shell(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    if !text.chars().any(char::is_control) {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '\'' => r"\'".to_owned(),
            '\\' => r"\\".to_owned(),
            '\n' => r"\n".to_owned(),
            '\t' => r"\t".to_owned(),
            c if c.is_control() => c.to_string().bytes().map(|byte| format!("\\x{byte:02x}")).collect(),
            c => c.to_string(),
        })
        .collect();
    format!("$'{escaped}'")
}

/// A string of YAML (and of JSON), always in double quotes: `on`, `1e3` and `~` are no strings without them.
pub(super) fn yaml(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '"' => "\\\"".to_owned(),
            '\\' => r"\\".to_owned(),
            '\n' => r"\n".to_owned(),
            '\t' => r"\t".to_owned(),
            // Lines end at two of these; the others may not stand in a file of YAML, as control characters may not.
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => format!("\\u{:04x}", u32::from(c)),
            c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}

//! Texts of a picture: escaped, cut and broken into lines by an estimate of how wide they are.

/// Width of a letter as share of its size: that of a wide sans-serif font, so that others fit too.
const LETTER: f64 = 0.6;
/// The same of an ellipsis and of an ideograph, and of all else from here on.
const IDEOGRAPH: f64 = 1.05;
const FIRST_IDEOGRAPH: char = '\u{2E80}';
/// Bold letters are wider.
pub const BOLD: f64 = 1.12;

/// About how wide a text is in letters of a size.
pub fn width(text: &str, size: f64) -> f64 {
    let narrow = |letter: char| letter < FIRST_IDEOGRAPH && letter != '…';
    let shares = text.chars().map(|letter| if narrow(letter) { LETTER } else { IDEOGRAPH });
    size * shares.sum::<f64>()
}

/// The beginning of a text that is at most so wide, with an ellipsis where something is cut.
pub fn cut(text: &str, size: f64, most: f64) -> String {
    if width(text, size) <= most {
        return text.to_owned();
    }
    let kept = fitting(text.chars(), size, most - width("…", size));
    format!("{}…", kept.into_iter().collect::<String>().trim_end())
}

/// The same of a text's end, which of a path says most.
pub fn cut_front(text: &str, size: f64, most: f64) -> String {
    if width(text, size) <= most {
        return text.to_owned();
    }
    let kept = fitting(text.chars().rev(), size, most - width("…", size));
    format!("…{}", kept.into_iter().rev().collect::<String>().trim_start())
}

/// The same of both ends, by which values differ that name the same thing with other settings.
pub fn cut_middle(text: &str, size: f64, most: f64) -> String {
    if width(text, size) <= most {
        return text.to_owned();
    }
    let half = (most - width("…", size)) / 2.0;
    let (begin, end) = (fitting(text.chars(), size, half), fitting(text.chars().rev(), size, half));
    let (begin, end) = (begin.into_iter().collect::<String>(), end.into_iter().rev().collect::<String>());
    format!("{}…{}", begin.trim_end(), end.trim_start())
}

/// As many letters as fit.
fn fitting(letters: impl Iterator<Item = char>, size: f64, most: f64) -> Vec<char> {
    let mut left = most;
    let fits = |letter: &char| {
        left -= width(letter.encode_utf8(&mut [0; 4]), size);
        left >= 0.0
    };
    letters.take_while(fits).collect()
}

/// A text in lines that are at most so wide, broken at spaces.
pub fn lines(text: &str, size: f64, most: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size) <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(cut(word, size, most)),
        }
    }
    lines
}

/// A text as XML has it, in elements and attributes; letters that XML does not know become U+FFFD.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\u{FFFE}' | '\u{FFFF}' => escaped.push('\u{FFFD}'),
            '\t' | '\n' | '\r' => escaped.push(' '),
            letter if letter < ' ' => escaped.push('\u{FFFD}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A coordinate with at most two digits after the point, as short as it can be; 0 for what is none.
pub fn coordinate(value: f64) -> String {
    let text = format!("{:.2}", if value.is_finite() { value } else { 0.0 });
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(escaped("a<b> & \"c\" 'd'"), "a&lt;b&gt; &amp; &quot;c&quot; &apos;d&apos;");
        assert_eq!(escaped("\u{0}\u{1b}\n\u{FFFF}é"), "\u{FFFD}\u{FFFD} \u{FFFD}é");
    }

    #[test]
    fn texts_are_cut_to_their_width() {
        // Ten letters of 6 are 60 wide, an ellipsis is 10.5.
        assert_eq!(cut("abcdefghij", 10.0, 60.1), "abcdefghij");
        assert_eq!(cut("abcdefghij", 10.0, 59.0), "abcdefgh…");
        assert_eq!(cut("abcdefghij", 10.0, 58.0), "abcdefg…");
        assert_eq!(cut_front("abcdefghij", 10.0, 59.0), "…cdefghij");
        assert_eq!(cut_middle("abcdefghij", 10.0, 59.0), "abcd…ghij");
        assert_eq!(cut_middle("abcdefghij", 10.0, 58.0), "abc…hij");
        assert_eq!(cut("ab cdefghi", 10.0, 29.0), "ab…");
        assert_eq!(cut("漢字漢字", 10.0, 32.0), "漢字…");
        assert_eq!(cut("漢字漢字", 10.0, 31.0), "漢…");
        assert_eq!(cut("abc", 10.0, 0.0), "…");
    }

    #[test]
    fn lines_are_broken_at_spaces() {
        assert_eq!(lines("ab cd  ef", 10.0, 30.1), ["ab cd", "ef"]);
        assert_eq!(lines("abcdefgh ij", 10.0, 35.0), ["abcd…", "ij"]);
        assert_eq!(lines(" ", 10.0, 30.0), Vec::<String>::new());
    }

    #[test]
    fn coordinates_are_short() {
        let told = [0.0, -0.001, 1.5, 20.0, -3.24159, 99.996, f64::NAN].map(coordinate);
        assert_eq!(told, ["0", "0", "1.5", "20", "-3.24", "100", "0"]);
    }
}

//! However a scene file is damaged, reading it ends with an answer.

use proptest::prelude::*;

use super::examples::{DROP, TABLETOP, YARD};
use super::{Shelf, decode, read};

/// A change of bytes.
#[derive(Debug, Clone)]
enum Change {
    Flip { place: f64, bit: u32 },
    Delete { place: f64, length: usize },
    Insert { place: f64, text: String },
    Copy { from: f64, length: usize, to: f64 },
    Cut { place: f64 },
}

fn change() -> impl Strategy<Value = Change> {
    let word = prop::sample::select(vec![
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "\"",
        "'",
        "/*",
        "*/",
        "//",
        "#",
        "r#\"",
        "\\",
        "-",
        "inf",
        "NaN",
        "1e400",
        "None",
        "Some(",
        "Choice([",
        "Weighted(",
        "Uniform(",
        "\n",
        "\t",
        "\r",
        "\u{feff}",
        "é",
        "😀",
        "0x",
        "99999999999",
    ]);
    prop_oneof![
        (0.0..1.0, 0_u32..8).prop_map(|(place, bit)| Change::Flip { place, bit }),
        (0.0..1.0, 1_usize..40).prop_map(|(place, length)| Change::Delete { place, length }),
        (0.0..1.0, word).prop_map(|(place, text)| Change::Insert { place, text: text.to_owned() }),
        (0.0..1.0, any::<String>()).prop_map(|(place, text)| Change::Insert { place, text }),
        (0.0..1.0, 1_usize..60, 0.0..1.0).prop_map(|(from, length, to)| Change::Copy { from, length, to }),
        (0.0..1.0).prop_map(|place| Change::Cut { place }),
    ]
}

fn damage(bytes: &mut Vec<u8>, change: &Change) {
    let at = |place: f64| (bytes.len() as f64 * place) as usize;
    match change {
        Change::Flip { place, bit } => {
            let at = at(*place);
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << bit;
            }
        }
        Change::Delete { place, length } => {
            let start = at(*place);
            bytes.drain(start..(start + length).min(bytes.len()));
        }
        Change::Insert { place, text } => {
            let at = at(*place);
            bytes.splice(at..at, text.bytes());
        }
        Change::Copy { from, length, to } => {
            let (start, to) = (at(*from), at(*to));
            let part = bytes[start..(start + length).min(bytes.len())].to_vec();
            bytes.splice(to..to, part);
        }
        Change::Cut { place } => bytes.truncate(at(*place)),
    }
}

/// Reads; whatever is said must be well formed.
fn answer(bytes: Vec<u8>) -> Result<(), TestCaseError> {
    let lossy = String::from_utf8_lossy(&bytes).into_owned();
    if let Err(all) = decode("damaged.ron", bytes) {
        prop_assert_eq!(all.errors(), 1);
        all.render(true);
    }
    let all = match read("damaged.ron", &lossy, &Shelf) {
        Ok(loaded) => {
            prop_assert_eq!(loaded.warnings.errors(), 0);
            loaded.warnings
        }
        Err(all) => {
            prop_assert!(all.errors() > 0);
            all
        }
    };
    let text = all.render(false);
    prop_assert_eq!(text.matches("damaged.ron:").count() >= all.len(), true);
    for one in &all {
        let spans = one.secondary.iter().chain([&one.primary]).map(|label| label.span);
        for span in spans {
            prop_assert!(span.start <= span.end && span.end <= lossy.len(), "{:?}", one);
            prop_assert!(lossy.get(span.start..span.end).is_some(), "{:?}", one);
        }
        prop_assert!(!one.message.is_empty() && !one.message.contains('\n'), "{:?}", one);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_scenes_are_answered(
        scene in prop::sample::select(vec![TABLETOP, YARD, DROP]),
        changes in prop::collection::vec(change(), 1..6),
    ) {
        let mut bytes = scene.as_bytes().to_vec();
        for change in &changes {
            damage(&mut bytes, change);
        }
        answer(bytes)?;
    }

    #[test]
    fn anything_at_all_is_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        answer(bytes)?;
    }

    #[test]
    fn values_put_anywhere_are_answered(
        scene in prop::sample::select(vec![TABLETOP, YARD, DROP]),
        place in 0.0..1.0,
        value in prop::sample::select(vec![
            "-1", "0", "1e300", "1e-300", "-0.0", "170141183460469231731687303715884105727", "\"\"", "()", "[]", "{}",
            "true", "'x'", "None", "Some(1)", "Constant(1)", "Choice([])", "Choice([Weighted(0, 1)])", "Uniform(1, 0)",
            "Normal(mean: 0, std_dev: 0)", "Normal(mean: 1e300, std_dev: 1e300)", "LogUniform(0, 0)", "Box()", "b\"x\"",
        ]),
    ) {
        // In place of the value after some colon.
        let colons: Vec<usize> = scene.match_indices(": ").map(|(at, _)| at + 2).collect();
        let at = colons[(colons.len() as f64 * place) as usize];
        let length = scene[at..].find([',', ')', '\n']).unwrap_or(0);
        answer(format!("{}{value}{}", &scene[..at], &scene[at + length..]).into_bytes())?;
    }
}

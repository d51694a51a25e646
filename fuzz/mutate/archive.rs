//! Several files as one input: a line with the name and the length of each before its bytes.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::random::Random;

/// Files by their paths, with `/`.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Steps of a path, at most.
const DEEPEST: usize = 6;

/// One input of files.
pub fn pack(files: &Files) -> Vec<u8> {
    let file = |(name, bytes): (&String, &Vec<u8>)| [format!("{name} {}\n", bytes.len()).as_bytes(), bytes].concat();
    files.iter().flat_map(file).collect()
}

/// The files of an input; nothing where it is none, or where a name leads elsewhere.
pub fn unpack(input: &[u8]) -> Option<Files> {
    let mut files = Files::new();
    for range in pieces(input) {
        let piece = &input[range];
        let line = piece.iter().position(|byte| *byte == b'\n')?;
        let name = std::str::from_utf8(&piece[..line]).ok()?.rsplit_once(' ')?.0;
        let plain = |step: &str| {
            let letters = step.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
            letters && step.len() < 100 && !step.trim_matches('.').is_empty()
        };
        if !name.split('/').all(plain) || name.split('/').count() > DEEPEST {
            return None;
        }
        files.insert(name.to_owned(), piece[line + 1..].to_vec());
    }
    // A file cannot be a folder too.
    let is_folder = |name: &String| {
        files.keys().any(|other| other.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('/')))
    };
    (!files.keys().any(is_folder)).then_some(files)
}

/// Where each file with its line lies; all of it as one where it is no archive.
pub fn pieces(input: &[u8]) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < input.len() {
        let line = input[at..].iter().position(|byte| *byte == b'\n');
        let length =
            line.and_then(|line| std::str::from_utf8(&input[at..at + line]).ok()?.rsplit_once(' ')?.1.parse().ok());
        let (Some(line), Some(length)) = (line, length) else { return std::iter::once(0..input.len()).collect() };
        let end = (at + line + 1).saturating_add(length);
        if end > input.len() {
            return std::iter::once(0..input.len()).collect();
        }
        pieces.push(at..end);
        at = end;
    }
    pieces
}

/// Damages some of the files: each by `damage`, and now and then their number and names. Those whose names are in `apart`
/// stay.
pub fn mutate(
    files: &mut Files,
    apart: &str,
    damage: &mut dyn FnMut(&str, &mut Vec<u8>, &mut Random),
    random: &mut Random,
) {
    for _ in 0..=random.small(3) {
        let names: Vec<String> = files.keys().filter(|name| *name != apart).cloned().collect();
        let (Some(name), Some(other)) = (random.pick(&names), random.pick(&names)) else { return };
        match random.below(24) {
            0 => drop(files.remove(name)),
            1 => {
                let copy = files[other].clone();
                files.insert(name.clone(), copy);
            }
            2 => {
                // Another frame, shard, step or kind: one digit or letter of the name is another.
                let mut renamed = name.clone().into_bytes();
                let at = random.below(renamed.len());
                renamed[at] = random.pick(b"0123456789a_.").copied().unwrap_or(b'0');
                let copy = files[name].clone();
                files.insert(String::from_utf8_lossy(&renamed).into_owned(), copy);
            }
            _ => {
                // Texts are where most is said.
                let texts: Vec<&String> =
                    names.iter().filter(|name| name.ends_with(".json") || name.ends_with(".ron")).collect();
                let chosen = if random.once_in(3) { name } else { random.pick(&texts).copied().unwrap_or(name) };
                if let Some(bytes) = files.get_mut(chosen) {
                    damage(chosen, bytes, random);
                }
            }
        }
    }
}

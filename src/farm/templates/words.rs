//! The command lines of a part and of the merge, before any quoting.

use super::Job;

/// One argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word<'a> {
    /// As it is: flags, numbers, what was asked for besides.
    Text(String),
    /// What may hold anything, with the name it has where jobs have parameters.
    Named(&'static str, &'a str),
    /// Which parts to make, of how many.
    Shard,
}

/// Arguments that belong together: a flag and its value.
pub(super) type Line<'a> = Vec<Word<'a>>;

fn flag<'a>(name: &str, value: Word<'a>) -> Line<'a> {
    vec![Word::Text(name.to_owned()), value]
}

/// The arguments that make a part.
pub(super) fn render(job: &Job) -> Vec<Line<'_>> {
    let mut lines = vec![
        flag("render", Word::Named("Scene", &job.scene)),
        flag("--frames", Word::Named("Frames", &job.frames)),
        flag("--seed", Word::Text(job.seed.to_string())),
        flag("--shard-frames", Word::Text(job.shard_frames.to_string())),
        flag("--shard", Word::Shard),
        flag("--output", Word::Named("Output", &job.output)),
    ];
    for argument in &job.arguments {
        let word = Word::Text(argument.clone());
        match lines.last_mut() {
            Some(line) if !argument.starts_with('-') && line.len() < 2 => line.push(word),
            _ => lines.push(vec![word]),
        }
    }
    lines
}

/// The arguments that check and complete the dataset.
pub(super) fn merge(job: &Job) -> Vec<Line<'_>> {
    vec![
        vec![Word::Text("merge".to_owned())],
        flag("--frames", Word::Named("Frames", &job.frames)),
        flag("--output", Word::Named("Output", &job.output)),
    ]
}

/// Writes lines of arguments, each word by `quote`.
pub(super) fn write(lines: &[Line], quote: &dyn Fn(&Word) -> String, between_words: &str, between: &str) -> String {
    let line = |line: &Line| line.iter().map(quote).collect::<Vec<_>>().join(between_words);
    lines.iter().map(line).collect::<Vec<_>>().join(between)
}

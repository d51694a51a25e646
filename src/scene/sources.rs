//! Which file each part of a text comes from.

use super::diagnostic::Diagnostic;
use super::syntax::Span;

/// Places from here on are those of the files themselves, one file after the other, and not of the text put together
/// from them: so what is wrong with a file can be told where there is no such text, or no trace of the place in it.
const OUTSIDE: usize = 1 << 30;

/// A file that a text was put together from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SourceFile {
    /// As people know it.
    pub(super) name: String,
    /// As the including file names it, where it is an included one.
    pub(super) path: Option<String>,
    pub(super) text: String,
}

/// A run of bytes that stand in a file as they stand in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// The first byte, in the text.
    pub(super) start: usize,
    /// How many bytes; none where only the place is of interest.
    pub(super) length: usize,
    /// The number of the file.
    pub(super) file: usize,
    /// The first byte, in the file.
    pub(super) offset: usize,
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    /// The number of the file.
    pub(super) file: usize,
    /// Bytes of its text.
    pub(super) span: Span,
}

/// The files of a text, and which part of it comes from where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sources {
    /// The first one is what people take for the whole.
    files: Vec<SourceFile>,
    /// Sorted by their start; what lies between them belongs to the one before.
    pieces: Vec<Piece>,
}

impl Sources {
    /// One file that is the whole text.
    pub(super) fn single(name: &str, text: &str) -> Self {
        let file = SourceFile { name: name.to_owned(), path: None, text: text.to_owned() };
        Sources { files: vec![file], pieces: vec![Piece { start: 0, length: text.len(), file: 0, offset: 0 }] }
    }

    /// Whether one file is the whole text.
    pub(super) fn is_single(&self) -> bool {
        matches!((self.files.as_slice(), self.pieces.as_slice()), ([_], [piece]) if piece.start < OUTSIDE)
    }

    /// One more file, of which no part is in the text yet; gives its number.
    pub(super) fn add(&mut self, file: SourceFile) -> usize {
        let number = self.files.len();
        // Ends of files differ from the beginnings of the next.
        let start = self.pieces.last().map_or(OUTSIDE, |last| (last.start + last.length + 1).max(OUTSIDE));
        self.pieces.push(Piece { start, length: file.text.len(), file: number, offset: 0 });
        self.files.push(file);
        number
    }

    /// Says what the text is put together from, in its order.
    pub(super) fn put_together(&mut self, pieces: Vec<Piece>) {
        self.pieces.splice(0..self.pieces.partition_point(|piece| piece.start < OUTSIDE), pieces);
    }

    /// Says that a part of the text was replaced by `length` bytes. From the byte `value` of the new text on they are
    /// what the file holds from the offset on; those before are of its making.
    pub(super) fn replaced(&mut self, part: Span, length: usize, value: usize, file: SourceFile, offset: usize) {
        let inside = self.pieces.partition_point(|piece| piece.start < OUTSIDE);
        let mut pieces = Vec::new();
        let mut after = Vec::new();
        for piece in self.pieces.drain(..inside) {
            let end = piece.start + piece.length;
            if piece.start < part.start {
                pieces.push(Piece { length: end.min(part.start) - piece.start, ..piece });
            }
            if end > part.end || piece.start >= part.end {
                let skipped = part.end.saturating_sub(piece.start);
                after.push(Piece {
                    start: piece.start + skipped - part.end + part.start + length,
                    length: piece.length - skipped,
                    offset: piece.offset + skipped,
                    ..piece
                });
            }
        }
        let value_length = file.text.len().saturating_sub(offset);
        let number = self.add(file);
        if value > part.start {
            pieces.push(Piece { start: part.start, length: 0, file: number, offset: 0 });
        }
        pieces.push(Piece { start: value, length: value_length, file: number, offset });
        pieces.extend(after);
        self.put_together(pieces);
    }

    pub(super) fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The text of a file; empty where there is none.
    pub(super) fn text(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |file| &file.text)
    }

    /// The name of a file; empty where there is none.
    pub(super) fn name(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |file| &file.name)
    }

    /// What a diagnostic about a place in a file has to name.
    pub(super) fn span_of(&self, file: usize, span: Span) -> Span {
        let own = |piece: &&Piece| piece.start >= OUTSIDE && piece.file == file;
        let start = self.pieces.iter().find(own).map_or(0, |piece| piece.start);
        Span::new(start + span.start, start + span.end)
    }

    /// Moves a diagnostic about a text of its own to the file that holds the text.
    pub(super) fn moved(&self, file: usize, mut diagnostic: Diagnostic) -> Diagnostic {
        for label in diagnostic.secondary.iter_mut().chain([&mut diagnostic.primary]) {
            label.span = self.span_of(file, label.span);
        }
        diagnostic
    }

    /// Where that which a diagnostic names really stands.
    pub(super) fn place(&self, span: Span) -> Place {
        let (start, is_inside) = self.locate(span.start);
        let file = start.file;
        let place = |end: usize| Place { file, span: Span::new(start.offset, end.max(start.offset)) };
        if span.end <= span.start {
            return place(start.offset);
        }
        let (last, last_is_inside) = self.locate(span.end - 1);
        if last.file == file && last.offset >= start.offset {
            return place(last.offset + usize::from(last_is_inside));
        }
        // It ends in another file: as much of it as stands together.
        place(if is_inside { start.offset + start.length } else { start.offset })
    }

    /// The rest of a piece from a byte on, and whether the byte is in it.
    fn locate(&self, byte: usize) -> (Piece, bool) {
        let before = self.pieces.partition_point(|piece| piece.start <= byte).checked_sub(1);
        let Some(piece) = before.and_then(|before| self.pieces.get(before)) else {
            let first = self.pieces.first().copied();
            return (first.unwrap_or(Piece { start: 0, length: 0, file: 0, offset: 0 }), false);
        };
        let passed = (byte - piece.start).min(piece.length);
        let rest =
            Piece { start: byte, length: piece.length - passed, file: piece.file, offset: piece.offset + passed };
        (rest, passed < piece.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> SourceFile {
        SourceFile { name: name.to_owned(), path: None, text: text.to_owned() }
    }

    /// `012` of a, glue of two, `ABC` of b, and `345` of a.
    fn sources() -> Sources {
        let mut sources = Sources::default();
        sources.add(file("a", "012345"));
        sources.add(file("b", "..ABC"));
        let piece = |start, file, offset| Piece { start, length: 3, file, offset };
        sources.put_together(vec![piece(0, 0, 0), piece(5, 1, 2), piece(8, 0, 3)]);
        sources
    }

    fn at(sources: &Sources, start: usize, end: usize) -> (usize, usize, usize) {
        let place = sources.place(Span::new(start, end));
        (place.file, place.span.start, place.span.end)
    }

    #[test]
    fn bytes_are_found_in_their_files() {
        let sources = sources();
        assert_eq!(at(&sources, 1, 3), (0, 1, 3));
        assert_eq!(at(&sources, 6, 8), (1, 3, 5));
        assert_eq!(at(&sources, 0, 11), (0, 0, 6), "what lies between from another file does not matter");
        assert_eq!(at(&sources, 3, 4), (0, 3, 3), "glue belongs to what is before it");
        assert_eq!(at(&sources, 1, 5), (0, 1, 3));
        assert_eq!(at(&sources, 1, 7), (0, 1, 3), "it ends in another file");
        assert_eq!(at(&sources, 6, 11), (1, 3, 5));
        assert_eq!(at(&sources, 11, 11), (0, 6, 6));
        assert_eq!(at(&sources, 500, 999), (0, 6, 6));
        assert_eq!(at(&Sources::default(), 3, 4), (0, 0, 0));
    }

    #[test]
    fn files_can_be_named_besides_the_text() {
        let sources = sources();
        for (number, span) in [(0, Span::new(1, 2)), (1, Span::new(0, 5)), (0, Span::point(6)), (1, Span::point(0))] {
            assert_eq!(sources.place(sources.span_of(number, span)), Place { file: number, span });
        }
    }

    #[test]
    fn a_replaced_part_is_a_file_of_its_own() {
        // `012` glue, `ABC` is `A`, a key of two bytes, `xyz`, `C`, and `345`.
        let mut sources = sources();
        sources.replaced(Span::new(6, 7), 5, 8, file("set", "a.b=xyz"), 4);
        assert_eq!(at(&sources, 5, 6), (1, 2, 3));
        assert_eq!(at(&sources, 6, 8), (2, 0, 0));
        assert_eq!(at(&sources, 8, 11), (2, 4, 7));
        assert_eq!(at(&sources, 11, 12), (1, 4, 5));
        assert_eq!(at(&sources, 12, 15), (0, 3, 6));
        // In glue, and of no length.
        sources.replaced(Span::point(3), 1, 3, file("set", "c=v"), 2);
        assert_eq!(at(&sources, 2, 3), (0, 2, 3));
        assert_eq!(at(&sources, 3, 4), (3, 2, 3));
        assert_eq!(at(&sources, 13, 16), (0, 3, 6));
        assert_eq!(at(&sources, 6, 7), (1, 2, 3));
    }
}

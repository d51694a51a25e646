//! JSON that a person can read and a disk can bear: lists of things have one entry a line, all else stays together.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// `value` as JSON text with a newline at its end.
///
/// The keys of the outermost object stand on lines of their own, and so do the entries of every array whose key
/// is among `lists`. Numbers are printed as short as they can be read back, the same on every machine.
///
/// # Errors
/// Where `value` cannot be JSON, such as a map whose keys are no texts.
pub(super) fn to_text<T: Serialize>(value: &T, lists: &'static [&'static str]) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    let layout = Layout { lists, open: Vec::new(), empty: true, key: Vec::new(), in_key: false };
    value.serialize(&mut Serializer::with_formatter(&mut bytes, layout))?;
    bytes.push(b'\n');
    String::from_utf8(bytes).map_err(serde::ser::Error::custom)
}

/// Breaks lines as [`to_text`] says.
struct Layout {
    lists: &'static [&'static str],
    /// For each array and object that is open: whether its entries have lines of their own.
    open: Vec<bool>,
    /// Whether nothing stands yet after the last bracket that was opened.
    empty: bool,
    /// The last key seen.
    key: Vec<u8>,
    in_key: bool,
}

impl Layout {
    fn begin<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8], broken: bool) -> io::Result<()> {
        self.open.push(broken);
        self.empty = true;
        writer.write_all(bracket)
    }

    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        if self.open.pop() == Some(true) && !self.empty {
            self.new_line(writer)?;
        }
        self.empty = false;
        writer.write_all(bracket)
    }

    fn entry<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.empty = false;
        if !first {
            writer.write_all(b",")?;
        }
        if self.open.last() == Some(&true) { self.new_line(writer) } else { Ok(()) }
    }

    fn new_line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        let depth = self.open.iter().filter(|&&broken| broken).count();
        (0..depth).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl Formatter for Layout {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let broken = self.lists.iter().any(|list| list.as_bytes() == self.key);
        // The key does not hold for arrays within this one.
        self.key.clear();
        self.begin(writer, b"[", broken)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.entry(writer, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let outermost = self.open.is_empty();
        self.begin(writer, b"{", outermost)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.key.clear();
        self.in_key = true;
        self.entry(writer, first)
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.in_key = false;
        Ok(())
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if self.in_key {
            self.key.extend_from_slice(fragment.as_bytes());
        }
        writer.write_all(fragment.as_bytes())
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let spaced = self.open.last() == Some(&true);
        writer.write_all(if spaced { b": " } else { b":" })
    }
}

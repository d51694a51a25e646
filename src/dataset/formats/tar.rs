//! Tar archives as POSIX.1-1988 defines them (ustar), written piece by piece; the same files give the same bytes.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use super::Output;
use crate::dataset::DatasetError;

/// Everything starts at a multiple of this.
const BLOCK: usize = 512;

/// An archive of plain files that belong to nobody and have no time, for all to read.
pub(super) struct Tar(Output);

impl Tar {
    /// Starts an archive.
    pub fn new(output: Output) -> Tar {
        Tar(output)
    }

    /// Adds a file of these bytes.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), DatasetError> {
        self.begin(name, bytes.len() as u64)?;
        self.put(bytes)?;
        self.pad(bytes.len() as u64)
    }

    /// Adds a file from the disk, copied piece by piece.
    ///
    /// # Errors
    /// [`DatasetError::Io`]; [`DatasetError::Damaged`] where the file changes meanwhile.
    pub fn add_file(&mut self, name: &str, path: &Path) -> Result<(), DatasetError> {
        let file = File::open(path).map_err(DatasetError::io("read", path))?;
        let size = file.metadata().map_err(DatasetError::io("read", path))?.len();
        self.begin(name, size)?;
        let output = &mut self.0;
        let copied =
            io::copy(&mut file.take(size), &mut output.file).map_err(DatasetError::io("write", &output.path))?;
        if copied != size {
            let reason = format!("it ends after {copied} bytes, expected {size}");
            return Err(DatasetError::Damaged { path: path.to_path_buf(), reason });
        }
        self.pad(size)
    }

    /// Ends the archive and waits until it is on the disk.
    pub fn close(mut self) -> Result<(), DatasetError> {
        self.put(&[0; 2 * BLOCK])?;
        self.0.close()
    }

    fn begin(&mut self, name: &str, size: u64) -> Result<(), DatasetError> {
        let header = header(name, size).ok_or_else(|| DatasetError::Settings {
            what: "a file in a tar".to_owned(),
            found: format!("`{name}` of {size} bytes"),
            expected: "a name of 1 to 100 bytes, and less than 8 GiB",
        })?;
        self.put(&header)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), DatasetError> {
        self.0.file.write_all(bytes).map_err(DatasetError::io("write", &self.0.path))
    }

    /// Fills the last block of a file.
    fn pad(&mut self, size: u64) -> Result<(), DatasetError> {
        let missing = size.next_multiple_of(BLOCK as u64) - size;
        self.put(&vec![0; missing as usize])
    }
}

/// What stands before a file; `None` where its name or its size does not fit in.
fn header(name: &str, size: u64) -> Option<[u8; BLOCK]> {
    let mut header = [0_u8; BLOCK];
    let size = format!("{size:011o}");
    if name.is_empty() || name.len() > 100 || size.len() > 11 {
        return None;
    }
    let mut put = |offset: usize, text: &str| {
        header.iter_mut().skip(offset).zip(text.bytes()).for_each(|(byte, value)| *byte = value);
    };
    put(0, name);
    // Mode, owner and group, each with the zero that ends it.
    put(100, "0000644\x000000000\x000000000");
    put(124, &size);
    // Time.
    put(136, "00000000000");
    // The sum is taken with spaces where it will stand.
    put(148, "        ");
    // A plain file.
    put(156, "0");
    put(257, "ustar\x0000");
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    let sum = format!("{sum:06o}\0 ");
    header.iter_mut().skip(148).zip(sum.bytes()).for_each(|(byte, value)| *byte = value);
    Some(header)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::sample::{Sample, untar};
    use super::*;

    #[test]
    fn a_header_is_as_other_programs_make_it() {
        let header = header("a.rgb.png", 5).unwrap();
        let mut expected = Vec::new();
        let mut add = |text: &str, length: usize| {
            expected.extend(text.bytes());
            expected.resize(expected.len() + length - text.len(), 0);
        };
        for (text, length) in [
            ("a.rgb.png", 100),
            ("0000644", 8),
            ("0000000", 8),
            ("0000000", 8),
            ("00000000005", 12),
            ("00000000000", 12),
            ("007437\0 ", 8),
            ("0", 1),
            ("", 100),
            ("ustar\x0000", 8),
            ("", 247),
        ] {
            add(text, length);
        }
        assert_eq!(header.to_vec(), expected);
    }

    #[test]
    fn files_come_back() {
        let sample = Sample::new(1.0, Vec::new());
        let target = sample.target();
        let source = target.folder.join("source");
        let long = "n".repeat(100);
        let contents: Vec<Vec<u8>> = [0, 1, 511, 512, 513, 100_000].map(|size| vec![7; size]).into();
        let mut tar = Tar::new(target.create("all.tar").unwrap());
        for bytes in &contents {
            tar.add(&long, bytes).unwrap();
            fs::write(&source, bytes).unwrap();
            tar.add_file("from.disk", &source).unwrap();
        }
        tar.close().unwrap();
        let tar = fs::read(target.folder.join("all.tar")).unwrap();
        let expected: Vec<_> = contents
            .into_iter()
            .flat_map(|bytes| [(long.clone(), bytes.clone()), ("from.disk".into(), bytes)])
            .collect();
        assert_eq!(untar(&tar), expected);
        assert!(header(&"n".repeat(101), 0).is_none() && header("", 0).is_none());
        assert!(header("n", (1 << 33) - 1).is_some() && header("n", 1 << 33).is_none());
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let sample = Sample::new(1.0, Vec::new());
        let target = sample.target();
        let mut tar = Tar::new(target.create("all.tar").unwrap());
        let said = tar.add(&"n".repeat(101), b"x").unwrap_err().to_string();
        assert!(said.ends_with("` of 1 bytes, expected a name of 1 to 100 bytes, and less than 8 GiB"), "{said}");
        let said = tar.add_file("a", &target.folder.join("none")).unwrap_err().to_string();
        assert!(said.starts_with("cannot read `"), "{said}");
    }
}

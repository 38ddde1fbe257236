//! Looks through what was written for values that should not be there.
//!
//! It reads bytes and knows nothing of how they came about, so that what redaction forgets is
//! noticed by somebody else. It looks into zip archives, gzip and the streams of a PDF, takes the
//! ways of writing away that text has in JSON, XML, CSV, SQL, addresses of the web, UTF-16 and
//! strings of a PDF, and reads the glyphs of pages as the letters that a reader copies.
//!
//! A leak says where and of what kind, and the pseudonym that the value should have had; it never
//! quotes the value, which would carry the leak into a log.

mod archive;
mod glyphs;
mod outside;
mod pages;
mod pdf;
mod stream;
mod table;
mod window;

#[cfg(test)]
mod tests;

use std::io::{self, Read, Seek};

use serde::Serialize;

use super::Redactor;

/// A value that should not be there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Leak {
    /// The file, and where in it: `report.pdf, stream at byte 4,711`.
    pub file: String,
    /// Offset in what the file names, unpacked, bytes.
    pub offset: u64,
    /// The kind of the value, in a word.
    pub kind: &'static str,
    /// How it is written: `plain`, `json in csv`, `a cell`.
    pub written: String,
    /// What should stand there; for texts and addresses a pseudonym, too, so that two leaks of one
    /// value are told from leaks of two.
    pub pseudonym: String,
}

/// What came of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Searched {
    /// The leaks, by file and offset, up to [`Limits::listed`].
    pub leaks: Vec<Leak>,
    /// Leaks beyond those.
    pub more: u64,
    /// Bytes that were looked through, unpacked.
    pub bytes: u64,
    /// What could not be looked through, each with the reason; empty when all was.
    pub unread: Vec<String>,
}

impl Searched {
    /// Whether all was looked through and nothing was found.
    pub fn is_clean(&self) -> bool {
        self.leaks.is_empty() && self.more == 0 && self.unread.is_empty()
    }
}

/// How far a search goes. What lies beyond is reported in [`Searched::unread`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that one file may unpack to.
    pub unpacked: u64,
    /// Bytes of a packed file inside another that are held in memory.
    pub held: u64,
    /// Packed files inside packed files.
    pub depth: u8,
    /// Leaks that are listed.
    pub listed: usize,
    /// Whether the text of pages is read by every table of glyphs there is. Which table is that of
    /// a font is not looked up, so that short values are found by chance.
    pub glyphs: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { unpacked: 16 << 30, held: 256 << 20, depth: 3, listed: 1_000, glyphs: true }
    }
}

/// Looks for what a [`Redactor`] learnt. Numbers and words of the program are found in cells of
/// their columns and behind the name of their kind; short values and numbers of six digits also
/// between quotes. [`Redactor::weak`] says how many such values there are.
#[derive(Clone, Copy)]
pub struct Leaks<'a> {
    redactor: &'a Redactor,
    limits: Limits,
}

impl<'a> Leaks<'a> {
    /// For what a redactor hides, within the usual limits.
    pub fn of(redactor: &'a Redactor) -> Self {
        Self { redactor, limits: Limits::default() }
    }

    /// The same within other limits.
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Looks through a file of any length, in memory that does not depend on it except for packed
    /// files inside packed files, which [`Limits::held`] bounds. `name` is what leaks call it.
    ///
    /// # Errors
    /// The reader's. What is packed and damaged is no error but stands in [`Searched::unread`].
    pub fn search(&self, name: &str, reader: impl Read + Seek) -> io::Result<Searched> {
        let mut search = stream::Search::new(self.redactor, self.limits);
        let shown = self.redactor.text(name);
        search.name(name, &shown)?;
        search.file(&shown, reader)?;
        Ok(search.finish())
    }

    /// The same for bytes in memory.
    pub fn search_bytes(&self, name: &str, bytes: &[u8]) -> Searched {
        // Reading from memory does not fail.
        self.search(name, io::Cursor::new(bytes)).unwrap_or_default()
    }
}

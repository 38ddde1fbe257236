//! Cells of CSV whose column says what they are: the only place where an account called `7` is told
//! from the number.

use super::super::Kind;
use super::super::lexicon::{Kinds, Lexicon};

/// Bytes of a cell that are kept.
const MOST: usize = 1 << 10;
/// Columns that are looked at.
const COLUMNS: usize = 1 << 12;

/// A table that is being read, byte by byte (RFC 4180).
#[derive(Default)]
pub(super) struct Table {
    /// The kinds of its columns; `None` until the header is read.
    columns: Option<Vec<Kinds>>,
    header: Vec<Kinds>,
    cell: Vec<u8>,
    /// Where the cell begins.
    start: u64,
    column: usize,
    is_quoted: bool,
    /// Whether it has no column that is looked at, or is no table.
    is_other: bool,
}

/// A cell that holds a learnt value.
pub(super) struct Cell {
    /// The value.
    pub value: String,
    /// The kinds of its column.
    pub kinds: Kinds,
    /// Where it begins.
    pub offset: u64,
}

impl Table {
    /// Reads on; `offset` is that of the first byte.
    pub fn read(
        &mut self,
        bytes: &[u8],
        offset: u64,
        lexicon: &Lexicon,
        see: &mut dyn FnMut(Cell),
    ) {
        for (at, byte) in (offset..).zip(bytes) {
            if self.is_other {
                return;
            }
            match byte {
                b'"' => self.is_quoted = !self.is_quoted,
                b',' | b'\n' if !self.is_quoted => {
                    self.end_cell(lexicon, see);
                    self.start = at + 1;
                    if *byte == b'\n' {
                        self.end_row();
                    }
                    continue;
                }
                _ => {}
            }
            if self.cell.len() < MOST {
                self.cell.push(*byte);
            }
        }
    }

    /// The last cell, behind which no line ends.
    pub fn finish(&mut self, lexicon: &Lexicon, see: &mut dyn FnMut(Cell)) {
        if !self.is_other && !self.cell.is_empty() {
            self.end_cell(lexicon, see);
        }
    }

    fn end_row(&mut self) {
        self.column = 0;
        if self.columns.is_none() {
            self.is_other = self.header.iter().all(|kinds| kinds.is_empty());
            self.columns = Some(std::mem::take(&mut self.header));
        }
    }

    fn end_cell(&mut self, lexicon: &Lexicon, see: &mut dyn FnMut(Cell)) {
        let column = self.column;
        self.column += 1;
        let cell = std::mem::take(&mut self.cell);
        let Some(columns) = &self.columns else {
            let kind = Kind::of_column(str::from_utf8(&cell).unwrap_or_default().trim());
            let kinds = if kind == Kind::Sentence { Kinds::default() } else { Kinds::of(kind) };
            self.header.push(kinds);
            self.is_other = column >= COLUMNS;
            return;
        };
        let kinds = columns.get(column).copied().unwrap_or_default();
        if kinds.is_empty() || cell.is_empty() {
            return;
        }
        let text = String::from_utf8_lossy(&cell);
        let text = text.trim_end_matches('\r');
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let text = inner.map_or(text.to_owned(), |inner| inner.replace("\"\"", "\""));
        let neutral = text.strip_prefix('\'').unwrap_or(&text);
        // Organisations and tags of an account stand in one cell.
        let several = text.split("; ").filter(|one| *one != text);
        let is_known = |value: &&str| {
            lexicon.get(value).is_some_and(|mark| !mark.kinds.both(kinds).is_empty())
        };
        let found: Vec<String> = [text.as_str(), neutral]
            .into_iter()
            .chain(several)
            .filter(is_known)
            .map(str::to_owned)
            .collect();
        let offset = self.start;
        found.into_iter().take(16).for_each(|value| see(Cell { value, kinds, offset }));
    }
}

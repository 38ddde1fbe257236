//! Reading one row of delimited text into slots.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::Reason;
use super::cut::Plans;
use super::cut_row::{CutRow, RowPlan};
use super::inside::{Inside, may_be_json};
use super::json::NOT_UTF_8;
use super::paths::{Capture, FEW_SLOTS, MOST_SLOTS, PathTree, Step};
use super::reader::{RecordReader, Shape};
use super::scalar::Scalar;
use super::split::HEADER_AGAIN;
use crate::model::Exchange;
use crate::model::pack::Look;

/// What exporters write for "no value".
const NO_VALUE: [&str; 9] = ["null", "NULL", "None", "none", "NaN", "nan", "N/A", "\\N", "-"];

/// Bytes of the longest of these.
const LONGEST_NO_VALUE: usize = 4;

/// Whether a cell stands for "no value".
pub(super) fn is_no_value(cell: &str) -> bool {
    let is_blank = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
    let bytes = cell.as_bytes();
    // Nearly every cell is longer than these words and not padded: no need to look at all of it.
    if cell.len() > LONGEST_NO_VALUE && !is_blank(bytes.first()) && !is_blank(bytes.last()) {
        return false;
    }
    let cell = cell.trim();
    cell.is_empty() || NO_VALUE.contains(&cell)
}

/// The name of a column that is called like one before it; `times` counts both.
pub(super) fn repeated(name: &str, times: usize) -> String {
    format!("{name} ({times})")
}

/// Whether a cell is what the header has for a column of that name.
pub(super) fn is_named(column: &str, cell: &str) -> bool {
    let Some(rest) = column.strip_prefix(cell) else { return false };
    let number = rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')'));
    rest.is_empty() || number.is_some_and(|n| n.parse::<usize>().is_ok())
}

/// Reads rows of one format under one header.
pub(super) struct CsvReader<S> {
    delimiter: u8,
    header: Vec<String>,
    columns: Vec<Option<Step>>,
    tree: PathTree,
    shape: S,
}

impl<S> CsvReader<S> {
    /// A reader for rows under `header`.
    pub fn new(delimiter: u8, header: &[String], tree: PathTree, shape: S) -> Self {
        let columns = header.iter().map(|name| tree.step(0, name)).collect();
        Self { delimiter, header: header.to_vec(), columns, tree, shape }
    }

    fn put<'a>(
        &self,
        step: Step,
        cell: Cow<'a, str>,
        slots: &mut [Scalar<'a>],
    ) -> Result<(), Reason> {
        if is_no_value(&cell) {
            return Ok(());
        }
        if let Some(node) = step.node.filter(|_| may_be_json(&cell)) {
            let inside = Inside::new(&self.tree, node);
            match &cell {
                Cow::Borrowed(text) => inside.fill(text, slots)?,
                Cow::Owned(text) => inside.fill_owned(text, slots)?,
            }
        }
        if let Some((slot, capture)) = step.leaf {
            slots[usize::from(slot)] = match capture {
                Capture::Fingerprint => Scalar::fingerprinted(&cell),
                Capture::Value | Capture::Names => Scalar::Text(cell),
            };
        }
        Ok(())
    }
}

impl<S: Shape> RecordReader for CsvReader<S> {
    fn read(&self, record: &[u8], emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason> {
        self.read_row(utf8_row(record)?, emit)
    }

    fn read_cut(
        &self,
        record: &str,
        look: &Look<'_>,
        plans: &mut Plans,
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        if self.tree.slots() <= FEW_SLOTS {
            let mut slots = [const { Scalar::Missing }; FEW_SLOTS];
            if self.cut(record, look, plans, &mut slots).is_some() {
                self.tree.settle(&mut slots);
                return self.shape.shape(&mut slots, emit);
            }
        }
        self.read_row(bare_row(record), emit)
    }
}

impl<S> CsvReader<S> {
    /// Fills the slots from a row that looks like earlier ones. `None`: not read, and the slots
    /// hold anything.
    ///
    /// Equals what is read without knowing how the row is cut; a property test compares them.
    pub(super) fn cut<'a>(
        &self,
        row: &'a str,
        look: &Look<'_>,
        plans: &mut Plans,
        slots: &mut [Scalar<'a>],
    ) -> Option<()> {
        // Who cut the line takes that for no end of a field.
        let bytes = row.as_bytes();
        let ends = |at: usize| bytes.get(at + 1) == Some(&self.delimiter);
        let is_plain = !memchr::memchr_iter(b'\\', bytes).any(ends);
        if !is_plain || look.separator != self.delimiter || row.starts_with('\u{feff}') {
            return None;
        }
        let learn = || {
            let cells = Cells::new(row, self.delimiter);
            RowPlan::of(cells, &self.header, &self.columns, look.fields)
        };
        let row = CutRow::new(plans.rows.of(look, learn)?, row, look)?;
        for found in row.cells() {
            let (step, cell) = found?;
            let cell = match cell.starts_with('"') {
                true => Cells::new(cell, self.delimiter).next()?.ok()?,
                false => Cow::Borrowed(cell),
            };
            if !cell.is_empty() {
                // Why a cell cannot be read, the other way of reading says.
                self.put(step, cell, slots).ok()?;
            }
        }
        Some(())
    }
}

impl<S: Shape> CsvReader<S> {
    fn read_row(&self, row: &str, emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason> {
        if self.tree.slots() <= FEW_SLOTS {
            self.read_into::<FEW_SLOTS>(row, emit)
        } else {
            self.read_into::<MOST_SLOTS>(row, emit)
        }
    }

    fn read_into<const N: usize>(
        &self,
        row: &str,
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let mut slots = [const { Scalar::Missing }; N];
        let mut cells = 0;
        let mut repeats_header = true;
        for cell in Cells::new(row, self.delimiter) {
            let cell = cell?;
            repeats_header =
                repeats_header && self.header.get(cells).is_some_and(|name| is_named(name, &cell));
            if let Some(Some(step)) = self.columns.get(cells) {
                // Most cells of a wide table are empty.
                if !cell.is_empty() {
                    self.put(*step, cell, &mut slots)?;
                }
            }
            cells += 1;
        }
        check_width(cells, self.columns.len()).map_err(|why| instead(row).unwrap_or(why))?;
        if repeats_header {
            return Err(HEADER_AGAIN.into());
        }
        self.tree.settle(&mut slots);
        self.shape.shape(&mut slots, emit)
    }
}

/// What a row is that is not as wide as its header, where it shows.
fn instead(row: &str) -> Option<Reason> {
    let row = row.trim();
    let is_json = row.starts_with("{\"") && row.ends_with('}');
    is_json.then_some(Reason::Borrowed("JSON, not a row of the table"))
}

/// Refuses a row that is not as wide as its header.
pub(super) fn check_width(cells: usize, header: usize) -> Result<(), Reason> {
    match cells.cmp(&header) {
        Ordering::Less => Err("row has fewer fields than the header".into()),
        Ordering::Greater => Err("row has more fields than the header".into()),
        Ordering::Equal => Ok(()),
    }
}

/// A row as text, [`bare_row`].
pub(super) fn utf8_row(record: &[u8]) -> Result<&str, Reason> {
    simdutf8::basic::from_utf8(record).map(bare_row).map_err(|_| NOT_UTF_8)
}

/// A row without byte-order mark and line break. Blanks and tabs at its ends stay: they may be, or
/// delimit, cells.
fn bare_row(record: &str) -> &str {
    record.strip_prefix('\u{feff}').unwrap_or(record).trim_end_matches(['\r', '\n'])
}

/// Bytes of a cell that are looked at one by one.
const NEAR: usize = 8;

/// The cells of one row, borrowed unless a quote in them is doubled.
pub(super) struct Cells<'a> {
    rest: Option<&'a str>,
    delimiter: u8,
}

impl<'a> Cells<'a> {
    /// The cells of `row`.
    pub fn new(row: &'a str, delimiter: u8) -> Self {
        Self { rest: Some(row), delimiter }
    }

    /// What was not yet cut; `None` behind the last cell.
    pub fn rest(&self) -> Option<&'a str> {
        self.rest
    }

    /// Everything up to the next delimiter.
    #[inline]
    fn plain(&mut self, text: &'a str) -> &'a str {
        let bytes = text.as_bytes();
        // Most cells are shorter than what a call costs.
        let near = bytes.iter().take(NEAR).position(|byte| *byte == self.delimiter);
        let found = near.or_else(|| {
            let rest = bytes.get(NEAR..)?;
            memchr::memchr(self.delimiter, rest).map(|at| NEAR + at)
        });
        match found {
            Some(at) => {
                self.rest = Some(&text[at + 1..]);
                &text[..at]
            }
            None => text,
        }
    }

    /// A cell after its opening quote.
    fn quoted(&mut self, text: &'a str) -> Result<Cow<'a, str>, Reason> {
        let mut doubled = false;
        let mut at = 0;
        loop {
            let Some(quote) = memchr::memchr(b'"', &text.as_bytes()[at..]) else {
                return Err("a quoted field is not closed".into());
            };
            at += quote;
            if text.as_bytes().get(at + 1) != Some(&b'"') {
                break;
            }
            doubled = true;
            at += 2;
        }
        let inside = &text[..at];
        let after = self.plain(&text[at + 1..]);
        let cell =
            if doubled { Cow::Owned(inside.replace("\"\"", "\"")) } else { Cow::Borrowed(inside) };
        // Text after the closing quote is kept, as most readers do.
        Ok(if after.is_empty() { cell } else { Cow::Owned(format!("{cell}{after}")) })
    }
}

impl<'a> Iterator for Cells<'a> {
    type Item = Result<Cow<'a, str>, Reason>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.rest.take()?;
        Some(match text.strip_prefix('"') {
            Some(text) => self.quoted(text),
            None => Ok(Cow::Borrowed(self.plain(text))),
        })
    }
}

/// Cuts delimited text into rows: line breaks inside quoted fields belong to the row. Yields the
/// offset of each row and its text without the line break; a row whose quote never closes runs
/// to the end.
pub(super) fn rows(text: &str, delimiter: u8) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= bytes.len() {
            return None;
        }
        let end = row_end(bytes, start, delimiter);
        let row = &text[start..end];
        let offset = start;
        start = end + 1;
        Some((offset, row.strip_suffix('\r').unwrap_or(row)))
    })
}

/// Offset of the line break that ends the row at `start`, or the end of the text.
fn row_end(bytes: &[u8], start: usize, delimiter: u8) -> usize {
    let mut at = start;
    let mut field_start = true;
    while at < bytes.len() {
        match bytes[at] {
            b'"' if field_start => {
                at += 1;
                loop {
                    match memchr::memchr(b'"', &bytes[at.min(bytes.len())..]) {
                        None => return bytes.len(),
                        Some(quote) => at += quote + 1,
                    }
                    if bytes.get(at) != Some(&b'"') {
                        break;
                    }
                    at += 1;
                }
                field_start = false;
                continue;
            }
            b'\n' => return at,
            byte => field_start = byte == delimiter,
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cells(row: &str) -> Vec<String> {
        let cells = Cells::new(row, b',').map(|c| c.map(Cow::into_owned));
        cells.collect::<Result<_, _>>().expect(row)
    }

    #[test]
    fn quotes_delimiters_and_empty_cells_are_understood() {
        assert_eq!(cells("a,b"), ["a", "b"]);
        assert_eq!(cells(",,"), ["", "", ""]);
        assert_eq!(cells("\"a,b\",\"c \"\"d\"\"\",e"), ["a,b", "c \"d\"", "e"]);
        assert_eq!(cells("\"x\ny\",5\" disk"), ["x\ny", "5\" disk"]);
        assert_eq!(cells("\"\",\"\""), ["", ""]);
    }

    #[test]
    fn blanks_alone_and_words_for_nothing_are_no_value_however_wide() {
        for cell in ["", " ", "        ", "null", "  NULL   ", "-", "None     "] {
            assert!(is_no_value(cell), "{cell:?}");
        }
        for cell in ["0", "      0", "a", "nobody", " -1 "] {
            assert!(!is_no_value(cell), "{cell:?}");
        }
    }

    #[test]
    fn a_quote_that_never_closes_is_a_reason() {
        let last = Cells::new("a,\"b", b',').last().expect("a cell");
        assert_eq!(last, Err("a quoted field is not closed".into()));
    }

    #[test]
    fn rows_end_at_line_breaks_outside_quotes() {
        let rows: Vec<_> = rows("a,b\r\n\"x\n\"\"y\",z\nlast", b',').collect();
        assert_eq!(rows, [(0, "a,b"), (5, "\"x\n\"\"y\",z"), (15, "last")]);
    }

    proptest! {
        #[test]
        fn rows_and_cells_equal_the_csv_crate(
            table in prop::collection::vec(prop::collection::vec("[a\",\n;é ]{0,6}", 3), 1..6),
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).expect("in memory");
            }
            let text = String::from_utf8(writer.into_inner().expect("flushed")).expect("UTF-8");
            let read: Vec<Vec<String>> = rows(&text, b',').map(|(_, row)| cells(row)).collect();
            prop_assert_eq!(read, table);
        }
    }
}

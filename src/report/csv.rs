//! CSV as spreadsheets and strict readers both take it: RFC 4180, UTF-8, and no cell that a
//! spreadsheet would run.

use std::borrow::Cow;
use std::io::Write;

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

use crate::store::Cell;

/// A table being written row by row; nothing is kept in memory.
pub struct Table<W: Write> {
    writer: Writer<W>,
    rows: u64,
}

impl<W: Write> Table<W> {
    /// Starts a table with its header.
    ///
    /// # Errors
    /// The writer's.
    pub fn new(out: W, header: &[&str]) -> std::io::Result<Self> {
        let mut table = Self::over(out);
        table.header(header)?;
        Ok(table)
    }

    /// Starts a table whose header is not known yet.
    pub fn over(out: W) -> Self {
        let writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .quote_style(QuoteStyle::Necessary)
            .from_writer(out);
        Self { writer, rows: 0 }
    }

    /// Writes the header: names of columns may be foreign text too.
    ///
    /// # Errors
    /// The writer's.
    pub fn header(&mut self, names: &[impl AsRef<str>]) -> std::io::Result<()> {
        names.iter().try_for_each(|name| self.text(name.as_ref()))?;
        self.writer.write_record(None::<&[u8]>).map_err(io)
    }

    /// A cell with foreign or free text.
    ///
    /// # Errors
    /// The writer's.
    pub fn text(&mut self, cell: &str) -> std::io::Result<()> {
        self.writer.write_field(neutral(cell).as_bytes()).map_err(io)
    }

    /// A cell with text that may be missing; missing is empty.
    ///
    /// # Errors
    /// The writer's.
    pub fn optional(&mut self, cell: Option<&str>) -> std::io::Result<()> {
        self.text(cell.unwrap_or_default())
    }

    /// A value of a query: text may be anybody's; a number is one.
    ///
    /// # Errors
    /// The writer's.
    pub fn value(&mut self, cell: &Cell) -> std::io::Result<()> {
        match cell {
            Cell::Integer(_) | Cell::Real(_) => self.ours(cell.text()),
            Cell::Null | Cell::Text(_) | Cell::Blob(_) => self.text(&cell.text()),
        }
    }

    /// A cell we wrote ourselves (a number, a time, a hash): goes in as it is.
    ///
    /// # Errors
    /// The writer's.
    pub fn ours(&mut self, cell: impl std::fmt::Display) -> std::io::Result<()> {
        self.writer.write_field(cell.to_string()).map_err(io)
    }

    /// A number that may be missing; missing is empty, never zero.
    ///
    /// # Errors
    /// The writer's.
    pub fn number(&mut self, cell: Option<impl std::fmt::Display>) -> std::io::Result<()> {
        match cell {
            Some(value) => self.ours(value),
            None => self.writer.write_field("").map_err(io),
        }
    }

    /// Ends the row.
    ///
    /// # Errors
    /// The writer's.
    pub fn end_row(&mut self) -> std::io::Result<()> {
        self.rows += 1;
        self.writer.write_record(None::<&[u8]>).map_err(io)
    }

    /// Ends the table; the number of rows without the header.
    ///
    /// # Errors
    /// The writer's.
    pub fn finish(mut self) -> std::io::Result<u64> {
        self.writer.flush()?;
        Ok(self.rows)
    }
}

/// The writer's own error, so that who reads its kind still finds a broken pipe.
fn io(error: csv::Error) -> std::io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => std::io::Error::other(format!("{other:?}")),
    }
}

/// A cell that no spreadsheet runs, whatever it takes for the separator. Two things get a `'` put
/// before them: a cell that starts like a formula, and, inside a cell, what would start like one
/// in a program that begins a new cell at `;`, a tab or the end of a line. [`original`] takes
/// exactly these away again.
pub fn neutral(cell: &str) -> Cow<'_, str> {
    if !cell.contains(|c| starts_formula(c) || matches!(c, '\t' | '\r')) {
        return Cow::Borrowed(cell);
    }
    let mut out = String::with_capacity(cell.len() + 2);
    if begins_as_formula(cell) {
        out.push('\'');
    }
    let mut fresh = false;
    for c in cell.chars() {
        if fresh && starts_formula(c) {
            out.push('\'');
        }
        out.push(c);
        fresh = begins_cell(c) || (fresh && is_passed_over(c));
    }
    Cow::Owned(out)
}

/// The original of a cell written by [`Table::text`].
pub fn original(cell: &str) -> String {
    let quoted = if begins_as_formula(cell) { cell.strip_prefix('\'') } else { None };
    let mut out = String::with_capacity(cell.len());
    let mut fresh = false;
    for c in quoted.unwrap_or(cell).chars() {
        if fresh && starts_formula(c) && out.ends_with('\'') {
            out.pop();
        }
        out.push(c);
        fresh = begins_cell(c) || (fresh && is_passed_over(c));
    }
    out
}

/// Also true of a cell that was neutralised: it gets one more `'`, so that taking one away always
/// gives the original.
fn begins_as_formula(cell: &str) -> bool {
    cell.trim_start_matches(is_passed_over).starts_with(starts_formula)
        || cell.trim_start_matches('\'').starts_with(['\t', '\r'])
}

/// What makes a cell a formula, also in the full width of Chinese and Japanese text.
fn starts_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

/// What some spreadsheet begins a new cell at.
fn begins_cell(c: char) -> bool {
    matches!(c, ';' | '\t' | '\r' | '\n')
}

/// What spreadsheets pass over before they look for a formula.
fn is_passed_over(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\'' | '"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(cells: &[&str]) -> String {
        let mut out = Vec::new();
        let mut table = Table::new(&mut out, &vec!["h"; cells.len()]).unwrap();
        cells.iter().for_each(|cell| table.text(cell).unwrap());
        table.end_row().unwrap();
        assert_eq!(table.finish().unwrap(), 1);
        let text = String::from_utf8(out).unwrap();
        text.split_once("\r\n").unwrap().1.to_owned()
    }

    #[test]
    fn cells_that_a_spreadsheet_would_run_are_neutralised() {
        assert_eq!(
            written(&["=1+1", "+1", "-1", "@x", "\tx", "a=b", "x-1"]),
            "'=1+1,'+1,'-1,'@x,'\tx,a=b,x-1\r\n"
        );
        assert_eq!(written(&["\r=1", "b"]), "\"'\r'=1\",b\r\n");
        assert_eq!(written(&["\rx", "b"]), "\"'\rx\",b\r\n");
    }

    #[test]
    fn so_are_cells_of_a_spreadsheet_with_another_separator() {
        assert_eq!(
            written(&["x;=cmd", "x; \"=cmd", "\t=1", " =1", "＝1+1", "a;-1", "a-1;b=2"]),
            "x;'=cmd,\"x; \"\"'=cmd\",'\t'=1,' =1,'＝1+1,a;'-1,a-1;b=2\r\n"
        );
        assert_eq!(written(&["l1\n@x", "b"]), "\"l1\n'@x\",b\r\n");
    }

    #[test]
    fn a_header_that_is_foreign_text_is_neutralised() {
        let mut out = Vec::new();
        Table::new(&mut out, &["a", "=b"]).unwrap().finish().unwrap();
        assert_eq!(out, b"a,'=b\r\n");
    }

    #[test]
    fn quotes_commas_and_line_ends_follow_rfc_4180() {
        assert_eq!(
            written(&["a,b", "say \"hi\"", "l1\nl2"]),
            "\"a,b\",\"say \"\"hi\"\"\",\"l1\nl2\"\r\n"
        );
    }

    #[test]
    fn our_own_numbers_stay_numbers_and_missing_is_empty() {
        let mut out = Vec::new();
        let mut table = Table::new(&mut out, &["a", "b", "c"]).unwrap();
        table.ours(-0.5).unwrap();
        table.number(None::<u64>).unwrap();
        table.optional(None).unwrap();
        table.end_row().unwrap();
        table.finish().unwrap();
        assert_eq!(out, b"a,b,c\r\n-0.5,,\r\n");
    }

    proptest! {
        #[test]
        fn the_original_comes_back(cells in proptest::collection::vec("['=+@\\-\t\r\n\"; ＝,a-c]{0,8}|\\PC*", 2..5)) {
            let borrowed: Vec<&str> = cells.iter().map(String::as_str).collect();
            let text = written(&borrowed);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let record = reader.records().next().unwrap().unwrap();
            let back: Vec<String> = record.iter().map(original).collect();
            prop_assert_eq!(back, borrowed);
        }
    }
}

//! CSV as spreadsheets and strict readers both take it: RFC 4180, UTF-8, and no cell that a
//! spreadsheet would run.

use std::io::Write;

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

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
        let mut writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .quote_style(QuoteStyle::Necessary)
            .from_writer(out);
        writer.write_record(header)?;
        Ok(Self { writer, rows: 0 })
    }

    /// A cell with foreign or free text.
    ///
    /// # Errors
    /// The writer's.
    pub fn text(&mut self, cell: &str) -> std::io::Result<()> {
        if runs_as_formula(cell) {
            return Ok(self.writer.write_field(format!("'{cell}"))?);
        }
        Ok(self.writer.write_field(cell)?)
    }

    /// A cell with text that may be missing; missing is empty.
    ///
    /// # Errors
    /// The writer's.
    pub fn optional(&mut self, cell: Option<&str>) -> std::io::Result<()> {
        self.text(cell.unwrap_or_default())
    }

    /// A cell we wrote ourselves (a number, a time, a hash): goes in as it is.
    ///
    /// # Errors
    /// The writer's.
    pub fn ours(&mut self, cell: impl std::fmt::Display) -> std::io::Result<()> {
        Ok(self.writer.write_field(cell.to_string())?)
    }

    /// A number that may be missing; missing is empty, never zero.
    ///
    /// # Errors
    /// The writer's.
    pub fn number(&mut self, cell: Option<impl std::fmt::Display>) -> std::io::Result<()> {
        match cell {
            Some(value) => self.ours(value),
            None => Ok(self.writer.write_field("")?),
        }
    }

    /// Ends the row.
    ///
    /// # Errors
    /// The writer's.
    pub fn end_row(&mut self) -> std::io::Result<()> {
        self.rows += 1;
        Ok(self.writer.write_record(None::<&[u8]>)?)
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

/// Whether a spreadsheet could run the cell, or whether it looks like a cell that was
/// neutralised: both get a leading `'`, so that taking one `'` away always gives the original.
fn runs_as_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// The original of a cell written by [`Table::text`].
pub fn original(cell: &str) -> &str {
    if runs_as_formula(cell) { cell.strip_prefix('\'').unwrap_or(cell) } else { cell }
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
        assert_eq!(written(&["\r=1", "b"]), "\"'\r=1\",b\r\n");
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
        fn the_original_comes_back(cells in proptest::collection::vec("['=+@\\-\t\r\n\",a-c]{0,6}|\\PC*", 2..5)) {
            let borrowed: Vec<&str> = cells.iter().map(String::as_str).collect();
            let text = written(&borrowed);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let record = reader.records().next().unwrap().unwrap();
            let back: Vec<&str> = record.iter().map(original).collect();
            prop_assert_eq!(back, borrowed);
        }
    }
}

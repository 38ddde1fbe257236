//! Delimited text with quoted fields (RFC 4180): a line break inside quotes ends no record.

use memchr::{memchr, memchr2};

use super::header::Headers;
use super::{RecordSpan, Scanner, newlines};
use crate::ingest::csv::Cells;
use crate::ingest::sample::table::is_header;

/// As much of a row as is kept to see whether it is the header, bytes.
const LONGEST_ABOVE: usize = 64 << 10;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first byte of a field.
    FieldStart,
    /// In a field without quotes, or after the closing quote of one with.
    Plain,
    /// In quotes.
    Quoted,
    /// After a quote in quotes: an escaped quote, or the end of the field.
    QuoteInQuoted,
}

/// Cuts at newlines outside quotes. The first record with content is the header, and is left out.
pub(super) struct Csv {
    delimiter: u8,
    state: State,
    start: Option<u64>,
    start_line: u64,
    line: u64,
    blank: bool,
    header_seen: bool,
    /// Whether the next byte is the first of a row.
    begins: bool,
    headers: Headers,
    names: Vec<String>,
    /// The row so far, until the header was seen.
    above: Vec<u8>,
    /// The line in which the last field in quotes began.
    quote_line: u64,
    /// Where text follows the closing quote of a field of several lines: nothing is looked at from
    /// there on until somebody says what it is.
    stray: Option<u64>,
    /// The record in which such text is taken as it is.
    taken: Option<u64>,
}

impl Csv {
    pub(super) fn new(delimiter: u8, header: &[String]) -> Self {
        Self {
            delimiter,
            state: State::FieldStart,
            start: None,
            start_line: 1,
            line: 1,
            blank: true,
            header_seen: false,
            begins: true,
            headers: Headers::new(delimiter, header),
            names: header.to_vec(),
            above: Vec::new(),
            quote_line: 1,
            stray: None,
            taken: None,
        }
    }

    /// Whether the quote before a byte closes a field of several lines, and the byte is text behind
    /// it: what exporters write has none there, but a quote that was opened by mistake rows before.
    fn is_stray(&self, byte: u8) -> bool {
        self.state == State::QuoteInQuoted
            && self.line > self.quote_line
            && self.header_seen
            && self.taken != self.start
            && !matches!(byte, b'"' | b'\n' | b'\r')
            && byte != self.delimiter
    }

    fn end_record(&mut self, end: u64, found: &mut Vec<RecordSpan>) {
        let start = self.start.unwrap_or(end);
        if self.header_seen && start < end {
            self.headers.end();
            let other_header = self.headers.is_other;
            found.push(RecordSpan { start, end, line: self.start_line, other_header });
        }
        match self.blank {
            true => self.above.clear(),
            false if !self.header_seen => self.above_header(start, end, found),
            false => {}
        }
        self.blank = true;
    }

    /// A row with content before the header: it is that, or it is given out for the ledger. What
    /// spreadsheets write to say their delimiter is neither.
    fn above_header(&mut self, start: u64, end: u64, found: &mut Vec<RecordSpan>) {
        let row = std::mem::take(&mut self.above);
        self.header_seen = self.names.is_empty()
            || row.len() >= LONGEST_ABOVE
            || is_header(&row, &self.names, self.delimiter);
        if !self.header_seen && !row.trim_ascii_start().starts_with(b"sep=") {
            found.push(RecordSpan { start, end, line: self.start_line, other_header: false });
        }
    }

    /// Keeps what stands above the header, as far as it may be one.
    fn keep_above(&mut self, bytes: &[u8]) {
        let room = LONGEST_ABOVE - self.above.len().min(LONGEST_ABOVE);
        self.above.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// One byte outside of a run that can be skipped.
    fn step(&mut self, byte: u8, at: u64, found: &mut Vec<RecordSpan>) {
        if self.is_stray(byte) {
            self.stray = Some(at);
            return;
        }
        self.blank &= byte.is_ascii_whitespace();
        if self.begins {
            self.headers.begin(byte);
        }
        self.headers.extend(&[byte]);
        if !self.header_seen && (byte != b'\n' || self.state == State::Quoted) {
            self.keep_above(&[byte]);
        }
        self.begins = false;
        if (self.state, byte) == (State::FieldStart, b'"') {
            self.quote_line = self.line;
        }
        self.state = match (self.state, byte) {
            (State::FieldStart, b'"') => State::Quoted,
            (State::Quoted, b'"') => State::QuoteInQuoted,
            (State::QuoteInQuoted, b'"') | (State::Quoted, _) => State::Quoted,
            (_, b'\n') => return self.break_line(at, found),
            (_, b) if b == self.delimiter => State::FieldStart,
            _ => State::Plain,
        };
        self.line += u64::from(byte == b'\n');
    }

    /// The row ends at the line break at `at`.
    fn break_line(&mut self, at: u64, found: &mut Vec<RecordSpan>) {
        self.end_record(at, found);
        self.line += 1;
        self.start = Some(at + 1);
        self.start_line = self.line;
        self.begins = true;
        self.state = State::FieldStart;
    }
}

impl Scanner for Csv {
    fn scan(&mut self, bytes: &[u8], base: u64, found: &mut Vec<RecordSpan>) {
        self.start.get_or_insert(base);
        let mut at = 0;
        while at < bytes.len() && self.stray.is_none() {
            let rest = &bytes[at..];
            let skip = match self.state {
                State::QuoteInQuoted => Some(0),
                State::FieldStart if self.begins => Some(0),
                State::Quoted => memchr(b'"', rest),
                // Only a quote that begins a field matters: no need to stop at every field.
                State::FieldStart | State::Plain => memchr2(b'"', b'\n', rest),
            }
            .unwrap_or(rest.len());
            let skipped = &rest[..skip];
            if let Some(last) = skipped.last() {
                self.blank = self.blank && skipped.trim_ascii_start().is_empty();
                self.headers.extend(skipped);
                if !self.header_seen {
                    self.keep_above(skipped);
                }
                match self.state {
                    State::Quoted => self.line += newlines(skipped),
                    _ if *last == self.delimiter => self.state = State::FieldStart,
                    _ => self.state = State::Plain,
                }
            }
            at += skip;
            if let Some(&byte) = bytes.get(at) {
                self.step(byte, base + at as u64, found);
                at += 1;
            }
        }
    }

    fn finish(&mut self, end: u64, found: &mut Vec<RecordSpan>) {
        self.end_record(end, found);
    }

    fn open_quote(&self) -> Option<u64> {
        let is_open = self.state == State::Quoted || self.stray.is_some();
        self.start.filter(|_| self.header_seen && is_open)
    }

    fn stray_quote(&self) -> Option<u64> {
        self.stray
    }

    fn take_stray(&mut self) {
        (self.stray, self.taken) = (None, self.start);
    }

    fn is_record(&self, line: &[u8]) -> bool {
        let Ok(line) = std::str::from_utf8(line) else { return false };
        let width = self.headers.width();
        let cells = || Cells::new(line, self.delimiter);
        // A quote that the line does not close may be as stray as the one before it.
        let plain = || line.split(char::from(self.delimiter)).count() == width;
        width > 1 && (cells().count() == width || (cells().any(|cell| cell.is_err()) && plain()))
    }

    fn end_at(&mut self, end: u64, found: &mut Vec<RecordSpan>) {
        self.stray = None;
        self.line = self.start_line;
        self.break_line(end, found);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::ingest::Container;
    use crate::ingest::split::tests::records;

    fn cut(text: &str) -> Vec<(String, u64)> {
        records(&Container::Csv { delimiter: b',', header: vec![] }, text, 7)
    }

    #[test]
    fn a_quoted_line_break_ends_no_record_but_counts_as_a_line() {
        let found = cut("h1,h2\n\"a\nb\",1\n\"say \"\"x\"\"\n\",2\nlast,3");
        let found: Vec<_> = found.iter().map(|(t, l)| (t.as_str(), *l)).collect();
        let second = "\"say \"\"x\"\"\n\",2";
        assert_eq!(found, [("\"a\nb\",1", 2), (second, 4), ("last,3", 6)]);
    }

    #[test]
    fn a_quote_inside_a_plain_field_is_a_plain_character() {
        assert_eq!(cut("h\n5\" disk\nnext\n").len(), 2);
    }

    #[test]
    fn the_header_is_the_first_record_with_content_and_is_left_out() {
        assert_eq!(cut("\r\n\nh1,h2\n"), []);
        assert_eq!(cut("\nh1,h2\n1,2\n"), [("1,2".to_owned(), 3)]);
        assert_eq!(cut("   \t \nh1,h2\n1,2\n"), [("1,2".to_owned(), 3)]);
    }

    #[test]
    fn rows_above_the_header_are_given_out_and_the_header_is_known_by_its_names() {
        let header = ["h1", "h 2"].map(str::to_owned).to_vec();
        let table = Container::Csv { delimiter: b',', header };
        for piece in [1, 2, 5, 100] {
            let cut = |text: &str| records(&table, text, piece);
            assert_eq!(
                cut("A title\n\n\"h1\",h 2\r\n1,2\n"),
                [("A title".to_owned(), 1), ("1,2".to_owned(), 4),]
            );
            assert_eq!(cut("sep=,\r\nh1,\"h 2\"\n1,2\n"), [("1,2".to_owned(), 3)]);
            assert_eq!(cut("h1,h 2\n1,2\n"), [("1,2".to_owned(), 2)]);
            assert_eq!(cut(" \r\n\r\nh1,h 2\r\n1,2\n"), [("1,2".to_owned(), 4)]);
        }
    }

    proptest! {
        #[test]
        fn records_are_those_of_the_csv_crate(
            rows in proptest::collection::vec(
                proptest::collection::vec("[a,\"\n x]{0,6}", 2), 1..8)
        ) {
            let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
            writer.write_record(["h1", "h2"]).expect("memory writes");
            for row in &rows {
                writer.write_record(row).expect("memory writes");
            }
            let bytes = writer.into_inner().expect("memory writes");
            let text = String::from_utf8(bytes).expect("the rows were text");
            let again: Vec<Vec<String>> = cut(&text)
                .iter()
                .map(|(record, _)| {
                    let mut reader = csv::ReaderBuilder::new()
                        .has_headers(false)
                        .from_reader(record.as_bytes());
                    let row = reader.records().next().expect("a record").expect("two fields");
                    row.iter().map(str::to_owned).collect()
                })
                .collect();
            prop_assert_eq!(again, rows);
        }
    }
}

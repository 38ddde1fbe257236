//! Finding where records begin and end in a stream of bytes, without understanding them.
//!
//! Each scanner sees every byte once, in pieces of any size, and keeps a constant amount of
//! state: a record may be longer than memory. Nothing recurses, so nesting costs nothing.

mod csv;
mod header;
mod json;
mod lines;

use super::Container;

/// The UTF-8 byte-order mark, which belongs to no record.
pub(super) const BOM: &[u8] = &[0xef, 0xbb, 0xbf];

/// The record separator, with which every record of a JSON text sequence (RFC 7464) begins. It
/// belongs to no record, and nothing in JSON contains it.
pub(super) const SEPARATOR: u8 = 0x1e;

/// Whether a byte between records of JSON means nothing.
pub(super) fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == SEPARATOR
}

/// Where one record lies in the unpacked source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordSpan {
    /// Offset of its first byte.
    pub start: u64,
    /// Offset after its last byte.
    pub end: u64,
    /// Line of its first byte, from 1.
    pub line: u64,
    /// Whether it is a row under another header than the table's first.
    pub other_header: bool,
}

/// The reason for a row whose columns are not those of the table's header, for another header
/// came before it.
pub const OTHER_HEADER: &str = "under another header than the first row of the table";

/// The reason for the table's own header where it stands between rows.
pub const HEADER_AGAIN: &str = "the header again, not a row";

/// Finds records in bytes that arrive piece by piece.
///
/// A span may be blank (only whitespace); whoever cuts skips those.
pub trait Scanner: Send {
    /// Looks at the next bytes, which start at offset `base` of the source, and adds the records
    /// that end in them.
    fn scan(&mut self, bytes: &[u8], base: u64, found: &mut Vec<RecordSpan>);

    /// The source ends at offset `end`: adds a record that was still open.
    fn finish(&mut self, end: u64, found: &mut Vec<RecordSpan>);

    /// Whether what was opened so far is not closed: where nothing follows, records are missing.
    fn is_cut_short(&self) -> bool {
        false
    }

    /// Where the record starts that a quote has opened and nothing closed yet.
    fn open_quote(&self) -> Option<u64> {
        None
    }

    /// Where text follows a quote that may have been opened by mistake. Nothing behind it is looked at
    /// before [`Scanner::end_at`] or [`Scanner::take_stray`] is called and it is scanned again.
    fn stray_quote(&self) -> Option<u64> {
        None
    }

    /// Says that the text behind the quote belongs to its field.
    fn take_stray(&mut self) {}

    /// Whether a line has what a record has, quotes apart.
    fn is_record(&self, line: &[u8]) -> bool {
        let _ = line;
        false
    }

    /// Ends the record that is open at the line break at `end`, whatever its quotes say. The bytes
    /// behind that are to be scanned again.
    fn end_at(&mut self, end: u64, found: &mut Vec<RecordSpan>) {
        let _ = (end, found);
    }
}

/// The scanner for a container.
pub fn scanner(container: &Container) -> Box<dyn Scanner> {
    match container {
        Container::Lines => Box::new(lines::Lines::default()),
        Container::JsonValues { envelope } => Box::new(json::JsonValues::new(envelope.as_deref())),
        Container::Csv { delimiter, header } => Box::new(csv::Csv::new(*delimiter, header)),
    }
}

/// A record without the blanks around it, and how many of them came before; `None` where it is
/// nothing but blanks. A comma after the record of a line, as in an array without its brackets,
/// is one of them.
///
/// A blank or tab at the end of a row may be a cell or delimit one: there, only line breaks go.
pub(super) fn trimmed<'r>(container: &Container, record: &'r [u8]) -> Option<(usize, &'r [u8])> {
    let Container::Csv { .. } = container else {
        let first = record.iter().position(|b| !is_blank(*b))?;
        let record = record[first..].trim_ascii_end();
        return Some((first, record.strip_suffix(b",").map_or(record, <[u8]>::trim_ascii_end)));
    };
    if record.trim_ascii().is_empty() {
        return None;
    }
    let is_cell = |b: &u8| !matches!(b, b'\r' | b'\n');
    let first = record.iter().position(is_cell)?;
    let last = record.iter().rposition(is_cell)?;
    Some((first, &record[first..=last]))
}

/// The records of a whole source that is in memory, each with its place, blanks left out.
pub(super) fn records<'b>(
    bytes: &'b [u8],
    container: &Container,
) -> impl Iterator<Item = (RecordSpan, &'b [u8])> {
    let start = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
    let mut scanner = scanner(container);
    let mut spans = Vec::new();
    scanner.scan(&bytes[start..], start as u64, &mut spans);
    while let Some(at) = scanner.stray_quote() {
        scanner.take_stray();
        scanner.scan(&bytes[at as usize..], at, &mut spans);
    }
    scanner.finish(bytes.len() as u64, &mut spans);
    spans.into_iter().filter_map(move |span| {
        let record = &bytes[span.start as usize..span.end as usize];
        let (lead, record) = trimmed(container, record)?;
        Some((RecordSpan { start: span.start + lead as u64, ..span }, record))
    })
}

/// Number of newlines.
fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The records of `text` when it arrives in pieces of `piece` bytes.
    pub(super) fn records(container: &Container, text: &str, piece: usize) -> Vec<(String, u64)> {
        let mut scanner = scanner(container);
        let mut found = Vec::new();
        let mut base = 0;
        for bytes in text.as_bytes().chunks(piece.max(1)) {
            scanner.scan(bytes, base, &mut found);
            base += bytes.len() as u64;
        }
        scanner.finish(base, &mut found);
        found
            .iter()
            .map(|s| (text[s.start as usize..s.end as usize].to_owned(), s.line))
            .filter(|(record, _)| !record.trim().is_empty())
            .collect()
    }

    #[test]
    fn only_line_breaks_are_cut_off_a_row() {
        let table = Container::Csv { delimiter: b'\t', header: vec![] };
        assert_eq!(trimmed(&table, b"\n\ta\t\r"), Some((1, &b"\ta\t"[..])));
        assert_eq!(trimmed(&table, b" \t \r"), None);
        assert_eq!(trimmed(&Container::Lines, b" \t{}\t\r"), Some((2, &b"{}"[..])));
    }

    #[test]
    fn a_separator_before_and_a_comma_after_a_record_are_not_of_it() {
        assert_eq!(trimmed(&Container::Lines, b"\x1e{}\r"), Some((1, &b"{}"[..])));
        assert_eq!(trimmed(&Container::Lines, b"{} ,\r"), Some((0, &b"{}"[..])));
        assert_eq!(trimmed(&Container::Lines, b"\x1e \n"), None);
    }

    #[test]
    fn the_records_do_not_depend_on_the_pieces_they_arrive_in() {
        let json =
            "{\"Records\":[{\"a\":\"]}\\\"\"},\n {\"b\":[1,{\"c\":2}]}],\"x\":1}\n{\"Records\":[]}";
        let csv = "a,b\n\"x\n\"\"y\",1\r\n2,\"3\"\n";
        let envelope = Container::JsonValues { envelope: Some("Records".into()) };
        let plain = Container::JsonValues { envelope: None };
        let table = Container::Csv { delimiter: b',', header: vec![] };
        for (container, text) in
            [(&envelope, json), (&plain, json), (&table, csv), (&Container::Lines, csv)]
        {
            let whole = records(container, text, text.len());
            assert!(!whole.is_empty());
            for piece in 1..text.len() {
                assert_eq!(records(container, text, piece), whole, "pieces of {piece} bytes");
            }
        }
    }
}

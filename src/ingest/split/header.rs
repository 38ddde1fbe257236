//! Noticing a header in the middle of a table: the rows after it have other columns, and must not
//! be read as if they had the first one's.

use jiff::tz::TimeZone;

use crate::ingest::csv::{Cells, is_named};
use crate::ingest::time::TimeParser;

/// Longest row that may be a header, bytes.
const LONGEST: usize = 64 << 10;

/// Looks at rows that begin like a header.
pub(super) struct Headers {
    delimiter: u8,
    names: Vec<String>,
    /// Whether a name begins with a byte.
    first_bytes: [bool; 256],
    /// The row so far, and whether it may be a header.
    row: Vec<u8>,
    may_be_header: bool,
    /// Whether the last header was not the table's.
    pub is_other: bool,
}

impl Headers {
    pub(super) fn new(delimiter: u8, names: &[String]) -> Self {
        let mut first_bytes = [false; 256];
        for byte in names.iter().filter_map(|name| name.bytes().next()) {
            first_bytes[usize::from(byte)] = true;
        }
        first_bytes[usize::from(b'"')] = names.len() > 1;
        let (names, row) = (names.to_vec(), Vec::new());
        Self { delimiter, names, first_bytes, row, may_be_header: false, is_other: false }
    }

    /// Columns of the table.
    pub(super) fn width(&self) -> usize {
        self.names.len()
    }

    /// A row begins.
    #[inline]
    pub(super) fn begin(&mut self, byte: u8) {
        self.may_be_header = self.first_bytes[usize::from(byte)];
        self.row.clear();
    }

    /// It goes on.
    #[inline]
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        if !self.may_be_header {
            return;
        }
        let had_cell = self.row.contains(&self.delimiter);
        self.row.extend_from_slice(bytes);
        self.may_be_header = self.row.len() <= LONGEST && (had_cell || self.may_begin());
    }

    /// Whether the first cell, as far as it is there, begins like a name.
    fn may_begin(&self) -> bool {
        let row = self.row.strip_prefix(b"\"").unwrap_or(&self.row);
        let end = row.iter().position(|b| *b == self.delimiter || *b == b'"');
        let cell = &row[..end.unwrap_or(row.len())];
        self.names.iter().any(|name| match end {
            Some(_) => std::str::from_utf8(cell).is_ok_and(|cell| is_named(name, cell)),
            None => name.as_bytes().starts_with(cell),
        })
    }

    /// The row has ended. A header has two of the table's names or more and nothing that a
    /// column is not called: a row of values has at least a time.
    #[inline]
    pub(super) fn end(&mut self) {
        if !std::mem::take(&mut self.may_be_header) {
            return;
        }
        let Ok(row) = std::str::from_utf8(&self.row) else { return };
        let cells: Option<Vec<_>> = Cells::new(row.trim_end_matches(['\r', '\n']), self.delimiter)
            .map(Result::ok)
            .collect();
        let Some(cells) = cells else { return };
        let known = cells.iter().filter(|cell| self.names.iter().any(|n| is_named(n, cell)));
        if known.count() < 2 || cells.iter().any(|cell| is_value(cell)) {
            return;
        }
        let is_first = cells.len() == self.names.len()
            && self.names.iter().zip(&cells).all(|(name, cell)| is_named(name, cell));
        self.is_other = !is_first;
    }
}

fn is_value(cell: &str) -> bool {
    cell.trim().parse::<f64>().is_ok() || TimeParser::new(TimeZone::UTC).text(cell).is_ok()
}

#[cfg(test)]
mod tests {
    use crate::ingest::Container;
    use crate::ingest::split::{RecordSpan, scanner};

    const HEADER: &str = "time,account,model,note";

    /// The rows of a table whose first line is [`HEADER`], and whether each is under another.
    fn rows(text: &str) -> Vec<(&str, bool)> {
        let header = HEADER.split(',').map(str::to_owned).collect();
        let container = Container::Csv { delimiter: b',', header };
        let cut = |piece: usize| {
            let mut scanner = scanner(&container);
            let (mut found, mut base) = (Vec::<RecordSpan>::new(), 0);
            for bytes in text.as_bytes().chunks(piece) {
                scanner.scan(bytes, base, &mut found);
                base += bytes.len() as u64;
            }
            scanner.finish(base, &mut found);
            found
        };
        let whole = cut(text.len());
        for piece in 1..40 {
            assert_eq!(cut(piece), whole, "pieces of {piece} bytes");
        }
        let row = |s: &RecordSpan| (&text[s.start as usize..s.end as usize], s.other_header);
        whole.iter().map(row).collect()
    }

    #[test]
    fn rows_under_another_header_are_known_until_the_first_comes_back() {
        let text = format!(
            "{HEADER}\n2026-03-01,a,m,x\ntime,model,account,note\n2026-03-02,m,b,x\n\
             \"account\",\"time\",extra\nc,2026-03-03,1\n{HEADER}\r\n2026-03-04,d,m,x"
        );
        let is_other: Vec<bool> = rows(&text).into_iter().map(|(_, other)| other).collect();
        assert_eq!(is_other, [false, true, true, true, true, false, false]);
    }

    #[test]
    fn values_that_are_called_like_columns_make_no_header() {
        for row in [
            "time,account,model,2026-03-01",
            "model,17,account,x",
            "time,x,y,z",
            "timely,account,model,x",
            "\"time",
        ] {
            let text = format!("{HEADER}\n{row}\n2026-03-01,a,m,x\n");
            assert!(rows(&text).iter().all(|(_, other)| !other), "{row}");
        }
    }

    #[test]
    fn a_header_with_columns_of_one_name_is_the_same_header_again() {
        let header = ["time", "time (2)", "model"].map(str::to_owned).to_vec();
        let container = Container::Csv { delimiter: b';', header };
        let text = b"time;time;model\n1;2;m\ntime;time;model\n1;2;m\n";
        let mut scanner = scanner(&container);
        let mut found = Vec::new();
        scanner.scan(text, 0, &mut found);
        assert_eq!(found.iter().filter(|span| span.other_header).count(), 0);
        assert_eq!(found.len(), 3);
    }
}

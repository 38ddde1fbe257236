//! The first rows of a table, and which character delimits its cells.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::{Cut, record};
use crate::ingest::synonyms::is_synonym;
use crate::ingest::time::TimeParser;
use crate::ingest::{Container, DetectError, csv};

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Rows that are looked at to find the delimiter.
const ROWS: usize = 50;

/// Most lines that may stand above the header: a title, remarks, `sep=;`.
const MOST_ABOVE: usize = 10;

/// Delimited text under a header.
pub(super) fn rows(bytes: &[u8], complete: bool) -> Option<Cut> {
    let text = String::from_utf8_lossy(bytes);
    let best = |above: usize| {
        let of = |delimiter| Some((regularity(&text, delimiter, above)?, delimiter));
        let found = DELIMITERS.into_iter().filter_map(of);
        found.max_by_key(|((regular, columns), _)| (*regular, *columns))
    };
    let (above, (_, delimiter)) = (0..=MOST_ABOVE).find_map(|n| Some((n, best(n)?)))?;
    let mut rows: Vec<(usize, &str)> =
        csv::rows(&text, delimiter).filter(|(_, row)| !row.trim().is_empty()).collect();
    rows.drain(..above);
    if !complete && rows.len() == 1 {
        // A header that goes on beyond the first bytes, so that nobody knows its columns.
        return None;
    }
    let header = unlike(csv_cells(rows.remove(0).1, delimiter));
    if !complete && rows.len() > 1 {
        rows.pop();
    }
    let records = rows
        .into_iter()
        .map(|(offset, row)| record(offset, row.as_bytes(), row_object(row, &header, delimiter)));
    let records = records.collect();
    Some((Container::Csv { delimiter, header }, records))
}

/// The cells of a row by the names of their columns, where it has as many.
pub(in crate::ingest) fn row_object(row: &str, header: &[String], delimiter: u8) -> Option<Value> {
    let cells = csv_cells(row, delimiter);
    (cells.len() == header.len()).then(|| {
        let value = |cell: String| match csv::is_no_value(&cell) {
            true => Value::Null,
            false => Value::String(cell),
        };
        Value::Object(header.iter().cloned().zip(cells.into_iter().map(value)).collect())
    })
}

/// The cells of a row as texts.
pub(in crate::ingest) fn csv_cells(row: &str, delimiter: u8) -> Vec<String> {
    csv::Cells::new(row, delimiter).map(|cell| cell.unwrap_or_default().into_owned()).collect()
}

/// Names of columns with a number behind those that stood before, so that each can be named.
fn unlike(names: Vec<String>) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let number = |name: String| {
        let times = seen.entry(name.clone()).or_insert(0);
        *times += 1;
        if *times == 1 { name } else { csv::repeated(&name, *times) }
    };
    names.into_iter().map(number).collect()
}

/// Whether a row is the header of these columns.
pub(in crate::ingest) fn is_header(row: &[u8], names: &[String], delimiter: u8) -> bool {
    let row = String::from_utf8_lossy(row);
    unlike(csv_cells(row.trim_end_matches(['\r', '\n']), delimiter)) == names
}

/// How table-like text is with a delimiter: percent of rows as wide as the header, and its
/// width. `None` without a header: two or more names, none of them a number, a time or a
/// sentence. Below lines of something else two of them must be names that we know.
fn regularity(text: &str, delimiter: u8, above: usize) -> Option<(usize, usize)> {
    let mut rows = csv::rows(text, delimiter).filter(|(_, row)| !row.trim().is_empty()).skip(above);
    let header = csv_cells(rows.next()?.1, delimiter);
    if above > 0 && header.iter().filter(|name| is_synonym(name)).count() < 2 {
        return None;
    }
    let is_name = |name: &String| name.len() <= 80 && name.split(' ').count() <= 6;
    if header.len() < 2 || !header.iter().all(is_name) || header.iter().any(|n| is_value(n)) {
        return None;
    }
    let regular = alike(rows.map(|(_, row)| row), header.len(), delimiter);
    (regular >= 50).then_some((regular, header.len()))
}

/// Percent of the first rows that have so many cells.
fn alike<'t>(rows: impl Iterator<Item = &'t str>, width: usize, delimiter: u8) -> usize {
    let widths: Vec<usize> = rows.take(ROWS).map(|row| csv_cells(row, delimiter).len()).collect();
    let regular = widths.iter().filter(|w| **w == width).count();
    if widths.is_empty() { 100 } else { regular * 100 / widths.len() }
}

/// Whether a cell holds what no column is called.
fn is_value(cell: &str) -> bool {
    cell.parse::<f64>().is_ok() || TimeParser::new(TimeZone::UTC).text(cell).is_ok()
}

/// That a text is a table without a line of names, if it is one: columns are read by their
/// names, never by their place.
pub(super) fn without_header(bytes: &[u8]) -> Option<DetectError> {
    let text = String::from_utf8_lossy(bytes);
    let is_table = |delimiter: &u8| {
        let mut rows =
            csv::rows(&text, *delimiter).map(|(_, row)| row).filter(|row| !row.trim().is_empty());
        let Some(first) = rows.next().map(|row| csv_cells(row, *delimiter)) else { return false };
        let holds_values = first.iter().any(|cell| is_value(cell));
        let mut rows = rows.peekable();
        let goes_on = rows.peek().is_some();
        first.len() > 1 && holds_values && goes_on && alike(rows, first.len(), *delimiter) >= 80
    };
    DELIMITERS.iter().any(is_table).then(|| DetectError::NotALog {
        seen: "a table without a line of column names".to_owned(),
        hint: "write one above it, with timestamp, account_id, model, input_tokens or whatever \
               its columns hold"
            .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> (u8, Vec<String>) {
        match rows(text.as_bytes(), true).expect("a table").0 {
            Container::Csv { delimiter, header } => (delimiter, header),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_delimiter_is_the_one_that_makes_rows_as_wide_as_the_header() {
        for delimiter in [",", ";", "\t", "|"] {
            let text = "time,who,cost\r\n2026-03-01,\"a, b; c|d\",\"1,5\"\r\n2026-03-02,x,2\r\n";
            let text = text.replace(',', delimiter);
            let (found, names) = header(&text);
            assert_eq!(char::from(found).to_string(), delimiter);
            assert_eq!(names, ["time", "who", "cost"]);
        }
    }

    #[test]
    fn a_header_may_stand_below_a_title_remarks_or_the_delimiter_itself() {
        for above in ["sep=;\r\n", "Usage of March\n\n", "# by a tool\n# of one; two\n"] {
            let text =
                format!("{above}timestamp;account_id;cost\n2026-03-01;a;1\n2026-03-01;b;2\n");
            let (delimiter, names) = header(&text);
            assert_eq!((delimiter, names.len()), (b';', 3), "{above}");
        }
        assert!(rows(b"A letter\nWe met, yes\nand went, too\n", true).is_none());
    }

    #[test]
    fn a_header_that_is_cut_off_is_none() {
        assert!(rows(b"timestamp,account_id,c1,c2", false).is_none());
        assert!(rows(b"timestamp,account_id,c1,c2", true).is_some());
    }

    #[test]
    fn columns_of_one_name_are_told_apart() {
        assert_eq!(header("t,a,t,t\n1,2,3,4\n").1, ["t", "a", "t (2)", "t (3)"]);
        assert_eq!(header(",a,\n1,2,3\n").1, ["", "a", " (2)"]);
    }

    #[test]
    fn a_table_without_names_is_called_one() {
        for text in ["1,2\n3,4\n", "2026-03-01T10:00:00Z\tann\tm\n2026-03-01T10:00:01Z\tbob\tm\n"] {
            assert!(rows(text.as_bytes(), true).is_none());
            let error = without_header(text.as_bytes()).expect(text).to_string();
            assert!(error.contains("without a line of column names"), "{error}");
        }
        assert_eq!(without_header(b"On 3 May, 1999, we met.\nIt rained.\n"), None);
        assert_eq!(without_header(b"1,2\n"), None);
    }
}

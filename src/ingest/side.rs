//! Small tables that come beside a log: read whole, row by row, with the same reject ledger.

use std::borrow::Cow;

use serde_json::Value;

use super::format::suggest::plain;
use super::source::HEAD_BYTES;
use super::{Container, DetectError, Head, Reason, Sample, csv, json, magic, split};
use crate::model::Reject;

/// What a side table gave.
#[derive(Clone, Debug, PartialEq)]
pub struct SideTable<T> {
    /// The rows that could be read, in order.
    pub rows: Vec<T>,
    /// What could not.
    pub rejects: Vec<Reject>,
}

/// The tables that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// What is known of each account beside the logs.
    Accounts,
    /// Releases, bans and other moments.
    Releases,
}

impl TableKind {
    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Accounts => "accounts table",
            Self::Releases => "releases table",
        }
    }
}

/// The columns of an accounts table.
pub(super) const OF_AN_ACCOUNT: [&str; 13] = [
    "account_id",
    "org_id",
    "created_at",
    "closed_at",
    "email_domain",
    "email_pattern",
    "declared_country",
    "payment_fingerprint",
    "phone_prefix",
    "plan",
    "verification",
    "program",
    "allowlist_reason",
];
/// What a record of a call has and a row about an account or a release has not.
const OF_A_CALL: [&str; 7] = [
    "timestamp",
    "request_id",
    "input_tokens",
    "output_tokens",
    "prompt",
    "endpoint",
    "latency_ms",
];

/// Recognises a table by the names of its columns. `None` for logs, and for any table that is
/// not certainly one of the two.
pub fn recognise(head: &Head<'_>) -> Option<TableKind> {
    if magic::binary(head.bytes).is_some() {
        return None;
    }
    let sample = Sample::cut_up_to(head, 1).ok()?;
    let first = sample.records.first().and_then(|r| r.value.as_ref()).and_then(Value::as_object);
    let is = |column: &String, name: &str| plain(column) == plain(name);
    let has = |name: &str| match sample.is_table() {
        true => sample.header().iter().any(|column| is(column, name)),
        false => first.is_some_and(|object| object.keys().any(|key| is(key, name))),
    };
    if OF_A_CALL.into_iter().any(has) {
        None
    } else if has("account_id") && !has("model") && OF_AN_ACCOUNT[2..].iter().any(|name| has(name))
    {
        Some(TableKind::Accounts)
    } else if (has("model") && has("released_at")) || (has("label") && has("kind") && has("at")) {
        Some(TableKind::Releases)
    } else {
        None
    }
}

/// What a table is known by.
pub(super) struct Needed {
    /// Columns of which it has one at least.
    pub any_of: &'static [&'static str],
    /// What a table without any of them is called.
    pub seen: &'static str,
    /// What to try then.
    pub hint: &'static str,
    /// Every name that is known, under which a column is given whatever its case and punctuation.
    pub names: &'static [&'static str],
    /// What else a column may be called in place of the first of them, best first.
    pub synonyms: &'static [(&'static str, f64)],
}

impl Needed {
    /// Our names for those of a record; a name that is not known stays.
    fn named(&self, object: Row) -> Row {
        let ours = |name: &String| self.names.iter().find(|ours| plain(ours) == plain(name));
        let first = self.names[0];
        let has_first = object.keys().any(|name| ours(name) == Some(&first));
        let other = |(synonym, _): &(&str, f64)| {
            object.keys().find(|name| plain(name) == *synonym).cloned()
        };
        let stands_in = if has_first { None } else { self.synonyms.iter().find_map(other) };
        let mut named = Row::new();
        for (name, value) in object {
            let known = match stands_in.as_ref() == Some(&name) {
                true => Some(&first),
                false => ours(&name),
            };
            // Of two columns for one name the one that has a value counts.
            let entry = named.entry(known.map_or(name, |name| (*name).to_owned()));
            let entry = entry.or_insert(Value::Null);
            if entry.is_null() {
                *entry = value;
            }
        }
        named
    }
}

/// The object that a record of a side table is.
type Row = serde_json::Map<String, Value>;

/// Reads a side table: CSV with a header, JSON lines or a JSON array. `row` makes a row of an
/// object; a row of a table is an object of texts, with null for empty cells.
pub(super) fn read<T>(
    bytes: &[u8],
    file_name: &str,
    needed: &Needed,
    mut row: impl FnMut(&Row) -> Result<T, String>,
) -> Result<SideTable<T>, DetectError> {
    let container = container(bytes, file_name)?;
    let has = |name: &str| needed.any_of.contains(&name);
    let is_csv = matches!(container, Container::Csv { .. });
    let mut known = match &container {
        Container::Csv { header, .. } => {
            let empty = header.iter().map(|name| (name.clone(), Value::Null)).collect();
            needed.named(empty).keys().any(|name| has(name))
        }
        _ => false,
    };
    let mut table = SideTable { rows: Vec::new(), rejects: Vec::new() };
    for (span, record) in split::records(bytes, &container) {
        let object = match span.other_header {
            true => Err(split::OTHER_HEADER.into()),
            false => object(&container, record).map(|object| needed.named(object)),
        };
        known |= object.as_ref().is_ok_and(|object| object.keys().any(|name| has(name)));
        match object.and_then(|object| row(&object).map_err(Reason::from)) {
            Ok(row) => table.rows.push(row),
            Err(reason) => {
                table.rejects.push(Reject::of(record, span.line, span.start, reason));
            }
        }
    }
    if !known && (is_csv || !table.rejects.is_empty()) {
        let (seen, hint) = (needed.seen.to_owned(), needed.hint.to_owned());
        return Err(DetectError::NotALog { seen, hint });
    }
    Ok(table)
}

/// How a side table is laid out.
fn container(bytes: &[u8], file_name: &str) -> Result<Container, DetectError> {
    if bytes.is_empty() {
        return Err(DetectError::Empty);
    }
    if let Some(error) = magic::binary(bytes) {
        return Err(error);
    }
    let complete = bytes.len() <= HEAD_BYTES;
    let head = Head { bytes: &bytes[..bytes.len().min(HEAD_BYTES)], complete, file_name };
    let container = Sample::cut(&head)?.container;
    let is_broken = |name: &String| name.contains('\u{fffd}');
    match &container {
        Container::Csv { header, .. } if header.iter().any(is_broken) => {
            Err(DetectError::NotALog {
                seen: "a table whose header is not UTF-8".to_owned(),
                hint: "save it as UTF-8".to_owned(),
            })
        }
        _ => Ok(container),
    }
}

/// A record as an object, read as strictly as a record of a log.
fn object(container: &Container, record: &[u8]) -> Result<Row, Reason> {
    let Container::Csv { delimiter, header } = container else {
        let value = serde_json::from_str(json::utf8(record)?);
        return match value.map_err(|error| json::json_reason(&error))? {
            Value::Object(object) => Ok(object),
            _ => Err("not a JSON object".into()),
        };
    };
    let value = |cell: Cow<'_, str>| match csv::is_no_value(&cell) {
        true => Value::Null,
        false => Value::String(cell.into_owned()),
    };
    let cells = csv::Cells::new(csv::utf8_row(record)?, *delimiter).map(|cell| cell.map(value));
    let cells: Vec<Value> = cells.collect::<Result<_, _>>()?;
    csv::check_width(cells.len(), header.len())?;
    Ok(header.iter().cloned().zip(cells).collect())
}

/// A scalar as text; `None` for null, empty and nested values.
pub(super) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::json::NOT_UTF_8;

    fn kind(text: &str) -> Option<TableKind> {
        recognise(&Head { bytes: text.as_bytes(), complete: true, file_name: "x" })
    }

    #[test]
    fn tables_are_known_by_their_columns_and_logs_are_no_tables() {
        let accounts = Some(TableKind::Accounts);
        assert_eq!(kind("account_id,created_at,plan\na,2026-01-01,pro\n"), accounts);
        assert_eq!(kind("account_id;plan\n"), accounts);
        assert_eq!(kind("{\"account_id\":\"a\",\"email_domain\":\"x.example\"}\n"), accounts);
        assert_eq!(kind("model,released_at\natlas-4,2026-01-01\n"), Some(TableKind::Releases));
        assert_eq!(kind("label,kind,at\nx,ban,2026-01-01\n"), Some(TableKind::Releases));
        for log in [
            "timestamp,account_id,plan\n2026-01-01,a,pro\n",
            "account_id,created_at,model,plan\na,2026-01-01,m,pro\n",
            "{\"account_id\":\"a\",\"created_at\":1738000000,\"input_tokens\":3}\n",
            "account_id,role\na,background\n",
            "label,at\nx,2026-01-01\n",
            "",
            "\u{0}",
        ] {
            assert_eq!(kind(log), None, "{log}");
        }
    }

    /// The ids and the lines and reasons of a table read as one of accounts.
    fn accounts(bytes: &[u8]) -> (Vec<String>, Vec<(u64, String)>) {
        let options = crate::ingest::ReaderOptions::default();
        let table = crate::ingest::read_accounts(bytes, "x", &options).expect("a table");
        (
            table.rows.into_iter().map(|row| row.account_id).collect(),
            table.rejects.into_iter().map(|reject| (reject.line, reject.reason)).collect(),
        )
    }

    #[test]
    fn what_is_broken_in_a_table_is_a_reject_with_its_place_and_the_rest_is_read() {
        let (ids, rejects) = accounts(b"account_id,plan\na,pro\nb,\"free\nc,pro\n");
        assert_eq!(ids, ["a"]);
        assert_eq!(rejects, [(3, "a quoted field is not closed".to_owned())]);
        let (ids, rejects) = accounts(b"account_id,plan\na,caf\xe9\nb,pro\n");
        assert_eq!((ids, rejects), (vec!["b".to_owned()], vec![(2, NOT_UTF_8.into_owned())]));
        let (ids, rejects) = accounts(b"[{\"account_id\":\"a\"},\n{\"account_id\":\"b\"},");
        assert_eq!((ids, rejects), (vec!["a".to_owned(), "b".to_owned()], vec![]));
        let object = |id: &str| format!("{{\n\"account_id\": {id}\n}}\n");
        let pretty = [object("\"a\""), object("oops"), object("\"c\"")].concat();
        let (ids, rejects) = accounts(pretty.as_bytes());
        assert_eq!(ids, ["a", "c"]);
        assert_eq!(rejects, [(4, "not valid JSON: expected value".to_owned())]);
    }

    #[test]
    fn a_header_that_is_not_utf_8_is_refused() {
        let options = crate::ingest::ReaderOptions::default();
        let bytes = b"account_id,gr\xf6\xdfe\na,1\n";
        let read = crate::ingest::read_accounts(bytes, "x", &options);
        assert!(read.is_err_and(|error| error.to_string().contains("UTF-8")));
    }
}

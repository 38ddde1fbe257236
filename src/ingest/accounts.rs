//! The accounts table: what the provider's own account system knows of each account.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::DetectError;
use super::side::{self, SideTable, scalar_text};
use super::time::TimeParser;

/// Columns that hold times and are normalised to RFC 3339, UTC.
const TIMES: [&str; 2] = ["created_at", "closed_at"];

/// What is known of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountAttributes {
    /// The account, as the log calls it.
    pub account_id: String,
    /// Every other column that has a value, by its name in the file.
    pub attributes: BTreeMap<String, String>,
}

/// Reads an accounts table: CSV, JSON lines or a JSON array, one account a row. Columns that
/// Stillwatch does not know are kept.
///
/// # Errors
/// What the bytes are instead of a table. Single rows that cannot be read are rejects.
pub fn read_accounts(
    bytes: &[u8],
    file_name: &str,
) -> Result<SideTable<AccountAttributes>, DetectError> {
    let times = TimeParser::new(TimeZone::UTC);
    let table = side::read(bytes, file_name, |row| {
        let account_id = row.get("account_id").and_then(scalar_text);
        let account_id = account_id.ok_or("account_id missing")?;
        let mut attributes = BTreeMap::new();
        for (name, value) in row.iter().filter(|(name, _)| *name != "account_id") {
            let Some(text) = scalar_text(value) else { continue };
            let text = if TIMES.contains(&name.as_str()) {
                let stamp = times.text(&text).map_err(|why| format!("{name}: {why}"))?;
                stamp.at.to_string()
            } else {
                text
            };
            attributes.insert(name.clone(), text);
        }
        Ok(AccountAttributes { account_id, attributes })
    })?;
    if table.rows.is_empty() && table.rejects.iter().all(|r| r.reason == "account_id missing") {
        return Err(DetectError::NotALog {
            seen: "a table without a column account_id".to_owned(),
            hint: "an accounts table needs account_id; all other columns are optional".to_owned(),
        });
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accounts_table_keeps_every_column_and_normalises_times() {
        let csv = "account_id,created_at,plan,shoe_size\n\
                   a1,2026-01-02 03:04:05,pro,44\n\
                   a2,,free,\n\
                   ,2026-01-01,pro,1\n\
                   a3,whenever,pro,2\n\
                   a4,2026-01-01\n";
        let table = read_accounts(csv.as_bytes(), "accounts.csv").expect("a table");
        let ids: Vec<_> = table.rows.iter().map(|r| r.account_id.as_str()).collect();
        assert_eq!(ids, ["a1", "a2"]);
        let first = &table.rows[0].attributes;
        assert_eq!(first["created_at"], "2026-01-02T03:04:05Z");
        assert_eq!(first["shoe_size"], "44");
        assert_eq!(table.rows[1].attributes.len(), 1);
        let why: Vec<_> = table.rejects.iter().map(|r| (r.line, r.reason.as_str())).collect();
        assert_eq!(
            why,
            [
                (4, "account_id missing"),
                (5, "created_at: timestamp not understood"),
                (6, "the row does not have 4 fields"),
            ]
        );
    }

    #[test]
    fn json_lines_will_do_as_well() {
        let json = "{\"account_id\": 7, \"plan\": \"pro\", \"closed_at\": 1738000000}\n";
        let table = read_accounts(json.as_bytes(), "accounts.jsonl").expect("a table");
        assert_eq!(table.rows[0].account_id, "7");
        assert_eq!(table.rows[0].attributes["closed_at"], "2025-01-27T17:46:40Z");
    }

    #[test]
    fn another_table_is_refused_as_a_whole() {
        let error = read_accounts(b"name,plan\na,pro\n", "x.csv").expect_err("no account_id");
        assert!(error.to_string().contains("account_id"), "{error}");
    }
}

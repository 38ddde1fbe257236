//! The accounts table: what the provider's own account system knows of each account.

use std::collections::BTreeMap;

use super::side::{self, SideTable, scalar_text};
use super::synonyms::synonyms_of;
use super::time::TimeParser;
use super::{DetectError, ReaderOptions};
use crate::model::Field;

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
    options: &ReaderOptions,
) -> Result<SideTable<AccountAttributes>, DetectError> {
    let times = TimeParser::new(options.timezone.clone());
    let needed = side::Needed {
        any_of: &["account_id"],
        seen: "a table without a column account_id",
        hint: "an accounts table needs account_id; all other columns are optional",
        names: &side::OF_AN_ACCOUNT,
        synonyms: synonyms_of(Field::AccountId),
    };
    side::read(bytes, file_name, &needed, |row| {
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
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_accounts(text: &[u8], name: &str) -> Result<SideTable<AccountAttributes>, DetectError> {
        super::read_accounts(text, name, &ReaderOptions::default())
    }

    #[test]
    fn times_without_a_zone_are_local_to_the_zone_of_the_import() {
        let berlin = ReaderOptions::in_zone("Europe/Berlin").expect("a zone");
        let csv = b"account_id,created_at\na,2026-08-05\nb,20260805\n";
        let table = super::read_accounts(csv, "accounts.csv", &berlin).expect("a table");
        for row in &table.rows {
            assert_eq!(row.attributes["created_at"], "2026-08-04T22:00:00Z", "{}", row.account_id);
        }
    }

    #[test]
    fn a_table_without_rows_is_a_table() {
        let table = read_accounts(b"account_id,plan\n", "accounts.csv").expect("a table");
        assert!(table.rows.is_empty() && table.rejects.is_empty());
    }

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
                (6, "row has fewer fields than the header"),
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
    fn columns_are_known_whatever_their_case_and_punctuation_and_accounts_by_other_names() {
        let table =
            read_accounts(b"Account ID;Plan;Shoe size\na;pro;44\n", "x.csv").expect("table");
        assert_eq!(table.rows[0].account_id, "a");
        let names: Vec<&String> = table.rows[0].attributes.keys().collect();
        assert_eq!(names, ["Shoe size", "plan"]);
        let table = read_accounts(b"User;E-Mail;Created At\na;x@y;2026-01-01\n", "x.csv");
        let row = &table.expect("a table").rows[0];
        assert_eq!((row.account_id.as_str(), row.attributes["E-Mail"].as_str()), ("a", "x@y"));
        assert_eq!(row.attributes["created_at"], "2026-01-01T00:00:00Z");
        let table = read_accounts(b"{\"accountId\":\"a\",\"user\":\"u\"}\n", "x.jsonl");
        let row = &table.expect("a table").rows[0];
        assert_eq!((row.account_id.as_str(), row.attributes["user"].as_str()), ("a", "u"));
    }

    #[test]
    fn another_table_is_refused_as_a_whole() {
        let error = read_accounts(b"name,plan\na,pro\n", "x.csv").expect_err("no account_id");
        assert!(error.to_string().contains("account_id"), "{error}");
    }
}

//! What becomes of texts that somebody chose who wants to break what reads them, and of many
//! accounts.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::testing;
use super::tests::objects;
use super::*;

/// Every text of a value; nothing may be empty, and nothing null.
fn texts(of: &Json, all: &mut BTreeSet<String>) {
    match of {
        Json::Null => panic!("null"),
        Json::String(text) => {
            assert!(!text.is_empty());
            all.insert(text.clone());
        }
        Json::Array(list) => {
            assert!(!list.is_empty());
            list.iter().for_each(|of| texts(of, all));
        }
        Json::Object(map) => {
            assert!(!map.is_empty());
            map.values().for_each(|of| texts(of, all));
        }
        Json::Bool(_) | Json::Number(_) => {}
    }
}

#[test]
fn no_text_or_list_is_empty_and_every_text_reads_back_as_it_was() {
    for facts in [testing::empty(), testing::rich(), testing::hostile()] {
        let mut all = BTreeSet::new();
        objects(&facts).iter().for_each(|of| texts(of, &mut all));
        let mut ids = facts.accounts.iter().map(|account| &account.id);
        assert_eq!(ids.find(|id| !id.is_empty() && !all.contains(*id)), None);
        let mut notes = facts.notes.iter().map(|note| &note.text);
        assert_eq!(notes.find(|text| !text.trim().is_empty() && !all.contains(*text)), None);
    }
}

#[test]
fn nothing_hidden_stands_in_the_file_itself() {
    let mut out = Vec::new();
    write(&mut out, &testing::hostile()).unwrap();
    let text = String::from_utf8(out).unwrap();
    let hidden = |c: &char| c.is_control() && *c != '\n' || ('\u{2028}'..='\u{202e}').contains(c);
    assert_eq!(text.chars().find(hidden), None);
}

#[test]
fn accounts_that_differ_in_anything_stay_different_accounts() {
    let facts = testing::hostile();
    let objects = objects(&facts);
    let accounts = objects.iter().filter(|of| of["type"] == "user-account");
    let ids: BTreeSet<&str> = accounts.map(|of| of["user_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), facts.accounts.len());
    assert!(ids.contains("(empty)") && ids.contains("case-000000000000ca5e:"));
}

#[test]
fn a_text_never_leaves_the_property_it_stands_in() {
    let facts = testing::hostile();
    let known: BTreeSet<String> =
        objects(&testing::rich()).iter().map(|of| of["type"].to_string()).collect();
    for of in objects(&facts) {
        assert!(known.contains(&of["type"].to_string()), "{}", of["type"]);
        if let Some(pattern) = of["pattern"].as_str() {
            assert_eq!(pattern.matches('[').count(), 1);
            assert!(pattern.chars().all(|c| c.is_ascii_graphic() || c == ' '), "{pattern}");
        }
    }
}

#[test]
fn twenty_five_thousand_accounts_are_written_one_object_at_a_time() {
    /// Keeps nothing but how much there was, and the longest line before the report.
    #[derive(Default)]
    struct Passing {
        bytes: u64,
        writes: u64,
    }
    impl Write for Passing {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.bytes += bytes.len() as u64;
            self.writes += 1;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let facts = testing::large(25_000);
    let mut passing = Passing::default();
    let counts = write(&mut passing, &facts).unwrap();
    assert_eq!(counts.of("user-account"), 25_000);
    assert_eq!(counts.of("observed-data"), 25_000);
    assert_eq!(counts.of("grouping"), 25);
    // Members, cards, addresses, and a tie from each to the next.
    assert_eq!(counts.of("relationship"), 4 * 25_000 - 1);
    // In parts as they come, never the whole at once.
    assert!(passing.writes > 100 && passing.bytes / passing.writes < 1 << 20, "{}", passing.writes);
}

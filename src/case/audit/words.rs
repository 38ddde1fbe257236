//! What an entry of the journal did, in words: what was, and what is since.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::record::changes;
use crate::model::book::{Entry, Item};
use crate::model::filter::time_text;
use crate::model::{Change, VerdictRecord};
use crate::store::JournalEntry;

/// One thing that an entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Of what: an account, a view, a field.
    pub what: String,
    /// What was; empty where the entry says of nothing that it was otherwise.
    pub before: String,
    /// What is since.
    pub after: String,
}

impl Said {
    fn new(what: impl Into<String>, before: impl Into<String>, after: impl Into<String>) -> Self {
        Self { what: what.into(), before: before.into(), after: after.into() }
    }
}

/// All that an entry says; of an edit only what touches some accounts, where they are given.
pub fn said(entry: &JournalEntry, accounts: Option<&BTreeSet<String>>) -> Vec<Said> {
    let Some(all) = changes(entry) else { return particulars(entry) };
    let is_wanted = |change: &&Change| {
        accounts.is_none_or(|of| change.account().is_some_and(|account| of.contains(account)))
    };
    all.iter().filter(is_wanted).flat_map(of_change).collect()
}

fn of_change(change: &Change) -> Vec<Said> {
    let one = |said| vec![said];
    match change {
        Change::Verdict { account, before, after } => {
            one(Said::new(account, verdict(before.as_ref()), verdict(after.as_ref())))
        }
        Change::Tag { account, tag, present } => {
            let (with, without) = (format!("tag “{tag}”"), "without it".to_owned());
            one(turned(account, without, with, *present))
        }
        Change::Note { account, note, present } => {
            let (with, without) = (format!("note “{}”", note.text), "no such note".to_owned());
            one(turned(account, without, with, *present))
        }
        Change::TimeNote { note, present } => {
            let (with, without) = (format!("note “{}”", note.note.text), "no such note".to_owned());
            one(turned(&time_text(note.span), without, with, *present))
        }
        Change::View { view, present } => {
            let with = format!("kept, with {} rows of {} accounts", view.rows, view.accounts);
            let what = format!("view “{}”", view.name);
            one(turned(&what, "not kept".to_owned(), with, *present))
        }
        Change::Book { before, after } => book(before.as_ref(), after.as_ref()),
    }
}

/// Something that is there afterwards, or no longer.
fn turned(what: &str, without: String, with: String, present: bool) -> Said {
    match present {
        true => Said::new(what, without, with),
        false => Said::new(what, with, without),
    }
}

fn verdict(record: Option<&VerdictRecord>) -> String {
    record.map_or_else(|| "no verdict".to_owned(), VerdictRecord::words)
}

/// An entry of the case book: each field that is another one.
fn book(before: Option<&Entry>, after: Option<&Entry>) -> Vec<Said> {
    let Some(any) = after.or(before) else { return Vec::new() };
    let title = any.item.title();
    let (Some(before), Some(after)) = (before, after) else {
        let (with, without) = (in_one(&any.item), "not in the book".to_owned());
        return vec![turned(&title, without, with, after.is_some())];
    };
    let differs = differing(&before.item, &after.item).into_iter();
    let other = differs.map(|(name, before, after)| {
        let shown = |text: String| if text.is_empty() { "nothing".to_owned() } else { text };
        Said::new(format!("{title}, {name}"), shown(before), shown(after))
    });
    other.collect()
}

/// Each field that two items differ in: its name, the one value, and the other.
pub fn differing(one: &Item, other: &Item) -> Vec<(String, String, String)> {
    let (one, other) = (fields(one), fields(other));
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let value = |of: &BTreeMap<String, String>, name| of.get(name).cloned().unwrap_or_default();
    let differs = names.into_iter().filter(|name| one.get(*name) != other.get(*name));
    differs.map(|name| (name.clone(), value(&one, name), value(&other, name))).collect()
}

/// All fields that say something, on one line.
pub fn in_one(item: &Item) -> String {
    let all = fields(item).into_iter().filter(|(_, value)| !value.is_empty());
    let all: Vec<String> = all.map(|(name, value)| format!("{name} {value}")).collect();
    all.join(" · ")
}

/// The fields of an item by name, as they are kept. The state of a view is for programs.
fn fields(item: &Item) -> BTreeMap<String, String> {
    let kept = serde_json::to_value(item).unwrap_or_default();
    let inner = kept.as_object().and_then(|kinds| kinds.values().next());
    let all = inner.and_then(Value::as_object).into_iter().flatten();
    let shown = all.filter(|(name, _)| *name != "state");
    shown.map(|(name, value)| (name.replace('_', " "), plain(value))).collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(all) => all.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(_) => value.to_string(),
    }
}

/// What an entry says that is no edit: its particulars by name, or as they stand.
fn particulars(entry: &JournalEntry) -> Vec<Said> {
    match serde_json::from_str::<Value>(&entry.detail) {
        Ok(Value::Object(all)) => {
            let named = all.iter().map(|(name, value)| (name.replace('_', " "), plain(value)));
            named.map(|(name, value)| Said::new(name, "", value)).collect()
        }
        Ok(Value::Array(all)) if all.is_empty() => Vec::new(),
        _ => vec![Said::new("particulars, as they stand", "", entry.detail.clone())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::book::{Hypothesis, Status};
    use crate::model::{Confidence, Time, Verdict};

    fn entry(action: &str, detail: String) -> JournalEntry {
        JournalEntry {
            id: 1,
            at: Time(1),
            actor: "ann".into(),
            action: action.into(),
            target: String::new(),
            detail,
            hash: String::new(),
        }
    }

    fn edit(changes: &[Change]) -> JournalEntry {
        entry("edit", Change::write_all(changes))
    }

    fn flagged(account: &str) -> Change {
        let record = VerdictRecord {
            verdict: Verdict::Suspicious,
            confidence: Confidence::High,
            reason: "takes turns".into(),
            at: Time(1),
            actor: "ann".into(),
        };
        Change::Verdict { account: account.into(), before: None, after: Some(record) }
    }

    #[test]
    fn a_verdict_reads_from_what_was_to_what_is_and_its_undoing_the_other_way() {
        let (was, is) = ("no verdict", "suspicious, high confidence: “takes turns”");
        assert_eq!(said(&edit(&[flagged("a")]), None), [Said::new("a", was, is)]);
        let undone = entry("undo", Change::write_all(&[flagged("a").inverse()]));
        assert_eq!(said(&undone, None), [Said::new("a", is, was)]);
    }

    #[test]
    fn of_many_accounts_only_those_are_said_that_are_asked_for() {
        let all: Vec<Change> = (0..100).map(|i| flagged(&format!("ac{i}"))).collect();
        let only = BTreeSet::from(["ac7".to_owned(), "elsewhere".to_owned()]);
        let said = said(&edit(&all), Some(&only));
        assert_eq!(said.iter().map(|s| s.what.as_str()).collect::<Vec<_>>(), ["ac7"]);
    }

    #[test]
    fn of_an_entry_of_the_book_the_fields_are_said_that_differ() {
        let claim = |status, supports| {
            let claim = "one operator".to_owned();
            let item =
                Item::Hypothesis(Hypothesis { claim, status, supports, ..Default::default() });
            Entry { id: 4, item, at: Time(1), actor: "ann".into() }
        };
        let (old, new) = (claim(Status::Open, vec![]), claim(Status::Supported, vec![2, 3]));
        let change = Change::Book { before: Some(old), after: Some(new.clone()) };
        let title = "hypothesis “one operator”";
        assert_eq!(
            said(&edit(&[change]), None),
            [
                Said::new(format!("{title}, status"), "open", "supported"),
                Said::new(format!("{title}, supports"), "nothing", "2, 3"),
            ]
        );
        let gone = said(&edit(&[Change::Book { before: Some(new), after: None }]), None);
        assert_eq!(gone[0].after, "not in the book");
        assert!(gone[0].before.contains("claim one operator · status supported"), "{gone:?}");
    }

    #[test]
    fn other_entries_say_their_particulars_by_name() {
        let found = said(&entry("import", r#"{"source":1,"rows":12,"problem":null}"#.into()), None);
        let names: Vec<&str> = found.iter().map(|said| said.what.as_str()).collect();
        assert_eq!(names, ["problem", "rows", "source"]);
        let raw = said(&entry("edit", "no JSON".into()), None);
        assert_eq!(raw, [Said::new("particulars, as they stand", "", "no JSON")]);
        assert!(said(&edit(&[]), None).is_empty());
    }
}

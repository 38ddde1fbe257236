//! The journal, read once, and what can be looked for in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::case::StepKind;
use crate::job::{Cancelled, Progress};
use crate::model::Change;
use crate::store::{CaseFile, JournalBreak, JournalEntry, StoreError, check_journal};

/// Entries between two looks at the progress.
const CHECK_EVERY: usize = 256;
/// From so many accounts on an entry is read at once, and not searched for each of them before.
const FEW: usize = 8;

/// What an edit is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum About {
    /// Verdicts on accounts.
    Verdict,
    /// Tags of accounts.
    Tag,
    /// Notes on accounts.
    Note,
    /// Notes on ranges of time.
    TimeNote,
    /// Saved views.
    View,
    /// The case book.
    Book,
}

impl About {
    fn of(change: &Change) -> Self {
        match change {
            Change::Verdict { .. } => Self::Verdict,
            Change::Tag { .. } => Self::Tag,
            Change::Note { .. } => Self::Note,
            Change::TimeNote { .. } => Self::TimeNote,
            Change::View { .. } => Self::View,
            Change::Book { .. } => Self::Book,
        }
    }

    /// What it is called in a list.
    pub fn words(self) -> &'static str {
        match self {
            Self::Verdict => "verdicts",
            Self::Tag => "tags",
            Self::Note => "notes on accounts",
            Self::TimeNote => "notes on ranges of time",
            Self::View => "saved views",
            Self::Book => "case book",
        }
    }
}

/// A kind of entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// By its action: `import`, `undo`.
    Action(String),
    /// By what its changes are about.
    About(About),
}

impl Kind {
    /// What it is called in a list.
    pub fn words(&self) -> &str {
        match self {
            Self::Action(action) => action,
            Self::About(about) => about.words(),
        }
    }
}

/// One entry, with what its particulars come to.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// As it stands in the case.
    pub entry: JournalEntry,
    /// What its changes are about; `None` where it is no edit, or cannot be read as one.
    pub about: Option<About>,
    /// How many changes it makes.
    pub changes: u64,
}

/// What the journal says of an archive whose members were imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveNote {
    /// Where it lay.
    pub path: PathBuf,
    /// Its SHA-256, lower-case hex.
    pub sha256: String,
}

/// A journal that was read, with what follows from it.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// All entries, oldest first.
    pub entries: Vec<Recorded>,
    /// Where the chain breaks, if it does.
    pub broken: Option<JournalBreak>,
    /// The kinds there are, with how many entries each has: actions first.
    pub kinds: Vec<(Kind, u64)>,
    /// Who imported a source, by its id.
    imported: BTreeMap<u32, String>,
    /// The archive that a source came in, by its id.
    archives: BTreeMap<u32, ArchiveNote>,
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Words anywhere in an entry, whatever their case.
    pub text: String,
    /// Only entries of this kind.
    pub kind: Option<Kind>,
    /// Only entries that touch one of these accounts.
    pub accounts: Option<Arc<BTreeSet<String>>>,
}

impl Wanted {
    /// Whether nothing is left out.
    pub fn is_everything(&self) -> bool {
        self.text.trim().is_empty() && self.kind.is_none() && self.accounts.is_none()
    }
}

impl Record {
    /// Reads the journal of a case and checks its chain.
    ///
    /// # Errors
    /// When the file cannot be read, or the work was asked to stop.
    pub fn read(file: &CaseFile, progress: &Progress) -> Result<Self, StoreError> {
        let mut journal = file.journal()?;
        // They wait for the next edit, and are part of the same chain.
        journal.extend(file.waiting_exports()?.entries);
        progress.set_phase("checking the chain", journal.len() as u64);
        let broken = check_journal(&journal);
        Ok(Self { broken, ..Self::of(journal, progress)? })
    }

    fn of(journal: Vec<JournalEntry>, progress: &Progress) -> Result<Self, Cancelled> {
        let mut record = Self::default();
        let mut kinds: BTreeMap<Kind, u64> = BTreeMap::new();
        for (at, entry) in journal.into_iter().enumerate() {
            if at % CHECK_EVERY == 0 {
                progress.check()?;
                progress.advance(CHECK_EVERY as u64);
            }
            let changes = changes(&entry).unwrap_or_default();
            let about = changes.first().map(About::of);
            *kinds.entry(Kind::Action(entry.action.clone())).or_default() += 1;
            if let Some(about) = about {
                *kinds.entry(Kind::About(about)).or_default() += 1;
            }
            record.note_origin(&entry);
            record.entries.push(Recorded { entry, about, changes: changes.len() as u64 });
        }
        record.kinds = kinds.into_iter().collect();
        Ok(record)
    }

    /// Keeps what an entry says of where sources came from.
    fn note_origin(&mut self, entry: &JournalEntry) {
        let detail = || serde_json::from_str::<serde_json::Value>(&entry.detail).ok();
        let id = |value: &serde_json::Value| value.as_u64().and_then(|id| u32::try_from(id).ok());
        match entry.action.as_str() {
            "import" => {
                if let Some(source) = detail().as_ref().and_then(|detail| id(&detail["source"])) {
                    self.imported.insert(source, entry.actor.clone());
                }
            }
            "archive" => {
                let Some(detail) = detail() else { return };
                let Some(sha256) = detail["sha256"].as_str() else { return };
                let note =
                    ArchiveNote { path: entry.target.clone().into(), sha256: sha256.to_owned() };
                let sources = detail["sources"].as_array().into_iter().flatten().filter_map(id);
                self.archives.extend(sources.map(|source| (source, note.clone())));
            }
            _ => {}
        }
    }

    /// Who imported a source.
    pub fn imported_by(&self, source: u32) -> Option<&str> {
        self.imported.get(&source).map(String::as_str)
    }

    /// The archive that a source came in.
    pub fn archive_of(&self, source: u32) -> Option<&ArchiveNote> {
        self.archives.get(&source)
    }

    /// The entry of a number.
    pub fn entry(&self, id: u64) -> Option<&Recorded> {
        // Numbers of a journal that holds together rise by one; one that does not is walked.
        let at = usize::try_from(id).ok()?.checked_sub(1)?;
        let is_it = |recorded: &&Recorded| recorded.entry.id == id;
        let usual = self.entries.get(at).filter(is_it);
        usual.or_else(|| self.entries.iter().find(|recorded| recorded.entry.id == id))
    }

    /// Positions of the entries that are looked for, newest first.
    ///
    /// # Errors
    /// [`Cancelled`].
    pub fn find(&self, wanted: &Wanted, progress: &Progress) -> Result<Vec<u32>, Cancelled> {
        let text = wanted.text.trim().to_lowercase();
        let mut found = Vec::new();
        for (at, recorded) in self.entries.iter().enumerate().rev() {
            if at % CHECK_EVERY == 0 {
                progress.check()?;
            }
            let of_kind = match &wanted.kind {
                None => true,
                Some(Kind::Action(action)) => recorded.entry.action == *action,
                Some(Kind::About(about)) => recorded.about == Some(*about),
            };
            if of_kind
                && says(&recorded.entry, &text)
                && wanted.accounts.as_ref().is_none_or(|accounts| touches(recorded, accounts))
            {
                found.push(at as u32);
            }
        }
        Ok(found)
    }
}

/// The changes of an edit, of its undoing or redoing; `None` of another entry.
pub(super) fn changes(entry: &JournalEntry) -> Option<Vec<Change>> {
    StepKind::parse(&entry.action)?;
    Change::read_all(&entry.detail).ok()
}

/// Whether words, in small letters, stand in an entry.
fn says(entry: &JournalEntry, text: &str) -> bool {
    let fields = [&entry.actor, &entry.action, &entry.target, &entry.hash, &entry.detail];
    text.is_empty() || fields.iter().any(|field| field.to_lowercase().contains(text))
}

/// Whether an entry changes what is said of one of some accounts.
fn touches(recorded: &Recorded, accounts: &BTreeSet<String>) -> bool {
    if recorded.about.is_none() {
        return false;
    }
    // A fast path for the history of a few: what is written is written as JSON writes it, so that
    // an account whose JSON is not in the particulars is none of theirs. Must equal the lines below.
    let written = |account: &String| {
        let json = serde_json::to_string(account).unwrap_or_default();
        recorded.entry.detail.contains(&json)
    };
    if accounts.len() <= FEW && !accounts.iter().any(written) {
        return false;
    }
    let all = changes(&recorded.entry).unwrap_or_default();
    all.iter().filter_map(Change::account).any(|account| accounts.contains(account))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Confidence, Verdict};
    use crate::model::{Time, VerdictRecord};
    use proptest::prelude::*;

    fn entry(id: u64, action: &str, target: &str, detail: &str) -> JournalEntry {
        JournalEntry {
            id,
            at: Time(id as i64),
            actor: "Ann".into(),
            action: action.into(),
            target: target.into(),
            detail: detail.into(),
            hash: String::new(),
        }
    }

    fn verdict(account: &str) -> Change {
        let record = VerdictRecord {
            verdict: Verdict::Watch,
            confidence: Confidence::Low,
            reason: String::new(),
            at: Time(1),
            actor: "Ann".into(),
        };
        Change::Verdict { account: account.into(), before: None, after: Some(record) }
    }

    fn tag(account: &str) -> Change {
        Change::Tag { account: account.into(), tag: "ring".into(), present: true }
    }

    fn record() -> Record {
        let journal = vec![
            entry(1, "import", "/logs/a.jsonl", r#"{"source":1,"sha256":"ab"}"#),
            entry(2, "archive", "/logs/b.zip", r#"{"sha256":"cd","sources":[2,3]}"#),
            entry(
                3,
                "edit",
                "mark 2 accounts",
                &Change::write_all(&[verdict("a\"1"), verdict("b")]),
            ),
            entry(4, "undo", "mark 2 accounts", &Change::write_all(&[verdict("b")])),
            entry(5, "edit", "tag b as “ring”", &Change::write_all(&[tag("b")])),
            entry(6, "edit", "what nobody can read", "no JSON"),
        ];
        Record::of(journal, &Progress::default()).expect("not cancelled")
    }

    fn ids(record: &Record, wanted: &Wanted) -> Vec<u64> {
        let found = record.find(wanted, &Progress::default()).expect("not cancelled");
        found.iter().map(|at| record.entries[*at as usize].entry.id).collect()
    }

    fn history(accounts: &[&str]) -> Wanted {
        let accounts = accounts.iter().map(|a| (*a).to_owned()).collect();
        Wanted { accounts: Some(Arc::new(accounts)), ..Wanted::default() }
    }

    #[test]
    fn entries_are_found_newest_first_by_words_kind_and_account() {
        let record = record();
        assert_eq!(ids(&record, &Wanted::default()), [6, 5, 4, 3, 2, 1]);
        assert_eq!(ids(&record, &history(&["b"])), [5, 4, 3]);
        assert_eq!(ids(&record, &history(&["a\"1"])), [3], "as JSON writes it");
        assert!(ids(&record, &history(&["Ann"])).is_empty(), "who did it is not on whom");
        let text = |text: &str| Wanted { text: text.into(), ..Wanted::default() };
        assert_eq!(ids(&record, &text(" MARK ")), [4, 3]);
        let kind = |kind| Wanted { kind: Some(kind), ..Wanted::default() };
        assert_eq!(ids(&record, &kind(Kind::About(About::Tag))), [5]);
        assert_eq!(ids(&record, &kind(Kind::Action("undo".into()))), [4]);
        let both = Wanted { kind: Some(Kind::About(About::Verdict)), ..history(&["b"]) };
        assert_eq!(ids(&record, &both), [4, 3]);
    }

    #[test]
    fn the_journal_says_who_imported_a_source_and_in_which_archive_it_came() {
        let record = record();
        assert_eq!((record.imported_by(1), record.imported_by(2)), (Some("Ann"), None));
        assert_eq!(record.archive_of(3).map(|note| note.sha256.as_str()), Some("cd"));
        assert_eq!(record.archive_of(1), None);
        assert_eq!(record.kinds[0], (Kind::Action("archive".into()), 1));
        assert!(record.kinds.contains(&(Kind::About(About::Verdict), 2)));
        assert_eq!(record.entry(4).map(|found| found.changes), Some(1));
        assert!(record.entry(0).is_none() && record.entry(7).is_none());
    }

    proptest! {
        #[test]
        fn the_history_of_few_accounts_is_what_reading_every_entry_gives(
            names in proptest::collection::vec("[a-c\"\\\\é]{1,2}", 1..5),
            asked in proptest::collection::btree_set("[a-c\"\\\\é]{1,2}", 1..4),
        ) {
            let all: Vec<Change> = names.iter().map(|name| tag(name)).collect();
            let journal = vec![entry(1, "edit", "", &Change::write_all(&all))];
            let record = Record::of(journal, &Progress::default()).expect("not cancelled");
            let naive = names.iter().any(|name| asked.contains(name));
            prop_assert_eq!(touches(&record.entries[0], &asked), naive);
        }
    }
}

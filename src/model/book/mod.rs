//! The case book: what an analyst keeps in a case besides verdicts and notes. Hypotheses, the
//! evidence that a report shows in its order, tasks, the terms of use that were in force, and the
//! words that a report begins and ends with.

mod evidence;
mod hypothesis;
mod term;

use serde::{Deserialize, Serialize};

use super::Time;

pub use evidence::Evidence;
pub use hypothesis::{Hypothesis, Status};
pub use term::{Day, Term};

/// An entry of the case book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Id in the case, from 1; never given to another entry.
    pub id: u64,
    /// What it says.
    pub item: Item,
    /// When it was written, or last changed.
    pub at: Time,
    /// By whom.
    pub actor: String,
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// A claim, and how it stands.
    Hypothesis(Hypothesis),
    /// A view that was kept as evidence.
    Evidence(Evidence),
    /// Something to do.
    Task(Task),
    /// A clause of a provider's terms.
    Term(Term),
    /// A part of the report that only a person can write.
    Words(Words),
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// What.
    pub text: String,
    /// Whether it is done.
    pub is_done: bool,
}

/// A part of the report in the analyst's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Which part.
    pub part: Part,
    /// The words.
    pub text: String,
}

/// The parts of a report that only a person can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Why the case was opened, by whom.
    Predication,
    /// What speaks against the conclusions.
    Contrary,
    /// What was done, and what came of it.
    Actions,
    /// Who is behind it, as far as a person dares to say: apart from every score.
    Attribution,
}

impl Part {
    /// All, in the order of a report.
    pub const ALL: [Self; 4] =
        [Self::Predication, Self::Contrary, Self::Actions, Self::Attribution];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Predication => "predication",
            Self::Contrary => "contrary",
            Self::Actions => "actions",
            Self::Attribution => "attribution",
        }
    }

    /// The inverse of [`Part::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == name)
    }

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Predication => "Predication",
            Self::Contrary => "Contrary facts",
            Self::Actions => "Actions taken",
            Self::Attribution => "Attribution",
        }
    }

    /// What belongs there.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Predication => "why the case was opened, by whom, on what tip",
            Self::Contrary => "what speaks against the conclusions",
            Self::Actions => "accounts closed, limits set, notices sent, and what came of it",
            Self::Attribution => "who is behind it, if anybody dares to say; no score knows",
        }
    }
}

impl Item {
    /// The kind, as it is named in files.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Hypothesis(_) => "hypothesis",
            Self::Evidence(_) => "evidence",
            Self::Task(_) => "task",
            Self::Term(_) => "term",
            Self::Words(_) => "words",
        }
    }

    /// What it is called in the undo menu and the journal: `hypothesis “one operator”`.
    pub fn title(&self) -> String {
        let quoted = |text: &str| {
            let short: String = text.chars().take(60).collect();
            let end = if text.chars().count() > 60 { "…" } else { "" };
            format!("“{short}{end}”")
        };
        match self {
            Self::Hypothesis(of) => format!("hypothesis {}", quoted(&of.claim)),
            Self::Evidence(of) => format!("evidence {}", quoted(&of.title)),
            Self::Task(of) => format!("task {}", quoted(&of.text)),
            Self::Term(of) => format!("terms {}", quoted(&of.name())),
            Self::Words(of) => of.part.title().to_lowercase(),
        }
    }
}

/// The case book as it stands, by id.
pub type Book = Vec<Entry>;

/// Replaces an entry, adds one, or takes one out, by id.
pub fn put(book: &mut Book, before: Option<&Entry>, after: Option<&Entry>) {
    let Some(id) = after.or(before).map(|entry| entry.id) else { return };
    match (book.binary_search_by_key(&id, |entry| entry.id), after) {
        (Ok(at), Some(entry)) => book[at] = entry.clone(),
        (Ok(at), None) => drop(book.remove(at)),
        (Err(at), Some(entry)) => book.insert(at, entry.clone()),
        (Err(_), None) => {}
    }
}

/// The terms of a book, by provider and document.
pub fn terms(book: &[Entry]) -> Vec<(&Entry, &Term)> {
    let mut all: Vec<(&Entry, &Term)> = book
        .iter()
        .filter_map(|entry| match &entry.item {
            Item::Term(term) => Some((entry, term)),
            _ => None,
        })
        .collect();
    let key = |term: &Term| (term.provider.to_lowercase(), term.document.to_lowercase(), term.from);
    all.sort_by(|(a, x), (b, y)| key(x).cmp(&key(y)).then(a.id.cmp(&b.id)));
    all
}

/// The evidence of a book, in the order of the report.
pub fn evidence(book: &[Entry]) -> Vec<(&Entry, &Evidence)> {
    let mut all: Vec<(&Entry, &Evidence)> = book
        .iter()
        .filter_map(|entry| match &entry.item {
            Item::Evidence(evidence) => Some((entry, evidence)),
            _ => None,
        })
        .collect();
    all.sort_by_key(|(entry, evidence)| (evidence.place, entry.id));
    all
}

/// The hypotheses of a book, in the order written.
pub fn hypotheses(book: &[Entry]) -> Vec<(&Entry, &Hypothesis)> {
    let of = |entry: &'_ Entry| matches!(entry.item, Item::Hypothesis(_));
    book.iter()
        .filter(|entry| of(entry))
        .filter_map(|entry| match &entry.item {
            Item::Hypothesis(hypothesis) => Some((entry, hypothesis)),
            _ => None,
        })
        .collect()
}

/// What the analyst wrote for a part of the report; there is one at most.
pub fn words(book: &[Entry], part: Part) -> Option<(&Entry, &Words)> {
    book.iter().find_map(|entry| match &entry.item {
        Item::Words(words) if words.part == part => Some((entry, words)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(id: u64, text: &str) -> Entry {
        let item = Item::Task(Task { text: text.into(), is_done: false });
        Entry { id, item, at: Time(1), actor: "ann".into() }
    }

    #[test]
    fn an_entry_is_added_replaced_and_taken_out_by_its_id() {
        let mut book = Book::new();
        put(&mut book, None, Some(&task(2, "b")));
        put(&mut book, None, Some(&task(1, "a")));
        put(&mut book, Some(&task(2, "b")), Some(&task(2, "c")));
        assert_eq!(book, [task(1, "a"), task(2, "c")]);
        put(&mut book, Some(&task(1, "a")), None);
        put(&mut book, Some(&task(9, "x")), None);
        assert_eq!(book, [task(2, "c")]);
    }

    #[test]
    fn names_of_parts_lead_back_to_them() {
        for part in Part::ALL {
            assert_eq!(Part::parse(part.as_str()), Some(part));
        }
    }
}

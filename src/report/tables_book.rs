//! `casebook.csv`: what the analyst keeps besides verdicts.

use std::io::Write;

use super::csv::Table;
use super::tables::{Written, failed};
use crate::model::book::{self, Entry, Item};

/// Columns of `casebook.csv`. What a kind does not have is empty.
pub const BOOK_COLUMNS: &[&str] = &[
    "entry",
    "kind",
    "text",
    "status",
    "remark",
    "filter",
    "records",
    "accounts",
    "supports",
    "against",
    "in_force_from",
    "in_force_until",
    "models",
    "forbids_training",
    "checked",
    "url",
    "at",
    "actor",
];

/// Writes `casebook.csv`: evidence in the order of the report, all else as it was written.
///
/// # Errors
/// The writer's.
pub fn book(out: impl Write, book: &[Entry]) -> Written {
    let io = failed("casebook.csv");
    let mut table = Table::new(out, BOOK_COLUMNS).map_err(&io)?;
    let evidence = book::evidence(book).into_iter().map(|(entry, _)| entry);
    let others = book.iter().filter(|entry| !matches!(entry.item, Item::Evidence(_)));
    for entry in evidence.chain(others) {
        row(&mut table, entry).map_err(&io)?;
    }
    table.finish().map_err(io)
}

fn row(table: &mut Table<impl Write>, entry: &Entry) -> std::io::Result<()> {
    table.ours(entry.id)?;
    table.ours(entry.item.kind())?;
    match &entry.item {
        Item::Hypothesis(of) => {
            let ids = |ids: &[u64]| ids.iter().map(u64::to_string).collect::<Vec<_>>().join("; ");
            table.text(&of.claim)?;
            table.ours(of.status.as_str())?;
            table.text(&of.remark)?;
            empty(table, 3)?;
            table.ours(ids(&of.supports))?;
            table.ours(ids(&of.against))?;
            empty(table, 6)?;
        }
        Item::Evidence(of) => {
            table.text(&of.title)?;
            empty(table, 1)?;
            table.text(&of.remark)?;
            table.text(&of.filter)?;
            table.ours(of.rows)?;
            table.ours(of.accounts)?;
            empty(table, 8)?;
        }
        Item::Task(of) => {
            table.text(&of.text)?;
            table.ours(if of.is_done { "done" } else { "to do" })?;
            empty(table, 12)?;
        }
        Item::Term(of) => {
            table.text(&of.name())?;
            empty(table, 1)?;
            table.text(&of.paraphrase)?;
            empty(table, 5)?;
            table.number(of.from)?;
            table.number(of.until)?;
            table.text(&of.models)?;
            table.ours(of.forbids_training)?;
            table.number(of.checked)?;
            table.text(&of.url)?;
        }
        Item::Words(of) => {
            table.text(&of.text)?;
            table.ours(of.part.as_str())?;
            empty(table, 12)?;
        }
    }
    table.ours(entry.at)?;
    table.text(&entry.actor)?;
    table.end_row()
}

fn empty(table: &mut Table<impl Write>, cells: usize) -> std::io::Result<()> {
    (0..cells).try_for_each(|_| table.ours(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::starting_point;
    use crate::model::Time;
    use crate::model::book::{Evidence, Hypothesis, Part, Status, Task, Words};

    #[test]
    fn every_kind_of_entry_fills_a_row_and_a_formula_is_no_formula() {
        let evidence = |place, title: &str| {
            let title = title.into();
            Item::Evidence(Evidence { title, rows: 7, accounts: 2, place, ..Evidence::default() })
        };
        let status = Status::Supported;
        let supports = vec![2, 3];
        let claim = "=one operator".into();
        let items = vec![
            Item::Hypothesis(Hypothesis { claim, status, supports, ..Hypothesis::default() }),
            evidence(1, "second"),
            evidence(0, "first"),
            Item::Task(Task { text: "ask".into(), is_done: true }),
            Item::Term(starting_point()[1].clone()),
            Item::Words(Words { part: Part::Actions, text: "closed".into() }),
        ];
        let entry = |(id, item)| Entry { id, item, at: Time(0), actor: "ann".into() };
        let all: Vec<Entry> = (1..).zip(items).map(entry).collect();
        let mut out = Vec::new();
        assert_eq!(book(&mut out, &all).expect("written"), 6);
        let mut reader = csv::Reader::from_reader(&out[..]);
        let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
        let column = |name: &str| BOOK_COLUMNS.iter().position(|c| *c == name).expect("known");
        let cells = |name| rows.iter().map(|row| &row[column(name)]).collect::<Vec<_>>();
        assert_eq!(cells("kind"), ["evidence", "evidence", "hypothesis", "task", "term", "words"]);
        assert_eq!(cells("text")[..3], ["first", "second", "'=one operator"]);
        assert_eq!(cells("supports")[2], "2; 3");
        assert_eq!(cells("status"), ["", "", "supported", "done", "", "actions"]);
        assert_eq!(cells("in_force_from")[4], "2025-06-17");
        assert!(cells("actor").iter().all(|actor| *actor == "ann"));
    }
}

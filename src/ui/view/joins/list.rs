//! The pairs, one a row.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use egui::Ui;

use crate::index::RowView;
use crate::model::{JoinBasis, JoinPair, SourceInfo, Time};
use crate::ui::app::session::file_name;
use crate::ui::scene::Scene;
use crate::ui::theme::Face;
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::table::{Cell, Column, Rows, Sort, Table, Tone};
use crate::ui::{Keys, format};

const COLUMNS: [Column<'_>; 8] = [
    Column::text("Time", 156.0, 150.0).unit("UTC").unsorted().says("Of the first record"),
    Column::number("Apart", 96.0, 92.0).unsorted().says("From the first record to the other"),
    Column::text("Your word", 84.0, 78.0).unsorted().says("What you decided, not counted yet"),
    Column::text("Account", 140.0, 80.0).grows().unsorted().says("Of the other record"),
    Column::text("Model", 110.0, 80.0).unsorted().rank(3),
    Column::text("Record", 130.0, 104.0)
        .unsorted()
        .says("Its file. It is not counted while the two are one call"),
    Column::text("Same call as", 130.0, 104.0)
        .unsorted()
        .says("The file of the record that is counted for both while they are one call"),
    Column::text("Agree in", 170.0, 126.0).grows().unsorted().rank(2),
];
const WORD: usize = 2;

/// The table of so many pairs.
pub fn table(rows: u64, keys: Keys) -> Table<'static> {
    Table {
        name: "Pairs",
        columns: &COLUMNS,
        rows,
        sort: None::<Sort>,
        empty: "There are none of these",
        listens: !keys.covered,
    }
}

/// Where the rows come from.
pub struct PairRows<'a> {
    /// All pairs.
    pub pairs: &'a [JoinPair],
    /// Those listed, by their place.
    pub at: &'a [u32],
    /// The case.
    pub scene: &'a Scene<'a>,
    /// The pairs picked, by the record left out.
    pub picked: &'a BTreeSet<u64>,
    /// What is decided of them.
    pub decided: &'a BTreeMap<u64, bool>,
}

impl<'a> PairRows<'a> {
    fn pair(&self, row: u64) -> Option<&'a JoinPair> {
        self.pairs.get(*self.at.get(row as usize)? as usize)
    }

    fn view(&self, event: u64) -> Option<RowView<'a>> {
        let index = self.scene.index;
        index.row_of_event(event).map(|row| index.row(row))
    }

    /// The source of an event.
    fn source(&self, event: u64) -> Option<&'a SourceInfo> {
        let id = self.view(event)?.source_id();
        self.scene.sources.iter().find(|source| source.id == id)
    }

    fn file(&self, event: u64) -> Cell<'a> {
        let source = self.source(event);
        Cell::or_absent(source.map(|source| Cell::text(file_name(Path::new(&source.path)))))
    }
}

/// How far two times are apart, from the first.
pub fn apart(first: Option<Time>, second: Option<Time>) -> Option<String> {
    let us = second?.0.saturating_sub(first?.0);
    let length = match us.unsigned_abs() {
        us @ 0..1_000 => format!("{us} µs"),
        us @ 1_000..1_000_000 => format!("{} ms", us / 1_000),
        us @ 1_000_000..60_000_000 => format!("{:.1} s", us as f64 / 1e6),
        us => format::seconds(us as f64 / 1e6),
    };
    Some(match us.signum() {
        0 => "0 s".to_owned(),
        1 => format!("+{length}"),
        _ => format!("−{length}"),
    })
}

/// What two records agree in, in few words.
fn agree_in(basis: JoinBasis) -> &'static str {
    match basis {
        JoinBasis::RequestId => "request id",
        JoinBasis::Content => "all fields",
        JoinBasis::Account => "account and time",
        JoinBasis::Key => "key and time",
    }
}

/// What somebody says of a pair.
pub fn word(is_one: bool) -> &'static str {
    if is_one { "one call" } else { "two calls" }
}

impl Rows for PairRows<'_> {
    fn cell(&mut self, row: u64, column: usize) -> Cell<'_> {
        let Some(pair) = self.pair(row) else { return Cell::None };
        let (own, other) = (self.view(pair.secondary), self.view(pair.primary));
        match column {
            0 => {
                let stamp = |at| format!("{} {}", format::date(at), format::clock_seconds(at));
                Cell::or_absent(own.and_then(|view| view.at()).map(|at| Cell::muted(stamp(at))))
            }
            1 => {
                let times = (own.and_then(|v| v.at()), other.and_then(|v| v.at()));
                let figure = |words: String| Cell::Figure(words.into(), Tone::Plain);
                Cell::or_absent(apart(times.0, times.1).map(figure))
            }
            WORD => match self.decided.get(&pair.secondary) {
                Some(is_one) => Cell::Text(word(*is_one).into(), Face::Body, Tone::Notable),
                None => Cell::None,
            },
            3 => Cell::or_absent(other.map(|view| Cell::mono(view.account()))),
            4 => Cell::or_absent(other.and_then(|view| view.model()).map(Cell::text)),
            5 => self.file(pair.secondary),
            6 => self.file(pair.primary),
            _ => Cell::muted(agree_in(pair.basis)),
        }
    }

    fn selected(&self, row: u64) -> bool {
        self.pair(row).is_some_and(|pair| self.picked.contains(&pair.secondary))
    }

    fn key(&self, row: u64) -> Option<u64> {
        self.pair(row).map(|pair| pair.secondary)
    }

    fn menu(&mut self, ui: &mut Ui, key: u64, _column: usize) {
        if ui.button("Copy the event's number").clicked() {
            ui.ctx().copy_text(key.to_string());
        }
    }

    fn tooltip(&self, row: u64, column: usize) -> Option<String> {
        let pair = self.pair(row)?;
        match column {
            5 => self.source(pair.secondary).map(|s| visible_text(&s.path).into_owned()),
            6 => self.source(pair.primary).map(|s| visible_text(&s.path).into_owned()),
            7 => Some(pair.basis.reason().to_owned()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_two_records_are_apart_has_a_direction() {
        let at = |us| Some(Time(us));
        assert_eq!(apart(at(0), at(1_500_000)).as_deref(), Some("+1.5 s"));
        assert_eq!(apart(at(2_000_000), at(0)).as_deref(), Some("−2.0 s"));
        assert_eq!(apart(at(412_900), at(0)).as_deref(), Some("−412 ms"));
        assert_eq!(apart(at(7), at(7)).as_deref(), Some("0 s"));
        let far = (at(i64::MIN), at(i64::MAX));
        assert!(apart(far.0, far.1).is_some_and(|words| words.starts_with('+')));
        assert_eq!(apart(None, at(7)), None);
    }
}

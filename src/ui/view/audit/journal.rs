//! The journal, newest first: everything, or what is looked for, or the history of accounts.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Key, Rect, Ui};

use crate::case::audit::{Kind, Record, Recorded, Said, Wanted, said};
use crate::model::{Selection, Time};
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::card::{self, Card, card};
use crate::ui::widget::table::{Cell, Column, Pick, Rows, Table, TableAction, TableState, Tone};
use crate::ui::widget::{button, drop_down, text};
use crate::ui::{Latest, Zone, format};

use super::sources::short;
use super::{Of, bar, entry, facts};

/// Which entries were looked for, in which journal.
type Sought = (Of, Wanted);
/// Whose changes an entry is read for, in which journal.
type Read = (Of, u64, Option<Arc<BTreeSet<String>>>);

/// The card's own state.
#[derive(Default)]
pub struct Journal {
    wanted: Wanted,
    /// What is typed for an account.
    account: String,
    found: Latest<Sought, Arc<Vec<u32>>>,
    said: Latest<Read, Arc<Vec<Said>>>,
    table: TableState,
    /// The number of the entry that is shown.
    picked: Option<u64>,
}

impl Journal {
    /// Whether everything that was asked for is there.
    #[cfg(test)]
    pub fn is_settled(&self) -> bool {
        self.found.answer().is_some() && !self.found.is_stale() && !self.said.is_stale()
    }

    /// Puts the entry away that is shown whole; false where none is.
    pub fn lift(&mut self) -> bool {
        self.picked.take().is_some()
    }

    /// Draws the card.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        record: &Latest<Of, Arc<Record>>,
        scene: &mut Scene<'_>,
    ) {
        let known = record.answered().copied().zip(record.answer().cloned());
        let note = self.note(known.as_ref().map(|(_, record)| &**record));
        let body = card(ui, rect, &Card { title: "Journal", note: &note }, |_| {});
        let Some((of, record)) = known else {
            return match record.error() {
                Some(error) => {
                    let why = format::display(error);
                    card::empty(ui, body, "The journal cannot be read", &why);
                }
                None => card::empty(ui, body, "Reading the journal…", ""),
            };
        };
        let below = bar::show(ui, body, |ui| self.bar(ui, &record, scene));
        self.find(ui, of, &record);
        let (table, panel) = facts::beside(below, self.picked.is_some());
        region(ui, table, |ui| self.table(ui, &record, scene));
        let Some((panel, recorded)) = panel.zip(self.picked.and_then(|id| record.entry(id))) else {
            return;
        };
        self.read(ui, of, &record, recorded.entry.id);
        let is_of_it = self.said.answered().is_some_and(|(_, id, _)| *id == recorded.entry.id);
        let said = self.said.answer().filter(|_| is_of_it).map(|said| &said[..]);
        let only = self.wanted.accounts.as_ref().map(|of| title(of));
        if entry::show(ui, panel, recorded, said, only.as_deref()) {
            self.picked = None;
        }
    }

    /// `12 of 1,204 entries`.
    fn note(&self, record: Option<&Record>) -> String {
        let Some(record) = record else { return String::new() };
        let all = format::counted(record.entries.len() as u64, "entry", "entries");
        let words = match self.found.answer() {
            Some(found) if !self.wanted.is_everything() => {
                format!("{} of {all}", format::count(found.len() as u64))
            }
            _ => format!("{all}, newest first"),
        };
        let end = if self.found.is_stale() { " · searching…" } else { "" };
        words + end
    }

    fn find(&mut self, ui: &Ui, of: Of, record: &Arc<Record>) {
        let (record, wanted) = (Arc::clone(record), self.wanted.clone());
        let asked = (of, self.wanted.clone());
        self.found
            .ask(ui.ctx(), asked, move |progress| record.find(&wanted, progress).map(Arc::new));
    }

    fn read(&mut self, ui: &Ui, of: Of, record: &Arc<Record>, id: u64) {
        let accounts = self.wanted.accounts.clone();
        let record = Arc::clone(record);
        self.said.ask(ui.ctx(), (of, id, accounts.clone()), move |_| {
            let found = record.entry(id).map(|found| said(&found.entry, accounts.as_deref()));
            Ok::<_, String>(Arc::new(found.unwrap_or_default()))
        });
    }

    fn bar(&mut self, ui: &mut Ui, record: &Record, scene: &Scene<'_>) {
        let before = self.wanted.clone();
        let field = if ui.available_width() > 700.0 { 190.0 } else { 130.0 };
        bar::field(ui, "Search the journal", "search…", &mut self.wanted.text, field);
        self.kinds(ui, record);
        match self.wanted.accounts.clone() {
            Some(of) => {
                let theme = Theme::of(ui);
                let words = format!("history of {}", format::display(&title(&of)));
                ui.label(Face::Medium.text(words).color(theme.accent));
                if button::link(ui, "Show everything").clicked() {
                    self.wanted.accounts = None;
                }
            }
            None => self.history(ui, scene, field),
        }
        if self.wanted != before {
            self.table.rewind();
        }
    }

    fn kinds(&mut self, ui: &mut Ui, record: &Record) {
        let words = self.wanted.kind.as_ref().map_or("every kind", Kind::words);
        let words = format::display(words);
        let name = format!("Kind of entries: {words}");
        let mut chosen = None;
        drop_down(ui, &words, &name, false, |ui| {
            ui.set_min_width(220.0);
            let mut row = |ui: &mut Ui, kind: Option<&Kind>, words: &str, n: u64| {
                let words = format::display(words);
                let item = egui::Button::new(&words)
                    .selected(self.wanted.kind.as_ref() == kind)
                    .shortcut_text(Face::Small.text(format::count(n)))
                    .frame_when_inactive(false)
                    .min_size(egui::vec2(210.0, 24.0));
                if ui.add(item).accessible_name(&words).clicked() {
                    chosen = Some(kind.cloned());
                    ui.close();
                }
            };
            row(ui, None, "every kind", record.entries.len() as u64);
            let mut was_action = true;
            for (kind, n) in &record.kinds {
                let is_action = matches!(kind, Kind::Action(_));
                if was_action && !is_action {
                    ui.separator();
                }
                was_action = is_action;
                row(ui, Some(kind), kind.words(), *n);
            }
        });
        if let Some(chosen) = chosen {
            self.wanted.kind = chosen;
        }
    }

    /// What asks for the history of an account: its id, or what is selected.
    fn history(&mut self, ui: &mut Ui, scene: &Scene<'_>, width: f32) {
        let hint = "history of account…";
        let field = bar::field(ui, "History of an account", hint, &mut self.account, width);
        if field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter)) {
            let account = self.account.trim().to_owned();
            if !account.is_empty() {
                self.wanted.accounts = Some(Arc::new([account].into()));
                self.account.clear();
            }
        }
        let Selection::Accounts(selected) = &scene.view.selection else {
            let muted = Theme::of(ui).muted;
            let words = "or select accounts anywhere";
            text::line(ui, Face::Small.text(words).color(muted));
            return;
        };
        if button::link(ui, "History of the selection").clicked() {
            self.wanted.accounts = Some(Arc::clone(selected));
        }
    }

    fn table(&mut self, ui: &mut Ui, record: &Record, scene: &Scene<'_>) {
        let zone = Zone::of(ui.ctx());
        let columns = columns(zone);
        let found = self.found.answer().cloned().unwrap_or_default();
        let empty = match (&self.wanted.accounts, self.found.answer()) {
            (_, None) => "Searching…",
            (Some(_), _) => "Nothing was said of it: no entry touches it",
            _ => "No entry is like that",
        };
        let table = Table {
            name: "Journal",
            columns: &columns,
            rows: found.len() as u64,
            sort: None,
            empty,
            listens: !scene.keys.covered,
        };
        let mut rows = EntryRows { record, found: &found, zone, picked: self.picked };
        for action in table.show(ui, &mut self.table, &mut rows) {
            let id = |row: u64| rows.at(row).map(|recorded| recorded.entry.id);
            match action {
                TableAction::Pick(Pick::Only(row) | Pick::Toggle(row)) => {
                    self.picked = id(row).filter(|id| self.picked != Some(*id));
                }
                TableAction::Step(Pick::Only(row)) | TableAction::Open(row) => {
                    self.picked = id(row);
                }
                TableAction::Copy { .. } => {
                    let at = self.table.cursor.and_then(|row| rows.at(row));
                    if let Some(recorded) = at {
                        ui.ctx().copy_text(recorded.entry.hash.clone());
                    }
                }
                _ => {}
            }
        }
    }
}

/// `ac001`, `12 accounts`.
fn title(accounts: &BTreeSet<String>) -> String {
    match accounts.first() {
        Some(one) if accounts.len() == 1 => one.clone(),
        _ => format::counted(accounts.len() as u64, "account", "accounts"),
    }
}

const LOCAL: usize = 2;

/// The columns: the time is always told in UTC, and beside it by the clock that is chosen.
fn columns(zone: Zone) -> [Column<'static>; 8] {
    let local = Column::text("Local", 152.0, 148.0).unsorted().unit(zone.name()).rank(2);
    let local = if zone.is_utc() { local.off("Times are shown in UTC") } else { local };
    [
        Column::number("No.", 58.0, 52.0).unsorted().says("Number of the entry, from 1"),
        Column::text("Time", 152.0, 148.0).unsorted().unit("UTC"),
        local,
        Column::text("Who", 84.0, 56.0).unsorted().rank(1),
        Column::text("What", 84.0, 60.0).unsorted(),
        Column::text("On what", 200.0, 170.0).unsorted().grows(),
        Column::number("Changes", 74.0, 66.0)
            .unsorted()
            .rank(3)
            .says("How many accounts or entries it changes"),
        Column::text("Hash", 112.0, 108.0)
            .unsorted()
            .rank(4)
            .says("SHA-256 over the entry and the hash of the one before"),
    ]
}

struct EntryRows<'a> {
    record: &'a Record,
    /// Positions of entries, in the order of the rows.
    found: &'a [u32],
    zone: Zone,
    picked: Option<u64>,
}

impl EntryRows<'_> {
    fn at(&self, row: u64) -> Option<&Recorded> {
        self.record.entries.get(*self.found.get(row as usize)? as usize)
    }
}

/// `1 Mar 2026 13:02:11`.
pub fn stamp(at: Time, zone: Zone) -> String {
    let wall = zone.wall(at);
    format!("{} {}", format::date(wall), format::clock_seconds(wall))
}

impl Rows for EntryRows<'_> {
    fn cell(&mut self, row: u64, column: usize) -> Cell<'_> {
        let broken = self.record.broken.as_ref().map(|broken| broken.id);
        let Some(recorded) = self.at(row) else { return Cell::None };
        let entry = &recorded.entry;
        match column {
            0 => Cell::Count(entry.id),
            1 => Cell::muted(stamp(entry.at, Zone::UTC)),
            LOCAL => Cell::muted(stamp(entry.at, self.zone)),
            3 => Cell::text(&entry.actor),
            4 => Cell::text(&entry.action),
            5 => Cell::text(&entry.target),
            6 if recorded.changes == 0 => Cell::None,
            6 => Cell::Count(recorded.changes),
            _ => {
                let tone = if broken == Some(entry.id) { Tone::Bad } else { Tone::Plain };
                Cell::Text(short(&entry.hash).into(), Face::Mono, tone)
            }
        }
    }

    fn selected(&self, row: u64) -> bool {
        self.picked.is_some() && self.picked == self.at(row).map(|recorded| recorded.entry.id)
    }

    fn key(&self, row: u64) -> Option<u64> {
        self.at(row).map(|recorded| recorded.entry.id)
    }

    fn menu(&mut self, ui: &mut Ui, key: u64, _column: usize) {
        let Some(recorded) = self.record.entry(key) else { return };
        let entry = &recorded.entry;
        for (words, value) in [("Copy hash", &entry.hash), ("Copy particulars", &entry.detail)] {
            if ui.button(words).clicked() {
                ui.ctx().copy_text(value.clone());
            }
        }
    }

    fn tooltip(&self, row: u64, column: usize) -> Option<String> {
        let recorded = self.at(row)?;
        match column {
            1 => self.zone.other().map(|zone| zone.stamp(recorded.entry.at)),
            5 => Some(format::display(&recorded.entry.target)),
            7 => Some(recorded.entry.hash.clone()),
            _ => None,
        }
    }
}

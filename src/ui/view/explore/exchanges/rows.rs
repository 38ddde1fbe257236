//! The rows of the exchanges table: drawn, right-clicked, stacked by a column.

use egui::Ui;

use crate::model::{Field, Selection};
use crate::ui::Command;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::widget::table::{Cell, Rows};

use super::super::clock::Clock;
use super::super::menu;
use super::super::picked::Picked;
use super::around::{self, Around};
use super::columns::{self, Known, What};
use super::lines::Lines;
use super::steps;

/// What was asked for from a menu.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Deed {
    /// Stacks a column.
    Stack(usize),
    /// Shows some minutes around an event.
    Around(u64, Around),
    /// Steps on from an event.
    Step(u64, Command),
    /// Copies the original record of an event.
    CopyRecord(u64),
}

/// What the table reads, and what is asked for from its menus.
pub struct ExchangeRows<'a, 'b> {
    pub scene: &'a mut Scene<'b>,
    pub known: &'a Known,
    pub lines: &'a Lines,
    pub clock: Clock,
    /// The event the analyst is on.
    pub current: Option<u64>,
    /// Lines marked for copying, both ends included.
    pub marked: Option<(u64, u64)>,
    pub minutes: &'a mut u32,
    pub deed: Option<Deed>,
}

impl ExchangeRows<'_, '_> {
    fn row(&self, line: u64) -> Option<u32> {
        self.lines.row(&self.known.index, line)
    }
}

impl Rows for ExchangeRows<'_, '_> {
    fn cell(&mut self, line: u64, column: usize) -> Cell<'_> {
        let Some(row) = self.row(line) else { return Cell::None };
        if column == 0 && self.known.index.at(row).is_none() {
            return Cell::muted("no time");
        }
        self.known.value(row, column).cell(self.clock)
    }

    fn selected(&self, line: u64) -> bool {
        if self.marked.is_some_and(|(from, to)| (from..=to).contains(&line)) {
            return true;
        }
        let event = |row| self.known.index.event_id(row);
        self.current.is_some() && self.row(line).map(event) == self.current
    }

    fn key(&self, line: u64) -> Option<u64> {
        self.row(line).map(|row| self.known.index.event_id(row))
    }

    fn tooltip(&self, line: u64, column: usize) -> Option<String> {
        let is_time = columns::field(column) == Some(Field::Timestamp);
        let row = self.row(line).filter(|_| is_time)?;
        self.clock.other(self.known.index.at(row)?)
    }

    fn menu(&mut self, ui: &mut Ui, event: u64, column: usize) {
        let index = self.known.index.clone();
        let Some(row) = index.row_of_event(event) else { return };
        let view = index.row(row);
        let value = self.known.value(row, column);
        match columns::field(column) {
            Some(Field::Timestamp) if view.at().is_some() => {}
            Some(field) => {
                menu::value(ui, self.scene, &Picked::new(field, view.text(field).as_deref()));
            }
            None => {}
        }
        let copies = columns::field(column).is_none_or(|field| field == Field::Timestamp);
        if copies && !value.exact().is_empty() && ui.button("Copy").clicked() {
            ui.ctx().copy_text(value.exact().into_owned());
        }
        if ui.button("Copy the original record").clicked() {
            self.deed = Some(Deed::CopyRecord(event));
        }
        self.stack_entry(ui, column);
        ui.separator();
        if view.at().is_some() {
            let minutes = format::counted(u64::from(*self.minutes), "minute", "minutes");
            ui.menu_button("Show around this row", |ui| {
                if let Some(around) = around::menu(ui, self.minutes) {
                    self.deed = Some(Deed::Around(event, around));
                }
            })
            .response
            .on_hover_text(format!("Now {minutes} before and after"));
        }
        ui.menu_button("Go on from this row", |ui| {
            if let Some(command) = steps::menu(ui) {
                self.deed = Some(Deed::Step(event, command));
            }
        });
        let account = view.account().to_owned();
        menu::account(ui, self.scene, &account, &Selection::account(&account));
    }

    fn column_menu(&mut self, ui: &mut Ui, column: usize) {
        self.stack_entry(ui, column);
        ui.separator();
    }
}

impl ExchangeRows<'_, '_> {
    fn stack_entry(&mut self, ui: &mut Ui, column: usize) {
        let what = columns::COLUMNS.get(column).map(|(what, ..)| *what);
        if matches!(what, Some(What::Field(_))) && ui.button("Stack by this column").clicked() {
            self.deed = Some(Deed::Stack(column));
        }
    }
}

//! The rows of the accounts table: drawn, right-clicked, stacked by a column.

use egui::Ui;

use crate::ui::scene::Scene;
use crate::ui::widget::table::{Cell, Rows};

use super::super::clock::Clock;
use super::super::menu;
use super::super::picked::Picked;
use super::super::sparks::Sparks;
use super::super::value::Value;
use super::columns::{self, Known, What};

/// What the table reads, and what is asked for from its menus.
pub struct AccountRows<'a, 'b> {
    pub scene: &'a mut Scene<'b>,
    pub known: &'a Known,
    pub order: &'a [u32],
    pub sparks: &'a mut Sparks,
    pub clock: Clock,
    /// The column whose values are to be stacked.
    pub stack: Option<usize>,
}

impl AccountRows<'_, '_> {
    fn account(&self, row: u64) -> Option<u32> {
        self.order.get(row as usize).copied()
    }
}

impl Rows for AccountRows<'_, '_> {
    fn cell(&mut self, row: u64, column: usize) -> Cell<'_> {
        let Some(account) = self.account(row) else { return Cell::None };
        if columns::what(column) == Some(What::Activity) {
            return match self.sparks.line(account) {
                Some(line) => Cell::Bars(line, 0),
                None => Cell::Pending,
            };
        }
        if self.known.is_pending(column) {
            return Cell::Pending;
        }
        self.known.value(account, column).cell(self.clock)
    }

    fn selected(&self, row: u64) -> bool {
        let Some(account) = self.account(row) else { return false };
        self.scene.view.selection.has_account(&self.scene.index.accounts()[account as usize])
    }

    fn key(&self, row: u64) -> Option<u64> {
        self.account(row).map(u64::from)
    }

    fn tooltip(&self, row: u64, column: usize) -> Option<String> {
        if !matches!(columns::what(column)?, What::First | What::Last) {
            return None;
        }
        match self.known.value(self.account(row)?, column) {
            Value::Time(at) => self.clock.other(at),
            _ => None,
        }
    }

    fn menu(&mut self, ui: &mut Ui, key: u64, column: usize) {
        let Some(id) = self.scene.index.accounts().get(key as usize).cloned() else { return };
        let value = self.known.value(key as u32, column);
        if columns::field(column).is_some() {
            menu::value(ui, self.scene, &Picked::account(&id));
        } else if !value.exact().is_empty() && ui.button("Copy").clicked() {
            ui.ctx().copy_text(value.exact().into_owned());
        }
        self.stack_entry(ui, column);
        let concerned = menu::concerned(&self.scene.view.selection, &id);
        menu::account(ui, self.scene, &id, &concerned);
    }

    fn column_menu(&mut self, ui: &mut Ui, column: usize) {
        self.stack_entry(ui, column);
        ui.separator();
    }
}

impl AccountRows<'_, '_> {
    fn stack_entry(&mut self, ui: &mut Ui, column: usize) {
        let is_picture = columns::what(column) == Some(What::Activity);
        if !is_picture && ui.button("Stack by this column").clicked() {
            self.stack = Some(column);
        }
    }
}

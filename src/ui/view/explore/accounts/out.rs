//! What leaves the accounts table: rows on the clipboard, all of them in a file.

use std::sync::Arc;

use egui::Ui;

use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::shown::{Shown, ShownTable};
use crate::ui::state::Action;
use crate::ui::widget::table::Sort;

use super::super::query::Masks;
use super::super::tools;
use super::super::value::tab_separated;
use super::Accounts;
use super::columns::{self, Known, What};

/// Rows up to which copying fits a clipboard.
const MOST_COPIED: usize = 100_000;

impl Accounts {
    /// Copies the cell the keyboard is on, or the rows that are selected.
    pub(super) fn copy(&mut self, ui: &Ui, cell: Option<usize>, scene: &Scene<'_>, known: &Known) {
        let order = self.order.answer().map_or(&[][..], |order| order.as_slice());
        let under = self.table.cursor.and_then(|row| order.get(row as usize).copied());
        if let (Some(column), Some(account)) = (cell, under) {
            ui.ctx().copy_text(known.value(account, column).exact().into_owned());
            self.say(ui, "Cell copied".to_owned());
            return;
        }
        let ids = known.index.accounts();
        let is_selected =
            |a: &&u32| scene.view.selection.has_account(&ids[**a as usize]) || Some(**a) == under;
        let rows: Vec<u32> = order.iter().filter(is_selected).copied().collect();
        if rows.len() > MOST_COPIED {
            let most = format::count(MOST_COPIED as u64);
            self.say(ui, format!("More than {most} rows: export what is shown instead"));
            return;
        }
        let shown: Vec<usize> = self.table.shown().collect();
        let header: Vec<&str> =
            shown.iter().map(|c| columns::file_name(*c, &known.names)).collect();
        let row = |a: &u32| shown.iter().map(|c| known.value(*a, *c)).collect();
        ui.ctx().copy_text(tab_separated(rows.iter().map(row), &header));
        self.say(ui, format!("{} copied", format::counted(rows.len() as u64, "row", "rows")));
    }

    /// Offers to write the table as it is shown.
    pub(super) fn export(
        &mut self,
        scene: &mut Scene<'_>,
        masks: &Masks,
        known: &Known,
        bins: usize,
    ) {
        // What is on screen, whatever is asked for meanwhile.
        let Some((key, order)) = self.order.answered().zip(self.order.answer()) else { return };
        let order = order.clone();
        let title = |sort: Sort| {
            let way = if sort.descending { "falling" } else { "rising" };
            format!("{} {way}", columns::file_name(sort.column, &known.names))
        };
        let by: Vec<String> = [Some(key.sort), key.then].into_iter().flatten().map(title).collect();
        let search = key.search.trim();
        let selection =
            if search.is_empty() { String::new() } else { format!("id contains {search}") };
        let shown: Vec<usize> = self.table.shown().collect();
        let (known, timeless) = (known.clone(), masks.timeless.clone());
        let table = ShownTable {
            rows_are: "accounts",
            columns: shown
                .iter()
                .map(|c| columns::file_name(*c, &known.names).to_owned())
                .collect(),
            rows: order.len() as u64,
            of: known.index.accounts().len() as u64,
            filter: scene.view.filter.clone(),
            counted: scene.index.default_granularity(),
            selection,
            order: by.join(", then ") + ", then account_id rising",
            write: Box::new(move |table, progress| {
                let span = known.index.span();
                tools::write_rows(table, order.iter().copied(), progress, |table, account| {
                    shown.iter().try_for_each(|column| {
                        if columns::what(*column) != Some(What::Activity) {
                            return known.value(account, *column).write(table);
                        }
                        let line = span.map(|span| {
                            known.index.sparklines(&timeless, &[account], span, bins).lines
                        });
                        let counts: Vec<String> =
                            line.iter().flatten().flatten().map(u32::to_string).collect();
                        table.ours(counts.join(" "))
                    })
                })
            }),
        };
        scene.ask(Action::ExportShown(Shown(Arc::new(table))));
    }
}

//! The accounts card: one row an account, sortable, searchable, with its activity and whatever
//! else the case knows of it.

mod columns;
mod order;
mod out;
mod rows;

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Context, Rect, TextEdit, Ui};

use crate::index::{MOST_PROFILED, Profiles};
use crate::model::{Filter, Selection};
use crate::ui::Latest;
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Hover};
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::table::{
    self, Column, ColumnChoice, PADDING, Pick, Sort, Table, TableAction, TableState,
};
use crate::ui::widget::{Card, card, drop_down, sparkline};

use super::clock::Clock;
use super::menu;
use super::picked::Picked;
use super::query::{Masks, Query};
use super::sparks::Sparks;
use super::stack::{Source, Stack};
use super::tools;

pub use columns::Known;
use columns::What;
use rows::AccountRows;

/// What the order of rows depends on.
#[derive(Clone, Debug, PartialEq)]
struct OrderKey {
    counts: u64,
    /// Profiles, lists and attributes, where the order reads them.
    beside: (u64, u64, bool),
    sort: Sort,
    then: Option<Sort>,
    search: String,
}

/// The card's own state.
pub struct Accounts {
    table: TableState,
    sort: Sort,
    search: String,
    find: bool,
    /// Whether the field that finds accounts is in use.
    finding: bool,
    order: Latest<OrderKey, Arc<Vec<u32>>>,
    profiles: Latest<u64, Arc<Profiles>>,
    sparks: Sparks,
    stack: Stack,
    /// The order drawn last: a new one starts at the top.
    drawn: Option<OrderKey>,
    /// What was just done, and when by the window's clock, s.
    said: Option<(String, f64)>,
    /// Whether the table is to be exported as it is shown.
    export_wanted: bool,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            table: TableState::default(),
            sort: Sort { column: columns::at(What::Exchanges), descending: true },
            search: String::new(),
            find: false,
            finding: false,
            order: Latest::default(),
            profiles: Latest::default(),
            sparks: Sparks::default(),
            stack: Stack::default(),
            drawn: None,
            said: None,
            export_wanted: false,
        }
    }
}

/// How long what was done stands in place of the count, seconds.
const SAID_FOR_S: f64 = 4.0;

/// Room from which the field that finds accounts stands in the header, points; in less, only
/// while it is used.
const LEAST_FOR_FINDING: f32 = 420.0;

impl Accounts {
    /// The analyst's columns.
    pub fn columns(&mut self) -> &mut ColumnChoice {
        &mut self.table.columns
    }

    /// Puts the cursor into the field that finds accounts.
    pub fn find(&mut self) {
        self.finding = true;
        self.find = true;
    }

    /// Gives the table the keyboard.
    pub fn focus(&mut self) {
        self.table.focus();
        self.table.cursor.get_or_insert(0);
    }

    /// Whether the keyboard is in the table.
    pub fn has_focus(&self, ctx: &Context) -> bool {
        self.table.has_focus(ctx)
    }

    /// Offers to export the table as it is shown.
    pub fn want_export(&mut self) {
        self.export_wanted = true;
    }

    /// Draws the card.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>, query: &Query) {
        let (rect, beside) = self.stack.split(rect);
        let names = scene.beside.attribute_columns();
        let clock = Clock::of(ui.ctx(), scene);
        let unit = clock.unit(scene);
        let rows_are = query.masks().map(|m| m.shown.counted());
        let rows_are = rows_are.unwrap_or(scene.index.default_granularity());
        let rows_are = &format::capitalised(rows_are.plural());
        let profiles = scene.index.accounts().len() <= MOST_PROFILED;
        let all = columns::all(&names, rows_are, &unit, profiles);
        let note = self.note(ui, scene, query);
        let room = rect.width() - 2.0;
        let mut export = std::mem::take(&mut self.export_wanted);
        let inner = card(ui, rect, &Card { title: "Accounts", note: &note }, |ui| {
            export |= tools::export_button(ui, "Accounts", room);
            self.stack_menu(ui, &all);
            table::columns_menu(ui, "Accounts", &all, &mut self.table, room);
            if room > LEAST_FOR_FINDING || self.finding || !self.search.is_empty() {
                self.search_field(ui);
            }
        });
        let (Some(masks), Some(by_account)) = (query.masks(), query.by_account()) else {
            return query.show_error(ui, inner);
        };
        let placed = table::fit(&all, &self.table.columns, inner.width());
        let shown: Vec<usize> = placed.iter().map(|p| p.index).collect();
        self.ask_profiles(ui, scene, masks, &shown);
        let known = Known {
            index: scene.index.clone(),
            by_account: by_account.clone(),
            profiles: self.profiles.answer().cloned(),
            lists: scene.lists.clone(),
            attributes: scene.beside.attributes().cloned(),
            names: names.clone(),
        };
        self.ask_order(ui, scene, &known);
        let bins = placed
            .iter()
            .find(|p| columns::what(p.index) == Some(What::Activity))
            .map_or(60, |p| sparkline::bins_for(p.width - 2.0 * PADDING));
        self.sparks.begin(scene, masks, bins);
        let actions = self.rows(ui, inner, scene, query, &known, (&all, clock));
        self.sparks.end(ui.ctx(), scene, masks);
        // What is being counted anew is waited for: its end draws the next frame.
        self.export_wanted =
            export && (query.is_stale() || self.profiles.is_stale() || self.order.is_stale());
        if export && !self.export_wanted {
            self.export(scene, masks, &known, bins);
        }
        for action in actions {
            self.apply(ui, action, scene, &known);
        }
        if let Some(beside) = beside {
            let order = self.order.answer().cloned().unwrap_or_default();
            // Of another order of the same accounts the stack is the same.
            let id = self.stack_id(&known, scene);
            let source = Source::Accounts(&order, &known, id);
            region(ui, beside, |ui| self.stack.show(ui, beside, scene, &source));
        }
    }

    fn rows(
        &mut self,
        ui: &mut Ui,
        inner: Rect,
        scene: &mut Scene<'_>,
        query: &Query,
        known: &Known,
        (all, clock): (&[Column<'_>], Clock),
    ) -> Vec<TableAction> {
        let order = self.order.answer().map_or(&[][..], |order| order.as_slice());
        let empty = empty_text(query, &self.search);
        let table = Table {
            name: "Accounts",
            columns: all,
            rows: order.len() as u64,
            sort: Some(self.sort),
            empty: &empty,
            listens: scene.keys.are_free(),
        };
        let sparks = &mut self.sparks;
        let mut rows = AccountRows { scene, known, order, sparks, clock, stack: None };
        let state = &mut self.table;
        let actions = region(ui, inner, |ui| table.show(ui, state, &mut rows));
        if let Some(column) = rows.stack {
            self.stack.open_column(column, all[column].title);
        }
        actions
    }

    fn say(&mut self, ui: &Ui, words: String) {
        self.said = Some((words, ui.input(|i| i.time)));
    }

    fn note(&mut self, ui: &Ui, scene: &Scene<'_>, query: &Query) -> String {
        let now = ui.input(|i| i.time);
        if let Some((said, at)) = self.said.take_if(|(_, at)| now - *at < SAID_FOR_S) {
            ui.ctx().request_repaint_after_secs((SAID_FOR_S - (now - at)) as f32);
            self.said = Some((said.clone(), at));
            return said;
        }
        let Some(by_account) = query.by_account() else { return String::new() };
        if query.waits() {
            return "searching prompts…".to_owned();
        }
        let mut count = format::count(by_account.accounts);
        if let Some(order) = self.order.answer().filter(|_| !self.search.trim().is_empty()) {
            count = format!("{} of {count}", format::count(order.len() as u64));
        }
        match scene.view.filter == Filter::default() {
            true => count,
            false => format!("{count} under the filter\n{count}"),
        }
    }

    fn stack_menu(&mut self, ui: &mut Ui, all: &[Column<'_>]) {
        drop_down(ui, "stack", "Accounts: stack a column", false, |ui| {
            egui::ScrollArea::vertical().max_height(420.0).show(ui, |ui| {
                for index in self.table.columns.ordered(all) {
                    if columns::what(index) != Some(What::Activity)
                        && !all[index].off
                        && ui.button(all[index].title).clicked()
                    {
                        self.stack.open_column(index, all[index].title);
                    }
                }
            });
        });
    }

    /// Has the profiles counted where a column shows them, or is sorted or stacked by.
    fn ask_profiles(&mut self, ui: &Ui, scene: &Scene<'_>, masks: &Masks, shown: &[usize]) {
        let by = [Some(self.sort), self.table.then].into_iter().flatten().map(|s| s.column);
        let mut wanted = shown.iter().copied().chain(by).chain(self.stack.column());
        if !wanted.any(columns::needs_profiles) {
            return self.profiles.poll();
        }
        let (index, mask) = (scene.index.clone(), masks.kept.clone());
        self.profiles.ask(ui.ctx(), masks.kept_id, move |progress| {
            index.profiles(&mask, progress).map(Arc::new)
        });
    }

    fn search_field(&mut self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        let field = TextEdit::singleline(&mut self.search)
            .id_salt("find")
            .hint_text(Face::Small.text("Find an account").color(theme.muted))
            .font(Face::Small.font())
            .desired_width(118.0)
            .align(egui::Align2::LEFT_CENTER)
            .margin(egui::Margin::symmetric(8, 3));
        let response = ui.add_sized([118.0, size::PILL], field);
        let response = response.accessible_name("Find an account");
        if std::mem::take(&mut self.find) {
            response.request_focus();
        }
        if response.lost_focus() {
            self.finding = false;
        }
        // Escape has taken the focus away before the field is drawn.
        if response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Escape)) {
            self.search.clear();
        }
        // What was found is walked through with the arrows.
        if response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter)) {
            self.focus();
        }
    }

    fn ask_order(&mut self, ui: &Ui, scene: &Scene<'_>, known: &Known) {
        let by: Vec<usize> = [Some(self.sort), self.table.then]
            .into_iter()
            .flatten()
            .map(|sort| sort.column)
            .collect();
        if by.iter().any(|column| known.is_pending(*column)) {
            return self.order.poll();
        }
        let profiled = by.iter().any(|column| columns::needs_profiles(*column));
        let counted = self.profiles.answered().copied().unwrap_or(0);
        let key = OrderKey {
            counts: known.by_account.id,
            beside: (
                if profiled { counted } else { 0 },
                if by.iter().any(|c| columns::is_judgement(*c)) { scene.lists_version } else { 0 },
                known.attributes.is_some(),
            ),
            sort: self.sort,
            then: self.table.then,
            search: self.search.clone(),
        };
        let (question, known) = (key.clone(), known.clone());
        self.order.ask(ui.ctx(), key, move |progress| {
            let OrderKey { sort, then, search, .. } = &question;
            order::order(&known, *sort, *then, search, progress).map(Arc::new)
        });
        let answered = self.order.answered();
        let same_order =
            |a: &OrderKey, b: &OrderKey| (a.sort, a.then, &a.search) == (b.sort, b.then, &b.search);
        let drawn = self.drawn.as_ref();
        if drawn.is_none_or(|d| answered.is_none_or(|a| !same_order(a, d))) {
            // Another order is read from its top; the same order of other counts stays put.
            self.table.rewind();
        }
        if self.drawn.as_ref() != answered {
            // The keyboard goes on from the selected account, wherever it stands now.
            let selected = scene.view.selection.single_account();
            let account = selected.and_then(|id| scene.index.account_position(id));
            let order = self.order.answer().map_or(&[][..], |order| order.as_slice());
            let row = account.and_then(|a| order.iter().position(|o| *o == a));
            self.table.cursor = row.map(|r| r as u64);
            self.table.anchor = self.table.cursor;
            self.drawn = answered.cloned();
        }
    }

    /// What the stack depends on, in one number.
    fn stack_id(&self, known: &Known, scene: &Scene<'_>) -> u64 {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        let profiles = self.profiles.answered();
        let search = self.order.answered().map(|key| &key.search);
        (known.by_account.id, profiles, scene.lists_version, search).hash(&mut hasher);
        hasher.finish()
    }

    fn apply(&mut self, ui: &Ui, action: TableAction, scene: &mut Scene<'_>, known: &Known) {
        let order = self.order.answer().map_or(&[][..], |order| order.as_slice());
        let id = |row: u64| {
            let account = order.get(row as usize)?;
            scene.index.accounts().get(*account as usize).cloned()
        };
        match action {
            TableAction::Sort(sort) => {
                // Equal ones stay in the order they were in.
                if sort.column != self.sort.column {
                    self.table.then = Some(self.sort);
                }
                self.sort = sort;
            }
            TableAction::Pick(pick) | TableAction::Step(pick) => {
                self.said = None;
                let selection = picked(pick, &scene.view.selection, order.len() as u64, id);
                scene.ask(Action::Select(selection));
            }
            TableAction::Open(row) => {
                if let Some(id) = id(row) {
                    menu::only(scene, &Picked::account(&id));
                }
            }
            TableAction::Copy { cell } => self.copy(ui, cell, scene, known),
            TableAction::Hover(row) => {
                let account = row.and_then(|r| order.get(r as usize).copied());
                scene.ask(Action::Hover(Hover { account, ..scene.hover.clone() }));
            }
        }
    }
}

/// The selection after a click.
fn picked(pick: Pick, now: &Selection, rows: u64, id: impl Fn(u64) -> Option<String>) -> Selection {
    match pick {
        // Also when it is selected already: a double click must not lift what it opens.
        Pick::Only(row) => id(row).map_or_else(|| now.clone(), Selection::account),
        Pick::Toggle(row) => id(row).map_or_else(|| now.clone(), |id| now.toggled(&id)),
        Pick::Range { from, to, add } => {
            let mut ids = match now {
                Selection::Accounts(ids) if add => BTreeSet::clone(ids),
                _ => BTreeSet::new(),
            };
            ids.extend((from..=to).filter_map(id));
            Selection::accounts(ids)
        }
        Pick::All => Selection::accounts((0..rows).filter_map(id)),
    }
}

fn empty_text(query: &Query, search: &str) -> String {
    match query.why_empty() {
        Some(why) => why.to_owned(),
        None if query.is_stale() => "Counting…".to_owned(),
        None if !search.trim().is_empty() => "No account id contains this".to_owned(),
        None => "No account is under the filter".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(row: u64) -> Option<String> {
        (row < 5).then(|| format!("ac{row}"))
    }

    fn ids(selection: &Selection) -> Vec<&str> {
        match selection {
            Selection::Accounts(ids) => ids.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn clicks_select_as_in_any_list() {
        let none = Selection::Nothing;
        let one = picked(Pick::Only(2), &none, 5, id);
        assert_eq!(ids(&one), ["ac2"]);
        assert_eq!(ids(&picked(Pick::Toggle(4), &one, 5, id)), ["ac2", "ac4"]);
        let range = Pick::Range { from: 0, to: 1, add: false };
        assert_eq!(ids(&picked(range, &one, 5, id)), ["ac0", "ac1"]);
        let range = Pick::Range { from: 0, to: 1, add: true };
        assert_eq!(ids(&picked(range, &one, 5, id)), ["ac0", "ac1", "ac2"]);
        assert_eq!(ids(&picked(Pick::All, &none, 5, id)).len(), 5);
        assert_eq!(picked(Pick::Only(2), &one, 5, id), one);
        assert_eq!(picked(Pick::Only(9), &one, 5, id), one);
    }
}

//! The accounts card: one row an account, sortable, searchable, with its activity.

use std::borrow::Cow;
use std::collections::BTreeSet;

use egui::{Rect, TextEdit, Ui};

use crate::index::{AccountOrder, AccountSort, Stats, account_order};
use crate::model::{Field, Selection, Time};
use crate::ui::Latest;
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Hover};
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::table::{
    self, Cell, Column, PADDING, Pick, Rows, Sort, Table, TableAction, TableState, Tone,
};
use crate::ui::widget::{Card, card, sparkline};

use super::menu::{self, Picked};
use super::query::{ByAccount, Query};
use super::sparks::Sparks;

const ACCOUNT: usize = 0;
const ACTIVITY: usize = 1;
const EXCHANGES: usize = 2;
const INPUT: usize = 3;
const OUTPUT: usize = 4;
const FIRST: usize = 5;
const LAST: usize = 6;
const VERDICT: usize = 7;
const TAGS: usize = 8;

const COLUMNS: [Column; 9] = [
    Column::text("Account", 160.0, 112.0).grows().says("Account id as the log wrote it"),
    Column::text("Activity", 160.0, 92.0)
        .unsorted()
        .grows()
        .says("Counts under the filter over the whole period, scaled to the account's own peak"),
    Column::number("Exchanges", 98.0, 92.0).says("Under the filter and inside the range"),
    Column::number("Input tokens", 108.0, 96.0).rank(4).says("Sum, cached ones included"),
    Column::number("Output tokens", 112.0, 104.0).rank(2).says("Sum, reasoning included"),
    Column::text("First seen", 124.0, 112.0).rank(6).says("Under the filter, UTC"),
    Column::text("Last seen", 124.0, 112.0).rank(5).says("Under the filter, UTC"),
    Column::text("Verdict", 92.0, 78.0).rank(1).says("Your verdict"),
    Column::text("Tags", 110.0, 64.0).grows().rank(3).unsorted().says("Your tags"),
];

/// What the order of rows depends on.
type OrderKey = (u64, u64, AccountOrder);

/// The card's own state.
pub struct Accounts {
    table: TableState,
    sort: Sort,
    search: String,
    order: Latest<OrderKey, Vec<u32>>,
    sparks: Sparks,
    /// The order drawn last: a new one starts at the top.
    drawn: Option<OrderKey>,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            table: TableState::default(),
            sort: Sort { column: COLUMNS[EXCHANGES].title, descending: true },
            search: String::new(),
            order: Latest::default(),
            sparks: Sparks::default(),
            drawn: None,
        }
    }
}

impl Accounts {
    /// Draws the card.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>, query: &Query) {
        let note = self.note(query);
        let room = rect.width() - 2.0;
        let inner = card(ui, rect, &Card { title: "Accounts", note: &note }, |ui| {
            table::columns_menu(ui, "Accounts", &COLUMNS, &mut self.table, room);
            self.search_field(ui);
        });
        let (Some(masks), Some(by_account)) = (query.masks(), query.by_account()) else {
            return query.show_error(ui, inner);
        };
        self.ask_order(ui, scene, by_account);
        let order = self.order.answer().map_or(&[][..], Vec::as_slice);
        let bins = table::fit(&COLUMNS, &self.table.columns, inner.width())
            .into_iter()
            .find(|p| p.index == ACTIVITY)
            .map_or(60, |p| sparkline::bins_for(p.width - 2.0 * PADDING));
        self.sparks.begin(scene, masks, bins);
        let empty = empty_text(query, &self.search);
        let table = Table {
            name: "Accounts",
            columns: &COLUMNS,
            rows: order.len() as u64,
            sort: Some(self.sort),
            empty: &empty,
            listens: scene.keys.are_free(),
        };
        let with_year = several_years(scene);
        let mut rows =
            AccountRows { scene, by_account, order, sparks: &mut self.sparks, with_year };
        let state = &mut self.table;
        let actions = region(ui, inner, |ui| table.show(ui, state, &mut rows));
        self.sparks.end(ui.ctx(), scene, masks);
        for action in actions {
            self.apply(action, scene);
        }
    }

    fn note(&self, query: &Query) -> String {
        let Some(by_account) = query.by_account() else { return String::new() };
        let all = format::count(by_account.accounts);
        match self.order.answer() {
            Some(order) if !self.search.trim().is_empty() => {
                format!("{} of {all} in the selection", format::count(order.len() as u64))
            }
            _ => format!("{all} in the selection"),
        }
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
        // Escape has taken the focus away before the field is drawn.
        if response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Escape)) {
            self.search.clear();
        }
    }

    fn ask_order(&mut self, ui: &Ui, scene: &Scene<'_>, by_account: &std::sync::Arc<ByAccount>) {
        let order = AccountOrder {
            sort: sort_of(self.sort.column),
            descending: self.sort.descending,
            search: self.search.clone(),
            with_empty: false,
        };
        let by_verdict = order.sort == AccountSort::Verdict;
        let key = (by_account.id, if by_verdict { scene.lists_version } else { 0 }, order);
        let (index, lists) = (scene.index.clone(), scene.lists.clone());
        let (question, stats) = (key.2.clone(), by_account.clone());
        self.order.ask(ui.ctx(), key, move |_| {
            Ok::<_, String>(account_order(&index, &stats.stats, &lists, &question))
        });
        let answered = self.order.answered();
        if self.drawn.as_ref().is_none_or(|d| answered.is_none_or(|a| !a.2.eq(&d.2))) {
            // Another order is read from its top; the same order of other counts stays put.
            self.table.rewind();
        }
        if self.drawn.as_ref() != answered {
            // The keyboard goes on from the selected account, wherever it stands now.
            let selected = scene.view.selection.single_account();
            let account = selected.and_then(|id| scene.index.account_position(id));
            let order = self.order.answer().map_or(&[][..], Vec::as_slice);
            let row = account.and_then(|a| order.iter().position(|o| *o == a));
            self.table.cursor = row.map(|r| r as u64);
            self.table.anchor = self.table.cursor;
            self.drawn = answered.cloned();
        }
    }

    fn apply(&mut self, action: TableAction, scene: &mut Scene<'_>) {
        let order = self.order.answer().map_or(&[][..], Vec::as_slice);
        let id = |row: u64| {
            let account = order.get(row as usize)?;
            scene.index.accounts().get(*account as usize).cloned()
        };
        match action {
            TableAction::Sort(sort) => self.sort = sort,
            TableAction::Pick(pick) | TableAction::Step(pick) => {
                let selection = picked(pick, &scene.view.selection, order.len() as u64, id);
                scene.ask(Action::Select(selection));
            }
            TableAction::Open(row) => {
                if let Some(id) = id(row) {
                    menu::include(scene, &Picked::Text(Field::AccountId, id));
                }
            }
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

fn sort_of(column: &str) -> AccountSort {
    match COLUMNS.iter().position(|c| c.title == column) {
        Some(ACCOUNT) => AccountSort::Account,
        Some(INPUT) => AccountSort::InputTokens,
        Some(OUTPUT) => AccountSort::OutputTokens,
        Some(FIRST) => AccountSort::FirstSeen,
        Some(LAST) => AccountSort::LastSeen,
        Some(VERDICT) => AccountSort::Verdict,
        _ => AccountSort::Events,
    }
}

fn empty_text(query: &Query, search: &str) -> String {
    match query.why_empty() {
        Some(why) => why.to_owned(),
        None if query.is_stale() => "Counting…".to_owned(),
        None if !search.trim().is_empty() => "No account id contains this".to_owned(),
        None => "Nothing is in the selection".to_owned(),
    }
}

/// Whether the case touches more than one calendar year: then times carry theirs.
pub fn several_years(scene: &Scene<'_>) -> bool {
    let year = |t: Time| t.date().get(..4).map(str::to_owned);
    scene.index.span().is_some_and(|s| year(s.start) != year(s.end))
}

struct AccountRows<'a, 'b> {
    scene: &'a mut Scene<'b>,
    by_account: &'a ByAccount,
    order: &'a [u32],
    sparks: &'a mut Sparks,
    with_year: bool,
}

impl AccountRows<'_, '_> {
    fn account(&self, row: u64) -> Option<u32> {
        self.order.get(row as usize).copied()
    }

    fn stats(&self, account: u32) -> Stats {
        self.by_account.stats.get(account as usize).copied().unwrap_or_default()
    }

    fn time(&self, at: Option<Time>) -> Cell<'static> {
        let Some(at) = at else { return Cell::None };
        Cell::Figure(Cow::Owned(short_time(at, self.with_year)), Tone::Plain)
    }

    /// Those a verdict given from the menu of `id` applies to: the selected accounts if it is
    /// one of them.
    fn concerned(&self, id: &str) -> Vec<String> {
        match &self.scene.view.selection {
            Selection::Accounts(ids) if ids.contains(id) => ids.iter().cloned().collect(),
            _ => vec![id.to_owned()],
        }
    }
}

impl Rows for AccountRows<'_, '_> {
    fn cell(&mut self, row: u64, column: usize) -> Cell<'_> {
        let Some(account) = self.account(row) else { return Cell::None };
        let stats = self.stats(account);
        let index = self.scene.index;
        match column {
            ACCOUNT => Cell::mono(index.accounts()[account as usize].as_str()),
            ACTIVITY => match self.sparks.line(account) {
                Some(line) => Cell::Bars(line, 0),
                None => Cell::Pending,
            },
            EXCHANGES => Cell::Count(stats.rows.into()),
            INPUT => Cell::or_absent(stats.input_tokens().map(Cell::Count)),
            OUTPUT => Cell::or_absent(stats.output_tokens().map(Cell::Count)),
            FIRST => self.time(stats.first_seen(index)),
            LAST => self.time(stats.last_seen(index)),
            VERDICT => {
                self.scene.lists.verdict(account).map_or(Cell::None, |v| Cell::muted(v.as_str()))
            }
            TAGS => match self.scene.lists.tags(account) {
                [] => Cell::None,
                tags => Cell::muted(tags.join(" · ")),
            },
            _ => Cell::None,
        }
    }

    fn selected(&self, row: u64) -> bool {
        let Some(account) = self.account(row) else { return false };
        self.scene.view.selection.has_account(&self.scene.index.accounts()[account as usize])
    }

    fn key(&self, row: u64) -> Option<u64> {
        self.account(row).map(u64::from)
    }

    fn menu(&mut self, ui: &mut Ui, key: u64, column: usize) {
        let Some(id) = self.scene.index.accounts().get(key as usize).cloned() else { return };
        if column == VERDICT || column == TAGS {
            // What was said of an account is not a value of a record.
            menu::account(ui, self.scene, &id, &self.concerned(&id));
            return;
        }
        let picked = Picked::Text(Field::AccountId, id.clone());
        menu::value(ui, self.scene, &picked);
        let concerned = self.concerned(&id);
        menu::account(ui, self.scene, &id, &concerned);
    }
}

/// `8 Mar 06:12:01`, with the year where the case touches more than one.
pub fn short_time(at: Time, with_year: bool) -> String {
    let day = if with_year { format::date(at) } else { format::day(at) };
    format!("{day} {}", format::clock_seconds(at))
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

    #[test]
    fn every_sortable_column_has_its_own_order() {
        let sorts: BTreeSet<String> =
            COLUMNS.iter().filter(|c| c.sorts).map(|c| format!("{:?}", sort_of(c.title))).collect();
        assert_eq!(sorts.len(), COLUMNS.iter().filter(|c| c.sorts).count());
    }
}

//! A stack: every value of a column with what has it, the rare ones first, because what only one
//! account does is what one looks for. A click filters.

mod found;

use std::sync::Arc;

use egui::{Rect, Ui};

use crate::index::{Index, Mask};
use crate::model::filter::Value as Wanted;
use crate::model::{Expr, Field, Filter, Selection};
use crate::ui::Latest;
use crate::ui::format::{count, counted};
use crate::ui::keys;
use crate::ui::layout::{Track, columns, region};
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, size};
use crate::ui::widget::number::share;
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::table::{Cell, Column, Pick, Rows, Table, TableAction, TableState, Tone};
use crate::ui::widget::{Card, button, card, glyph};

use super::accounts::Known;
use super::clock::Clock;
use super::picked::Picked;
use found::{Found, groups, picked, values, words};

const VALUE: usize = 0;
const ROWS: usize = 1;
const ACCOUNTS: usize = 2;

const OF_ROWS: [Column<'_>; 4] = [
    Column::text("Value", 110.0, 70.0).unsorted().grows(),
    Column::number("Rows", 70.0, 56.0).unsorted().says("Rows with this value"),
    Column::number("Accounts", 72.0, 62.0).unsorted().says("Accounts with such a row"),
    Column::number("Share", 62.0, 56.0).unsorted().rank(1).says("Of the rows shown"),
];

const OF_ACCOUNTS: [Column<'_>; 4] = [
    Column::text("Value", 110.0, 70.0).unsorted().grows(),
    Column::number("Rows", 70.0, 56.0).unsorted().says("Their rows under the filter"),
    Column::number("Accounts", 72.0, 62.0).unsorted().says("Accounts with this value"),
    Column::number("Share", 62.0, 56.0).unsorted().rank(1).says("Of the accounts listed"),
];

/// The most lines that are copied.
const MOST_COPIED: u64 = 100_000;

/// Accounts that are named one by one in a filter; more are only selected.
const MOST_NAMED: usize = 500;

/// What is stacked.
#[derive(Clone, Debug, PartialEq)]
enum Of {
    /// A field of the rows shown.
    Field(Field),
    /// A column of the accounts listed.
    Column(usize),
}

/// Where the values come from.
pub enum Source<'a> {
    /// The rows of a mask, and its number.
    Rows(&'a Mask, u64),
    /// Accounts in their order, what is known of them, and the number of that.
    Accounts(&'a Arc<Vec<u32>>, &'a Known, u64),
}

#[derive(Clone, Debug, PartialEq)]
struct Key {
    index: u64,
    of: Of,
    source: u64,
    frequent_first: bool,
}

/// The stack beside a table, when there is one.
#[derive(Default)]
pub struct Stack {
    of: Option<(Of, String)>,
    frequent_first: bool,
    table: TableState,
    found: Latest<Key, Arc<Found>>,
    /// What became of copying.
    said: Option<String>,
}

impl Stack {
    /// Stacks the values of a field of the rows shown.
    pub fn open_field(&mut self, field: Field, title: &str) {
        self.open(Of::Field(field), title);
    }

    /// Stacks the values of a column of the accounts listed.
    pub fn open_column(&mut self, column: usize, title: &str) {
        self.open(Of::Column(column), title);
    }

    fn open(&mut self, of: Of, title: &str) {
        self.of = Some((of, title.to_owned()));
        self.frequent_first = false;
        self.said = None;
        self.table.rewind();
    }

    /// Closes it; false where there is none.
    pub fn close(&mut self) -> bool {
        self.of.take().is_some()
    }

    /// The column of the accounts table that is stacked.
    pub fn column(&self) -> Option<usize> {
        match self.of {
            Some((Of::Column(column), _)) => Some(column),
            _ => None,
        }
    }

    /// Divides the room of a table where its stack is open.
    pub fn split(&self, area: Rect) -> (Rect, Option<Rect>) {
        if self.of.is_none() {
            return (area, None);
        }
        let width = (area.width() * 0.42).clamp(210.0, 380.0);
        let [left, right] = columns(area, size::GAP, [Track::Share(1.0), Track::Fixed(width)]);
        (left, Some(right))
    }

    /// Draws it.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>, source: &Source<'_>) {
        let Some((of, title)) = self.of.clone() else { return };
        self.ask(ui, scene, &of, source);
        let title = format!("Stack: {}", visible_text(&title));
        let note = self.note(&of);
        let mut closed = false;
        let inner = card::card_within(ui, rect, &Card { title: &title, note: &note }, |ui| {
            closed = button::icon(ui, "Close the stack", glyph::cross).clicked();
            let (text, name) = match self.frequent_first {
                false => ("rare first", "Rare values first: put frequent ones first"),
                true => ("frequent first", "Frequent values first: put rare ones first"),
            };
            let switch = egui::Button::new(Face::Small.text(text)).small().frame(false);
            let response = ui.add(switch).on_hover_text(name);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
            if response.clicked() {
                self.frequent_first = !self.frequent_first;
                self.table.rewind();
            }
        });
        if closed || (scene.keys.are_free() && keys::take_escape(ui.ctx())) {
            self.close();
            return;
        }
        if let Some(error) = self.found.error() {
            return card::empty(ui, inner, "These values cannot be counted", error);
        }
        let Some(found) = self.found.answer().cloned() else {
            return card::empty(ui, inner, "Counting…", "");
        };
        let (columns, total) = match source {
            Source::Rows(mask, _) => (&OF_ROWS, mask.len()),
            Source::Accounts(order, ..) => (&OF_ACCOUNTS, order.len() as u64),
        };
        let table = Table {
            name: "Stack",
            columns,
            rows: found.len(),
            sort: None,
            empty: "Nothing is shown",
            listens: scene.keys.are_free(),
        };
        let state = &mut self.table;
        let index: &Index = scene.index;
        let clock = Clock::of(ui.ctx(), scene);
        let mut rows = StackRows { index, scene_actions: Vec::new(), found: &found, total, clock };
        let actions = region(ui, inner, |ui| table.show(ui, state, &mut rows));
        let wanted = std::mem::take(&mut rows.scene_actions);
        for (line, deed) in wanted {
            apply(scene, &found, line, deed);
        }
        let double = ui.input(|i| i.pointer.button_double_clicked(egui::PointerButton::Primary));
        for action in actions {
            match action {
                TableAction::Pick(Pick::Only(line) | Pick::Toggle(line)) => {
                    apply(scene, &found, line, Deed::Toggle);
                }
                TableAction::Open(line) if !double => apply(scene, &found, line, Deed::Toggle),
                TableAction::Copy { .. } => self.copy(ui, index, &found),
                _ => {}
            }
        }
    }

    /// Copies all lines.
    fn copy(&mut self, ui: &Ui, index: &Index, found: &Found) {
        if found.len() > MOST_COPIED {
            let most = count(MOST_COPIED);
            self.said = Some(format!("more than {most} values: narrow the filter first"));
            return;
        }
        let text = (0..found.len()).map(|line| words(index, found, line));
        ui.ctx().copy_text(text.collect::<Vec<_>>().join("\n"));
        self.said = Some(format!("{} copied", counted(found.len(), "value", "values")));
    }

    fn note(&self, of: &Of) -> String {
        let fresh = self.found.answered().is_some_and(|key| key.of == *of);
        let Some(found) = self.found.answer().filter(|_| fresh) else {
            return "counting…".to_owned();
        };
        if let Some(said) = &self.said {
            return said.clone();
        }
        match found.as_ref() {
            Found::Values(Field::Timestamp, _) => counted(found.len(), "day (UTC)", "days (UTC)"),
            _ => counted(found.len(), "value", "values"),
        }
    }

    fn ask(&mut self, ui: &Ui, scene: &Scene<'_>, of: &Of, source: &Source<'_>) {
        let number = match source {
            Source::Rows(_, id) | Source::Accounts(.., id) => *id,
        };
        let key = Key {
            index: scene.index_version,
            of: of.clone(),
            source: number,
            frequent_first: self.frequent_first,
        };
        if self.found.has(|asked| *asked == key) {
            return;
        }
        self.said = None;
        let frequent_first = self.frequent_first;
        match (of, source) {
            (Of::Field(field), Source::Rows(mask, _)) => {
                let (index, mask, field) = (scene.index.clone(), (*mask).clone(), *field);
                self.found.ask(ui.ctx(), key, move |progress| {
                    values(&index, &mask, field, frequent_first, progress).map(Arc::new)
                });
            }
            (Of::Column(column), Source::Accounts(order, known, _)) => {
                if known.is_pending(*column) {
                    return;
                }
                let (order, known, column) = ((*order).clone(), (*known).clone(), *column);
                self.found.ask(ui.ctx(), key, move |progress| {
                    groups(&order, &known, column, frequent_first, progress).map(Arc::new)
                });
            }
            _ => {}
        }
    }
}

/// What is done with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    /// Filters in, or takes that back.
    Toggle,
    Only,
    Without,
    Select,
}

/// A day, or records without a time: as the filter writes it.
fn apply_time(scene: &mut Scene<'_>, picked: &Picked, deed: Deed) {
    let text = picked.text().map_or_else(|| "time:none".to_owned(), |day| format!("time:{day}"));
    let Ok(asked) = Filter::parse(&text) else { return };
    match (deed, asked.time) {
        (Deed::Without, _) => {
            let value = asked.time.map_or(Wanted::Absent, |day| Wanted::Time(day.into()));
            let filter = scene.view.filter.and(Expr::term(Field::Timestamp, value).negated());
            scene.ask(Action::Filter(filter));
        }
        (_, Some(day)) => {
            let lifted = scene.view.filter.time == Some(day);
            scene.ask(Action::Brush((!lifted).then_some(day)));
        }
        (_, None) => {
            let filter = scene.view.filter.with_only_untimed(true);
            scene.ask(Action::Filter(filter));
        }
    }
}

fn apply(scene: &mut Scene<'_>, found: &Found, line: u64, deed: Deed) {
    if let (Found::Values(Field::Timestamp, _), Some(picked)) =
        (found, picked(scene.index, found, line))
    {
        return apply_time(scene, &picked, deed);
    }
    if let Some(picked) = picked(scene.index, found, line) {
        let filter = &scene.view.filter;
        let filter = match deed {
            Deed::Toggle => picked.toggled(filter),
            Deed::Only | Deed::Select => picked.only(filter),
            Deed::Without => picked.taken_out(filter),
        };
        return scene.ask(Action::Filter(filter));
    }
    let Found::Groups(.., list) = found else { return };
    let Some(group) = list.get(line as usize) else { return };
    let ids: Vec<String> =
        group.accounts.iter().map(|a| scene.index.accounts()[*a as usize].clone()).collect();
    let values = || ids.iter().map(Wanted::text).collect();
    let condition = || Expr::one_of(Field::AccountId, values());
    match deed {
        Deed::Toggle | Deed::Select => scene.ask(Action::Select(Selection::accounts(ids))),
        Deed::Only => {
            if let Some(expr) = condition() {
                let filter = scene.view.filter.and(expr);
                scene.ask(Action::Filter(filter));
            }
        }
        Deed::Without => {
            if let Some(expr) = condition() {
                let filter = scene.view.filter.and(expr.negated());
                scene.ask(Action::Filter(filter));
            }
        }
    }
}

struct StackRows<'a> {
    index: &'a Index,
    /// What was asked for from a menu, by line.
    scene_actions: Vec<(u64, Deed)>,
    found: &'a Found,
    total: u64,
    clock: Clock,
}

impl Rows for StackRows<'_> {
    fn cell(&mut self, line: u64, column: usize) -> Cell<'_> {
        let (rows, accounts, part) = match self.found {
            Found::Values(_, list) => {
                let Some(s) = list.get(line as usize) else { return Cell::None };
                (u64::from(s.rows), u64::from(s.accounts), u64::from(s.rows))
            }
            Found::Groups(.., list) => {
                let Some(g) = list.get(line as usize) else { return Cell::None };
                let accounts = g.accounts.len() as u64;
                (g.rows, accounts, accounts)
            }
        };
        match column {
            VALUE => self.found.cell(self.index, line, self.clock),
            ROWS => Cell::Count(rows),
            ACCOUNTS => Cell::Count(accounts),
            _ => Cell::Figure(share(part, self.total).into(), Tone::Muted),
        }
    }

    fn selected(&self, _line: u64) -> bool {
        false
    }

    fn key(&self, line: u64) -> Option<u64> {
        Some(line)
    }

    fn menu(&mut self, ui: &mut Ui, line: u64, _column: usize) {
        let (title, accounts) = match self.found {
            Found::Values(..) => {
                let picked = picked(self.index, self.found, line);
                (picked.map_or_else(String::new, |p| p.title()), 0)
            }
            Found::Groups(.., list) => {
                let accounts = list.get(line as usize).map_or(0, |g| g.accounts.len());
                (format!("these {}", counted(accounts as u64, "account", "accounts")), accounts)
            }
        };
        let mut entry = |ui: &mut Ui, text: String, deed: Deed, enabled: bool| {
            let response = ui.add_enabled(enabled, egui::Button::new(text));
            let too_many = format!(
                "More than {} accounts are not written into a filter; select them",
                count(MOST_NAMED as u64)
            );
            if response.on_disabled_hover_text(too_many).clicked() {
                self.scene_actions.push((line, deed));
            }
        };
        let few = accounts <= MOST_NAMED;
        entry(ui, format!("Only {title}"), Deed::Only, few);
        entry(ui, format!("Without {title}"), Deed::Without, few);
        if accounts > 0 {
            entry(ui, format!("Select {title}"), Deed::Select, true);
        }
        if ui.button("Copy").clicked() {
            ui.ctx().copy_text(words(self.index, self.found, line));
        }
    }
}

//! A stack: every value of a column with what has it, the rare ones first, because what only one
//! account does is what one looks for. A click filters.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Rect, Ui};

use crate::index::{Index, Mask, Stacked};
use crate::job::{Cancelled, Progress};
use crate::model::filter::Value as Wanted;
use crate::model::{Expr, Field, Filter, Selection};
use crate::ui::Latest;
use crate::ui::format::{count, counted};
use crate::ui::layout::{Track, columns, region};
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, size};
use crate::ui::widget::number::share;
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::table::{Cell, Column, Pick, Rows, Table, TableAction, TableState, Tone};
use crate::ui::widget::{Card, button, card, glyph};

use super::accounts::Known;
use super::menu::{self, Picked};

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

/// One value of the accounts table and who has it.
struct Group {
    text: Option<String>,
    accounts: Vec<u32>,
    rows: u64,
}

/// The values found, in order.
enum Found {
    Values(Field, Vec<Stacked>),
    Groups(Vec<Group>),
}

impl Found {
    fn len(&self) -> u64 {
        match self {
            Self::Values(_, list) => list.len() as u64,
            Self::Groups(list) => list.len() as u64,
        }
    }
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
        if closed {
            self.close();
            return;
        }
        let Some(found) = self.found.answer().cloned() else {
            let words = self.found.error().unwrap_or("Counting…");
            return card::empty(ui, inner, words, "");
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
        let mut rows = StackRows { index, scene_actions: Vec::new(), found: &found, total };
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
                TableAction::Copy { .. } => {
                    let text = (0..found.len()).map(|line| words(index, &found, line));
                    ui.ctx().copy_text(text.collect::<Vec<_>>().join("\n"));
                }
                _ => {}
            }
        }
    }

    fn note(&self, of: &Of) -> String {
        let fresh = self.found.answered().is_some_and(|key| key.of == *of);
        match self.found.answer().filter(|_| fresh) {
            Some(found) => counted(found.len(), "value", "values"),
            None => "counting…".to_owned(),
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

fn values(
    index: &Index,
    mask: &Mask,
    field: Field,
    frequent_first: bool,
    progress: &Progress,
) -> Result<Found, String> {
    index.read_texts_of(field).map_err(|e| e.to_string())?;
    let mut list = index.stacked(mask, field, progress).map_err(|e| e.to_string())?;
    // Equal ones in the order of the dictionary: there may be millions.
    list.sort_by_key(|s| (if frequent_first { !s.rows } else { s.rows }, s.value));
    Ok(Found::Values(field, list))
}

fn groups(
    order: &[u32],
    known: &Known,
    column: usize,
    frequent_first: bool,
    progress: &Progress,
) -> Result<Found, Cancelled> {
    let mut by_value: BTreeMap<Option<String>, Vec<u32>> = BTreeMap::new();
    for account in order {
        progress.check()?;
        let value = known.value(*account, column);
        let text = value.key().map(|_| value.exact().into_owned());
        by_value.entry(text).or_default().push(*account);
    }
    let group = |(text, accounts): (Option<String>, Vec<u32>)| {
        let rows = accounts.iter().map(|a| u64::from(known.stats(*a).rows)).sum();
        Group { text, accounts, rows }
    };
    let mut list: Vec<Group> = by_value.into_iter().map(group).collect();
    list.sort_by_key(|g| if frequent_first { !g.accounts.len() } else { g.accounts.len() });
    Ok(Found::Groups(list))
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

fn picked(index: &Index, found: &Found, line: u64) -> Option<Picked> {
    let Found::Values(field, list) = found else { return None };
    let stacked = list.get(line as usize)?;
    let Some(value) = stacked.value else { return Some(Picked::Absent(*field)) };
    let text = index.stacked_text(*field, value)?;
    Some(match text.parse::<f64>() {
        Ok(number) if menu::is_numeric(*field) => Picked::Number(*field, number),
        _ => Picked::Text(*field, text),
    })
}

/// A day, or records without a time: as the filter writes it.
fn apply_time(scene: &mut Scene<'_>, picked: &Picked, deed: Deed) {
    let text = match picked {
        Picked::Text(_, day) => format!("time:{day}"),
        _ => "time:none".to_owned(),
    };
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
        match deed {
            Deed::Toggle => menu::toggle(scene, &picked),
            Deed::Only | Deed::Select => menu::include(scene, &picked),
            Deed::Without => menu::exclude(scene, &picked),
        }
        return;
    }
    let Found::Groups(list) = found else { return };
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

/// A line as text, for the clipboard: value, rows, accounts.
fn words(index: &Index, found: &Found, line: u64) -> String {
    let clean = |text: String| {
        let text = text.replace(['\t', '\r', '\n'], " ");
        crate::report::csv::neutral(&text).into_owned()
    };
    match found {
        Found::Values(field, list) => {
            let Some(s) = list.get(line as usize) else { return String::new() };
            let text = s.value.and_then(|v| index.stacked_text(*field, v)).unwrap_or_default();
            format!("{}\t{}\t{}", clean(text), s.rows, s.accounts)
        }
        Found::Groups(list) => {
            let Some(g) = list.get(line as usize) else { return String::new() };
            let text = g.text.clone().unwrap_or_default();
            format!("{}\t{}\t{}", clean(text), g.rows, g.accounts.len())
        }
    }
}

struct StackRows<'a> {
    index: &'a Index,
    /// What was asked for from a menu, by line.
    scene_actions: Vec<(u64, Deed)>,
    found: &'a Found,
    total: u64,
}

impl Rows for StackRows<'_> {
    fn cell(&mut self, line: u64, column: usize) -> Cell<'_> {
        let (text, rows, accounts, part) = match self.found {
            Found::Values(field, list) => {
                let Some(s) = list.get(line as usize) else { return Cell::None };
                let text = s.value.map(|v| self.index.stacked_text(*field, v).unwrap_or_default());
                (text, u64::from(s.rows), u64::from(s.accounts), u64::from(s.rows))
            }
            Found::Groups(list) => {
                let Some(g) = list.get(line as usize) else { return Cell::None };
                let accounts = g.accounts.len() as u64;
                (g.text.clone(), g.rows, accounts, accounts)
            }
        };
        match column {
            VALUE => match text {
                Some(text) => Cell::text(text),
                None if matches!(self.found, Found::Values(..)) => Cell::Absent,
                None => Cell::muted("none"),
            },
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
            Found::Groups(list) => {
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

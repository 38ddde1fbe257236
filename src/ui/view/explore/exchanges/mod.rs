//! The exchanges card: the rows of the selection in time order or any other, any number of them.

mod around;
mod columns;
mod go_to;
mod lines;
mod place;
mod rows;
mod steps;

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Rect, Ui};

use crate::index::{Meaning, SortedRows, Step};
use crate::model::{Field, Granularity, Selection};
use crate::ui::Latest;
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::shown::{Shown, ShownTable, selection_words};
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::table::{self, ColumnChoice, Pick, Sort, Table, TableAction, TableState};
use crate::ui::widget::{Card, card, drop_down};

use super::clock::Clock;
use super::query::{Masks, Query};
use super::record::Record;
use super::stack::{Source, Stack};
use super::tools;
use super::value::tab_separated;

use columns::Known;
use go_to::GoTo;
use lines::Lines;
use rows::{Deed, ExchangeRows};
use steps::Wanted;

const TIME: usize = 0;

/// Rows up to which copying fits a clipboard.
const MOST_COPIED: u64 = 100_000;

/// What the rows in another order than time depend on.
type SortKey = (u64, Field, bool);

/// Which lines were drawn: other ones are looked through for the current row.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Drawn {
    /// The rows that the lines are of.
    mask: u64,
    sort: Sort,
    sorted: bool,
}

/// The card's own state.
pub struct Exchanges {
    table: TableState,
    sort: Sort,
    sorted: Latest<SortKey, Arc<SortedRows>>,
    /// Columns without anything in the whole case.
    empty: Latest<u64, BTreeSet<String>>,
    sources: (u64, Arc<Vec<(u32, String)>>),
    drawn: Option<Drawn>,
    /// The event that the analyst went to, and the one shown for it: the nearest in time where
    /// the filter does not keep it.
    chosen: Option<u64>,
    current: Option<u64>,
    /// Lines marked for copying.
    marked: Option<(u64, u64)>,
    /// What is said of the last move, until the next.
    said: Option<String>,
    /// What is to be said once the lines that were asked for are there.
    to_say: Option<String>,
    go_to: Option<GoTo>,
    stack: Stack,
    meaning: Meaning,
    minutes: u32,
    /// By the number of the step and the rows it is looked for in.
    step: Latest<(u64, u64), (Option<Step>, bool)>,
    wanted: Option<Wanted>,
    /// The step that was taken last.
    taken: u64,
    /// Whether the table is to be exported as it is shown.
    export_wanted: bool,
}

impl Default for Exchanges {
    fn default() -> Self {
        Self {
            table: TableState::default(),
            sort: Sort { column: TIME, descending: false },
            sorted: Latest::default(),
            empty: Latest::default(),
            sources: Default::default(),
            drawn: None,
            chosen: None,
            current: None,
            marked: None,
            said: None,
            to_say: None,
            go_to: None,
            stack: Stack::default(),
            meaning: Meaning::Same(Field::AccountId),
            minutes: 5,
            step: Latest::default(),
            wanted: None,
            taken: 0,
            export_wanted: false,
        }
    }
}

impl Exchanges {
    /// The analyst's columns.
    pub fn columns(&mut self) -> &mut ColumnChoice {
        &mut self.table.columns
    }

    /// Gives the table the keyboard.
    pub fn focus(&mut self) {
        self.table.focus();
        self.table.cursor.get_or_insert(0);
    }

    /// Draws the card.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        scene: &mut Scene<'_>,
        query: &Query,
        record: &mut Record,
    ) {
        self.ask_empty(ui, scene);
        let (rect, beside) = self.stack.split(rect);
        let masks = query.masks();
        let counted = masks.map_or(Granularity::Exchange, |m| m.shown.counted());
        let title = &format::capitalised(counted.plural());
        let note = self.note(scene, query);
        let room = rect.width() - 2.0;
        let clock = Clock::of(ui.ctx(), scene);
        let unit = clock.unit(scene);
        let all = columns::all(&unit);
        let mut export = std::mem::take(&mut self.export_wanted);
        let inner = card(ui, rect, &Card { title, note: &note }, |ui| {
            export |= tools::export_button(ui, title, room);
            self.stack_menu(ui, title);
            table::columns_menu(ui, title, &all, &mut self.table, room);
            if query.is_stale() || self.sorted.is_stale() {
                let words = if query.is_stale() { "counting…" } else { "sorting…" };
                ui.label(Face::Small.text(words).color(Theme::of(ui).muted));
            }
        });
        let Some(masks) = masks else { return query.show_error(ui, inner) };
        let known = self.known(scene);
        let (lines, of) = self.lines(ui, scene, masks);
        self.keep_place(&known, masks, (&lines, of), record);
        if of == masks.id {
            self.take_step(ui, scene, &known, masks, &lines, record);
        }
        let inner = self.strip(ui, inner, &known, masks, &lines, record);
        let empty = query.why_empty().unwrap_or("Nothing is in the selection");
        let table = Table {
            name: title,
            columns: &all,
            rows: lines.len(),
            sort: Some(self.sort),
            empty,
            listens: scene.keys.are_free(),
        };
        let mut rows = ExchangeRows {
            clock,
            scene,
            known: &known,
            lines: &lines,
            current: self.current,
            marked: self.marked,
            minutes: &mut self.minutes,
            deed: None,
        };
        let state = &mut self.table;
        let actions = region(ui, inner, |ui| table.show(ui, state, &mut rows));
        let deed = rows.deed.take();
        // What is being counted or sorted is waited for: its end draws the next frame.
        self.export_wanted = export && (query.is_stale() || self.sorted.is_stale());
        if export && !self.export_wanted {
            self.export(scene, masks, &known, &lines);
        }
        for action in actions {
            self.apply(ui, action, &known, &lines, record);
        }
        if let Some(deed) = deed {
            self.do_deed(deed, scene, &known, record);
        }
        if let Some(beside) = beside {
            let source = Source::Rows(&masks.shown, masks.id);
            region(ui, beside, |ui| self.stack.show(ui, beside, scene, &source));
        }
    }

    fn stack_menu(&mut self, ui: &mut Ui, name: &str) {
        drop_down(ui, "stack", &format!("{name}: stack a column"), false, |ui| {
            egui::ScrollArea::vertical().max_height(420.0).show(ui, |ui| {
                for index in self.table.columns.ordered(&columns::all("")) {
                    let (_, name, column) = &columns::COLUMNS[index];
                    let there = !self.table.columns.empty.contains(*name);
                    if let Some(field) = columns::field(index).filter(|_| there)
                        && ui.button(column.title).clicked()
                    {
                        self.stack.open_field(field, column.title);
                    }
                }
            });
        });
    }

    fn known(&mut self, scene: &Scene<'_>) -> Known {
        if self.sources.0 != scene.index_version {
            self.sources = (scene.index_version, Arc::new(columns::paths(scene.sources)));
        }
        Known {
            index: scene.index.clone(),
            lists: scene.lists.clone(),
            sources: self.sources.1.clone(),
        }
    }

    /// The lines in the order asked for, in time order until another one is there; and the number
    /// of the rows they are of.
    fn lines(&mut self, ui: &Ui, scene: &Scene<'_>, masks: &Masks) -> (Lines, u64) {
        let by_time =
            |newest_first| (Lines::Time { mask: masks.shown.clone(), newest_first }, masks.id);
        let field = columns::field(self.sort.column).filter(|field| *field != Field::Timestamp);
        let Some(field) = field else {
            self.sorted.poll();
            return by_time(self.sort.descending);
        };
        let key = (masks.id, field, self.sort.descending);
        let (index, mask) = (scene.index.clone(), masks.shown.clone());
        self.sorted.ask(ui.ctx(), key, move |progress| {
            let sorted = index.sorted_rows(&mask, key.1, key.2, progress);
            sorted.map(Arc::new)
        });
        if let Some(error) = self.sorted.error() {
            self.said = Some(error.to_owned());
            self.sort = Sort { column: TIME, descending: false };
            return by_time(false);
        }
        let same = |answered: &&SortKey| (answered.1, answered.2) == (field, self.sort.descending);
        match (self.sorted.answered().filter(same), self.sorted.answer()) {
            // Rows of an earlier filter stay in sight until those of this one are sorted, unless
            // they are of another case.
            (Some(answered), Some(rows)) if answered.0 == masks.id || self.sorted.is_stale() => {
                (Lines::Sorted(rows.clone()), answered.0)
            }
            _ => by_time(false),
        }
    }

    /// Finds out which columns have nothing to show, once for every case.
    fn ask_empty(&mut self, ui: &Ui, scene: &Scene<'_>) {
        let index = scene.index.clone();
        self.empty.ask(ui.ctx(), scene.index_version, move |_| {
            let fitness = index.fitness(index.everything());
            let absent = |field: Field| fitness.iter().any(|f| f.field == field && f.present == 0);
            let empty = (0..columns::COLUMNS.len())
                .filter(|column| columns::field(*column).is_some_and(absent))
                .map(|column| columns::COLUMNS[column].1.to_owned());
            Ok::<_, String>(empty.collect())
        });
        if let Some(empty) = self.empty.answer()
            && self.table.columns.empty != *empty
        {
            self.table.columns.empty.clone_from(empty);
        }
    }

    fn note(&self, scene: &Scene<'_>, query: &Query) -> String {
        let Some(masks) = query.masks() else { return String::new() };
        let shown = format::count(masks.shown.len());
        let of = format::count(masks.population.len());
        match &scene.view.selection {
            Selection::Nothing => format!("{shown} of {of}\n{shown}"),
            selection => {
                format!("{shown} of {of} · {}\n{shown} of {of}\n{shown}", words_of(selection))
            }
        }
    }

    fn apply(
        &mut self,
        ui: &Ui,
        action: TableAction,
        known: &Known,
        lines: &Lines,
        record: &mut Record,
    ) {
        match action {
            TableAction::Sort(sort) => {
                self.sort = sort;
                self.said = None;
            }
            TableAction::Pick(Pick::Only(line) | Pick::Toggle(line))
            | TableAction::Step(Pick::Only(line) | Pick::Toggle(line)) => {
                self.marked = None;
                self.choose(known, lines, line, record);
            }
            TableAction::Pick(Pick::Range { from, to, .. })
            | TableAction::Step(Pick::Range { from, to, .. }) => {
                // The current row and its record are those at the end that moves.
                if let Some(line) = self.table.cursor {
                    self.choose(known, lines, line, record);
                }
                self.marked = Some((from, to));
            }
            TableAction::Pick(Pick::All) | TableAction::Step(Pick::All) => {
                self.marked = lines.len().checked_sub(1).map(|last| (0, last));
            }
            TableAction::Open(line) => self.choose(known, lines, line, record),
            TableAction::Copy { cell } => self.copy(ui, cell, known, lines),
            TableAction::Hover(_) => {}
        }
    }

    fn do_deed(&mut self, deed: Deed, scene: &mut Scene<'_>, known: &Known, record: &mut Record) {
        match deed {
            Deed::Stack(column) => {
                if let Some(field) = columns::field(column) {
                    self.stack.open_field(field, columns::COLUMNS[column].2.title);
                }
            }
            Deed::Around(event, around) => {
                self.stay_on(event, record);
                self.show_around(scene, known, around);
            }
            Deed::Step(event, command) => {
                self.stay_on(event, record);
                self.run(command, scene);
            }
            Deed::CopyRecord(event) => {
                self.stay_on(event, record);
                record.copy(event);
            }
        }
    }

    /// Copies the cell the keyboard is on, or the rows marked, or the one the keyboard is on.
    fn copy(&mut self, ui: &Ui, cell: Option<usize>, known: &Known, lines: &Lines) {
        let Some(cursor) = self.table.cursor else { return };
        if let Some(column) = cell {
            if let Some(row) = lines.row(&known.index, cursor) {
                ui.ctx().copy_text(known.value(row, column).exact().into_owned());
                self.said = Some("Cell copied".to_owned());
            }
            return;
        }
        let (from, to) = self.marked.unwrap_or((cursor, cursor));
        let count = to.saturating_sub(from) + 1;
        if count > MOST_COPIED {
            let most = format::count(MOST_COPIED);
            self.said = Some(format!("More than {most} rows: export what is shown instead"));
            return;
        }
        let shown: Vec<usize> = self.table.shown().collect();
        let header: Vec<&str> = shown.iter().map(|c| columns::COLUMNS[*c].1).collect();
        let rows = (from..=to).filter_map(|line| lines.row(&known.index, line));
        let rows = rows.map(|row| shown.iter().map(|c| known.value(row, *c)).collect());
        ui.ctx().copy_text(tab_separated(rows, &header));
        self.said = Some(format!("{} copied", format::counted(count, "row", "rows")));
    }

    /// Offers to write the table as it is shown.
    fn export(&mut self, scene: &mut Scene<'_>, masks: &Masks, known: &Known, lines: &Lines) {
        let shown: Vec<usize> = self.table.shown().collect();
        let name = |column: usize| columns::COLUMNS[column].1;
        let (known, lines) = (known.clone(), lines.clone());
        let table = ShownTable {
            rows_are: masks.shown.counted().plural(),
            columns: shown.iter().map(|c| name(*c).to_owned()).collect(),
            rows: lines.len(),
            of: masks.population.len(),
            filter: scene.view.filter.clone(),
            counted: scene.index.default_granularity(),
            selection: selection_words(&scene.view.selection),
            order: order_words(self.sort),
            write: Box::new(move |table, progress| {
                let rows = (0..lines.len()).filter_map(|line| lines.row(&known.index, line));
                tools::write_rows(table, rows, progress, |table, row| {
                    shown.iter().try_for_each(|column| known.value(row, *column).write(table))
                })
            }),
        };
        scene.ask(Action::ExportShown(Shown(Arc::new(table))));
    }
}

/// How the rows are ordered, as an exported table says it.
fn order_words(sort: Sort) -> String {
    let way = if sort.descending { "falling" } else { "rising" };
    match columns::COLUMNS[sort.column] {
        (_, name, _) if sort.column == TIME => format!("{name} {way}, those without one last"),
        (_, name, _) => format!("{name} {way}, then timestamp rising"),
    }
}

fn words_of(selection: &Selection) -> String {
    if let Selection::Accounts(ids) = selection
        && ids.len() > 1
    {
        return format::counted(ids.len() as u64, "account", "accounts");
    }
    let title = selection.title();
    crate::ui::widget::raw::visible_text(&title).into_owned()
}

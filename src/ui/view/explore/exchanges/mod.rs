//! The exchanges card: the rows of the selection in time order, any number of them.

use std::collections::BTreeSet;

use egui::{Rect, Ui};

use crate::index::{Index, Mask, RowView};
use crate::model::{Field, Selection};
use crate::ui::Latest;
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::number::duration_ms;
use crate::ui::widget::table::{
    self, Cell, Column, Pick, Rows, Sort, Table, TableAction, TableState, Tone,
};
use crate::ui::widget::{Card, card};

use super::accounts::short_time;
use super::menu::{self, Picked};
use super::query::Query;
use super::record::Record;

const TIME: usize = 0;

// The request id is not among them: the index does not hold it, the original record shows it.
const COLUMNS: [Column; 10] = [
    Column::text("Time", 138.0, 116.0).says("UTC"),
    Column::text("Account", 128.0, 110.0).unsorted(),
    Column::text("Model", 120.0, 96.0).unsorted().grows(),
    Column::text("Endpoint", 120.0, 96.0).unsorted().rank(5).grows(),
    Column::number("Status", 66.0, 62.0).unsorted().rank(2).says("HTTP status"),
    Column::number("Input", 74.0, 62.0)
        .unsorted()
        .rank(1)
        .says("Input tokens, cached ones included"),
    Column::number("Output", 74.0, 62.0).unsorted().says("Output tokens, reasoning included"),
    Column::number("Latency", 76.0, 66.0).unsorted().rank(4),
    Column::text("Address", 124.0, 116.0).unsorted().rank(3).grows().says("As the log wrote it"),
    Column::text("Stop", 92.0, 82.0).unsorted().rank(6).grows().says("Why generation stopped"),
];

/// The field in each column.
const FIELDS: [Field; 10] = [
    Field::Timestamp,
    Field::AccountId,
    Field::Model,
    Field::Endpoint,
    Field::Status,
    Field::InputTokens,
    Field::OutputTokens,
    Field::LatencyMs,
    Field::ClientIp,
    Field::StopReason,
];

/// The card's own state.
#[derive(Default)]
pub struct Exchanges {
    table: TableState,
    newest_first: bool,
    /// Columns without anything in the whole case.
    empty: Latest<u64, BTreeSet<&'static str>>,
    /// The rows drawn last: others start at the top.
    drawn: u64,
}

impl Exchanges {
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
        let masks = query.masks();
        let title = masks.map_or("Exchanges", |m| title(m));
        let note = note(scene, query);
        let room = rect.width() - 2.0;
        let inner = card(ui, rect, &Card { title, note: &note }, |ui| {
            table::columns_menu(ui, title, &COLUMNS, &mut self.table, room);
            if query.is_stale() {
                ui.label(Face::Small.text("counting…").color(Theme::of(ui).muted));
            }
        });
        let Some(masks) = masks else { return query.show_error(ui, inner) };
        if self.drawn != masks.id {
            self.drawn = masks.id;
            self.table.rewind();
        }
        let total = masks.shown.len();
        let sort = Sort { column: COLUMNS[TIME].title, descending: self.newest_first };
        let empty = query.why_empty().unwrap_or("Nothing is in the selection");
        let table = Table {
            name: title,
            columns: &COLUMNS,
            rows: total,
            sort: Some(sort),
            empty,
            listens: scene.keys.are_free(),
        };
        let mut rows = ExchangeRows {
            with_year: super::accounts::several_years(scene),
            scene,
            mask: &masks.shown,
            newest_first: self.newest_first,
            open: record.event(),
        };
        let state = &mut self.table;
        let actions = region(ui, inner, |ui| table.show(ui, state, &mut rows));
        let index = scene.index.clone();
        let newest_first = self.newest_first;
        let event = |line: u64| {
            let row = masks.shown.nth(position(&index, &masks.shown, newest_first, line)?)?;
            Some((index.event_id(row), row))
        };
        for action in actions {
            match action {
                TableAction::Sort(sort) => {
                    self.newest_first = sort.descending;
                    self.table.rewind();
                }
                TableAction::Pick(Pick::Only(row) | Pick::Toggle(row))
                | TableAction::Step(Pick::Only(row)) => {
                    if let Some((id, _)) = event(row) {
                        record.open(id);
                    }
                }
                TableAction::Pick(_) | TableAction::Step(_) => {}
                TableAction::Open(row) => {
                    if let Some((id, row)) = event(row) {
                        record.open(id);
                        let account = index.row(row).account();
                        scene.ask(Action::Select(Selection::account(account)));
                    }
                }
                TableAction::Hover(_) => {}
            }
        }
    }
}

impl Exchanges {
    /// Finds out which columns have nothing to show, once for every case.
    fn ask_empty(&mut self, ui: &Ui, scene: &Scene<'_>) {
        let index = scene.index.clone();
        self.empty.ask(ui.ctx(), scene.index_version, move |_| {
            let fitness = index.fitness(index.everything());
            let absent = |field: Field| fitness.iter().any(|f| f.field == field && f.present == 0);
            let columns = COLUMNS.iter().zip(FIELDS).filter(|(_, field)| absent(*field));
            Ok::<_, String>(columns.map(|(column, _)| column.title).collect())
        });
        if let Some(empty) = self.empty.answer()
            && self.table.columns.empty != *empty
        {
            self.table.columns.empty.clone_from(empty);
        }
    }
}

fn title(masks: &super::query::Masks) -> &'static str {
    match masks.shown.counted() {
        crate::model::Granularity::Exchange => "Exchanges",
        crate::model::Granularity::Activity => "Activities",
        crate::model::Granularity::Bucket => "Usage buckets",
        crate::model::Granularity::Repeat => "Repeats",
        crate::model::Granularity::Joined => "Joined records",
    }
}

fn note(scene: &Scene<'_>, query: &Query) -> String {
    let Some(masks) = query.masks() else { return String::new() };
    let shown = format::count(masks.shown.len());
    let of = format::count(masks.population.len());
    match &scene.view.selection {
        Selection::Nothing => format!("{shown} of {of}"),
        selection => format!("{shown} of {of} · {}", selection_words(selection)),
    }
}

fn selection_words(selection: &Selection) -> String {
    if let Selection::Accounts(ids) = selection
        && ids.len() > 1
    {
        return format::counted(ids.len() as u64, "account", "accounts");
    }
    let title = selection.title();
    crate::ui::widget::raw::visible_text(&title).into_owned()
}

struct ExchangeRows<'a, 'b> {
    scene: &'a mut Scene<'b>,
    mask: &'a Mask,
    newest_first: bool,
    with_year: bool,
    open: Option<u64>,
}

impl<'b> ExchangeRows<'_, 'b> {
    /// The record on a line of the table.
    fn row(&self, line: u64) -> Option<RowView<'b>> {
        let index: &'b Index = self.scene.index;
        let position = position(index, self.mask, self.newest_first, line)?;
        self.mask.nth(position).map(|row| index.row(row))
    }
}

/// Which of the rows kept stands on a line of the table. Those without a time come last, whether
/// the newest or the oldest comes first.
fn position(index: &Index, mask: &Mask, newest_first: bool, line: u64) -> Option<u64> {
    let timed = u64::from(mask.count_in(index.timed()));
    match newest_first && line < timed {
        true => Some(timed - 1 - line),
        false => (line < mask.len()).then_some(line),
    }
}

fn text(value: Option<&str>) -> Cell<'_> {
    Cell::or_absent(value.map(Cell::text))
}

fn number(value: Option<u32>) -> Cell<'static> {
    Cell::or_absent(value.map(|n| Cell::Count(n.into())))
}

impl<'b> Rows for ExchangeRows<'_, 'b> {
    fn cell(&mut self, line: u64, column: usize) -> Cell<'_> {
        let Some(row) = self.row(line) else { return Cell::None };
        match FIELDS.get(column) {
            Some(Field::Timestamp) => match row.at() {
                Some(at) => Cell::Figure(short_time(at, self.with_year).into(), Tone::Plain),
                None => Cell::muted("no time"),
            },
            Some(Field::AccountId) => Cell::mono(row.account()),
            Some(Field::Model) => text(row.model()),
            Some(Field::Endpoint) => text(row.endpoint()),
            Some(Field::Status) => Cell::or_absent(row.status().map(|code| {
                let tone = if code >= 400 { Tone::Bad } else { Tone::Muted };
                Cell::Figure(code.to_string().into(), tone)
            })),
            Some(Field::InputTokens) => number(row.input_tokens()),
            Some(Field::OutputTokens) => number(row.output_tokens()),
            Some(Field::LatencyMs) => Cell::or_absent(
                row.latency_ms().map(|ms| Cell::Figure(duration_ms(ms.into()).into(), Tone::Plain)),
            ),
            Some(Field::ClientIp) => Cell::or_absent(row.client_ip().map(Cell::mono)),
            Some(Field::StopReason) => Cell::or_absent(row.stop_reason().map(Cell::muted)),
            _ => Cell::None,
        }
    }

    fn selected(&self, line: u64) -> bool {
        self.open.is_some() && self.row(line).map(|r| r.event_id()) == self.open
    }

    fn key(&self, line: u64) -> Option<u64> {
        self.row(line).map(|row| row.event_id())
    }

    fn menu(&mut self, ui: &mut Ui, event: u64, column: usize) {
        let index: &'b Index = self.scene.index;
        let Some(row) = index.row_of_event(event).map(|row| index.row(row)) else { return };
        let field = FIELDS.get(column).copied().unwrap_or(Field::AccountId);
        let picked = match field {
            Field::Timestamp if row.at().is_some() => None,
            Field::Status => Some(Picked::number(field, row.status())),
            Field::InputTokens => Some(Picked::number(field, row.input_tokens())),
            Field::OutputTokens => Some(Picked::number(field, row.output_tokens())),
            Field::LatencyMs => Some(Picked::number(field, row.latency_ms())),
            _ => Some(Picked::text(field, row.text(field).as_deref())),
        };
        match picked {
            Some(picked) => menu::value(ui, self.scene, &picked),
            None => {
                if ui.button("Copy").clicked()
                    && let Some(at) = row.at()
                {
                    ui.ctx().copy_text(at.to_string());
                }
            }
        }
        let account = row.account().to_owned();
        menu::account(ui, self.scene, &account, std::slice::from_ref(&account));
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_case;
    use super::*;

    #[test]
    fn rows_without_a_time_come_last_in_either_direction() {
        let index = test_case::with_untimed(3);
        let mask = index.everything();
        let all = mask.len();
        let line = |newest_first, line| position(&index, mask, newest_first, line);
        assert_eq!([line(false, 0), line(false, all - 1)], [Some(0), Some(all - 1)]);
        assert_eq!([line(true, 0), line(true, all - 4)], [Some(all - 4), Some(0)]);
        assert_eq!([line(true, all - 3), line(true, all - 1)], [Some(all - 3), Some(all - 1)]);
        assert_eq!([line(true, all), line(false, all)], [None, None]);
    }
}

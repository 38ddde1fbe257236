//! The original record beside the exchanges, and what was read from it.

use std::borrow::Cow;
use std::sync::Mutex;

use egui::{Rect, Ui, UiBuilder};

use crate::index::RowView;
use crate::model::{FIELDS, Field, Selection};
use crate::ui::Latest;
use crate::ui::keys;
use crate::ui::layout::{Track, columns};
use crate::ui::scene::Scene;
use crate::ui::search;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{empty, surface};
use crate::ui::widget::raw::{self, Host, RawAction, RawState, RawText, SameCall};
use crate::ui::widget::table::{Cell, Column, Rows, Table, TableAction, TableState};
use crate::ui::widget::text;

use super::menu;
use super::picked::Picked;

/// The card's own state.
#[derive(Default)]
pub struct Record {
    event: Option<u64>,
    /// The index that the answer belongs to and its event, for ids mean nothing in another case, and
    /// what is lit up in it.
    text: Latest<(u64, u64, Vec<String>), Mutex<RawText>>,
    raw: RawState,
    fields: TableState,
    /// The record to copy once it is read.
    copy: Option<u64>,
}

impl Record {
    /// Shows the record of this event.
    pub fn open(&mut self, event_id: u64) {
        self.turn_to(Some(event_id));
    }

    fn turn_to(&mut self, event: Option<u64>) {
        if self.event == event {
            return;
        }
        self.event = event;
        // A copy that was overtaken must not replace what is on the clipboard later.
        self.copy = None;
        match event {
            Some(_) => self.raw.begin(),
            None => self.raw.end(),
        }
    }

    /// Puts the cursor into the field that finds text in the record.
    pub fn find(&mut self) {
        self.raw.find();
    }

    /// Copies the record of an event as soon as it is read.
    pub fn copy(&mut self, event: u64) {
        self.copy = Some(event);
    }

    /// The event whose record is shown.
    pub fn event(&self) -> Option<u64> {
        self.event
    }

    /// Divides the room of the exchanges, where a record is shown.
    pub fn split(&self, area: Rect) -> (Rect, Option<Rect>) {
        if self.event.is_none() {
            return (area, None);
        }
        let [left, right] = columns(area, size::GAP, [Track::Share(1.0), Track::Share(0.82)]);
        (left, Some(right))
    }

    /// Draws the card.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>) {
        let Some(event) = self.event else { return };
        let phrases = search::phrases(&scene.view.filter);
        let key = (scene.index_version, event, phrases.clone());
        let read = scene.read_record.clone();
        self.text.ask(ui.ctx(), key.clone(), move |_| {
            let mut text = read(event)?;
            text.light(&phrases);
            Ok::<_, String>(Mutex::new(text))
        });
        surface(ui, rect);
        let inner = rect.shrink2(egui::vec2(size::CARD_PADDING, 6.0));
        let mut child = ui.new_child(UiBuilder::new().max_rect(inner));
        child.shrink_clip_rect(inner);
        let fresh = self.text.answered() == Some(&key);
        match (self.text.error(), self.text.answer()) {
            (Some(error), _) => {
                self.copy = None;
                empty(&mut child, inner, "The original record cannot be shown", error);
                self.close_button(&mut child, inner);
            }
            (None, Some(text)) if fresh => {
                let action = text.lock().ok().and_then(|mut text| {
                    if self.copy.take_if(|wanted| *wanted == event).is_some() {
                        child.ctx().copy_text(String::from_utf8_lossy(&text.bytes).into_owned());
                    }
                    let others = same_call(event, scene);
                    let request_id = text.request_id.clone();
                    let mut host = ReadFields { scene, event, request_id, table: &mut self.fields };
                    raw::show(&mut child, &mut text, &mut self.raw, &others, &mut host)
                });
                match action {
                    Some(RawAction::Close) => self.turn_to(None),
                    Some(RawAction::Open(event)) => self.turn_to(Some(event)),
                    None => {}
                }
            }
            _ => {
                child.label(Face::Small.text("Reading the record…").color(Theme::of(&child).muted));
            }
        }
        // Escape closes the record before it lifts anything else.
        if scene.keys.are_free() && keys::take_escape(ui.ctx()) {
            self.turn_to(None);
        }
    }

    fn close_button(&mut self, ui: &mut Ui, rect: Rect) {
        let corner = Rect::from_min_size(
            egui::pos2(rect.right() - 24.0, rect.top()),
            egui::Vec2::splat(24.0),
        );
        let mut corner_ui = ui.new_child(UiBuilder::new().max_rect(corner));
        let close = crate::ui::widget::button::icon(
            &mut corner_ui,
            "Close the original record",
            crate::ui::widget::glyph::cross,
        );
        if close.clicked() {
            self.turn_to(None);
        }
    }
}

/// What was read from a record.
struct ReadFields<'a, 'b> {
    scene: &'a mut Scene<'b>,
    event: u64,
    request_id: Option<String>,
    table: &'a mut TableState,
}

const COLUMNS: [Column<'_>; 3] = [
    Column::text("Field", 118.0, 90.0).unsorted(),
    // A time to the microsecond has room.
    Column::text("Value", 214.0, 214.0).unsorted().grows(),
    Column::text("Read from", 150.0, 80.0).unsorted().rank(1).grows(),
];

/// Fields that are no text of the log but stand for one.
const STAND_FOR_TEXT: [Field; 5] = [
    Field::SystemHash,
    Field::PromptHash,
    Field::ResponseHash,
    Field::ReasoningSignature,
    Field::ReplayedSignature,
];

impl ReadFields<'_, '_> {
    fn picked(&self, field: Field) -> Option<Picked> {
        let row = self.scene.index.row_of_event(self.event)?;
        let text = value(self.scene.index.row(row), self.request_id.as_deref(), field);
        Some(Picked::new(field, text.as_deref()))
    }

    fn field_menu(&mut self, ui: &mut Ui, field: Field) {
        match self.picked(field) {
            Some(_) if field == Field::Timestamp => {}
            Some(picked) => menu::value(ui, self.scene, &picked),
            None => {}
        }
        let row = self.scene.index.row_of_event(self.event);
        if let Some(account) = row.map(|row| self.scene.index.row(row).account().to_owned()) {
            menu::account(ui, self.scene, &account, &Selection::account(&account));
        }
    }
}

impl Host for ReadFields<'_, '_> {
    fn fields(&mut self, ui: &mut Ui, record: &RawText) {
        let index = self.scene.index.clone();
        let Some(row) = index.row_of_event(self.event) else { return };
        let view = index.row(row);
        let read_as = |field: Field| value(view, record.request_id.as_deref(), field);
        let read: Vec<Field> = FIELDS
            .iter()
            .map(|def| def.field)
            .filter(|field| read_as(*field).is_some() || origin(record, *field).is_some())
            .collect();
        if STAND_FOR_TEXT.into_iter().any(|field| read_as(field).is_some()) {
            let words = "A hash stands for a text: see original";
            text::wrapped(ui, Face::Small.text(words).color(Theme::of(ui).muted));
        }
        let listens = self.scene.keys.are_free();
        let table = Table {
            name: "Fields of the record",
            columns: &COLUMNS,
            rows: read.len() as u64,
            sort: None,
            empty: "Nothing was read from this record",
            listens,
        };
        let mut state = std::mem::take(self.table);
        let mut rows = FieldRows { read: &read, view, record, host: self };
        let actions = table.show(ui, &mut state, &mut rows);
        for action in actions {
            if let TableAction::Copy { .. } = action
                && let Some(field) = state.cursor.and_then(|at| read.get(at as usize))
            {
                ui.ctx().copy_text(read_as(*field).unwrap_or_default().into_owned());
            }
        }
        *self.table = state;
    }

    fn menu(&mut self, ui: &mut Ui, field: Field) {
        self.field_menu(ui, field);
    }
}

/// The value that was read for a field, as text.
fn value<'a>(view: RowView<'a>, request_id: Option<&'a str>, field: Field) -> Option<Cow<'a, str>> {
    match field {
        Field::RequestId => request_id.map(Cow::Borrowed),
        _ => view.text(field),
    }
}

/// Where a field is read from, in words.
fn origin(record: &RawText, field: Field) -> Option<&str> {
    let found = record.origins.iter().find(|(f, _)| *f == field);
    found.map(|(_, from)| from.as_str())
}

struct FieldRows<'a, 'h, 'b> {
    read: &'a [Field],
    view: RowView<'a>,
    record: &'a RawText,
    host: &'a mut ReadFields<'h, 'b>,
}

impl Rows for FieldRows<'_, '_, '_> {
    fn cell(&mut self, row: u64, column: usize) -> Cell<'_> {
        let Some(field) = self.read.get(row as usize) else { return Cell::None };
        match column {
            0 => Cell::muted(field.name()),
            1 => {
                let text = value(self.view, self.record.request_id.as_deref(), *field);
                Cell::or_absent(text.map(Cell::mono))
            }
            _ => origin(self.record, *field).map_or(Cell::None, Cell::muted),
        }
    }

    fn selected(&self, _row: u64) -> bool {
        false
    }

    fn key(&self, row: u64) -> Option<u64> {
        self.read.get(row as usize).map(|field| *field as u64)
    }

    fn menu(&mut self, ui: &mut Ui, key: u64, _column: usize) {
        if let Some(def) = FIELDS.get(key as usize) {
            self.host.field_menu(ui, def.field);
        }
    }
}

/// The other records of an event's call.
fn same_call(event: u64, scene: &Scene<'_>) -> Vec<SameCall> {
    let index = scene.index;
    let rows = index.row_of_event(event).map(|row| index.same_call(row)).unwrap_or_default();
    let name = |id: u32| {
        let path = scene.sources.iter().find(|s| s.id == id).map_or("", |s| s.path.as_str());
        path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()
    };
    let other = |row| SameCall { event: index.event_id(row), source: name(index.source_id(row)) };
    rows.into_iter().map(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_that_is_overtaken_by_another_record_is_given_up() {
        let mut record = Record::default();
        record.open(1);
        record.copy(1);
        record.open(1);
        assert_eq!(record.copy, Some(1));
        record.open(2);
        record.open(1);
        assert_eq!(record.copy, None);
    }
}

//! The facets card: the most frequent values of one field among the rows shown, and how large
//! a share each has. A click filters.

use egui::{PointerButton, Rect, Ui};

use crate::index::{self, Index, TopValues};
use crate::model::Field;
use crate::model::filter::FilterError;
use crate::ui::Latest;
use crate::ui::format::counted;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::widget::number::share;
use crate::ui::widget::table::{Cell, Column, Pick, Rows, Table, TableAction, TableState, Tone};
use crate::ui::widget::{Card, card, drop_down};

use super::menu::{self, Picked};
use super::query::{Masks, Query};

/// Fields that can be looked at, those most often asked about first.
const FIELDS: [(Field, &str); 12] = [
    (Field::Model, "Model"),
    (Field::ClientIp, "Address"),
    (Field::Pathway, "Pathway"),
    (Field::Country, "Country"),
    (Field::Endpoint, "Endpoint"),
    (Field::StopReason, "Stop reason"),
    (Field::UserAgent, "User agent"),
    (Field::OrgId, "Organisation"),
    (Field::ApiKeyId, "Key"),
    (Field::SystemHash, "System prompt"),
    (Field::Asn, "Autonomous system"),
    (Field::Region, "Region"),
];

/// Values listed; the rest is one row.
const LISTED: usize = 200;

const VALUE: usize = 0;
const COUNT: usize = 1;

const COLUMNS: [Column; 3] = [
    Column::text("Value", 120.0, 70.0).unsorted().grows(),
    Column::number("Exch.", 74.0, 62.0).unsorted().says("Rows with this value"),
    Column::number("Share", 62.0, 56.0).unsorted().says("Of the rows shown"),
];

/// The card's own state.
pub struct Facets {
    field: Field,
    /// Whether the analyst chose the field: until then the first one with values is shown.
    chosen: bool,
    table: TableState,
    /// The values, and the rows that they are shares of.
    top: Latest<(u64, Field), (TopValues, u64)>,
}

impl Default for Facets {
    fn default() -> Self {
        Self {
            field: Field::Model,
            chosen: false,
            table: TableState::default(),
            top: Latest::default(),
        }
    }
}

impl Facets {
    /// Draws the card.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>, query: &Query) {
        if !self.chosen {
            self.field = first_with_values(scene.index);
        }
        let note = query.masks().map(|_| self.note()).unwrap_or_default();
        let inner = card(ui, rect, &Card { title: "Facets", note: &note }, |ui| {
            self.field_menu(ui, scene.index);
        });
        let Some(masks) = query.masks() else { return query.show_error(ui, inner) };
        self.ask(ui, scene, query, masks);
        let Some((top, total)) = self.top.answer() else { return };
        let field = self.top.answered().map_or(self.field, |(_, field)| *field);
        let listens = scene.keys.are_free();
        let mut rows = FacetRows { scene, field, top, total: *total };
        let table = Table {
            name: "Facets",
            columns: &COLUMNS,
            rows: rows.len(),
            sort: None,
            empty: "Nothing is in the selection",
            listens,
        };
        let state = &mut self.table;
        let actions = region(ui, inner, |ui| table.show(ui, state, &mut rows));
        // The second click of two has nothing to take back: a double click is one.
        let double = ui.input(|i| i.pointer.button_double_clicked(PointerButton::Primary));
        for action in actions {
            let row = match action {
                TableAction::Pick(Pick::Only(row) | Pick::Toggle(row)) => Some(row),
                TableAction::Open(row) if !double => Some(row),
                _ => None,
            };
            if let Some(picked) = row.and_then(|row| rows.picked(row)) {
                menu::toggle(rows.scene, &picked);
            }
        }
    }

    /// Counts values as if the filter asked nothing of this field, so that the values next to
    /// the chosen one stay in sight.
    fn ask(&mut self, ui: &Ui, scene: &Scene<'_>, query: &Query, masks: &Masks) {
        if self.top.has(|asked| *asked == (masks.id, self.field)) {
            return;
        }
        let (index, lists, mask) = (scene.index.clone(), scene.lists.clone(), masks.shown.clone());
        let (field, selection) = (self.field, scene.view.selection.clone());
        let wider = query.filter().and_then(|filter| menu::without_field(filter, field));
        self.top.ask(ui.ctx(), (masks.id, field), move |_| {
            let mask = match wider {
                Some(filter) => {
                    let filter = selection.within(&filter).unwrap_or(filter);
                    index::compile(&filter, &index, &lists)?
                }
                None => mask,
            };
            Ok::<_, FilterError>((index.top_values(&mask, field, LISTED), mask.len()))
        });
    }

    fn note(&self) -> String {
        match self.top.answer() {
            Some((top, _)) if self.top.answered().is_some_and(|(_, f)| *f == self.field) => {
                counted(top.distinct as u64, "value", "values")
            }
            _ => String::new(),
        }
    }

    fn field_menu(&mut self, ui: &mut Ui, index: &Index) {
        let title = title(self.field);
        drop_down(ui, title, &format!("Facets by {title}"), false, |ui| {
            for (field, title) in FIELDS {
                // A field that no record has is named, so that nobody looks for it.
                let there = index.distinct_values(field) > 0;
                let label = if there { title.to_owned() } else { format!("{title}: absent") };
                let on = field == self.field;
                if ui.add_enabled(there, egui::Button::selectable(on, label)).clicked() {
                    self.field = field;
                    self.chosen = true;
                    self.table.rewind();
                }
            }
        });
    }
}

fn title(field: Field) -> &'static str {
    FIELDS.iter().find(|(f, _)| *f == field).map_or("Value", |(_, title)| title)
}

fn first_with_values(index: &Index) -> Field {
    let found = FIELDS.iter().find(|(field, _)| index.distinct_values(*field) > 1);
    found.map_or(Field::Model, |(field, _)| *field)
}

struct FacetRows<'a, 'b> {
    scene: &'a mut Scene<'b>,
    field: Field,
    top: &'a TopValues,
    total: u64,
}

/// What stands on a line.
enum Line<'a> {
    Value(&'a str, u64),
    /// Values that are not listed, and their rows.
    Other(usize, u64),
    Absent(u64),
}

impl FacetRows<'_, '_> {
    fn has_other(&self) -> bool {
        self.top.other.rows > 0
    }

    fn len(&self) -> u64 {
        let extra = usize::from(self.has_other()) + usize::from(self.top.absent.rows > 0);
        (self.top.values.len() + extra) as u64
    }

    fn line(&self, row: u64) -> Option<Line<'_>> {
        let listed = self.top.values.len();
        let row = row as usize;
        if let Some(value) = self.top.values.get(row) {
            return Some(Line::Value(&value.value, value.stats.rows.into()));
        }
        let other = Line::Other(self.top.distinct - listed, self.top.other.rows.into());
        let absent = Line::Absent(self.top.absent.rows.into());
        match row - listed {
            0 if self.has_other() => Some(other),
            0 | 1 if (row as u64) < self.len() => Some(absent),
            _ => None,
        }
    }

    fn picked(&self, row: u64) -> Option<Picked> {
        match self.line(row)? {
            Line::Value(value, _) if self.field == Field::Status => {
                value.parse().ok().map(|n: f64| Picked::Number(self.field, n))
            }
            Line::Value(value, _) => Some(Picked::Text(self.field, value.to_owned())),
            Line::Absent(_) => Some(Picked::Absent(self.field)),
            Line::Other(..) => None,
        }
    }
}

impl Rows for FacetRows<'_, '_> {
    fn cell(&mut self, row: u64, column: usize) -> Cell<'_> {
        let total = self.total;
        let Some(line) = self.line(row) else { return Cell::None };
        match (line, column) {
            (Line::Value(value, _), VALUE) => Cell::text(value),
            (Line::Other(n, _), VALUE) => {
                Cell::muted(counted(n as u64, "other value", "other values"))
            }
            (Line::Absent(_), VALUE) => Cell::Absent,
            (Line::Value(_, n) | Line::Other(_, n) | Line::Absent(n), COUNT) => Cell::Count(n),
            (Line::Value(_, n) | Line::Other(_, n) | Line::Absent(n), _) => {
                Cell::Figure(share(n, total).into(), Tone::Muted)
            }
        }
    }

    fn selected(&self, row: u64) -> bool {
        // A value the filter asks for is lit.
        let Some(picked) = self.picked(row) else { return false };
        menu::is_included(self.scene, &picked)
    }

    fn key(&self, row: u64) -> Option<u64> {
        self.picked(row).map(|picked| picked.key())
    }

    fn menu(&mut self, ui: &mut Ui, key: u64, _column: usize) {
        let found = (0..self.len()).filter_map(|row| self.picked(row)).find(|p| p.key() == key);
        if let Some(picked) = found {
            menu::value(ui, self.scene, &picked);
        }
    }
}

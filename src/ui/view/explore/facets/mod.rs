//! The facets card: every value of one field among the rows shown, with its rows, its accounts,
//! its share, and how much more often it is there than in the whole case. A click filters.

mod counts;
mod fields;
mod rows;
#[cfg(test)]
mod walk;

use egui::{Align, Layout, PointerButton, Rect, TextEdit, Ui};

use crate::index::{Facet, ValueOrder, ValueSort};
use crate::ui::Latest;
use crate::ui::format::{count, counted};
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::table::{Pick, Sort, Table, TableAction, TableState};
use crate::ui::widget::{Card, card, drop_down, text};

use super::query::Query;
use super::wider::Wider;
use counts::Counts;
use fields::{CHOICES, Choice, variety};
use rows::{ACCOUNTS, COLUMNS, FacetRows, LIFT, ROWS, VALUE};

/// Values from which a field to find one is worth its room.
const MANY: usize = 12;
/// A card this wide has room for words beside its counts, points.
const WIDE: f32 = 330.0;
/// Height of a line above the values, points.
const STRIP: f32 = 30.0;
/// Width of the menu's text on fields that no record has, points.
const MENU: f32 = 220.0;

/// The card's own state.
pub struct Facets {
    facet: Facet,
    /// Whether the analyst chose the field: until then the first one with values is shown.
    chosen: bool,
    table: TableState,
    sort: Sort,
    search: String,
    /// Which fields have values, and the first that has several.
    there: Latest<u64, (Vec<Facet>, Facet)>,
    counts: Counts,
}

impl Default for Facets {
    fn default() -> Self {
        Self {
            facet: CHOICES[0].facet,
            chosen: false,
            table: TableState::default(),
            sort: Sort { column: ROWS, descending: true },
            search: String::new(),
            there: Latest::default(),
            counts: Counts::default(),
        }
    }
}

impl Facets {
    /// Draws the card.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>, query: &Query) {
        self.ask_there(ui, scene);
        let note = query.masks().map(|_| self.note(rect.width() > WIDE)).unwrap_or_default();
        let values = self.counts.listed().map_or(0, |listed| listed.counted.distinct);
        let finds = values > MANY || !self.search.is_empty();
        let mut inner = card(ui, rect, &Card { title: "Facets", note: &note }, |ui| {
            self.field_menu(ui);
            if finds && rect.width() > WIDE {
                self.search_field(ui);
            }
        });
        if finds && rect.width() <= WIDE {
            inner = self.strip(ui, inner, |facets, ui| facets.search_field(ui));
        }
        if Wider::is_wider(query, self.facet.field()) {
            let title = Choice::of(self.facet).title.to_lowercase();
            let words = format!("Counted as if no {title} were filtered");
            inner = self.strip(ui, inner, |_, ui| {
                text::line(ui, Face::Small.text(words).color(Theme::of(ui).muted));
            });
        }
        let Some(masks) = query.masks() else { return query.show_error(ui, inner) };
        let order = ValueOrder {
            sort: sort_of(self.sort.column),
            descending: self.sort.descending,
            search: self.search.clone(),
        };
        self.counts.ask(ui.ctx(), scene, query, masks, self.facet, &order);
        if let Some(error) = self.counts.error() {
            return card::empty(ui, inner, "These values cannot be counted", error);
        }
        let Some(listed) = self.counts.listed() else { return };
        let listens = scene.keys.are_free();
        let empty = match self.search.trim() {
            "" => query.why_empty().unwrap_or("No rows are shown"),
            _ => "No value contains this",
        };
        let mut rows = FacetRows { scene, listed };
        let table = Table {
            name: "Facets",
            columns: &COLUMNS,
            rows: rows.len(),
            sort: Some(self.sort),
            empty,
            listens,
        };
        let state = &mut self.table;
        let actions = region(ui, inner, |ui| table.show(ui, state, &mut rows));
        // The second click of two has nothing to take back: a double click is one.
        let double = ui.input(|i| i.pointer.button_double_clicked(PointerButton::Primary));
        // Space is a toggle as well, and takes nothing out.
        let out = ui.input(|i| i.modifiers.alt || i.modifiers.command);
        for action in actions {
            let row = match action {
                TableAction::Sort(sort) => {
                    self.sort = sort;
                    self.table.rewind();
                    None
                }
                TableAction::Pick(Pick::Only(row) | Pick::Toggle(row)) => Some(row),
                TableAction::Open(row) if !double => Some(row),
                _ => None,
            };
            if let Some(picked) = row.and_then(|row| rows.picked(row)) {
                let filter = &rows.scene.view.filter;
                let next = if out { picked.taken_out(filter) } else { picked.toggled(filter) };
                rows.filter(next);
            }
        }
    }

    /// A line above the values; what is left for them.
    fn strip(&mut self, ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Self, &mut Ui)) -> Rect {
        let (line, rest) = rect.split_top_bottom_at_y(rect.top() + STRIP);
        let line = line.shrink2(egui::vec2(size::CARD_PADDING, 0.0));
        region(ui, line, |ui| {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| add(self, ui));
        });
        rest
    }

    /// Finds out which fields have values; until one is chosen, the first with several is shown.
    fn ask_there(&mut self, ui: &Ui, scene: &Scene<'_>) {
        let index = scene.index.clone();
        self.there.ask(ui.ctx(), scene.index_version, move |_| Ok::<_, String>(variety(&index)));
        if let Some((_, first)) = self.there.answer().filter(|_| !self.chosen) {
            self.facet = *first;
        }
    }

    /// How many values there are, and how many of them are listed; in a narrow card the numbers
    /// alone.
    fn note(&self, wide: bool) -> String {
        let Some(listed) = self.counts.listed().filter(|_| self.counts.is_of(self.facet)) else {
            return String::new();
        };
        let all = listed.counted.distinct;
        let words = match wide {
            true => counted(all as u64, "value", "values"),
            false => count(all as u64),
        };
        match listed.order.len() {
            n if n == all => words,
            n => format!("{} of {words}", count(n as u64)),
        }
    }

    fn field_menu(&mut self, ui: &mut Ui) {
        let title = Choice::of(self.facet).title;
        let there = self.there.answer().map_or(&[][..], |(there, _)| there);
        let (has, absent): (Vec<Choice>, Vec<Choice>) =
            CHOICES.into_iter().partition(|choice| there.contains(&choice.facet));
        let mut chosen = None;
        drop_down(ui, title, &format!("Facets by {title}"), false, |ui| {
            for choice in has {
                let on = choice.facet == self.facet;
                let mut button = ui.add(egui::Button::selectable(on, choice.title));
                if !choice.about.is_empty() {
                    button = button.on_hover_text(choice.about);
                }
                if button.clicked() {
                    chosen = Some(choice.facet);
                }
            }
            // Fields that no record has are named, so that nobody looks for them.
            // Templates are no field of records: they are there once somebody has looked for them.
            let absent = absent.iter().filter(|choice| choice.facet != Facet::Template);
            let names: Vec<&str> = absent.map(|choice| choice.title).collect();
            if !names.is_empty() {
                ui.separator();
                let text = format!("Absent in this case: {}", names.join(", "));
                let text = Face::Small.text(text).color(Theme::of(ui).muted);
                ui.with_layout(Layout::top_down(Align::Min), |ui| {
                    ui.set_max_width(MENU);
                    ui.add(egui::Label::new(text).wrap());
                });
            }
        });
        if let Some(facet) = chosen {
            (self.facet, self.chosen) = (facet, true);
            self.search.clear();
            self.table.rewind();
        }
    }

    fn search_field(&mut self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        let width = 84.0;
        let field = TextEdit::singleline(&mut self.search)
            .id_salt("find a value")
            .hint_text(Face::Small.text("Find a value").color(theme.muted))
            .font(Face::Small.font())
            .desired_width(width)
            .align(egui::Align2::LEFT_CENTER)
            .margin(egui::Margin::symmetric(8, 3));
        let response = ui.add_sized([width, size::PILL], field);
        let response = response.accessible_name("Find a value");
        if response.changed() {
            self.table.rewind();
        }
        // Escape has taken the focus away before the field is drawn.
        if response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Escape)) {
            self.search.clear();
        }
    }
}

fn sort_of(column: usize) -> ValueSort {
    match column {
        VALUE => ValueSort::Value,
        ACCOUNTS => ValueSort::Accounts,
        LIFT => ValueSort::Lift,
        _ => ValueSort::Rows,
    }
}

//! The templates card: prompts grouped by the text they share, counted over the rows shown. A
//! click filters and shows the template in full.

mod rows;
mod viewer;
#[cfg(test)]
pub mod walk;

use std::sync::Arc;

use egui::{PointerButton, Rect, Ui};

use crate::case::TemplatesDue;
use crate::index::templates::LEAST_ROWS;
use crate::index::{self, TemplateBrush, TemplateCounts};
use crate::model::{FREE_TEXT, FilterField};
use crate::ui::format::{self, counted};
use crate::ui::layout::{Track, columns, region};
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::button::{Press, link};
use crate::ui::widget::card::empty;
use crate::ui::widget::table::{self, ColumnChoice, Pick, Sort, Table, TableAction, TableState};
use crate::ui::widget::{Card, card};
use crate::ui::{Command, Latest};

use super::clock::Clock;
use super::query::{Masks, Query};
use super::wider::{Brush, Wider};
use rows::{COLUMNS, EXCHANGES, TemplateRows, columns as columns_in, ordered};
use viewer::Viewer;

/// What is counted for the card.
pub(super) struct Counted {
    /// The templates that were counted.
    pub templates: Arc<index::Templates>,
    /// Their counts.
    pub counts: Arc<TemplateCounts>,
    /// Templates with rows, in the order of the table.
    pub order: Vec<u32>,
}

/// The card's own state.
pub struct Templates {
    table: TableState,
    sort: Sort,
    wider: Wider,
    brush: Brush<(u64, u64), TemplateBrush>,
    counted: Latest<(u64, u64, Sort), Counted>,
    viewer: Viewer,
}

impl Default for Templates {
    fn default() -> Self {
        Self {
            table: TableState::default(),
            sort: Sort { column: EXCHANGES, descending: true },
            wider: Wider::default(),
            brush: Latest::default(),
            counted: Latest::default(),
            viewer: Viewer::default(),
        }
    }
}

/// From this width of the card on, points, the template stands beside the table, else below it.
const BESIDE_FROM: f32 = 720.0;

impl Templates {
    /// The analyst's columns.
    pub fn columns(&mut self) -> &mut ColumnChoice {
        &mut self.table.columns
    }

    /// Draws the card.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>, query: &Query) {
        let note = self.note(scene);
        let room = rect.width() - 2.0;
        let inner = card(ui, rect, &Card { title: "Templates", note: &note }, |ui| {
            table::columns_menu(ui, "Templates", &COLUMNS, &mut self.table, room);
            again(ui, scene);
        });
        if scene.index.templates().run.is_none() {
            return nothing_yet(ui, inner, scene);
        }
        let Some(masks) = query.masks() else { return query.show_error(ui, inner) };
        self.ask(ui, scene, query, masks);
        if let Some(error) = self.wider.error() {
            return empty(ui, inner, "These templates cannot be counted", error);
        }
        let Some(counted) = self.counted.answer() else { return };
        if counted.templates.all.is_empty() {
            let why =
                format!("A template is text that at least {LEAST_ROWS} prompts of the case share");
            return empty(ui, inner, "No prompts share a text", &why);
        }
        let (list, shown) = match self.viewer.is_open() {
            false => (inner, None),
            true => split(inner),
        };
        if let Some(list) = list.is_positive().then_some(list) {
            self.list(ui, list, scene, query);
        }
        let Some(counted) = self.counted.answer() else { return };
        if let Some(rect) = shown {
            region(ui, rect, |ui| self.viewer.show(ui, rect, scene, query, counted));
        }
    }

    fn list(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>, query: &Query) {
        let Some(counted) = self.counted.answer() else { return };
        let listens = scene.keys.are_free();
        let empty = query.why_empty().unwrap_or("Nothing is shown").to_owned();
        let clock = Clock::of(ui.ctx(), scene);
        let unit = clock.unit(scene);
        let mut rows = TemplateRows { scene, counted, shown: self.viewer.template(), clock };
        let table = Table {
            name: "Templates",
            columns: &columns_in(&unit),
            rows: rows.len(),
            sort: Some(self.sort),
            empty: &empty,
            listens,
        };
        let state = &mut self.table;
        let actions = region(ui, rect, |ui| table.show(ui, state, &mut rows));
        // The second click of two has nothing to take back: a double click is one.
        let double = ui.input(|i| i.pointer.button_double_clicked(PointerButton::Primary));
        for action in actions {
            match action {
                TableAction::Sort(sort) => {
                    self.sort = sort;
                    self.table.rewind();
                }
                TableAction::Pick(Pick::Only(row) | Pick::Toggle(row)) => {
                    if let Some(on) = rows.toggle(row) {
                        self.viewer.open(rows.template(row).filter(|_| on));
                    }
                }
                TableAction::Step(Pick::Only(row)) => self.viewer.open(rows.template(row)),
                TableAction::Open(row) if !double => {
                    rows.toggle(row);
                }
                _ => {}
            }
        }
    }

    /// Counts as if the filter asked nothing of templates, so that the others stay in sight.
    fn ask(&mut self, ui: &Ui, scene: &Scene<'_>, query: &Query, masks: &Masks) {
        let key = (masks.id, scene.index_version, self.sort);
        // It may come after what it was asked for is counted without it.
        self.brush.poll();
        if self.counted.has(|asked| *asked == key) {
            return;
        }
        let field = FilterField::Template;
        let Some(base) = self.wider.base(ui.ctx(), scene, query, masks, field) else { return };
        let made_for = (base.id, scene.index_version);
        let asks = (ui.ctx(), scene, query);
        let brush = base.brush(&mut self.brush, asks, made_for, |index, mask| {
            TemplateBrush::new(index, &index.templates(), mask)
        });
        // Another order of the same rows does not count them again.
        let same = self.counted.answered().filter(|(id, v, _)| (*id, *v) == (key.0, key.1));
        let known = same.and(self.counted.answer());
        let known = known.map(|counted| (counted.templates.clone(), counted.counts.clone()));
        let (index, sort) = (scene.index.clone(), self.sort);
        self.counted.ask(ui.ctx(), key, move |_| {
            let (templates, counts) = known.unwrap_or_else(|| {
                // Other templates may have been found since the brush was made.
                let (templates, counts) = match brush {
                    Some(brush) => (brush.templates().clone(), brush.counts(&index, base.rows)),
                    None => {
                        let templates = index.templates();
                        let mask = base.mask.within(base.rows);
                        let counts = index.template_counts(&templates, &mask);
                        (templates, counts)
                    }
                };
                (templates, Arc::new(counts))
            });
            let order = ordered(&templates, &counts, sort);
            Ok::<_, String>(Counted { templates, counts, order })
        });
    }

    fn note(&self, scene: &Scene<'_>) -> String {
        let Some(counted) = self.counted.answer() else { return String::new() };
        let shown = counted_of(counted);
        match &scene.templates_due {
            Some(due @ (TemplatesDue::Older(_) | TemplatesDue::OtherVersion)) => {
                format!("{shown} · {}", due.sentence())
            }
            _ => match counted.templates.run.as_ref().map_or(0, |run| run.left_out) {
                0 => {
                    let n = counted.order.len() as u64;
                    let counted = format::counted(n, "template", "templates");
                    format!("{shown}\n{counted}\n{}", format::count(n))
                }
                more => format!("{shown} · {} more not kept", format::count(more)),
            },
        }
    }
}

/// `68 templates, 91 % of the prompts`.
fn counted_of(counted: &Counted) -> String {
    let free: u64 = counted.counts.of.get(FREE_TEXT as usize).map_or(0, |s| s.rows.into());
    let all: u64 = counted.counts.of.iter().map(|stats| u64::from(stats.rows)).sum();
    let templates = format::counted(counted.order.len() as u64, "template", "templates");
    if all == 0 {
        return templates;
    }
    format!("{templates}, {} of the prompts", format::percent(all - free, all))
}

/// A way to look again, where records came in since.
fn again(ui: &mut Ui, scene: &mut Scene<'_>) {
    if let Some(progress) = scene.finding_templates {
        let done = progress.fraction().map_or(String::new(), |f| format!(" {:.0} %", f * 100.0));
        let text = Face::Small.text(format!("{}{done}", format::capitalised(&progress.phase())));
        ui.label(text.color(Theme::of(ui).muted));
        return;
    }
    let older =
        matches!(scene.templates_due, Some(TemplatesDue::Older(_) | TemplatesDue::OtherVersion));
    if older && !scene.read_only && link(ui, "Look again").clicked() {
        scene.ask(Action::Run(Command::FindTemplates));
    }
}

/// What the card says before anybody has looked for templates.
fn nothing_yet(ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>) {
    if scene.finding_templates.is_some() {
        return empty(ui, rect, "Grouping prompts into templates", "The rest of the case is ready");
    }
    let damaged;
    let (what, why) = match &scene.templates_due {
        Some(TemplatesDue::Damaged(reason)) => {
            damaged = format!(
                "{}. Verify says whether more is damaged; finding them again replaces them",
                format::display(reason)
            );
            ("The templates in the case file cannot be read", damaged.as_str())
        }
        _ => (
            "Prompts are not grouped into templates yet",
            "Prompts that share a text become one line with slots for what differs",
        ),
    };
    let why = if scene.read_only { "This case is open for reading only" } else { why };
    let (above, below) = rect.split_top_bottom_at_fraction(0.6);
    empty(ui, above, what, why);
    if scene.read_only {
        return;
    }
    let press = Press::command(Command::FindTemplates);
    let size = egui::vec2(press.width_in(ui), size::CONTROL);
    let at = egui::pos2(below.center().x - size.x / 2.0, below.top());
    let clicked = region(ui, Rect::from_min_size(at, size), |ui| ui.add(press).clicked());
    if clicked {
        scene.ask(Action::Run(Command::FindTemplates));
    }
}

/// Divides the card between the table and the template that is shown in full.
fn split(inner: Rect) -> (Rect, Option<Rect>) {
    if inner.width() >= BESIDE_FROM {
        let [list, shown] = columns(inner, 1.0, [Track::Share(1.0), Track::Share(0.8)]);
        return (list, Some(shown));
    }
    let height = (inner.height() * 0.58).max(150.0).min(inner.height());
    let (list, shown) = inner.split_top_bottom_at_y(inner.bottom() - height);
    // Less than a title and two rows is no table.
    if list.height() < 3.0 * size::ROW { (Rect::NOTHING, Some(inner)) } else { (list, Some(shown)) }
}

/// `1,204 exchanges`: the word for what is counted.
fn counted_rows(scene: &Scene<'_>, rows: u64) -> String {
    let kind = scene.index.default_granularity();
    counted(rows, kind.word(1), kind.plural())
}

//! Compare: two selections side by side, with effect sizes and how sure they are.

mod effect;
mod side;
mod tables;

use std::sync::Arc;

use egui::{Rect, ScrollArea, Sense, Ui, vec2};

use crate::compare::{Comparison, MEASURES, compare};
use crate::index::compile;
use crate::ui::Latest;
use crate::ui::format;
use crate::ui::layout::{Track, columns, region, rows};
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{self, Card, card};
use crate::ui::widget::text;

use side::Side;

/// Height of the card that names the sides, points.
const HEAD: f32 = 104.0;
/// Height of a measure, points.
const ROW: f32 = 54.0;

/// What was compared: the index and the lists of the case, and both sides.
type Of = (u64, u64, Side, Side);

/// The screen's own state.
#[derive(Default)]
pub struct Compare {
    a: Option<Side>,
    b: Option<Side>,
    found: Latest<Of, Arc<Comparison>>,
}

impl Compare {
    /// The filters of both sides, of B where it is not the rest; `None` before there is a side.
    pub fn sides(&self) -> Option<(String, Option<String>)> {
        let b = self.b.as_ref().filter(|side| !side.is_rest);
        Some((self.a.as_ref()?.filter.to_string(), b.map(|side| side.filter.to_string())))
    }

    /// Puts what is selected, or else what the filter keeps, on side A, against the rest.
    pub fn take(&mut self, scene: &Scene<'_>) {
        if let Some(side) = Side::selected(scene).or_else(|| Side::filtered(scene)) {
            self.a = Some(side);
            self.b = None;
        }
    }

    /// Whether everything that was asked for is there.
    #[cfg(test)]
    pub fn is_settled(&self) -> bool {
        self.a.is_some() && self.found.answer().is_some() && !self.found.is_stale()
    }

    /// Draws the screen.
    pub fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let area = ui.max_rect().shrink(size::GAP);
        if self.a.is_none() {
            self.take(scene);
        }
        let [head, body] = rows(area, size::GAP, [Track::Fixed(HEAD), Track::Share(1.0)]);
        self.head(ui, head, scene);
        self.ask(ui, scene);
        let [left, right] = columns(body, size::GAP, [Track::Share(1.1), Track::Share(1.0)]);
        let fits = self.a.is_some() && self.found.error().is_none();
        let Some(found) = self.found.answer().cloned().filter(|_| fits) else {
            return self.without(ui, body);
        };
        measures(ui, left, &found);
        tables::show(ui, right, &found, scene);
    }

    fn ask(&mut self, ui: &Ui, scene: &Scene<'_>) {
        let Some(a) = self.a.clone() else { return };
        let b = self.b.clone().unwrap_or_else(Side::rest);
        let of = (scene.index_version, scene.lists_version, a.clone(), b.clone());
        let (index, lists) = (Arc::clone(scene.index), Arc::clone(scene.lists));
        self.found.ask(ui.ctx(), of, move |progress| {
            let mask = |side: &Side| {
                index.finish_searches(&side.filter, progress).map_err(|e| e.to_string())?;
                compile(&side.filter, &index, &lists).map_err(|e| e.to_string())
            };
            let x = mask(&a)?;
            let y = if b.is_rest { None } else { Some(mask(&b)?) };
            if let Some(y) = y.as_ref().filter(|y| y.counted() != x.counted()) {
                let kinds = (x.counted().plural(), y.counted().plural());
                return Err(format!("A counts {}, B {}", kinds.0, kinds.1));
            }
            let names = (a.name.as_str(), b.name.as_str());
            let found = compare(&index, (&x, y.as_ref()), names, progress);
            found.map(Arc::new).map_err(|e| e.to_string())
        });
    }

    fn head(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>) {
        let note = match self.found.is_stale() {
            true => "comparing…",
            false => "the unit is the account: one that is busy does not speak for all",
        };
        let body = card(ui, rect, &Card { title: "Compare", note }, |_| {});
        let found = self.found.answer().cloned();
        let [left, right] = columns(body.shrink(10.0), 16.0, [Track::Share(1.0); 2]);
        let counted = found.as_ref();
        if let Some(side) =
            side::pick(ui, left, ("A", self.a.as_ref()), counted.map(|f| &f.a), scene)
        {
            self.a = Some(side);
        }
        let rest = Side::rest();
        let now = self.b.as_ref().unwrap_or(&rest);
        if let Some(side) = side::pick(ui, right, ("B", Some(now)), counted.map(|f| &f.b), scene) {
            self.b = Some(side);
        }
    }

    fn without(&self, ui: &mut Ui, rect: Rect) {
        let body = card(ui, rect, &Card { title: "What differs", note: "" }, |_| {});
        match (self.a.is_some(), self.found.error()) {
            (_, Some(error)) => {
                card::empty(ui, body, "These cannot be compared", &format::display(error));
            }
            (true, None) => card::empty(ui, body, "Comparing…", ""),
            (false, None) => card::empty(
                ui,
                body,
                "Nothing is on side A",
                "Select accounts or set a filter on any screen, or choose a cluster above",
            ),
        }
    }
}

/// Every measure: both sides, the effect, and the same in a sentence.
fn measures(ui: &mut Ui, rect: Rect, found: &Comparison) {
    let both = match found.both {
        0 => String::new(), // The design says so below.
        n => {
            format!(" · {}", format::counted(n, "account on both sides", "accounts on both sides"))
        }
    };
    let note = format!("medians and effect, 95 % intervals{both}\nmedians and effect");
    let body = card(ui, rect, &Card { title: "Measures", note: &note }, |_| {});
    region(ui, body, |ui| {
        ScrollArea::vertical().id_salt("measures").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let theme = Theme::of(ui);
            let inner = |ui: &mut Ui, words: &str| {
                let width = ui.available_width() - 24.0;
                ui.horizontal(|ui| {
                    ui.add_space(12.0);
                    ui.allocate_ui(vec2(width, 0.0), |ui| {
                        text::wrapped(ui, Face::Small.text(words).color(theme.muted));
                    });
                });
            };
            ui.add_space(8.0);
            inner(ui, found.design.sentence());
            if let Some(words) = found.unlike_spans() {
                inner(ui, &words);
            }
            ui.add_space(4.0);
            for (measure, compared) in MEASURES.iter().zip(&found.measures) {
                let wanted = vec2(ui.available_width(), ROW);
                let (row, response) = ui.allocate_exact_size(wanted, Sense::hover());
                response.widget_info(|| {
                    egui::WidgetInfo::labeled(egui::Role::Label, true, &compared.words)
                });
                effect::row(ui, row.shrink2(vec2(12.0, 0.0)), measure, compared);
                ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
                response.on_hover_text(format::display(&compared.words));
            }
        });
    });
}

//! Explore: who did what when. Traffic, accounts, facets and exchanges over one filter, one
//! range of time and one selection; each of them narrows the others.

mod accounts;
mod exchanges;
mod facets;
mod menu;
#[cfg(test)]
mod pictures;
mod query;
mod record;
mod sparks;
#[cfg(test)]
mod stand;
#[cfg(test)]
mod test_case;
mod traffic;
#[cfg(test)]
mod walk;

use egui::{Rect, Sense, Ui, WidgetInfo, pos2};

use crate::model::{Filter, TimeSpan};
use crate::ui::layout::{self, Track, columns, region};
use crate::ui::scene::Scene;
use crate::ui::theme::{Theme, size};

use accounts::Accounts;
use exchanges::Exchanges;
use facets::Facets;
use query::Query;
use record::Record;
use traffic::Traffic;

/// The screen's own state: what it remembers besides the shared [`ViewState`].
///
/// [`ViewState`]: crate::ui::ViewState
#[derive(Default)]
pub struct Explore {
    query: Query,
    traffic: Traffic,
    accounts: Accounts,
    facets: Facets,
    exchanges: Exchanges,
    record: Record,
    /// The range being dragged: followed by everything, but no step to go back to until the
    /// pointer is up.
    dragged: Option<Option<TimeSpan>>,
    /// Share of the height below the traffic that accounts and facets get.
    split: Option<f32>,
}

/// Height of the traffic card, points.
const TRAFFIC: f32 = 176.0;
/// The same where the window is high.
const TRAFFIC_TALL: f32 = 224.0;
/// Share of the width that facets get, and its bounds in points.
const FACETS: (f32, f32, f32) = (0.31, 236.0, 420.0);
/// The least height of a table card: header, column titles and a few rows.
const LEAST_TABLE: f32 = 150.0;

impl Explore {
    /// Draws the screen.
    pub fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let filter = self.filter(scene);
        self.query.ask(ui.ctx(), scene, &filter);
        let area = ui.max_rect().shrink(size::GAP);
        let tall = area.height() > 1_000.0;
        let traffic_height = if tall { TRAFFIC_TALL } else { TRAFFIC };
        let [top, below] =
            layout::rows(area, size::GAP, [Track::Fixed(traffic_height), Track::Share(1.0)]);
        let (middle, bottom) = self.split(ui, below);
        let facets_width = (middle.width() * FACETS.0).clamp(FACETS.1, FACETS.2);
        let [left, right] =
            columns(middle, size::GAP, [Track::Share(1.0), Track::Fixed(facets_width)]);
        region(ui, top, |ui| {
            self.traffic.show(ui, top, scene, &self.query, &mut self.dragged);
        });
        region(ui, left, |ui| self.accounts.show(ui, left, scene, &self.query));
        region(ui, right, |ui| self.facets.show(ui, right, scene, &self.query));
        let (table, record) = self.record.split(bottom);
        region(ui, table, |ui| {
            self.exchanges.show(ui, table, scene, &self.query, &mut self.record);
        });
        if let Some(rect) = record {
            region(ui, rect, |ui| self.record.show(ui, rect, scene));
        }
    }

    /// The filter that everything on the screen follows now.
    fn filter(&self, scene: &Scene<'_>) -> Filter {
        let filter = &scene.view.filter;
        self.dragged.map_or_else(|| filter.clone(), |dragged| filter.brushed(dragged))
    }

    /// Divides `area` into an upper and a lower part at a line that can be dragged.
    fn split(&mut self, ui: &Ui, area: Rect) -> (Rect, Rect) {
        let free = (area.height() - size::GAP).max(1.0);
        let least = (LEAST_TABLE / free).min(0.5);
        let share = self.split.unwrap_or(0.52).clamp(least, 1.0 - least);
        let y = (area.top() + free * share).round();
        let upper = Rect::from_min_max(area.min, pos2(area.right(), y));
        let lower = Rect::from_min_max(pos2(area.left(), y + size::GAP), area.max);
        let strip = Rect::from_x_y_ranges(area.x_range(), y..=y + size::GAP);
        let id = ui.unique_id().with("explore split");
        let response = ui.interact(strip, id, Sense::CLICK | Sense::DRAG);
        let response = response.on_hover_cursor(egui::CursorIcon::ResizeVertical);
        response.widget_info(|| {
            WidgetInfo::labeled(egui::Role::Splitter, true, "Height of accounts and exchanges")
        });
        if let Some(pos) = response.interact_pointer_pos().filter(|_| response.dragged()) {
            self.split =
                Some(((pos.y - size::GAP / 2.0 - area.top()) / free).clamp(least, 1.0 - least));
        }
        if response.double_clicked() {
            self.split = None;
        }
        if response.dragged() || response.hovered() {
            let theme = Theme::of(ui);
            let color = if response.dragged() { theme.accent } else { theme.line };
            let middle = strip.center().y.round() - 0.5;
            ui.painter().hline(strip.shrink(40.0).x_range(), middle, egui::Stroke::new(1.0, color));
        }
        (upper, lower)
    }
}

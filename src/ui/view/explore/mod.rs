//! Explore: who did what when. Traffic, lanes, heat map, accounts, facets and exchanges over one
//! filter, one range of time and one selection; each of them narrows the others.

mod accounts;
mod cards;
mod exchanges;
mod facets;
mod heat;
#[cfg(test)]
mod lane_pictures;
mod menu;
mod order;
#[cfg(test)]
mod pictures;
mod query;
mod record;
mod sparks;
#[cfg(test)]
mod stand;
#[cfg(test)]
mod test_case;
mod tiles;
mod times;
mod tracks;
mod traffic;
#[cfg(test)]
mod walk;

use egui::{Ui, UiBuilder};

use crate::model::Filter;
use crate::ui::scene::Scene;
use crate::ui::theme::size;

use cards::{Cards, Drawing};
use query::Query;
use tiles::Layout;

/// The screen's own state: what it remembers besides the shared [`ViewState`].
///
/// [`ViewState`]: crate::ui::ViewState
#[derive(Default)]
pub struct Explore {
    query: Query,
    cards: Cards,
    layout: Layout,
}

impl Explore {
    /// Draws the screen.
    pub fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let filter = self.filter(scene);
        self.query.ask(ui.ctx(), scene, &filter);
        let area = ui.max_rect().shrink(size::GAP);
        let neighbours = self.layout.neighbours();
        let mut drawing = Drawing {
            cards: &mut self.cards,
            scene,
            query: &self.query,
            neighbours: &neighbours,
            asked: None,
            moved: false,
        };
        let tree = self.layout.fit(area.size());
        ui.scope_builder(UiBuilder::new().max_rect(area), |ui| tree.ui(&mut drawing, ui));
        let (asked, moved) = (drawing.asked, drawing.moved);
        if moved {
            self.layout.keep();
        }
        if let Some((tile, ask)) = asked {
            self.layout.apply(&neighbours, tile, ask);
            ui.ctx().request_repaint();
        }
    }

    /// Draws one card over all of the room, for its tests.
    #[cfg(test)]
    fn alone(&mut self, ui: &mut Ui, scene: &mut Scene<'_>, card: tiles::Pane) {
        let filter = self.filter(scene);
        self.query.ask(ui.ctx(), scene, &filter);
        let area = ui.max_rect().shrink(size::GAP);
        crate::ui::layout::region(ui, area, |ui| {
            self.cards.show(ui, scene, &self.query, card);
        });
    }

    /// Puts all cards back to where they were at first.
    pub fn reset_layout(&mut self) {
        self.layout.reset();
    }

    /// The filter that everything on the screen follows now.
    fn filter(&self, scene: &Scene<'_>) -> Filter {
        let filter = &scene.view.filter;
        self.cards.dragged.map_or_else(|| filter.clone(), |dragged| filter.brushed(dragged))
    }
}

//! Explore: who did what when. Traffic, lanes, heat map, accounts, facets and exchanges over one
//! filter, one range of time and one selection; each of them narrows the others.

mod accounts;
mod cards;
mod clock;
mod exchanges;
mod facets;
mod heat;
#[cfg(test)]
mod lane_pictures;
mod masks;
pub mod menu;
mod order;
pub mod picked;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod pictures_tables;
mod query;
mod record;
#[cfg(test)]
mod search_walk;
#[cfg(test)]
mod shapes;
mod sparks;
mod stack;
#[cfg(test)]
mod stand;
mod templates;
#[cfg(test)]
pub mod test_case;
mod tiles;
mod times;
mod tools;
mod tracks;
mod traffic;
mod value;
#[cfg(test)]
mod walk;
#[cfg(test)]
mod walk_moves;
#[cfg(test)]
mod walk_tables;
mod wider;

use egui::{Ui, UiBuilder};

use crate::model::Filter;
use crate::ui::Command;
use crate::ui::scene::Scene;
use crate::ui::theme::size;
use crate::ui::widget::table::ColumnChoice;

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
    /// Commands that wait for the next frame, which knows what they apply to.
    commands: Vec<Command>,
}

impl Explore {
    /// Has a command of the tables done when the screen is drawn next.
    pub fn run(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// The columns of each table as the analyst has them.
    pub fn columns(&mut self) -> [(&'static str, &mut ColumnChoice); 3] {
        self.cards.columns()
    }

    /// Draws the screen.
    pub fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        for command in std::mem::take(&mut self.commands) {
            let pane = self.cards.run(ui.ctx(), command, scene);
            self.layout.bring_to_front(pane);
        }
        // A drag on a card that was hidden meanwhile ends unseen.
        if !ui.input(|i| i.pointer.any_down() || i.pointer.any_released()) {
            self.cards.dragged = None;
        }
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
            if let Some(said) = neighbours.said(tile, ask) {
                scene.ask(said);
            }
            self.layout.apply(&neighbours, tile, ask);
            ui.ctx().request_repaint();
        }
    }

    /// The screen with the layout that a case keeps.
    pub fn laid_out(kept: Option<&str>) -> Self {
        Self { layout: kept.map(Layout::from_text).unwrap_or_default(), ..Self::default() }
    }

    /// The analyst's own layout; `None` while it follows the window.
    pub fn layout(&self) -> Option<String> {
        self.layout.to_text()
    }

    /// The event that the analyst is on in the exchanges.
    #[cfg(test)]
    pub fn current(&self) -> Option<u64> {
        self.cards.current()
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

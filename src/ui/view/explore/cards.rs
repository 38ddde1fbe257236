//! The cards of the screen, drawn where the tiles say.

use egui::{Color32, Context, CursorIcon, Stroke, Style, Ui, Visuals, WidgetText};
use egui_tiles::{Behavior, EditAction, ResizeState, TileId, Tiles, UiResponse};

use crate::model::TimeSpan;
use crate::ui::Command;
use crate::ui::scene::Scene;
use crate::ui::theme::{Theme, size};
use crate::ui::widget::place::Ask;
use crate::ui::widget::table::ColumnChoice;

use super::accounts::Accounts;
use super::exchanges::Exchanges;
use super::facets::Facets;
use super::heat::Heat;
use super::order::Order;
use super::query::Query;
use super::record::Record;
use super::templates::Templates;
use super::tiles::{Neighbours, Pane};
use super::tracks::{OF_BEFORE, Tracks};
use super::traffic::Traffic;

/// What the cards remember.
#[derive(Default)]
pub struct Cards {
    traffic: Traffic,
    accounts: Accounts,
    facets: Facets,
    templates: Templates,
    exchanges: Exchanges,
    record: Record,
    order: Order,
    tracks: Tracks,
    heat: Heat,
    /// The range being dragged: followed by everything, but no step to go back to until the
    /// pointer is up.
    pub dragged: Option<Option<TimeSpan>>,
}

impl Cards {
    /// The columns of each table as the analyst has them.
    pub fn columns(&mut self) -> [(&'static str, &mut ColumnChoice); 3] {
        [
            ("accounts", self.accounts.columns()),
            ("exchanges", self.exchanges.columns()),
            ("templates", self.templates.columns()),
        ]
    }

    /// The event that the analyst is on in the exchanges.
    #[cfg(test)]
    pub fn current(&self) -> Option<u64> {
        self.exchanges.current()
    }

    /// Does a command of the tables; the card that is meant.
    pub fn run(&mut self, ctx: &Context, command: Command, scene: &mut Scene<'_>) -> Pane {
        match command {
            Command::AccountsTable => self.accounts.focus(),
            Command::FindAccount => self.accounts.find(),
            Command::ExportShown if self.accounts.has_focus(ctx) => self.accounts.want_export(),
            Command::ExchangesTable => {
                self.exchanges.focus();
                return Pane::Exchanges;
            }
            Command::FindInRecord => {
                match self.record.event() {
                    Some(_) => self.record.find(),
                    None => self.exchanges.say("Choose a row first: text is found in its record"),
                }
                return Pane::Exchanges;
            }
            other => {
                self.exchanges.run(other, scene);
                return Pane::Exchanges;
            }
        }
        Pane::Accounts
    }
}

/// The cards while the tree of tiles is drawn.
pub struct Drawing<'a, 's> {
    /// The cards.
    pub cards: &'a mut Cards,
    /// What they read.
    pub scene: &'a mut Scene<'s>,
    /// What was counted for them.
    pub query: &'a Query,
    /// Who stands with whom.
    pub neighbours: &'a Neighbours,
    /// What was asked of the place of a card.
    pub asked: Option<(TileId, Ask)>,
    /// Whether a tile was moved or resized.
    pub moved: bool,
}

impl Cards {
    /// Draws a card over the room there is.
    pub fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>, query: &Query, pane: Pane) {
        let rect = ui.max_rect();
        let (order, dragged) = (&mut self.order, &mut self.dragged);
        // While a search has found nothing yet, tables show what the filter before it kept. The
        // other cards say so themselves.
        let tables = [Pane::Accounts, Pane::Facets, Pane::Templates, Pane::Exchanges];
        if query.waits() && tables.contains(&pane) {
            ui.multiply_opacity(OF_BEFORE);
        }
        match pane {
            Pane::Traffic => self.traffic.show(ui, rect, scene, query, dragged),
            Pane::Tracks => self.tracks.show(ui, rect, scene, query, order, dragged),
            Pane::Heat => self.heat.show(ui, rect, scene, query, order),
            Pane::Accounts => self.accounts.show(ui, rect, scene, query),
            Pane::Facets => self.facets.show(ui, rect, scene, query),
            Pane::Templates => self.templates.show(ui, rect, scene, query),
            Pane::Exchanges => {
                let (table, record) = self.record.split(rect);
                self.exchanges.show(ui, table, scene, query, &mut self.record);
                if let Some(rect) = record {
                    self.record.show(ui, rect, scene);
                }
            }
        }
    }
}

impl Behavior<Pane> for Drawing<'_, '_> {
    fn pane_ui(&mut self, ui: &mut Ui, tile: TileId, pane: &mut Pane) -> UiResponse {
        ui.shrink_clip_rect(ui.max_rect());
        let asked = self.neighbours.place(tile).show(ui, |ui| {
            self.cards.show(ui, self.scene, self.query, *pane);
        });
        if let Some(asked) = asked {
            self.asked = Some((tile, asked));
        }
        if asked == Some(Ask::Drag) { UiResponse::DragStarted } else { UiResponse::None }
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> WidgetText {
        pane.title().into()
    }

    fn tab_title_for_tile(&mut self, tiles: &Tiles<Pane>, tile: TileId) -> WidgetText {
        let mut titles = Vec::new();
        titles_of(tiles, tile, &mut titles);
        titles.join(", ").into()
    }

    fn is_tab_bar_visible(&self, tile: TileId, _: &egui_tiles::Tabs) -> bool {
        self.neighbours.has_bar(tile)
    }

    fn tab_hover_cursor_icon(&self) -> CursorIcon {
        CursorIcon::PointingHand
    }

    fn gap_width(&self, _: &Style) -> f32 {
        size::GAP
    }

    fn min_size(&self) -> f32 {
        3.0 * size::CARD_HEADER
    }

    fn resize_stroke(&self, style: &Style, state: ResizeState) -> Stroke {
        let theme = Theme::named(style.visuals.dark_mode);
        match state {
            ResizeState::Idle => Stroke::NONE,
            ResizeState::Hovering => Stroke::new(1.0, theme.line),
            ResizeState::Dragging => Stroke::new(1.0, theme.accent),
        }
    }

    fn tab_bar_color(&self, _: &Visuals) -> Color32 {
        Color32::TRANSPARENT
    }

    fn drag_preview_stroke(&self, visuals: &Visuals) -> Stroke {
        Stroke::new(1.0, visuals.selection.stroke.color)
    }

    fn drag_preview_color(&self, visuals: &Visuals) -> Color32 {
        visuals.selection.bg_fill.gamma_multiply(0.5)
    }

    fn on_edit(&mut self, edit: EditAction) {
        self.moved |= matches!(edit, EditAction::TileResized | EditAction::TileDropped);
    }
}

fn titles_of(tiles: &Tiles<Pane>, tile: TileId, titles: &mut Vec<&'static str>) {
    match tiles.get(tile) {
        Some(egui_tiles::Tile::Pane(pane)) => titles.push(pane.title()),
        Some(egui_tiles::Tile::Container(container)) => {
            container.children().for_each(|child| titles_of(tiles, *child, titles));
        }
        None => {}
    }
}

//! Accounts over time: a lane an account, its rows as a strip of cells, in an order that brings
//! like to like. Lanes too low to be seen share one, and the card says how many.

mod counts;
mod find;
mod frame;
mod input;
mod keys;
mod list;
mod menu;
mod paint;
mod rim;
mod shade;
#[cfg(test)]
mod walk;
mod words;
mod zoom;

use std::sync::Arc;

use egui::{Pos2, Rect, Response, Sense, Ui};

use crate::model::{Field, Time, TimeSpan};
use crate::ui::Zone;
use crate::ui::format::count as grouped;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::state::Hover;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::table::Position;
use crate::ui::widget::timeline::{BinSpec, Scale, Window, nice_ceiling};
use crate::ui::widget::{Card, button, card, drop_down};

use super::order::Order;
use super::query::{ByAccount, Masks, Query};
use super::times;

use counts::{Counts, Wanted};
use frame::{Areas, Frame, most_pinned, pin_height};
use input::Drag;
use list::{Chosen, Lane, Lanes, List, Pins};
use paint::{ColorBy, Ink};
use zoom::Zoom;

pub use paint::{OF_BEFORE, nothing};
pub use rim::scrollbar;
pub use shade::Shade;

/// The card's own state.
#[derive(Default)]
pub struct Tracks {
    zoom: Zoom,
    position: Position,
    pins: Pins,
    /// Whether lanes that are neither selected nor pinned are folded into one.
    fold: bool,
    color: ColorBy,
    list: List,
    chosen: Chosen,
    counts: Counts,
    drag: Option<Drag>,
    /// Where the drag began.
    origin: Option<Pos2>,
    /// Lanes that a drag marks, by place.
    marked: Option<(usize, usize)>,
    /// The lane the keyboard is at, by place, and where a selection with Shift began.
    cursor: Option<usize>,
    anchor: Option<usize>,
    cursor_time: Option<Time>,
    /// What the pointer was on.
    hovered: Option<Hover>,
    /// Turns of the wheel that make no step yet, points.
    wheel: f32,
    /// Where the scrollbar's thumb is held.
    grabbed: f32,
    /// What the menu was opened on.
    menu_at: Option<(Lane, Arc<[u32]>)>,
    find: String,
    /// In which list it was found: as which of how many.
    found: Option<(u64, usize, usize)>,
    /// The order drawn last: another one is read from its top.
    drawn: Option<String>,
}

const NAME: &str = "Accounts over time";

/// Widths of the card from which a field finds lanes, and buttons make them taller and lower
/// beside it, points.
const FINDS_FROM: f32 = 480.0;
const ROOMY: f32 = 540.0;

impl Tracks {
    /// Draws the card.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        scene: &mut Scene<'_>,
        query: &Query,
        order: &mut Order,
        dragged: &mut Option<Option<TimeSpan>>,
    ) {
        order.ask(ui, scene, query);
        self.follow(scene, order, rect);
        let note = self.note(query, order, rect);
        let mut jump = None;
        let inner = card(ui, rect, &Card { title: NAME, note: &note }, |ui| {
            jump = self.header(ui, scene, order, rect);
        });
        let (Some(masks), Some(by_account)) = (query.masks(), query.by_account()) else {
            return query.show_error(ui, inner);
        };
        let list = self.list.clone();
        region(ui, inner, |ui| {
            if query.waits() {
                ui.multiply_opacity(OF_BEFORE);
            }
            let lanes = Lanes { list: &list, per_lane: self.zoom.per_lane() };
            let window = times::window(scene, Zone::of(ui.ctx()));
            let frame = self.frame(inner, lanes, scene, masks, window);
            match jump {
                Some(Jump::Zoom(closer)) => self.zoom_lanes(&frame, closer, None),
                Some(Jump::Find { on }) => self.find_next(&frame, scene, on),
                None => {}
            }
            let said = self.said(query, order);
            let counted = (masks, &**by_account);
            let response = self.lanes(ui, &frame, scene, counted, (&order.words(), said), dragged);
            self.context_menu(&response, &frame, scene, query.waits());
        });
    }

    /// Follows order, pins, fold and selection.
    fn follow(&mut self, scene: &Scene<'_>, order: &Order, rect: Rect) {
        let selection = &scene.view.selection;
        self.chosen.follow(scene.index, scene.index_version, selection);
        let fold = self.fold.then_some((selection, &self.chosen));
        let room = most_pinned(Areas::room(rect) - size::CARD_HEADER);
        self.list.follow(&order.listed(), scene.index, (&self.pins, room), fold);
        let words = order.words();
        if self.drawn.as_ref() != Some(&words) {
            self.drawn = Some(words);
            self.position = Position::default();
            (self.cursor, self.anchor) = (None, None);
        }
    }

    fn frame<'a>(
        &mut self,
        rect: Rect,
        lanes: Lanes<'a>,
        scene: &Scene<'_>,
        masks: &Masks,
        window: Window,
    ) -> Frame<'a> {
        let untimed = scene.index.without_time(&masks.timeless) > 0;
        let pin_height = pin_height(self.zoom, lanes.list.pinned.len(), Areas::room(rect));
        let areas = Areas::of(rect, pin_height * lanes.list.pinned.len() as f32, untimed);
        let plot = Rect::from_x_y_ranges(areas.plot, areas.body.y_range());
        let mut frame = Frame {
            lanes,
            zoom: self.zoom,
            height: stretched(self.zoom, lanes, areas.scroll.height()),
            areas,
            pin_height,
            scale: Scale::new(window.visible(), plot),
            window,
            bins: window.bins(areas.plot.span()),
            position: self.position,
            counted: masks.population.counted(),
        };
        self.position = frame.extent().clamp(self.position);
        frame.position = self.position;
        frame
    }

    fn lanes(
        &mut self,
        ui: &mut Ui,
        frame: &Frame<'_>,
        scene: &mut Scene<'_>,
        (masks, by_account): (&Masks, &ByAccount),
        (order, said): (&str, Option<String>),
        dragged: &mut Option<Option<TimeSpan>>,
    ) -> Response {
        let range = dragged.unwrap_or(scene.view.filter.time);
        let padded = if frame.window.is_zoomed() { frame.bins.padded() } else { frame.bins };
        self.ask(ui, frame, scene, masks, padded);
        let id = ui.scope_id().with(NAME);
        let focused = ui.memory(|m| m.has_focus(id));
        let ink = Ink {
            frame,
            scene,
            masks,
            counts: &self.counts,
            chosen: &self.chosen,
            by: self.color,
            shade: Shade::logarithmic(match self.counts.max() {
                0 => 0,
                most => nice_ceiling(most.into()).min(u32::MAX.into()) as u32,
            }),
            marked: self.marked,
            cursor: self.cursor.filter(|_| focused),
            range,
        };
        ink.describe_lanes(ui, by_account);
        let response = ui.interact(frame.areas.body, id, Sense::click_and_drag());
        ink.lanes(ui);
        ink.across(ui);
        ink.axis(ui);
        let empty = frame.lanes.len() == 0;
        if let Some(words) = said.as_deref().filter(|_| empty) {
            nothing(ui, frame.areas.body, words);
        }
        let unfold = ink.foot(ui, said.as_deref().filter(|_| !empty));
        ink.describe(ui, &response, (order, said.as_deref()), self.cursor_time, by_account);
        if self.drag.is_none() {
            ink.tooltip(ui, &response, by_account);
        }
        if focused {
            let around = frame.areas.body.shrink(1.0);
            let stroke = egui::Stroke::new(1.0, Theme::of(ui).accent_line);
            ui.painter().rect_stroke(around, 4, stroke, egui::StrokeKind::Inside);
        }
        self.point(ui, &response, frame, scene, dragged);
        self.time_keys(ui, &response, frame, scene, range);
        self.lane_keys(ui, &response, frame, scene);
        let (bar, extent) = (frame.areas.bar, frame.extent());
        scrollbar(ui, NAME, bar, extent, &mut self.position, &mut self.grabbed);
        self.fold &= !unfold;
        response
    }

    /// What is to be said of the lanes besides what they show.
    fn said(&self, query: &Query, order: &Order) -> Option<String> {
        if let Some((_, at, of)) = self.found.filter(|(list, ..)| *list == self.list.id) {
            let words = visible_text(self.find.trim());
            let (at, of) = (grouped(at as u64), grouped(of as u64));
            return Some(match self.found {
                Some((.., 0)) => format!("No account id in the lanes contains {words}"),
                _ => format!("{at} of {of} with {words} in the id; Enter goes on"),
            });
        }
        if self.list.accounts() == 0 {
            let counting = !order.is_there() || query.is_stale();
            let words = if counting { "Counting…" } else { "No account is in the selection" };
            return Some(query.why_empty().unwrap_or(words).to_owned());
        }
        if query.waits() {
            return Some("Searching prompts…".to_owned());
        }
        order.is_stale().then(|| "Ordering…".to_owned())
    }

    fn ask(
        &mut self,
        ui: &Ui,
        frame: &Frame<'_>,
        scene: &Scene<'_>,
        masks: &Masks,
        padded: BinSpec,
    ) {
        let wanted = Wanted {
            lanes: frame.lanes,
            visible: frame.visible(),
            bins: frame.bins,
            padded,
            by: self.color.field(),
        };
        self.counts.ask(ui, scene, masks, &wanted);
    }

    fn note(&self, query: &Query, order: &Order, rect: Rect) -> String {
        if query.masks().is_none() || !order.is_there() {
            return String::new();
        }
        let all = self.list.accounts() as u64;
        let lanes = Lanes { list: &self.list, per_lane: self.zoom.per_lane() };
        let room = Areas::room(rect) - size::CARD_HEADER;
        let in_sight = ((room / self.zoom.height()).max(0.0) as usize).min(lanes.len()) as u64;
        let all_words = grouped(all);
        if lanes.per_lane > 1 {
            let lanes = grouped(lanes.len() as u64);
            return format!("{all_words} accounts in {lanes} lanes\n{all_words} in {lanes}");
        }
        format!(
            "{} of {all_words} lanes\n{all_words} lanes\n{all_words}",
            grouped(in_sight.min(all))
        )
    }

    fn header(
        &mut self,
        ui: &mut Ui,
        scene: &Scene<'_>,
        order: &mut Order,
        rect: Rect,
    ) -> Option<Jump> {
        let mut jump = None;
        if rect.width() > FINDS_FROM {
            jump = self.find_field(ui);
        }
        jump = self.view_menu(ui, scene).or(jump);
        order.menu(ui, NAME);
        if (FINDS_FROM..ROOMY).contains(&rect.width()) {
            return jump;
        }
        for (closer, name) in [(true, "Taller lanes"), (false, "Lower lanes, more of them")] {
            let response = button::icon(ui, name, |painter, rect, color| {
                let stroke = egui::Stroke::new(1.3, color);
                let rect = rect.shrink(2.0);
                painter.hline(rect.x_range(), rect.center().y, stroke);
                if closer {
                    painter.vline(rect.center().x, rect.y_range(), stroke);
                }
            });
            if response.clicked() {
                jump = Some(Jump::Zoom(closer));
            }
        }
        jump
    }

    /// Colour, fold, pins and the height of lanes.
    fn view_menu(&mut self, ui: &mut Ui, scene: &Scene<'_>) -> Option<Jump> {
        let mut jump = None;
        drop_down(ui, "View", "Accounts over time: colours, folding and pins", false, |ui| {
            let colors = [
                (ColorBy::Single, "One colour"),
                (ColorBy::Field(Field::Model), "Colour by model"),
                (ColorBy::Field(Field::Pathway), "Colour by pathway"),
                (ColorBy::Verdict, "Colour by verdict"),
            ];
            for (color, words) in colors {
                let there = color.field().is_none_or(|f| scene.index.distinct_values(f) > 0);
                let entry = egui::Button::selectable(color == self.color, words);
                if ui.add_enabled(there, entry).clicked() {
                    self.color = color;
                }
            }
            ui.separator();
            let fold = "Fold what is neither selected nor pinned";
            if ui.add(egui::Button::selectable(self.fold, fold)).clicked() {
                self.fold = !self.fold;
            }
            let pins = egui::Button::new("Let all pins go");
            if ui.add_enabled(!self.pins.is_empty(), pins).clicked() {
                self.pins.clear();
            }
            ui.separator();
            for (closer, words, key) in
                [(true, "Make lanes taller", "+"), (false, "Make lanes lower", "−")]
            {
                let key = Face::MonoSmall.text(key);
                if ui.add(egui::Button::new(words).shortcut_text(key)).clicked() {
                    jump = Some(Jump::Zoom(closer));
                }
            }
        });
        jump
    }
}

/// The height of a scrolling lane: where folded lanes leave room, they share it.
fn stretched(zoom: Zoom, lanes: Lanes<'_>, room: f32) -> f32 {
    let share = (room / lanes.scrolling().max(1) as f32).floor();
    if lanes.per_lane > 1 { share.clamp(zoom.height(), 2.0 * zoom.height()) } else { zoom.height() }
}

/// What the header asks for.
enum Jump {
    Zoom(bool),
    Find { on: bool },
}

//! Cards: what screens are made of.

use egui::{Align, Id, Layout, Rect, StrokeKind, Ui, UiBuilder, pos2};

use crate::ui::theme::{Face, Theme, size};

use super::place::Titles;
use super::text;

/// Between the parts of a header, points.
const GAP: f32 = 10.0;
/// The steps in which the width of a note grows, points.
const STEP: f32 = 24.0;

/// The header of a card.
#[derive(Clone, Debug)]
pub struct Card<'a> {
    /// What it is.
    pub title: &'a str,
    /// What exactly it shows: unit, count, order. Where there is more than one line, they are
    /// wordings of the same, longest first, and the first that has room is drawn: a number that is
    /// cut off says something else.
    pub note: &'a str,
}

/// Draws the card's surface, its header with `right` at the far end, and returns the rectangle
/// that is left for the contents.
pub fn card(ui: &mut Ui, rect: Rect, card: &Card<'_>, right: impl FnOnce(&mut Ui)) -> Rect {
    headed(ui, rect, card, &Titles::of(ui, card.title), right)
}

/// The same for a card that stands inside the place of another one.
pub fn card_within(ui: &mut Ui, rect: Rect, card: &Card<'_>, right: impl FnOnce(&mut Ui)) -> Rect {
    headed(ui, rect, card, &Titles::alone(card.title), right)
}

fn headed(
    ui: &mut Ui,
    rect: Rect,
    card: &Card<'_>,
    titles: &Titles<'_>,
    right: impl FnOnce(&mut Ui),
) -> Rect {
    let theme = Theme::of(ui);
    surface(ui, rect);
    let header = Rect::from_min_size(rect.min, egui::vec2(rect.width(), size::CARD_HEADER));
    let line_y = header.bottom() - 0.5;
    ui.painter().hline(rect.shrink(1.0).x_range(), line_y, theme.hairline());
    let inner = header.shrink2(egui::vec2(size::CARD_PADDING, 0.0));
    let mut child =
        ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::left_to_right(Align::Center)));
    child.shrink_clip_rect(inner);
    child.spacing_mut().item_spacing.x = GAP;
    titles.to_own(&mut child);
    let behind = titles.width_behind(&child);
    let rest = Rect::from_min_max(pos2(child.cursor().left(), inner.top()), inner.max);
    let far = rest.with_min_x((rest.left() + behind).min(rest.right()));
    let mut far = child
        .new_child(UiBuilder::new().max_rect(far).layout(Layout::right_to_left(Align::Center)));
    right(&mut far);
    let end = far.min_rect().left().min(rest.right()) - behind - GAP;
    let room = Rect::from_min_max(rest.min, pos2(end.max(rest.left()), rest.bottom()));
    note(&mut child, card, room);
    titles.behind(&mut child);
    Rect::from_min_max(header.left_bottom(), rect.max).shrink(1.0)
}

/// The note after the card's own title: what it says is not of the cards behind.
fn note(ui: &mut Ui, card: &Card<'_>, room: Rect) {
    // Titles behind it stand still while a range is dragged, and under a click that has begun.
    let id = Id::unique(("room of a note", card.title));
    let is_down = ui.input(|i| i.pointer.any_down());
    let kept: Option<f32> = ui.data(|d| d.get_temp(id)).filter(|_| is_down);
    let most = kept.unwrap_or(f32::INFINITY).min(room.width());
    let mut taken = 0.0;
    if !card.note.is_empty() && most >= STEP {
        let room = room.with_max_x(room.left() + most);
        let note = text::first_that_fits(ui, card.note.lines(), Face::Body, most);
        let color = Theme::of(ui).muted;
        let drawn = text::in_rect(ui, room, Align::Min, Face::Body.text(note).color(color));
        // In steps, so that they also stand still while its digits change.
        taken = ((drawn.rect.width() / STEP).ceil() * STEP).min(most);
    }
    let taken = kept.unwrap_or(taken);
    ui.data_mut(|d| d.insert_temp(id, taken));
    if taken > 0.0 {
        ui.add_space(taken + GAP);
    }
}

/// Only the surface of a card.
pub fn surface(ui: &Ui, rect: Rect) {
    let theme = Theme::of(ui);
    let stroke = theme.hairline();
    ui.painter().rect(rect, size::CARD_RADIUS, theme.panel, stroke, StrokeKind::Inside);
}

/// Something inferred: an edge of copper on its left, and `gap` points between the two.
pub fn inferred(ui: &mut Ui, gap: f32, add: impl FnOnce(&mut Ui)) {
    let theme = Theme::of(ui);
    let (top, width) = (ui.cursor().min, ui.available_width());
    let room = egui::vec2(width - gap, f32::INFINITY);
    let rect = Rect::from_min_size(pos2(top.x + gap, top.y), room);
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    child.spacing_mut().item_spacing.y = 4.0;
    add(&mut child);
    let height = child.min_rect().height();
    let edge = Rect::from_min_size(top, egui::vec2(2.0, height));
    ui.painter().rect_filled(edge, 1.0, theme.copper);
    ui.allocate_exact_size(egui::vec2(width, height), egui::Sense::hover());
}

/// A sentence in the middle of a card that has nothing to show, and why.
pub fn empty(ui: &mut Ui, rect: Rect, title: &str, why: &str) {
    let theme = Theme::of(ui);
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(rect.shrink(size::CARD_PADDING))
            .layout(Layout::top_down(Align::Center)),
    );
    child.add_space(((rect.height() - 2.0 * size::CARD_PADDING - 40.0) / 2.0).max(0.0));
    child.add(egui::Label::new(Face::Medium.text(title).color(theme.muted)).wrap());
    if !why.is_empty() {
        child.add(egui::Label::new(Face::Small.text(why).color(theme.muted)).wrap());
    }
}

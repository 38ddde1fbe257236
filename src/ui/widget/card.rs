//! Cards: what screens are made of.

use egui::{Align, Layout, Rect, StrokeKind, Ui, UiBuilder, pos2};

use crate::ui::theme::{Face, Theme, size};

use super::{place, text};

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
    headed(ui, rect, card, |ui| place::titles(ui, card.title), right)
}

/// The same for a card that stands inside the place of another one.
pub fn card_within(ui: &mut Ui, rect: Rect, card: &Card<'_>, right: impl FnOnce(&mut Ui)) -> Rect {
    let title = |ui: &mut Ui| {
        let color = Theme::of(ui).text;
        ui.add(egui::Label::new(Face::Card.text(card.title).color(color)).extend());
    };
    headed(ui, rect, card, title, right)
}

fn headed(
    ui: &mut Ui,
    rect: Rect,
    card: &Card<'_>,
    title: impl FnOnce(&mut Ui),
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
    child.spacing_mut().item_spacing.x = 10.0;
    title(&mut child);
    let rest = Rect::from_min_max(pos2(child.cursor().left(), inner.top()), inner.max);
    let mut far = child
        .new_child(UiBuilder::new().max_rect(rest).layout(Layout::right_to_left(Align::Center)));
    right(&mut far);
    let end = far.min_rect().left().min(rest.right());
    if !card.note.is_empty() {
        let room = Rect::from_min_max(rest.min, pos2((end - 10.0).max(rest.left()), rest.bottom()));
        let note = text::first_that_fits(&child, card.note.lines(), Face::Body, room.width());
        text::in_rect(&mut child, room, Align::Min, Face::Body.text(note).color(theme.muted));
    }
    Rect::from_min_max(header.left_bottom(), rect.max).shrink(1.0)
}

/// Only the surface of a card.
pub fn surface(ui: &Ui, rect: Rect) {
    let theme = Theme::of(ui);
    let stroke = theme.hairline();
    ui.painter().rect(rect, size::CARD_RADIUS, theme.panel, stroke, StrokeKind::Inside);
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

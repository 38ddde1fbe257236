//! Labels and painted text.

use egui::text::LayoutJob;
use egui::{Align2, Color32, Label, Painter, Pos2, Rect, Response, RichText, Ui, pos2};

use crate::ui::theme::{Face, Theme, tabular};

/// A label that ends in `…` where it does not fit; the whole text is then in its tooltip.
pub fn line(ui: &mut Ui, text: impl Into<RichText>) -> Response {
    ui.add(Label::new(text.into()).truncate())
}

/// A label that takes the lines it needs.
pub fn wrapped(ui: &mut Ui, text: impl Into<RichText>) -> Response {
    ui.add(Label::new(text.into()).wrap())
}

/// A label in a rectangle, centred vertically, cut off with `…` where it does not fit.
pub fn in_rect(ui: &mut Ui, rect: Rect, align: egui::Align, text: RichText) -> Response {
    let layout = match align {
        egui::Align::Max => egui::Layout::right_to_left(egui::Align::Center),
        _ => egui::Layout::left_to_right(egui::Align::Center),
    };
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect).layout(layout));
    child.shrink_clip_rect(rect);
    child.add(Label::new(text).truncate())
}

/// How wide a text is on one line, points.
pub fn width(ui: &Ui, text: &str, face: Face) -> f32 {
    let format = face.format(Color32::PLACEHOLDER);
    ui.painter().layout_job(LayoutJob::single_section(text.to_owned(), format)).size().x
}

/// The first wording that needs no more than `room` points; the last one where none does.
pub fn first_that_fits<'t>(
    ui: &Ui,
    wordings: impl Iterator<Item = &'t str>,
    face: Face,
    room: f32,
) -> &'t str {
    let mut last = "";
    for wording in wordings {
        last = wording;
        if width(ui, wording, face) <= room {
            break;
        }
    }
    last
}

/// A number in a rectangle, right-aligned, its digits in line with the ones above and below.
pub fn number(ui: &mut Ui, rect: Rect, text: &str, face: Face, color: Color32) -> Response {
    let job = tabular(ui.painter(), text, face, color);
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect).layout(layout));
    child.shrink_clip_rect(rect);
    child.add(Label::new(job).extend())
}

/// Paints text that is part of a drawing; the drawing as a whole carries the accessible name.
pub fn paint(
    painter: &Painter,
    at: Pos2,
    anchor: Align2,
    text: &str,
    face: Face,
    color: Color32,
) -> Rect {
    let galley = painter.layout_job(tabular(painter, text, face, color));
    let rect = anchor.anchor_size(at, galley.size());
    painter.galley(rect.min, galley, color);
    rect
}

/// Paints words in the middle of a rectangle, on as many lines as they need; returns where.
pub fn paint_middle(
    painter: &Painter,
    rect: Rect,
    words: &str,
    face: Face,
    color: Color32,
) -> Rect {
    let mut job = LayoutJob::single_section(words.to_owned(), face.format(color));
    job.wrap.max_width = rect.width().max(1.0);
    job.halign = egui::Align::Center;
    let galley = painter.layout_job(job);
    let top = rect.center().y - galley.size().y / 2.0;
    let at = pos2(rect.center().x, top.max(rect.top()));
    let drawn = galley.rect.translate(at.to_vec2());
    painter.galley(at, galley, color);
    drawn
}

/// Paints text within `width` points, cut off with `…` where it does not fit.
pub fn paint_within(
    painter: &Painter,
    at: Pos2,
    width: f32,
    text: &str,
    face: Face,
    color: Color32,
) -> Rect {
    let mut job = LayoutJob::single_section(text.to_owned(), face.format(color));
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(0.0));
    let galley = painter.layout_job(job);
    let rect = Align2::LEFT_CENTER.anchor_size(at, galley.size());
    painter.galley(rect.min, galley, color);
    rect
}

/// Text on one line whose pieces differ in face and colour.
pub fn pieces(parts: &[(&str, Face, Color32)]) -> LayoutJob {
    let mut job = LayoutJob::default();
    for (text, face, color) in parts {
        job.append(text, 0.0, face.format(*color));
    }
    job
}

/// A section heading.
pub fn section(ui: &mut Ui, text: &str) -> Response {
    let theme = Theme::of(ui);
    ui.add(Label::new(Face::Section.text(text).color(theme.muted)))
}

/// The left centre of a rectangle, `x` points in.
pub fn left(rect: Rect, x: f32) -> Pos2 {
    pos2(rect.left() + x, rect.center().y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_the_middle_stay_in_their_width_however_long_they_are() {
        let mut harness = egui_kittest::Harness::new_ui(|ui| {
            crate::ui::theme::apply(ui.ctx());
            if ui.ctx().cumulative_frame_nr() == 0 {
                return;
            }
            for words in ["Nothing", &"No exchanges match this ".repeat(9), &"x".repeat(200)] {
                let rect = Rect::from_min_size(pos2(50.0, 40.0), egui::vec2(260.0, 200.0));
                let drawn = paint_middle(ui.painter(), rect, words, Face::Body, Color32::WHITE);
                assert!(rect.expand(1.0).contains_rect(drawn), "{drawn}");
                assert!(drawn.center().distance(rect.center()) < 4.0, "{drawn}");
            }
        });
        harness.run_steps(2);
    }
}

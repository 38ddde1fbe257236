//! Bars: shares, progress, one segment a file.

use egui::{Color32, Painter, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};

use crate::ui::theme::Theme;

/// Paints a track with the share `filled`, 0…1, in `color`.
pub fn paint(painter: &Painter, rect: Rect, track: Color32, filled: f32, color: Color32) {
    let radius = (rect.height() / 2.0).min(3.0);
    painter.rect_filled(rect, radius, track);
    let width = rect.width() * filled.clamp(0.0, 1.0);
    if width > 0.0 {
        // A sliver is still drawn a point wide: something is not nothing.
        let fill = Rect::from_min_size(rect.min, vec2(width.max(1.0), rect.height()));
        painter.rect_filled(fill, radius.min(fill.width() / 2.0), color);
    }
}

/// One piece of a segmented bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Its share of the width, in any unit.
    pub weight: f32,
    /// How much of it is done, 0…1.
    pub done: f32,
    /// The colour of what is done.
    pub color: Color32,
}

/// A bar of segments; `name` says what it shows.
pub fn segments(ui: &mut Ui, height: f32, segments: &[Segment], name: &str) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let shown = name.to_owned();
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, &shown));
    let gap = if segments.len() > 60 { 0.0 } else { 3.0 };
    let total: f32 = segments.iter().map(|s| s.weight).sum();
    let room = rect.width() - gap * segments.len().saturating_sub(1) as f32;
    let mut x = rect.left();
    for segment in segments {
        let width = if total > 0.0 { room * segment.weight / total } else { 0.0 };
        let piece = Rect::from_min_size(egui::pos2(x, rect.top()), vec2(width, height));
        ui.painter().rect_filled(piece, 2.0, theme.ghost);
        let done =
            Rect::from_min_size(piece.min, vec2(width * segment.done.clamp(0.0, 1.0), height));
        ui.painter().rect_filled(done, 2.0, segment.color);
        x += width + gap;
    }
    response
}

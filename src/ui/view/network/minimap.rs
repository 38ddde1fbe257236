//! The whole picture, small, with the part that is seen.

use egui::{Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::ui::widget::level;

use super::camera::Camera;
use super::look::Look;
use super::{dots, paint};

const SIZE: egui::Vec2 = vec2(122.0, 80.0);
const MARGIN: f32 = 12.0;
/// Corners of an outline that are nearer to each other are one, points.
const COARSE: f32 = 1.5;
/// Nodes that are drawn one by one.
const DOTS: usize = 4_000;

/// Where it stands on a canvas.
pub fn rect(canvas: Rect) -> Rect {
    Rect::from_min_size(canvas.max - SIZE - egui::Vec2::splat(MARGIN), SIZE)
}

/// Whether there is more than what is seen.
pub fn is_drawn(look: &Look<'_>) -> bool {
    let seen = look.camera.seen(look.canvas);
    look.made.bounds.is_finite() && !seen.contains_rect(look.made.bounds)
}

/// Draws it; looks elsewhere where it is pressed.
pub fn show(ui: &Ui, look: &Look<'_>, camera: &mut Camera) {
    if !is_drawn(look) {
        return;
    }
    let theme = look.theme;
    let frame = rect(look.canvas);
    let painter = ui.painter_at(frame);
    painter.rect(frame, 6.0, theme.bg, theme.hairline(), StrokeKind::Inside);
    let room = frame.shrink(6.0);
    let bounds = look.made.bounds;
    let zoom = (room.width() / bounds.width()).min(room.height() / bounds.height());
    let at = |x: f32, y: f32| room.center() + (pos2(x, y) - bounds.center()) * zoom;
    for outline in look.made.outlines.iter().filter(|outline| outline.points.len() > 2) {
        let points = dots::corners(outline.points.iter().map(|p| at(p[0], p[1])), COARSE);
        if points.len() < 3 {
            continue;
        }
        let ink = level::color(theme, look.whole.blocks[outline.block as usize].level);
        painter.add(egui::Shape::convex_polygon(points, ink.gamma_multiply(0.7), Stroke::NONE));
    }
    let mut mesh = egui::Mesh::default();
    for spot in look.made.spots.iter().rev().take(DOTS) {
        if let Some(level) = spot.level {
            let [x, y] = look.place(spot.at);
            let radius = (spot.radius * zoom).clamp(0.8, 4.0);
            dots::disc(&mut mesh, at(x, y), radius, paint::ink(look, spot.at, level));
        }
    }
    painter.add(mesh);
    let seen = look.camera.seen(look.canvas);
    let seen = Rect::from_min_max(at(seen.left(), seen.top()), at(seen.right(), seen.bottom()));
    let line = Stroke::new(1.2, theme.accent);
    painter.rect_stroke(seen.intersect(frame), 2.0, line, StrokeKind::Inside);
    let response = ui.interact(frame, egui::Id::unique("minimap"), egui::Sense::click_and_drag());
    response
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Map: look elsewhere"));
    if let Some(to) = response.interact_pointer_pos() {
        camera.middle = ((to - room.center()) / zoom + bounds.center().to_vec2()).round();
    }
}

//! Circles: how far evidence carries. Nothing else is a circle of that kind.

use std::f32::consts::{FRAC_PI_2, TAU};

use egui::{Color32, Painter, Pos2, Sense, Shape, Stroke, Ui, Vec2, vec2};

use crate::model::finding::Level;
use crate::ui::theme::Theme;

/// The colour of a level.
pub fn color(theme: &Theme, level: Level) -> Color32 {
    match level {
        Level::None => theme.none,
        Level::Indicative => theme.indicative,
        Level::Probable => theme.probable,
        Level::Strong => theme.strong,
    }
}

/// Paints the circle of a level: empty, a quarter, half, full.
pub fn paint(painter: &Painter, centre: Pos2, radius: f32, level: Level, theme: &Theme) {
    let ink = color(theme, level);
    let part = match level {
        Level::None => 0.0,
        Level::Indicative => 0.25,
        Level::Probable => 0.5,
        Level::Strong => 1.0,
    };
    if part >= 1.0 {
        painter.circle_filled(centre, radius, ink);
        return;
    }
    let width = (radius * 0.28).clamp(1.1, 1.8);
    painter.circle_stroke(centre, radius - width / 2.0, Stroke::new(width, ink));
    if part > 0.0 {
        painter.add(Shape::convex_polygon(slice(centre, radius, part), ink, Stroke::NONE));
    }
}

/// A slice of a circle from twelve o'clock on, clockwise; at most half of it.
fn slice(centre: Pos2, radius: f32, part: f32) -> Vec<Pos2> {
    const STEPS: u8 = 16;
    let mut points = vec![centre];
    points.extend((0..=STEPS).map(|i| {
        let angle = TAU * part * f32::from(i) / f32::from(STEPS) - FRAC_PI_2;
        centre + radius * vec2(angle.cos(), angle.sin())
    }));
    points
}

/// The circle of a level in a row of widgets.
pub fn here(ui: &mut Ui, level: Level) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(11.0), Sense::hover());
    paint(ui.painter(), rect.center(), 5.0, level, Theme::of(ui));
}

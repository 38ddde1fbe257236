//! Small drawings that explain the three steps.

use egui::emath::TSTransform;
use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2};

use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{glyph, outline};

/// Repeatable noise for drawings (xorshift32).
#[derive(Clone, Copy, Debug)]
pub struct Noise(u32);

impl Noise {
    /// Noise from a seed other than 0.
    pub fn new(seed: u32) -> Self {
        Self(seed.max(1))
    }

    /// The next value, 0…1.
    pub fn draw(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 % 10_000) as f32 / 10_000.0
    }
}

/// Traffic of the sample's thumbnail.
pub fn sample_traffic() -> Vec<u32> {
    let mut noise = Noise::new(57);
    let bar = |i: u32| {
        let weekday = if i % 7 < 5 { 22.0 } else { 0.0 };
        let burst = if (27..31).contains(&i) { 40.0 + 20.0 * noise.draw() } else { 0.0 };
        (42.0 + weekday + 16.0 * noise.draw() + burst) as u32
    };
    (0..42).map(bar).collect()
}

/// What the pictures of the steps are drawn in, points.
const SIZE: Vec2 = vec2(232.0, 58.0);

/// Draws the picture of step `i` (0, 1, 2) at the top of a room, smaller where that is narrow.
pub fn step(painter: &Painter, room: Rect, i: usize, theme: &Theme) {
    let (at, layer) = (room.min, painter.layer_id());
    let scale = (room.width() / SIZE.x).clamp(0.1, 1.0);
    let down = at + vec2(0.0, SIZE.y * (1.0 - scale) / 2.0);
    let smaller = TSTransform::from_translation(down.to_vec2())
        * TSTransform::from_scaling(scale)
        * TSTransform::from_translation(-at.to_vec2());
    // What clips is made smaller along with what is drawn.
    let mut larger = painter.clone();
    larger.set_clip_rect(smaller.inverse() * painter.clip_rect());
    let painter = &larger;
    let next = || painter.ctx().graphics_mut(|graphics| graphics.entry(layer).next_idx());
    let first = next();
    match i {
        0 => drop(painter, at, theme),
        1 => look(painter, at, theme),
        _ => export(painter, at, theme),
    }
    let end = next();
    painter.ctx().graphics_mut(|graphics| {
        graphics.entry(layer).transform_range(first, end, smaller);
    });
}

fn rect(at: Pos2, x: f32, y: f32, width: f32, height: f32) -> Rect {
    Rect::from_min_size(at + vec2(x, y), vec2(width, height))
}

fn sheet(painter: &Painter, area: Rect, theme: &Theme) {
    let stroke = Stroke::new(1.0, theme.faint);
    painter.rect(area, 3.0, theme.raised, stroke, StrokeKind::Inside);
}

/// Three logs and the one case they become.
fn drop(painter: &Painter, at: Pos2, theme: &Theme) {
    let mut noise = Noise::new(5);
    for (x, y) in [(0.0, 8.0), (26.0, 2.0), (52.0, 12.0)] {
        sheet(painter, rect(at, x, y, 40.0, 44.0), theme);
        for line in 0..6u8 {
            let y = y + 8.0 + f32::from(line) * 5.5;
            let width = 14.0 + noise.draw() * 14.0;
            painter.rect_filled(rect(at, x + 6.0, y, width, 2.0), 0.0, theme.faint);
        }
    }
    let arrow = Stroke::new(1.6, theme.muted);
    painter.line_segment([at + vec2(104.0, 29.0), at + vec2(134.0, 29.0)], arrow);
    let head = [vec2(128.0, 23.5), vec2(134.5, 29.0), vec2(128.0, 34.5)];
    painter.add(Shape::line(head.map(|p| at + p).to_vec(), arrow));
    cylinder(painter, at, theme);
}

fn cylinder(painter: &Painter, at: Pos2, theme: &Theme) {
    let (x0, x1, top, bottom) = (150.0, 204.0, 13.0, 45.0);
    let radius = vec2((x1 - x0) / 2.0, 7.0);
    let centre = |y: f32| at + vec2((x0 + x1) / 2.0, y);
    let half = |y: f32| -> Vec<Pos2> {
        (0..=24u8)
            .map(|i| {
                let angle = std::f32::consts::PI * f32::from(i) / 24.0;
                centre(y) + vec2(radius.x * angle.cos(), radius.y * angle.sin())
            })
            .collect()
    };
    let line = Stroke::new(1.8, theme.copper);
    let mut body = vec![at + vec2(x1, top)];
    body.extend(half(bottom));
    body.push(at + vec2(x0, top));
    painter.add(Shape::convex_polygon(body.clone(), theme.raised, Stroke::NONE));
    painter.add(Shape::line(body, line));
    painter.add(Shape::ellipse_filled(centre(top), radius, theme.raised));
    painter.add(Shape::ellipse_stroke(centre(top), radius, line));
    for y in [24.0, 35.0] {
        painter.add(Shape::line(half(y), Stroke::new(1.8, theme.copper.gamma_multiply(0.5))));
    }
}

/// Lanes of accounts; a brush over four that take turns.
fn look(painter: &Painter, at: Pos2, theme: &Theme) {
    const CELLS: u16 = 58;
    let mut noise = Noise::new(5);
    for row in 0..6u16 {
        let y = f32::from(row) * 9.6;
        painter.rect_filled(rect(at, 0.0, y, 232.0, 7.6), 0.0, theme.raised);
        for cell in 0..CELLS {
            let turn = row < 4 && (15..46).contains(&cell) && (cell + row * 3) % 12 < 2;
            let chance = row >= 4 && noise.draw() < 0.13;
            if turn || chance {
                let color = if turn { theme.copper } else { theme.neutral().gamma_multiply(0.55) };
                painter.rect_filled(rect(at, f32::from(cell) * 4.0, y, 3.2, 7.6), 0.0, color);
            }
        }
    }
    let brush = rect(at, 57.0, 0.0, 128.0, 37.5);
    let stroke = Stroke::new(1.0, theme.accent);
    painter.rect(brush, 3.0, theme.accent_soft, stroke, StrokeKind::Inside);
}

/// A report, its tables, and the hash that proves them.
fn export(painter: &Painter, at: Pos2, theme: &Theme) {
    let bar = |x: f32, y: f32, width: f32, height: f32, color: Color32| {
        painter.rect_filled(rect(at, x, y, width, height), 0.0, color);
    };
    sheet(painter, rect(at, 0.0, 1.0, 42.0, 56.0), theme);
    bar(7.0, 9.0, 20.0, 3.0, theme.text.gamma_multiply(0.75));
    bar(7.0, 17.0, 28.0, 2.0, theme.faint);
    bar(7.0, 21.5, 22.0, 2.0, theme.faint);
    for (i, height) in [3.0, 4.0, 5.0, 11.0, 13.0, 6.0, 3.0].into_iter().enumerate() {
        bar(7.0 + i as f32 * 4.1, 42.0 - height, 3.0, height, theme.copper);
    }
    bar(7.0, 47.0, 16.0, 2.0, theme.faint);
    sheet(painter, rect(at, 56.0, 1.0, 66.0, 56.0), theme);
    for row in 0..5u8 {
        for (column, width) in [14.0, 12.0, 9.0].into_iter().enumerate() {
            let color = if row == 0 { theme.muted } else { theme.faint };
            let (x, y) = (63.0 + column as f32 * 20.0, 9.0 + f32::from(row) * 9.0);
            bar(x, y, width - f32::from(row % 2) * 2.0, 2.5, color);
        }
    }
    let text = |y: f32, words: &str, color: Color32| {
        painter.text(
            at + vec2(136.0, y),
            egui::Align2::LEFT_CENTER,
            words,
            Face::MonoSmall.font(),
            color,
        );
    };
    text(21.0, "sha256", theme.muted);
    text(36.0, "9f2c41…e07b", theme.text);
    glyph::tick(painter, at + vec2(221.0, 34.0), theme.ok);
}

/// The place of a thumbnail whose case is gone.
pub fn gone(painter: &Painter, area: Rect, theme: &Theme) {
    outline::dashed(painter, area, 4.0, Stroke::new(1.0, theme.faint), 3.0, 3.0);
    let cross = Rect::from_center_size(area.center(), Vec2::new(16.0, 12.0));
    glyph::cross(painter, cross, theme.faint);
}

/// Bars of a thumbnail, standing on `area`'s foot.
pub fn bars(painter: &Painter, area: Rect, values: &[f32], color: impl Fn(usize) -> Color32) {
    let step = area.width() / values.len().max(1) as f32;
    for (i, value) in values.iter().enumerate() {
        let x = area.left() + i as f32 * step;
        let top = area.bottom() - value * area.height();
        let bar = Rect::from_min_max(pos2(x, top), pos2(x + (step - 0.7).max(0.5), area.bottom()));
        painter.rect_filled(bar, 0.0, color(i));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pictures_of_the_steps_lie_in_their_room() {
        let mut harness = egui_kittest::Harness::new_ui(|ui| {
            crate::ui::theme::apply(ui.ctx());
            if ui.ctx().cumulative_frame_nr() == 0 {
                return;
            }
            for (i, width) in [(0, 183.0), (1, 183.0), (2, 183.0), (2, 120.0), (1, 400.0)] {
                let room = Rect::from_min_size(pos2(40.0, 30.0), vec2(width, SIZE.y));
                let painter = ui.painter().with_clip_rect(room.expand(3.0));
                let before = entries(&painter).len();
                step(&painter, room, i, Theme::of(ui));
                for (drawn, clip) in &entries(&painter)[before..] {
                    assert!(room.expand(2.0).contains_rect(*drawn), "{i} in {width}: {drawn}");
                    assert!(clip.contains_rect(*drawn), "{i} in {width}: {drawn} in {clip}");
                }
            }
        });
        harness.run_steps(2);
    }

    /// Where the shapes of a layer lie, and what clips them.
    fn entries(painter: &Painter) -> Vec<(Rect, Rect)> {
        painter.ctx().graphics_mut(|graphics| {
            let shapes = graphics.entry(painter.layer_id()).all_entries();
            shapes.map(|of| (of.shape.visual_bounding_rect(), of.clip_rect)).collect()
        })
    }
}

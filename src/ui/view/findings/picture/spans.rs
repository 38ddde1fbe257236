//! From when to when each account was there.

use egui::{Mesh, Pos2, Rect, Stroke, Ui, pos2, vec2};

use crate::detect::exhibit::Ink;
use crate::detect::exhibit::kind::curve::Zero;
use crate::detect::exhibit::kind::{Lane, Spans};
use crate::model::Time;
use crate::ui::Zone;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::text;
use crate::ui::widget::timeline::Scale;

use super::frame::{Lanes, name, room};
use super::point::{Pointed, react};
use super::{axis, ink};

/// Height of what is usual, points.
const USUAL: f32 = 26.0;

/// Draws them.
pub fn show(ui: &mut Ui, spans: &Spans, shown: &str, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    let lanes: Vec<&Lane> = spans.spans.iter().map(|span| &span.lane).collect();
    let above = if spans.moments.is_empty() { 0.0 } else { axis::LABELS };
    let usual = if spans.usual.iter().any(|n| *n > 0.0) { USUAL } else { 0.0 };
    let height = Lanes::height(lanes.len());
    let (rect, response) = room(ui, above + height + usual + 2.0 * axis::LABELS);
    let body = Rect::from_min_size(rect.min + vec2(0.0, above), vec2(rect.width(), height));
    let frame = Lanes::new(ui, body, &lanes);
    frame.ground(ui, &lanes, scene);
    let whole = frame.plot.with_max_y(frame.plot.bottom() + usual);
    let sketch = Sketch { spans, frame, scale: Scale::new(spans.axis, frame.plot) };
    sketch.window(ui, whole);
    sketch.lanes(ui);
    sketch.usual(ui, whole.with_min_y(frame.plot.bottom()));
    axis::times(ui, ui.painter(), whole, spans.axis, &Zero::Epoch);
    axis::moments(ui, ui.painter(), whole, spans.axis, &spans.moments);
    let at = pos2(frame.plot.left(), rect.bottom() - axis::LABELS / 2.0);
    let width = frame.plot.width();
    text::paint_within(ui.painter(), at, width, &spans.note, Face::Tiny, theme.muted);
    let pointed = response.hover_pos().and_then(|pos| sketch.pointed(ui, pos));
    react(ui, &response, shown, pointed, scene);
}

struct Sketch<'a> {
    spans: &'a Spans,
    frame: Lanes,
    scale: Scale,
}

impl Sketch<'_> {
    /// The stretch in which accounts crowd; a narrow one is still seen.
    fn window(&self, ui: &Ui, plot: Rect) {
        let Some(window) = self.spans.window else { return };
        let theme = Theme::of(ui);
        let (from, to) = (self.scale.x(window.start.0), self.scale.x(window.end.0));
        let spare = ((3.0 - (to - from)) / 2.0).max(0.0);
        let rect = Rect::from_x_y_ranges(from - spare..=to + spare, plot.y_range());
        ui.painter().rect_filled(rect.intersect(plot), 0.0, theme.copper_soft);
    }

    fn lanes(&self, ui: &Ui) {
        let theme = Theme::of(ui);
        let mut mesh = Mesh::default();
        let plot = self.frame.plot;
        for (i, span) in self.spans.spans.iter().enumerate() {
            let lane = self.frame.lane(i);
            let color = ink::color(theme, span.ink);
            let (from, to) = (self.scale.x(span.from), self.scale.x(span.to));
            let y = lane.center().y;
            let bar = |left: f32, right: f32, height: f32| {
                let rect = Rect::from_x_y_ranges(left..=right, y - height..=y + height);
                rect.intersect(plot)
            };
            mesh.add_colored_rect(bar(from, to, 0.5), color.gamma_multiply(0.4));
            let end = if self.spans.is_of_ends { to } else { from };
            let height = (lane.height() * 0.35).clamp(0.8, 4.0);
            mesh.add_colored_rect(bar(end - 1.5, end + 1.5, height), color);
        }
        ui.painter().add(mesh);
    }

    /// How many there are in each part of the axis, and how many are usual, on one scale under the
    /// lanes.
    fn usual(&self, ui: &Ui, rect: Rect) {
        let parts = self.spans.usual.len();
        let observed = self.spans.observed();
        let most = self.spans.usual.iter().chain(&observed).copied().fold(0.0, f64::max);
        if rect.height() < 1.0 || most <= 0.0 {
            return;
        }
        let theme = Theme::of(ui);
        let width = rect.width() / parts as f32;
        let mut mesh = Mesh::default();
        for (of, color) in [(&observed, theme.copper), (&self.spans.usual, theme.faint)] {
            for (i, n) in of.iter().enumerate().filter(|(_, n)| **n > 0.0) {
                let height = ((n / most) as f32 * (rect.height() - 5.0)).max(1.0);
                let left = rect.left() + i as f32 * width;
                let bar = Rect::from_x_y_ranges(
                    left..=left + (width - 1.0).max(1.0),
                    rect.bottom() - height..=rect.bottom(),
                );
                mesh.add_colored_rect(bar, color);
            }
        }
        ui.painter().add(mesh);
        ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, theme.line));
    }

    fn pointed(&self, ui: &Ui, pos: Pos2) -> Option<Pointed> {
        if !self.frame.plot.x_range().contains(pos.x) {
            return None;
        }
        let span = self.spans.spans.get(self.frame.at(pos.y)?)?;
        let zone = Zone::of(ui.ctx());
        let mut lines = vec![name(&span.lane)];
        if span.from == span.to {
            lines.push(zone.stamp(Time(span.from)));
        } else {
            lines.push(format!("first {}", zone.stamp(Time(span.from))));
            lines.push(format!("last {}", zone.stamp(Time(span.to))));
        }
        if span.ink == Ink::Cited {
            lines.push("of those together".into());
        }
        let at = if self.spans.is_of_ends { span.to } else { span.from };
        Some(Pointed { accounts: vec![span.lane.account], time: Some(Time(at)), lines })
    }
}

//! A quantity over time, against a band.

use egui::{Align2, Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

use crate::detect::exhibit::kind::curve::Zero;
use crate::detect::exhibit::kind::{Band, Curve, Series, Style};
use crate::model::Time;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::text;
use crate::ui::widget::timeline::{Scale, axis::length_label};
use crate::ui::{Zone, format};

use super::frame::room;
use super::point::{Pointed, react};
use super::{axis, ink};

/// Height of the plot, points.
const HEIGHT: f32 = 116.0;
/// Room of the labels of values, points.
const VALUES: f32 = 40.0;
/// Radius of the mark of a number, points.
const SPOT: f32 = 3.5;
/// Series that are read out.
const READ_OUT: usize = 4;

/// Draws it.
pub fn show(ui: &mut Ui, curve: &Curve, shown: &str, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    let has_words = curve.moments.iter().any(|moment| !moment.label.is_empty());
    let above = if has_words { axis::LABELS } else { 6.0 };
    let (rect, response) = room(ui, above + HEIGHT + 2.0 * axis::LABELS + 2.0);
    let plot = Rect::from_min_max(
        rect.min + vec2(VALUES, above),
        pos2(rect.right() - 1.0, rect.top() + above + HEIGHT),
    );
    let top = axis::top(curve.unit, curve.top());
    let sketch = Sketch { curve, plot, top, scale: Scale::new(curve.span, plot) };
    let painter = ui.painter().clone();
    axis::values(ui, &painter, plot, curve.unit, top);
    let inside = painter.with_clip_rect(plot.expand(2.0).intersect(ui.clip_rect()));
    if let Some(band) = &curve.band {
        sketch.band(&inside, theme, band);
    }
    for series in &curve.series {
        sketch.series(&inside, theme, series);
    }
    axis::times(ui, &painter, plot, curve.span, &curve.zero);
    axis::moments(ui, &painter, plot, curve.span, &curve.moments);
    sketch.spot(ui, theme);
    let words = match curve.zero {
        Zero::Epoch => curve.measure.clone(),
        Zero::Of(words) => format!("{}, {words}", curve.measure),
    };
    let at = pos2(rect.left(), rect.bottom() - axis::LABELS / 2.0);
    let words = format::display(&words);
    text::paint_within(&painter, at, rect.width(), &words, Face::Tiny, theme.muted);
    let pointed = response.hover_pos().and_then(|pos| sketch.pointed(ui, pos));
    if let Some(on) = &pointed
        && response.hovered()
    {
        let x = sketch.scale.x(on.1);
        painter.vline(x, plot.y_range(), Stroke::new(1.0, theme.accent_line));
    }
    react(ui, &response, shown, pointed.map(|on| on.0), scene);
}

struct Sketch<'a> {
    curve: &'a Curve,
    plot: Rect,
    top: f64,
    scale: Scale,
}

impl Sketch<'_> {
    fn y(&self, value: f64) -> f32 {
        let share = (value / self.top).clamp(0.0, 1.0) as f32;
        self.plot.bottom() - share * self.plot.height()
    }

    fn at(&self, (at, value): (i64, f64)) -> Pos2 {
        pos2(self.scale.x(at), self.y(value))
    }

    /// Points of steps: each lasts until the next one begins.
    fn stepped(&self, points: &[(i64, f64)]) -> Vec<Pos2> {
        let mut path = Vec::with_capacity(2 * points.len());
        for (i, (at, value)) in points.iter().enumerate() {
            let next = points.get(i + 1).map_or(at + self.curve.step_us, |next| next.0);
            let end = next.min(at + self.curve.step_us);
            path.extend([self.at((*at, *value)), self.at((end, *value))]);
        }
        path
    }

    fn series(&self, painter: &Painter, theme: &Theme, series: &Series) {
        let color = ink::color(theme, series.ink);
        let path = match series.style {
            Style::Line => series.points.iter().map(|point| self.at(*point)).collect(),
            Style::Thin if self.curve.step_us == 0 => {
                series.points.iter().map(|point| self.at(*point)).collect()
            }
            Style::Thin | Style::Steps | Style::Area => self.stepped(&series.points),
        };
        match series.style {
            Style::Line => line(painter, path, Stroke::new(1.8, color)),
            Style::Steps => line(painter, path, Stroke::new(1.3, color)),
            Style::Thin => line(painter, path, Stroke::new(0.8, color.gamma_multiply(0.45))),
            Style::Area => {
                let is_null = series.ink == crate::detect::exhibit::Ink::Null;
                let strength = if is_null { 1.0 } else { 0.22 };
                fill(painter, &path, self.plot.bottom(), color.gamma_multiply(strength));
                if !is_null {
                    line(painter, self.outline(series), Stroke::new(1.2, color));
                }
            }
        }
    }

    /// The outline of an area where there is anything.
    fn outline(&self, series: &Series) -> Vec<Pos2> {
        let is_some = |point: &(i64, f64)| point.1 > 0.0;
        let first = series.points.iter().position(is_some).unwrap_or(0);
        let last = series.points.iter().rposition(is_some).map_or(0, |last| last + 1);
        let mut path = self.stepped(&series.points[first..last.max(first)]);
        if let (Some(from), Some(to)) = (path.first().copied(), path.last().copied()) {
            path.insert(0, pos2(from.x, self.plot.bottom()));
            path.push(pos2(to.x, self.plot.bottom()));
        }
        path
    }

    fn band(&self, painter: &Painter, theme: &Theme, band: &Band) {
        let mut mesh = Mesh::default();
        let mut middle = Vec::with_capacity(2 * band.points.len());
        let step = self.curve.step_us;
        let mut pair = |at: i64, low: f64, high: f64| {
            let n = mesh.vertices.len() as u32;
            mesh.colored_vertex(self.at((at, low)), theme.ghost);
            mesh.colored_vertex(self.at((at, high)), theme.ghost);
            if n >= 2 {
                mesh.add_triangle(n - 2, n - 1, n);
                mesh.add_triangle(n - 1, n, n + 1);
            }
        };
        for point in &band.points {
            pair(point.at, point.low, point.high);
            middle.push(self.at((point.at, point.median)));
            if step > 0 {
                pair(point.at + step, point.low, point.high);
                middle.push(self.at((point.at + step, point.median)));
            }
        }
        painter.add(mesh);
        line(painter, middle, Stroke::new(1.0, theme.faint));
    }

    fn spot(&self, ui: &Ui, theme: &Theme) {
        let Some(spot) = &self.curve.spot else { return };
        let painter = ui.painter();
        let x = self.scale.x(spot.at);
        if let Some(usual) = spot.usual {
            painter.circle_filled(pos2(x, self.y(usual)), SPOT - 1.0, theme.muted);
        }
        let at = pos2(x, self.y(spot.value));
        painter.circle_filled(at, SPOT, theme.copper);
        // Under a curve that rises there is room at the right.
        let below = at + vec2(7.0, 9.0);
        let words = at.y + 22.0 < self.plot.bottom();
        let (at, anchor) = match words {
            true => (below, Align2::LEFT_CENTER),
            false => (at + vec2(7.0, -9.0), Align2::LEFT_CENTER),
        };
        text::paint(painter, at, anchor, &spot.label, Face::Section, theme.copper);
    }

    /// What stands at the place under the pointer, and the place.
    fn pointed(&self, ui: &Ui, pos: Pos2) -> Option<(Pointed, i64)> {
        if !self.plot.x_range().contains(pos.x) {
            return None;
        }
        let at = self.scale.time(pos.x).0;
        let step = self.curve.step_us;
        let near = |points: &[(i64, f64)]| {
            let after = points.partition_point(|(place, _)| *place <= at);
            let before = points.get(after.checked_sub(1)?).copied()?;
            match points.get(after) {
                Some(next) if step == 0 && next.0 - at < at - before.0 => Some(*next),
                _ => Some(before),
            }
        };
        let longest = self.curve.series.iter().max_by_key(|series| series.points.len())?;
        let place = near(&longest.points)?.0;
        let (heading, time) = match self.curve.zero {
            Zero::Epoch => (Zone::of(ui.ctx()).stamp(Time(place)), Some(Time(place))),
            Zero::Of(_) if place < 0 => (format!("{} before", length_label(-place)), None),
            Zero::Of(words) => (format!("{} {words}", length_label(place)), None),
        };
        let mut lines = vec![heading];
        let own = self.curve.series.iter().rev().take(READ_OUT);
        lines.extend(own.filter_map(|series| {
            let value = self.written(near(&series.points)?.1);
            Some(format!("{}: {value}", series.name))
        }));
        if let Some(band) = &self.curve.band {
            let after = band.points.partition_point(|point| point.at <= place);
            let point = band.points.get(after.saturating_sub(1)).filter(|p| p.at <= place);
            lines.extend(point.map(|p| {
                let [low, middle, high] = [p.low, p.median, p.high].map(|v| self.written(v));
                format!("{}: {middle} ({low} to {high})", band.name)
            }));
        }
        Some((Pointed { accounts: Vec::new(), time, lines }, place))
    }

    fn written(&self, value: f64) -> String {
        use crate::model::finding::{Number, Recipe};
        let unit = self.curve.unit;
        Number { name: String::new(), value, unit, recipe: Recipe::Statistic }.text()
    }
}

fn line(painter: &Painter, path: Vec<Pos2>, stroke: Stroke) {
    if path.len() > 1 {
        painter.add(Shape::line(path, stroke));
    }
}

/// Fills steps down to a floor.
fn fill(painter: &Painter, path: &[Pos2], floor: f32, color: Color32) {
    let mut mesh = Mesh::default();
    for step in path.chunks_exact(2) {
        let rect = Rect::from_min_max(step[0], pos2(step[1].x, floor));
        if rect.height() > 0.0 {
            mesh.add_colored_rect(rect, color);
        }
    }
    painter.add(mesh);
}

//! Accounts as rows, what they did as marks.

use egui::{Align2, Mesh, Pos2, Rect, Stroke, Ui, pos2, vec2};

use crate::detect::exhibit::Ink;
use crate::detect::exhibit::kind::curve::Zero;
use crate::detect::exhibit::kind::{Ghost, Lane, Mark, Order, Raster};
use crate::model::Time;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::text;
use crate::ui::widget::timeline::Scale;
use crate::ui::{Zone, format};

use super::frame::{Lanes, height_of, name, paint_lines, room};
use super::point::{Pointed, react};
use super::{axis, ink};

/// Share of the width that the picture takes where chance is drawn beside it.
const BESIDE: f32 = 0.64;
/// Below this width chance is drawn under it, points.
const LEAST_BESIDE: f32 = 380.0;
/// Between the two, points.
const GAP: f32 = 20.0;
/// Height of chance as a share of the picture's.
const GHOST: f32 = 0.45;
/// How near the pointer must be to a mark, points.
const NEAR: f32 = 6.0;

/// Draws it.
pub fn show(ui: &mut Ui, raster: &Raster, shown: &str, scene: &mut Scene<'_>) {
    let lanes: Vec<&Lane> = raster.lanes.iter().collect();
    let height = Lanes::height(lanes.len());
    let is_timed = matches!(raster.order, Order::Time(_));
    let has_labels = !matches!(raster.order, Order::Turn(_));
    let above = if raster.moments.is_empty() { 0.0 } else { axis::LABELS };
    let is_beside = raster.ghost.is_some() && ui.available_width() >= LEAST_BESIDE;
    let full = ui.available_width() * if is_beside { BESIDE } else { 1.0 };
    // Names stand left of the plot, and notes only under it.
    let names = Lanes::names(ui, full, &lanes);
    let labels = if has_labels { axis::LABELS } else { 0.0 };
    let below = labels + notes_height(ui, raster, full - names);
    let under = match &raster.ghost {
        Some(_) if !is_beside => height * GHOST + axis::LABELS + 6.0,
        _ => 0.0,
    };
    let (rect, response) = room(ui, above + height + below + under);
    let width = if is_beside { rect.width() * BESIDE } else { rect.width() };
    let body = Rect::from_min_size(rect.min + vec2(0.0, above), vec2(width, height));
    let frame = Lanes::new(ui, body, &lanes);
    frame.ground(ui, &lanes, scene);
    let place = Place { raster, frame };
    place.threads(ui);
    place.marks(ui);
    if let Order::Time(span) = raster.order {
        axis::times(ui, ui.painter(), frame.plot, span, &Zero::Epoch);
        axis::moments(ui, ui.painter(), frame.plot, span, &raster.moments);
    }
    if let Order::Number(first, last) = raster.order {
        let count = |n: i64| format::count(n.max(0).cast_unsigned());
        let (first, last) = (count(first), count(last));
        let labels = [(frame.plot.left(), first.as_str()), (frame.plot.right(), last.as_str())];
        axis::places(ui, ui.painter(), frame.plot, labels.into_iter());
    }
    place.notes(ui, labels);
    if let Some(ghost) = &raster.ghost {
        let at = match is_beside {
            true => Rect::from_min_max(
                pos2(body.right() + GAP, body.top()),
                pos2(rect.right(), body.top() + height * GHOST),
            ),
            false => Rect::from_min_size(
                pos2(frame.plot.left(), body.bottom() + below + 6.0),
                vec2(frame.plot.width(), height * GHOST),
            ),
        };
        place.ghost(ui, ghost, at);
    }
    let pointed = response.hover_pos().and_then(|pos| place.pointed(ui, pos, is_timed));
    react(ui, &response, shown, pointed, scene);
}

/// Whether what is said of rows and of the axis fits beside each other.
fn is_one_line(ui: &Ui, raster: &Raster, width: f32) -> bool {
    let of = |note: &str| text::width(ui, note, Face::Tiny);
    of(&raster.lanes_note) + of(&raster.axis_note) + 12.0 <= width
}

/// How high it is, points.
fn notes_height(ui: &Ui, raster: &Raster, width: f32) -> f32 {
    let lanes = height_of(ui, &raster.lanes_note, Face::Tiny, width);
    if is_one_line(ui, raster, width) { axis::LABELS } else { lanes + axis::LABELS + 2.0 }
}

struct Place<'a> {
    raster: &'a Raster,
    frame: Lanes,
}

impl Place<'_> {
    fn x(&self, at: i64) -> f32 {
        x(&self.raster.order, self.frame.plot, at)
    }

    fn marks(&self, ui: &Ui) {
        let theme = Theme::of(ui);
        let height = mark_height(self.frame.lane(0).height());
        let width = mark_width(&self.raster.order, self.frame.plot);
        let mut mesh = Mesh::default();
        // What the finding cites lies on top.
        for top in [false, true] {
            for mark in self.raster.marks.iter().filter(|m| (m.ink != Ink::Other) == top) {
                let y = self.frame.lane(mark.lane as usize).center().y;
                let centre = pos2(self.x(mark.at), y);
                let rect = Rect::from_center_size(centre, vec2(width, height));
                let rect = rect.intersect(self.frame.plot);
                mesh.add_colored_rect(rect, ink::color(theme, mark.ink));
            }
        }
        ui.painter().add(mesh);
    }

    fn threads(&self, ui: &Ui) {
        let theme = Theme::of(ui);
        let many = self.raster.threads.len() as f32;
        let stroke = Stroke::new(1.0, theme.copper.gamma_multiply((12.0 / many).clamp(0.15, 0.5)));
        let at =
            |(lane, at): (u32, i64)| pos2(self.x(at), self.frame.lane(lane as usize).center().y);
        let painter = ui.painter().with_clip_rect(self.frame.plot.intersect(ui.clip_rect()));
        for thread in &self.raster.threads {
            painter.line_segment([at(thread.from), at(thread.to)], stroke);
        }
    }

    /// What the rows and the axis are, under the labels: on one line where both fit.
    fn notes(&self, ui: &Ui, labels: f32) {
        let theme = Theme::of(ui);
        let (plot, raster) = (self.frame.plot, self.raster);
        let y = plot.bottom() + labels + 4.0;
        let width = plot.width();
        let height = paint_lines(ui, pos2(plot.left(), y), width, &raster.lanes_note, Face::Tiny);
        let y = if is_one_line(ui, raster, width) { y } else { y + height + 2.0 };
        let at = pos2(plot.right(), y);
        let note = format::display(&raster.axis_note);
        text::paint(ui.painter(), at, Align2::RIGHT_TOP, &note, Face::Tiny, theme.muted);
    }

    fn ghost(&self, ui: &Ui, ghost: &Ghost, rect: Rect) {
        let theme = Theme::of(ui);
        ui.painter().rect_filled(rect, 2.0, theme.raised);
        let frame = Lanes { plot: rect, count: self.frame.count, names: 0.0 };
        let height = mark_height(frame.lane(0).height());
        let width = mark_width(&self.raster.order, rect).min(3.0);
        let mut mesh = Mesh::default();
        for (lane, at) in &ghost.marks {
            let centre =
                pos2(x(&self.raster.order, rect, *at), frame.lane(*lane as usize).center().y);
            let mark = Rect::from_center_size(centre, vec2(width, height)).intersect(rect);
            mesh.add_colored_rect(mark, theme.faint);
        }
        ui.painter().add(mesh);
        let at = pos2(rect.left(), rect.bottom() + 4.0);
        paint_lines(ui, at, rect.width(), &ghost.note, Face::Tiny);
    }

    /// The lane under the pointer, and the mark in it that is nearest.
    fn pointed(&self, ui: &Ui, pos: Pos2, is_timed: bool) -> Option<Pointed> {
        if !self.frame.plot.x_range().contains(pos.x) {
            return None;
        }
        let lane = self.frame.at(pos.y)?;
        let of = self.raster.lanes.get(lane)?;
        let far = |mark: &&Mark| (self.x(mark.at) - pos.x).abs();
        let own = self.raster.marks.iter().filter(|mark| mark.lane as usize == lane);
        let nearest = own.clone().min_by(|a, b| far(a).total_cmp(&far(b)));
        let nearest = nearest.filter(|mark| far(mark) <= NEAR);
        let zone = Zone::of(ui.ctx());
        let mut lines = vec![name(of)];
        lines.extend(nearest.map(|mark| match self.raster.order {
            Order::Time(_) => zone.stamp(Time(mark.at)),
            Order::Turn(n) => format!("{} of {}", mark.at + 1, n),
            Order::Number(..) => format!("item {}", mark.at),
        }));
        lines.push(format::counted(own.count() as u64, "mark shown", "marks shown"));
        let time = is_timed.then(|| nearest.map(|mark| Time(mark.at))).flatten();
        Some(Pointed { accounts: vec![of.account], time, lines })
    }
}

/// Where something is on the axis.
fn x(order: &Order, plot: Rect, at: i64) -> f32 {
    match order {
        Order::Time(span) => Scale::new(*span, plot).x(at),
        Order::Turn(n) => {
            let share = (at as f32 + 0.5) / (*n).max(1) as f32;
            plot.left() + share * plot.width()
        }
        Order::Number(first, last) => {
            let share = (at - first) as f64 / (last - first).max(1) as f64;
            // The marks at both ends are drawn whole.
            plot.left() + 1.0 + share as f32 * (plot.width() - 2.0)
        }
    }
}

fn mark_height(lane: f32) -> f32 {
    (lane * 0.7).clamp(1.5, 9.0)
}

fn mark_width(order: &Order, plot: Rect) -> f32 {
    match order {
        Order::Turn(n) => (0.8 * plot.width() / (*n).max(1) as f32).clamp(2.5, 9.0),
        Order::Time(_) => 2.0,
        Order::Number(first, last) => (plot.width() / (last - first).max(1) as f32).clamp(1.0, 2.5),
    }
}

//! Names of rows and columns, and the scale below.

use std::f32::consts::FRAC_PI_2;

use egui::epaint::TextShape;
use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, Rect, pos2, vec2};

use super::frame::{LEGEND, SIGN, STRIP};
use super::heat::Ramp;
use super::paint::{Paint, runs};
use crate::ui::format;
use crate::ui::theme::Face;
use crate::ui::view::network::sign;
use crate::ui::widget::text;

/// Size of the scale, points.
const SCALE: (f32, f32) = (132.0, 8.0);
/// Height that the name of a cluster needs, points.
const LINE: f32 = 14.0;
/// Height that a name of a column needs, points: narrower columns are named one in several.
const UPRIGHT: f32 = 11.0;

/// Names of rows on the left and of columns on top; of clusters where rows are small.
pub fn heads(paint: &Paint<'_>, hovered: Option<(usize, usize)>) {
    match paint.frame.named[1] {
        true => rows(paint, hovered.map(|(row, _)| row)),
        false => groups(paint),
    }
    if paint.frame.named[0] {
        columns(paint, hovered.map(|(_, column)| column));
    }
}

fn ink(paint: &Paint<'_>, at: usize, is_account: bool, hovered: Option<usize>) -> Color32 {
    let theme = paint.theme;
    match (is_account && paint.grid.picked.contains(&at), hovered == Some(at)) {
        (true, _) => theme.accent,
        (false, true) => theme.text,
        (false, false) => theme.muted,
    }
}

/// Names of accounts are ids, those of things are words.
fn face(is_account: bool) -> Face {
    if is_account { Face::MonoSmall } else { Face::Tiny }
}

fn galley(
    paint: &Paint<'_>,
    label: &str,
    face: Face,
    ink: Color32,
    room: f32,
) -> std::sync::Arc<egui::Galley> {
    let mut job = LayoutJob::single_section(format::display(label), face.format(ink));
    job.wrap = TextWrapping::truncate_at_width(room.max(1.0));
    paint.painter.layout_job(job)
}

fn rows(paint: &Paint<'_>, hovered: Option<usize>) {
    let frame = paint.frame;
    let right = frame.plot.left() - STRIP.0 - STRIP.1 - 6.0;
    for at in frame.seen(1) {
        let y = 0.5 * (frame.edge(1, at) + frame.edge(1, at + 1));
        let Some(head) = paint.grid.rows.get(at) else { break };
        if !frame.plot.y_range().contains(y) {
            continue;
        }
        let ink = ink(paint, at, true, hovered);
        let room = right - frame.rect.left() - 4.0;
        let galley = galley(paint, &head.label, face(true), ink, room);
        let rect = Align2::RIGHT_CENTER.anchor_size(pos2(right, y), galley.size());
        paint.painter.galley(rect.min, galley, ink);
    }
}

/// Names of clusters, where there is room for them.
fn groups(paint: &Paint<'_>) {
    let frame = paint.frame;
    let right = frame.plot.left() - STRIP.0 - STRIP.1 - 6.0;
    let mut free_from = f32::MIN;
    for (run, group) in runs(paint.grid.rows, frame.seen(1), |head| head.group) {
        let rect = frame.span(run, 0..frame.count[0]);
        let Some(group) = group.filter(|_| rect.height() >= LINE) else { continue };
        let y = rect.center().y;
        if y - LINE / 2.0 < free_from {
            continue;
        }
        free_from = y + LINE / 2.0;
        let words = format!("{} {group}", paint.grid.group);
        let at = pos2(right, y);
        let face = Face::Tiny;
        text::paint(paint.painter, at, Align2::RIGHT_CENTER, &words, face, paint.theme.muted);
    }
}

fn columns(paint: &Paint<'_>, hovered: Option<usize>) {
    let frame = paint.frame;
    let is_account = paint.grid.is_square;
    let bottom = frame.plot.top() - STRIP.0 - STRIP.1 - 4.0;
    let every = (UPRIGHT / frame.cell.x).ceil().max(1.0) as usize;
    for at in frame.seen(0).filter(|at| at.is_multiple_of(every)) {
        let x = 0.5 * (frame.edge(0, at) + frame.edge(0, at + 1));
        let Some(head) = paint.grid.columns.get(at) else { break };
        if !frame.plot.x_range().contains(x) {
            continue;
        }
        let ink = ink(paint, at, is_account, hovered);
        let mut y = bottom;
        if let Some(evidence) = head.sign {
            sign::paint(paint.painter, pos2(x, y - 5.0), 10.0, evidence, ink);
            y -= SIGN;
        }
        let room = y - frame.rect.top() - 4.0;
        let galley = galley(paint, &head.label, face(is_account), ink, room);
        // Turned by a quarter, to be read from below.
        let from = pos2(x - galley.size().y / 2.0, y);
        paint.painter.add(TextShape::new(from, galley, ink).with_angle(-FRAC_PI_2));
    }
}

/// The scale with its numbers, and how many cells a point stands for.
pub fn legend(paint: &Paint<'_>, ramp: Option<&Ramp>, step: [usize; 2]) {
    let Some(ramp) = ramp else { return };
    let (frame, grid, theme) = (paint.frame, paint.grid, paint.theme);
    let y = frame.rect.bottom() - LEGEND / 2.0;
    let say = |x: f32, anchor: Align2, words: &str, ink: Color32| {
        text::paint(paint.painter, pos2(x, y), anchor, words, Face::Tiny, ink)
    };
    let left = frame.rect.left() + 14.0;
    let zero = say(left, Align2::LEFT_CENTER, &(grid.number)(0.0), theme.muted);
    let from = pos2(zero.right() + 7.0, y - SCALE.1 / 2.0);
    let bar = Rect::from_min_size(from, vec2(SCALE.0, SCALE.1));
    scale(paint, ramp, bar);
    let top = (grid.number)(grid.top);
    let top = say(bar.right() + 7.0, Align2::LEFT_CENTER, &top, theme.muted);
    let measure = match grid.usual {
        Some((usual, of)) => format!("{}, {} {of}", grid.measure, (grid.number)(usual)),
        None => grid.measure.to_owned(),
    };
    let corner = corner(step);
    let right = frame.rect.right() - 14.0;
    let end = match corner.is_empty() {
        true => right,
        false => say(right, Align2::RIGHT_CENTER, &corner, theme.muted).left() - 14.0,
    };
    let x = top.right() + 16.0;
    text::paint_within(paint.painter, pos2(x, y), end - x, &measure, Face::Tiny, theme.muted);
}

/// The ramp from nothing to full, with a mark at what chance gives.
fn scale(paint: &Paint<'_>, ramp: &Ramp, bar: Rect) {
    let mut mesh = egui::Mesh::default();
    let steps = bar.width().round().max(1.0);
    for at in 0..steps as usize {
        let value = paint.grid.top * (at as f32 + 0.5) / steps;
        let from = pos2(bar.left() + at as f32, bar.top());
        mesh.add_colored_rect(
            Rect::from_min_size(from, vec2(1.0, bar.height())),
            ramp.color(value),
        );
    }
    paint.painter.add(mesh);
    let stroke = paint.theme.hairline();
    paint.painter.rect_stroke(bar.expand(0.5), 0.0, stroke, egui::StrokeKind::Outside);
    if let Some((usual, _)) = paint.grid.usual.filter(|_| paint.grid.top > 0.0) {
        let x = bar.left() + (usual / paint.grid.top).clamp(0.0, 1.0) * bar.width();
        let line = egui::Stroke::new(1.5, paint.theme.muted);
        paint.painter.vline(x, bar.y_range().expand(2.5), line);
    }
}

/// How many cells a point stands for, in words; nothing for one.
fn corner([columns, rows]: [usize; 2]) -> String {
    match (columns, rows) {
        (1, 1) => String::new(),
        _ => format!("each point is {rows} × {columns} cells"),
    }
}

//! Marker lines and their labels, placed so that no two labels touch.

use egui::{Color32, Painter, Rect, Shape, Stroke, pos2};

use crate::model::{Marker, MarkerKind};
use crate::ui::theme::{Face, Theme};

use super::Scale;

/// Space between a line and its label, and between labels, points.
const LABEL_GAP: f32 = 4.0;
/// Height of a row of labels, points.
const LABEL_ROW: f32 = 13.0;
/// Rows of labels.
const ROWS: usize = 2;

/// The colour of a kind of marker.
pub fn color(theme: &Theme, kind: MarkerKind) -> Color32 {
    match kind {
        MarkerKind::Release => theme.ok,
        MarkerKind::Ban => theme.bad,
        MarkerKind::Policy => theme.muted,
        MarkerKind::Incident => theme.warn,
    }
}

/// Draws the visible markers: a dotted line each, and as many labels as fit.
pub(super) fn paint(painter: &Painter, theme: &Theme, plot: Rect, scale: &Scale, all: &[Marker]) {
    let mut visible: Vec<(f32, &Marker)> = all
        .iter()
        .map(|m| (scale.x(m.at.0).round() + 0.5, m))
        .filter(|(x, _)| plot.x_range().contains(*x))
        .collect();
    visible.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.label.cmp(&b.1.label)));
    let galleys: Vec<_> = visible
        .iter()
        .map(|(_, m)| {
            let text = crate::ui::widget::raw::visible_text(&m.label).into_owned();
            painter.layout_no_wrap(text, Face::Tiny.font(), color(theme, m.kind))
        })
        .collect();
    let wanted: Vec<(f32, f32)> =
        visible.iter().zip(&galleys).map(|((x, _), g)| (*x, g.size().x)).collect();
    let places = place(&wanted, plot.left(), plot.right());
    for (((x, marker), galley), place) in visible.iter().zip(galleys).zip(places) {
        let color = color(theme, marker.kind);
        let top = plot.top() + if place.is_some() { 2.0 } else { LABEL_ROW };
        let line = [pos2(*x, top), pos2(*x, plot.bottom())];
        painter.extend(Shape::dashed_line(&line, Stroke::new(1.0, color), 2.0, 3.0));
        if let Some(place) = place {
            let at = pos2(place.left, plot.top() + place.row as f32 * LABEL_ROW);
            // A label keeps readable over tall bars.
            let back = Rect::from_min_size(at, galley.size()).expand2(egui::vec2(2.0, 0.0));
            painter.rect_filled(back, 2, theme.panel.gamma_multiply(0.8));
            painter.galley(at, galley, color);
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    left: f32,
    row: usize,
}

/// Where each label goes, given the x of its line and its width, lines in rising order: right
/// of its line in the first row that is free there, else left of it, else nowhere.
fn place(wanted: &[(f32, f32)], left: f32, right: f32) -> Vec<Option<Place>> {
    let mut taken: [Vec<(f32, f32)>; ROWS] = Default::default();
    let mut out = Vec::with_capacity(wanted.len());
    for (i, (x, width)) in wanted.iter().enumerate() {
        let candidates = [x + LABEL_GAP, x - LABEL_GAP - width];
        let found =
            (0..ROWS).flat_map(|row| candidates.map(|start| (row, start))).find(|(row, start)| {
                let end = start + width;
                let inside = *start >= left && end <= right;
                let free = taken[*row]
                    .iter()
                    .all(|(a, b)| end + LABEL_GAP <= *a || *start >= b + LABEL_GAP);
                // Another line through a label makes both unreadable.
                let crossed = wanted
                    .iter()
                    .enumerate()
                    .any(|(j, (other, _))| j != i && *other > *start && *other < end);
                inside && free && !crossed
            });
        out.push(found.map(|(row, start)| {
            taken[row].push((start, start + width));
            Place { left: start, row }
        }));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_never_touch_each_other_a_line_or_the_border() {
        let wanted: Vec<(f32, f32)> =
            (0..21).map(|i| ((i * i) as f32 * 2.2, 40.0 + (i % 5) as f32 * 12.0)).collect();
        let places = place(&wanted, 0.0, 900.0);
        assert!(places.iter().flatten().count() >= 5);
        let boxes: Vec<(usize, f32, f32)> = places
            .iter()
            .zip(&wanted)
            .filter_map(|(p, (_, w))| p.map(|p| (p.row, p.left, p.left + w)))
            .collect();
        for (i, a) in boxes.iter().enumerate() {
            assert!(a.1 >= 0.0 && a.2 <= 900.0);
            assert!(boxes.iter().skip(i + 1).all(|b| a.0 != b.0 || a.2 <= b.1 || a.1 >= b.2));
        }
    }

    #[test]
    fn a_lone_label_stands_right_of_its_line_and_left_of_it_at_the_border() {
        assert_eq!(place(&[(100.0, 50.0)], 0.0, 900.0), [Some(Place { left: 104.0, row: 0 })]);
        assert_eq!(place(&[(880.0, 50.0)], 0.0, 900.0), [Some(Place { left: 826.0, row: 0 })]);
    }
}

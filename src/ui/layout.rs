//! Screens are grids of cards: rectangles are computed, then filled.

use egui::{Rect, Ui, UiBuilder, Vec2, pos2};

/// The size of one row or column of a grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Track {
    /// So many points.
    Fixed(f32),
    /// This share of what the fixed tracks leave over.
    Share(f32),
}

/// Splits `area` into rows from top to bottom with `gap` between them.
pub fn rows<const N: usize>(area: Rect, gap: f32, tracks: [Track; N]) -> [Rect; N] {
    let spans = spans(area.height(), gap, tracks);
    spans.map(|(start, length)| {
        Rect::from_min_size(pos2(area.left(), area.top() + start), Vec2::new(area.width(), length))
    })
}

/// Splits `area` into columns from left to right with `gap` between them.
pub fn columns<const N: usize>(area: Rect, gap: f32, tracks: [Track; N]) -> [Rect; N] {
    let spans = spans(area.width(), gap, tracks);
    spans.map(|(start, length)| {
        Rect::from_min_size(pos2(area.left() + start, area.top()), Vec2::new(length, area.height()))
    })
}

/// Start and length of each track, whole points, never negative.
fn spans<const N: usize>(length: f32, gap: f32, tracks: [Track; N]) -> [(f32, f32); N] {
    let (mut fixed, mut shares) = (gap * N.saturating_sub(1) as f32, 0.0);
    for track in tracks {
        match track {
            Track::Fixed(points) => fixed += points,
            Track::Share(share) => shares += share,
        }
    }
    let free = (length - fixed).max(0.0);
    let mut at = 0.0f32;
    tracks.map(|track| {
        let points = match track {
            Track::Fixed(points) => points,
            Track::Share(share) => free * share / shares,
        };
        let (start, end) = (at.round(), (at + points).round());
        at += points + gap;
        (start, end - start)
    })
}

/// Fills a rectangle: contents are laid out from its top left and clipped to it.
pub fn region<R>(ui: &mut Ui, rect: Rect, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    child.shrink_clip_rect(rect);
    contents(&mut child)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_divide_what_fixed_tracks_and_gaps_leave() {
        let area = Rect::from_min_size(pos2(10.0, 0.0), Vec2::new(330.0, 50.0));
        let [a, b, c] =
            columns(area, 10.0, [Track::Fixed(100.0), Track::Share(1.0), Track::Share(3.0)]);
        assert_eq!((a.left(), a.width()), (10.0, 100.0));
        assert_eq!((b.left(), b.width()), (120.0, 53.0));
        assert_eq!((c.left(), c.right()), (183.0, 340.0));
    }

    #[test]
    fn a_window_that_is_too_small_gives_empty_tracks_not_negative_ones() {
        let area = Rect::from_min_size(pos2(0.0, 0.0), Vec2::new(20.0, 30.0));
        let [_, body] = rows(area, 10.0, [Track::Fixed(40.0), Track::Share(1.0)]);
        assert_eq!(body.height(), 0.0);
    }
}

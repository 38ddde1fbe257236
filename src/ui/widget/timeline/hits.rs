//! Where a search has found something: a row of marks above the bars.

use egui::{Mesh, Painter, Rect};

use crate::model::Time;
use crate::ui::format::count as grouped;
use crate::ui::theme::Theme;

use super::{Counts, Scale, Timeline};

/// Height of the marks and their distance from the bars, points.
const HEIGHT: f32 = 5.0;
const ABOVE: f32 = 2.0;
/// Room for them, points.
pub(super) const ROOM: f32 = HEIGHT + ABOVE;
/// The narrowest mark, points.
const NARROWEST: f32 = 2.0;

impl Timeline<'_> {
    /// Draws a mark over every bin with a hit, as wide as the bin.
    pub(super) fn paint_hits(&self, painter: &Painter, theme: &Theme, plot: Rect, scale: &Scale) {
        let Some(hits) = self.hits else { return };
        let mut mesh = Mesh::default();
        for (i, _) in hits.counts.iter().enumerate().filter(|(_, n)| **n > 0) {
            let span = hits.bins.span(i);
            let (left, right) = (scale.x(span.start.0).round(), scale.x(span.end.0).round());
            if right <= plot.left() || left >= plot.right() {
                continue;
            }
            let right = (right - 1.0).max(left + NARROWEST).min(plot.right());
            let bottom = plot.top() - ABOVE;
            let x = left.max(plot.left())..=right;
            mesh.add_colored_rect(Rect::from_x_y_ranges(x, bottom - HEIGHT..=bottom), theme.accent);
        }
        painter.add(mesh);
    }

    /// `12 hits of the search` at a time, where there is a search.
    pub(super) fn hits_at(&self, at: Time) -> Option<String> {
        let n = self.hits?.at(at);
        (n > 0).then(|| words(n))
    }

    /// The hits that are visible, in words.
    pub(super) fn hits_summary(&self) -> Option<String> {
        self.hits.map(|hits: &Counts| words(hits.sum(self.window.visible())))
    }
}

fn words(n: u64) -> String {
    let word = if n == 1 { "hit" } else { "hits" };
    format!("{} {word} of the search in prompts", grouped(n))
}

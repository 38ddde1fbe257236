//! The names of the four quarters: in their corners, where no dot goes that has another place, and
//! over the ones that have none.

use egui::{Align2, Pos2, Rect, Ui, pos2, vec2};

use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::text;

/// The four quarters: name, what it usually is.
pub(super) const QUARTERS: [(&str, &str); 4] = [
    ("Harvesting only", "single actor, contract"),
    ("Both", "the case"),
    ("Neither", "nothing to do"),
    ("Coordinated only", "resale or fraud ring"),
];

/// Room around the words, points.
const AROUND: f32 = 3.0;

/// What is written in one corner.
pub(super) struct Caption {
    name: &'static str,
    what: &'static str,
    n: String,
    /// Left end of the first line, and of the second one.
    lines: [Pos2; 2],
    /// The words, with some room around them.
    pub rect: Rect,
    /// What of the quarter they may take.
    clip: Rect,
}

/// The captions of the quarters that have room for one; the lines between them cross at `limit`.
pub(super) fn of(ui: &Ui, all: Rect, limit: Pos2, counts: [u64; 4]) -> Vec<Caption> {
    let of = |(i, (name, what)): (usize, &(&'static str, &'static str))| {
        let x = if i % 2 == 0 { all.left()..=limit.x } else { limit.x..=all.right() };
        let y = if i < 2 { all.top()..=limit.y } else { limit.y..=all.bottom() };
        let quarter = Rect::from_x_y_ranges(x, y);
        if quarter.width() < 60.0 || quarter.height() < 34.0 {
            return None;
        }
        let clip = Rect::from_min_max(quarter.min + vec2(8.0, 0.0), quarter.max - vec2(4.0, 0.0));
        let n = format::count(counts[i]);
        let first = text::width(ui, name, Face::Section) + 6.0 + text::width(ui, &n, Face::Tiny);
        let width = first.max(text::width(ui, what, Face::Tiny));
        let lines = [clip.min + vec2(0.0, 14.0), clip.min + vec2(0.0, 29.0)];
        let words = Rect::from_min_max(lines[0] - vec2(0.0, 7.0), lines[1] + vec2(width, 7.0));
        Some(Caption { name, what, n, lines, rect: words.expand(AROUND).intersect(quarter), clip })
    };
    QUARTERS.iter().enumerate().filter_map(of).collect()
}

/// Writes them; what is covered by dots gets a ground of its own.
pub(super) fn paint(ui: &Ui, captions: &[Caption], is_covered: impl Fn(Rect) -> bool) {
    let theme = Theme::of(ui);
    for caption in captions {
        let painter = ui.painter().with_clip_rect(caption.clip.expand(AROUND));
        if is_covered(caption.rect) {
            painter.rect_filled(caption.rect, 3.0, theme.panel.gamma_multiply(0.82));
        }
        let [first, second] = caption.lines;
        let left = Align2::LEFT_CENTER;
        let drawn = text::paint(&painter, first, left, caption.name, Face::Section, theme.text);
        let at = pos2(drawn.right() + 6.0, first.y);
        text::paint(&painter, at, left, &caption.n, Face::Tiny, theme.muted);
        text::paint(&painter, second, left, caption.what, Face::Tiny, theme.muted);
    }
}

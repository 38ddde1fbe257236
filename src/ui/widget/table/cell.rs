//! What a cell can show, and how it is drawn.

use std::borrow::Cow;

use egui::text::{LayoutJob, TextWrapping};
use egui::{Color32, Painter, Rect, pos2};

use crate::ui::format::count as grouped;
use crate::ui::theme::{Face, Theme, tabular};
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::sparkline;
use crate::ui::widget::timeline::short_count;

use super::{PADDING, Side};

/// How loud a text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Text.
    #[default]
    Plain,
    /// Secondary.
    Muted,
    /// An error status, a problem.
    Bad,
    /// A figure worth a look.
    Notable,
}

impl Tone {
    fn color(self, theme: &Theme) -> Color32 {
        match self {
            Self::Plain => theme.text,
            Self::Muted => theme.muted,
            Self::Bad => theme.bad,
            Self::Notable => theme.warn,
        }
    }
}

/// The content of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing to say ("—").
    None,
    /// The source did not say: *absent*, never 0 or blank.
    Absent,
    /// Text from a log or from the analyst; control characters are shown escaped.
    Text(Cow<'a, str>, Face, Tone),
    /// A count, with thousands grouped.
    Count(u64),
    /// A number already formatted, digits aligned.
    Figure(Cow<'a, str>, Tone),
    /// Small bars: the counts, and the category colour they have.
    Bars(&'a [u32], usize),
    /// Something that is still being computed.
    Pending,
}

impl<'a> Cell<'a> {
    /// Text.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into(), Face::Body, Tone::Plain)
    }

    /// Secondary text.
    pub fn muted(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into(), Face::Body, Tone::Muted)
    }

    /// An id or a raw value.
    pub fn mono(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into(), Face::Mono, Tone::Plain)
    }

    /// A value the source may not have given.
    pub fn or_absent(value: Option<Self>) -> Self {
        value.unwrap_or(Self::Absent)
    }

    /// What a screen reader and the clipboard get.
    pub fn words(&self) -> Cow<'_, str> {
        match self {
            Self::None | Self::Pending => Cow::Borrowed(""),
            Self::Absent => Cow::Borrowed("absent"),
            Self::Text(text, ..) | Self::Figure(text, _) => Cow::Borrowed(text),
            Self::Count(n) => Cow::Owned(grouped(*n)),
            Self::Bars(counts, _) => Cow::Owned(sparkline::words(counts)),
        }
    }
}

/// Draws a cell into `rect`.
pub(super) fn paint(painter: &Painter, theme: &Theme, rect: Rect, side: Side, cell: &Cell<'_>) {
    let inner = rect.shrink2(egui::vec2(PADDING, 0.0));
    let job = match cell {
        Cell::Bars(counts, category) => {
            let bars = inner.shrink2(egui::vec2(0.0, 4.0));
            sparkline::paint(painter, bars, counts, theme.category(*category));
            return;
        }
        Cell::None | Cell::Pending => plain("—", Face::Body, theme.faint),
        Cell::Absent => absent(theme),
        Cell::Text(text, face, tone) => plain(&visible_text(text), *face, tone.color(theme)),
        Cell::Count(n) => {
            // A number that is cut off says another one: rather smaller, or rounded and marked so.
            let wordings = [grouped(*n), format!("≈{}", short_count(*n))];
            fitted(painter, inner.width(), &wordings, theme.text)
        }
        Cell::Figure(text, tone) => {
            fitted(painter, inner.width(), std::slice::from_ref(text), tone.color(theme))
        }
    };
    paint_job(painter, inner, side, job, theme.text);
}

/// Draws one line of text into `rect`, cut off with an ellipsis where it is too long.
pub(super) fn paint_job(
    painter: &Painter,
    rect: Rect,
    side: Side,
    mut job: LayoutJob,
    color: Color32,
) {
    job.wrap = TextWrapping::truncate_at_width(rect.width().max(1.0));
    let galley = painter.layout_job(job);
    let size = galley.size();
    let left = match side {
        Side::Left => rect.left(),
        Side::Right => rect.right() - size.x,
    };
    let at = pos2(left, (rect.center().y - size.y / 2.0).round());
    // Slanted letters lean a little out of their box.
    let clip = painter.clip_rect().intersect(rect.expand2(egui::vec2(3.0, 0.0)));
    painter.with_clip_rect(clip).galley(at, galley, color);
}

/// No digit or sign of a number is wider, points.
const WIDEST: f32 = 11.0;

/// The first wording of a number that fits, each also in the smaller face; the last where none
/// does.
fn fitted(painter: &Painter, room: f32, wordings: &[impl AsRef<str>], color: Color32) -> LayoutJob {
    let mut last = LayoutJob::default();
    for wording in wordings {
        for face in [Face::Body, Face::Small] {
            last = tabular(painter, wording.as_ref(), face, color);
            // Most numbers fit by far, and are not laid out twice for it.
            if wording.as_ref().len() as f32 * WIDEST <= room
                || painter.layout_job(last.clone()).size().x <= room
            {
                return last;
            }
        }
    }
    last
}

fn plain(text: &str, face: Face, color: Color32) -> LayoutJob {
    LayoutJob::single_section(text.to_owned(), face.format(color))
}

fn absent(theme: &Theme) -> LayoutJob {
    let format = egui::TextFormat { italics: true, ..Face::Body.format(theme.muted) };
    LayoutJob::single_section("absent".to_owned(), format)
}

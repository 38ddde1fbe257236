//! Drawing the lanes: a strip each, a cell a bin, single rows as ticks where they are few.

use egui::{Color32, Mesh, Painter, Rect, Shape, Stroke, Ui, pos2, vec2};

use crate::model::time::MINUTE_US;
use crate::model::{Field, Time, Verdict};
use crate::ui::format::count as grouped;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::view::explore::query::Masks;
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::text;

use super::counts::{Counts, Line};
use super::frame::Frame;
use super::list::{Chosen, Lane};
use super::shade::Shade;

/// What is left of the colour outside the range.
const OUTSIDE: f32 = 0.38;
/// Rows drawn one by one in a frame at most, those included that the filter leaves out: each is
/// looked at. Where there are more, cells say how many.
const MOST_TICKS: usize = 4_000;
/// How strongly an answer to another filter is drawn.
pub const OF_BEFORE: f32 = 0.45;

/// What cells are coloured by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorBy {
    /// One colour for all.
    #[default]
    Single,
    /// The value of a field that leads in the cell.
    Field(Field),
    /// The verdict on the account, in greys.
    Verdict,
}

impl ColorBy {
    /// The field to ask for.
    pub fn field(self) -> Option<Field> {
        match self {
            Self::Field(field) => Some(field),
            _ => None,
        }
    }
}

/// What drawing needs besides the frame.
pub struct Ink<'a, 'b> {
    pub frame: &'a Frame<'a>,
    pub scene: &'a Scene<'b>,
    pub masks: &'a Masks,
    pub counts: &'a Counts,
    pub chosen: &'a Chosen,
    pub by: ColorBy,
    pub shade: Shade,
    /// Lanes that a drag marks, by place.
    pub marked: Option<(usize, usize)>,
    /// The lane of the keyboard, where it has the focus.
    pub cursor: Option<usize>,
    /// The range to show, also while it is dragged.
    pub range: Option<crate::model::TimeSpan>,
}

impl Ink<'_, '_> {
    /// Draws all lanes in sight.
    pub fn lanes(&self, ui: &Ui) {
        let theme = Theme::of(ui);
        let mut mesh = Mesh::default();
        let ticks = self.ticks();
        for (lane, rect) in self.frame.in_sight() {
            let clip = self.frame.clip(lane);
            self.strip(&mut mesh, theme, lane, rect, clip);
            if let Some(line) = self.counts.line(self.scene, self.masks, self.frame.lanes, lane) {
                match self.frame.lanes.single(lane).filter(|_| ticks) {
                    Some(account) => self.single(&mut mesh, theme, account, rect, clip),
                    None => self.cells(&mut mesh, theme, lane, line, rect, clip),
                }
                self.untimed(&mut mesh, theme, lane, line, rect, clip);
            }
        }
        ui.painter().add(mesh);
        for (lane, rect) in self.frame.in_sight() {
            let painter =
                ui.painter().with_clip_rect(self.frame.clip(lane).intersect(ui.clip_rect()));
            self.name(&painter, theme, lane, rect);
        }
    }

    /// Whether rows are few enough, and far enough apart, to be drawn one by one.
    fn ticks(&self) -> bool {
        if self.frame.bins.bin_us() > MINUTE_US || !self.frame.zoom.is_named() {
            return false;
        }
        let mut left = MOST_TICKS;
        self.frame.in_sight().all(|(lane, _)| {
            let rows = self.frame.lanes.single(lane).map_or(0, |a| self.rows_in_sight(a).len());
            let fits = rows <= left;
            left = left.saturating_sub(rows);
            fits
        })
    }

    /// The rows of an account in the visible stretch of time, whatever the filter.
    fn rows_in_sight(&self, account: u32) -> &[u32] {
        let (index, visible) = (self.scene.index, self.frame.window.visible());
        let rows = index.rows_of_account(account);
        let at = |t: Time| {
            let row = index.row_at(t);
            rows.partition_point(|r| *r < row)
        };
        &rows[at(visible.start)..at(visible.end)]
    }

    /// The strip a lane lies on: lit where it is selected, marked or under the pointer.
    fn strip(&self, mesh: &mut Mesh, theme: &Theme, lane: Lane, rect: Rect, clip: Rect) {
        let place = self.frame.lanes.place(lane);
        let account = self.frame.lanes.single(lane);
        let selected = self.is_selected(lane);
        let marked = self.marked.is_some_and(|(a, b)| (a.min(b)..=a.max(b)).contains(&place));
        let hovered = account.is_some() && self.scene.hover.account == account;
        if selected || marked {
            mesh.add_colored_rect(rect.intersect(clip), theme.accent_soft);
        } else if hovered {
            mesh.add_colored_rect(rect.intersect(clip), theme.hover);
        }
        let gap = gap(rect.height());
        let track = Rect::from_x_y_ranges(self.frame.areas.plot, rect.top()..=rect.bottom() - gap);
        let track = track.intersect(clip);
        if gap > 0.0 && track.is_positive() && !(selected || marked) {
            mesh.add_colored_rect(track, surface(theme));
        }
        if self.cursor == Some(place) {
            let edge = Rect::from_min_size(rect.min, vec2(2.0, rect.height().max(3.0)));
            mesh.add_colored_rect(edge.intersect(clip), theme.accent);
        }
    }

    fn is_selected(&self, lane: Lane) -> bool {
        let accounts = self.frame.lanes.accounts(lane);
        // A lane of many is lit when all of them are selected.
        lane != Lane::Folded && !accounts.is_empty() && accounts.iter().all(|a| self.chosen.has(*a))
    }

    fn cells(
        &self,
        mesh: &mut Mesh,
        theme: &Theme,
        lane: Lane,
        line: Line<'_>,
        rect: Rect,
        clip: Rect,
    ) {
        let (bins, counts, leading) = (line.bins(), line.counts(), line.leading());
        let y = rect.top()..=rect.bottom() - gap(rect.height());
        let plot = self.frame.areas.plot;
        let first = bins.at(self.frame.window.visible().start).unwrap_or(0);
        for (i, n) in counts.iter().enumerate().take(bins.count).skip(first) {
            if *n == 0 {
                continue;
            }
            let span = bins.span(i);
            let (left, right) =
                (self.frame.scale.x(span.start.0).round(), self.frame.scale.x(span.end.0).round());
            if left >= plot.max {
                break;
            }
            let gap = if right - left >= 3.0 && rect.height() > 4.0 { 1.0 } else { 0.0 };
            let right = (right - gap).max(left + 1.0);
            let cell = Rect::from_x_y_ranges(left.max(plot.min)..=right.min(plot.max), y.clone());
            let cell = cell.intersect(clip);
            if cell.is_positive() {
                let full = self.full(theme, lane, leading.get(i).copied());
                let color = self.shade.color(*n, full, surface(theme));
                mesh.add_colored_rect(cell, self.faded(color, theme, span.start, span.end));
            }
        }
    }

    /// The rows of an account one by one.
    fn single(&self, mesh: &mut Mesh, theme: &Theme, account: u32, rect: Rect, clip: Rect) {
        let full = self.full(theme, Lane::Folded, None);
        for row in self.rows_in_sight(account) {
            let Some(at) = self.scene.index.at(*row).filter(|_| self.masks.timeless.contains(*row))
            else {
                continue;
            };
            let x = self.frame.scale.x(at.0).round();
            let tick = Rect::from_x_y_ranges(x..=x + 2.0, rect.top()..=rect.bottom() - 2.0);
            let color = match self.by {
                ColorBy::Field(field) => self.of_row(theme, *row, field),
                ColorBy::Verdict => self.of_verdict(theme, account),
                ColorBy::Single => full,
            };
            mesh.add_colored_rect(
                tick.intersect(clip),
                self.faded(color, theme, at, Time(at.0 + 1)),
            );
        }
    }

    fn untimed(
        &self,
        mesh: &mut Mesh,
        theme: &Theme,
        lane: Lane,
        line: Line<'_>,
        rect: Rect,
        clip: Rect,
    ) {
        let x = self.frame.areas.untimed;
        if line.untimed() == 0 || x.span() <= 1.0 {
            return;
        }
        let cell = Rect::from_x_y_ranges(x, rect.top()..=rect.bottom() - gap(rect.height()));
        let full = match self.by {
            ColorBy::Field(_) => theme.neutral(),
            _ => self.full(theme, lane, None),
        };
        let color = self.shade.color(line.untimed(), full, surface(theme));
        let outside = self.range.is_some();
        let color = if outside { surface(theme).lerp_to_gamma(color, OUTSIDE) } else { color };
        mesh.add_colored_rect(cell.intersect(clip), color);
    }

    fn full(&self, theme: &Theme, lane: Lane, leading: Option<u8>) -> Color32 {
        match (self.by, leading) {
            (ColorBy::Field(_), Some(slot)) if usize::from(slot) < self.counts.values().len() => {
                theme.category(slot.into())
            }
            (ColorBy::Field(_), _) => theme.neutral(),
            (ColorBy::Verdict, _) => match self.frame.lanes.single(lane) {
                Some(account) => self.of_verdict(theme, account),
                None => theme.category(0),
            },
            (ColorBy::Single, _) => theme.category(0),
        }
    }

    /// Verdicts are greys, never the colours of levels: the graver, the stronger.
    fn of_verdict(&self, theme: &Theme, account: u32) -> Color32 {
        match self.scene.lists.verdict(account) {
            Some(Verdict::Suspicious) => theme.text,
            Some(Verdict::Watch) => theme.muted,
            Some(Verdict::Cleared) => theme.faint,
            None => theme.category(0),
        }
    }

    fn of_row(&self, theme: &Theme, row: u32, field: Field) -> Color32 {
        let text = self.scene.index.row(row).text(field);
        let slot = text.and_then(|t| self.counts.values().iter().position(|v| *v == *t));
        slot.map_or(theme.neutral(), |slot| theme.category(slot))
    }

    fn faded(&self, color: Color32, theme: &Theme, start: Time, end: Time) -> Color32 {
        match self.range {
            Some(r) if end <= r.start || start >= r.end => {
                surface(theme).lerp_to_gamma(color, OUTSIDE)
            }
            _ => color,
        }
    }

    fn name(&self, painter: &Painter, theme: &Theme, lane: Lane, rect: Rect) {
        if rect.height() < 11.5 {
            return;
        }
        let names = self.frame.areas.names;
        let at = pos2(names.min, rect.center().y - gap(rect.height()) / 2.0);
        let mut width = names.span() - 8.0;
        if lane == Lane::Folded {
            let words = format!("{} folded", grouped(self.frame.lanes.list.folded.len() as u64));
            text::paint_within(painter, at, width, &words, Face::Tiny, theme.muted);
            return;
        }
        let Some(account) = self.frame.lanes.single(lane) else { return };
        if self.frame.lanes.is_pinned(lane) {
            let pin = pos2(names.max - 10.0, at.y);
            painter.circle_stroke(pin + vec2(0.0, -1.0), 2.0, Stroke::new(1.2, theme.muted));
            painter.vline(pin.x, pin.y + 1.0..=pin.y + 4.5, Stroke::new(1.2, theme.muted));
            width -= 12.0;
        }
        let id = &self.scene.index.accounts()[account as usize];
        let lit = self.chosen.has(account) || self.scene.hover.account == Some(account);
        let color = if lit { theme.text } else { theme.muted };
        text::paint_within(painter, at, width, &visible_text(id), Face::MonoSmall, color);
    }
}

/// Air between lanes.
fn gap(height: f32) -> f32 {
    match height {
        h if h >= 12.0 => 3.0,
        h if h >= 6.0 => 2.0,
        h if h >= 5.0 => 1.0,
        _ => 0.0,
    }
}

/// What lanes lie on.
pub fn surface(theme: &Theme) -> Color32 {
    if theme.dark { theme.raised } else { theme.hover }
}

/// A sentence where lanes would be.
pub fn nothing(ui: &Ui, rect: Rect, words: &str) {
    let (theme, painter) = (Theme::of(ui), ui.painter());
    // Markers do not strike the words through.
    let under = painter.add(Shape::Noop);
    let room = rect.shrink(size::CARD_PADDING);
    let drawn = text::paint_middle(painter, room, words, Face::Body, theme.muted);
    painter.set(under, Shape::rect_filled(drawn.expand2(vec2(8.0, 4.0)), 4, theme.panel));
}

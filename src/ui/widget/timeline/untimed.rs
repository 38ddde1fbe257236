//! The records that have no time: one bucket beside the axis, never on it.

use egui::{Align2, CursorIcon, Id, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::outline;

use super::{Timeline, TimelineAction, short_count};

/// Room right of the axis for the bucket and the gap before it, points.
pub const BUCKET_ROOM: f32 = 76.0;
/// The gap.
const GAP: f32 = 18.0;
/// Width of the bucket's bar.
const BAR: f32 = 26.0;
/// Height of the axis below.
const LABEL: f32 = 18.0;
/// Room for the count above the bar.
const COUNT: f32 = 18.0;
/// A bar that stands for something is at least this tall.
const SHORTEST: f32 = 2.0;

/// How many records have no time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Untimed {
    /// Of all.
    pub all: u64,
    /// Of those the filter keeps.
    pub kept: u64,
    /// Whether the filter asks for them alone.
    pub chosen: bool,
}

impl Untimed {
    /// Room the bucket takes from the axis: none where there is nothing in it.
    pub fn room(self) -> f32 {
        if self.all > 0 { BUCKET_ROOM } else { 0.0 }
    }

    /// How many there are, in words: `12 of 340 exchanges have no time`.
    pub(super) fn words(self, unit: &str) -> String {
        let all = format::count(self.all);
        match self.kept {
            kept if kept == self.all => format!("{all} {unit} without a time"),
            kept => format!("{} of {all} {unit} without a time", format::count(kept)),
        }
    }
}

impl Timeline<'_> {
    /// Draws the bucket beside the plot; a click asks for what is in it alone, another one for
    /// everything again.
    pub(super) fn bucket(
        &self,
        ui: &Ui,
        id: Id,
        plot: Rect,
        tallest: u64,
        actions: &mut Vec<TimelineAction>,
    ) {
        if self.untimed.all == 0 {
            return;
        }
        let x = plot.right() + GAP..=plot.right() + BUCKET_ROOM;
        let slot = Rect::from_x_y_ranges(x, plot.top()..=plot.bottom() + LABEL);
        let response = ui.interact(slot, id.with("untimed"), egui::Sense::click());
        let words = self.untimed.words(self.unit);
        let hint = if self.untimed.chosen { "click to see all" } else { "click to see only them" };
        response.widget_info(|| {
            egui::WidgetInfo::selected(egui::Role::Button, true, self.untimed.chosen, &words)
        });
        if response.clicked() {
            actions.push(TimelineAction::OnlyUntimed(!self.untimed.chosen));
        }
        let hovered = response.hovered();
        self.paint_bucket(ui, slot, plot, tallest, hovered, response.has_focus());
        response
            .on_hover_cursor(CursorIcon::PointingHand)
            .on_hover_text(format!("{words}; {hint}"));
    }

    fn paint_bucket(
        &self,
        ui: &Ui,
        slot: Rect,
        plot: Rect,
        tallest: u64,
        hovered: bool,
        focused: bool,
    ) {
        let (theme, painter) = (Theme::of(ui), ui.painter());
        let Untimed { all, kept, chosen } = self.untimed;
        let line = if chosen || focused { theme.accent_line } else { theme.line };
        if chosen {
            painter.rect_filled(slot, 4, theme.accent_soft);
        } else if hovered {
            painter.rect_filled(slot, 4, theme.hover);
        }
        if chosen || focused {
            painter.rect_stroke(slot, 4, Stroke::new(1.0, line), StrokeKind::Inside);
        } else {
            // Dashed: it is beside the axis, not a part of it.
            outline::dashed(painter, slot, 4.0, Stroke::new(1.0, line), 3.0, 3.0);
        }
        // On the scale of the axis, but for room for the count: what is higher is cut off, and
        // shows that it is.
        let room = plot.height() - COUNT;
        let exact = |n: u64| n as f32 / tallest.max(1) as f32 * plot.height();
        let bar = |n: u64| {
            let height = if n == 0 { 0.0 } else { exact(n).max(SHORTEST).min(room) };
            let top = pos2(slot.center().x - BAR / 2.0, plot.bottom() - height);
            Rect::from_min_size(top, vec2(BAR, height))
        };
        painter.rect_filled(bar(all), 1, theme.ghost);
        painter.rect_filled(bar(kept), 1, theme.muted);
        if exact(all) > room {
            let y = bar(all).top() + 6.0;
            let cut = Rect::from_x_y_ranges(bar(all).x_range(), y..=y + 2.0);
            painter.rect_filled(cut, 0, theme.panel);
        }
        let base = slot.x_range().shrink(6.0);
        painter.hline(base, plot.bottom().round() + 0.5, theme.hairline());
        let count = if kept == all {
            short_count(all)
        } else {
            format!("{} of {}", short_count(kept), short_count(all))
        };
        let above = pos2(slot.center().x, bar(all).top() - 4.0);
        painter.text(above, Align2::CENTER_BOTTOM, count, Face::Tiny.font(), theme.text);
        let below = pos2(slot.center().x, plot.bottom() + 4.0);
        let color = if chosen { theme.text } else { theme.muted };
        painter.text(below, Align2::CENTER_TOP, "no time", Face::Tiny.font(), color);
    }
}

//! Drawing the plot: bars in one mesh a layer, axis, range, cursor.

use egui::{Align2, Color32, Mesh, Painter, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::model::TimeSpan;
use crate::ui::theme::{Face, Theme};

use super::scale::says_exactly;
use super::{Areas, BinSpec, Scale, Timeline, TimelineState, axis, short_count};

/// How far the colour of bars outside the selected range fades.
const OUTSIDE_RANGE: f32 = 0.38;
/// What is left of the colour of unfiltered totals that are taller than the plot.
const WALL: f32 = 0.45;
/// A bar that stands for something is at least this tall, points.
const SHORTEST_BAR: f32 = 1.5;
/// Room a tick label needs, points.
const TICK_ROOM: f32 = 92.0;

impl Timeline<'_> {
    /// Everything below the range and the markers.
    pub(super) fn paint_bars_and_axes(&self, ui: &Ui, areas: &Areas, scale: &Scale, tallest: u64) {
        let theme = Theme::of(ui);
        let painter = ui.painter().with_clip_rect(ui.clip_rect());
        let plot = ui.painter_at(areas.plot.expand2(vec2(4.0, 0.0)));
        self.paint_y_axis(&painter, theme, areas.plot, tallest);
        // The range lies behind the bars, so that it does not tint their colours.
        self.paint_selected(&plot, theme, areas.plot, scale);
        self.paint_bars(&plot, theme, areas.plot, scale, tallest);
        self.paint_x_axis(&painter, theme, areas, scale);
        self.paint_hits(&painter, theme, areas.plot, scale);
        if self.total.sum(self.window.visible()) == 0 {
            let text = format!("No {} here", self.unit);
            let at = areas.plot.center();
            painter.text(at, Align2::CENTER_CENTER, text, Face::Body.font(), theme.muted);
        }
    }

    fn paint_selected(&self, painter: &Painter, theme: &Theme, plot: Rect, scale: &Scale) {
        let Some(range) = self.range else { return };
        let x = scale.x(range.start.0).max(plot.left())..=scale.x(range.end.0).min(plot.right());
        if x.start() < x.end() {
            painter.rect_filled(Rect::from_x_y_ranges(x, plot.y_range()), 0, theme.accent_soft);
        }
    }

    fn paint_y_axis(&self, painter: &Painter, theme: &Theme, plot: Rect, tallest: u64) {
        let label = |share: f32, n: u64| {
            let y = (plot.bottom() - share * plot.height()).round();
            if n > 0 {
                painter.hline(
                    plot.x_range(),
                    y + 0.5,
                    Stroke::new(1.0, theme.line.gamma_multiply(0.7)),
                );
            }
            let at = pos2(plot.left() - 8.0, y);
            painter.text(at, Align2::RIGHT_CENTER, short_count(n), Face::Tiny.font(), theme.muted);
        };
        label(0.0, 0);
        let room = plot.height() > 60.0 && tallest.is_multiple_of(2) && says_exactly(tallest / 2);
        if room {
            label(0.5, tallest / 2);
        }
        label(1.0, tallest);
    }

    fn paint_bars(
        &self,
        painter: &Painter,
        theme: &Theme,
        plot: Rect,
        scale: &Scale,
        tallest: u64,
    ) {
        let bars = BarLayout { plot, scale, per_count: plot.height() / tallest.max(1) as f32 };
        let mut mesh = Mesh::default();
        // Totals taller than the plot make a wall: it steps back.
        let all = self.total.max_in(self.window.visible());
        let keep = if all > tallest { WALL } else { 1.0 };
        let ghost = fade_to(theme.ghost, theme.panel, keep);
        for i in self.total.bins.touching(self.window.visible()) {
            let n = self.total.counts.get(i).copied().unwrap_or(0);
            if n > 0
                && let Some(x) = bars.x(self.total.bins, i)
            {
                let top = bars.top(n as f32);
                let bar = Rect::from_x_y_ranges(x, top..=plot.bottom());
                mesh.add_colored_rect(bar, ghost);
            }
        }
        if let Some(stack) = self.stack {
            // An answer of another zoom: keep its area, so that nothing jumps meanwhile.
            let ratio = self.total.bins.bin_us() as f32 / stack.bins.bin_us() as f32;
            for i in stack.bins.touching(self.window.visible()) {
                let Some(x) = bars.x(stack.bins, i) else { continue };
                let fade = self.fade(stack.bins.span(i));
                let mut below = 0.0;
                for series in stack.shown(self.hidden) {
                    let n = series.counts.get(i).copied().unwrap_or(0) as f32 * ratio;
                    if n <= 0.0 {
                        continue;
                    }
                    let bottom = if below == 0.0 { plot.bottom() } else { bars.top(below) };
                    below += n;
                    let bar = Rect::from_x_y_ranges(x.clone(), bars.top(below)..=bottom);
                    let color = fade_to(theme.category(series.category), theme.panel, fade);
                    mesh.add_colored_rect(bar, color);
                }
            }
        }
        painter.add(mesh);
    }

    /// 1 inside the range (or without one), less outside.
    fn fade(&self, bin: TimeSpan) -> f32 {
        match self.range {
            Some(r) if bin.end <= r.start || bin.start >= r.end => OUTSIDE_RANGE,
            _ => 1.0,
        }
    }

    fn paint_x_axis(&self, painter: &Painter, theme: &Theme, areas: &Areas, scale: &Scale) {
        let plot = areas.plot;
        painter.hline(plot.x_range(), plot.bottom().round() + 0.5, theme.hairline());
        let (visible, zone) = (self.window.visible(), self.window.zone());
        let most = (plot.width() / TICK_ROOM).max(1.0) as usize;
        let ticks = axis::ticks(visible, most, zone);
        let y = areas.axis.top() + 4.0;
        let context = axis::context(visible, &ticks, zone);
        let at = pos2(plot.left() - 8.0, y);
        // The context stands in the gutter when it is a year, else above the axis to the left.
        let mut free_from = plot.left();
        if context.len() <= 4 {
            painter.text(at, Align2::RIGHT_TOP, context, Face::Tiny.font(), theme.muted);
        } else {
            let at = pos2(plot.left() - 36.0, y);
            let drawn = painter.text(at, Align2::LEFT_TOP, context, Face::Tiny.font(), theme.muted);
            free_from = drawn.right() + 8.0;
        }
        for tick in ticks {
            let x = scale.x(tick.at_us).round() + 0.5;
            painter.vline(x, plot.bottom()..=plot.bottom() + 4.0, theme.hairline());
            let color = if tick.strong { theme.text } else { theme.muted };
            let galley = painter.layout_no_wrap(tick.label, Face::Tiny.font(), color);
            let left = (x - galley.size().x / 2.0).min(plot.right() + 10.0 - galley.size().x);
            if left >= free_from {
                free_from = left + galley.size().x + 6.0;
                painter.galley(pos2(left, y), galley, color);
            }
        }
    }

    /// The line under the pointer or under that of another view, or the bin of the keyboard
    /// cursor.
    pub(super) fn paint_cursor(
        &self,
        ui: &Ui,
        areas: &Areas,
        scale: &Scale,
        state: &TimelineState,
        focused: bool,
    ) {
        let (theme, painter, plot) = (Theme::of(ui), ui.painter(), areas.plot);
        if focused {
            let around = plot.expand2(vec2(3.0, 3.0));
            painter.rect_stroke(around, 4, Stroke::new(1.0, theme.accent_line), StrokeKind::Inside);
        }
        if let Some(at) = state.cursor.filter(|_| focused) {
            let bin = self.total.bins.grid().step_at(at);
            let x = scale.x(bin.start.0)..=scale.x(bin.end.0);
            let bin = Rect::from_x_y_ranges(x, plot.y_range()).intersect(plot);
            painter.rect_filled(bin, 0, theme.accent_soft);
        }
        let Some(at) = state.hovered.or(self.hover) else { return };
        let x = scale.x(at.0).round() + 0.5;
        if !plot.x_range().contains(x) {
            return;
        }
        painter.vline(x, plot.y_range(), Stroke::new(1.0, theme.muted));
        if state.reading {
            // The read-out beside the pointer says the time.
            return;
        }
        let step = self.total.bins.bin_us().min(crate::model::time::MINUTE_US);
        let wall = self.window.zone().wall(at).0;
        let text = format!("{} {}", self.day(at), axis::clock_label(wall, step));
        let galley = painter.layout_no_wrap(text, Face::Tiny.font(), theme.text);
        let left = (x - galley.size().x / 2.0)
            .clamp(plot.left(), (plot.right() - galley.size().x).max(plot.left()));
        let box_ = Rect::from_min_size(pos2(left, areas.axis.top() + 2.0), galley.size());
        painter.rect(
            box_.expand2(vec2(5.0, 2.0)),
            4,
            theme.raised,
            theme.hairline(),
            StrokeKind::Outside,
        );
        painter.galley(box_.min, galley, theme.text);
    }
}

/// Where bars stand.
struct BarLayout<'a> {
    plot: Rect,
    scale: &'a Scale,
    per_count: f32,
}

impl BarLayout<'_> {
    /// Left and right of bin `i`, on whole points and with a gap; `None` outside the plot.
    fn x(&self, bins: BinSpec, i: usize) -> Option<std::ops::RangeInclusive<f32>> {
        let span = bins.span(i);
        let left = self.scale.x(span.start.0).round();
        let right = self.scale.x(span.end.0).round();
        if right <= self.plot.left() || left >= self.plot.right() {
            return None;
        }
        let gap = if right - left >= 3.0 { 1.0 } else { 0.0 };
        let right = (right - gap).max(left + 1.0);
        Some(left.max(self.plot.left())..=right.min(self.plot.right()))
    }

    fn top(&self, count: f32) -> f32 {
        let height = (count * self.per_count).max(SHORTEST_BAR).min(self.plot.height());
        self.plot.bottom() - height
    }
}

/// `color` faded towards the surface it lies on: opaque, so that what is behind cannot tint it.
fn fade_to(color: Color32, surface: Color32, keep: f32) -> Color32 {
    if keep >= 1.0 { color } else { surface.lerp_to_gamma(color, keep) }
}

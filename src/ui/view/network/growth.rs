//! How the network grew: when each line was first seen, and the picture as it was by any moment.

use egui::{
    Align2, Color32, CornerRadius, CursorIcon, Id, Key, Modifiers, Rect, Role, Sense, Shape,
    Stroke, Ui, WidgetInfo, pos2, vec2,
};

use crate::model::{Marker, Time, TimeSpan};
use crate::network::picture::Since;
use crate::ui::Zone;
use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::card::surface;
use crate::ui::widget::timeline::axis;
use crate::ui::widget::{button, text};

use super::desk::Made;

/// Bars of the axis.
const BARS: usize = 160;
/// How long playing all of it takes, seconds.
const PLAYED_S: f64 = 9.0;
/// Steps that a press of an arrow is one of.
const STEPS: i64 = 60;
/// Width of what is said beside the axis, points.
const WORDS: f32 = 176.0;
/// Room of a tick of the axis, points.
const TICK_ROOM: f32 = 80.0;

/// The slicer's own state.
#[derive(Default)]
pub struct Growth {
    /// Up to when the network has grown; `None` for all of it.
    pub until: Option<Since>,
    /// Since when it plays, s, and from which moment.
    playing: Option<(f64, Since)>,
    /// Lines first seen in each bar, and of which picture.
    bars: Option<(u64, TimeSpan, Vec<u32>)>,
}

impl Growth {
    /// Draws the card.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        made: &Made,
        (span, markers): (TimeSpan, &[Marker]),
    ) {
        surface(ui, rect);
        self.play(ui, span);
        let inner = rect.shrink2(vec2(12.0, 8.0));
        let (words, axis) = inner.split_left_right_at_x(inner.left() + WORDS);
        self.words(ui, words, made, span);
        let axis = axis.with_min_x(axis.left() + 12.0);
        self.axis(ui, axis, made, span, markers);
    }

    fn play(&mut self, ui: &Ui, span: TimeSpan) {
        let Some((began, from)) = self.playing else { return };
        let length = (span.end.0 - span.start.0).max(1) as f64;
        let share = (ui.input(|i| i.time) - began) / PLAYED_S;
        let at = from.saturating_add((share * length) as i64);
        if at >= span.end.0 {
            self.until = None;
            self.playing = None;
        } else {
            self.until = Some(at);
            ui.ctx().request_repaint();
        }
    }

    fn words(&mut self, ui: &mut Ui, rect: Rect, made: &Made, span: TimeSpan) {
        let theme = Theme::of(ui);
        let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect));
        child.spacing_mut().item_spacing.y = 3.0;
        child.horizontal(|ui| {
            let is_playing = self.playing.is_some();
            let name = if is_playing { "Pause" } else { "Play how it grew" };
            let sign = |painter: &egui::Painter, rect: Rect, ink: Color32| match is_playing {
                true => pause(painter, rect, ink),
                false => triangle(painter, rect, ink),
            };
            if button::icon(ui, name, sign).clicked() {
                let now = ui.input(|i| i.time);
                let from = self.until.unwrap_or(span.start.0);
                self.playing = (!is_playing).then_some((now, from));
            }
            if self.until.is_some() && button::link(ui, "all of it").clicked() {
                self.until = None;
                self.playing = None;
            }
        });
        let moment = match self.until {
            Some(at) => {
                let wall = Zone::of(ui.ctx()).wall(Time(at));
                format!("until {}, {}", format::date(wall), format::clock(wall))
            }
            None => "Growth".to_owned(),
        };
        child.label(Face::Card.text(moment).color(theme.text));
        let all = made.picture.lines.len();
        let seen = made.picture.lines.iter().filter(|l| self.until.is_none_or(|at| l.since <= at));
        let words = match self.until {
            Some(_) => {
                let seen = format::count(seen.count() as u64);
                format!("{seen} of {} seen", format::counted(all as u64, "line", "lines"))
            }
            None => format!("{}, by first sight", format::counted(all as u64, "line", "lines")),
        };
        text::line(&mut child, Face::Small.text(words).color(theme.muted));
    }

    fn axis(&mut self, ui: &mut Ui, rect: Rect, made: &Made, span: TimeSpan, markers: &[Marker]) {
        let theme = Theme::of(ui);
        let plot = Rect::from_min_max(rect.min, pos2(rect.right(), rect.bottom() - 15.0));
        let length = (span.end.0 - span.start.0).max(1) as f32;
        let x = |at: i64| plot.left() + plot.width() * (at - span.start.0) as f32 / length;
        let until = self.until.map_or(plot.right(), |at| x(at).clamp(plot.left(), plot.right()));
        let heights = self.heights(made, span);
        let most = heights.iter().copied().max().unwrap_or(0).max(1) as f32;
        let width = plot.width() / BARS as f32;
        for (i, count) in heights.iter().enumerate().filter(|(_, count)| **count > 0) {
            let left = plot.left() + width * i as f32;
            let height = (plot.height() - 12.0) * (*count as f32 / most).sqrt();
            let bar = Rect::from_min_max(
                pos2(left, plot.bottom() - height.max(1.5)),
                pos2(left + (width - 1.0).max(1.0), plot.bottom()),
            );
            let ink = if left < until { theme.accent } else { theme.ghost };
            ui.painter().rect_filled(bar, 0.0, ink);
        }
        ui.painter().hline(plot.x_range(), plot.bottom(), theme.hairline());
        for marker in markers.iter().filter(|m| m.at >= span.start && m.at < span.end) {
            crate::ui::widget::outline::dotted_vline(
                ui.painter(),
                x(marker.at.0),
                plot.y_range(),
                theme.faint,
            );
        }
        ticks(ui, rect, span, x);
        self.handle(ui, plot, (until, span));
    }

    fn handle(&mut self, ui: &mut Ui, plot: Rect, (until, span): (f32, TimeSpan)) {
        let theme = Theme::of(ui);
        let response = ui.interact(plot, Id::unique("growth"), Sense::click_and_drag());
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Slider, true, "The network until this moment");
            info.value = self.until.map(|at| at as f64);
            info
        });
        let length = (span.end.0 - span.start.0).max(1);
        let at = |x: f32| {
            let share = f64::from((x - plot.left()) / plot.width()).clamp(0.0, 1.0);
            span.start.0 + (share * length as f64) as i64
        };
        if let Some(pos) = response.interact_pointer_pos() {
            let moment = at(pos.x);
            self.until = (moment < span.end.0 - length / 400).then_some(moment);
            self.playing = None;
        }
        if response.has_focus() {
            let filter =
                egui::EventFilter { horizontal_arrows: true, ..egui::EventFilter::default() };
            ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
            let pressed = |key| i64::from(ui.input_mut(|i| i.consume_key(Modifiers::NONE, key)));
            let by = pressed(Key::ArrowRight) - pressed(Key::ArrowLeft);
            if by != 0 {
                let now = self.until.unwrap_or(span.end.0) + by * (length / STEPS).max(1);
                self.until = (now < span.end.0).then_some(now.max(span.start.0));
            }
        }
        let line = Stroke::new(1.5, theme.accent);
        ui.painter().vline(until, plot.y_range(), line);
        let grip = Rect::from_center_size(pos2(until, plot.center().y), vec2(6.0, 18.0));
        ui.painter().rect_filled(grip, CornerRadius::same(2), theme.accent);
        response
            .on_hover_cursor(CursorIcon::ResizeHorizontal)
            .on_hover_text("Drag: the picture as it was until then");
    }

    /// Lines first seen in each bar.
    fn heights(&mut self, made: &Made, span: TimeSpan) -> Vec<u32> {
        if let Some((known, known_span, bars)) = &self.bars
            && (*known, *known_span) == (made.number, span)
        {
            return bars.clone();
        }
        let mut bars = vec![0; BARS];
        let length = (span.end.0 - span.start.0).max(1) as f64;
        for line in &made.picture.lines {
            let share = (line.since.saturating_sub(span.start.0)) as f64 / length;
            if (0.0..1.0).contains(&share) {
                bars[((share * BARS as f64) as usize).min(BARS - 1)] += 1;
            }
        }
        self.bars = Some((made.number, span, bars.clone()));
        bars
    }
}

fn ticks(ui: &Ui, rect: Rect, span: TimeSpan, x: impl Fn(i64) -> f32) {
    let (theme, painter) = (Theme::of(ui), ui.painter());
    let most = (rect.width() / TICK_ROOM).max(1.0) as usize;
    let zone = Zone::of(ui.ctx());
    let ticks = axis::ticks(span, most, zone);
    let context = axis::context(span, &ticks, zone);
    let top = rect.bottom() - 12.0;
    let at = pos2(rect.left(), top);
    let drawn = painter.text(at, Align2::LEFT_TOP, context, Face::Tiny.font(), theme.muted);
    let mut free_from = drawn.right() + 6.0;
    for tick in ticks {
        let ink = if tick.strong { theme.text } else { theme.muted };
        let galley = painter.layout_no_wrap(tick.label, Face::Tiny.font(), ink);
        let left = (x(tick.at_us) - galley.size().x / 2.0).min(rect.right() - galley.size().x);
        if left >= free_from {
            free_from = left + galley.size().x + 6.0;
            painter.galley(pos2(left, top), galley, ink);
        }
    }
}

fn triangle(painter: &egui::Painter, rect: Rect, ink: Color32) {
    let rect = rect.shrink(1.5);
    let points = vec![rect.left_top(), pos2(rect.right(), rect.center().y), rect.left_bottom()];
    painter.add(Shape::convex_polygon(points, ink, Stroke::NONE));
}

fn pause(painter: &egui::Painter, rect: Rect, ink: Color32) {
    for left in [rect.left() + 2.0, rect.right() - 5.0] {
        let bar = Rect::from_min_size(pos2(left, rect.top() + 1.0), vec2(3.0, rect.height() - 2.0));
        painter.rect_filled(bar, 0.5, ink);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_says_no_day_twice() {
        let day = 86_400_000_000;
        let start = Time(1_772_323_200_000_000);
        let span = TimeSpan { start, end: Time(start.0 + 5 * day - day / 4) };
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(720.0, 60.0));
        let x = |at: i64| 720.0 * (at - span.start.0) as f32 / span.len_us() as f32;
        let ctx = egui::Context::default();
        let mut drawn = ctx.run_ui(egui::RawInput::default(), |ui| ticks(ui, rect, span, x));
        drawn.textures_delta.clear();
        let words = drawn.shapes.iter().filter_map(|shape| match &shape.shape {
            Shape::Text(text) => Some(text.galley.text().to_owned()),
            _ => None,
        });
        let mut words: Vec<String> = words.collect();
        assert!(words.iter().any(|w| w == "3 Mar"), "{words:?}");
        let all = words.len();
        words.sort();
        words.dedup();
        assert!(words.len() == all, "{words:?}");
    }
}

//! What stands around the lanes: the time axis, the range, the hover line, markers, the legend
//! and what is folded.

use egui::{Align2, Mesh, Painter, Rect, Sense, Stroke, Ui, pos2, vec2};

use crate::ui::format::{count as grouped, counted};
use crate::ui::theme::{Face, Theme};
use crate::ui::view::explore::times;
use crate::ui::widget::table::{Extent, Position};
use crate::ui::widget::timeline::{axis, marker_color};
use crate::ui::widget::{outline, text};

use super::paint::{ColorBy, Ink, surface};

/// Room a tick label needs, points.
const TICK_ROOM: f32 = 84.0;
/// Samples of the legend.
const SAMPLES: u32 = 5;
const SAMPLE: f32 = 12.0;

impl Ink<'_, '_> {
    /// The time axis below the lanes.
    pub fn axis(&self, ui: &Ui) {
        let (theme, frame) = (Theme::of(ui), self.frame);
        let (axis, plot) = (frame.areas.axis, frame.areas.plot);
        let painter = ui.painter();
        painter.hline(plot, axis.top() + 0.5, theme.hairline());
        let visible = frame.window.visible();
        let most = (plot.span() / TICK_ROOM).max(1.0) as usize;
        let (ticks, context) = times::ticks(visible, most, frame.window.zone());
        let y = axis.top() + 4.0;
        let at = pos2(plot.min - 8.0, y);
        let drawn = painter.text(at, Align2::RIGHT_TOP, context, Face::Tiny.font(), theme.muted);
        let mut free_from = drawn.right() + 6.0;
        for tick in ticks {
            let x = frame.scale.x(tick.at_us).round() + 0.5;
            painter.vline(x, axis.top()..=axis.top() + 4.0, theme.hairline());
            let color = if tick.strong { theme.text } else { theme.muted };
            let galley = painter.layout_no_wrap(tick.label, Face::Tiny.font(), color);
            let left = (x - galley.size().x / 2.0).min(plot.max + 4.0 - galley.size().x);
            if left >= free_from {
                free_from = left + galley.size().x + 6.0;
                painter.galley(pos2(left, y), galley, color);
            }
        }
        if frame.areas.untimed.span() > 1.0 {
            let at = pos2(frame.areas.untimed.center(), y);
            painter.text(at, Align2::CENTER_TOP, "no time", Face::Tiny.font(), theme.muted);
        }
    }

    /// The range, the markers and the line under the pointer, across all lanes.
    pub fn across(&self, ui: &Ui) {
        let (theme, frame) = (Theme::of(ui), self.frame);
        let body = Rect::from_x_y_ranges(frame.areas.plot, frame.areas.body.y_range());
        let painter = ui.painter_at(body);
        for marker in self.scene.markers {
            let x = frame.scale.x(marker.at.0).round() + 0.5;
            if body.x_range().contains(x) {
                let color = marker_color(theme, marker.kind);
                outline::dotted_vline(&painter, x, body.y_range(), color);
            }
        }
        if let Some(range) = self.range {
            let (left, right) = (frame.scale.x(range.start.0), frame.scale.x(range.end.0));
            let fill = Rect::from_x_y_ranges(left.round()..=right.round(), body.y_range());
            painter.rect_filled(fill, 0, theme.accent_soft.gamma_multiply(0.6));
            for x in [fill.left(), fill.right()] {
                painter.vline(x, body.y_range(), Stroke::new(1.5, theme.accent));
            }
        }
        if let Some(at) = self.scene.hover.time {
            let x = frame.scale.x(at.0).round() + 0.5;
            painter.vline(x, body.y_range(), Stroke::new(1.0, theme.muted));
        }
    }

    /// The last line: what is folded on the left, what the colours stand for on the right.
    /// Returns whether the folded lanes are to be unfolded.
    pub fn foot(&self, ui: &Ui, note: Option<&str>) -> bool {
        let (theme, frame) = (Theme::of(ui), self.frame);
        let foot = frame.areas.foot.shrink2(vec2(10.0, 0.0));
        let y = foot.center().y - 1.0;
        let left = self.legend(ui.painter(), theme, foot, y);
        let folded = self.folded().filter(|_| note.is_none());
        let is_folded = folded.is_some();
        let words = note.map(str::to_owned).or(folded).or_else(|| self.pins_that_scroll());
        let Some(words) = words else {
            self.names_of_colors(ui.painter(), theme, foot, y, left);
            return false;
        };
        let mut x = foot.left();
        if is_folded {
            zigzag(ui.painter(), pos2(x, y), theme.muted);
            x += 14.0;
        }
        let drawn = text::paint_within(
            ui.painter(),
            pos2(x, y),
            left - 12.0 - x,
            &words,
            Face::Tiny,
            theme.muted,
        );
        if note.is_some() || !frame.lanes.has_folded() {
            return false;
        }
        let response = ui.interact(drawn.expand(3.0), ui.scope_id().with("unfold"), Sense::click());
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Unfold lanes"));
        response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked()
    }

    /// How many lanes are folded, and what shows them.
    pub fn folded(&self) -> Option<String> {
        let lanes = self.frame.lanes;
        let folded = lanes.list.folded.len() as u64;
        if folded > 0 {
            let lanes = counted(folded, "lane", "lanes");
            return Some(format!("{lanes} folded: click here to unfold"));
        }
        if lanes.per_lane == 1 {
            return None;
        }
        let accounts = lanes.list.scrolling.len() as u64;
        Some(format!(
            "{} folded, {} to a lane: zoom in for more",
            counted(accounts, "lane", "lanes"),
            grouped(lanes.per_lane as u64)
        ))
    }

    /// How many pins have no room on top.
    pub fn pins_that_scroll(&self) -> Option<String> {
        let list = self.frame.lanes.list;
        let all = list.pinned.len() + list.more_pinned;
        (list.more_pinned > 0).then(|| {
            let (fit, all) = (grouped(list.pinned.len() as u64), grouped(all as u64));
            format!("{fit} of {all} pins stay in sight, the others are first to scroll")
        })
    }

    /// `1 ▪▪▪▪▪ 640 exchanges per 6 h`, right-aligned; returns where it begins. Nothing where there
    /// is nothing to shade.
    fn legend(&self, painter: &Painter, theme: &Theme, foot: Rect, y: f32) -> f32 {
        let frame = self.frame;
        let samples = self.shade.samples(SAMPLES);
        let Some(most) = samples.last().copied() else { return foot.right() };
        let unit = frame.counted.word(most.into());
        let per = axis::bin_name(frame.bins.bin_us());
        let words = format!("{} {unit} per {per}", grouped(most.into()));
        let at = |x: f32| pos2(x, y);
        let small = |x: f32, align: Align2, words: String| {
            painter.text(at(x), align, words, Face::Tiny.font(), theme.muted)
        };
        let drawn = small(foot.right(), Align2::RIGHT_CENTER, words);
        let full = match self.by {
            ColorBy::Field(_) => theme.neutral(),
            _ => theme.category(0),
        };
        let mut mesh = Mesh::default();
        let left = drawn.left() - 6.0 - SAMPLE * samples.len() as f32;
        for (i, n) in samples.iter().enumerate() {
            let min = pos2(left + i as f32 * SAMPLE, y - 5.0);
            let sample = Rect::from_min_size(min, vec2(SAMPLE - 1.0, 10.0));
            mesh.add_colored_rect(sample, self.shade.color(*n, full, surface(theme)));
        }
        painter.add(mesh);
        match samples.len() {
            1 => left,
            _ => small(left - 6.0, Align2::RIGHT_CENTER, "1".to_owned()).left(),
        }
    }

    /// Which colour is which value, where cells are coloured by a field or by verdict.
    fn names_of_colors(&self, painter: &Painter, theme: &Theme, foot: Rect, y: f32, end: f32) {
        let names: Vec<(egui::Color32, &str)> = match self.by {
            ColorBy::Single => return,
            ColorBy::Verdict => vec![
                (theme.text, "suspicious"),
                (theme.muted, "watch"),
                (theme.faint, "cleared"),
                (theme.category(0), "no verdict"),
            ],
            ColorBy::Field(_) => {
                let values = self.counts.values().iter().enumerate();
                let named = values.map(|(i, value)| (theme.category(i), value.as_str()));
                named.chain([(theme.neutral(), "other")]).collect()
            }
        };
        let mut x = foot.left();
        for (color, name) in names {
            if x + 40.0 > end {
                // What has no room here is named by the read-out.
                painter.text(pos2(x, y), Align2::LEFT_CENTER, "…", Face::Tiny.font(), theme.muted);
                return;
            }
            painter.rect_filled(Rect::from_min_size(pos2(x, y - 4.0), vec2(8.0, 8.0)), 2, color);
            let name = crate::ui::widget::raw::visible_text(name);
            let at = pos2(x + 12.0, y);
            let room = (end - 12.0 - at.x).max(0.0);
            let drawn = text::paint_within(painter, at, room, &name, Face::Tiny, theme.muted);
            x = drawn.right() + 12.0;
        }
    }
}

/// The mark of things too small to be drawn one by one.
fn zigzag(painter: &Painter, at: egui::Pos2, color: egui::Color32) {
    let point = |i: i32| pos2(at.x + i as f32 * 2.5, at.y + if i % 2 == 0 { 3.0 } else { -3.0 });
    painter.line((0..5).map(point).collect(), Stroke::new(1.2, color));
}

/// The scrollbar beside the lanes.
pub fn scrollbar(
    ui: &Ui,
    card: &str,
    bar: Rect,
    extent: Extent,
    position: &mut Position,
    grabbed: &mut f32,
) {
    let theme = Theme::of(ui);
    let track = bar.shrink2(vec2(2.0, 2.0));
    if !extent.scrolls() || track.height() < 20.0 {
        return;
    }
    let height = extent.thumb(track.height());
    let room = (track.height() - height).max(1.0);
    let id = ui.scope_id().with((card, "scrollbar"));
    let response = ui.interact(bar, id, Sense::CLICK | Sense::DRAG);
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::accesskit::Role::ScrollBar, true, format!("{card}: scroll"))
    });
    let top = track.top() + (extent.share(*position) * f64::from(room)) as f32;
    if let Some(pos) = response.interact_pointer_pos() {
        if response.drag_started() || response.clicked() {
            let origin = ui.input(|i| i.pointer.press_origin()).unwrap_or(pos);
            let held = (top..top + height).contains(&origin.y);
            *grabbed = if held { origin.y - top } else { height / 2.0 };
        }
        if response.dragged() || response.clicked() {
            *position =
                extent.at_share(f64::from(pos.y - *grabbed - track.top()) / f64::from(room));
        }
    }
    let top = track.top() + (extent.share(*position) * f64::from(room)) as f32;
    let thumb = Rect::from_min_size(pos2(track.left(), top), vec2(track.width(), height));
    let active = response.dragged() || response.hovered();
    ui.painter().rect_filled(thumb, 3, if active { theme.muted } else { theme.none });
}

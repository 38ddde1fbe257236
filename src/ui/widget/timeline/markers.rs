//! Marker lines and their labels. Markers at one place are one line with one label; the pointer
//! and the keyboard reach each place.

use std::sync::Arc;

use egui::{Color32, Galley, Id, Rect, Sense, Stroke, Ui, pos2, vec2};

use crate::model::{Marker, MarkerKind, Time, TimeSpan};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::outline;
use crate::ui::widget::raw::visible_text;

use super::place::{Place, groups, place};
use super::summary::some;
use super::{Scale, Timeline, TimelineAction, TimelineState};

/// Height of a row of labels, points.
const LABEL_ROW: f32 = 13.0;
/// How much of what is visible stays so when one goes to a marker.
const NEAR: i64 = 4;

/// The colour of a kind of marker.
pub fn color(theme: &Theme, kind: MarkerKind) -> Color32 {
    match kind {
        MarkerKind::Release => theme.ok,
        MarkerKind::Ban => theme.bad,
        MarkerKind::Policy => theme.muted,
        MarkerKind::Incident => theme.warn,
    }
}

/// One line in a frame.
pub(super) struct Line {
    x: f32,
    color: Color32,
    label: Option<(Place, Arc<Galley>)>,
    /// Under the pointer or focused.
    lit: bool,
}

impl Timeline<'_> {
    /// Places the visible markers; a click on one, or Enter, goes near to it.
    pub(super) fn handle_markers(
        &self,
        ui: &Ui,
        id: Id,
        plot: Rect,
        scale: &Scale,
        state: &mut TimelineState,
        actions: &mut Vec<TimelineAction>,
    ) -> Vec<Line> {
        let theme = Theme::of(ui);
        let x = |m: &Marker| scale.x(m.at.0).round() + 0.5;
        let mut visible: Vec<&Marker> =
            self.markers.iter().filter(|m| plot.x_range().contains(x(m))).collect();
        visible.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.label.cmp(&b.label)));
        let places: Vec<f32> = visible.iter().map(|m| x(m)).collect();
        let groups = groups(&places);
        let galleys: Vec<Arc<Galley>> = groups
            .iter()
            .map(|group| {
                let mut text = visible_text(&visible[group.start].label).into_owned();
                if group.len() > 1 {
                    text += &format!(" +{}", group.len() - 1);
                }
                let ink = color(theme, visible[group.start].kind);
                ui.painter().layout_no_wrap(text, Face::Tiny.font(), ink)
            })
            .collect();
        let wanted: Vec<(f32, f32)> =
            groups.iter().zip(&galleys).map(|(g, text)| (places[g.start], text.size().x)).collect();
        let placed = place(&wanted, plot.left(), plot.right());
        let mut lines = Vec::with_capacity(groups.len());
        for ((group, galley), place) in groups.into_iter().zip(galleys).zip(placed) {
            let (x, here) = (places[group.start], &visible[group]);
            let target = target(plot, x, place, &galley);
            let response = ui.interact(target, id.with(("marker", here[0].at)), Sense::click());
            let words = || some(here, |marker| self.marker_words(marker));
            response.widget_info(|| {
                egui::WidgetInfo::labeled(egui::Role::Button, true, words().join("; "))
            });
            if response.clicked() {
                state.cursor = Some(Time(self.total.bins.grid().floor(here[0].at)));
                actions.push(TimelineAction::SetWindow(self.near(here[0].at)));
            }
            lines.push(Line {
                x,
                color: color(theme, here[0].kind),
                label: place.map(|place| (place, galley)),
                lit: response.hovered() || response.has_focus(),
            });
            response.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_ui(|ui| {
                ui.label(format!("{}\nClick to look closer", words().join("\n")));
            });
        }
        lines
    }

    /// `Release atlas-4, 14 Mar 2026 00:00:00 UTC`.
    pub(super) fn marker_words(&self, marker: &Marker) -> String {
        let kind = crate::ui::format::capitalised(marker.kind.as_str());
        let label = visible_text(&marker.label);
        format!("{kind} · {label} · {}", self.window.zone().stamp(marker.at))
    }

    /// The stretch around a time, a part of what is visible.
    fn near(&self, at: Time) -> super::Window {
        let half = self.window.visible().len_us() / NEAR / 2;
        let (start, end) = (at.0.saturating_sub(half), at.0.saturating_add(half));
        self.window.show(TimeSpan { start: Time(start), end: Time(end) })
    }
}

/// What the pointer has to hit: the label, or the top of a line without one. The bars below stay
/// free for a drag.
fn target(plot: Rect, x: f32, place: Option<Place>, galley: &Galley) -> Rect {
    match place {
        Some(place) => {
            let at = pos2(place.left, plot.top() + place.row as f32 * LABEL_ROW);
            Rect::from_min_size(at, galley.size())
                .union(Rect::from_min_size(pos2(x - 2.0, at.y), vec2(4.0, galley.size().y)))
        }
        None => Rect::from_min_size(pos2(x - 5.0, plot.top()), vec2(10.0, 2.0 * LABEL_ROW)),
    }
}

/// Draws the lines: dotted, and solid under the pointer.
pub(super) fn paint(ui: &Ui, plot: Rect, lines: &[Line]) {
    let theme = Theme::of(ui);
    let painter = ui.painter_at(plot.expand2(vec2(4.0, 0.0)));
    for line in lines {
        let top = plot.top() + if line.label.is_some() { 2.0 } else { LABEL_ROW };
        if line.lit {
            painter.vline(line.x, top..=plot.bottom(), Stroke::new(1.0, line.color));
        } else {
            let y = egui::Rangef::new(top, plot.bottom());
            outline::dotted_vline(&painter, line.x, y, line.color);
        }
        if let Some((place, galley)) = &line.label {
            let at = pos2(place.left, plot.top() + place.row as f32 * LABEL_ROW);
            // A label keeps readable over tall bars.
            let back = Rect::from_min_size(at, galley.size()).expand2(vec2(2.0, 0.0));
            let fill = if line.lit { theme.hover } else { theme.panel.gamma_multiply(0.8) };
            painter.rect_filled(back, 2, fill);
            painter.galley(at, galley.clone(), line.color);
        }
    }
}

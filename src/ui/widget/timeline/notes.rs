//! Notes on ranges of time: brackets above the bars, with as much of their text as fits.

use egui::{Id, Rect, Sense, Stroke, Ui, pos2, vec2};

use crate::model::TimeNote;
use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::text;

use super::place::groups;
use super::summary::some;
use super::{Scale, Timeline, TimelineAction};

/// The narrowest bracket, points: a short range in a long case is still seen.
const NARROWEST: f32 = 6.0;
/// Room a text needs to say anything, points.
const LEAST_TEXT: f32 = 28.0;

/// One bracket in a frame.
pub(super) struct Bracket {
    area: Rect,
    text: String,
    /// Where its text has to end.
    until: f32,
    lit: bool,
}

impl Timeline<'_> {
    /// Places the visible notes; a click on one selects its range.
    pub(super) fn handle_notes(
        &self,
        ui: &Ui,
        id: Id,
        strip: Rect,
        scale: &Scale,
        actions: &mut Vec<TimelineAction>,
    ) -> Vec<Bracket> {
        let visible = self.window.visible();
        let mut seen: Vec<&TimeNote> = self
            .notes
            .iter()
            .filter(|n| n.span.start < visible.end && n.span.end > visible.start)
            .collect();
        seen.sort_by_key(|n| (n.span.start, n.span.end, n.note.id));
        let x = |us: i64| scale.x(us).clamp(strip.left(), strip.right());
        let starts: Vec<f32> = seen.iter().map(|n| x(n.span.start.0)).collect();
        let groups = groups(&starts);
        let mut brackets = Vec::with_capacity(groups.len());
        for (i, group) in groups.iter().enumerate() {
            let here = &seen[group.clone()];
            let left = starts[group.start].min(strip.right() - NARROWEST);
            let end = here.iter().map(|n| x(n.span.end.0)).fold(left + NARROWEST, f32::max);
            let area = Rect::from_x_y_ranges(left..=end, strip.y_range());
            let next = groups.get(i + 1).map_or(strip.right(), |next| starts[next.start]);
            let words = match here {
                [one] => one_line(&one.note.text),
                many => format!("{} notes", many.len()),
            };
            let target = area.with_max_x(area.right().max(left + LEAST_TEXT).min(next));
            let response = ui.interact(target, id.with(("note", here[0].note.id)), Sense::click());
            let said = || some(here, |note| self.note_words(note));
            response.widget_info(|| {
                egui::WidgetInfo::labeled(egui::Role::Button, true, said().join("; "))
            });
            if response.clicked() {
                let range = Some(here[0].span);
                actions.push(TimelineAction::SetRange { range, finished: true });
            }
            let lit = response.hovered() || response.has_focus();
            brackets.push(Bracket { area, text: words, until: next - 8.0, lit });
            response.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_ui(|ui| {
                ui.label(format!("{}\nClick to select the range", said().join("\n\n")));
            });
        }
        brackets
    }

    /// `Note on 1 Mar 06:00 – 09:00 UTC by ann: odd hours`.
    pub(super) fn note_words(&self, note: &TimeNote) -> String {
        let when = self.when(note.span);
        let who = visible_text(&note.note.actor);
        let what = one_line(&note.note.text);
        format!("Note on {when} by {who}: {what}")
    }
}

fn one_line(text: &str) -> String {
    format::display(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Draws the brackets. What the analyst says is in the colour of text: it is neither a finding
/// nor a selection.
pub(super) fn paint(ui: &Ui, strip: Rect, plot: Rect, brackets: &[Bracket]) {
    let theme = Theme::of(ui);
    let painter = ui.painter_at(strip.union(plot).expand2(vec2(2.0, 2.0)));
    let bottom = strip.bottom() - 1.5;
    for bracket in brackets {
        let ink = if bracket.lit { theme.text } else { theme.muted };
        let stroke = Stroke::new(1.5, ink);
        let x = bracket.area.x_range();
        painter.hline(x, bottom, stroke);
        for end in [x.min, x.max] {
            painter.vline(end, bottom - 0.75..=bottom + 4.0, stroke);
        }
        if bracket.lit {
            let over = Rect::from_x_y_ranges(x, plot.y_range());
            painter.rect_filled(over, 0, theme.text.gamma_multiply(0.06));
        }
        let room = bracket.until - x.min;
        if room >= LEAST_TEXT {
            let at = pos2(x.min, strip.center().y - 2.0);
            text::paint_within(&painter, at, room, &bracket.text, Face::Tiny, ink);
        }
    }
}

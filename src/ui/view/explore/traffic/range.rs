//! What is selected, in words; a click on them opens two fields to type the range exactly.

use egui::{Key, Popup, PopupCloseBehavior, Role, Sense, TextEdit, Ui, WidgetInfo, pos2, vec2};

use crate::model::{Filter, Granularity, TimeSpan};
use crate::ui::scene::Scene;
use crate::ui::search;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme};
use crate::ui::view::traffic::within;
use crate::ui::widget::timeline::axis;
use crate::ui::widget::{Press, text};
use crate::ui::{Zone, format};

use super::super::query::Query;

/// What is typed.
#[derive(Default)]
pub struct RangeText {
    from: String,
    to: String,
    /// The range that the fields were filled from.
    filled: Option<Option<TimeSpan>>,
    error: Option<String>,
}

impl RangeText {
    /// Draws the words, and the fields under them while they are open.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        scene: &mut Scene<'_>,
        query: &Query,
        dragged: Option<Option<TimeSpan>>,
        counted: Granularity,
    ) {
        let theme = Theme::of(ui);
        let words = words(scene, query, dragged, counted);
        if words.is_empty() {
            return;
        }
        let room = ui.available_width().max(20.0);
        let mut job = text::pieces(&[(&words, Face::Body, theme.muted)]);
        job.wrap = egui::text::TextWrapping::truncate_at_width(room);
        let galley = ui.painter().layout_job(job);
        let size = vec2(galley.size().x, 22.0);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let name = format!("Type the range of time. {words}");
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        let lit = response.hovered() || response.has_focus();
        let ink = if lit { theme.text } else { theme.muted };
        let at = pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
        ui.painter().galley_with_override_text_color(at, galley, ink);
        let open = Popup::menu(&response)
            .gap(4.0)
            .width(280.0)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .show(|ui| self.fields(ui, scene))
            .is_some();
        if !open {
            self.filled = None;
        }
        response.on_hover_text("Click to type the range exactly");
    }

    fn fields(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let theme = Theme::of(ui);
        let range = scene.view.filter.time;
        if self.filled != Some(range) {
            let all = scene.index.span();
            let shown = range.map(|r| all.map_or(r, |all| within(r, all))).or(all);
            self.from = shown.map(|r| r.start.to_string()).unwrap_or_default();
            self.to = shown.map(|r| r.end.to_string()).unwrap_or_default();
            self.filled = Some(range);
            self.error = None;
        }
        let mut enter = false;
        for (label, typed) in [("From, UTC", &mut self.from), ("To, UTC", &mut self.to)] {
            ui.label(Face::Small.text(label).color(theme.muted));
            let field = TextEdit::singleline(typed)
                .font(Face::Mono.font())
                .desired_width(f32::INFINITY)
                .margin(egui::Margin::symmetric(8, 4));
            let response = ui.add(field).accessible_name(format!("Range: {label}"));
            enter |= response.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        }
        let zone = Zone::of(ui.ctx());
        if let (Ok(span), false) = (read(&self.from, &self.to), zone.is_utc()) {
            let there = format!("{} – {}", zone.stamp(span.start), zone.stamp(span.end));
            text::wrapped(ui, Face::Small.text(there).color(theme.muted));
        }
        let hint = "2026-03-01, 2026-03-01T12:30 or with an offset, …+02:00. A date as the end \
                    includes that day; empty is open";
        text::wrapped(ui, Face::Small.text(hint).color(theme.muted));
        if let Some(error) = &self.error {
            text::wrapped(ui, Face::Small.text(error).color(theme.bad));
        }
        let (mut apply, mut clear) = (false, false);
        ui.horizontal(|ui| {
            apply = ui.add(Press::new("Select").primary()).clicked();
            clear = range.is_some() && ui.add(Press::new("Lift the range")).clicked();
        });
        if apply || enter {
            match read(&self.from, &self.to) {
                Ok(span) => {
                    scene.ask(Action::Brush(Some(span)));
                    ui.close();
                }
                Err(error) => self.error = Some(error),
            }
        }
        if clear {
            scene.ask(Action::Brush(None));
            ui.close();
        }
    }
}

/// The range that two typed times are: as in a filter.
fn read(from: &str, to: &str) -> Result<TimeSpan, String> {
    let part = |text: &str| text.trim().replace(' ', "T");
    let (from, to) = (part(from), part(to));
    if from.is_empty() && to.is_empty() {
        return Err("Both ends are empty".to_owned());
    }
    let filter = Filter::parse(&format!("time:{from}..{to}")).map_err(|e| e.to_string())?;
    match filter.time {
        Some(span) if span.len_us() > 0 => Ok(span),
        Some(_) => Err("The range ends where it begins, or before".to_owned()),
        None => Err("These are no times".to_owned()),
    }
}

/// `2.4 d selected · 1,204,551 exchanges · 9,127 accounts`.
fn words(
    scene: &Scene<'_>,
    query: &Query,
    dragged: Option<Option<TimeSpan>>,
    counted: Granularity,
) -> String {
    let Some(shown) = query.shown() else { return String::new() };
    if query.waits() {
        return search::waiting(&search::whole(&scene.view.filter, &scene.view.selection)).into();
    }
    let mut parts = Vec::new();
    if let Some(range) = dragged.unwrap_or(scene.view.filter.time) {
        let inside = scene.index.span().map_or(range, |all| within(range, all));
        parts.push(format!("{} selected", axis::length_label(inside.len_us())));
    }
    let rows = u64::from(shown.totals.rows);
    let whole = search::whole(&scene.view.filter, &scene.view.selection);
    let is_its_own = query.answers(&scene.view.filter, &scene.view.selection);
    let so_far = if is_its_own { search::so_far(scene.index, &whole) } else { "" };
    parts.push(format!("{} {}{so_far}", format::count(rows), counted.word(rows)));
    parts.push(format::counted(shown.accounts, "account", "accounts"));
    if rows == 0 && !scene.view.selection.is_nothing() {
        parts.push("the selection is outside the filter".into());
    }
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_times_are_read_as_a_filter_reads_them() {
        let span = |from, to| read(from, to).map(|s| (s.start.to_string(), s.end.to_string()));
        let day = ("2026-03-01T00:00:00Z".to_owned(), "2026-03-03T00:00:00Z".to_owned());
        assert_eq!(span("2026-03-01", "2026-03-02"), Ok(day));
        let hours = ("2026-03-01T10:30:00Z".to_owned(), "2026-03-01T13:00:00Z".to_owned());
        assert_eq!(span("2026-03-01 12:30+02:00", "2026-03-01T13:00Z"), Ok(hours));
        for (from, to) in [("", " "), ("2026-03-01T10:00", "2026-03-01T10:00"), ("noon", "")] {
            assert!(span(from, to).is_err(), "{from} {to}");
        }
        assert!(span("2026-03-02", "2026-03-01").is_err());
    }
}

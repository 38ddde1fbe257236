//! What stands below the omnibox while it is typed in.

use egui::{Popup, Rect, Response, Ui, pos2, vec2};

use crate::model::filter::FilterError;
use crate::ui::app::App;
use crate::ui::format;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::{button, text};

use super::suggest::Suggestion;

/// What stands below the field while it is typed in: the error, what the filter means, or
/// the fields there are.
pub fn show(app: &mut App, field: &Response, error: Option<&FilterError>) {
    let mut replacement = None;
    let shown = Popup::from_response(field)
        .open(true)
        .gap(4.0)
        .width(field.rect.width())
        .close_behavior(egui::PopupCloseBehavior::IgnoreClicks)
        .accessible_name("Filter help")
        .show(|ui| {
            let width = field.rect.width() - 16.0;
            ui.set_min_width(width);
            ui.set_max_width(width);
            if let Some(error) = error {
                replacement = explain(ui, &app.omnibox.text, error);
            } else if !app.omnibox.text.trim().is_empty() {
                meaning(app, ui);
            } else if !app.view.filter.is_everything() {
                wording(app, ui);
            }
            if let Some(text) = suggested(ui, &app.omnibox.suggestions, app.omnibox.lit) {
                replacement = Some(text);
            }
            if app.omnibox.unlisted > 0 {
                let more = format!("{} more: type on", format::count(app.omnibox.unlisted as u64));
                ui.label(Face::Small.text(more).color(Theme::of(ui).muted));
            }
        });
    let focused = field.ctx.memory(|memory| memory.focused());
    let focused = focused.and_then(|id| field.ctx.read_response(id)).map(|r| r.layer_id);
    app.omnibox.is_below = shown.as_ref().is_some_and(|s| focused == Some(s.response.layer_id));
    app.omnibox.below = shown.map(|s| s.response.rect);
    if let Some(text) = replacement {
        app.omnibox.take(text);
    }
}

fn meaning(app: &App, ui: &mut Ui) {
    let theme = Theme::of(ui);
    if let Ok(filter) = app.omnibox.applied(&app.view.filter) {
        text::wrapped(ui, Face::Body.text(filter.to_sentence(app.counted())));
        ui.label(Face::Small.text("Enter applies it").color(theme.muted));
    }
}

/// The filter as it is, as a sentence whose parts can be clicked, to be changed one by one or
/// all together.
fn wording(app: &mut App, ui: &mut Ui) {
    let filter = app.view.filter.clone();
    let pills = filter.pills();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for (id, words) in filter.phrases(app.counted()) {
            let words = format::display(&words);
            match pills.iter().find(|pill| Some(pill.id) == id) {
                Some(pill) => {
                    let hint = format!("Edit {}", format::display(&pill.text));
                    if button::link(ui, &words).on_hover_text(hint).clicked() {
                        app.omnibox.edit(pill, &filter);
                    }
                }
                None => drop(ui.label(Face::Body.text(words))),
            }
        }
    });
    ui.horizontal(|ui| {
        if button::link(ui, "Edit all of it as text").clicked() {
            app.omnibox.edit_whole(&filter);
        }
        if button::link(ui, "Copy as text").clicked() {
            ui.ctx().copy_text(filter.to_string());
        }
    });
    ui.separator();
}

/// The error in words; returns the corrected text when the suggestion is taken.
fn explain(ui: &mut Ui, typed: &str, error: &FilterError) -> Option<String> {
    let theme = Theme::of(ui);
    let place = error.at.map_or(String::new(), |at| format!(", at character {}", at.start + 1));
    text::wrapped(ui, Face::Medium.text(format!("{}{place}", error.message)).color(theme.bad));
    if let Some(hint) = &error.hint {
        text::wrapped(ui, Face::Small.text(hint).color(theme.muted));
    }
    let (suggestion, at) = (error.suggestion.as_ref()?, error.at?);
    let taken = button::link(ui, format!("Did you mean {suggestion}?")).clicked();
    taken.then(|| {
        let before: String = typed.chars().take(at.start).collect();
        let after: String = typed.chars().skip(at.start + at.len).collect();
        format!("{before}{suggestion}{after}")
    })
}

/// The suggestions as rows; returns the text of the one that is clicked.
fn suggested(ui: &mut Ui, suggestions: &[Suggestion], at: Option<usize>) -> Option<String> {
    let theme = Theme::of(ui);
    let mut chosen = None;
    for (i, suggestion) in suggestions.iter().enumerate() {
        let room = vec2(ui.available_width(), 24.0);
        let (row, response) = ui.allocate_exact_size(room, egui::Sense::click());
        response.widget_info(|| {
            let role = egui::Role::Button;
            egui::WidgetInfo::selected(role, true, at == Some(i), &suggestion.word)
        });
        if at == Some(i) || response.hovered() || response.has_focus() {
            ui.painter().rect_filled(row, size::RADIUS, theme.hover);
        }
        let remark = ui.painter().layout_no_wrap(
            suggestion.remark.clone(),
            Face::MonoSmall.font(),
            theme.muted,
        );
        let room = (row.width() - remark.size().x.min(row.width() * 0.55) - 28.0).max(40.0);
        let word = &suggestion.word;
        text::paint_within(ui.painter(), text::left(row, 8.0), room, word, Face::Mono, theme.text);
        let left = row.right() - remark.size().x - 8.0;
        let left = left.max(row.left() + 8.0 + room + 10.0);
        let far = Rect::from_min_max(pos2(left, row.top()), row.max);
        let width = far.width() - 8.0;
        let remark = &suggestion.remark;
        let at = text::left(far, 0.0);
        text::paint_within(ui.painter(), at, width, remark, Face::MonoSmall, theme.muted);
        if response.clicked() {
            chosen = Some(suggestion.text.clone());
        }
    }
    chosen
}

//! The verdict box: what stands, three buttons, how sure, and why. Greys only: a verdict is not
//! an evidence level.

use egui::{Key, Modifiers, Ui};

use crate::model::{Confidence, Verdict};
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme, frame};
use crate::ui::widget::{Press, button, hold};
use crate::ui::{Command, Zone, format};

use super::draft::Draft;
use super::said::Standing;
use super::{applies_to, give, inferred, prose};

pub(super) fn show(
    ui: &mut Ui,
    scene: &mut Scene<'_>,
    accounts: &[String],
    draft: &mut Draft,
    standing: &Standing,
    focus: bool,
) {
    let theme = Theme::of(ui);
    frame::raised(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 8.0;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.label(Face::Section.text("Your verdict").color(theme.muted));
            let whom = format!("· {}", applies_to(accounts));
            ui.label(Face::Tiny.text(whom).color(theme.muted));
        });
        if scene.read_only {
            ui.label(standing.words());
            ui.label(Face::Small.text("This case is open for reading only").color(theme.muted));
            return;
        }
        buttons(ui, scene, accounts, draft, standing);
        if let Some(words) = standing.mixed_words() {
            ui.label(Face::Small.text(words).color(theme.muted));
        }
        ui.horizontal(|ui| {
            ui.label(Face::Small.text("Confidence").color(theme.muted));
            let options = Confidence::ALL.map(|c| (c, c.as_str()));
            let Some(confidence) = button::choice(ui, draft.confidence, &options) else { return };
            draft.confidence = confidence;
            // Of a verdict that stands it is changed at once, like the verdict itself; a reason that
            // is being written is not given by that.
            if let Some((verdict, _, reason)) = &standing.same {
                let standing = Draft { confidence, reason: reason.clone(), ..Draft::default() };
                scene.ask(give(accounts, &standing, Some(*verdict)));
            }
        });
        let (response, enter) = reason(ui, draft, focus);
        begin_with_findings(ui, scene, draft);
        // The next key is one of the review again.
        if foot(ui, scene, accounts, draft, standing, enter) || enter {
            response.surrender_focus();
        } else if response.has_focus() {
            ui.label(Face::Small.text(keys(standing)).color(theme.muted));
        }
    });
}

/// The field for the reason, and whether Enter ended it; with Shift, Enter breaks the line.
fn reason(ui: &mut Ui, draft: &mut Draft, focus: bool) -> (egui::Response, bool) {
    let field = prose::field(&mut draft.reason, "Reason, in your words…", Theme::of(ui));
    // Taken before the field sees it as a line break.
    let id = ui.make_persistent_id("reason");
    let typing = ui.memory(|m| m.focused()).is_some_and(|focused| focused == id);
    let enter = typing
        && ui.input_mut(|i| {
            !i.modifiers.shift
                && (i.consume_key(Modifiers::COMMAND, Key::Enter)
                    || i.consume_key(Modifiers::NONE, Key::Enter))
        });
    let response = ui.add(field.id(id)).accessible_name("Reason for the verdict");
    hold(ui, &response, focus);
    (response, enter)
}

/// What the keys do while a reason is written.
fn keys(standing: &Standing) -> &'static str {
    match standing.same {
        Some(_) => "Enter keeps the verdict with it · Shift Enter breaks the line · Esc leaves",
        None => "Enter ends it: J, K, 1, 2 and 3 are keys again · Shift Enter breaks the line",
    }
}

/// Offers the sentences of the findings as the beginning of a reason, which stays the analyst's own.
fn begin_with_findings(ui: &mut Ui, scene: &Scene<'_>, draft: &mut Draft) {
    if !draft.reason.is_empty() || !inferred::has_sentences(scene) {
        return;
    }
    if button::link(ui, "Begin with the findings").clicked() {
        draft.reason = inferred::in_sentences(scene).unwrap_or_default();
    }
}

fn buttons(
    ui: &mut Ui,
    scene: &mut Scene<'_>,
    accounts: &[String],
    draft: &Draft,
    standing: &Standing,
) {
    let commands = [Command::Suspicious, Command::Watch, Command::Cleared];
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        for (verdict, command) in Verdict::ALL.into_iter().zip(commands) {
            let on = standing.all_are(verdict, accounts.len());
            if verdict_button(ui, verdict, command, on).clicked() {
                scene.ask(give(accounts, draft, Some(verdict)));
            }
        }
    });
}

/// `1 Suspicious`; the one that stands is filled with grey.
fn verdict_button(ui: &mut Ui, verdict: Verdict, command: Command, on: bool) -> egui::Response {
    let theme = Theme::of(ui);
    let name = format::capitalised(verdict.as_str());
    let text = format!("{} {name}", command.key_text());
    let (fill, ink) = if on { (theme.muted, theme.panel) } else { (theme.raised, theme.text) };
    let face = if on { Face::Medium } else { Face::Body };
    let response = ui.add(
        egui::Button::new(face.text(text).color(ink))
            .fill(fill)
            .stroke(theme.hairline())
            .min_size(egui::vec2(0.0, 28.0)),
    );
    response.widget_info(|| {
        let label = format!("Mark as {}", verdict.as_str());
        egui::WidgetInfo::selected(egui::Role::Button, true, on, label)
    });
    response.on_hover_text(command.def().tooltip)
}

/// What can be done about a verdict that stands; `keep` asks for it with the reason written.
/// Returns whether that was done.
fn foot(
    ui: &mut Ui,
    scene: &mut Scene<'_>,
    accounts: &[String],
    draft: &Draft,
    standing: &Standing,
    keep: bool,
) -> bool {
    let theme = Theme::of(ui);
    if standing.given() == 0 {
        if !draft.reason.trim().is_empty() {
            let words = "Choose a verdict above to give this reason with it";
            ui.label(Face::Small.text(words).color(theme.muted));
        }
        return false;
    }
    let mut kept = false;
    // Above the button that comes and goes: nothing may slip below a pointer that was on it.
    ui.horizontal(|ui| {
        if let Some((who, at)) = &standing.by {
            let at = Zone::of(ui.ctx()).wall(*at);
            let by = format!("{who} · {} {}", format::date(at), format::clock(at));
            ui.label(Face::Tiny.text(by).color(theme.muted));
        }
        if button::link(ui, "Take it away").clicked() {
            scene.ask(give(accounts, draft, None));
        }
    });
    if let Some((verdict, _, reason)) = &standing.same
        && *reason != draft.reason.trim()
    {
        let update = Press::new("Keep the verdict with this reason");
        if ui.add(update).on_hover_text("Enter").clicked() || keep {
            kept = true;
            scene.ask(give(accounts, draft, Some(*verdict)));
        }
    }
    kept
}

//! Notes: what was written, by whom and when, and a field to write another.

use egui::text_edit::TextEditState;
use egui::{Key, Modifiers, Ui};

use crate::model::Note;
use crate::ui::Zone;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Judgement};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::raw::{visible_lines, visible_text};
use crate::ui::widget::{Press, button, glyph, hold, text};

use super::draft::Draft;
use super::said::Said;
use super::{applies_to, prose};

pub(super) fn show(
    ui: &mut Ui,
    scene: &mut Scene<'_>,
    accounts: &[String],
    draft: &mut Draft,
    said: &Said,
    focus: bool,
) {
    let theme = Theme::of(ui);
    text::section(ui, "Notes");
    if said.earlier_notes > 0 {
        let n = said.earlier_notes as u64;
        let earlier = format::counted(n, "earlier note", "earlier notes");
        ui.label(Face::Small.text(earlier).color(theme.muted));
    }
    let mut removed = None;
    for written in &said.notes {
        let of = (accounts.len() > 1).then(|| written.on_whom());
        if show_note(ui, &written.note, of.as_deref(), !scene.read_only) {
            removed = Some(&written.on);
        }
    }
    if let Some(on) = removed {
        let accounts = on.iter().map(|(account, _)| account.clone()).collect();
        let judgement = Judgement::RemoveNote { ids: on.iter().map(|(_, id)| *id).collect() };
        scene.ask(Action::Judge { accounts, judgement });
    }
    if !scene.read_only {
        field(ui, scene, accounts, draft, focus);
    }
}

fn field(ui: &mut Ui, scene: &mut Scene<'_>, accounts: &[String], draft: &mut Draft, focus: bool) {
    let theme = Theme::of(ui);
    let field = prose::field(&mut draft.note, "Write a note…", theme);
    // Taken before the field sees it as a line break.
    let id = ui.make_persistent_id("note");
    let typing = ui.memory(|m| m.focused()).is_some_and(|focused| focused == id);
    let enter = typing && ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter));
    let response = ui.add(field.id(id)).accessible_name("Write a note");
    hold(ui, &response, focus);
    if draft.note.trim().is_empty() {
        return;
    }
    let add = Press::new("Add the note");
    let clicked = ui
        .horizontal(|ui| {
            let clicked = ui.add(add).clicked();
            let words = match accounts.len() {
                1 => "Ctrl Enter".to_owned(),
                _ => applies_to(accounts),
            };
            ui.label(Face::Small.text(words).color(theme.muted));
            clicked
        })
        .inner;
    if clicked || enter {
        let judgement = Judgement::Note(draft.note.trim().to_owned());
        draft.note.clear();
        // Given: undo is now that of the case, and the field has nothing to bring back.
        response.surrender_focus();
        if let Some(mut state) = TextEditState::load(ui.ctx(), id) {
            state.clear_undoer();
            state.store(ui.ctx(), id);
        }
        scene.ask(Action::Judge { accounts: accounts.to_vec(), judgement });
    }
}

/// One note; returns whether it is to be removed.
fn show_note(ui: &mut Ui, note: &Note, account: Option<&str>, removable: bool) -> bool {
    let theme = Theme::of(ui);
    let mut removed = false;
    ui.horizontal(|ui| {
        let at = Zone::of(ui.ctx()).wall(note.at);
        let when = format!("{} {}", format::date(at), format::clock(at));
        let mut words = vec![when, visible_text(&note.actor).into_owned()];
        words.extend(account.map(str::to_owned));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if removable {
                let cross = |p: &egui::Painter, r: egui::Rect, c| glyph::cross(p, r.shrink(3.0), c);
                removed = button::icon(ui, "Remove this note", cross).clicked();
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                text::line(ui, Face::Tiny.text(words.join(" · ")).color(theme.muted));
            });
        });
    });
    text::wrapped(ui, Face::Body.text(visible_lines(&note.text)));
    ui.add_space(4.0);
    removed
}

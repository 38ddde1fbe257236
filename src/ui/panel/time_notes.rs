//! Notes on ranges of time: those that stand, and a field to write one on the range that is
//! brushed. Judgement, like the notes on accounts.

use std::collections::BTreeMap;

use egui::text_edit::TextEditState;
use egui::{Align, Key, Layout, Modifiers, TextEdit, Ui};

use crate::model::{Time, TimeNote, TimeSpan};
use crate::ui::Zone;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, OfTime};
use crate::ui::theme::{Face, Theme};
use crate::ui::view::traffic::within;
use crate::ui::widget::raw::{visible_lines, visible_text};
use crate::ui::widget::timeline::axis;
use crate::ui::widget::{Press, button, glyph, hold, text};

/// What is being written.
#[derive(Debug, Default)]
pub struct TimeNotes {
    /// One draft a range: looking at another range in between loses nothing.
    drafts: BTreeMap<(i64, i64), String>,
    focus: bool,
}

impl TimeNotes {
    /// Puts the cursor into the field in the next frame.
    pub fn focus(&mut self) {
        self.focus = true;
    }

    /// How many drafts were not given.
    pub fn ungiven(&self) -> usize {
        self.drafts.values().filter(|draft| !draft.trim().is_empty()).count()
    }

    /// A range that a draft was not given of.
    pub fn first_ungiven(&self) -> Option<TimeSpan> {
        let mut drafts = self.drafts.iter();
        let ((start, end), _) = drafts.find(|(_, draft)| !draft.trim().is_empty())?;
        Some(TimeSpan::new(Time(*start), Time(*end)))
    }

    /// Draws the section; nothing where there is no note and no range to write one on.
    pub fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let range = scene.view.filter.time.zip(scene.index.span());
        let range = range.map(|(range, all)| within(range, all)).filter(|r| r.len_us() > 0);
        let range = range.filter(|_| !scene.read_only);
        let focus = std::mem::take(&mut self.focus);
        if range.is_none() && scene.time_notes.is_empty() {
            return;
        }
        text::section(ui, "Notes on ranges of time");
        ui.add_space(4.0);
        let (zone, all) = (Zone::of(ui.ctx()), scene.index.span());
        let words = |span: TimeSpan| axis::words(span, zone, all.unwrap_or(span));
        for note in scene.time_notes.iter().rev() {
            if let Some(action) = one(ui, zone, words(note.span), note, !scene.read_only) {
                scene.actions.push(action);
            }
        }
        if let Some(span) = range {
            self.field(ui, scene, (words(span), span), focus);
        }
        ui.add_space(14.0);
    }

    fn field(
        &mut self,
        ui: &mut Ui,
        scene: &mut Scene<'_>,
        (words, span): (String, TimeSpan),
        focus: bool,
    ) {
        let theme = Theme::of(ui);
        let draft = self.drafts.entry((span.start.0, span.end.0)).or_default();
        let id = ui.make_persistent_id(("note on time", span.start.0, span.end.0));
        let field = TextEdit::multiline(draft)
            .hint_text(Face::Body.text("Write a note on this range…").color(theme.muted))
            .font(Face::Body.font())
            .desired_rows(2)
            .desired_width(f32::INFINITY)
            .margin(egui::Margin::symmetric(8, 6));
        // Taken before the field sees it as a line break.
        let typing = ui.memory(|m| m.focused()).is_some_and(|focused| focused == id);
        let enter = typing && ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter));
        ui.label(Face::Small.text(words).color(theme.muted));
        let response = ui.add(field.id(id)).accessible_name("Write a note on this range");
        hold(ui, &response, focus);
        if draft.trim().is_empty() {
            return;
        }
        let add = Press::new("Add the note");
        let clicked = ui.horizontal(|ui| {
            let clicked = ui.add(add).clicked();
            ui.label(Face::Small.text("Ctrl Enter").color(theme.muted));
            clicked
        });
        if clicked.inner || enter {
            let text = std::mem::take(draft).trim().to_owned();
            // Given: undo is now that of the case, and the field has nothing to bring back.
            response.surrender_focus();
            if let Some(mut state) = TextEditState::load(ui.ctx(), id) {
                state.clear_undoer();
                state.store(ui.ctx(), id);
            }
            scene.ask(Action::SayOfTime(OfTime::Note { span, text }));
        }
        self.drafts
            .retain(|key, draft| !draft.trim().is_empty() || *key == (span.start.0, span.end.0));
    }
}

/// One note, its range in words; what is asked of it.
fn one(ui: &mut Ui, zone: Zone, words: String, note: &TimeNote, removable: bool) -> Option<Action> {
    let theme = Theme::of(ui);
    let mut action = None;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if removable {
                let cross = |p: &egui::Painter, r: egui::Rect, c| glyph::cross(p, r.shrink(3.0), c);
                if button::icon(ui, "Remove this note on time", cross).clicked() {
                    let id = note.note.id;
                    action = Some(Action::SayOfTime(OfTime::RemoveNote { id }));
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let link = button::link(ui, words);
                if link.on_hover_text("Click to select the range").clicked() {
                    action = Some(Action::Brush(Some(note.span)));
                }
            });
        });
    });
    text::wrapped(ui, Face::Body.text(visible_lines(&note.note.text)));
    let who = visible_text(&note.note.actor);
    let wall = zone.wall(note.note.at);
    let said = format!("{who} · {} {}", format::date(wall), format::clock(wall));
    text::line(ui, Face::Tiny.text(said).color(theme.muted));
    ui.add_space(6.0);
    action
}

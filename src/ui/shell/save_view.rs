//! Giving the view a name, or keeping it as evidence.

use egui::{Context, Key, TextEdit};

use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{Press, question, text};

/// What is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaveView {
    /// The name.
    pub name: String,
    /// A remark; may be empty.
    pub remark: String,
    /// Whether it is kept as evidence.
    pub is_evidence: bool,
    /// Whether the field had the focus once.
    begun: bool,
}

/// How the question was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saving {
    /// Not yet.
    Undecided,
    /// Save it.
    Save,
    /// Do not.
    Leave,
}

/// Height a remark may take before it scrolls, points.
const REMARK: f32 = 160.0;

impl SaveView {
    /// Keeping the view as evidence.
    pub fn as_evidence() -> Self {
        Self { is_evidence: true, ..Self::default() }
    }

    /// The words that differ: title, name of the fields, hint of the remark, verb.
    fn words(&self, taken: bool) -> [&'static str; 5] {
        match (self.is_evidence, taken) {
            (true, _) => [
                "Keep as evidence",
                "Title of the evidence",
                "Remark on the evidence",
                "What it proves, or does not",
                "Keep",
            ],
            (false, taken) => [
                "Save this view",
                "Name of the view",
                "Remark on the view",
                "What is to be seen in it",
                if taken { "Replace" } else { "Save" },
            ],
        }
    }

    /// What was typed, for another time.
    pub fn put_aside(self) -> Self {
        Self { begun: false, ..self }
    }

    /// Asks. `shown` says what the view shows, `ready` whether that is counted, `taken` whether
    /// there is one of that name.
    pub fn ask(
        &mut self,
        ctx: &Context,
        shown: &str,
        ready: bool,
        taken: impl Fn(&str) -> bool,
    ) -> Saving {
        let theme = Theme::named(ctx.theme() == egui::Theme::Dark);
        let mut saving = Saving::Undecided;
        let [title, name_of, remark_of, hint, verb] = self.words(taken(self.name.trim()));
        let is_put_away = question(ctx, "save view", 440.0, |ui| {
            ui.label(Face::Title.text(title));
            ui.add_space(4.0);
            text::wrapped(ui, Face::Body.text(shown).color(theme.muted));
            ui.add_space(10.0);
            let name = TextEdit::singleline(&mut self.name)
                .hint_text(
                    Face::Body
                        .text(if self.is_evidence { "Title" } else { "Name" })
                        .color(theme.muted),
                )
                .desired_width(f32::INFINITY);
            let name = ui.add(name).accessible_name(name_of);
            if !self.begun {
                name.request_focus();
                self.begun = true;
            }
            ui.add_space(6.0);
            let remark = TextEdit::multiline(&mut self.remark)
                .hint_text(Face::Body.text(hint).color(theme.muted))
                .desired_rows(2)
                .desired_width(f32::INFINITY);
            // A long remark must not push the buttons out of the window.
            egui::ScrollArea::vertical().max_height(REMARK).show(ui, |ui| {
                ui.add(remark).accessible_name(remark_of);
            });
            ui.add_space(14.0);
            let enter = ui.input(|i| i.key_pressed(Key::Enter));
            let ctrl = ui.input(|i| i.modifiers.command);
            let by_key = enter && (name.lost_focus() || ctrl);
            let named = ready && !self.name.trim().is_empty();
            if by_key && !named {
                name.request_focus();
            }
            ui.horizontal(|ui| {
                let save = ui.add_enabled(named, Press::new(verb).primary());
                if named && (save.clicked() || by_key) {
                    saving = Saving::Save;
                }
                if ui.add(Press::new("Cancel").quiet()).clicked() {
                    saving = Saving::Leave;
                }
            });
        });
        if saving == Saving::Undecided && is_put_away {
            saving = Saving::Leave;
        }
        saving
    }
}

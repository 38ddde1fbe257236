//! A field whose text is kept by the case: what is typed is given when the field is left, or with
//! Ctrl Enter.

use std::collections::BTreeMap;

use egui::{Id, Key, Modifiers, TextEdit, Ui};

use crate::model::book::Entry;
use crate::ui::theme::{Face, Theme};

/// Which text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Of {
    /// The entry; 0 for one that is not written yet.
    pub entry: u64,
    /// Which of its texts.
    pub name: &'static str,
}

/// What is being typed.
#[derive(Debug, Default)]
pub struct Drafts(BTreeMap<Of, String>);

/// How a field looks.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Its name for those who cannot see it.
    pub name: &'static str,
    /// What stands in it while it is empty.
    pub hint: &'static str,
    /// How it is written.
    pub face: Face,
    /// Lines; 1: Enter gives it.
    pub lines: usize,
}

impl Drafts {
    /// How many are not given.
    pub fn ungiven(&self) -> usize {
        self.0.len()
    }

    /// Forgets what was typed of entries that are gone.
    pub fn tidy(&mut self, book: &[Entry]) {
        let is_there = |id| id == 0 || book.iter().any(|entry| entry.id == id);
        self.0.retain(|of, _| is_there(of.entry));
    }

    /// Draws a field; the text that was given, where it is another one than `stored`.
    pub fn field(&mut self, ui: &mut Ui, of: Of, stored: &str, look: Look) -> Option<String> {
        let theme = Theme::of(ui);
        let id = Id::unique(("case book", of.entry, of.name));
        let mut text = self.0.get(&of).cloned().unwrap_or_else(|| stored.to_owned());
        let typing = ui.memory(|m| m.has_focus(id));
        let given = typing && ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter));
        let edit = match look.lines {
            1 => TextEdit::singleline(&mut text),
            _ => TextEdit::multiline(&mut text).desired_rows(look.lines),
        };
        let edit = edit
            .id(id)
            .font(look.face.font())
            .hint_text(look.face.text(look.hint).color(theme.muted))
            .desired_width(f32::INFINITY)
            .margin(egui::Margin::symmetric(6, 4));
        let response = ui.add(edit).accessible_name(look.name);
        if response.changed() {
            self.0.insert(of, text.clone());
        }
        if given {
            response.surrender_focus();
        }
        if !given && !response.lost_focus() {
            return None;
        }
        // Esc is no way to say something.
        if ui.input(|i| i.key_pressed(Key::Escape)) {
            self.0.remove(&of);
            return None;
        }
        let text = self.0.remove(&of)?;
        (text.trim() != stored.trim()).then(|| text.trim().to_owned())
    }
}

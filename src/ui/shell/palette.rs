//! The command palette: every command by name.

use egui::{Align2, Area, Context, Id, Key, Modal, TextEdit, Ui, vec2};

use crate::ui::command::{COMMANDS, Command, Definition};
use crate::ui::theme::{Face, Theme, size};

/// Rows shown at once.
const ROWS: usize = 12;

/// The open palette.
#[derive(Clone, Debug, Default)]
pub struct Palette {
    query: String,
    at: usize,
    shown: bool,
}

/// What became of the palette in this frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// It stays open.
    Nothing,
    /// It was closed.
    Closed,
    /// This was chosen.
    Command(Command),
}

impl Palette {
    /// A palette in which something was typed already.
    pub fn searching(query: String) -> Self {
        Self { query, ..Self::default() }
    }

    /// Commands that match, best first: those whose text starts with the query, then those that
    /// contain each of its words.
    fn matches(&self, available: impl Fn(Command) -> bool) -> Vec<&'static Definition> {
        let query = self.query.trim().to_lowercase();
        let words: Vec<&str> = query.split_whitespace().collect();
        let mut found: Vec<&Definition> = COMMANDS
            .iter()
            .filter(|d| d.command != Command::Palette && available(d.command))
            .filter(|d| {
                let text = format!("{} {} {}", d.text, d.tooltip, d.group.title()).to_lowercase();
                words.iter().all(|w| text.contains(w))
            })
            .collect();
        found.sort_by_key(|d| !d.text.to_lowercase().starts_with(&query));
        found
    }

    /// Draws it.
    pub fn show(&mut self, ctx: &Context, available: impl Fn(Command) -> bool) -> Chosen {
        let theme = Theme::named(ctx.theme() == egui::Theme::Dark);
        let found = self.matches(available);
        self.at = self.at.min(found.len().saturating_sub(1));
        let mut chosen = Chosen::Nothing;
        let area: Area =
            Modal::default_area(Id::unique("palette")).anchor(Align2::CENTER_TOP, vec2(0.0, 84.0));
        let modal = Modal::new(Id::unique("palette"))
            .area(area)
            .backdrop_color(theme.backdrop)
            .show(ctx, |ui| {
                ui.set_width(520.0);
                self.keys(ui, &found, &mut chosen);
                self.field(ui);
                ui.add_space(4.0);
                self.list(ui, &found, &mut chosen);
            });
        if chosen == Chosen::Nothing && modal.should_close() {
            chosen = Chosen::Closed;
        }
        chosen
    }

    fn keys(&mut self, ui: &Ui, found: &[&Definition], chosen: &mut Chosen) {
        let pressed = |key| ui.input_mut(|i| i.consume_key(egui::Modifiers::NONE, key));
        if pressed(Key::ArrowDown) && self.at + 1 < found.len() {
            self.at += 1;
        }
        if pressed(Key::ArrowUp) {
            self.at = self.at.saturating_sub(1);
        }
        if pressed(Key::Enter)
            && let Some(def) = found.get(self.at)
        {
            *chosen = Chosen::Command(def.command);
        }
    }

    fn field(&mut self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        let edit = TextEdit::singleline(&mut self.query)
            .id_salt("query")
            .hint_text(Face::Body.text("Type a command").color(theme.muted))
            .align(Align2::LEFT_CENTER)
            .desired_width(f32::INFINITY)
            .min_size(vec2(0.0, 32.0));
        let response = ui.add(edit).accessible_name("Type a command");
        if !std::mem::replace(&mut self.shown, true) {
            response.request_focus();
        }
        if response.changed() {
            self.at = 0;
        }
    }

    fn list(&mut self, ui: &mut Ui, found: &[&Definition], chosen: &mut Chosen) {
        let theme = Theme::of(ui);
        if found.is_empty() {
            ui.add_space(8.0);
            ui.label(Face::Body.text("No command of that name").color(theme.muted));
            return;
        }
        ui.spacing_mut().item_spacing.y = 1.0;
        let first = self.at.saturating_sub(ROWS - 1);
        for (i, def) in found.iter().enumerate().skip(first).take(ROWS) {
            let row = egui::Button::new(Face::Body.text(def.text).color(theme.text))
                .shortcut_text(Face::MonoSmall.text(def.command.key_text()))
                .selected(i == self.at)
                .frame_when_inactive(i == self.at)
                .min_size(vec2(ui.available_width(), size::LIST_ROW));
            let response = ui.add(row).on_hover_text(def.tooltip);
            if response.clicked() {
                *chosen = Chosen::Command(def.command);
            }
        }
        let left = found.len().saturating_sub(first + ROWS);
        if left > 0 {
            ui.label(Face::Small.text(format!("{left} more below")).color(theme.muted));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(query: &str) -> Vec<&'static str> {
        Palette::searching(query.into()).matches(|_| true).iter().map(|d| d.text).collect()
    }

    #[test]
    fn every_word_must_occur_and_a_beginning_comes_first() {
        assert_eq!(texts("export").first(), Some(&"Export package…"));
        assert_eq!(texts("verify").first(), Some(&"Verify this case"));
        assert!(texts("case open").contains(&"Open a case…"));
        assert_eq!(texts("no such thing"), Vec::<&str>::new());
        assert_eq!(texts("").len(), COMMANDS.len() - 1);
    }
}

//! The command palette: every command and every saved view by name.

use egui::{Align2, Area, Context, Id, Key, Modal, TextEdit, Ui, vec2};

use crate::model::SavedView;
use crate::ui::command::{COMMANDS, Command, Definition};
use crate::ui::format;
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
    /// The saved view of this id was chosen.
    View(u64),
}

/// A row.
struct Row {
    text: String,
    tooltip: String,
    key: String,
    chosen: Chosen,
}

impl Row {
    fn of_command(def: &Definition) -> Self {
        Self {
            text: def.text.to_owned(),
            tooltip: def.tooltip.to_owned(),
            key: def.command.key_text(),
            chosen: Chosen::Command(def.command),
        }
    }

    fn of_view(view: &SavedView) -> Self {
        Self {
            text: format!("Saved view: {}", format::display(&view.name)),
            tooltip: format::display(&view.note.text),
            key: String::new(),
            chosen: Chosen::View(view.note.id),
        }
    }
}

impl Palette {
    /// A palette in which something was typed already.
    pub fn searching(query: String) -> Self {
        Self { query, ..Self::default() }
    }

    /// Commands, then saved views that match, best first: those whose text starts with the query,
    /// then those that contain each of its words.
    fn matches(&self, available: impl Fn(Command) -> bool, views: &[SavedView]) -> Vec<Row> {
        let query = self.query.trim().to_lowercase();
        let words: Vec<&str> = query.split_whitespace().collect();
        let says = |text: String| {
            let text = text.to_lowercase();
            words.iter().all(|w| text.contains(w))
        };
        let commands = COMMANDS
            .iter()
            .filter(|d| d.command != Command::Palette && available(d.command))
            .filter(|d| says(format!("{} {} {}", d.text, d.tooltip, d.group.title())))
            .map(Row::of_command);
        let views = views
            .iter()
            .filter(|v| says(format!("saved view {} {}", v.name, v.note.text)))
            .map(Row::of_view);
        let mut found: Vec<Row> = commands.chain(views).collect();
        found.sort_by_key(|row| !row.text.to_lowercase().starts_with(&query));
        found
    }

    /// Draws it.
    pub fn show(
        &mut self,
        ctx: &Context,
        available: impl Fn(Command) -> bool,
        views: &[SavedView],
    ) -> Chosen {
        let theme = Theme::named(ctx.theme() == egui::Theme::Dark);
        let found = self.matches(available, views);
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

    fn keys(&mut self, ui: &Ui, found: &[Row], chosen: &mut Chosen) {
        let pressed = |key| ui.input_mut(|i| i.consume_key(egui::Modifiers::NONE, key));
        if pressed(Key::ArrowDown) && self.at + 1 < found.len() {
            self.at += 1;
        }
        if pressed(Key::ArrowUp) {
            self.at = self.at.saturating_sub(1);
        }
        if pressed(Key::Enter)
            && let Some(row) = found.get(self.at)
        {
            *chosen = row.chosen;
        }
    }

    fn field(&mut self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        let edit = TextEdit::singleline(&mut self.query)
            .id_salt("query")
            .hint_text(
                Face::Body.text("Type a command or the name of a saved view").color(theme.muted),
            )
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

    fn list(&mut self, ui: &mut Ui, found: &[Row], chosen: &mut Chosen) {
        let theme = Theme::of(ui);
        if found.is_empty() {
            ui.add_space(8.0);
            ui.label(Face::Body.text("No command or saved view of that name").color(theme.muted));
            return;
        }
        ui.spacing_mut().item_spacing.y = 1.0;
        let first = self.at.saturating_sub(ROWS - 1);
        for (i, row) in found.iter().enumerate().skip(first).take(ROWS) {
            let button = egui::Button::new(Face::Body.text(&row.text).color(theme.text))
                .truncate()
                .shortcut_text(Face::MonoSmall.text(&row.key))
                .selected(i == self.at)
                .frame_when_inactive(i == self.at)
                .min_size(vec2(ui.available_width(), size::LIST_ROW));
            let mut response = ui.add(button);
            if !row.tooltip.is_empty() {
                response = response.on_hover_text(&row.tooltip);
            }
            if response.clicked() {
                *chosen = row.chosen;
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
    use crate::model::{Note, Time};

    fn texts(query: &str) -> Vec<String> {
        let view = SavedView {
            name: "Night burst".into(),
            note: Note { id: 7, text: String::new(), at: Time(0), actor: String::new() },
            state: String::new(),
            rows: 1,
            accounts: 1,
        };
        let palette = Palette::searching(query.into());
        palette.matches(|_| true, &[view]).into_iter().map(|row| row.text).collect()
    }

    #[test]
    fn every_word_must_occur_and_a_beginning_comes_first() {
        let first = |query| texts(query).first().cloned().unwrap_or_default();
        assert_eq!(first("export"), "Export package…");
        assert_eq!(first("verify"), "Verify this case");
        assert!(texts("case open").contains(&"Open a case…".to_owned()));
        assert_eq!(texts("no such thing"), Vec::<String>::new());
        assert_eq!(first("view burst"), "Saved view: Night burst");
        assert_eq!(texts("").len(), COMMANDS.len());
    }
}

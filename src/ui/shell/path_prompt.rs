//! Asks for a path where the desktop has no file dialog.

use std::path::PathBuf;

use egui::{Context, Key, TextEdit};

use crate::ui::app::dialogs::Purpose;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{Press, question, text};

/// What is being asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPrompt {
    /// What for.
    pub purpose: Purpose,
    /// What is typed.
    path: String,
    /// Whether something is there: asked when the text changes, for a disk may be slow.
    is_there: bool,
    /// Whether the field had the focus once.
    begun: bool,
}

/// How it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// Not yet.
    Undecided,
    /// This one.
    Path(PathBuf),
    /// None.
    Leave,
}

impl PathPrompt {
    /// Asks for a path.
    pub fn of(purpose: Purpose) -> Self {
        Self { purpose, path: String::new(), is_there: false, begun: false }
    }

    /// Asks.
    pub fn ask(&mut self, ctx: &Context) -> Given {
        let theme = Theme::named(ctx.theme() == egui::Theme::Dark);
        let mut given = Given::Undecided;
        let is_put_away = question(ctx, "path", 520.0, |ui| {
            ui.label(Face::Title.text(self.purpose.question()));
            ui.add_space(4.0);
            let why = "This desktop offers no file dialog: type or paste the path";
            text::wrapped(ui, Face::Body.text(why).color(theme.muted));
            ui.add_space(10.0);
            let hint = Face::Body.text("/home/ann/logs/march.jsonl").color(theme.muted);
            let field = TextEdit::singleline(&mut self.path).hint_text(hint);
            let field = ui.add(field.desired_width(f32::INFINITY)).accessible_name("Path");
            if !self.begun {
                field.request_focus();
                self.begun = true;
            }
            let path = PathBuf::from(self.path.trim());
            if field.changed() {
                // A folder to export into need not be there yet.
                self.is_there = self.purpose == Purpose::ExportFolder || path.exists();
            }
            let (is_typed, is_there) = (!self.path.trim().is_empty(), self.is_there);
            let words = if is_typed && !is_there { "Nothing is there" } else { "" };
            ui.add_space(4.0);
            ui.label(Face::Small.text(words).color(theme.warn));
            ui.add_space(8.0);
            let enter = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
            if enter && !(is_typed && is_there) {
                field.request_focus();
            }
            ui.horizontal(|ui| {
                let open = Press::new("Go on").primary();
                let open = ui.add_enabled(is_typed && is_there, open);
                if open.clicked() || (enter && is_typed && is_there) {
                    given = Given::Path(path);
                }
                if ui.add(Press::new("Cancel").quiet()).clicked() {
                    given = Given::Leave;
                }
            });
        });
        if given == Given::Undecided && is_put_away {
            given = Given::Leave;
        }
        given
    }
}

//! The half of a frame that draws nothing: jobs are polled, actions and commands applied.

use std::path::PathBuf;

use crate::ui::Command;
use crate::ui::shell::Palette;
use crate::ui::state::{Action, Screen, ViewState};

use super::open::{Answer, Purpose};
use super::{App, Overlay};

impl App {
    pub(super) fn run_logic(&mut self, ctx: &egui::Context) {
        self.take_drops(ctx);
        self.poll_dialogs();
        for action in std::mem::take(&mut self.actions) {
            self.apply(ctx, action);
        }
        self.title(ctx);
    }

    fn take_drops(&mut self, ctx: &egui::Context) {
        let dropped: Vec<PathBuf> =
            ctx.input(|i| i.raw.dropped_files.iter().map(|f| f.path().to_owned()).collect());
        if !dropped.is_empty() {
            self.actions.push(Action::Open(dropped));
        }
    }

    fn poll_dialogs(&mut self) {
        match self.dialogs.poll() {
            Some(Answer::Chosen(Purpose::Logs | Purpose::Case, paths)) => {
                self.actions.push(Action::Open(paths));
            }
            Some(Answer::Chosen(Purpose::Locate(gone), paths)) => {
                self.memory.forget(&gone);
                self.actions.push(Action::Open(paths));
            }
            Some(Answer::Chosen(Purpose::ExportFolder | Purpose::Package, _)) | None => {}
            Some(Answer::Unavailable) => self.fail(
                "This desktop offers no file dialog",
                "Drop files on the window, or paste their path into the field on top",
            ),
        }
    }

    fn apply(&mut self, ctx: &egui::Context, action: Action) {
        match action {
            Action::Run(command) => self.run(ctx, command),
            Action::Go(screen) => self.look(|view| view.screen = screen),
            Action::Open(_paths) => {}
            Action::Filter(filter) => self.look(|view| view.filter = filter),
            Action::Brush(range) => self.look(|view| view.filter.time = range),
            Action::Look(window) => self.look(|view| view.window = window),
            Action::Select(selection) => self.look(|view| view.selection = selection),
            // Nothing can be said while no case is open.
            Action::Judge { .. } => {}
            Action::Hover(hover) => self.hover = hover,
        }
    }

    /// Changes where the analyst looks, and remembers the way back.
    fn look(&mut self, change: impl FnOnce(&mut ViewState)) {
        let before = self.view.clone();
        change(&mut self.view);
        if self.view != before {
            self.trail.leave(before);
        }
    }

    fn run(&mut self, ctx: &egui::Context, command: Command) {
        if !self.available(command) {
            return;
        }
        match command {
            Command::OpenLogs => self.dialogs.ask(ctx, Purpose::Logs),
            Command::OpenCase => self.dialogs.ask(ctx, Purpose::Case),
            Command::VerifyPackage => self.dialogs.ask(ctx, Purpose::Package),
            Command::Overview => self.look(|view| view.screen = Screen::Overview),
            Command::Explore => self.look(|view| view.screen = Screen::Explore),
            Command::Back => {
                if let Some(view) = self.trail.back(&self.view) {
                    self.view = view;
                }
            }
            Command::Forward => {
                if let Some(view) = self.trail.forward(&self.view) {
                    self.view = view;
                }
            }
            Command::Search => self.omnibox.focus(),
            Command::Palette => self.overlay = Overlay::Palette(Palette::default()),
            Command::Help => self.overlay = Overlay::Help,
            Command::ToggleTheme => self.switch_theme(ctx),
            Command::LargerText => self.zoom(ctx, 0.1),
            Command::SmallerText => self.zoom(ctx, -0.1),
            Command::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
            _ => {}
        }
    }

    fn switch_theme(&mut self, ctx: &egui::Context) {
        self.memory.dark = !self.memory.dark;
        ctx.set_theme(egui::Theme::from_dark_mode(self.memory.dark));
    }

    fn zoom(&mut self, ctx: &egui::Context, by: f32) {
        self.memory.zoom = ((self.memory.zoom + by) * 10.0).round().clamp(7.0, 20.0) / 10.0;
        ctx.set_zoom_factor(self.memory.zoom);
    }

    fn title(&mut self, ctx: &egui::Context) {
        let title = "Stillwatch".to_owned();
        if title != self.titled {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.titled = title;
        }
    }
}

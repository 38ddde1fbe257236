//! The half of a frame that draws: bars, navigation, screen, panel, and what lies over them.

use egui::{CentralPanel, Frame, Panel, Popup, Ui};

use crate::ui::Command;
use crate::ui::shell;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Theme, frame, size};

use super::{App, Overlay};

impl App {
    pub(super) fn draw(&mut self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        // Escape belongs to whatever lies on top; asked before it can close itself.
        let covered = !matches!(self.overlay, Overlay::None) || Popup::is_any_open(ui.ctx());
        ui.painter().rect_filled(ui.max_rect(), 0.0, theme.bg);
        Panel::top("top")
            .exact_size(size::TOP_BAR)
            .resizable(false)
            .frame(frame::panel(theme))
            .show(ui, |ui| shell::top_bar(self, ui));
        Panel::bottom("status")
            .exact_size(size::STATUS_BAR)
            .resizable(false)
            .frame(frame::panel(theme))
            .show(ui, |ui| shell::status_bar(self, ui));
        Panel::left("navigation")
            .exact_size(size::NAVIGATION)
            .resizable(false)
            .frame(frame::panel(theme))
            .show(ui, |ui| shell::navigation(self, ui));
        CentralPanel::default().frame(Frame::new().fill(theme.bg)).show(ui, |ui| {
            shell::notices(self, ui);
            self.screen(ui);
        });
        self.overlays(ui);
        if !covered && let Some(command) = Command::pressed(ui.ctx()) {
            self.actions.push(Action::Run(command));
        }
        if !self.actions.is_empty() {
            ui.ctx().request_repaint();
        }
    }

    fn screen(&mut self, ui: &mut Ui) {
        match self.view.screen {
            Screen::Start | Screen::Import | Screen::Overview | Screen::Explore => {
                crate::ui::view::start::show(self, ui);
            }
        }
    }

    fn overlays(&mut self, ui: &mut Ui) {
        match std::mem::take(&mut self.overlay) {
            Overlay::None => {}
            Overlay::Palette(mut palette) => {
                let available = |c: Command| self.available(c);
                match palette.show(ui.ctx(), available) {
                    shell::Chosen::Nothing => self.overlay = Overlay::Palette(palette),
                    shell::Chosen::Closed => {}
                    shell::Chosen::Command(command) => self.actions.push(Action::Run(command)),
                }
            }
            Overlay::Help => {
                if !shell::help(ui.ctx()) {
                    self.overlay = Overlay::Help;
                }
            }
        }
    }
}

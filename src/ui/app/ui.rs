//! The half of a frame that draws: bars, navigation, screen, panel, and what lies over them.

use egui::{CentralPanel, Frame, Margin, Panel, Popup, Ui};

use crate::ui::Command;
use crate::ui::layout::region;
use crate::ui::panel::whole_case;
use crate::ui::shell;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Theme, frame, size};
use crate::ui::view;

use super::sheet::Sheet;
use super::{App, Overlay};

impl App {
    pub(super) fn draw(&mut self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        // Escape belongs to whatever lies on top; asked before it can close itself.
        let covered = !matches!(self.overlay, Overlay::None) || Popup::is_any_open(ui.ctx());
        ui.painter().rect_filled(ui.max_rect(), 0.0, theme.bg);
        self.count(ui);
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
        self.side(ui);
        CentralPanel::default().frame(Frame::new().fill(theme.bg)).show(ui, |ui| {
            shell::notices(self, ui);
            let rest = ui.available_rect_before_wrap();
            region(ui, rest, |ui| self.screen(ui));
        });
        self.overlays(ui);
        if !covered && let Some(command) = Command::pressed(ui.ctx()) {
            self.actions.push(Action::Run(command));
        }
        if !self.actions.is_empty() {
            ui.ctx().request_repaint();
        }
    }

    /// Asks for the numbers that bars and panel show on every screen.
    fn count(&mut self, ui: &Ui) {
        let Self { session, view, hover, actions, .. } = self;
        if let Some(session) = session {
            session.check_custody(ui.ctx());
            session.scene(view, hover, actions, |screens, scene| {
                screens.overview.ask(ui.ctx(), scene);
            });
        }
    }

    fn side(&mut self, ui: &mut Ui) {
        if self.sheet.is_none() && self.session.is_none() {
            return;
        }
        let theme = Theme::of(ui);
        Panel::right("panel")
            .exact_size(size::SIDE_PANEL)
            .resizable(false)
            .frame(frame::panel(theme).inner_margin(Margin::same(14)))
            .show(ui, |ui| self.panel(ui));
    }

    fn panel(&mut self, ui: &mut Ui) {
        let closed = match &self.sheet {
            Some(Sheet::Verify(sheet)) => Some(view::verify::show(ui, sheet)),
            Some(Sheet::Export(_)) => Some(view::export::show(self, ui)),
            None => None,
        };
        if let Some(closed) = closed {
            if closed {
                self.sheet = None;
            }
            return;
        }
        let Self { session, view, hover, actions, .. } = self;
        let Some(session) = session else { return };
        session.scene(view, hover, actions, |screens, scene| {
            if scene.view.selection.is_nothing() {
                let facts = screens.overview.facts();
                let facts = facts.filter(|_| screens.overview.error().is_none());
                whole_case::show(ui, scene, facts);
            } else {
                screens.panel.show(ui, scene);
            }
        });
    }

    fn screen(&mut self, ui: &mut Ui) {
        if self.import.is_some() {
            return view::import::show(self, ui);
        }
        let Self { session, view, hover, actions, opening, .. } = self;
        let Some(session) = session else {
            match opening.loading() {
                Some((path, progress)) => shell::loading(ui, path, progress, actions),
                None => view::start::show(self, ui),
            }
            return;
        };
        let path = session.case.path.clone();
        session.scene(view, hover, actions, |screens, scene| match scene.view.screen {
            Screen::Explore => screens.explore.show(ui, scene),
            Screen::Rejects => screens.rejects.show(ui, scene, &path),
            Screen::Start | Screen::Import | Screen::Overview => screens.overview.show(ui, scene),
        });
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
            Overlay::Where(logs) => {
                let case = self.session.as_ref().map_or("", |s| s.title()).to_owned();
                match shell::ask_where(ui.ctx(), &case, &logs) {
                    shell::Place::Undecided => self.overlay = Overlay::Where(logs),
                    shell::Place::Nowhere => {}
                    shell::Place::Here => self.actions.push(Action::Import { logs, here: true }),
                    shell::Place::New => self.actions.push(Action::Import { logs, here: false }),
                }
            }
        }
    }
}

//! The half of a frame that draws: bars, navigation, screen, panel, and what lies over them.

use std::path::PathBuf;

use egui::{CentralPanel, Frame, Margin, Panel, Popup, Ui, UiBuilder};

use crate::ui::keys::{Pressed, hold_typed};
use crate::ui::panel::whole_case;
use crate::ui::search;
use crate::ui::shell;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Theme, frame, size};
use crate::ui::view;
use crate::ui::{Command, Keys};

use super::sheet::Sheet;
use super::{App, Overlay};

impl App {
    pub(super) fn draw(&mut self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        let ctx = ui.ctx().clone();
        hold_typed(&ctx);
        // Keys belong to whatever lies on top; asked before it can close itself.
        self.keys = Keys {
            covered: !matches!(self.overlay, Overlay::None) || Popup::is_any_open(&ctx),
            typing: self.typed || ctx.text_edit_focused(),
        };
        let first = self.actions.len();
        let mut pressed = self.keys.take_shortcuts(&ctx);
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
            // A notice above must not change by what the things below it are known, or a
            // click that has begun is lost.
            let rest = UiBuilder::new()
                .max_rect(ui.available_rect_before_wrap())
                .scope_id(egui::Id::unique(("screen", self.view.screen)));
            let mut screen = ui.new_child(rest);
            let clip = screen.max_rect();
            screen.shrink_clip_rect(clip);
            self.screen(&mut screen);
        });
        self.overlays(ui);
        pressed.extend(self.keys.take_plain(&ctx));
        pressed.extend(self.keys.of_pointer(&ctx));
        self.press(first, pressed);
        self.typed = ctx.text_edit_focused();
        if !self.actions.is_empty() {
            ctx.request_repaint();
        }
    }

    /// Has the commands run whose keys were pressed: before what was clicked after them in the
    /// same frame, and after everything else. `first` is where this frame's actions begin.
    fn press(&mut self, mut first: usize, pressed: Vec<Pressed>) {
        for Pressed { command, before_click } in pressed {
            let action = Action::Run(command);
            if before_click {
                self.actions.insert(first, action);
                first += 1;
            } else {
                self.actions.push(action);
            }
        }
    }

    /// Asks for the numbers that bars and panel show on every screen.
    fn count(&mut self, ui: &Ui) {
        let Self { session, view, hover, keys, actions, .. } = self;
        if let Some(session) = session {
            session.read_once(ui.ctx());
            let whole = search::whole(&view.filter, &view.selection);
            session.searches.follow(ui.ctx(), &session.case.index, &whole);
            session.scene(view, hover, *keys, actions, |screens, scene| {
                screens.overview.ask(ui.ctx(), scene);
                screens.findings.ask(ui.ctx(), scene);
            });
        }
    }

    fn side(&mut self, ui: &mut Ui) {
        let has_look = self.opening.loading().is_some_and(|case| case.look.is_some());
        let has_more = self.sheet.is_some() || self.session.is_some() || self.review.is_some();
        if !has_look && !has_more {
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
        if let Some(case) = self.opening.loading().filter(|case| case.look.is_some()) {
            return shell::loading_beside(ui, case, &mut self.actions);
        }
        if self.review.is_some() {
            return view::review::side(self, ui);
        }
        let closed = match &self.sheet {
            Some(Sheet::Verify(sheet)) => Some(view::verify::show(ui, sheet)),
            Some(Sheet::Export(_)) => Some(view::export::show(self, ui)),
            Some(Sheet::Shown(_)) => Some(view::shown::show(self, ui)),
            Some(Sheet::Merge(_)) => Some(view::merge::show(self, ui)),
            None => None,
        };
        if let Some(closed) = closed {
            if closed {
                self.sheet = None;
            }
            return;
        }
        let Self { session, view, hover, keys, actions, .. } = self;
        let Some(session) = session else { return };
        session.scene(view, hover, *keys, actions, |screens, scene| {
            if scene.view.screen == Screen::Network && screens.network.has_panel() {
                screens.network.panel(ui, scene);
            } else if scene.view.screen == Screen::Dossier && screens.dossier.has_panel() {
                screens.dossier.panel(ui, scene);
            } else if scene.view.selection.is_nothing() {
                let facts = screens.overview.facts();
                let facts = facts.filter(|_| screens.overview.error().is_none());
                let coverage = screens.overview.coverage();
                whole_case::show(ui, scene, facts, coverage, screens.time_notes);
            } else {
                screens.panel.show(ui, scene);
            }
        });
    }

    fn screen(&mut self, ui: &mut Ui) {
        if let Some(case) = self.opening.loading() {
            match case.look {
                Some(look) => view::overview::first_look::show(ui, look),
                None => shell::loading(ui, case, &mut self.actions),
            }
            return;
        }
        if self.review.is_some() {
            return view::review::show(self, ui);
        }
        if self.import.is_some() {
            return view::import::show(self, ui);
        }
        #[cfg(feature = "pdf")]
        if self.view.screen == Screen::Report && self.session.is_some() {
            return view::report::show(self, ui);
        }
        let Self { session, view, hover, keys, actions, .. } = self;
        let Some(session) = session else { return view::start::show(self, ui) };
        let path = session.case.path.clone();
        let save = session.case.save_state();
        let custody = view::audit::Custody {
            is_saved: save.pending == 0 && save.failed.is_none(),
            verified: session.verified,
            exports: session.exports,
            rejected: session.case.info.rejects,
            templates: session.case.index.templates(),
        };
        session.scene(view, hover, *keys, actions, |screens, scene| match scene.view.screen {
            Screen::Findings => screens.findings.show(ui, scene),
            Screen::Explore => screens.explore.show(ui, scene),
            Screen::Network => screens.network.show(ui, scene),
            Screen::Dossier => screens.dossier.show(ui, screens.findings, screens.network, scene),
            Screen::Compare => screens.compare.show(ui, scene),
            Screen::Case => screens.book.show(ui, scene),
            Screen::Audit => screens.audit.show(ui, scene, &path, &custody),
            Screen::Rejects => screens.rejects.show(ui, scene, &path),
            Screen::Joins => screens.joins.show(ui, scene, &path),
            Screen::Start | Screen::Import | Screen::Overview | Screen::Report => {
                let listing = screens.findings.newest();
                screens.overview.show(ui, listing.as_deref(), scene);
            }
        });
    }

    fn overlays(&mut self, ui: &mut Ui) {
        match std::mem::take(&mut self.overlay) {
            Overlay::None => {}
            Overlay::Palette(mut palette) => {
                let available = |c: Command| self.available(c);
                let case = self.session.as_ref().map(|session| &session.case);
                let views = case.map_or(&[][..], |case| case.saved_views());
                match palette.show(ui.ctx(), available, views) {
                    shell::Chosen::Nothing => self.overlay = Overlay::Palette(palette),
                    shell::Chosen::Closed => {}
                    shell::Chosen::Command(command) => self.actions.push(Action::Run(command)),
                    shell::Chosen::View(id) => self.actions.push(Action::OpenView(id)),
                }
            }
            Overlay::Help => {
                if !shell::help(ui.ctx()) {
                    self.overlay = Overlay::Help;
                }
            }
            Overlay::Where { logs, beside } => self.ask_where(ui, logs, beside),
            Overlay::Leave(away) => self.ask_leave(ui.ctx(), away),
            Overlay::SaveView(asked) => self.ask_name(ui.ctx(), asked),
            Overlay::Path(mut prompt) => match prompt.ask(ui.ctx()) {
                shell::Given::Undecided => self.overlay = Overlay::Path(prompt),
                shell::Given::Leave => {}
                shell::Given::Path(path) => self.chosen(ui.ctx(), prompt.purpose, vec![path]),
            },
        }
    }

    fn ask_where(&mut self, ui: &Ui, logs: Vec<PathBuf>, beside: PathBuf) {
        let Some(session) = &self.session else { return };
        match shell::ask_where(ui.ctx(), session.title(), &logs) {
            shell::Place::Undecided => self.overlay = Overlay::Where { logs, beside },
            shell::Place::Nowhere => {}
            shell::Place::Here => {
                let case = session.case.path.clone();
                self.actions.push(Action::Import { logs, case });
            }
            shell::Place::New => self.actions.push(Action::Import { logs, case: beside }),
        }
    }
}

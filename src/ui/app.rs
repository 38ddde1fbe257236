//! The application: its state, and the two halves of a frame.
//!
//! `logic` polls jobs and applies what was asked for, in order; `ui` draws and asks.

mod logic;
pub(super) mod open;
mod ui;

use std::path::PathBuf;

use crate::model::Time;

use super::Command;
use super::command::Needs;
use super::memory::Memory;
use super::shell::{Omnibox, Palette};
use super::state::{Action, Hover, Trail, ViewState};
use super::theme;
use super::view::start::Start;

pub use open::Dialogs;

/// What a window starts with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// A case and logs to open.
    pub paths: Vec<PathBuf>,
    /// The case file to read logs into, where it was named.
    pub case: Option<PathBuf>,
    /// Where recent cases are remembered; `None` remembers nothing.
    pub config_dir: Option<PathBuf>,
    /// Where the sample case is unpacked to.
    pub data_dir: PathBuf,
    /// The clock.
    pub now: fn() -> Time,
    /// Added to UTC to get the analyst's wall clock, µs.
    pub offset_us: i64,
}

/// Something the analyst must know; stays until dismissed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub title: String,
    /// Where, why, and what to try.
    pub detail: String,
    /// Whether something failed.
    pub bad: bool,
}

/// What lies over the screen.
#[derive(Debug, Default)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// Every command by name.
    Palette(Palette),
    /// Keys and filter language.
    Help,
}

/// The window.
pub struct App {
    pub(super) setup: Setup,
    pub(super) view: ViewState,
    pub(super) trail: Trail,
    /// What the pointer was on in the last frame.
    pub(super) hover: Hover,
    pub(super) actions: Vec<Action>,
    pub(super) memory: Memory,
    pub(super) overlay: Overlay,
    pub(super) notices: Vec<Notice>,
    pub(super) omnibox: Omnibox,
    pub(super) dialogs: Dialogs,
    pub(super) start: Start,
    /// The title of the window as it was last set.
    titled: String,
}

impl App {
    /// Sets up fonts, theme and state; opens what `setup` names.
    pub fn new(cc: &eframe::CreationContext<'_>, setup: Setup) -> Self {
        theme::apply(&cc.egui_ctx);
        let memory = setup.config_dir.as_deref().map(Memory::load).unwrap_or_default();
        cc.egui_ctx.set_theme(egui::Theme::from_dark_mode(memory.dark));
        cc.egui_ctx.set_zoom_factor(memory.zoom);
        let mut app = Self {
            view: ViewState::default(),
            trail: Trail::default(),
            hover: Hover::default(),
            actions: Vec::new(),
            overlay: Overlay::None,
            notices: Vec::new(),
            omnibox: Omnibox::default(),
            dialogs: Dialogs::default(),
            start: Start::default(),
            titled: String::new(),
            memory,
            setup,
        };
        if !app.setup.paths.is_empty() || app.setup.case.is_some() {
            app.actions.push(Action::Open(app.setup.paths.clone()));
        }
        app
    }

    /// Whether a case is open.
    pub(super) fn has_case(&self) -> bool {
        false
    }

    /// Whether a command makes sense now.
    pub fn available(&self, command: Command) -> bool {
        let needs = match command.def().needs {
            Needs::Nothing => true,
            Needs::Case | Needs::Selection => false,
        };
        needs
            && match command {
                Command::Back => self.trail.ways().0,
                Command::Forward => self.trail.ways().1,
                _ => true,
            }
    }

    /// Takes a case off the list of recent ones.
    pub(super) fn forget_case(&mut self, path: &std::path::Path) {
        self.memory.forget(path);
    }

    /// Tells the analyst that something failed.
    pub(super) fn fail(&mut self, title: impl Into<String>, detail: impl Into<String>) {
        self.notices.push(Notice { title: title.into(), detail: detail.into(), bad: true });
    }
}

/// The time by the system's clock.
pub fn now() -> Time {
    Time(jiff::Timestamp::now().as_microsecond())
}

/// What is added to UTC to get the wall clock here and now, µs.
pub fn local_offset_us() -> i64 {
    let offset = jiff::tz::TimeZone::system().to_offset(jiff::Timestamp::now());
    i64::from(offset.seconds()) * crate::model::time::SECOND_US
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.run_logic(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
    }
}

//! The application: its state, and the two halves of a frame.
//!
//! `logic` polls jobs and applies what was asked for, in order; `ui` draws and asks.

mod closing;
mod copy;
pub mod detect;
pub mod dialogs;
mod findings;
pub mod import;
mod judge;
pub mod leave;
mod logic;
pub mod merge;
mod navigate;
mod open;
mod picture;
mod recount;
mod remember;
pub mod review;
mod sample;
pub mod session;
pub mod sheet;
mod templates;
mod ui;
mod views;

use std::path::PathBuf;

use crate::case::Author;
use crate::model::Time;

use super::command::Needs;
use super::memory::Memory;
use super::shell::{Omnibox, Palette, PathPrompt, SaveView, Zones};
use super::state::{Action, Hover, Screen, Trail, ViewState};
use super::theme;
use super::view::start::Start;
use super::{Command, Keys, Zone};

use dialogs::Dialogs;
use import::Import;
use leave::Away;
use navigate::Steps;
use open::Opening;
pub use open::{Early, OnItsWay};
use remember::Remembering;
use review::Review;
use session::Session;
use sheet::Sheet;
use views::Reopened;

/// What a window starts with.
#[derive(Debug)]
pub struct Setup {
    /// A case and logs to open.
    pub paths: Vec<PathBuf>,
    /// The case file to read logs into, where it was named.
    pub case: Option<PathBuf>,
    /// The case to open, where that was begun before there was a window.
    pub early: Option<Early>,
    /// Where recent cases are remembered; `None` remembers nothing.
    pub config_dir: Option<PathBuf>,
    /// Where the sample case goes, and cases whose logs lie in a read-only folder.
    pub data_dir: PathBuf,
    /// The analyst's name, as the journal records it.
    pub actor: String,
    /// The clock.
    pub now: fn() -> Time,
    /// Added to UTC to get the analyst's wall clock, µs.
    pub offset_us: i64,
    /// Whether prompt templates are looked for, and detectors run on a case for the first time,
    /// without being asked when it is opened.
    pub looks_unasked: bool,
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
    /// Logs came while a case is open: into it, or into a new one?
    Where {
        /// The logs.
        logs: Vec<PathBuf>,
        /// The new one it would be.
        beside: PathBuf,
    },
    /// Something would be lost by going there.
    Leave(Away),
    /// The view gets a name.
    SaveView(SaveView),
    /// A path is typed where there is no file dialog.
    Path(PathPrompt),
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
    /// A view that was being named when the dialog was left.
    pub(super) view_draft: SaveView,
    /// The same of evidence.
    pub(super) evidence_draft: SaveView,
    pub(super) zones: Zones,
    pub(super) dialogs: Dialogs,
    pub(super) start: Start,
    /// The open case.
    pub(super) session: Option<Session>,
    /// A case or files on their way in.
    pub(super) opening: Opening,
    /// Logs that are looked at before they are read.
    pub(super) review: Option<Review>,
    /// Whether the logs that are being sorted are to be looked at, whatever they are.
    review_asked: bool,
    /// Logs being read, or what became of them.
    pub(super) import: Option<Import>,
    /// Export or verification, where the selection panel usually is.
    pub(super) sheet: Option<Sheet>,
    /// What was last done, for the status bar, and when by the window's clock, s.
    pub(super) done: Option<(String, f64)>,
    /// A view that was opened and is counted again.
    reopened: Option<Reopened>,
    /// Who gets the keys of this frame.
    pub(super) keys: Keys,
    /// Whether a text field had the focus at the end of the last frame: Escape takes it away
    /// before the next one begins.
    typed: bool,
    /// Where the question whether to leave was answered for.
    away: Option<Away>,
    /// Whether what is not on disk may be lost: the analyst said so.
    forced: bool,
    /// Whether the window is about to close.
    quitting: bool,
    steps: Steps,
    remembering: Remembering,
    /// How many cases were opened.
    versions: u64,
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
        Zone::named(&memory.zone).unwrap_or_default().apply(&cc.egui_ctx);
        let mut app = Self {
            view: ViewState::default(),
            trail: Trail::default(),
            hover: Hover::default(),
            actions: Vec::new(),
            overlay: Overlay::None,
            notices: Vec::new(),
            omnibox: Omnibox::default(),
            view_draft: SaveView::default(),
            evidence_draft: SaveView::default(),
            zones: Zones::default(),
            dialogs: Dialogs::default(),
            start: Start::default(),
            session: None,
            opening: Opening::default(),
            review: None,
            review_asked: false,
            import: None,
            sheet: None,
            done: None,
            reopened: None,
            keys: Keys::default(),
            typed: false,
            away: None,
            forced: false,
            quitting: false,
            steps: Steps::default(),
            remembering: Remembering::new(&memory),
            versions: 0,
            titled: String::new(),
            memory,
            setup,
        };
        app.begin(&cc.egui_ctx);
        app
    }

    /// Takes up what the window was opened on.
    fn begin(&mut self, ctx: &egui::Context) {
        if let Some(early) = self.setup.early.take() {
            self.setup.case = None;
            self.opening.go_on(ctx, early);
            return;
        }
        let mut paths = self.setup.paths.clone();
        // A case that is there is opened; one that is not is made by the import.
        paths.extend(self.setup.case.clone().filter(|case| case.exists()));
        if !paths.is_empty() {
            self.actions.push(Action::Open(paths));
        }
    }

    /// Whether a case is open.
    pub(super) fn has_case(&self) -> bool {
        self.session.is_some()
    }

    /// Whether logs are being read.
    pub(super) fn is_importing(&self) -> bool {
        self.import.as_ref().is_some_and(Import::is_running)
    }

    /// Whether a command makes sense now.
    pub fn available(&self, command: Command) -> bool {
        if command == Command::Report && cfg!(not(feature = "pdf")) {
            return false;
        }
        let writable = self.session.as_ref().is_some_and(|s| !s.case.is_read_only());
        let needs = match command.def().needs {
            Needs::Nothing => true,
            // A review covers the screens of a case.
            Needs::Case => self.has_case() && self.review.is_none(),
            Needs::Explore => {
                self.has_case()
                    && self.review.is_none()
                    && self.import.is_none()
                    && self.view.screen == Screen::Explore
            }
            Needs::Network => {
                self.has_case()
                    && self.review.is_none()
                    && self.import.is_none()
                    && self.view.screen == Screen::Network
            }
            Needs::Chosen => {
                self.has_case() && self.review.is_none() && !self.view.selection.is_nothing()
            }
            Needs::Findings => {
                self.has_case()
                    && self.review.is_none()
                    && self.import.is_none()
                    && self.session.as_ref().is_some_and(|s| s.case.analysis().is_some())
            }
            // While a sheet works the panel is not in sight, and so neither is what a verdict
            // would say.
            Needs::Selection | Needs::SelectionOrRange => {
                let range = self.view.filter.time.is_some();
                let range = range && command.def().needs == Needs::SelectionOrRange;
                writable
                    && (range || !self.view.selection.is_nothing())
                    && !self.is_sheet_working()
                    && self.review.is_none()
            }
        };
        let history = self.session.as_ref().map(|s| s.case.history());
        needs
            && match command {
                Command::OpenLogs
                | Command::ReviewLogs
                | Command::OpenCase
                | Command::OpenSample => {
                    !self.is_importing() && !self.opening.is_busy() && self.review.is_none()
                }
                Command::SaveView | Command::KeepEvidence => writable,
                Command::Undo => {
                    self.can_undo_here() || (writable && history.is_some_and(|h| h.depth() > 0))
                }
                Command::Redo => {
                    self.can_redo_here()
                        || (writable && history.is_some_and(|h| h.redo_title().is_some()))
                }
                Command::Back => self.trail.ways().0,
                Command::Forward => self.trail.ways().1,
                Command::FindTemplates => {
                    writable && self.session.as_ref().is_some_and(|s| s.finding.is_none())
                }
                Command::RunDetectors => {
                    writable && self.session.as_ref().is_some_and(|s| !s.detecting.is_busy())
                }
                Command::ClearFilter => {
                    !self.view.filter.is_everything() || !self.view.aside.is_empty()
                }
                _ => true,
            }
    }

    /// Who edits, and when.
    pub(super) fn author(&self) -> Author {
        Author { actor: self.setup.actor.clone(), at: (self.setup.now)() }
    }

    /// Tells the analyst that something failed.
    pub(super) fn fail(&mut self, title: impl Into<String>, detail: impl Into<String>) {
        self.notices.push(Notice { title: title.into(), detail: detail.into(), bad: true });
    }

    /// Tells the analyst something that did not fail.
    pub(super) fn say(&mut self, title: impl Into<String>, detail: impl Into<String>) {
        self.notices.push(Notice { title: title.into(), detail: detail.into(), bad: false });
    }
}

/// The time by the clock of the journal; the system's where that cannot be read.
pub fn now() -> Time {
    let system = |_| Time(jiff::Timestamp::now().as_microsecond());
    crate::case::author::now().unwrap_or_else(system)
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

    fn on_exit(&mut self, _: Option<&eframe::glow::Context>) {
        // Waits until every edit is on disk and nothing writes any more.
        self.leave_case(|| {});
        if let Some(import) = self.import.take() {
            import.stop();
        }
        if let Some(sheet) = self.sheet.take() {
            sheet.stop();
        }
        self.opening.settle();
        self.remember_now();
    }
}

//! The half of a frame that draws nothing: jobs are polled, actions and commands applied.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::case::{FailedSource, ImportOptions, ImportedSource};
use crate::model::Verdict;
use crate::ui::ViewState;
use crate::ui::command::{Group, Needs};
use crate::ui::panel::selection::Writing;
use crate::ui::shell::{Palette, PathPrompt};
use crate::ui::state::{Action, Booking, Detect, Screen};
use crate::ui::view::network;
use crate::ui::{Command, format};

use super::dialogs::{Answer, Purpose};
use super::leave::Away;
use super::review::FirstLook;
use super::session::file_name;
use super::sheet::Sheet;
use super::{App, Overlay};

impl App {
    pub(super) fn run_logic(&mut self, ctx: &egui::Context) {
        self.steps.begin(ctx);
        self.take_drops(ctx);
        self.poll_dialogs(ctx);
        self.poll_opening(ctx);
        self.poll_review(ctx);
        self.poll_import(ctx);
        self.poll_sheet(ctx);
        self.poll_saving(ctx);
        self.poll_templates(ctx);
        self.poll_detectors(ctx);
        self.compare_view(ctx);
        self.watch_the_window(ctx);
        for action in std::mem::take(&mut self.actions) {
            self.apply(ctx, action);
        }
        self.remember(ctx);
        self.title(ctx);
    }

    fn take_drops(&mut self, ctx: &egui::Context) {
        let dropped: Vec<PathBuf> =
            ctx.input(|i| i.raw.dropped_files.iter().map(|f| f.path().to_owned()).collect());
        if !dropped.is_empty() {
            self.actions.push(Action::Open(dropped));
        }
    }

    fn poll_dialogs(&mut self, ctx: &egui::Context) {
        match self.dialogs.poll() {
            Some(Answer::Chosen(purpose, paths)) => self.chosen(ctx, purpose, paths),
            Some(Answer::Unavailable(Purpose::Picture(path))) => self.save_picture(Some(path)),
            Some(Answer::Unavailable(purpose)) => {
                self.overlay = Overlay::Path(PathPrompt::of(purpose));
            }
            None => {}
        }
    }

    /// Does with paths what they were chosen for.
    pub(super) fn chosen(&mut self, ctx: &egui::Context, purpose: Purpose, paths: Vec<PathBuf>) {
        let first = paths.first().cloned();
        match (purpose, first) {
            (Purpose::Logs | Purpose::Case, _) => self.actions.push(Action::Open(paths)),
            (Purpose::Review, _) => self.actions.push(Action::Review(paths)),
            (Purpose::Mapping, Some(path)) => {
                if let Some(review) = &mut self.review {
                    review.load(path);
                }
            }
            (Purpose::Locate(gone), _) => {
                self.memory.forget(&gone);
                self.actions.push(Action::Open(paths));
            }
            (Purpose::ExportFolder, Some(folder)) => {
                if let Some(Sheet::Export(sheet)) = &mut self.sheet {
                    sheet.choose(&folder);
                }
            }
            (Purpose::Package, Some(package)) => self.open_verify(ctx, package),
            (Purpose::Merge, Some(case)) => self.open_merge(case),
            (Purpose::Picture(_), path) => self.save_picture(path),
            (Purpose::Places, Some(path)) => {
                if let Some(session) = &mut self.session {
                    session.network.read_places(ctx, path);
                }
            }
            (_, None) => {}
        }
    }

    /// Goes on to the import where there is nothing to look at.
    fn poll_review(&mut self, ctx: &egui::Context) {
        let Some(review) = &mut self.review else { return };
        match review.poll(ctx) {
            FirstLook::Nothing | FirstLook::Worth => {}
            FirstLook::Plain => {
                let request = review.request();
                self.review = None;
                self.leave(ctx, Away::Import(Box::new(request)));
            }
            FirstLook::Failed(error) => {
                self.review = None;
                self.fail("Nothing to import", format::display(&error));
            }
        }
    }

    fn poll_import(&mut self, ctx: &egui::Context) {
        let Some(import) = &mut self.import else { return };
        if !import.poll() {
            return;
        }
        if let Some(rate) = import.rate_of_all() {
            self.memory.import_bytes_per_s = Some(rate);
        }
        let Some(import) = &self.import else { return };
        // All went well: nothing to read on this screen, so on to the case.
        if let Some(Ok(report)) = &import.outcome
            && report.failed.is_empty()
            && !report.sources.is_empty()
            && report.sources.iter().all(|s| s.info.problem.is_none())
        {
            let case = report.case.clone();
            let said = [skipped(&report.skipped), unread(&report.sources)];
            self.load(ctx, case);
            for (title, detail) in said.into_iter().flatten() {
                self.say(title, detail);
            }
        }
    }

    /// Edits are written by another thread, which does not wake the window.
    fn poll_saving(&mut self, ctx: &egui::Context) {
        let Some(session) = &self.session else { return };
        let state = session.case.save_state();
        // What failed waits for the analyst, whose click draws the next frame.
        if state.pending > 0 && state.failed.is_none() {
            ctx.request_repaint_after_secs(0.1);
        }
    }

    fn apply(&mut self, ctx: &egui::Context, action: Action) {
        match action {
            Action::Run(command) => {
                self.run(ctx, command);
                // What was clicked after a key is no part of its step.
                self.steps.begin(ctx);
            }
            Action::Go(Screen::Compare) => self.run(ctx, Command::Compare),
            Action::Go(Screen::Report) => self.run(ctx, Command::Report),
            Action::Go(screen) => self.look(ctx, |view| view.screen = screen),
            Action::Open(paths) => self.open(ctx, paths),
            Action::Say { title, detail } => self.say(title, detail),
            Action::Filter(filter) => self.look(ctx, |view| view.refine(filter)),
            Action::OpenView(id) => self.open_view(ctx, id),
            Action::RemoveView(id) => self.remove_view(ctx, id),
            Action::SetAside(id) => self.look(ctx, |view| view.set_aside(id)),
            Action::TakeBack(at) => self.look(ctx, |view| view.take_back(at)),
            Action::DropAside(at) => self.look(ctx, |view| {
                if at < view.aside.len() {
                    view.aside.remove(at);
                }
            }),
            Action::Pin(text) => self.look(ctx, |view| {
                let before = view.pinned.len();
                view.pinned.retain(|pinned| *pinned != text);
                if view.pinned.len() == before {
                    view.pinned.push(text);
                }
            }),
            Action::Show { filter, selection } => self.look(ctx, |view| {
                view.refine(filter);
                view.selection = selection;
            }),
            Action::ExportShown(shown) => self.open_shown(shown),
            Action::Brush(range) => {
                self.look(ctx, |view| view.refine(view.filter.brushed(range)));
            }
            Action::Look(window) => self.look(ctx, |view| view.window = window),
            Action::Select(selection) => self.select(ctx, selection),
            Action::Turn(tab) => self.view.tab = tab,
            Action::Judge { accounts, judgement } => self.judge(ctx, &accounts, &judgement),
            Action::SayOfTime(said) => self.say_of_time(ctx, &said),
            Action::Book(Booking::Open(id)) => self.open_evidence(ctx, id),
            Action::Book(said) => self.write_book(ctx, &said),
            Action::ShowTimesIn(zone) => {
                self.memory.zone = zone.name().to_owned();
                zone.apply(ctx);
            }
            Action::Import { logs, case } => {
                let request = self.request(case, logs, ImportOptions::default());
                self.look_first(ctx, request);
            }
            Action::Review(paths) => {
                self.review_asked = true;
                self.open(ctx, paths);
            }
            Action::Reread(source_id) => self.reread(ctx, source_id),
            Action::DecideJoins(decided) => self.leave(ctx, Away::Recount(decided)),
            Action::StartImport => {
                if let Some(review) = &self.review {
                    let request = review.request();
                    self.leave(ctx, Away::Import(Box::new(request)));
                }
            }
            Action::CancelReview => self.review = None,
            Action::Leave => self.leave_all_the_same(ctx),
            Action::SaveAgain => {
                if let Some(session) = &self.session {
                    session.case.retry_saving();
                }
            }
            Action::CancelImport => {
                if let Some(import) = &mut self.import {
                    import.cancel();
                }
            }
            Action::CancelOpening => self.opening.cancel(),
            Action::EndImport { open } => self.end_import(ctx, open),
            Action::Hover(hover) => self.hover = hover,
            Action::Detect(asked) => self.detect(ctx, asked),
        }
    }

    /// Leaves the import screen: to the case, where there is one, or to the start.
    fn end_import(&mut self, ctx: &egui::Context, open: bool) {
        // A second click on its way while the case is loaded already.
        if self.opening.is_busy() {
            return;
        }
        let Some(import) = self.import.take_if(|i| !i.is_running()) else { return };
        self.view.screen = Screen::Start;
        if open || import.had_case() {
            self.load(ctx, import.request.case);
        }
    }

    fn run(&mut self, ctx: &egui::Context, command: Command) {
        self.steps.begin(ctx);
        if !self.available(command) {
            return self.say_why_not(ctx, command);
        }
        // What a key says of accounts is said in sight.
        if matches!(command.def().needs, Needs::Selection | Needs::SelectionOrRange) {
            self.put_sheet_away();
        }
        match command {
            Command::OpenLogs => self.dialogs.ask(ctx, Purpose::Logs),
            Command::ReviewLogs => self.dialogs.ask(ctx, Purpose::Review),
            Command::OpenCase => self.dialogs.ask(ctx, Purpose::Case),
            Command::OpenSample => self.open_sample(ctx),
            Command::CloseCase => self.leave(ctx, Away::Close),
            Command::Overview => self.look(ctx, |view| view.screen = Screen::Overview),
            Command::Findings => self.look(ctx, |view| view.screen = Screen::Findings),
            Command::Explore => self.look(ctx, |view| view.screen = Screen::Explore),
            Command::Network => self.look(ctx, |view| view.screen = Screen::Network),
            Command::Dossier => self.look(ctx, |view| view.screen = Screen::Dossier),
            Command::Compare => self.open_compare(ctx),
            Command::Case => self.look(ctx, |view| view.screen = Screen::Case),
            Command::Report => {
                self.look(ctx, |view| view.screen = Screen::Report);
                if !matches!(self.sheet, Some(Sheet::Export(_))) {
                    self.open_export();
                }
            }
            Command::Audit => self.look(ctx, |view| view.screen = Screen::Audit),
            Command::Rejects => self.look(ctx, |view| view.screen = Screen::Rejects),
            Command::Joins => self.look(ctx, |view| view.screen = Screen::Joins),
            Command::Export => self.open_export(),
            Command::VerifyCase => {
                if let Some(case) = self.session.as_ref().map(|s| s.case.path.clone()) {
                    self.open_verify(ctx, case);
                }
            }
            Command::MergeCase => self.dialogs.ask(ctx, Purpose::Merge),
            Command::VerifyPackage => self.dialogs.ask(ctx, Purpose::Package),
            Command::Undo => self.undo(ctx),
            Command::Redo => self.redo(ctx),
            Command::Back => self.go_back(),
            Command::Forward => self.go_forward(),
            Command::Search => self.omnibox.focus(),
            Command::ClearFilter => self.look(ctx, ViewState::clear_filter),
            Command::CopyCommand => self.copy_command(ctx),
            Command::ClearSelection => self.clear(ctx),
            Command::FitSelection if self.view.screen == Screen::Network => {
                if let Some(session) = &mut self.session {
                    session.network.run(command);
                }
            }
            Command::FitSelection => {
                self.look(ctx, |view| {
                    view.window = view.filter.time.filter(|_| view.window.is_none())
                });
            }
            Command::SaveView => {
                self.overlay = Overlay::SaveView(std::mem::take(&mut self.view_draft));
            }
            Command::KeepEvidence => self.keep_evidence(),
            Command::ResetLayout => {
                if let Some(session) = &mut self.session {
                    session.explore.reset_layout();
                }
            }
            Command::FindTemplates => self.find_templates(ctx),
            Command::RunDetectors => {
                let options = self.run_as_before();
                self.detect(ctx, Detect::Run(options));
            }
            Command::NextFinding | Command::PreviousFinding => self.step_finding(ctx, command),
            Command::Suspicious => self.verdict(ctx, Some(Verdict::Suspicious)),
            Command::Watch => self.verdict(ctx, Some(Verdict::Watch)),
            Command::Cleared => self.verdict(ctx, Some(Verdict::Cleared)),
            Command::NoVerdict => self.verdict(ctx, None),
            Command::Reason | Command::Note | Command::Tag => {
                if let Some(session) = &mut self.session {
                    match command {
                        Command::Reason => session.panel.focus(Writing::Reason),
                        Command::Tag => session.panel.focus(Writing::Tag),
                        _ if self.view.selection.is_nothing() => session.time_notes.focus(),
                        _ => session.panel.focus(Writing::Note),
                    }
                    // What is typed before the field has the focus is text, not commands.
                    self.typed = true;
                }
            }
            Command::Palette => self.overlay = Overlay::Palette(Palette::default()),
            Command::Help => self.overlay = Overlay::Help,
            Command::ToggleTheme => self.switch_theme(ctx),
            Command::LargerText => self.zoom(ctx, 0.1),
            Command::SmallerText => self.zoom(ctx, -0.1),
            Command::Quit => self.leave(ctx, Away::Quit),
            Command::ReadPlaces => self.dialogs.ask(ctx, Purpose::Places),
            Command::SavePicture => {
                if let Some(session) = &self.session {
                    let path = network::save::beside(&session.case.path);
                    self.dialogs.ask(ctx, Purpose::Picture(path));
                }
            }
            Command::ShowSelection => {
                self.look(ctx, |view| view.screen = Screen::Network);
                if let Some(session) = &mut self.session {
                    session.network.run(command);
                }
            }
            command if command.def().group == Group::Picture => {
                if let Some(session) = &mut self.session {
                    session.network.run(command);
                }
            }
            // The others are of the tables, which know the row that is meant.
            _ => {
                if let Some(session) = &mut self.session {
                    session.explore.run(command);
                }
            }
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
        let title = match &self.session {
            Some(session) => format!("{} – Stillwatch", session.title()),
            None => "Stillwatch".to_owned(),
        };
        if title != self.titled {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.titled = title;
        }
    }
}

/// Files named in a notice; the others are counted.
const NAMED: usize = 4;

/// What is said of files that were left out because they are no logs.
fn skipped(files: &[FailedSource]) -> Option<(String, String)> {
    let names: Vec<String> =
        files.iter().take(NAMED).map(|f| file_name(Path::new(&f.path))).collect();
    let more = files.len().saturating_sub(NAMED);
    let more =
        if more > 0 { format!(" and {} more", format::count(more as u64)) } else { String::new() };
    let title = format!("{} skipped", format::counted(files.len() as u64, "file", "files"));
    let what = if files.len() == 1 { "is no log" } else { "are no logs" };
    (!files.is_empty()).then(|| (title, format!("{}{more} {what}", names.join(", "))))
}

/// What is said of fields that have the name of one of ours and were not read.
fn unread(sources: &[ImportedSource]) -> Option<(String, String)> {
    let paths: BTreeSet<String> =
        sources.iter().flat_map(|s| &s.unread).map(|one| format::display(&one.path)).collect();
    let named: Vec<&str> = paths.iter().take(NAMED).map(String::as_str).collect();
    let all = paths.len() + sources.iter().map(|s| s.more_unread).sum::<usize>();
    let more = (all - named.len()) as u64;
    let more = if more > 0 { format!(" and {} more", format::count(more)) } else { String::new() };
    let title = format!("{} not read", format::counted(all as u64, "field", "fields"));
    let detail = format!("{}{more}; a new case reads them with a mapping", named.join(", "));
    (!paths.is_empty()).then_some((title, detail))
}

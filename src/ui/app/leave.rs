//! Leaving a case or the window: never without a word while something is not given, not
//! written, or still at work.

use std::path::PathBuf;

use crate::case::JoinDecisions;
use crate::ui::format;
use crate::ui::shell::{self, Parting};

use super::import::Request;
use super::{App, Overlay};

/// Where the analyst wants to go from where they are.
#[derive(Debug)]
pub enum Away {
    /// To the start screen.
    Close,
    /// Out of the program.
    Quit,
    /// To another case.
    Load(PathBuf),
    /// To the import of logs, which needs the case for itself.
    Import(Box<Request>),
    /// To the same case, counted anew with what was decided of records of the same call.
    Recount(JoinDecisions),
}

impl Away {
    /// What the button says that goes there all the same.
    fn leave_text(&self) -> &'static str {
        match self {
            Self::Close => "Close all the same",
            Self::Quit => "Quit all the same",
            Self::Load(_) => "Open the other case",
            Self::Import(_) => "Import all the same",
            Self::Recount(_) => "Count anew all the same",
        }
    }
}

impl App {
    /// Goes there, or asks first.
    pub(super) fn leave(&mut self, ctx: &egui::Context, away: Away) {
        if self.reasons_to_stay(&away).is_empty() {
            self.go(ctx, away);
        } else {
            self.overlay = Overlay::Leave(away);
            ctx.request_repaint();
        }
    }

    /// Goes where the dialog asked about, whatever is lost.
    pub(super) fn leave_all_the_same(&mut self, ctx: &egui::Context) {
        if let Some(away) = self.away.take() {
            self.forced = true;
            self.go(ctx, away);
        }
    }

    fn go(&mut self, ctx: &egui::Context, away: Away) {
        match away {
            Away::Close => self.close_case(ctx),
            Away::Quit => {
                self.quitting = true;
                ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            }
            Away::Load(path) => self.load(ctx, path),
            Away::Import(request) => self.import(ctx, *request),
            Away::Recount(decided) => self.recount(ctx, decided),
        }
    }

    /// The window was told to close: from its frame, by the desktop, or by the command.
    pub(super) fn watch_the_window(&mut self, ctx: &egui::Context) {
        if self.quitting || !ctx.input(|i| i.viewport().close_requested()) {
            return;
        }
        if self.reasons_to_stay(&Away::Quit).is_empty() {
            self.quitting = true;
        } else {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.leave(ctx, Away::Quit);
        }
    }

    /// What would be lost, in words.
    fn reasons_to_stay(&self, away: &Away) -> Vec<String> {
        let mut reasons = Vec::new();
        if let Some(session) = &self.session {
            let typed = session.ungiven().words();
            reasons.extend(typed.map(|words| format!("{words}: typed, and not given yet")));
            let joins = session.joins.uncounted() as u64;
            if joins > 0 && !matches!(away, Away::Recount(_)) {
                let pairs = format::counted(joins, "pair of records", "pairs of records");
                reasons.push(format!("{pairs}: decided, and not counted so yet"));
            }
            let save = session.case.save_state();
            let edits = format::counted(save.pending as u64, "edit", "edits");
            if let Some(why) = &save.failed {
                reasons.push(format!("{edits} could not be written: {}", format::display(why)));
            } else if save.busy {
                reasons.push(format!("{edits} not written yet: another program has the case"));
            } else if save.pending > 0 {
                reasons.push(format!("{edits} being written"));
            }
        }
        if matches!(away, Away::Quit) {
            if self.is_importing() {
                reasons.push("An import is running: files read so far stay in the case".into());
            }
            if self.sheet.as_ref().is_some_and(super::Sheet::is_working) {
                reasons.push("An export or a verification is running and will be stopped".into());
            }
        }
        reasons
    }

    /// Draws the question; it answers itself once there is no reason left to stay.
    pub(super) fn ask_leave(&mut self, ctx: &egui::Context, away: Away) {
        let reasons = self.reasons_to_stay(&away);
        if reasons.is_empty() {
            return self.go(ctx, away);
        }
        match shell::ask_leave(ctx, &reasons, away.leave_text()) {
            Parting::Undecided => self.overlay = Overlay::Leave(away),
            Parting::Stay => {}
            Parting::Leave => {
                self.away = Some(away);
                self.actions.push(crate::ui::Action::Leave);
            }
        }
        ctx.request_repaint_after_secs(0.1);
    }
}

//! Looking for prompt templates in the background.

use std::sync::Arc;

use crate::case::{TemplatesDue, find_templates};
use crate::job::Job;

use super::App;

impl App {
    /// Begins to look for the prompt templates of the case.
    pub(super) fn find_templates(&mut self, ctx: &egui::Context) {
        let Some(session) = self.session.as_mut().filter(|s| !s.case.is_read_only()) else {
            return;
        };
        if session.finding.is_some() {
            return;
        }
        let (texts, index) = (Arc::clone(&session.case.texts), Arc::clone(&session.case.index));
        let ctx = ctx.clone();
        let wake = move || ctx.request_repaint();
        let work = move |progress: &_| find_templates(&texts, &index, progress);
        session.finding = Some(Job::spawn(wake, work));
    }

    /// Looks for them unasked, once a case, where records came in since; the window is as it was
    /// meanwhile. Damaged ones are not replaced unasked: somebody may want to know who did that.
    pub(super) fn find_templates_if_due(&mut self, ctx: &egui::Context) {
        let Some(session) = &self.session else { return };
        let kept = session.case.sources.iter().any(|source| source.raw_kept);
        let due = session.case.templates_due();
        let is_due = due.is_some_and(|due| !matches!(due, TemplatesDue::Damaged(_)));
        if self.setup.looks_unasked && kept && is_due {
            self.find_templates(ctx);
        }
    }

    /// Takes in what was found.
    pub(super) fn poll_templates(&mut self, ctx: &egui::Context) {
        let author = self.author();
        let Some(session) = &mut self.session else { return };
        let Some(outcome) = session.finding.as_ref().and_then(Job::poll) else { return };
        let stopped = session.finding.take().is_some_and(|job| job.progress().is_cancelled());
        match outcome.and_then(|found| {
            session.case.take_templates(found, author).map_err(|error| error.to_string())
        }) {
            Ok(()) => {
                // What was counted with other templates is stale.
                self.versions += 1;
                session.version = self.versions;
                ctx.request_repaint();
            }
            // Whoever stops this does not want a run without them either.
            Err(_) if stopped => session.detecting.stop(),
            Err(error) => self.fail("Prompt templates were not found", error),
        }
    }
}

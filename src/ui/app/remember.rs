//! Keeping what the window remembers on disk, without making a frame wait for it.

use std::path::PathBuf;

use crate::job::Job;
use crate::ui::memory::Memory;
use crate::ui::widget::table::ColumnChoice;

use super::App;

/// What of the memory is on disk.
#[derive(Debug)]
pub struct Remembering {
    saved: Memory,
    saving: Option<Job<()>>,
    looking: Option<Job<Vec<PathBuf>>>,
    looked_for: Vec<PathBuf>,
}

impl Remembering {
    /// Everything is on disk as it is in memory.
    pub fn new(memory: &Memory) -> Self {
        Self { saved: memory.clone(), saving: None, looking: None, looked_for: Vec::new() }
    }
}

impl App {
    /// Saves what has changed, and looks which recent cases are gone.
    pub(super) fn remember(&mut self, ctx: &egui::Context) {
        self.look_for_recent_cases(ctx);
        self.remember_columns();
        let Some(dir) = self.setup.config_dir.clone() else { return };
        let state = &mut self.remembering;
        if state.saving.as_ref().is_some_and(|job| job.poll().is_none())
            || state.saved == self.memory
        {
            return;
        }
        state.saved = self.memory.clone();
        let memory = self.memory.clone();
        // It is a convenience: a disk that is full must not get in the analyst's way.
        state.saving = Some(Job::spawn(|| {}, move |_| memory.save(&dir)));
    }

    /// Takes over how the analyst has the columns of tables.
    fn remember_columns(&mut self) {
        let Some(session) = &mut self.session else { return };
        for (table, columns) in session.explore.columns() {
            let chosen = ColumnChoice { empty: Default::default(), ..columns.clone() };
            let known = self.memory.columns.get(table);
            if known.map_or(chosen != ColumnChoice::default(), |known| *known != chosen) {
                self.memory.columns.insert(table.to_owned(), chosen);
            }
        }
    }

    /// Gives the tables of a case that was just opened the columns as they were.
    pub(super) fn recall_columns(&mut self) {
        let Some(session) = &mut self.session else { return };
        for (table, columns) in session.explore.columns() {
            if let Some(known) = self.memory.columns.get(table) {
                columns.clone_from(known);
            }
        }
    }

    /// Saves on this thread, at the end.
    pub(super) fn remember_now(&mut self) {
        if let Some(dir) =
            self.setup.config_dir.clone().filter(|_| {
                self.remembering.saved != self.memory || self.remembering.saving.is_some()
            })
        {
            let _ = self.memory.save(&dir);
        }
    }

    /// Looks on another thread, because a case may lie on a drive that takes its time.
    fn look_for_recent_cases(&mut self, ctx: &egui::Context) {
        let state = &mut self.remembering;
        if let Some(outcome) = state.looking.as_ref().and_then(Job::poll) {
            state.looking = None;
            self.start.missing = outcome.unwrap_or_default();
        }
        if self.session.is_some() {
            // Looked for anew when the start screen is shown again.
            state.looked_for.clear();
            return;
        }
        let listed: Vec<PathBuf> = self.memory.cases.iter().map(|c| c.path.clone()).collect();
        if state.looking.is_none() && state.looked_for != listed {
            let ctx = ctx.clone();
            state.looked_for.clone_from(&listed);
            state.looking = Some(Job::spawn(
                move || ctx.request_repaint(),
                move |_| {
                    let gone = listed.into_iter().filter(|path| !path.exists());
                    Ok::<_, String>(gone.collect::<Vec<PathBuf>>())
                },
            ));
        }
    }
}

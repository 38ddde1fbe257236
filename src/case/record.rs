//! Writing steps to the case file, in order, off the window's thread.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use super::edit::{Author, Change};
use super::history::Step;
use crate::model::Time;
use crate::store::{CaseFile, StoreError, Tx};

/// Steps that may wait for the disk before the window waits for them.
const QUEUED_STEPS: usize = 256;

/// Writes one step and its journal entry in one transaction.
///
/// # Errors
/// [`StoreError`]; the case is then as before.
pub fn write_step(case: &mut CaseFile, step: &Step, author: &Author) -> Result<(), StoreError> {
    let detail = serde_json::to_string(&step.edit.changes)
        .expect("changes are strings and numbers, which always have a JSON form");
    case.transaction(|tx| {
        for change in &step.edit.changes {
            write_change(tx, change)?;
        }
        tx.append_journal(author.at, &author.actor, step.kind.as_str(), &step.edit.title, &detail)?;
        Ok(())
    })
}

fn write_change(tx: &Tx<'_>, change: &Change) -> Result<(), StoreError> {
    match change {
        Change::Verdict { account, after: Some(record), .. } => tx.set_verdict(account, record),
        Change::Verdict { account, after: None, .. } => tx.clear_verdict(account),
        Change::Tag { account, tag, present: true } => tx.add_tag(account, tag),
        Change::Tag { account, tag, present: false } => tx.remove_tag(account, tag),
        Change::Note { account, note, present: true } => tx.add_note(account, note),
        Change::Note { note, present: false, .. } => tx.remove_note(note.id),
    }
}

/// How far the analyst's edits have come on their way to disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaveState {
    /// Edits not yet on disk.
    pub pending: usize,
    /// Time of the last edit that is on disk.
    pub saved_at: Option<Time>,
    /// Why an edit could not be written; what came after it is not on disk either.
    pub failed: Option<String>,
}

/// A thread that owns the case file and writes steps in the order they come.
///
/// Dropping it waits until everything is on disk.
#[derive(Debug)]
pub struct Recorder {
    steps: Option<SyncSender<(Step, Author)>>,
    state: Arc<Mutex<SaveState>>,
    thread: Option<JoinHandle<CaseFile>>,
}

impl Recorder {
    /// Takes the case file over.
    pub fn start(case: CaseFile) -> Self {
        let (steps, queue) = sync_channel(QUEUED_STEPS);
        let state = Arc::new(Mutex::new(SaveState::default()));
        let shared = Arc::clone(&state);
        let thread = thread::spawn(move || record_all(case, &queue, &shared));
        Self { steps: Some(steps), state, thread: Some(thread) }
    }

    /// Queues a step.
    pub fn record(&self, step: Step, author: Author) {
        update(&self.state, |s| s.pending += 1);
        let sent = self.steps.as_ref().is_some_and(|queue| queue.send((step, author)).is_ok());
        if !sent {
            update(&self.state, |s| s.failed = Some("the writing thread has ended".into()));
        }
    }

    /// How far the steps have come.
    pub fn state(&self) -> SaveState {
        self.state.lock().map_or_else(|e| e.into_inner().clone(), |s| s.clone())
    }

    /// Waits until everything queued is on disk and gives the case file back.
    ///
    /// # Errors
    /// Why an edit could not be written.
    pub fn finish(mut self) -> Result<CaseFile, String> {
        drop(self.steps.take());
        let case = self.thread.take().map(JoinHandle::join);
        match (self.state().failed, case) {
            (Some(failed), _) => Err(failed),
            (None, Some(Ok(case))) => Ok(case),
            (None, _) => Err("the writing thread ended early".into()),
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        drop(self.steps.take());
        if let Some(thread) = self.thread.take() {
            // The error, if any, has been in `state` for the window to show.
            let _ = thread.join();
        }
    }
}

fn record_all(
    mut case: CaseFile,
    queue: &Receiver<(Step, Author)>,
    state: &Mutex<SaveState>,
) -> CaseFile {
    for (step, author) in queue {
        // After a failure nothing more is written: later edits build on the one that is missing.
        if state.lock().is_ok_and(|s| s.failed.is_some()) {
            continue;
        }
        let written = write_step(&mut case, &step, &author);
        update(state, |s| match written {
            Ok(()) => {
                s.pending -= 1;
                s.saved_at = Some(author.at);
            }
            Err(error) => s.failed = Some(error.to_string()),
        });
    }
    case
}

fn update(state: &Mutex<SaveState>, change: impl FnOnce(&mut SaveState)) {
    match state.lock() {
        Ok(mut state) => change(&mut state),
        Err(poisoned) => change(&mut poisoned.into_inner()),
    }
}

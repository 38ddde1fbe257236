//! Writing steps, templates and findings to the case file, in order, off the window's thread.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::analysis::NewFindings;
use super::edit::{Author, Change};
use super::history::Step;
use super::templates::FoundTemplates;
use crate::job::Progress;
use crate::model::Time;
use crate::store::{CaseFile, StoreError, Tx};

/// How soon a step is tried again while somebody else has the file. A write that waits keeps new
/// readers out, so it steps back in between.
const TRY_AGAIN: Duration = Duration::from_millis(400);
/// How long a recorder that is being closed waits for somebody else to let go of the file.
const LAST_PATIENCE: Duration = Duration::from_secs(30);

/// Writes one step and its journal entry in one transaction.
///
/// # Errors
/// [`StoreError`]; the case is then as before.
pub fn write_step(case: &mut CaseFile, step: &Step, author: &Author) -> Result<(), StoreError> {
    let detail = Change::write_all(&step.edit.changes);
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
        Change::View { view, present: true } => tx.add_saved_view(view),
        Change::View { view, present: false } => tx.remove_saved_view(view.note.id),
        Change::Book { after: Some(entry), .. } => tx.put_book(entry),
        Change::Book { before: Some(entry), .. } => tx.remove_book(entry.id),
        Change::Book { before: None, after: None } => Ok(()),
        Change::TimeNote { note, present: true } => tx.add_time_note(note),
        Change::TimeNote { note, present: false } => tx.remove_time_note(note.note.id),
    }
}

/// What waits to be written.
#[derive(Debug)]
enum Work {
    Step(Step),
    Templates(Box<FoundTemplates>),
    Analysis(Arc<NewFindings>),
    Joins(JoinDecisions),
}

/// What is said of pairs of records, each named by the one left out; sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JoinDecisions {
    /// One call: the record left out is not counted.
    pub one: Vec<u64>,
    /// Two calls: both are counted.
    pub two: Vec<u64>,
}

impl JoinDecisions {
    fn write(&self, case: &mut CaseFile, author: &Author) -> Result<(), StoreError> {
        case.transaction(|tx| {
            for (events, accept) in [(&self.one, true), (&self.two, false)] {
                if !events.is_empty() {
                    tx.decide_joins(events, accept, author.at, &author.actor)?;
                }
            }
            Ok(())
        })
    }
}

impl Work {
    fn write(&self, case: &mut CaseFile, author: &Author) -> Result<(), StoreError> {
        match self {
            Self::Step(step) => write_step(case, step, author),
            Self::Templates(found) => found.write(case, author),
            Self::Analysis(found) => found.write(case, author, &Progress::default()),
            Self::Joins(decided) => decided.write(case, author),
        }
    }
}

/// How far the analyst's edits have come on their way to disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaveState {
    /// Edits not yet on disk.
    pub pending: usize,
    /// Time of the last edit that is on disk.
    pub saved_at: Option<Time>,
    /// Why an edit could not be written. It and what came after it wait to be tried again.
    pub failed: Option<String>,
    /// Whether somebody else has the file at the moment, so that writing has to wait.
    pub busy: bool,
}

/// What the window and the writing thread tell each other.
#[derive(Debug, Default)]
struct Shared {
    state: Mutex<Talk>,
    /// Rung when the writing thread has something to look at.
    bell: Condvar,
}

#[derive(Debug, Default)]
struct Talk {
    save: SaveState,
    /// No more steps will come, since then.
    closing: Option<Instant>,
    /// What is not written need not be.
    given_up: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Talk> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Talk)) {
        change(&mut self.lock());
        self.bell.notify_all();
    }

    /// Waits until the file may be free again; false when it is no use.
    fn wait_for_others(&self) -> bool {
        let mut talk = self.lock();
        talk.save.busy = true;
        let (talk, _) =
            self.bell.wait_timeout(talk, TRY_AGAIN).unwrap_or_else(PoisonError::into_inner);
        let patient = talk.closing.is_none_or(|since| since.elapsed() < LAST_PATIENCE);
        patient && !talk.given_up
    }

    /// Waits until the step that failed is to be tried again; false when it never will be.
    fn wait_for_retry(&self, why: String) -> bool {
        let mut talk = self.lock();
        talk.save.failed = Some(why);
        talk.save.busy = false;
        while talk.save.failed.is_some() && talk.closing.is_none() && !talk.given_up {
            talk = self.bell.wait(talk).unwrap_or_else(PoisonError::into_inner);
        }
        talk.save.failed.is_none()
    }
}

/// A thread that owns the case file and writes steps in the order they come.
///
/// A step that cannot be written keeps its place: while somebody else has the file it is tried
/// again without end, after any other failure when [`Recorder::retry`] says so. Dropping the
/// recorder waits until everything is on disk that can be.
#[derive(Debug)]
pub struct Recorder {
    /// Without bound, because the window must never wait for the disk; edits come at the pace
    /// of a hand.
    steps: Option<Sender<(Work, Author)>>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<CaseFile>>,
}

impl Recorder {
    /// Takes the case file over.
    pub fn start(case: CaseFile) -> Self {
        #[expect(clippy::disallowed_methods, reason = "hands are slow; the window must not wait")]
        let (steps, queue) = channel();
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let thread = thread::spawn(move || record_all(case, &queue, &theirs));
        Self { steps: Some(steps), shared, thread: Some(thread) }
    }

    /// Queues a step.
    pub fn record(&self, step: Step, author: Author) {
        self.queue(Work::Step(step), author);
    }

    /// Queues templates that were found.
    pub fn record_templates(&self, found: FoundTemplates, author: Author) {
        self.queue(Work::Templates(Box::new(found)), author);
    }

    /// Queues what detectors found.
    pub fn record_analysis(&self, found: Arc<NewFindings>, author: Author) {
        self.queue(Work::Analysis(found), author);
    }

    /// Queues what is said of records that describe the same call.
    pub fn record_joins(&self, decided: JoinDecisions, author: Author) {
        self.queue(Work::Joins(decided), author);
    }

    fn queue(&self, work: Work, author: Author) {
        self.shared.change(|talk| talk.save.pending += 1);
        let sent = self.steps.as_ref().is_some_and(|queue| queue.send((work, author)).is_ok());
        if !sent {
            let why = "the writing thread has ended".to_owned();
            self.shared.change(|talk| talk.save.failed = Some(why));
        }
    }

    /// How far the steps have come.
    pub fn state(&self) -> SaveState {
        self.shared.lock().save.clone()
    }

    /// Tries again what could not be written.
    pub fn retry(&self) {
        self.shared.change(|talk| talk.save.failed = None);
    }

    /// Gives up what is not on disk yet.
    pub fn give_up(&self) {
        self.shared.change(|talk| talk.given_up = true);
    }

    /// Waits until everything queued is on disk and gives the case file back.
    ///
    /// # Errors
    /// Why an edit could not be written.
    pub fn finish(mut self) -> Result<CaseFile, String> {
        self.close();
        let case = self.thread.take().map(JoinHandle::join);
        match (self.state().failed, case) {
            (Some(failed), _) => Err(failed),
            (None, Some(Ok(case))) => Ok(case),
            (None, _) => Err("the writing thread ended early".into()),
        }
    }

    fn close(&mut self) {
        drop(self.steps.take());
        self.shared.change(|talk| talk.closing = Some(Instant::now()));
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.close();
        if let Some(thread) = self.thread.take() {
            // The error, if any, has been in the state for the window to show.
            let _ = thread.join();
        }
    }
}

fn record_all(mut case: CaseFile, queue: &Receiver<(Work, Author)>, shared: &Shared) -> CaseFile {
    for (work, author) in queue {
        if let Err(why) = write_at_last(&mut case, &work, &author, shared) {
            // What comes later builds on the one that is missing.
            shared.change(|talk| talk.save.failed = Some(why));
            break;
        }
        shared.change(|talk| {
            talk.save.pending -= 1;
            talk.save.busy = false;
            talk.save.saved_at = Some(author.at);
        });
    }
    case
}

/// Writes a step however often it takes; the error when nobody wants it any more.
fn write_at_last(
    case: &mut CaseFile,
    work: &Work,
    author: &Author,
    shared: &Shared,
) -> Result<(), String> {
    loop {
        let Err(error) = work.write(case, author) else { return Ok(()) };
        let again = if error.is_busy() {
            shared.wait_for_others()
        } else {
            shared.wait_for_retry(error.to_string())
        };
        if !again {
            return Err(error.to_string());
        }
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;

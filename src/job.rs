//! Work that takes longer than a frame: progress that can be read from another thread,
//! cancellation by `?`, and a background job whose panic is an error, not a crash.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use std::sync::Mutex;

mod laps;
mod told;

pub use laps::Lap;

/// The work was asked to stop. Return it with `?` from wherever `Progress::check` was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// What a running piece of work tells the outside, and how the outside stops it.
///
/// Cheap to clone; all clones are the same progress. Units are the worker's choice and are
/// named by [`Progress::set_phase`] (bytes for an import, rows for an index).
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    done: AtomicU64,
    total: AtomicU64,
    records: AtomicU64,
    rejects: AtomicU64,
    cancel: AtomicBool,
    phase: Mutex<String>,
    laps: Mutex<laps::Laps>,
    told: Mutex<Vec<String>>,
}

impl Progress {
    /// Names what is going on now ("reading gateway.jsonl.gz") and how many units it has.
    pub fn set_phase(&self, phase: impl Into<String>, total: u64) {
        let phase = phase.into();
        if let Ok(mut laps) = self.0.laps.lock() {
            laps.begin(&phase);
        }
        if let Ok(mut slot) = self.0.phase.lock() {
            *slot = phase;
        }
        self.0.done.store(0, Ordering::Relaxed);
        self.0.total.store(total, Ordering::Relaxed);
    }

    /// Adds finished units.
    pub fn advance(&self, units: u64) {
        self.0.done.fetch_add(units, Ordering::Relaxed);
    }

    /// Adds to the running count of records read and rejected, over all phases.
    pub fn count(&self, records: u64, rejects: u64) {
        self.0.records.fetch_add(records, Ordering::Relaxed);
        self.0.rejects.fetch_add(rejects, Ordering::Relaxed);
    }

    /// Asks the work to stop at its next check.
    pub fn cancel(&self) {
        self.0.cancel.store(true, Ordering::Relaxed);
    }

    /// Takes it back that the work was asked to stop: it is begun anew.
    pub fn resume(&self) {
        self.0.cancel.store(false, Ordering::Relaxed);
    }

    /// Whether the work was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancel.load(Ordering::Relaxed)
    }

    /// Returns [`Cancelled`] if the work was asked to stop.
    ///
    /// # Errors
    /// [`Cancelled`], after [`Progress::cancel`].
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }

    /// What is going on now.
    pub fn phase(&self) -> String {
        self.0.phase.lock().map(|p| p.clone()).unwrap_or_default()
    }

    /// Finished units of this phase.
    pub fn done(&self) -> u64 {
        self.0.done.load(Ordering::Relaxed)
    }

    /// Units of this phase; 0 when unknown.
    pub fn total(&self) -> u64 {
        self.0.total.load(Ordering::Relaxed)
    }

    /// Records read so far.
    pub fn records(&self) -> u64 {
        self.0.records.load(Ordering::Relaxed)
    }

    /// Records rejected so far.
    pub fn rejects(&self) -> u64 {
        self.0.rejects.load(Ordering::Relaxed)
    }

    /// Finished share of this phase, 0…1; `None` when the total is unknown.
    pub fn fraction(&self) -> Option<f32> {
        let total = self.total();
        (total > 0).then(|| (self.done() as f64 / total as f64).min(1.0) as f32)
    }
}

/// What is said of work that ended in silence.
const NO_RESULT: &str = "the work ended without a result";

/// A computation on its own thread.
///
/// Dropping it cancels the work: whoever starts a newer job by overwriting the variable gets
/// latest-wins for free.
#[derive(Debug)]
pub struct Job<T> {
    progress: Progress,
    started: Instant,
    result: Receiver<Result<T, String>>,
}

impl<T: Send + 'static> Job<T> {
    /// Starts `work` on a new thread. `wake` is called once when the result is ready
    /// (a window requests a repaint there).
    pub fn spawn<E: std::fmt::Display>(
        wake: impl FnOnce() + Send + 'static,
        work: impl FnOnce(&Progress) -> Result<T, E> + Send + 'static,
    ) -> Self {
        let progress = Progress::default();
        #[cfg(test)]
        open_jobs::change(1);
        let (sender, result) = sync_channel(1);
        let inner = progress.clone();
        thread::spawn(move || {
            let outcome =
                catch_unwind(AssertUnwindSafe(|| work(&inner).map_err(|e| e.to_string())))
                    .unwrap_or_else(|panic| Err(panic_message(&*panic)));
            // A receiver that is gone means nobody wants the answer any more.
            let _ = sender.send(outcome);
            wake();
        });
        Self { progress, started: Instant::now(), result }
    }

    /// The result, once; `None` while the work goes on.
    pub fn poll(&self) -> Option<Result<T, String>> {
        match self.result.try_recv() {
            Ok(outcome) => Some(outcome),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(NO_RESULT.into())),
        }
    }

    /// [`Job::poll`], after waiting for the result for up to `limit`.
    pub fn wait(&self, limit: Duration) -> Option<Result<T, String>> {
        match self.result.recv_timeout(limit) {
            Ok(outcome) => Some(outcome),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Err(NO_RESULT.into())),
        }
    }

    /// Asks the work to stop and waits until it has.
    pub fn stop(self) {
        self.progress.cancel();
        // Whatever it came to, nobody wants it any more.
        let _ = self.result.recv();
    }

    /// Its progress.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Seconds since it started.
    pub fn elapsed_s(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.progress.cancel();
        #[cfg(test)]
        open_jobs::change(-1);
    }
}

/// Jobs that the current thread started and still waits for, so that a test of a screen waits
/// for its answers and not for some time that is too short on a busy machine.
#[cfg(test)]
pub mod open_jobs {
    use std::cell::Cell;

    thread_local! {
        static OPEN: Cell<i64> = const { Cell::new(0) };
    }

    /// How many there are.
    pub fn count() -> i64 {
        OPEN.get()
    }

    pub(super) fn change(by: i64) {
        OPEN.set(OPEN.get() + by);
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".into());
    format!("internal error: {text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait<T: Send + 'static>(job: &Job<T>) -> Result<T, String> {
        loop {
            if let Some(outcome) = job.poll() {
                return outcome;
            }
            thread::yield_now();
        }
    }

    #[test]
    fn a_job_returns_its_value() {
        let job = Job::spawn(|| (), |_| Ok::<_, Cancelled>(7));
        assert_eq!(wait(&job), Ok(7));
    }

    #[test]
    fn a_cancelled_job_ends_by_the_question_mark() {
        let job = Job::spawn(
            || (),
            |progress| -> Result<(), Cancelled> {
                loop {
                    progress.check()?;
                }
            },
        );
        job.progress().cancel();
        assert_eq!(wait(&job), Err("cancelled".into()));
    }

    #[test]
    fn a_stopped_job_has_ended() {
        let ended = Arc::new(AtomicBool::new(false));
        let theirs = Arc::clone(&ended);
        let job = Job::spawn(
            || (),
            move |progress| -> Result<(), Cancelled> {
                while !progress.is_cancelled() {
                    thread::yield_now();
                }
                thread::sleep(Duration::from_millis(20));
                theirs.store(true, Ordering::SeqCst);
                Err(Cancelled)
            },
        );
        job.stop();
        assert!(ended.load(Ordering::SeqCst));
    }

    #[test]
    fn a_panic_is_an_error() {
        let job = Job::spawn(|| (), |_| -> Result<(), Cancelled> { panic!("boom") });
        assert_eq!(wait(&job), Err("internal error: boom".into()));
    }
}

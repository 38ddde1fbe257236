//! A case whose last edits are being written while the window goes on.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use crate::case::{FirstLook, Layout, OpenCase};

/// A case on its way to disk. All clones are the same: whoever needs the file waits for it.
#[derive(Clone, Debug)]
pub struct Closing(Arc<(Outcome, Condvar)>);

/// What became of a case; `None` while it is being written.
type Outcome = Mutex<Option<Result<(), String>>>;

impl Closing {
    /// Closes the case on another thread, with the layout it had last and what is to be seen first
    /// when it is opened again; `wake` is called when it is on disk.
    pub fn start(
        case: OpenCase,
        layout: Layout,
        look: Option<FirstLook>,
        wake: impl FnOnce() + Send + 'static,
    ) -> Self {
        let closing = Self(Arc::default());
        let theirs = closing.clone();
        thread::spawn(move || {
            let had = case.layout.clone();
            let outcome = case.close().map(|file| {
                let Some(mut file) = file else { return };
                // Both of no weight: what was decided is on disk.
                if had != layout {
                    let _ = layout.keep(&mut file);
                }
                if let Some(look) = look.filter(|look| Some(look) != FirstLook::of(&file).as_ref())
                {
                    let _ = look.keep(&mut file);
                }
            });
            *theirs.0.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
            theirs.0.1.notify_all();
            wake();
        });
        closing
    }

    /// What became of it; `None` while it goes on.
    pub fn outcome(&self) -> Option<Result<(), String>> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until it is on disk, on a thread that may wait.
    pub fn wait(&self) {
        let mut outcome = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        while outcome.is_none() {
            outcome = self.0.1.wait(outcome).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

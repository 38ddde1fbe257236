//! How long the parts of a piece of work took.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use super::Progress;

/// What a part of a piece of work took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lap {
    /// The phase, or the part of one.
    pub what: String,
    /// By the clock on the wall, all times together. Parts that ran side by side may add up to
    /// more than their phase.
    pub took: Duration,
}

/// Phases and their parts so far.
#[derive(Debug, Default)]
pub(super) struct Laps {
    /// The phase that goes on, and when it began.
    now: Option<(String, Instant)>,
    phases: Vec<Lap>,
    parts: Vec<Lap>,
}

impl Laps {
    /// Ends the phase that went on and begins another.
    pub fn begin(&mut self, phase: &str) {
        if let Some((what, began)) = self.now.replace((phase.to_owned(), Instant::now())) {
            add(&mut self.phases, &what, began.elapsed());
        }
    }
}

fn add(laps: &mut Vec<Lap>, what: &str, took: Duration) {
    match laps.iter_mut().find(|lap| lap.what == what) {
        Some(lap) => lap.took += took,
        None => laps.push(Lap { what: what.to_owned(), took }),
    }
}

impl Progress {
    /// Does a part of the work and notes how long it took, added to earlier parts of that name.
    pub fn timed<T>(&self, what: &str, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let done = work();
        let took = began.elapsed();
        let mut laps = self.0.laps.lock().unwrap_or_else(PoisonError::into_inner);
        add(&mut laps.parts, what, took);
        done
    }

    /// What each phase took so far, in the order in which they began.
    pub fn phases(&self) -> Vec<Lap> {
        let laps = self.0.laps.lock().unwrap_or_else(PoisonError::into_inner);
        let mut phases = laps.phases.clone();
        if let Some((what, began)) = &laps.now {
            add(&mut phases, what, began.elapsed());
        }
        phases
    }

    /// What each part took so far that was timed, by name.
    pub fn parts(&self) -> Vec<Lap> {
        let laps = self.0.laps.lock().unwrap_or_else(PoisonError::into_inner);
        let mut parts = laps.parts.clone();
        parts.sort_by(|a, b| a.what.cmp(&b.what));
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_come_in_their_order_and_parts_of_one_name_add_up() {
        let progress = Progress::default();
        assert!(progress.phases().is_empty() && progress.parts().is_empty());
        progress.set_phase("reading", 0);
        let pause = Duration::from_millis(2);
        for part in ["b", "a", "b"] {
            assert_eq!(progress.timed(part, || std::thread::sleep(pause)), ());
        }
        progress.set_phase("writing", 0);
        let names = |laps: &[Lap]| laps.iter().map(|lap| lap.what.clone()).collect::<Vec<_>>();
        let (phases, parts) = (progress.phases(), progress.parts());
        assert_eq!(names(&phases), ["reading", "writing"]);
        assert_eq!(names(&parts), ["a", "b"]);
        assert!(parts[0].took >= pause && parts[1].took >= 2 * pause);
        assert!(phases[0].took >= 3 * pause && phases[1].took < phases[0].took);
    }
}

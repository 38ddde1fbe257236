//! The latest answer to a question that may change every frame.

use std::fmt::Display;
use std::time::Duration;

use crate::job::{Job, Progress};

/// Computes an answer on another thread and keeps the previous one on screen meanwhile.
///
/// Ask every frame; a new computation starts only when the question differs from the last one.
///
/// At most one computation runs. While a brush moves, the question changes every frame: the
/// running one is let finish, so that the screen follows at the speed of the answers instead of
/// starving, and only then the newest question is taken up. One that takes too long is asked to
/// stop.
#[derive(Debug)]
pub struct Latest<K, V> {
    /// The question that was answered, failed or is being answered.
    asked: Option<K>,
    job: Option<(K, Job<V>)>,
    answer: Option<(K, V)>,
    error: Option<String>,
}

impl<K, V> Default for Latest<K, V> {
    fn default() -> Self {
        Self { asked: None, job: None, answer: None, error: None }
    }
}

/// How long an answer nobody waits for any more may take, seconds.
const PATIENCE_S: f64 = 0.3;

impl<K: Clone + PartialEq, V: Send + 'static> Latest<K, V> {
    /// Asks `question`. `work` computes the answer if nobody has asked the same before;
    /// the window is repainted when it is there.
    pub fn ask<E: Display>(
        &mut self,
        ctx: &egui::Context,
        question: K,
        work: impl FnOnce(&Progress) -> Result<V, E> + Send + 'static,
    ) {
        self.poll();
        if self.asked.as_ref() == Some(&question) {
            return;
        }
        if let Some((_, job)) = &self.job {
            if job.elapsed_s() > PATIENCE_S {
                job.progress().cancel();
                // Asked once more it must be begun anew, even before it has stopped.
                self.asked = None;
            }
            // Its end repaints the window, and then this question is asked again.
            return;
        }
        self.error = None;
        self.asked = Some(question.clone());
        if self.answered() == Some(&question) {
            return;
        }
        let ctx = ctx.clone();
        self.job = Some((question, Job::spawn(move || ctx.request_repaint(), work)));
    }

    /// Answers `question` at once, where the answer costs next to nothing. What is being computed
    /// is of no more use.
    pub fn put(&mut self, question: K, value: V) {
        if self.has(|answered| *answered == question) {
            return;
        }
        if let Some((_, job)) = self.job.take() {
            job.progress().cancel();
        }
        self.error = None;
        self.asked = Some(question.clone());
        self.answer = Some((question, value));
    }

    /// Waits up to `limit` for the first answer there is.
    ///
    /// For a screen that has nothing to show yet: where pictures are drawn by the processor, a
    /// frame of dots takes longer than most answers.
    pub fn wait_for_first(&mut self, limit: Duration) {
        if self.answer.is_none() && self.error.is_none() {
            let outcome = self.job.as_ref().and_then(|(_, job)| job.wait(limit));
            self.take(outcome);
        }
    }

    /// Whether this was asked last: it is answered, failed, or being answered, and to ask it again
    /// does nothing but take in the answer.
    pub fn is_asked(&self, question: &K) -> bool {
        self.asked.as_ref() == Some(question)
    }

    /// Whether the answer on screen is that to the question `same` recognises, and nothing
    /// else was asked since: then there is no need to ask.
    pub fn has(&self, same: impl FnOnce(&K) -> bool) -> bool {
        self.job.is_none() && self.error.is_none() && self.answered().is_some_and(same)
    }

    /// Takes in an answer that has arrived, where nothing is asked in this frame.
    pub fn poll(&mut self) {
        let outcome = self.job.as_ref().and_then(|(_, job)| job.poll());
        self.take(outcome);
    }

    fn take(&mut self, outcome: Option<Result<V, String>>) {
        let Some(outcome) = outcome else { return };
        let Some((question, job)) = self.job.take() else { return };
        match outcome {
            Ok(value) => self.answer = Some((question, value)),
            Err(_) if job.progress().is_cancelled() => {}
            Err(error) => self.error = Some(error),
        }
    }

    /// The newest answer there is; it may belong to an earlier question, see [`Self::is_stale`].
    pub fn answer(&self) -> Option<&V> {
        self.answer.as_ref().map(|(_, value)| value)
    }

    /// The question that [`Self::answer`] belongs to.
    pub fn answered(&self) -> Option<&K> {
        self.answer.as_ref().map(|(question, _)| question)
    }

    /// How far the computation is, while one runs.
    pub fn progress(&self) -> Option<&Progress> {
        self.job.as_ref().map(|(_, job)| job.progress())
    }

    /// Whether the answer on screen is being replaced.
    pub fn is_stale(&self) -> bool {
        self.job.is_some()
    }

    /// Why there is no answer to the last question.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settle(latest: &mut Latest<u32, u32>) {
        while latest.is_stale() {
            latest.poll();
            std::thread::yield_now();
        }
    }

    #[test]
    fn the_previous_answer_stays_until_the_new_one_is_there() {
        let ctx = egui::Context::default();
        let mut latest = Latest::<u32, u32>::default();
        latest.ask(&ctx, 1, |_| Ok::<_, String>(10));
        settle(&mut latest);
        assert_eq!(latest.answer(), Some(&10));
        let (go, wait) = std::sync::mpsc::sync_channel::<()>(1);
        latest.ask(&ctx, 2, move |_| wait.recv().map(|()| 20).map_err(|e| e.to_string()));
        assert_eq!((latest.answer(), latest.is_stale()), (Some(&10), true));
        go.send(()).expect("the work waits");
        settle(&mut latest);
        assert_eq!((latest.answer(), latest.answered()), (Some(&20), Some(&2)));
    }

    #[test]
    fn only_the_first_answer_is_waited_for() {
        let ctx = egui::Context::default();
        let mut latest = Latest::<u32, u32>::default();
        let hour = Duration::from_secs(3600);
        latest.wait_for_first(hour);
        latest.ask(&ctx, 1, |_| Ok::<_, String>(10));
        latest.wait_for_first(hour);
        assert_eq!((latest.answer(), latest.is_stale()), (Some(&10), false));
        let (go, wait) = std::sync::mpsc::sync_channel::<()>(1);
        latest.ask(&ctx, 2, move |_| wait.recv().map(|()| 20).map_err(|e| e.to_string()));
        latest.wait_for_first(hour);
        assert_eq!((latest.answer(), latest.is_stale()), (Some(&10), true));
        go.send(()).expect("the work waits");
    }

    #[test]
    fn questions_that_come_faster_than_answers_neither_pile_up_nor_starve() {
        let ctx = egui::Context::default();
        let mut latest = Latest::<u32, u32>::default();
        let (go, wait) = std::sync::mpsc::sync_channel::<()>(1);
        latest.ask(&ctx, 1, move |_| wait.recv().map(|()| 10).map_err(|e| e.to_string()));
        for question in 2..50 {
            latest.ask(&ctx, question, |_| Err("this must not start"));
        }
        go.send(()).expect("the work waits");
        settle(&mut latest);
        assert_eq!((latest.answer(), latest.answered()), (Some(&10), Some(&1)));
        latest.ask(&ctx, 50, |_| Ok::<_, String>(500));
        settle(&mut latest);
        assert_eq!((latest.answer(), latest.error()), (Some(&500), None));
    }

    #[test]
    fn a_question_that_was_given_up_is_answered_when_it_is_asked_again() {
        let ctx = egui::Context::default();
        let mut latest = Latest::<u32, u32>::default();
        latest.ask(&ctx, 1, |progress| -> Result<u32, crate::job::Cancelled> {
            loop {
                progress.check()?;
                std::thread::yield_now();
            }
        });
        while latest.job.as_ref().is_some_and(|(_, job)| !job.progress().is_cancelled()) {
            latest.ask(&ctx, 2, |_| Ok::<_, String>(20));
        }
        // Back to the first before its computation has noticed.
        latest.ask(&ctx, 1, |_| Ok::<_, String>(10));
        settle(&mut latest);
        latest.ask(&ctx, 1, |_| Ok::<_, String>(10));
        settle(&mut latest);
        assert_eq!((latest.answer(), latest.answered()), (Some(&10), Some(&1)));
    }

    #[test]
    fn going_back_to_what_is_answered_forgets_the_error_in_between() {
        let ctx = egui::Context::default();
        let mut latest = Latest::<u32, u32>::default();
        latest.ask(&ctx, 1, |_| Ok::<_, String>(10));
        settle(&mut latest);
        latest.ask(&ctx, 2, |_| Err("no such column"));
        settle(&mut latest);
        assert!(!latest.has(|key| *key == 1), "the error must be cleared first");
        latest.ask(&ctx, 1, |_| Err("this must not start"));
        assert_eq!((latest.is_stale(), latest.error()), (false, None));
    }

    #[test]
    fn an_answer_that_is_put_takes_the_place_of_what_is_being_computed() {
        let ctx = egui::Context::default();
        let mut latest = Latest::<u32, u32>::default();
        let (go, wait) = std::sync::mpsc::sync_channel::<()>(1);
        latest.ask(&ctx, 1, move |_| wait.recv().map(|()| 10).map_err(|e| e.to_string()));
        latest.put(2, 20);
        go.send(()).expect("the work waits");
        latest.ask(&ctx, 2, |_| Err("this must not start"));
        settle(&mut latest);
        assert_eq!((latest.answer(), latest.answered()), (Some(&20), Some(&2)));
    }

    #[test]
    fn a_failed_question_keeps_the_old_answer_and_says_why() {
        let ctx = egui::Context::default();
        let mut latest = Latest::<u32, u32>::default();
        latest.ask(&ctx, 1, |_| Ok::<_, String>(10));
        settle(&mut latest);
        latest.ask(&ctx, 2, |_| Err("no such column"));
        settle(&mut latest);
        assert_eq!((latest.answer(), latest.error()), (Some(&10), Some("no such column")));
    }
}

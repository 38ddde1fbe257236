//! Phrases that are searched in prompts: the index has no texts, and is told where to search them.
//!
//! A search takes seconds, and what it found is kept as one bit a row, so that a filter that
//! changes elsewhere searches nothing again. While it goes on, what it found so far can be shown:
//! a window [`stream`](Phrases::stream)s, everybody else waits.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::Index;
use super::order::Order;
use super::requests::Marks;
use crate::job::{Cancelled, Progress};
use crate::model::filter::{Expr, Filter};

/// Calls back with the id of every event whose prompt has the phrase, in no order and from several
/// threads; in words why it cannot. It ends early, with an error, when it is asked to.
pub type SearchPhrase =
    dyn Fn(&str, &Progress, &(dyn Fn(u64) + Sync)) -> Result<(), String> + Send + Sync;

/// Phrases that a filter may have.
pub(super) const MOST: usize = 16;
/// Phrases whose answers are kept: those of a filter, and of what is selected beside it.
const KEPT: usize = 2 * MOST;

/// How often what was found so far is shown at first.
const SHOWN_EVERY: Duration = Duration::from_millis(250);

/// How often a search that somebody else runs is looked after.
const LOOKED_AFTER: Duration = Duration::from_millis(20);

/// The phrases of a case: where to search them, and what was found.
pub struct Phrases {
    search: Box<SearchPhrase>,
    /// Progress of a search that somebody waits for.
    waiting: Progress,
    streams: AtomicBool,
    /// The one asked for last in front.
    asked: Mutex<Vec<Arc<PhraseSearch>>>,
}

impl Phrases {
    /// `search` searches all prompts; `waiting` says how far it is, and stops it, where somebody
    /// waits for the answer.
    pub fn new(
        search: impl Fn(&str, &Progress, &(dyn Fn(u64) + Sync)) -> Result<(), String>
        + Send
        + Sync
        + 'static,
        waiting: Progress,
    ) -> Self {
        let (search, streams) = (Box::new(search), AtomicBool::new(false));
        Self { search, waiting, streams, asked: Mutex::default() }
    }

    /// From here on a filter is answered with what was found so far; somebody else runs the
    /// searches ([`Index::run_search`]).
    pub fn stream(&self) {
        self.streams.store(true, Ordering::Relaxed);
    }

    /// The search for a phrase, begun or not.
    fn search(&self, order: &Order, phrase: &str) -> Arc<PhraseSearch> {
        let key = phrase.to_lowercase();
        let mut asked = lock(&self.asked);
        let found = asked.iter().position(|search| search.phrase == key);
        let search = match found {
            Some(at) => asked.remove(at),
            None => Arc::new(PhraseSearch::new(key, order)),
        };
        asked.truncate(KEPT - 1);
        asked.insert(0, Arc::clone(&search));
        search
    }
}

impl fmt::Debug for Phrases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Phrases").field("asked", &lock(&self.asked)).finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum SearchState {
    /// Nobody runs it.
    Waiting,
    /// It goes on.
    Running,
    /// It was stopped; what it found until then holds, and there may be more.
    Stopped,
    /// All prompts were searched.
    Done,
    /// It could not be done: [`PhraseSearch::failure`] says why.
    Failed,
}

impl SearchState {
    const ALL: [Self; 5] = [Self::Waiting, Self::Running, Self::Stopped, Self::Done, Self::Failed];
}

/// The search for one phrase, and what it found so far.
pub struct PhraseSearch {
    /// In lower case.
    phrase: String,
    /// One bit a row, by ordinal.
    bits: Vec<AtomicU64>,
    marked: AtomicU64,
    hits: AtomicU64,
    state: AtomicU8,
    progress: Progress,
    failure: Mutex<Option<String>>,
    shown: Mutex<Shown>,
    version: AtomicU64,
}

/// What a filter sees of it.
struct Shown {
    marks: Arc<Marks>,
    marked: u64,
    since: Option<Instant>,
    at: Option<Instant>,
}

impl Shown {
    /// Whether what was found is to be shown again. Showing it counts every view anew, on the
    /// processors that search: after the first time it waits for four times as long as the search took
    /// so far, so that a long search is not made longer by being watched.
    fn is_due(&self) -> bool {
        let (Some(since), Some(at)) = (self.since, self.at) else { return true };
        at.elapsed() >= SHOWN_EVERY.max(4 * at.duration_since(since))
    }
}

impl fmt::Debug for PhraseSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PhraseSearch")
            .field("phrase", &self.phrase)
            .field("hits", &self.hits())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

impl PhraseSearch {
    fn new(phrase: String, order: &Order) -> Self {
        let marks = Arc::new(Marks::new(order));
        let mut bits = Vec::new();
        bits.resize_with(marks.words().len(), AtomicU64::default);
        Self {
            phrase,
            bits,
            marked: AtomicU64::new(0),
            hits: AtomicU64::new(0),
            state: AtomicU8::new(SearchState::Waiting as u8),
            progress: Progress::default(),
            failure: Mutex::default(),
            shown: Mutex::new(Shown { marks, marked: 0, since: None, at: None }),
            version: AtomicU64::new(0),
        }
    }

    /// What is searched, in lower case.
    pub fn phrase(&self) -> &str {
        &self.phrase
    }

    /// Rows found so far, of every granularity; one for rows that describe the same call.
    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }

    /// How far it is.
    pub fn state(&self) -> SearchState {
        SearchState::ALL[usize::from(self.state.load(Ordering::Acquire)).min(4)]
    }

    /// How much is searched; to be stopped by.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Why it could not be done.
    pub fn failure(&self) -> Option<String> {
        lock(&self.failure).clone()
    }

    /// Another number whenever a filter with the phrase has another answer.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Begins it, where nobody runs it and it is not over; whether the caller runs it now.
    fn begin(&self) -> bool {
        let may = |state: u8| {
            let over = [SearchState::Running, SearchState::Done].map(|state| state as u8);
            (!over.contains(&state)).then_some(SearchState::Running as u8)
        };
        let begun = self.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, may).is_ok();
        if begun {
            self.version.fetch_add(1, Ordering::AcqRel);
        }
        begun
    }

    /// Ends it as failed.
    fn fail(&self, why: String) {
        *lock(&self.failure) = Some(why);
        self.set(SearchState::Failed);
    }

    fn set(&self, state: SearchState) {
        self.state.store(state as u8, Ordering::Release);
        self.version.fetch_add(1, Ordering::AcqRel);
    }

    /// Marks a row; whether it is the first.
    fn mark(&self, ordinal: u32, is_call: bool) -> bool {
        let bit = 1 << (ordinal % 64);
        let is_new = self.bits[ordinal as usize / 64].fetch_or(bit, Ordering::Relaxed) & bit == 0;
        self.hits.fetch_add(u64::from(is_new && is_call), Ordering::Relaxed);
        is_new && self.marked.fetch_add(1, Ordering::Relaxed) == 0
    }

    /// Shows what was found so far; whether there is anything new.
    fn show(&self, shown: &mut Shown) -> bool {
        let marked = self.marked.load(Ordering::Relaxed);
        let now = Instant::now();
        shown.since.get_or_insert(now);
        shown.at = Some(now);
        if marked == shown.marked {
            return false;
        }
        let words = self.bits.iter().map(|word| word.load(Ordering::Relaxed));
        shown.marks = Arc::new(Marks::of(words.collect()));
        shown.marked = marked;
        self.version.fetch_add(1, Ordering::AcqRel);
        true
    }

    /// Shows what was found, where that is due and nobody else is about to.
    fn show_in_time(&self, wake: &(dyn Fn() + Sync)) {
        let Ok(mut shown) = self.shown.try_lock() else { return };
        if shown.is_due() && self.show(&mut shown) {
            wake();
        }
    }

    /// The rows found so far, as far as they are shown.
    pub(super) fn marks(&self) -> Arc<Marks> {
        Arc::clone(&lock(&self.shown).marks)
    }
}

/// A search that goes on, or that a panic broke off.
struct Running<'a>(&'a PhraseSearch);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if self.0.state() == SearchState::Running {
            self.0.fail("the search broke off".to_owned());
        }
    }
}

/// Ends the thread that shows what was found, also where the search panics.
struct End<'a>(&'a AtomicBool, &'a thread::Thread);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
        self.1.unpark();
    }
}

impl Index {
    /// Says where prompts are searched, which the index does not keep itself.
    #[must_use]
    pub fn with_phrases(mut self, phrases: Phrases) -> Self {
        self.phrases = Some(phrases);
        self
    }

    /// The phrases of the case, where its prompts can be searched.
    pub fn phrases(&self) -> Option<&Phrases> {
        self.phrases.as_ref()
    }

    /// The searches for the phrases of a filter, begun or not, in the order written.
    pub fn searches(&self, filter: &Filter) -> Vec<Arc<PhraseSearch>> {
        let (Some(phrases), Some(expr)) = (&self.phrases, &filter.expr) else { return Vec::new() };
        let mut searches: Vec<Arc<PhraseSearch>> = Vec::new();
        expr.for_each_leaf(&mut |leaf| {
            let Expr::Phrase(text) = leaf else { return };
            // More than are kept would be forgotten and begun anew without end.
            let is_known = searches.iter().any(|s| s.phrase == text.to_lowercase());
            if text.is_empty() || is_known || searches.len() == KEPT {
                return;
            }
            searches.push(phrases.search(&self.order, text));
        });
        searches
    }

    /// Another number whenever the answer to a filter is another one for what was found in prompts
    /// meanwhile.
    pub fn phrases_version(&self, filter: &Filter) -> u64 {
        self.searches(filter).iter().map(|search| search.version()).sum()
    }

    /// Runs a search to its end, or until its progress is cancelled; `wake` is called whenever
    /// there is more to see.
    ///
    /// What was found by an earlier run stays. A search that is run already is left alone, and one
    /// that is cancelled before it begins does not begin.
    pub fn run_search(&self, search: &PhraseSearch, wake: &(dyn Fn() + Sync)) {
        self.search(search, &search.progress, wake);
    }

    fn search(&self, search: &PhraseSearch, progress: &Progress, wake: &(dyn Fn() + Sync)) {
        let Some(phrases) = &self.phrases else { return };
        if !search.begin() {
            return;
        }
        let _running = Running(search);
        let is_over = AtomicBool::new(false);
        let outcome = thread::scope(|scope| {
            let showing = scope.spawn(|| {
                while !is_over.load(Ordering::Acquire) {
                    thread::park_timeout(SHOWN_EVERY);
                    search.show_in_time(wake);
                }
            });
            let _end = End(&is_over, showing.thread());
            (phrases.search)(&search.phrase, progress, &|event_id| {
                let Some(ordinal) = self.order.ordinal_of_event(event_id) else { return };
                let primary = self.same_call.primary(ordinal);
                let mut is_first = search.mark(ordinal, primary.is_none());
                // A joined row is counted as the row that takes its prompt from it: not as one
                // that has another prompt of its own.
                if let Some((primary, false)) = primary
                    && self.prompt_at(primary) == self.prompt_at(ordinal)
                {
                    is_first |= search.mark(primary, true);
                }
                if is_first {
                    search.show_in_time(wake);
                }
            })
        });
        search.show(&mut lock(&search.shown));
        match outcome {
            Ok(()) => search.set(SearchState::Done),
            Err(_) if progress.is_cancelled() => search.set(SearchState::Stopped),
            Err(why) => search.fail(why),
        }
        wake();
    }

    /// The fingerprint of the prompt of the row with an ordinal.
    fn prompt_at(&self, ordinal: u32) -> Option<u64> {
        self.columns.prompt_hash.get(self.order.row(ordinal) as usize).copied()
    }

    /// Waits until all phrases of a filter are searched, and searches them where nobody does.
    ///
    /// # Errors
    /// When it is asked to stop.
    pub fn finish_searches(&self, filter: &Filter, progress: &Progress) -> Result<(), Cancelled> {
        self.searches(filter).iter().try_for_each(|search| self.finish_search(search, progress))
    }

    /// Waits until a search is over, and runs it where nobody does.
    fn finish_search(&self, search: &PhraseSearch, progress: &Progress) -> Result<(), Cancelled> {
        loop {
            progress.check()?;
            match search.state() {
                SearchState::Done | SearchState::Failed => return Ok(()),
                SearchState::Running => thread::sleep(LOOKED_AFTER),
                SearchState::Waiting | SearchState::Stopped => {
                    self.search(search, progress, &|| ());
                }
            }
        }
    }

    /// The rows with a phrase in their prompt: all of them, or where a window streams those that
    /// were found so far.
    pub(super) fn rows_with_phrase(&self, phrase: &str) -> Result<Arc<Marks>, String> {
        let no_texts = || "this case has no prompts to search".to_owned();
        let phrases = self.phrases.as_ref().ok_or_else(no_texts)?;
        let search = phrases.search(&self.order, phrase);
        if !phrases.streams.load(Ordering::Relaxed) {
            let cancelled = |_| "the search was cancelled".to_owned();
            self.finish_search(&search, &phrases.waiting).map_err(cancelled)?;
        }
        match search.state() {
            SearchState::Failed => Err(search.failure().unwrap_or_default()),
            _ => Ok(search.marks()),
        }
    }
}

#[cfg(test)]
#[path = "phrases_tests.rs"]
mod tests;

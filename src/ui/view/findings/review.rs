//! Sampling for review: a random part of the list, and from the verdicts on it how many of the
//! whole list are likely innocent.

use std::collections::BTreeSet;

use crate::detect::stats::interval::{Interval, wilson};
use crate::model::finding::{Level, RunInfo, Subject};
use crate::model::rng::Rng;
use crate::model::{Filter, Time, Verdict};

use super::listing::{Entry, Listing, Review};

/// How sure an interval is.
const CONFIDENCE: f64 = 0.95;

/// Entries drawn at random, the same for the same run, level and number.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The run it is of.
    pub run: Time,
    /// Drawn among those that reach it.
    pub from: Level,
    /// How many there were to draw from.
    pub of: usize,
    /// Under which filter it was drawn.
    pub filter: Filter,
    /// Those drawn.
    pub subjects: BTreeSet<Subject>,
}

/// What verdicts on a sample say of the list it was drawn from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Entries with a verdict.
    pub reviewed: u64,
    /// Entries cleared.
    pub cleared: u64,
    /// The share of cleared ones in the whole list, as far as the reviewed ones tell; `None`
    /// before any is reviewed.
    pub share: Option<Interval>,
}

impl Sample {
    /// Draws `n` of the entries that reach a level, each as likely as any other.
    pub fn draw(listing: &Listing, from: Level, n: usize, run: &RunInfo, filter: &Filter) -> Self {
        let mut all: Vec<Subject> =
            listing.entries.iter().filter(|e| e.level >= from).map(|e| e.subject).collect();
        // In an order that no verdict and no menu changes.
        all.sort_unstable();
        let of = all.len();
        let mut rng = Rng::new(&[run.seed, from as u64, n as u64]);
        for i in 0..n.min(of) {
            let other = i + rng.below((of - i) as u64) as usize;
            all.swap(i, other);
        }
        all.truncate(n);
        Self { run: run.at, filter: filter.clone(), from, of, subjects: all.into_iter().collect() }
    }

    /// Whether an entry was drawn.
    pub fn has(&self, entry: &Entry) -> bool {
        self.subjects.contains(&entry.subject)
    }

    /// What the verdicts given so far say (Wilson's interval; an entry counts as cleared where all
    /// its accounts are).
    pub fn estimate(&self, listing: &Listing) -> Estimate {
        let drawn = || listing.entries.iter().filter(|entry| self.has(entry));
        let reviewed = drawn().filter(|entry| entry.review.is_done()).count() as u64;
        let is_cleared = |e: &&Entry| e.review == Review::Given(Verdict::Cleared);
        let cleared = drawn().filter(is_cleared).count() as u64;
        Estimate { reviewed, cleared, share: wilson(cleared, reviewed, CONFIDENCE) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::testkit;

    fn run(seed: u64) -> RunInfo {
        RunInfo { at: Time(1), seed, ..testkit::run_info() }
    }

    fn listing(n: u32) -> Listing {
        let entry = |id: u32| Entry {
            subject: Subject::Cluster(id),
            name: format!("Cluster {id}"),
            level: if id.is_multiple_of(2) { Level::Probable } else { Level::Indicative },
            coordination: 0.5,
            harvesting: 0.5,
            accounts: 2,
            rows: 10,
            families: [None; 5],
            detectors: Vec::new(),
            review: Review::New,
            dismissal: None,
        };
        Listing { entries: (1..=n).map(entry).collect(), all: n as usize, ..Listing::default() }
    }

    #[test]
    fn a_sample_is_drawn_again_the_same_and_only_from_its_level() {
        let listing = listing(100);
        let sample = Sample::draw(&listing, Level::Probable, 20, &run(7), &Filter::default());
        assert_eq!((sample.of, sample.subjects.len()), (50, 20));
        assert_eq!(
            sample,
            Sample::draw(&listing, Level::Probable, 20, &run(7), &Filter::default())
        );
        assert_ne!(
            sample,
            Sample::draw(&listing, Level::Probable, 20, &run(8), &Filter::default())
        );
        let is_even =
            |subject: &Subject| matches!(subject, Subject::Cluster(id) if id.is_multiple_of(2));
        assert!(sample.subjects.iter().all(is_even));
        let all = Sample::draw(&listing, Level::Probable, 900, &run(7), &Filter::default());
        assert_eq!(all.subjects.len(), 50, "no more than there are");
    }

    #[test]
    fn every_entry_is_drawn_equally_often() {
        let listing = listing(20);
        let mut drawn = [0u32; 21];
        for seed in 0..2_000 {
            for subject in
                Sample::draw(&listing, Level::Indicative, 5, &run(seed), &Filter::default())
                    .subjects
            {
                let Subject::Cluster(id) = subject else { panic!("only clusters are listed") };
                drawn[id as usize] += 1;
            }
        }
        // 500 each, with a standard deviation of 19.
        assert!(drawn[1..].iter().all(|n| (420..580).contains(n)), "{drawn:?}");
    }

    #[test]
    fn verdicts_on_the_sample_bound_the_share_of_innocent_ones() {
        let mut listing = listing(60);
        let sample = Sample::draw(&listing, Level::Indicative, 30, &run(1), &Filter::default());
        assert_eq!(sample.estimate(&listing).share, None);
        let drawn = listing.entries.iter_mut().filter(|e| sample.has(e));
        for (i, entry) in drawn.enumerate() {
            let verdict = if i < 3 { Verdict::Cleared } else { Verdict::Suspicious };
            entry.review = Review::Given(verdict);
        }
        let estimate = sample.estimate(&listing);
        assert_eq!((estimate.reviewed, estimate.cleared), (30, 3));
        let share = estimate.share.expect("an interval");
        // scipy.stats.binomtest(3, 30).proportion_ci(method="wilson"): 0.0346 to 0.2562.
        assert!((share.low - 0.0346).abs() < 1e-3 && (share.high - 0.2562).abs() < 1e-3);
    }
}

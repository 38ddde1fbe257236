//! Stillwatch and the baselines in one table, scored by the same code.

use std::collections::BTreeMap;

use stillwatch::case::OpenCase;
use stillwatch::detect::Outcome;
use stillwatch::detect::stats::interval::wilson;
use stillwatch::model::finding::Level;

use super::baselines::{ALL, Ranked, Seen};
use super::labels::Label;
use super::metrics::{average_precision, recall_at};
use super::table::{percent, scores};

/// The share of innocents that may be above, for the recall at a false-positive rate.
const FALSE_POSITIVE_RATE: f64 = 0.001;

/// What a method says of every account, by position.
pub struct Entry {
    /// In a few words.
    pub name: String,
    /// Ranks for the question whether accounts act as one.
    pub coordination: Vec<f64>,
    /// Ranks for the question whether answers are collected.
    pub harvesting: Vec<f64>,
    /// Whom it lists at its own threshold.
    pub listed: Vec<bool>,
}

impl Entry {
    /// What a run of the detectors says: `probable` and above are listed.
    pub fn of_run(name: &str, outcome: &Outcome, accounts: usize) -> Self {
        let scores = scores(outcome, accounts);
        Self {
            name: name.to_owned(),
            coordination: scores.iter().map(|s| s.coordination).collect(),
            harvesting: scores.iter().map(|s| s.harvesting).collect(),
            listed: scores.iter().map(|s| s.level >= Level::Probable).collect(),
        }
    }

    fn of_baseline(name: &str, ranked: Ranked) -> Self {
        Self {
            name: name.to_owned(),
            coordination: ranked.score.clone(),
            harvesting: ranked.score,
            listed: ranked.listed,
        }
    }

    /// Prints its row.
    pub fn print(&self, labels: &[Label]) {
        let of = |scores: &[f64], truth: fn(&Label) -> bool| -> Vec<(f64, bool)> {
            scores.iter().copied().zip(labels.iter().map(truth)).collect()
        };
        let questions =
            [of(&self.coordination, |l| l.coordinated), of(&self.harvesting, |l| l.harvesting)];
        let [h1, h2] = questions.each_ref().map(|scored| area(scored));
        let [r1, r2] =
            questions.each_ref().map(|scored| percent(recall_at(scored, FALSE_POSITIVE_RATE)));
        let (listed, precision, recall) = self.at_threshold(labels);
        println!(
            "{:<30} {h1:>6} {h2:>6} {r1:>9} {r2:>9} {listed:>7} {precision:>9} {recall:>8}  {}",
            self.name,
            worst(&self.listed, labels)
        );
    }

    fn at_threshold(&self, labels: &[Label]) -> (usize, String, String) {
        let listed = self.listed.iter().filter(|is| **is).count();
        let right =
            self.listed.iter().zip(labels).filter(|(is, l)| **is && l.is_campaign()).count();
        let all = labels.iter().filter(|l| l.is_campaign()).count();
        let share = |of: usize| percent((of > 0).then(|| right as f64 / of as f64));
        (listed, share(listed), share(all))
    }
}

fn area(scored: &[(f64, bool)]) -> String {
    average_precision(scored).map_or_else(|| "–".into(), |area| format!("{area:.3}"))
}

/// The look-alike of which the greatest share is listed although it is innocent, with the 95 %
/// interval; of equal ones the one of which least can be said.
fn worst(listed: &[bool], labels: &[Label]) -> String {
    let mut classes: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let innocent = |label: &Label| label.class.starts_with('L') && !label.is_campaign();
    for (is, label) in listed.iter().zip(labels).filter(|(_, label)| innocent(label)) {
        let (hits, n) = classes.entry(&label.class).or_default();
        (*hits, *n) = (*hits + u64::from(*is), *n + 1);
    }
    let interval = |hits, n| wilson(hits, n, 0.95).map_or((0.0, 1.0), |i| (i.low, i.high));
    let rank = |of: &(u64, u64)| (of.0 as f64 / of.1 as f64, interval(of.0, of.1).1);
    let worst = classes.iter().max_by(|a, b| {
        let (a, b) = (rank(a.1), rank(b.1));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    worst.map_or_else(String::new, |(class, (hits, n))| {
        let (low, high) = interval(*hits, *n);
        format!("{class} {hits}/{n} ({:.1}…{:.1} %)", low * 100.0, high * 100.0)
    })
}

/// The line above the rows.
pub fn header() {
    println!(
        "\n{:<30} {:>6} {:>6} {:>9} {:>9} {:>7} {:>9} {:>8}  worst look-alike",
        "", "H1", "H2", "H1@0.1 %", "H2@0.1 %", "listed", "precision", "recall"
    );
}

/// Prints the whole table: AUPRC and recall at a false-positive rate of 0.1 % for each question,
/// then what each lists at its own threshold.
pub fn print(case: &OpenCase, outcome: &Outcome, labels: &[Label]) {
    header();
    Entry::of_run("Stillwatch", outcome, labels.len()).print(labels);
    let file = case.reader().expect("a case that can be read");
    let attributes = file.account_attributes().expect("a case that can be read");
    let seen = Seen { case, attributes: &attributes };
    for baseline in &ALL {
        match (baseline.rank)(&seen) {
            Some(ranked) => Entry::of_baseline(baseline.name, ranked).print(labels),
            None => println!("{:<30} not run: the case has not what it needs", baseline.name),
        }
    }
}

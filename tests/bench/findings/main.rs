//! How well a run of the detectors finds what `synth --scenario benchmark` hides.
//!
//! `cargo bench --no-default-features --bench findings -- FOLDER…`, each with `case.stillwatch` and
//! `labels.csv`, prints for each the metrics of a published evaluation: AUPRC of the two
//! questions, precision and recall, the recall of every campaign, the false positives of every
//! look-alike with their 95 % interval, how well clusters match networks, and what it cost.
//! `--details` lists the clusters with their sentences.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "../clock.rs"]
#[allow(dead_code, reason = "every bench uses its part of it")]
mod clock;
mod details;
mod labels;
mod metrics;
mod table;

use std::path::Path;

use stillwatch::case::{OpenCase, find};
use stillwatch::detect::{Options, Outcome};
use stillwatch::job::Progress;

use labels::Label;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let details = args.iter().any(|arg| arg == "--details");
    let folders: Vec<&String> = args.iter().filter(|arg| !arg.starts_with("--")).collect();
    if folders.is_empty() {
        println!("no folder given: nothing scored");
    }
    for folder in folders {
        score(Path::new(folder), details);
    }
}

fn score(folder: &Path, details: bool) {
    let case = folder.join("case.stillwatch");
    let open = OpenCase::load(&case, &Progress::default()).expect("a case");
    clock::forget_peak();
    let options = Options { seed: 1, ..Options::default() };
    let progress = Progress::default();
    let (found, cost) = clock::timed(|| find(&open, &options, &progress).expect("not cancelled"));
    let outcome = found.outcome;
    let labels = labels::read(&folder.join("labels.csv"), open.index.accounts());
    println!("\n# {}: {} exchanges, {} accounts", folder.display(), open.index.len(), labels.len());
    clock::report("all detectors", cost);
    print(&outcome, &labels);
    if details {
        details::print(&outcome, &labels);
    }
}

fn print(outcome: &Outcome, labels: &[Label]) {
    table::headline(outcome, labels);
    table::classes(outcome, labels);
}

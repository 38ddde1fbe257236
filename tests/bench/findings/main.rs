//! How well a run of the detectors finds what `synth --scenario benchmark` hides.
//!
//! `cargo bench --no-default-features --bench findings -- FOLDER…`, each with `case.stillwatch` and
//! `labels.csv`, prints for each the metrics of a published evaluation: AUPRC of the two
//! questions, precision and recall, the recall of every campaign and evasion, the false positives
//! of every look-alike with their 95 % interval, in which quadrant accounts are put, how well
//! clusters match networks, and what it cost. The arms of prevalence are a folder each.
//!
//! - `--details` lists the clusters with their sentences.
//! - `--baselines` puts six other methods beside it, scored by the same code.
//! - `--ablation` imports `exchanges.jsonl` and the tables of each folder again without some of
//!   their columns, tier by tier, and says which detectors are blind then.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

mod ablation;
mod baselines;
#[path = "../clock.rs"]
#[allow(dead_code, reason = "every bench uses its part of it")]
mod clock;
mod contest;
mod details;
mod labels;
mod metrics;
mod quadrants;
mod table;

use std::path::Path;

use stillwatch::case::{OpenCase, find};
use stillwatch::detect::{Options, Outcome};
use stillwatch::job::Progress;

use labels::Label;

/// What else is printed.
#[derive(Clone, Copy)]
struct Wanted {
    details: bool,
    baselines: bool,
    ablation: bool,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let has = |name: &str| args.iter().any(|arg| arg == name);
    let wanted = Wanted {
        details: has("--details"),
        baselines: has("--baselines"),
        ablation: has("--ablation"),
    };
    let folders: Vec<&String> = args.iter().filter(|arg| !arg.starts_with("--")).collect();
    if folders.is_empty() {
        println!("no folder given: nothing scored");
    }
    for folder in folders {
        score(Path::new(folder), wanted);
    }
}

fn score(folder: &Path, wanted: Wanted) {
    let case = folder.join("case.stillwatch");
    let open = OpenCase::load(&case, &Progress::default()).expect("a case");
    clock::forget_peak();
    let options = Options { seed: 1, ..Options::default() };
    let progress = Progress::default();
    let looked_at = open.looked_at();
    let run = || find(&looked_at, &options, &progress).expect("not cancelled");
    let (found, cost) = clock::timed(run);
    let outcome = found.outcome;
    let labels = labels::read(&folder.join("labels.csv"), open.index.accounts());
    println!("\n# {}: {} exchanges, {} accounts", folder.display(), open.index.len(), labels.len());
    clock::report("all detectors", cost);
    print(&outcome, &labels);
    if wanted.baselines {
        contest::print(&open, &outcome, &labels);
    }
    if wanted.details {
        details::print(&outcome, &labels);
    }
    if wanted.ablation {
        drop(open);
        ablation::print(folder);
    }
}

fn print(outcome: &Outcome, labels: &[Label]) {
    let campaign = labels.iter().filter(|label| label.is_campaign()).count();
    let share = campaign as f64 / labels.len().max(1) as f64;
    println!("{campaign} accounts in campaigns, {:.2} %", share * 100.0);
    table::headline(outcome, labels);
    table::evasions(outcome, labels);
    quadrants::print(outcome, labels);
    table::classes(outcome, labels);
}

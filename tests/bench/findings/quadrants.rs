//! Whether accounts stand on the right side of both questions: neither, coordinated only (a resale
//! ring), harvesting only (sanctioned distillation), both.

use std::collections::BTreeMap;

use stillwatch::detect::Outcome;

use super::labels::Label;
use super::table::{percent, scores};

/// A score from here on is a yes, as on the board of the window. Where an innocent explanation
/// stands scores are halved, and so always below.
const YES: f64 = 0.5;
/// The quadrants, in the order of the columns.
const NAMES: [&str; 4] = ["neither", "coordinated", "harvesting", "both"];

/// Where the accounts of a class are put, in the order of [`NAMES`].
type Put = [usize; 4];

/// The place of a quadrant in [`NAMES`].
fn at(coordinated: bool, harvesting: bool) -> usize {
    usize::from(coordinated) + 2 * usize::from(harvesting)
}

/// Prints where the accounts of each class are put, and how many rightly. Classes that belong into
/// `neither`, and all of which are there, are counted only.
pub fn print(outcome: &Outcome, labels: &[Label]) {
    let mut classes: BTreeMap<(usize, String), Put> = BTreeMap::new();
    for (score, label) in scores(outcome, labels.len()).iter().zip(labels) {
        let truth = at(label.coordinated, label.harvesting);
        let put = at(is_yes(score.coordination), is_yes(score.harvesting));
        classes.entry((truth, label.row())).or_default()[put] += 1;
    }
    let header = NAMES.map(|name| format!("{name:>12}")).concat();
    println!("\nquadrant            {header}    right");
    let (mut right, mut all) = ([0; 4], [0; 4]);
    for ((truth, class), put) in &classes {
        let n: usize = put.iter().sum();
        (right[*truth], all[*truth]) = (right[*truth] + put[*truth], all[*truth] + n);
        if *truth != 0 || put[0] < n {
            line(&format!("{class} ({})", NAMES[*truth]), put, put[*truth], n);
        }
    }
    for (truth, name) in NAMES.iter().enumerate().filter(|(truth, _)| all[*truth] > 0) {
        println!(
            "all {name:<12} {} of {} right, {}",
            right[truth],
            all[truth],
            share(right[truth], all[truth])
        );
    }
    let (right, all) = (right.iter().sum(), all.iter().sum());
    println!("all              {right} of {all} right, {}", share(right, all));
}

fn line(name: &str, put: &Put, right: usize, n: usize) {
    let cells: String = put.iter().map(|count| format!("{count:>12}")).collect();
    println!("{name:<20}{cells} {:>8}", share(right, n));
}

fn share(hits: usize, n: usize) -> String {
    percent((n > 0).then(|| hits as f64 / n as f64))
}

fn is_yes(score: f64) -> bool {
    score >= YES
}

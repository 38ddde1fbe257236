//! Every number of every explanation, computed again from the CSV files of packages alone.
//!
//! This is the reader that an expert of the other side would write: it knows the files and the
//! meaning of the recipes, and nothing of the program. What a recipe says can only be counted in
//! the whole case is counted and named, so that it cannot grow unseen.

mod formulas;
mod package;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::package::Package;
use crate::support::Bench;

/// Of each detector, the numbers that a package is not enough for: they hold the accounts that a
/// finding speaks of against all others, or against chance. Nothing else may be one.
const ONLY_IN_THE_CASE: &[(&str, &str)] = &[
    ("D01", "draws"),
    ("D07", "closings cut_off hits newcomers usual waves"),
    ("D08", "days"),
    ("D11", "accounts values filled"),
    ("D12", "expected"),
    ("D13", "judged"),
    ("D14", "judged"),
    ("D18", "usual"),
    ("D20", "within"),
    ("D24", "between within"),
    ("D32", "hits all share when"),
    ("D33", "known"),
    ("D35", "own between"),
];

fn package() -> Bench {
    let bench = Bench::new();
    bench.run(&["synth", "--scenario", "benchmark", "--out", "b"]).ok();
    let tables = ["--accounts", "b/accounts.csv", "--releases", "b/releases.csv"];
    let import = ["import", "b/exchanges.jsonl", "--case", "c.stillwatch"];
    bench.run(&[&import[..], &tables].concat()).ok();
    bench.run(&["analyze", "c.stillwatch"]).ok();
    bench.run(&["export", "c.stillwatch", "--out", "p", "--only", "csv"]).ok();
    // A filter that leaves nothing out.
    let all = ["--out", "all", "--select", "kind:exchange", "--only", "csv"];
    bench.run(&[&["export", "c.stillwatch"], &all[..]].concat()).ok();
    bench
}

#[test]
fn every_number_of_every_explanation_is_computed_again_from_the_tables_of_a_package() {
    let bench = package();
    let package = Package::read(&bench);
    assert!(!package.position.is_empty());
    let (mut again, mut only_in_the_case) = (0, BTreeMap::<String, usize>::new());
    let mut wrong = Vec::new();
    let mut detectors = BTreeSet::new();
    for finding in &package.findings {
        let mut sentence = finding["words"].clone();
        detectors.insert(&finding["detector"]);
        let numbers: Value = serde_json::from_str(&finding["numbers"]).unwrap();
        for number in numbers.as_array().unwrap() {
            let name = number["name"].as_str().unwrap();
            sentence = sentence.replace(&format!("{{{name}}}"), number["text"].as_str().unwrap());
            let written = number["value"].as_f64().unwrap();
            // The mean of draws of a count is said as a whole one.
            let is_rounded = number["unit"] == "count" && number["recipe"]["how"] == "draws";
            let computed = package.compute(finding, &number["recipe"]);
            match computed.map(|found| if is_rounded { found.round() } else { found }) {
                None => {
                    *only_in_the_case
                        .entry(format!("{} {name}", finding["detector"]))
                        .or_default() += 1;
                }
                Some(found) if (found - written).abs() <= 1e-9 * written.abs().max(1.0) => {
                    again += 1;
                }
                Some(found) => wrong.push(format!(
                    "finding {} of {}: {name} is {written}, and {found} from the tables ({})",
                    finding["finding"], finding["detector"], number["recipe"]
                )),
            }
        }
        assert_eq!(plain(&sentence), plain(&finding["sentence"]));
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), wrong.len() + again, wrong.join("\n"));
    assert!(detectors.len() >= 3 && again >= 30, "{again} numbers of {detectors:?}");
    let named: usize = only_in_the_case.values().sum();
    assert!(named < again, "most numbers can be computed again: {again}, not {only_in_the_case:?}");
    let known: BTreeSet<String> = (ONLY_IN_THE_CASE.iter())
        .flat_map(|(id, names)| names.split(' ').map(move |name| format!("{id} {name}")))
        .collect();
    let unknown: Vec<&String> =
        only_in_the_case.keys().filter(|name| !known.contains(*name)).collect();
    assert!(unknown.is_empty(), "of these too the package is not enough: {unknown:?}");
}

/// A cell without what keeps a spreadsheet from running it.
fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

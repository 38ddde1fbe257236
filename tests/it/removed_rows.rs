//! What a finding cites is what it rests on: without these records the accounts score lower.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::Bench;

/// Scores of an account by question.
type Scores = BTreeMap<&'static str, f64>;

/// What the questions are called in `detectors --json` and in tables.
const QUESTIONS: [(&str, &str); 2] =
    [("coordinated", "coordination"), ("harvesting", "harvesting")];

/// A small benchmark.
fn benchmark() -> Bench {
    let bench = Bench::new();
    let small = ["synth", "--scenario", "benchmark", "--events", "13000", "--accounts", "400"];
    let more = ["--prevalence", "8", "--seed", "91", "--out", "b"];
    bench.run(&[&small[..], &more].concat()).ok();
    bench
}

/// Imports a log with the tables of the benchmark and looks at it.
fn analyzed(bench: &Bench, log: &str, case: &str) -> Value {
    let tables = ["--accounts", "b/accounts.csv", "--releases", "b/releases.csv"];
    bench.run(&[&["import", log, "--case", case][..], &tables].concat()).ok();
    bench.run(&["analyze", case]).ok();
    bench.run(&["findings", case, "--json"]).ok().json()
}

/// The scores of every account of which anything is said, of a cluster as of its own.
fn scores(bench: &Bench, case: &str) -> BTreeMap<String, Scores> {
    let out = format!("{case}.package");
    bench.run(&["export", case, "--out", &out, "--only", "csv"]).ok();
    let mut table = csv::Reader::from_path(bench.path(&out).join("accounts.csv")).unwrap();
    let rows = table.deserialize::<BTreeMap<String, String>>();
    let of = |row: BTreeMap<String, String>| {
        let score = |column: &str| row[column].parse().unwrap_or(0.0);
        let scores = QUESTIONS.iter().map(|(_, column)| (*column, score(column))).collect();
        (row["account_id"].clone(), scores)
    };
    rows.map(|row| of(row.unwrap())).collect()
}

/// The questions that each detector speaks to, as columns.
fn spoken_to(bench: &Bench) -> BTreeMap<String, Vec<&'static str>> {
    let all = bench.run(&["detectors", "--json"]).ok().json();
    let of = |detector: &Value| {
        let words = detector["speaks_to"].as_array().unwrap();
        let columns = QUESTIONS.iter().filter(|(word, _)| words.iter().any(|w| w == word));
        (detector["id"].as_str().unwrap().to_owned(), columns.map(|of| of.1).collect())
    };
    all.as_array().unwrap().iter().map(of).collect()
}

/// What one family says of the clusters at `probable` and above.
#[derive(Default)]
struct Family {
    /// Numbers of findings.
    findings: BTreeSet<u64>,
    /// By cluster: its accounts, and the questions that the findings speak to.
    clusters: BTreeMap<u64, (Vec<String>, BTreeSet<&'static str>)>,
}

fn families(
    found: &Value,
    spoken_to: &BTreeMap<String, Vec<&'static str>>,
) -> BTreeMap<String, Family> {
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    for cluster in found["clusters"].as_array().unwrap() {
        if cluster["level"] != "probable" && cluster["level"] != "strong" {
            continue;
        }
        let members = cluster["members"].as_array().unwrap().iter();
        let members: Vec<String> =
            members.map(|member| member["account"].as_str().unwrap().to_owned()).collect();
        for finding in cluster["findings"].as_array().unwrap() {
            let cites = |of: &Value| of["records"].as_u64().unwrap() > 0;
            if !finding["records"].as_array().unwrap().iter().any(cites) {
                continue;
            }
            let family =
                families.entry(finding["family"].as_str().unwrap().to_owned()).or_default();
            family.findings.insert(finding["finding"].as_u64().unwrap());
            let of = family.clusters.entry(cluster["cluster"].as_u64().unwrap());
            let (_, questions) = of.or_insert_with(|| (members.clone(), BTreeSet::new()));
            questions.extend(&spoken_to[finding["detector"].as_str().unwrap()]);
        }
    }
    families
}

/// Writes the log again without the records that some findings cite; gives how many these are.
fn write_without(bench: &Bench, findings: &BTreeSet<u64>, out: &str) -> usize {
    let sql = "SELECT DISTINCT finding, line FROM view_evidence";
    let rows = bench.run(&["query", "c.stillwatch", sql, "--format", "json"]).ok().json();
    let rows = rows.as_array().unwrap().iter();
    let cited: BTreeSet<usize> = rows
        .filter(|row| findings.contains(&row["finding"].as_u64().unwrap()))
        .map(|row| row["line"].as_u64().unwrap() as usize)
        .collect();
    let log = std::fs::read_to_string(bench.path("b/exchanges.jsonl")).unwrap();
    let kept = (1..).zip(log.lines()).filter(|(line, _)| !cited.contains(line));
    let kept: String = kept.map(|(_, text)| format!("{text}\n")).collect();
    bench.file(out, kept);
    cited.len()
}

#[test]
fn without_the_records_that_a_family_cites_the_accounts_of_every_cluster_score_lower() {
    let bench = benchmark();
    let found = analyzed(&bench, "b/exchanges.jsonl", "c.stillwatch");
    let before = scores(&bench, "c.stillwatch");
    let families = families(&found, &spoken_to(&bench));
    assert!(families.len() >= 2, "{:?}", families.keys());
    let (mut compared, mut wrong) = (0, Vec::new());
    for (name, family) in &families {
        let (log, case) = (format!("{name}.jsonl"), format!("{name}.stillwatch"));
        let removed = write_without(&bench, &family.findings, &log);
        assert!(removed > 0, "{name} cites records");
        analyzed(&bench, &log, &case);
        let after = scores(&bench, &case);
        for (cluster, (members, questions)) in &family.clusters {
            for question in questions {
                let mean = |of: &BTreeMap<String, Scores>| {
                    let score = |id: &String| of.get(id).map_or(0.0, |scores| scores[question]);
                    members.iter().map(score).sum::<f64>() / members.len() as f64
                };
                let (was, is) = (mean(&before), mean(&after));
                compared += 1;
                if is >= was {
                    wrong.push(format!("{name}, cluster {cluster}: {question} {was} → {is}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
}

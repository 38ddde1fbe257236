//! What a finding cites is what it rests on: without these records the accounts score lower, unless
//! the same detectors say the same again of records that are left. A network that starts its days
//! together, or uses a new model in bursts, did so on other days, too.

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
    /// By number of the cluster.
    clusters: BTreeMap<u64, Spoken>,
}

/// What findings of a family that cite records say of a cluster.
#[derive(Default)]
struct Spoken {
    members: Vec<String>,
    /// The questions they speak to.
    questions: BTreeSet<&'static str>,
    detectors: BTreeSet<String>,
}

/// A score moves by less than this when other records go: shares and templates are counted anew.
const AS_BEFORE: f64 = 1e-6;

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
            let detector = finding["detector"].as_str().unwrap();
            let of = family.clusters.entry(cluster["cluster"].as_u64().unwrap()).or_default();
            of.members.clone_from(&members);
            of.questions.extend(&spoken_to[detector]);
            of.detectors.insert(detector.to_owned());
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

/// The detectors that say something of a cluster with any of these accounts, citing records.
fn said_of(found: &Value, members: &[String]) -> BTreeSet<String> {
    let is_member = |m: &Value| members.iter().any(|id| m["account"] == id.as_str());
    let clusters = found["clusters"].as_array().unwrap().iter();
    let of = clusters.filter(|c| c["members"].as_array().unwrap().iter().any(is_member));
    let findings = of.flat_map(|cluster| cluster["findings"].as_array().unwrap());
    let cites = |f: &&Value| !f["records"].as_array().unwrap().is_empty();
    findings.filter(cites).map(|f| f["detector"].as_str().unwrap().to_owned()).collect()
}

fn mean(of: &BTreeMap<String, Scores>, members: &[String], question: &str) -> f64 {
    let score = |id: &String| of.get(id).map_or(0.0, |scores| scores[question]);
    members.iter().map(score).sum::<f64>() / members.len() as f64
}

#[test]
fn without_the_records_a_family_cites_accounts_score_lower_or_others_are_cited_for_the_same() {
    let bench = benchmark();
    let found = analyzed(&bench, "b/exchanges.jsonl", "c.stillwatch");
    let before = scores(&bench, "c.stillwatch");
    let families = families(&found, &spoken_to(&bench));
    assert!(families.len() >= 2, "{:?}", families.keys());
    let (mut lower, mut again, mut wrong) = (0, 0, Vec::new());
    for (name, family) in &families {
        let (log, case) = (format!("{name}.jsonl"), format!("{name}.stillwatch"));
        let removed = write_without(&bench, &family.findings, &log);
        assert!(removed > 0, "{name} cites records");
        let left = analyzed(&bench, &log, &case);
        let after = scores(&bench, &case);
        for (cluster, spoken) in &family.clusters {
            let said_again = !said_of(&left, &spoken.members).is_disjoint(&spoken.detectors);
            for question in &spoken.questions {
                let [was, is] = [&before, &after].map(|of| mean(of, &spoken.members, question));
                match () {
                    () if is < was => lower += 1,
                    () if said_again && is < was + AS_BEFORE => again += 1,
                    () => wrong.push(format!("{name}, cluster {cluster}: {question} {was} → {is}")),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "of {} as many:\n{}", lower + again, wrong.join("\n"));
    assert!(lower > 3 * again, "{lower} lower, {again} said again of other records");
}

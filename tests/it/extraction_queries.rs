//! The queries of published model-extraction attacks, put as accounts among synthetic ordinary
//! traffic: are they found by what they ask alone? They have no times, no addresses, no templates.

use std::collections::BTreeMap;

use serde_json::json;

use crate::support::{Bench, shared_data};

/// Attacks: file and name of the account.
const ATTACKS: [(&str, &str); 3] = [
    ("ME_BERT_boolq_random_sample_scores.csv", "extracts-boolq"),
    ("Meaeq_IMDB_sample_scores.csv", "extracts-imdb"),
    ("Query_efficent_med_sample_scores.csv", "extracts-med"),
];
/// Benign queries of the same files that an account of their own asks.
const OF_ONE: usize = 100;

/// Exchanges of the queries: those of an attack by one account, benign ones by many.
fn log(folder: &std::path::Path) -> String {
    let mut out = String::new();
    for (file, name) in ATTACKS {
        let mut table = csv::Reader::from_path(folder.join(file)).unwrap();
        let header = table.headers().unwrap().clone();
        let at = |column: &str| header.iter().position(|name| name == column).unwrap();
        let (label, query) = (at("label"), at("query"));
        for (i, record) in table.records().enumerate() {
            let record = record.unwrap();
            let account = match &record[label] {
                "1" => name.to_owned(),
                _ => format!("asks-{name}-{}", i / OF_ONE),
            };
            let (day, second) = (2 + i % 25, i * 37 % 86_400);
            let time = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
            let exchange = json!({
                "timestamp": format!("2026-03-{day:02}T{time}Z"),
                "account_id": account,
                "request_id": format!("{name}-{i}"),
                "model": "atlas-3",
                "status": 200,
                "stop_reason": "end_turn",
                "input_tokens": record[query].len() / 4 + 1,
                "output_tokens": 5,
                "prompt": &record[query],
            });
            out += &format!("{exchange}\n");
        }
    }
    out
}

#[test]
fn queries_of_published_extraction_attacks_are_found_by_what_they_ask() {
    let Some(folder) = shared_data("queries of extraction attacks") else { return };
    let folder = folder.join("mea_queries_labrai");
    let bench = Bench::new();
    let size = ["--events", "40000", "--accounts", "800", "--prevalence", "0"];
    bench.run(&[&["synth", "--scenario", "benchmark", "--out", "b"], &size[..]].concat()).ok();
    bench.file("queries.jsonl", log(&folder));
    let logs = ["b/exchanges.jsonl", "queries.jsonl"];
    let tables = ["--case", "c.stillwatch", "--accounts", "b/accounts.csv"];
    bench.run(&[&["import"], &logs[..], &tables[..]].concat()).ok();
    bench.run(&["analyze", "c.stillwatch"]).ok();
    bench.run(&["export", "c.stillwatch", "--out", "p", "--only", "csv"]).ok();
    let mut reader = csv::Reader::from_path(bench.path("p/accounts.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let at = |column: &str| header.iter().position(|name| name == column).unwrap();
    let (id, harvesting, level) = (at("account_id"), at("harvesting"), at("level"));
    let mut scores: BTreeMap<String, (f64, String)> = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        let score = record[harvesting].parse().unwrap_or_default();
        scores.insert(record[id].to_owned(), (score, record[level].to_owned()));
    }
    let attacks = ATTACKS.map(|(_, name)| (name, scores[name].clone()));
    let least = attacks.iter().map(|(_, score)| score.0).fold(f64::INFINITY, f64::min);
    let others = scores.iter().filter(|(name, _)| !name.starts_with("extracts-"));
    let as_high = others.filter(|(_, score)| score.0 >= least).count();
    assert!(least > 0.5, "{attacks:?}");
    assert!(as_high * 50 <= scores.len(), "{as_high} of {} score {least}: {attacks:?}", scores.len());
    // It is what a customer with one product does, too.
    assert!(attacks.iter().all(|(_, score)| score.1 != "probable" && score.1 != "strong"));
}

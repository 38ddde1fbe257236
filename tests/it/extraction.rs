//! Queries of published model-extraction attacks, sent by accounts among others: found by what they
//! are, not by what they say. And real prompts of ordinary people, which must not be.
//!
//! Rules were set looking at one set (`Meaeq_IMDB`); the two others are held out.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Bench, shared_data};

/// Detectors of content.
const CONTENT: [&str; 11] =
    ["D20", "D21", "D22", "D23", "D24", "D25", "D26", "D27", "D28", "D29", "D30"];

/// A set of queries: its file, the longest answer that is asked for, and what an answer is like.
const SETS: [(&str, u32, u32); 3] = [
    ("Meaeq_IMDB_sample_scores.csv", 4, 2),
    ("ME_BERT_boolq_random_sample_scores.csv", 4, 1),
    ("Query_efficent_med_sample_scores.csv", 1_024, 420),
];

/// Where the queries of a set come from.
fn queries(data: &Path, file: &str, split: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_path(data.join("mea_queries_labrai").join(file)).unwrap();
    let records = reader.records().map(Result::unwrap);
    records.filter(|record| &record[0] == split).map(|record| record[6].to_owned()).collect()
}

/// A log that grows, in the native format.
#[derive(Default)]
struct Log {
    lines: String,
    /// Account and plan.
    plans: Vec<(String, &'static str)>,
    count: u32,
}

/// How an account calls.
struct Way {
    plan: &'static str,
    /// Seconds from one session to the next.
    pause_s: i64,
    /// Prompts of a session; 0 where sessions are not named.
    turns: usize,
    /// Longest answer asked for and temperature, where they are said.
    settings: Option<(u32, f64)>,
    answer: u32,
}

impl Log {
    fn account(&mut self, name: &str, way: &Way, prompts: &[String]) {
        let start =
            jiff::Timestamp::from_second(1_772_409_600 + i64::from(self.count % 20) * 86_400);
        let start = start.unwrap().as_second() + i64::from(self.count) * 977 % 40_000;
        self.count += 1;
        self.plans.push((name.to_owned(), way.plan));
        for (i, prompt) in prompts.iter().enumerate() {
            let (session, turn) = (i / way.turns.max(1), i % way.turns.max(1));
            let at = start + session as i64 * way.pause_s + turn as i64 * 40 + i as i64 % 7;
            let mut record = json!({
                "timestamp": jiff::Timestamp::from_second(at).unwrap().to_string(),
                "request_id": format!("{name}-{i}"), "account_id": name, "model": "atlas-3",
                "status": 200, "client_ip": format!("198.51.{}.{}", self.count / 200, self.count % 200),
                "input_tokens": prompt.len() / 4 + 1 + 120 * turn, "output_tokens": way.answer,
            });
            // What a prompt that is only known by its fingerprint looks like.
            match prompt.strip_prefix('#') {
                Some(hash) => record["prompt_hash"] = json!(hash),
                None => record["prompt"] = json!(prompt),
            }
            if way.turns > 0 {
                record["session_id"] = json!(format!("{name}-s{session}"));
            }
            if let Some((most, temperature)) = way.settings {
                (record["max_tokens"], record["temperature"]) = (json!(most), json!(temperature));
            }
            self.lines += &format!("{record}\n");
        }
    }

    /// Three accounts for each set of attack queries, on plans that people take.
    fn attackers(&mut self, data: &Path) {
        for (file, most, answer) in SETS {
            let queries = queries(data, file, "attacker");
            let share = (queries.len() / 3).min(400);
            for (i, plan) in ["free", "pro", "scale"].into_iter().enumerate() {
                let (settings, pause_s) = (Some((most, 0.0)), [300, 60, 20][i]);
                let way = Way { plan, pause_s, turns: 1, settings, answer };
                self.account(&format!("attack-{file}-{i}"), &way, &queries[i * share..][..share]);
            }
        }
    }

    /// The other half of the sets, as people ask: a few dozen each, in conversations; and some who
    /// talk a lot, through a client that never changes its settings.
    fn people(&mut self, data: &Path) {
        for (file, _, answer) in SETS {
            let queries = queries(data, file, "heldout_benign");
            let (many, few) = queries.split_at(600);
            for (i, some) in many.chunks(300).enumerate() {
                let (plan, settings) = (["free", "pro"][i % 2], Some((1_024, 0.7)));
                let way = Way { plan, pause_s: 5_000, turns: 2 + i, settings, answer };
                self.account(&format!("talker-{file}-{i}"), &way, some);
            }
            for (i, some) in few.chunks(30).enumerate() {
                let settings = (i % 2 == 0).then_some((1_024, 0.7));
                let turns = 1 + i % 4;
                let way =
                    Way { plan: ["free", "pro"][i % 2], pause_s: 40_000, turns, settings, answer };
                self.account(&format!("person-{file}-{i}"), &way, some);
            }
        }
    }

    /// People who opened conversations with a model, each known by the group of its first prompt.
    fn prism(&mut self, data: &Path) {
        let file = data.join("prism_user_clusters/local_clusters_opening_prompt_0-2.csv");
        let mut of: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for record in csv::Reader::from_path(file).unwrap().records().map(Result::unwrap) {
            of.entry(record[1].to_owned()).or_default().push(format!("#opening-{}", &record[2]));
        }
        for (user, prompts) in of {
            let way = Way { plan: "free", pause_s: 9_000, turns: 1, settings: None, answer: 200 };
            self.account(&format!("prism-{user}"), &way, &prompts);
        }
    }

    /// Small customers with a template each, of one data set each: files of one set hold the same
    /// texts, which independent customers would not.
    fn templated(&mut self, data: &Path) {
        let mut files: Vec<_> = fs::read_dir(data.join("prompt_templates_t0"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
            .collect();
        files.sort();
        let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
        let of_set = |path: &Path| name(path).split('_').next().unwrap().to_owned();
        files.dedup_by_key(|path| of_set(path));
        for path in files {
            let name = name(&path);
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            let prompt =
                |line: &str| serde_json::from_str::<Value>(line).unwrap()["prompt"].clone();
            let prompts: Vec<String> =
                lines.map(|line| prompt(line).as_str().unwrap().to_owned()).collect();
            let settings = Some((256, 0.0));
            let way = Way { plan: "team", pause_s: 3_000, turns: 1, settings, answer: 12 };
            self.account(&format!("t0-{name}"), &way, &prompts);
        }
    }
}

impl Log {
    /// The accounts table of the background, with these accounts.
    fn known(&self, bench: &Bench) -> String {
        let mut table = fs::read_to_string(bench.path("b/accounts.csv")).unwrap();
        let header: Vec<String> =
            table.lines().next().unwrap().split(',').map(str::to_owned).collect();
        for (account, plan) in &self.plans {
            let cell = |column: &String| match column.as_str() {
                "account_id" => account.clone(),
                "plan" => (*plan).to_owned(),
                "payment_fingerprint" => format!("card-{account}"),
                "verification" => "email".to_owned(),
                _ => String::new(),
            };
            table += &(header.iter().map(cell).collect::<Vec<_>>().join(",") + "\n");
        }
        table
    }
}

/// What was found of an account, alone or as a member of a cluster.
#[derive(Debug, Default)]
struct Found {
    harvesting: f64,
    content: Vec<String>,
    level: String,
}

fn found(all: &Value) -> BTreeMap<String, Found> {
    let mut of: BTreeMap<String, Found> = BTreeMap::new();
    let content = |entry: &Value| -> Vec<(String, Vec<String>)> {
        let findings = entry["findings"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let accounts = |f: &Value| f["accounts"].as_array().unwrap().iter().map(text).collect();
        let all = findings.map(|f| (text(&f["detector"]), accounts(f)));
        all.filter(|(id, _)| CONTENT.contains(&id.as_str())).collect()
    };
    for entry in
        all["clusters"].as_array().unwrap().iter().chain(all["accounts"].as_array().unwrap())
    {
        for (id, accounts) in content(entry) {
            for account in accounts {
                of.entry(account).or_default().content.push(id.clone());
            }
        }
        let members = entry["members"].as_array().into_iter().flatten();
        let members = members.map(|member| &member["account"]).chain(entry.get("account"));
        for account in members.map(|account| account.as_str().unwrap()) {
            let score = of.entry(account.to_owned()).or_default();
            score.harvesting = score.harvesting.max(entry["harvesting"].as_f64().unwrap());
            let level = entry["level"].as_str().unwrap();
            if score.level.is_empty() || entry.get("account").is_some() {
                score.level = level.to_owned();
            }
        }
    }
    of
}

#[test]
fn accounts_that_send_the_queries_of_extraction_attacks_are_found_and_people_are_not() {
    let Some(data) = shared_data("queries of extraction attacks") else { return };
    let bench = Bench::new();
    let background =
        ["synth", "--scenario", "benchmark", "--events", "60000", "--accounts", "1500"];
    bench
        .run(&[&background[..], &["--prevalence", "0", "--seed", "7", "--out", "b"]].concat())
        .ok();
    let mut log = Log::default();
    log.attackers(&data);
    log.people(&data);
    log.prism(&data);
    log.templated(&data);
    bench.file("real.jsonl", &log.lines);
    bench.file("known.csv", log.known(&bench));
    let import = ["import", "b/exchanges.jsonl", "real.jsonl", "--case", "c.stillwatch"];
    bench.run(&[&import[..], &["--accounts", "known.csv"]].concat()).ok();
    bench.run(&["analyze", "c.stillwatch"]).ok();
    let found = found(&bench.run(&["findings", "c.stillwatch", "--json"]).ok().json());
    let of = |kind: &str| -> Vec<(&String, &Found)> {
        found.iter().filter(|(account, _)| account.starts_with(kind)).collect()
    };
    let attackers = of("attack-");
    let with_content = attackers.iter().filter(|(_, of)| !of.content.is_empty()).count();
    assert_eq!(with_content, 3 * SETS.len(), "{attackers:#?}");
    let least = attackers.iter().map(|(_, of)| of.harvesting).fold(f64::INFINITY, f64::min);
    for kind in ["talker-", "person-", "prism-", "t0-"] {
        for (account, of) in of(kind) {
            assert!(of.content.is_empty() && of.harvesting < least, "{account}: {of:?}");
        }
    }
    // One family that ordinary jobs may look like: never more than worth a look.
    assert!(attackers.iter().all(|(_, of)| of.level == "none" || of.level == "indicative"));
    // Of the accounts of the background, all innocent, nine of ten rank lower: a class with one
    // assignment and batch jobs are among the others.
    let real = ["attack-", "talker-", "person-", "prism-", "t0-"];
    let is_synthetic = |account: &str| !real.iter().any(|kind| account.starts_with(kind));
    let high = found.iter().filter(|(account, of)| is_synthetic(account) && of.harvesting >= least);
    let high = high.count();
    assert!(high <= 150, "{high} of 1,500 synthetic accounts rank as high: {attackers:#?}");
}

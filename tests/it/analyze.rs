//! Detectors from outside: run, stored, listed, filtered by, and never half-written.

use std::fs;

use serde_json::{Value, json};

use crate::support::Bench;

/// Accounts of the log.
const ACCOUNTS: u32 = 60;

/// A log in which ring0 … ring3 pass reasoning blocks on; the other accounts do nothing of the kind.
fn log() -> String {
    let mut out = String::new();
    for i in 0..ACCOUNTS * 4 {
        let (account, turn) = (i % ACCOUNTS, i / ACCOUNTS);
        let id = if account < 4 { format!("ring{account}") } else { format!("ac{account}") };
        let mut record = json!({
            "timestamp": format!("2026-03-{:02}T{:02}:{:02}:{:02}Z", 1 + turn, i / 40 % 24, i % 60, i % 53),
            "account_id": id,
            "request_id": format!("r{i}"),
            "model": "atlas-3",
            "prompt": format!("How far is it from town {i} to town {}?", i * 7),
            "reasoning_signature": format!("block-{account}-{turn}"),
        });
        if turn > 0 {
            let from = if account < 4 { (account + 1) % 4 } else { account };
            record["replayed_signature"] = json!(format!("block-{from}-{}", turn - 1));
        }
        out += &format!("{record}\n");
    }
    out
}

/// A case with the log and an accounts table: the ring pays with one card, two others share a phone.
fn case() -> Bench {
    let bench = Bench::new();
    let mut table = "account_id,payment_fingerprint,phone_prefix,plan\n".to_owned();
    for account in 0..ACCOUNTS {
        match account {
            0..4 => table += &format!("ring{account},card-x,+1555,pro\n"),
            _ => table += &format!("ac{account},card-{account},+1{account},pro\n"),
        }
    }
    bench.file("log.jsonl", log()).file("accounts.csv", table);
    bench
        .run(&["import", "log.jsonl", "--case", "c.stillwatch", "--accounts", "accounts.csv"])
        .ok();
    bench
}

fn analyzed() -> Bench {
    let bench = case();
    bench.run(&["analyze", "c.stillwatch"]).ok();
    bench
}

fn members(cluster: &Value) -> Vec<&str> {
    let members = cluster["members"].as_array().unwrap();
    members.iter().map(|member| member["account"].as_str().unwrap()).collect()
}

#[test]
fn a_ring_is_found_stored_listed_and_verified() {
    let bench = case();
    let ran = bench.run(&["analyze", "c.stillwatch"]).ok();
    ran.says("prompt templates are not looked for yet: looking for them first");
    let findings = bench.run(&["findings", "c.stillwatch", "--json"]).ok().json();
    let clusters = findings["clusters"].as_array().unwrap();
    assert_eq!(members(&clusters[0]), ["ring0", "ring1", "ring2", "ring3"]);
    let of = clusters[0]["findings"].as_array().unwrap();
    let ids: Vec<&str> = of.iter().map(|f| f["detector"].as_str().unwrap()).collect();
    assert!(ids.contains(&"D20"), "{ids:?}");
    let text = bench.run(&["findings", "c.stillwatch"]).ok();
    for finding in of {
        let sentence = finding["sentence"].as_str().unwrap();
        assert!(!sentence.contains('{') && text.out.contains(sentence), "{sentence}");
    }
    let verified = bench.run(&["verify", "c.stillwatch", "--json"]).ok();
    assert!(verified.out.contains("findings"), "{}", verified.out);
    let info = bench.info("c.stillwatch");
    assert_eq!(info["findings"]["due"], Value::Null);
    assert_eq!(info["findings"]["summary"]["clusters_by_level"], findings["clusters_by_level"]);
    let sql = "SELECT count(*) FROM view_journal WHERE action = 'analyze' AND actor = 'tester'";
    assert_eq!(bench.number("c.stillwatch", sql), 1);
    let sql = "SELECT count(*) FROM view_evidence WHERE finding = 1 AND source = 'log.jsonl'";
    let cited = |f: &Value| f["records"].as_u64().unwrap();
    let records: u64 = of[0]["records"].as_array().unwrap().iter().map(cited).sum();
    assert_eq!(bench.number("c.stillwatch", sql), records);
}

#[test]
fn the_same_case_and_seed_give_the_same_bytes() {
    let bench = case();
    fs::copy(bench.path("c.stillwatch"), bench.path("d.stillwatch")).unwrap();
    let run = |case: &str| {
        let summary = bench.run(&["analyze", case, "--seed", "9", "--json"]).ok().out;
        let found = bench.run(&["findings", case, "--json"]).ok().out;
        (summary, found, bench.run(&["findings", case]).ok().out)
    };
    let first = run("c.stillwatch");
    assert!(first == run("d.stillwatch"));
    assert_eq!(
        fs::read(bench.path("c.stillwatch")).unwrap(),
        fs::read(bench.path("d.stillwatch")).unwrap()
    );
    // Templates are found by then, so the summary says that they were not looked for.
    let again = run("c.stillwatch");
    assert!((again.1, again.2) == (first.1, first.2));
}

#[test]
fn a_dry_run_says_how_much_would_be_found_and_stores_nothing() {
    let bench = case();
    let before = fs::read(bench.path("c.stillwatch")).unwrap();
    let dry = bench.run(&["analyze", "c.stillwatch", "--dry-run", "--json"]).ok().json();
    assert_eq!(dry["stored"], json!(false));
    let strict =
        ["analyze", "c.stillwatch", "--dry-run", "--json", "--set", "D20.least_hand_overs=1000"];
    let strict = bench.run(&strict).ok().json();
    assert!(strict["findings"].as_u64() < dry["findings"].as_u64(), "{strict}\n{dry}");
    let text = bench.run(&["analyze", "c.stillwatch", "--dry-run"]).ok();
    assert!(text.out.contains("nothing was stored"), "{}", text.out);
    assert!(!text.out.contains("seconds"), "{}", text.out);
    let timed = ["analyze", "c.stillwatch", "--dry-run", "--timings"];
    let text = bench.run(&timed).ok().out;
    assert!(text.contains("seconds of each step") && text.contains("  D10 looking"), "{text}");
    let timed = bench.run(&[&timed[..], &["--json"]].concat()).ok().json();
    assert!(timed["seconds"]["steps"]["looking"].as_f64().is_some(), "{timed}");
    assert!(fs::read(bench.path("c.stillwatch")).unwrap() == before);
    bench
        .run(&["findings", "c.stillwatch"])
        .ends(1)
        .says("the detectors have not been run on this case");
}

#[test]
fn detectors_that_were_not_asked_for_or_could_not_look_say_so() {
    let bench = case();
    let some = bench.run(&["analyze", "c.stillwatch", "--only", "d10", "--json"]).ok().json();
    let state = |all: &Value, id: &str| {
        let all = all["detectors"].as_array().unwrap();
        all.iter().find(|d| d["id"] == id).unwrap()["state"].clone()
    };
    assert_eq!((state(&some, "D10"), state(&some, "D20")), (json!("ran"), json!("left_out")));
    bench.file("bare.jsonl", "{\"timestamp\":\"2026-03-01T10:00:00Z\",\"account_id\":\"a\"}\n");
    bench.run(&["import", "bare.jsonl", "--case", "bare.stillwatch"]).ok();
    let bare = bench.run(&["analyze", "bare.stillwatch", "--json"]).ok().json();
    assert_eq!(state(&bare, "D20"), json!("not_run"));
    let text = bench.run(&["analyze", "bare.stillwatch"]).ok().out;
    assert!(text.contains("did not run, and so say nothing"), "{text}");
    assert!(text.contains("reasoning_signature"), "{text}");
}

#[test]
fn what_there_is_not_is_wrong_usage_that_says_what_there_is() {
    let bench = case();
    let analyze = |more: &[&str]| bench.run(&[&["analyze", "c.stillwatch"], more].concat());
    analyze(&["--only", "D99"]).ends(2).says("there is no detector D99");
    analyze(&["--set", "D10.most=1"]).ends(2).says("most_accounts_of_a_value");
    analyze(&["--set", "D10.most_accounts_of_a_value=many"]).ends(2).says("write it as");
    analyze(&["--set", "D10.most_accounts_of_a_value=inf"]).ends(2).says("write it as");
    bench.run(&["findings", "c.stillwatch", "--level", "guilty"]).ends(2);
    bench
        .run(&["query", "c.stillwatch", "SELECT 1 FROM selected", "--select", "cluster:1"])
        .ends(1)
        .says("detectors have not been run");
}

#[test]
fn findings_can_be_filtered_by() {
    let bench = analyzed();
    let rows = |filter: &str| {
        let sql = "SELECT count(*) FROM selected";
        let format = ["--format", "json", "--select", filter];
        let rows = bench.run(&[&["query", "c.stillwatch", sql], &format[..]].concat()).ok().json();
        rows[0].as_object().unwrap().values().next().unwrap().as_u64().unwrap()
    };
    assert_eq!(rows("cluster:1"), 16);
    assert_eq!(rows("detector:D20"), 16);
    assert_eq!(rows("level:>=indicative"), 16);
    assert_eq!(rows("membership:core"), 16);
    assert_eq!(rows("coordination>0.5"), 16);
    assert_eq!(rows("level:none"), u64::from(ACCOUNTS * 4 - 16));
}

#[test]
fn findings_say_when_what_they_were_made_from_has_changed() {
    let bench = analyzed();
    bench.file("more.jsonl", "{\"timestamp\":\"2026-03-20T10:00:00Z\",\"account_id\":\"ac9\"}\n");
    bench.run(&["import", "more.jsonl", "--case", "c.stillwatch"]).ok();
    bench.run(&["findings", "c.stillwatch"]).ok().says("out of date: records");
    let info = bench.run(&["info", "c.stillwatch"]).ok().out;
    assert!(info.contains("the findings are out of date: records"), "{info}");
    bench.run(&["analyze", "c.stillwatch"]).ok();
    let info = bench.run(&["info", "c.stillwatch"]).ok().out;
    assert!(!info.contains("out of date"), "{info}");
    bench.file("accounts2.csv", "account_id,plan\nac9,free\n");
    bench.file("other.jsonl", "{\"timestamp\":\"2026-03-21T10:00:00Z\",\"account_id\":\"ac9\"}\n");
    bench
        .run(&["import", "other.jsonl", "--case", "c.stillwatch", "--accounts", "accounts2.csv"])
        .ok();
    let due = bench.info("c.stillwatch")["findings"]["due"].as_str().unwrap().to_owned();
    assert!(due.contains("the accounts table"), "{due}");
}

#[test]
fn every_detector_is_listed_with_what_it_cannot_see() {
    let bench = Bench::new();
    let all = bench.run(&["detectors", "--json"]).ok().json();
    let text = bench.run(&["detectors"]).ok().out;
    for detector in all.as_array().unwrap() {
        for key in ["id", "title", "family", "strength", "sees", "cannot_see", "source"] {
            let words = detector[key].as_str().unwrap();
            assert!(!words.is_empty() && text.contains(words), "{key} of {detector}");
        }
    }
}

/// A table of a package, row by row, by column.
fn table(bench: &Bench, name: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(bench.path(name)).unwrap();
    let header = reader.headers().unwrap().clone();
    let row = |r: csv::StringRecord| {
        header.iter().map(str::to_owned).zip(r.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

#[test]
fn a_package_has_what_was_found_and_the_records_it_rests_on() {
    let bench = analyzed();
    bench.run(&["export", "c.stillwatch", "--out", "p"]).ok();
    bench.run(&["verify", "p"]).ok();
    let accounts = table(&bench, "p/accounts.csv");
    assert_eq!(accounts.len(), ACCOUNTS as usize);
    for row in &accounts {
        let is_in = row["account_id"].starts_with("ring");
        assert_eq!(row["cluster"], if is_in { "1" } else { "" });
        assert_eq!(row["membership"], if is_in { "core" } else { "" });
        assert_eq!(row["detectors"].contains("D20"), is_in, "{row:?}");
        assert_eq!(row["explanation"].contains("reasoning block"), is_in, "{row:?}");
        assert_eq!(row["level"] == "none", !is_in, "{row:?}");
        let score: f64 = row["coordination"].parse().unwrap();
        assert_eq!(score > 0.5, is_in, "{row:?}");
    }
    let clusters = table(&bench, "p/clusters.csv");
    assert_eq!(
        (clusters.len(), &*clusters[0]["accounts"], &*clusters[0]["events"]),
        (1, "4", "16")
    );
    let findings = table(&bench, "p/findings.csv");
    let stored = bench.number("c.stillwatch", "SELECT count(*) FROM view_finding");
    assert_eq!(findings.len() as u64, stored);
    let evidence = table(&bench, "p/evidence.csv");
    let mut cited: Vec<&str> = evidence.iter().map(|row| &*row["event_id"]).collect();
    cited.sort_unstable();
    cited.dedup();
    let events = table(&bench, "p/events.csv");
    let mut exported: Vec<&str> = events.iter().map(|row| &*row["event_id"]).collect();
    exported.sort_unstable();
    assert_eq!(exported, cited, "events.csv is what is cited as evidence");
    let of = |id: &str| events.iter().find(|row| row["event_id"] == id).unwrap();
    for row in &evidence {
        assert_eq!(row["record_sha256"], of(&row["event_id"])["record_sha256"]);
        assert_eq!(row["line"], of(&row["event_id"])["line"]);
    }
    assert!(!table(&bench, "p/links.csv").is_empty());
    let manifest: Value =
        serde_json::from_slice(&fs::read(bench.path("p/manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["seed"], json!(1));
    let detectors = manifest["detectors"].as_array().unwrap();
    assert!(detectors.iter().any(|d| d.as_str().unwrap().starts_with("D20 version ")));
    bench.run(&["export", "c.stillwatch", "--out", "q"]).ok();
    assert!(
        fs::read(bench.path("p/manifest.json")).unwrap()
            == fs::read(bench.path("q/manifest.json")).unwrap()
    );
    bench.run(&["export", "c.stillwatch", "--out", "j", "--only", "json,csv"]).ok();
    let report: Value =
        serde_json::from_slice(&fs::read(bench.path("j/report.json")).unwrap()).unwrap();
    let inferred = &report["inferred"];
    assert_eq!(inferred["clusters"]["rows"][0]["accounts"], "4");
    assert!(inferred["summary"].as_str().unwrap().contains("clusters of accounts came: 1 "));
    for part in inferred["parts"]["rows"].as_array().unwrap() {
        let said: Vec<&str> = part["sentences"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["text"].as_str().unwrap())
            .collect();
        let told = findings.iter().map(|row| &*row["sentence"]).collect::<Vec<_>>();
        assert!(said.iter().all(|sentence| told.contains(sentence)), "{said:?}");
        assert_eq!(part["benign"].as_array().unwrap().len(), 19);
    }
    let select = ["--only", "csv", "--select", "cluster:1"];
    bench.run(&[&["export", "c.stillwatch", "--out", "r"], &select[..]].concat()).ok();
    assert_eq!(table(&bench, "r/events.csv").len(), 16);
    let select = ["--only", "csv", "--select", "-cluster:1"];
    bench.run(&[&["export", "c.stillwatch", "--out", "s"], &select[..]].concat()).ok();
    assert!(table(&bench, "s/findings.csv").is_empty() && table(&bench, "s/links.csv").is_empty());
}

#[test]
fn detectors_that_need_no_texts_do_not_have_templates_looked_for() {
    let bench = case();
    let looked = |only: &str| {
        let arguments = ["analyze", "c.stillwatch", "--only", only, "--dry-run", "--json"];
        bench.run(&arguments).ok().json()["templates_looked_for"].clone()
    };
    assert_eq!((looked("D10,D20"), looked("D21")), (json!(false), json!(true)));
}

#[test]
fn other_rules_are_used_and_named_and_a_wrong_file_says_where() {
    let bench = case();
    let rules = |word: &str, term: &str| {
        format!(
            "version = \"house-7\"\n[terms]\nfar = [\"{word}\"]\n\n[[groups]]\nid = \"far\"\n\
             title = \"distances asked for\"\nrules = [[\"{term}\"]]\n"
        )
    };
    bench.file("rules.toml", rules("how far", "far")).file("wrong.toml", rules("how far", "near"));
    let with = |more: &[&str]| {
        bench.run(&[&["analyze", "c.stillwatch", "--set", "D23.least_prompts=2"], more].concat())
    };
    let asks = |all: &Value| -> u64 {
        let all = all["detectors"].as_array().unwrap();
        all.iter().find(|d| d["id"] == "D23").unwrap()["findings"].as_u64().unwrap()
    };
    let built_in = with(&["--dry-run", "--json"]).ok().json();
    let own = with(&["--rules", "rules.toml", "--json"]).ok().json();
    assert!(asks(&built_in) == 0 && asks(&own) > 0, "{own}");
    let found = bench.run(&["findings", "c.stillwatch", "--json"]).ok();
    assert!(found.out.contains("rules version house-7, "), "{}", found.out);
    let all = found.json()["detectors"].as_array().unwrap().clone();
    let parameters = |id: &str| all.iter().find(|d| d["id"] == id).unwrap()["parameters"].clone();
    assert_eq!(parameters("D23")["rules_version"], "house-7");
    assert_eq!(parameters("D23")["rules_sha256"].as_str().unwrap().len(), 64);
    // D27 had nothing to go by here, so no rules are named for it; D10 has none.
    let ran = |id: &str| all.iter().find(|d| d["id"] == id).unwrap()["state"] == "ran";
    assert!(!ran("D27"), "{found:?}", found = found.out);
    assert_eq!(parameters("D27").get("rules_version"), None);
    assert_eq!(parameters("D10").get("rules_version"), None);
    // A case keeps its rules until it is told otherwise.
    let kept = with(&[]).ok();
    assert!(kept.out.contains("by other rules than those of the program"), "{}", kept.out);
    assert_eq!(asks(&with(&["--dry-run", "--json"]).ok().json()), asks(&own));
    let only = |more: &[&str]| {
        bench.run(&[&["analyze", "c.stillwatch", "--only", "D10"], more].concat()).ok();
    };
    only(&[]);
    assert_eq!(asks(&with(&["--dry-run", "--json"]).ok().json()), asks(&own), "kept by it, too");
    only(&["--built-in-rules"]);
    assert_eq!(asks(&with(&["--dry-run", "--json"]).ok().json()), 0, "and left by it");
    with(&["--rules", "rules.toml"]).ok();
    assert_eq!(asks(&with(&["--built-in-rules", "--json"]).ok().json()), 0);
    assert_eq!(asks(&with(&["--dry-run", "--json"]).ok().json()), 0);
    with(&["--rules", "rules.toml", "--built-in-rules"]).ends(2);
    with(&["--rules", "wrong.toml"])
        .ends(1)
        .says("wrong.toml")
        .says("line 6: group far: no term is called near");
    with(&["--rules", "none.toml"]).ends(1).says("none.toml");
}

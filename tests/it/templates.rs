//! Prompts grouped into templates: what is found in labelled logs, and where it shows.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::Bench;

/// A log whose prompts follow two templates, are one sentence again and again, or follow none.
fn log(records: u32) -> String {
    let prompt = |i: u32| match i % 4 {
        0 => format!("Rate solution {i} of task {} from 1 to 10 and say why.", i * 7),
        1 => format!(
            "Translate into {}: the parcel of {} is late.",
            ["Dutch", "Finnish", "Old Norse"][i as usize % 3],
            i * 3
        ),
        2 => "ping? are you there".to_owned(),
        _ => format!("{}{i}", ["qu", "w", "zebra ", "n? "][i as usize / 4 % 4]),
    };
    let line = |i: u32| {
        format!(
            "{{\"timestamp\":\"2026-03-{:02}T10:00:{:02}Z\",\"account_id\":\"ac{}\",\"prompt\":\"{}\"}}\n",
            1 + i / 60 % 28,
            i % 60,
            i % 5,
            prompt(i)
        )
    };
    (0..records).map(line).collect()
}

fn templates(bench: &Bench) -> Vec<(u64, String)> {
    let json = bench.run(&["templates", "c.stillwatch", "--json"]).ok().json();
    let of = |t: &Value| (t["events"].as_u64().unwrap(), t["text"].as_str().unwrap().to_owned());
    json["templates"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn templates_are_found_listed_stored_filtered_by_and_verified() {
    let bench = Bench::new();
    bench.file("a.jsonl", log(400));
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch"]).ok();
    let found = templates(&bench);
    let expected = [
        (100, "Rate solution … of task … from 1 to 10 and say why."),
        (100, "Translate into …: the parcel of … is late."),
        (100, "ping? are you there"),
    ];
    let expected = expected.map(|(rows, text)| (rows, text.to_owned()));
    let mut sorted = found.clone();
    sorted.sort();
    assert_eq!(sorted, expected);
    bench.run(&["verify", "c.stillwatch"]).ok();
    let sql = "SELECT count(*) FROM view_event WHERE template = (SELECT template FROM \
               view_template WHERE text LIKE 'Rate %')";
    assert_eq!(bench.number("c.stillwatch", sql), 100);
    let free = "SELECT count(*) FROM view_event WHERE template = 0";
    assert_eq!(bench.number("c.stillwatch", free), 100);
    bench
        .run(&["export", "c.stillwatch", "--out", "p", "--only", "csv", "--select", "template:2"])
        .ok();
    let mut events = csv::Reader::from_path(bench.path("p/events.csv")).unwrap();
    let column = events.headers().unwrap().iter().position(|name| name == "template").unwrap();
    let rows: Vec<String> = events.records().map(|row| row.unwrap()[column].to_owned()).collect();
    assert_eq!((rows.len(), rows.iter().all(|template| template == "2")), (100, true));
    let info = bench.run(&["info", "c.stillwatch", "--json"]).ok().json();
    assert_eq!(
        (&info["templates"]["templates"], &info["templates"]["in_templates"]),
        (&json!(3), &json!(300))
    );
    let text = bench.run(&["templates", "c.stillwatch"]).ok();
    assert!(text.err.contains("3 templates over 300 of 400 prompts"), "{}", text.err);
    assert!(text.out.contains("Translate into …: the parcel of … is late."), "{}", text.out);
}

#[test]
fn records_that_come_in_later_have_their_template_once_it_is_looked_for_again() {
    let bench = Bench::new();
    bench.file("a.jsonl", log(200));
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch"]).ok();
    bench.run(&["templates", "c.stillwatch"]).ok();
    let more = log(400).lines().skip(200).map(|line| format!("{line}\n")).collect::<String>();
    bench.file("b.jsonl", more);
    bench.run(&["import", "b.jsonl", "--case", "c.stillwatch"]).ok();
    let absent = "SELECT count(*) FROM view_event WHERE template IS NULL";
    assert_eq!(bench.number("c.stillwatch", absent), 200, "nobody has looked at them");
    assert_eq!(templates(&bench)[0].0, 100);
    assert_eq!(bench.number("c.stillwatch", absent), 0);
    bench.run(&["verify", "c.stillwatch"]).ok();
}

#[test]
fn a_filter_on_templates_that_nobody_has_looked_for_says_what_to_do() {
    let bench = Bench::new();
    bench.file("a.jsonl", log(20));
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch"]).ok();
    let flag = ["flag", "c.stillwatch", "template:1", "--verdict", "watch"];
    bench.run(&flag).ends(2).says("stillwatch templates");
}

/// The share of the prompts of a planted campaign that are put together, and the share of that
/// template that belongs to the campaign. The labels come with the log, so that none of this
/// depends on what the campaigns say.
#[test]
fn the_templates_of_planted_campaigns_are_recovered() {
    let bench = Bench::new();
    let synth = ["synth", "--out", "s", "--events", "6000", "--accounts", "300", "--seed", "77"];
    bench.run(&synth).ok();
    let log = bench.names_in("s").into_iter().find(|name| name.contains("exchanges")).unwrap();
    bench.run(&["import", &format!("s/{log}"), "--case", "c.stillwatch"]).ok();
    bench.run(&["templates", "c.stillwatch"]).ok();
    let mut class_of = BTreeMap::new();
    let mut labels = csv::Reader::from_path(bench.path("s/labels.csv")).unwrap();
    for row in labels.records() {
        let row = row.unwrap();
        class_of.insert(row[0].to_owned(), (row[1].to_owned(), row[2].to_owned()));
    }
    let sql = "SELECT account_id, template, count(*) AS n FROM view_event WHERE template > 0 \
               GROUP BY 1, 2";
    let rows = bench.run(&["query", "c.stillwatch", sql, "--format", "json"]).ok().json();
    let mut counts: BTreeMap<(String, u64), u64> = BTreeMap::new();
    let mut campaigns: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows.as_array().unwrap() {
        let (role, class) = &class_of[row["account_id"].as_str().unwrap()];
        let n = row["n"].as_u64().unwrap();
        *counts.entry((class.clone(), row["template"].as_u64().unwrap())).or_default() += n;
        if role == "campaign" {
            *campaigns.entry(class.clone()).or_default() += n;
        }
    }
    assert!(!campaigns.is_empty());
    for (class, all) in campaigns {
        // Templates of which nearly all prompts come from the campaign.
        let own: u64 = counts
            .iter()
            .filter(|((of, template), n)| {
                let others: u64 =
                    counts.iter().filter(|((_, t), _)| t == template).map(|(_, n)| n).sum();
                *of == class && **n * 100 >= others * 98
            })
            .map(|(_, n)| n)
            .sum();
        // Accounts of a campaign have traffic of their own, too.
        assert!(own * 10 >= all * 4, "{class}: {own} of {all} prompts in templates of its own");
    }
}

//! Phrases in quotes: searched in the prompts of every format and packing.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::{Bench, native};

const TABLE: &str = "timestamp,account_id,prompt\n\
    2026-03-01T10:00:00Z,tab1,\"Reason, \"\"step by step\"\"\nplease\"\n\
    2026-03-01T10:00:01Z,tab2,hello\n";

const LITELLM: &str = r#"{"request_id":"chatcmpl-1","call_type":"acompletion","api_key":"hash-1","spend":0.5,"prompt_tokens":10,"completion_tokens":2,"startTime":"2026-03-03T08:00:00Z","endTime":"2026-03-03T08:00:04Z","model":"m","user":"lite1","metadata":{},"messages":[{"role":"user","content":[{"type":"text","text":"Think STEP BY step"}]}]}
{"request_id":"chatcmpl-2","call_type":"acompletion","api_key":"hash-1","spend":0.5,"prompt_tokens":10,"completion_tokens":2,"startTime":"2026-03-03T08:00:05Z","endTime":"2026-03-03T08:00:06Z","model":"m","user":"step by step","metadata":{},"messages":[{"role":"user","content":"hello"}]}
"#;

fn bench() -> Bench {
    let bench = Bench::new();
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    let hits =
        r#"{"timestamp":"2026-03-02T10:00:00Z","account_id":"gz1","prompt":"\u0073tep by step"}"#;
    gz.write_all(format!("{}{hits}\n", native(300)).as_bytes()).unwrap();
    bench.file("table.csv", TABLE).file("lite.jsonl", LITELLM);
    bench.file("native.jsonl.gz", gz.finish().unwrap());
    let logs = ["table.csv", "lite.jsonl", "native.jsonl.gz"];
    bench.run(&[&["import"][..], &logs, &["--case", "c.stillwatch"]].concat()).ok();
    bench
}

fn flagged(bench: &Bench, selection: &str) -> Vec<String> {
    let flag = ["flag", "c.stillwatch", selection, "--verdict", "watch", "--json"];
    let said = bench.run(&flag).ok().json();
    said["accounts"].as_array().unwrap().iter().map(|a| a.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_phrase_selects_the_accounts_whose_prompts_have_it_in_every_format() {
    let bench = bench();
    assert_eq!(flagged(&bench, "\"Step by step\""), ["gz1", "lite1", "tab1"]);
    assert_eq!(flagged(&bench, "\"step by step\" time:2026-03-02"), ["gz1"]);
    assert_eq!(flagged(&bench, r#""\"step by step\"""#), ["tab1"]);
    assert_eq!(flagged(&bench, "-\"question\" -\"hello\" account:lite*,tab*"), ["lite1", "tab1"]);
    let nowhere = ["flag", "c.stillwatch", "\"nowhere to be found\"", "--verdict", "watch"];
    bench.run(&nowhere).ends(1).says("no account in this case fulfils");
}

#[test]
fn an_export_has_the_exchanges_of_a_phrase_and_no_others() {
    let bench = bench();
    let select = ["--select", "\"question 17\"", "--only", "csv"];
    bench.run(&[&["export", "c.stillwatch", "--out", "p"][..], &select].concat()).ok();
    let events = std::fs::read_to_string(bench.path("p/events.csv")).unwrap();
    // 17, and 170 to 179.
    assert_eq!(events.lines().count(), 1 + 11, "{events}");
}

#[test]
fn without_originals_it_is_said_that_there_is_nothing_to_search() {
    let bench = Bench::new();
    bench.file("day.jsonl", native(20));
    bench.run(&["import", "day.jsonl", "--case", "c.stillwatch", "--no-raw"]).ok();
    let flag = ["flag", "c.stillwatch", "\"question\"", "--verdict", "watch"];
    // The selection is sound; the case cannot answer it.
    let said = bench.run(&flag).ends(1);
    said.says("records were not kept; import the logs again without --no-raw");
}

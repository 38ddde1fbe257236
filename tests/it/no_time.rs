//! Logs of which some records have no time: those are events all the same, in a bucket beside the
//! axis, from import to export.

use serde_json::{Value, json};

use crate::support::Bench;

/// Native JSON lines: two calls with a time, then what gateways write where they lost it, and a
/// time that somebody mistyped.
const NATIVE: &str = r#"{"timestamp":"2026-03-01T10:00:00Z","request_id":"req-00000001","account_id":"ac1","model":"m","input_tokens":10,"output_tokens":1}
{"request_id":"req-00000002","account_id":"ac1","model":"m","input_tokens":20,"output_tokens":2}
{"timestamp":null,"request_id":"req-00000003","account_id":"ac2","model":"m","input_tokens":30}
{"timestamp":"0001-01-01T00:00:00Z","request_id":"req-00000004","account_id":"ac3","model":"n","input_tokens":40}
{"timestamp":"2026-03-02T10:00:00Z","request_id":"req-00000005","account_id":"ac2","model":"m","input_tokens":50}
{"timestamp":"yesterday","request_id":"req-00000006","account_id":"ac2","model":"m","input_tokens":60}
{"timestamp":0,"account_id":"ac1","model":"m","input_tokens":70}
"#;

/// The same as a table; a cell that is empty says as little as a key that is not there.
const TABLE: &str = "timestamp,request_id,account_id,model,input_tokens,output_tokens
2026-03-01T10:00:00Z,req-00000001,ac1,m,10,1
,req-00000002,ac1,m,20,2
,req-00000003,ac2,m,30,
0001-01-01T00:00:00Z,req-00000004,ac3,n,40,
2026-03-02T10:00:00Z,req-00000005,ac2,m,50,
yesterday,req-00000006,ac2,m,60,
0,,ac1,m,70,
";

/// Spend logs of LiteLLM, whose `startTime` is null where a callback failed.
const LITELLM: &str = r#"{"request_id":"chatcmpl-1","call_type":"acompletion","api_key":"hash-1","spend":0.5,"total_tokens":12,"prompt_tokens":10,"completion_tokens":2,"startTime":"2026-03-03T08:00:00Z","endTime":"2026-03-03T08:00:04Z","model":"gpt-4o-mini","user":"ann","metadata":{}}
{"request_id":"chatcmpl-2","call_type":"acompletion","api_key":"hash-1","spend":0.25,"total_tokens":9,"prompt_tokens":7,"completion_tokens":2,"startTime":null,"endTime":"2026-03-03T08:00:09Z","model":"gpt-4o-mini","user":"ann","metadata":{}}
"#;

fn imported(name: &str, text: &str) -> (Bench, Value) {
    let bench = Bench::new();
    bench.file(name, text);
    let report = bench.run(&["import", name, "--case", "c.stillwatch", "--json"]).ok().json();
    bench.run(&["verify", "c.stillwatch"]).ok();
    let source = report["sources"][0].clone();
    (bench, source)
}

#[test]
fn records_without_a_time_are_events_and_one_with_an_unreadable_time_is_a_reject() {
    for (name, text) in [("log.jsonl", NATIVE), ("log.csv", TABLE)] {
        let (bench, source) = imported(name, text);
        let counts = ["exchanges", "without_time", "rejects"].map(|key| source[key].clone());
        assert_eq!(counts, [json!(6), json!(4), json!(1)], "{name}");
        assert_eq!(source["first"], "2026-03-01T10:00:00Z");
        assert_eq!(source["last"], "2026-03-02T10:00:00Z");
        let info = bench.info("c.stillwatch");
        assert_eq!((&info["without_time"], &info["last"]), (&json!(4), &source["last"]));
        let text = bench.run(&["info", "c.stillwatch"]).ok().out;
        assert!(text.contains("4 records have no time"), "{text}");
        let query =
            |sql: &str| bench.run(&["query", "c.stillwatch", sql, "--format", "json"]).ok().json();
        let none = "SELECT count(*) AS n, sum(input_tokens) AS tokens FROM view_event
            WHERE timestamp IS NULL AND at_us IS NULL AND time_quality = 'none'
            AND time_precision = 'none'";
        assert_eq!(query(none), json!([{"n": 4, "tokens": 160}]), "{name}");
        let seen = "SELECT account_id, events, first_seen, last_seen FROM view_account
            WHERE account_id <> 'ac2' ORDER BY account_id";
        let expected = json!([
            {"account_id": "ac1", "events": 3, "first_seen": "2026-03-01T10:00:00Z",
             "last_seen": "2026-03-01T10:00:00Z"},
            {"account_id": "ac3", "events": 1, "first_seen": null, "last_seen": null},
        ]);
        assert_eq!(query(seen), expected, "{name}");
        let why = "SELECT line, reason FROM reject";
        assert_eq!(query(why)[0]["reason"], "timestamp not understood");
    }
}

#[test]
fn they_are_the_same_events_however_they_came() {
    let hash = |name: &str, text: &str| {
        let (bench, _) = imported(name, text);
        let hashed = ["info", "c.stillwatch", "--content", "--json"];
        bench.run(&hashed).ok().json()["content_sha256"].clone()
    };
    assert_eq!(hash("log.jsonl", NATIVE), hash("log.csv", TABLE));
}

#[test]
fn a_call_of_a_vendors_log_that_ends_and_never_began_has_no_time_and_no_duration() {
    let (bench, source) = imported("spend.jsonl", LITELLM);
    assert_eq!(source["format"], "litellm");
    assert_eq!((&source["exchanges"], &source["without_time"]), (&json!(2), &json!(1)));
    let sql = "SELECT timestamp, latency_ms, cost FROM view_event ORDER BY event_id";
    let rows = bench.run(&["query", "c.stillwatch", sql, "--format", "json"]).ok().json();
    let expected = json!([
        {"timestamp": "2026-03-03T08:00:00Z", "latency_ms": 4000, "cost": 0.5},
        {"timestamp": null, "latency_ms": null, "cost": 0.25},
    ]);
    assert_eq!(rows, expected);
}

#[test]
fn an_export_has_them_with_empty_cells_and_a_selection_finds_them_and_no_others() {
    let (bench, _) = imported("log.jsonl", NATIVE);
    let export = |out: &str, select: &[&str]| {
        let all = ["export", "c.stillwatch", "--out", out];
        bench.run(&[&all[..], select].concat()).ok();
        bench.run(&["verify", out]).ok();
        std::fs::read_to_string(bench.path(out).join("events.csv")).unwrap()
    };
    let only = export("only", &["--select", "time:none"]);
    let rows: Vec<&str> = only.lines().skip(1).collect();
    assert_eq!(rows.len(), 4, "{only}");
    assert!(rows.iter().all(|row| row.contains(",,") && row.contains(",none,none,")), "{only}");
    for sentinel in ["9223372036854775807", "9999-", "no time", "294247"] {
        assert!(!only.contains(sentinel), "{only}");
    }
    let accounts = std::fs::read_to_string(bench.path("only/accounts.csv")).unwrap();
    let ac3 = accounts.lines().find(|row| row.starts_with("ac3,")).unwrap();
    assert!(ac3.starts_with("ac3,,1,40,,,,"), "{ac3}");
    // A range of time, however wide, has none of them.
    let wide = export("wide", &["--select", "time:1970..2099"]);
    assert_eq!(wide.lines().count(), 1 + 2, "{wide}");
    export("all", &[]);
}

#[test]
fn a_log_without_any_time_is_refused_with_what_to_try_and_a_constant_day_is_a_way_out() {
    let bench = Bench::new();
    let lines: Vec<&str> = NATIVE.lines().skip(1).take(3).collect();
    bench.file("log.jsonl", lines.join("\n"));
    for more in [&[][..], &["--format", "native"]] {
        let import = ["import", "log.jsonl", "--case", "c.stillwatch"];
        let ran = bench.run(&[&import[..], more].concat()).ends(1);
        let ran = ran.says("none of the 3 events looked at has a time");
        ran.says("name the field that has it with `--mapping FILE`");
        assert!(!bench.path("c.stillwatch").exists());
    }
    let seen = bench.run(&["inspect", "log.jsonl"]).ok().out;
    assert!(seen.contains("beware: none of the 3 events looked at has a time"), "{seen}");
    assert!(seen.contains("3 exchanges, 3 without a time"), "{seen}");
    bench.file(
        "day.toml",
        "format = \"json\"\n[fields]\naccount_id = \"account_id\"\n\
         timestamp = { constant = \"2026-03-01\" }\n",
    );
    let import = ["import", "log.jsonl", "--case", "c.stillwatch", "--mapping", "day.toml"];
    bench.run(&import).ok().says("3 exchanges");
    assert_eq!(bench.info("c.stillwatch")["without_time"], 0);
}

#[test]
fn a_row_without_a_time_is_joined_by_its_request_id_and_takes_the_time_of_the_other_log() {
    let (bench, _) = imported("log.jsonl", NATIVE);
    let gateway = r#"{"request_id":"req-00000002","call_type":"acompletion","prompt_tokens":20,"completion_tokens":2,"startTime":"2026-03-01T12:00:00Z","endTime":"2026-03-01T12:00:04Z","model":"m","user":"ac1","metadata":{},"spend":1}
{"request_id":"req-00000099","call_type":"acompletion","prompt_tokens":1,"completion_tokens":2,"startTime":null,"endTime":null,"model":"m","user":"ac1","metadata":{},"spend":1}
"#;
    bench.file("gateway.jsonl", gateway);
    bench.run(&["import", "gateway.jsonl", "--case", "c.stillwatch"]).ok();
    bench.run(&["verify", "c.stillwatch"]).ok();
    let sql = "SELECT kind, basis, state FROM view_join";
    let joins = bench.run(&["query", "c.stillwatch", sql, "--format", "json"]).ok().json();
    assert_eq!(joins, json!([{"kind": "join", "basis": "request_id", "state": "accepted"}]));
    // The call without a time that nobody else tells of stays one.
    let select = ["export", "c.stillwatch", "--out", "out", "--select", "time:none"];
    bench.run(&select).ok();
    let events = std::fs::read_to_string(bench.path("out/events.csv")).unwrap();
    assert_eq!(events.lines().count(), 1 + 4, "{events}");
}

//! Logs of plain text and public traces, read by the program and counted by another:
//! `tests/independent/text_and_traces.py` prints the numbers that stand here.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Bench, shared_data};

/// A bench with one case of one real log, and what `import` said of it.
fn imported(path: &Path) -> (Bench, Value) {
    let bench = Bench::new();
    let path = path.to_str().unwrap();
    let report = bench.run(&["import", path, "--case", "c.stillwatch", "--json"]).ok().json();
    bench.run(&["verify", "c.stillwatch"]).ok();
    (bench, report["sources"][0].clone())
}

/// The one row that a query gives.
fn row(bench: &Bench, sql: &str) -> Value {
    bench.run(&["query", "c.stillwatch", sql, "--format", "json"]).ok().json()[0].clone()
}

#[test]
fn ten_thousand_lines_of_apache_are_ten_thousand_activities() {
    let Some(data) = shared_data("a real access log") else { return };
    let (bench, source) = imported(&data.join("apache_access_elastic/apache_logs"));
    assert_eq!(source["format"], "access_log");
    assert_eq!((&source["activities"], &source["rejects"]), (&json!(10_000), &json!(0)));
    let all = "SELECT count(*) AS lines, count(DISTINCT account_id) AS accounts,
        count(DISTINCT client_ip) AS addresses, count(DISTINCT user_agent) AS agents,
        count(DISTINCT endpoint) AS paths, sum(status = 404) AS missing,
        sum(status = 200) AS good, min(timestamp) AS first, max(timestamp) AS last FROM view_event";
    let expected = json!({
        "lines": 10_000, "accounts": 1_753, "addresses": 1_753, "agents": 557, "paths": 1_368,
        "missing": 213, "good": 9_126,
        "first": "2015-05-17T10:05:00Z", "last": "2015-05-20T21:05:59Z",
    });
    assert_eq!(row(&bench, all), expected);
}

#[test]
fn the_server_logs_give_their_requests_and_keep_every_other_line_in_the_ledger() {
    let Some(data) = shared_data("real server logs") else { return };
    let (bench, source) = imported(&data.join("docs_examples/vllm_server.log"));
    assert_eq!(source["format"], "vllm");
    // Three requests, one answer with a time and one without, and four runs of other lines.
    assert_eq!((&source["exchanges"], &source["activities"]), (&json!(3), &json!(2)));
    assert_eq!((&source["without_time"], &source["rejects"]), (&json!(1), &json!(4)));
    let of = |reason: &str| {
        let sql = format!("SELECT count(*) FROM reject WHERE reason = '{reason}'");
        bench.number("c.stillwatch", &sql)
    };
    assert_eq!(of("other lines of the log: no request"), 4);

    let (bench, source) = imported(&data.join("docs_examples/ollama_gin.log"));
    assert_eq!(source["format"], "ollama");
    assert_eq!((&source["activities"], &source["rejects"]), (&json!(1), &json!(2)));
    // 08:52:32 less 1.3560275 s.
    let at = row(&bench, "SELECT timestamp AS at FROM view_event");
    assert_eq!(at["at"], "2025-03-21T08:52:30.643972Z");
}

#[test]
fn public_traces_give_the_sums_that_were_counted_by_other_means() {
    let Some(data) = shared_data("public traces") else { return };
    let azure = "azure_llm_2023/AzureLLMInferenceTrace";
    let cases = [
        (format!("{azure}_code.csv"), 8_819, 18_059_974, 245_896, "2023-11-16T19:14:19.928016Z"),
        (format!("{azure}_conv.csv"), 19_366, 22_361_870, 4_088_665, "2023-11-16T19:14:08.402527Z"),
        (
            "mooncake/conversation_trace.jsonl".to_owned(),
            12_031,
            144_793_823,
            4_122_048,
            "1970-01-01T00:58:56.999Z",
        ),
        (
            "mooncake/synthetic_trace.jsonl".to_owned(),
            3_993,
            61_194_628,
            595_432,
            "1970-01-01T00:17:02.025Z",
        ),
        (
            "docs_examples/burstgpt_quoted_rows.csv".to_owned(),
            4,
            3_656,
            776,
            "1970-08-14T00:04:14Z",
        ),
    ];
    for (file, rows, input, output, last) in cases {
        let (bench, source) = imported(&data.join(&file));
        assert_eq!(source["rejects"], 0, "{file}");
        let sql = "SELECT count(*) AS rows, sum(input_tokens) AS input,
                   sum(output_tokens) AS output, max(timestamp) AS last FROM view_event";
        let expected = json!({ "rows": rows, "input": input, "output": output, "last": last });
        assert_eq!(row(&bench, sql), expected, "{file}");
    }
}

#[test]
fn times_of_a_trace_without_dates_are_called_relative() {
    let Some(data) = shared_data("a trace without dates") else { return };
    let (bench, source) = imported(&data.join("mooncake/conversation_trace.jsonl"));
    assert_eq!(source["format"], "mooncake");
    let relative = "SELECT count(*) FROM view_event WHERE time_quality = 'relative'";
    assert_eq!(bench.number("c.stillwatch", relative), 12_031);
}

#[test]
fn the_trace_with_accounts_keeps_them() {
    let Some(data) = shared_data("a trace with accounts") else { return };
    let (bench, source) = imported(&data.join("gentd26/lora_request_trace.csv"));
    assert_eq!((&source["format"], &source["rejects"]), (&json!("gentd26"), &json!(0)));
    let sql = "SELECT count(*) AS rows, count(DISTINCT account_id) AS accounts,
               count(DISTINCT model) AS models, sum(stop_reason = 'FAILED') AS failed,
               sum(latency_ms) AS ms, min(timestamp) AS first, max(timestamp) AS last FROM view_event";
    let expected = json!({
        "rows": 26_823, "accounts": 4_247, "models": 86, "failed": 398, "ms": 768_899_000_u64,
        "first": "2024-11-15T16:57:50Z", "last": "2024-12-08T17:33:57Z",
    });
    assert_eq!(row(&bench, sql), expected);
}

#[test]
fn a_year_that_a_log_does_not_state_is_that_of_the_files_last_change() {
    let line = "INFO 02-13 11:33:33 [logger.py:49] Received request chatcmpl-a: params: \
                SamplingParams(max_tokens=1).\n";
    let bench = Bench::new();
    bench.file("gpu.log", line);
    let file = std::fs::File::options().append(true).open(bench.path("gpu.log")).unwrap();
    // 2024-02-13T12:00:00Z
    let changed = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_707_825_600);
    file.set_modified(changed).unwrap();
    bench.run(&["import", "gpu.log", "--case", "c.stillwatch"]).ok();
    let seen = row(&bench, "SELECT timestamp AS at, time_quality FROM view_event");
    assert_eq!(seen, json!({ "at": "2024-02-13T11:33:33Z", "time_quality": "year_assumed" }));
}

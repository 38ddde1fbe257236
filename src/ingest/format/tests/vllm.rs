use jiff::tz::TimeZone;

use crate::ingest::format::tests::{Shaped, one, reason};
use crate::ingest::testing::read_text;
use crate::ingest::{Choice, Head, Mapping, ReaderOptions, detect};
use crate::model::{Field, Granularity, Time, TimePrecision, TimeQuality};

const RECEIVED: &str = "INFO 02-13 11:33:33 [logger.py:49] Received request chatcmpl-a1: \
    prompt: 'say: params: SamplingParams(max_tokens=9)', params: SamplingParams(n=1, \
    temperature=0.7, max_tokens=100, extra_args=None), lora_request: \
    LoRARequest(lora_name='tuned', lora_int_id=1), prompt_adapter_request: None.";
const ANSWERED: &str =
    "INFO:     10.80.23.18:51408 - \"POST /v1/chat/completions HTTP/1.1\" 200 OK";

fn read_as_of(latest: &str, line: &str) -> Vec<Shaped> {
    let text = format!("{RECEIVED}\n");
    let head = Head { bytes: text.as_bytes(), complete: true, file_name: "gpu7.log" };
    let mut detection = detect(&head, &Choice::default()).expect("a vLLM log");
    let utc = ReaderOptions::default();
    let latest = crate::ingest::time::TimeParser::new(TimeZone::UTC).text(latest).expect("a time");
    detection.assume_latest(latest.at);
    let mut rows = Vec::new();
    let reader = detection.reader(&utc).expect("a reader");
    reader.read(line.as_bytes(), &mut |exchange| rows.push(Shaped::of(exchange))).expect(line);
    rows
}

#[test]
fn a_received_request_is_an_exchange_with_the_parameters_the_server_wrote() {
    for line in [RECEIVED.to_owned(), format!("(APIServer pid=90458) {RECEIVED}")] {
        let row = read_as_of("2026-03-01T00:00:00Z", &line).remove(0);
        assert_eq!(row.granularity, Granularity::Exchange);
        assert_eq!(row.get(Field::RequestId), "chatcmpl-a1");
        assert_eq!((row.get(Field::MaxTokens), row.get(Field::Temperature)), ("100", "0.7"));
        assert_eq!((row.get(Field::AccountId), row.get(Field::Model)), ("gpu7", "tuned"));
        let prompt = b"'say: params: SamplingParams(max_tokens=9)'";
        let hash = format!("{:016x}", xxhash_rust::xxh3::xxh3_64(prompt));
        assert_eq!(row.get(Field::PromptHash), hash);
        assert_eq!(row.get(Field::ClientIp), "");
    }
}

#[test]
fn a_server_that_hides_prompts_gives_no_fingerprint_of_one() {
    let line = RECEIVED.replace("prompt: 'say: params: SamplingParams(max_tokens=9)', ", "");
    let row = read_as_of("2026-03-01T00:00:00Z", &line).remove(0);
    assert_eq!((row.get(Field::PromptHash), row.get(Field::MaxTokens)), ("", "100"));
}

#[test]
fn the_year_is_the_newest_that_makes_no_time_too_late() {
    let at = |latest: &str, line: &str| {
        let row = read_as_of(latest, line).remove(0);
        assert_eq!((row.quality, row.precision), (TimeQuality::YearAssumed, TimePrecision::Second));
        row.get(Field::Timestamp).to_owned()
    };
    assert_eq!(at("2026-02-13T11:33:33Z", RECEIVED), "2026-02-13T11:33:33Z");
    assert_eq!(at("2026-02-13T11:33:32Z", RECEIVED), "2025-02-13T11:33:33Z");
    let leap = RECEIVED.replace("02-13", "02-29");
    assert_eq!(at("2026-02-13T11:33:32Z", &leap), "2024-02-29T11:33:33Z");
}

#[test]
fn without_a_latest_moment_a_time_without_a_year_is_refused() {
    assert_eq!(reason("vllm", RECEIVED), "timestamp without a year");
}

#[test]
fn the_latest_moment_is_kept_in_the_mapping_and_can_be_given_there() {
    let text = format!("{RECEIVED}\n");
    let head = Head { bytes: text.as_bytes(), complete: true, file_name: "gpu7.log" };
    let mut detection = detect(&head, &Choice::default()).expect("a vLLM log");
    detection.assume_latest(Time(1_767_225_600_000_000));
    let toml = detection.mapping.to_toml();
    assert!(toml.contains("latest = \"2026-01-01T00:00:00Z\""), "{toml}");
    let mapping = Mapping::from_toml(&toml.replace("2026", "2020")).expect("valid");
    let choice = Choice { mapping: Some(mapping), ..Choice::default() };
    let mut given = detect(&head, &choice).expect("a vLLM log");
    given.assume_latest(Time(1_767_225_600_000_000));
    let reader = given.reader(&ReaderOptions::default()).expect("a reader");
    let mut at = String::new();
    reader.read(RECEIVED.as_bytes(), &mut |e| at = e.at.to_string()).expect("read");
    assert_eq!(at, "2019-02-13T11:33:33Z");
}

#[test]
fn the_http_servers_line_is_an_activity_with_a_time_or_without_one() {
    assert_eq!(one("vllm", ANSWERED).quality, TimeQuality::None);
    let line = "2025-05-14 17:45:10.901 uvicorn.access INFO:     127.0.0.1:42226 1647689 - \
                \"POST /openai/v1/chat/completions HTTP/1.1\" 200 OK";
    let row = read_as_of("2026-03-01T00:00:00Z", line).remove(0);
    assert_eq!(row.granularity, Granularity::Activity);
    assert_eq!(row.get(Field::Timestamp), "2025-05-14T17:45:10.901Z");
    assert_eq!((row.get(Field::ClientIp), row.get(Field::Status)), ("127.0.0.1:42226", "200"));
    assert_eq!(row.get(Field::Endpoint), "/openai/v1/chat/completions");
    assert_eq!(row.quality, TimeQuality::ZoneAssumed);
}

#[test]
fn what_else_the_server_says_is_other_lines() {
    for line in [
        "(APIServer pid=90458) INFO:     Application startup complete.",
        "INFO 02-13 11:33:33 [async_llm.py:382] Added request chatcmpl-a1.",
        "INFO 04-10 03:35:27 [loggers.py:80] Avg prompt throughput: 13.0 tokens/s",
        "Traceback (most recent call last):",
    ] {
        assert_eq!(reason("vllm", line), "other lines of the log: no request", "{line}");
    }
}

#[test]
fn a_request_behind_a_long_banner_is_found() {
    let banner = "INFO 02-13 11:30:00 [config.py:1] loading\n".repeat(1_000);
    let (detection, read) = read_text("x.log", &format!("{banner}{RECEIVED}\n")).expect("read");
    assert_eq!(detection.format, "vllm");
    // No latest moment is set without a file: the request is refused, the banner one entry.
    let reasons: Vec<_> = read.rejects.iter().map(|r| r.reason.as_str()).collect();
    assert_eq!(reasons, ["other lines of the log: no request", "timestamp without a year"]);
}

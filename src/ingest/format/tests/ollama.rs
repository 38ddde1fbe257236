use super::duration_us;
use crate::ingest::format::tests::{one, reason};
use crate::model::{Field, Granularity, TimePrecision, TimeQuality};

fn gin(latency: &str, request: &str) -> String {
    format!("[GIN] 2025/03/21 - 08:52:32 | 200 |    {latency} |       127.0.0.1 | {request}")
}

#[test]
fn a_generation_is_an_exchange_that_began_before_the_line_was_written() {
    let row = one("ollama", &gin("1m2.5s", "POST     \"/api/generate\""));
    assert_eq!(row.granularity, Granularity::Exchange);
    assert_eq!(row.get(Field::Timestamp), "2025-03-21T08:51:29.500Z");
    assert_eq!((row.quality, row.precision), (TimeQuality::ZoneAssumed, TimePrecision::Second));
    assert_eq!((row.get(Field::LatencyMs), row.get(Field::Status)), ("62500", "200"));
    assert_eq!((row.get(Field::AccountId), row.get(Field::ClientIp)), ("127.0.0.1", "127.0.0.1"));
    assert_eq!(row.get(Field::Endpoint), "/api/generate");
}

#[test]
fn pulling_a_model_is_an_activity() {
    let row = one("ollama", &gin("1.3560275s", "POST     \"/api/pull\""));
    assert_eq!(row.granularity, Granularity::Activity);
    assert_eq!(row.get(Field::LatencyMs), "1356.028");
}

#[test]
fn durations_are_read_as_go_writes_them() {
    for (text, us) in [
        ("52.1µs", Some(52)),
        ("12ms", Some(12_000)),
        ("1.3560275s", Some(1_356_028)),
        ("1m2s", Some(62_000_000)),
        ("1h0m1.5s", Some(3_601_500_000)),
        ("900ns", Some(1)),
        ("0s", Some(0)),
        ("", None),
        ("12", None),
        ("s", None),
        ("1d", None),
        ("99999999999999999999h", None),
    ] {
        assert_eq!(duration_us(text), us, "{text}");
    }
}

#[test]
fn relays_put_a_request_id_before_the_status() {
    let line = "[GIN] 2024/01/02 - 03:04:05 | relay | 20240102abc | 429 | 12.5ms | \
                2001:db8::1 |    POST /v1/chat/completions";
    let row = one("ollama", line);
    assert_eq!((row.get(Field::RequestId), row.get(Field::Status)), ("20240102abc", "429"));
    assert_eq!((row.granularity, row.get(Field::ClientIp)), (Granularity::Exchange, "2001:db8::1"));
}

#[test]
fn colours_and_what_a_collector_puts_before_are_passed_over() {
    let line = "Mar 21 08:52:32 host ollama[7]: [GIN] 2025/03/21 - 08:52:32 |\u{1b}[97;42m 200 \
                \u{1b}[0m|    2ms |       127.0.0.1 |\u{1b}[97;46m POST    \u{1b}[0m \"/api/chat\"";
    let row = one("ollama", line);
    assert_eq!((row.get(Field::Endpoint), row.get(Field::Status)), ("/api/chat", "200"));
}

#[test]
fn messages_and_lines_that_break_off_are_no_requests() {
    for line in [
        "time=2025-03-21T08:48:44.062+05:30 level=INFO source=routes.go:1297 msg=\"Listening\"",
        "[GIN-debug] POST /api/chat --> server.ChatHandler (5 handlers)",
        "[GIN] 2025/03/21 - 08:52:32 | 200 |    1.35",
        "llama_model_loader: - kv 0",
    ] {
        assert_eq!(reason("ollama", line), "other lines of the log: no request", "{line}");
    }
}

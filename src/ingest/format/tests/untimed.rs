//! Records without a time, in the formats that leave them.

use super::{one, reason};
use crate::model::{Field, TimePrecision, TimeQuality};

#[test]
fn a_record_without_a_time_is_an_event_of_that_kind_in_every_format_that_names_somebody() {
    let none = (TimeQuality::None, TimePrecision::None);
    for (format, record) in [
        ("native", r#"{"account_id":"a"}"#),
        ("native", r#"{"timestamp":null,"account_id":"a"}"#),
        ("bedrock", r#"{"timestamp":"","requestId":"r","accountId":"1","modelId":"m"}"#),
        ("litellm", r#"{"request_id":"r","startTime":null,"endTime":"2026-03-01T10:00:00Z"}"#),
        ("one_api", r#"{"type":2,"created_at":0,"username":"ann","use_time":3}"#),
        ("helicone", r#"{"request_user_id":"ann","response_created_at":"2026-03-01T10:00:00Z"}"#),
        ("openrouter", r#"{"generation_id":"g","model":"m","user":"ann"}"#),
    ] {
        let row = one(format, record);
        assert_eq!((row.quality, row.precision), none, "{format} {record}");
        assert_eq!(row.get(Field::Timestamp), "", "{format} {record}");
        // What ends at some time and begins at none took no known time.
        let stated = if format == "one_api" { "3000" } else { "" };
        assert_eq!(row.get(Field::LatencyMs), stated, "{format} {record}");
    }
}

#[test]
fn a_record_without_a_time_that_names_nothing_is_no_call_and_a_bucket_needs_its_interval() {
    for (format, record) in [
        ("envoy", "{}"),
        ("gcp_audit", r#"{"protoPayload":{}}"#),
        ("kong", r#"{"ai":{"proxy":{"meta":{}}}}"#),
        ("openrouter", r#"{"requests":3,"model":"m","user":"ann"}"#),
    ] {
        assert_eq!(reason(format, record), "timestamp missing", "{format}");
    }
}

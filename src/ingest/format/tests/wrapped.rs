//! Records inside wrappers, and JSON inside texts.

use super::{one, reason};
use crate::ingest::testing::detected;
use crate::model::Field;

/// A Bedrock record with some keys more.
fn invocation(more: &str) -> String {
    format!(
        r#"{{"schemaType":"ModelInvocationLog","timestamp":"2025-05-15T14:17:22Z","accountId":"1",
        "identity":{{"arn":"arn:aws:iam::1:user/ann"}},"operation":"Converse","modelId":"m",
        "requestId":"q","input":{{"inputTokenCount":7{more}}},"output":{{"outputTokenCount":5}}}}"#
    )
    .replace('\n', "")
}

/// A text as JSON.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text")
}

#[test]
fn half_an_emoji_in_a_text_that_carries_the_record_is_mended() {
    let record = invocation(r#","inputBodyJson":{"prompt":"\ud83d"}"#);
    let wrapped = format!(r#"{{"timestamp":1747318642000,"message":{}}}"#, quoted(&record));
    let row = one("bedrock", &wrapped);
    assert_eq!((row.get(Field::InputTokens), row.get(Field::OutputTokens)), ("7", "5"));
    assert_ne!(row.get(Field::PromptHash), "");
}

#[test]
fn a_broken_text_that_carries_the_record_is_a_reason_and_no_half_record() {
    let record = invocation("");
    let cut = &record[..record.len() - 30];
    let wrapped = format!(r#"{{"timestamp":1747318642000,"message":{}}}"#, quoted(cut));
    assert_eq!(reason("bedrock", &wrapped), "the record in its wrapper: JSON ends early");
}

#[test]
fn what_is_inside_a_wrapper_wins_over_its_own_keys_whatever_their_order() {
    let own = r#""timestamp":"2020-01-01T00:00:00Z","accountId":"wrapper","region":"r1""#;
    let (text, object) = (quoted(&invocation("")), invocation(""));
    for wrapped in [
        format!("{{{own},\"message\":{text}}}"),
        format!("{{\"message\":{text},{own}}}"),
        format!("{{\"detail\":{object},{own}}}"),
    ] {
        let row = one("bedrock", &wrapped);
        assert_eq!(row.get(Field::Timestamp), "2025-05-15T14:17:22Z", "{wrapped}");
        assert_eq!((row.get(Field::OrgId), row.get(Field::Region)), ("1", "r1"), "{wrapped}");
    }
}

#[test]
fn texts_in_texts_and_wrappers_in_wrappers_do_not_use_up_the_stack() {
    let deep = |inner: &str| {
        let (open, close) = ("{\"message\":".repeat(120), "}".repeat(120));
        format!("{open}{inner}{close}")
    };
    let lists = |inner: &str| format!("{}{inner}{}", "[".repeat(120), "]".repeat(120));
    let (mut wrappers, mut texts) = (deep("1"), lists("1"));
    for _ in 0..12 {
        wrappers = deep(&quoted(&wrappers));
        texts = lists(&quoted(&texts));
    }
    assert_eq!(reason("bedrock", &wrappers), "identity.arn and accountId missing");
    let record = invocation(&format!(",\"inputBodyJson\":{}", quoted(&texts)));
    assert_eq!(one("bedrock", &record).get(Field::InputTokens), "7");
}

#[test]
fn an_unknown_field_called_like_a_wrapper_leaves_a_native_log_native() {
    let record = r#"{"timestamp":"2026-03-01T10:00:00Z","account_id":"a","input_tokens":1,
        "message":{"role":"user"}}"#;
    assert_eq!(detected(&record.replace('\n', "")), "native");
    let wrapped = format!(r#"{{"id":1,"message":{}}}"#, quoted(&invocation("")));
    assert_eq!(detected(&wrapped), "bedrock");
    let pair = |field: &str, value: &str| {
        format!(r#"{{"field":{},"value":{}}}"#, quoted(field), quoted(value))
    };
    let row = [pair("@timestamp", "2025-05-15 14:17:22"), pair("@message", &invocation(""))];
    assert_eq!(detected(&format!("{{\"results\":[[{}]]}}", row.join(","))), "bedrock");
}

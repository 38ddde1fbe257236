//! Records read with a mapping, and values outside of what a field can be.

use super::{Shaped, one, reason};
use crate::ingest::{Container, Mapping, ReaderOptions};
use crate::model::Field;

/// Reads one record with the fields of a mapping.
fn mapped(fields: &str, record: &str) -> Result<Shaped, String> {
    let mapping = Mapping::from_toml(&format!("format = \"json\"\n[fields]\n{fields}"))?;
    let format = crate::ingest::format::by_id("json").expect("listed");
    let options = ReaderOptions::default();
    let reader = format.reader(&Container::Lines, &mapping, &options)?;
    let mut rows = Vec::new();
    let read = reader.read(record.as_bytes(), &mut |exchange| rows.push(Shaped::of(exchange)));
    read.map(|()| rows.remove(0)).map_err(|reason| reason.into_owned())
}

#[test]
fn two_fields_may_come_from_one_column() {
    let fields = "timestamp = \"t\"\naccount_id = { from = \"WHO\", constant = \"unknown\" }\n\
                  user_id = \"WHO\"";
    let row = mapped(fields, r#"{"t":1738000000,"WHO":"ann"}"#).expect("read");
    assert_eq!((row.get(Field::AccountId), row.get(Field::UserId)), ("ann", "ann"));
    let both = format!("{fields}\nprompt_hash = \"WHO\"");
    let why = mapped(&both, "{}").expect_err("a value and its fingerprint");
    assert!(why.contains("\"WHO\" cannot be kept"), "{why}");
}

#[test]
fn a_text_that_only_looks_like_json_is_kept() {
    let fields = "timestamp = \"t\"\naccount_id = \"a\"\nerror = [\"error.code\", \"error\"]";
    let error = |error: &str| {
        let record = format!(r#"{{"t":1738000000,"a":"x","error":{error}}}"#);
        mapped(fields, &record).expect("read").get(Field::Error).to_owned()
    };
    assert_eq!(error(r#""[429] slow down""#), "[429] slow down");
    assert_eq!(error(r#""[429] \u0073low down""#), "[429] slow down");
    assert_eq!(error(r#""{\"code\":\"c\"}""#), "c");
    assert_eq!(error(r#"{"code":"c"}"#), "c");
}

#[test]
fn a_scale_of_times_is_applied_or_refused() {
    let with = |more: &str| {
        let time = format!("timestamp = {{ from = \"t\", scale = 60{more} }}");
        mapped(&format!("{time}\naccount_id = \"a\""), r#"{"t":2,"a":"x"}"#)
    };
    assert!(with("").is_err_and(|why| why.contains("needs start")));
    let row = with(", start = \"2026-01-01T00:00:00Z\"").expect("read");
    assert_eq!(row.get(Field::Timestamp), "2026-01-01T00:02:00Z");
}

#[test]
fn what_the_caller_chooses_does_not_decide_whether_there_is_a_record() {
    for (max_tokens, temperature) in [("-1", "-1"), ("1.5", "\"hot\""), ("99999999999", "true")] {
        let native = format!(
            r#"{{"timestamp":1738000000,"account_id":"a","input_tokens":3,
            "max_tokens":{max_tokens},"temperature":{temperature}}}"#
        );
        let chosen = format!(r#"{{"max_tokens":{max_tokens},"temperature":{temperature}}}"#);
        let bedrock = format!(
            r#"{{"timestamp":"2025-05-15T14:17:22Z","accountId":"1","modelId":"m",
            "input":{{"inputTokenCount":3,"inputBodyJson":{chosen}}}}}"#
        );
        let litellm = format!(
            r#"{{"call_type":"x","startTime":1738000000,"model":"m","prompt_tokens":3,
            "model_parameters":{chosen}}}"#
        );
        for (format, record) in [("native", native), ("bedrock", bedrock), ("litellm", litellm)] {
            let row = one(format, &record);
            let got =
                [Field::InputTokens, Field::MaxTokens, Field::Temperature].map(|f| row.get(f));
            assert_eq!(got, ["3", "", ""], "{format}");
            let negative = record.replace(":3,", ":-3,");
            assert!(reason(format, &negative).ends_with("is negative"), "{format}");
        }
    }
}

#[test]
fn a_duration_that_no_column_can_hold_is_a_reason() {
    let record = r#"{"timestamp":1738000000,"account_id":"a","latency_ms":1e13}"#;
    assert_eq!(reason("native", record), "latency_ms is too large");
}

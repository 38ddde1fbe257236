use crate::ingest::format::tests::{Shaped, one, reason};
use crate::ingest::testing::read_text;
use crate::ingest::{Choice, Head, Mapping, ReaderOptions, detect};
use crate::model::{Field, Granularity, TimePrecision, TimeQuality};

/// A row as new-api's API gives it; `other` is JSON in a text there.
fn row(kind: u8, other: &str) -> String {
    let other = serde_json::to_string(other).expect("a string");
    format!(
        r#"{{"id":17,"user_id":5,"created_at":1738000010,"type":{kind},"content":"","username":"ann",
        "token_name":"work","model_name":"gpt-4o","quota":1500,"prompt_tokens":100,
        "completion_tokens":20,"use_time":10,"is_stream":true,"channel":7,"channel_name":"pool",
        "token_id":3,"group":"vip","ip":"","other":{other}}}"#
    )
}

#[test]
fn a_consumption_is_an_exchange_that_began_when_its_whole_seconds_say() {
    let row = one("one_api", &row(2, r#"{"cache_tokens":60,"model_ratio":1.25}"#));
    assert_eq!(row.granularity, Granularity::Exchange);
    assert_eq!(row.get(Field::Timestamp), "2025-01-27T17:46:40Z");
    assert_eq!((row.quality, row.precision), (TimeQuality::Exact, TimePrecision::Second));
    assert_eq!(row.get(Field::LatencyMs), "10000");
    assert_eq!((row.get(Field::AccountId), row.get(Field::OrgId)), ("ann", "vip"));
    assert_eq!((row.get(Field::UserId), row.get(Field::ApiKeyId)), ("work", "channel 7 (pool)"));
    assert_eq!(row.get(Field::Model), "gpt-4o");
    assert_eq!((row.get(Field::InputTokens), row.get(Field::OutputTokens)), ("100", "20"));
    assert_eq!(row.get(Field::CachedTokens), "60");
    for absent in [Field::RequestId, Field::ClientIp, Field::Cost] {
        assert_eq!(row.get(absent), "", "{absent:?}");
    }
}

#[test]
fn cached_tokens_counted_apart_belong_to_the_input() {
    let other = r#"{"claude":true,"cache_tokens":60,"cache_creation_tokens":5}"#;
    let row = one("one_api", &row(2, other));
    assert_eq!((row.get(Field::InputTokens), row.get(Field::CachedTokens)), ("165", "60"));
}

#[test]
fn only_consumptions_and_errors_are_calls() {
    let failed = one("one_api", &row(5, r#"{"status_code":429,"error_code":"rate_limit"}"#));
    assert_eq!(failed.granularity, Granularity::Exchange);
    assert_eq!((failed.get(Field::Status), failed.get(Field::Error)), ("429", "rate_limit"));
    for kind in [0, 1, 3, 4, 6] {
        let row = one("one_api", &row(kind, ""));
        assert_eq!(row.granularity, Granularity::Activity, "type {kind}");
        assert_eq!(row.get(Field::Timestamp), "2025-01-27T17:46:50Z");
    }
    let none = row(2, "").replace("\"type\":2,", "");
    assert_eq!(reason("one_api", &none), "type missing");
}

#[test]
fn both_counts_zero_are_no_counts() {
    let task = row(2, "").replace(":100,", ":0,").replace(":20,", ":0,");
    let task = one("one_api", &task);
    assert_eq!((task.get(Field::InputTokens), task.get(Field::OutputTokens)), ("", ""));
    let one_sided = one("one_api", &row(2, "").replace(":20,", ":0,"));
    assert_eq!(
        (one_sided.get(Field::InputTokens), one_sided.get(Field::OutputTokens)),
        ("100", "0")
    );
}

#[test]
fn one_api_has_its_channel_nested_and_no_duration() {
    let row = one(
        "one_api",
        r#"{"id":1,"created_at":1738000010,"type":2,"username":"bob","token_name":"t",
        "model_name":"m","quota":1,"prompt_tokens":1,"completion_tokens":2,
        "channel":{"id":9,"name":"sk-SECRET"}}"#,
    );
    assert!(row.get(Field::ApiKeyId).starts_with("channel 9 (key "), "{row:?}");
    assert!(row.values.iter().all(|(_, value)| !value.contains("SECRET")), "{row:?}");
    assert_eq!((row.quality, row.get(Field::LatencyMs)), (TimeQuality::EndOnly, ""));
}

#[test]
fn quota_is_a_cost_only_where_the_mapping_says_what_it_is_worth() {
    let record = row(2, "{}");
    let head = Head { bytes: record.as_bytes(), complete: true, file_name: "x.json" };
    let found = detect(&head, &Choice::default()).expect("recognised");
    let toml = found.mapping.to_toml() + "\n[fields.cost]\nfrom = [\"quota\"]\nscale = 0.000002\n";
    let choice = |toml: &str| Choice {
        mapping: Some(Mapping::from_toml(toml).expect("valid")),
        ..Choice::default()
    };
    let found = detect(&head, &choice(&toml)).expect("recognised");
    let reader = found.reader(&ReaderOptions::default()).expect("a reader");
    let mut rows = Vec::new();
    reader.read(record.as_bytes(), &mut |e| rows.push(Shaped::of(e))).expect("read");
    assert_eq!(rows[0].get(Field::Cost), "0.003");
    for wrong in [toml.replace("scale = 0.000002", ""), toml.replace("\"quota\"", "\"ip\"")] {
        let found = detect(&head, &choice(&wrong)).expect("recognised");
        assert!(found.reader(&ReaderOptions::default()).is_err(), "{wrong}");
    }
}

#[test]
fn tables_arrays_and_both_answers_of_the_api_are_recognised() {
    let record = row(2, "{}").replace('\n', "");
    let pages = [
        format!("[{record},{record}]"),
        format!("{{\"success\":true,\"message\":\"\",\"data\":[{record},{record}]}}"),
        format!(
            "{{\"success\":true,\"message\":\"\",\"data\":{{\"page\":1,\"total\":2,\
             \"items\":[{record},{record}]}}}}"
        ),
        format!("{record}\n{record}\n"),
        "id,user_id,created_at,type,content,username,token_name,model_name,quota,prompt_tokens,\
         completion_tokens,use_time,channel_id,other\n\
         1,5,1738000010,2,,ann,work,m,1,10,20,3,7,\"{\"\"cache_tokens\"\":4}\"\n\
         1,5,1738000010,2,,ann,work,m,1,10,20,3,7,\n"
            .to_owned(),
    ];
    for page in pages {
        let (detection, read) = read_text("logs.json", &page).expect("read");
        assert_eq!(detection.format, "one_api", "{page}");
        // The same id twice is two calls.
        assert_eq!((read.exchanges, read.rejects.len()), (2, 0), "{page}");
    }
}

//! Usage exported as tables from consoles: Anthropic and DeepSeek.

use super::{Shaped, whole};
use crate::ingest::testing::read_text;
use crate::ingest::{Choice, Head, ReaderOptions, detect};
use crate::model::{Field, Granularity, TimePrecision, TimeQuality};

#[test]
fn a_console_export_of_anthropic_reads_whatever_columns_it_has() {
    let full = "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,\
        usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,\
        usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,\
        web_search_count,inference_geo,speed\n\
        2026-08-05,m,My key,Default,standard,≤ 200k,100,20,3,7,11,0,not_available,\n";
    let row = &whole("anthropic_console", full)[0];
    let got = [
        Field::InputTokens,
        Field::CachedTokens,
        Field::OutputTokens,
        Field::AccountId,
        Field::OrgId,
        Field::Model,
        Field::Region,
        Field::Timestamp,
    ]
    .map(|field| row.get(field));
    assert_eq!(got, ["130", "7", "11", "My key", "Default", "m", "", "2026-08-05T00:00:00Z"]);
    assert_eq!((row.granularity, row.interval_s), (Granularity::Bucket, Some(86_400)));
    assert_eq!((row.quality, row.precision), (TimeQuality::Day, TimePrecision::Day));
    let older = "usage_date_utc,model_version,workspace,usage_input_tokens_no_cache,\
        usage_input_tokens_cache_write,usage_input_tokens_cache_read,usage_output_tokens\n\
        2025-02-01T00:00:00Z,m,W,100,20,7,11\n";
    let row = &whole("anthropic_console", older)[0];
    assert_eq!((row.get(Field::InputTokens), row.get(Field::AccountId)), ("127", "W"));
}

#[test]
fn costs_of_the_console_are_rows_of_their_own() {
    let table = "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,\
        cost_usd,list_price_usd,cost_type,inference_geo,speed,api_key_id,api_key_status\n\
        2026-08-04,Claude X,Default,demo,message,≤ 200k,input_no_cache,0.05,0.05,token,us,,apikey_1,\
        archived\n";
    let row = &whole("anthropic_console", table)[0];
    assert_eq!((row.get(Field::Cost), row.get(Field::Endpoint)), ("0.05", "input_no_cache"));
    assert_eq!((row.get(Field::AccountId), row.get(Field::Model)), ("apikey_1", "Claude X"));
    assert_eq!(row.get(Field::InputTokens), "");
}

const HEADER: &str =
    "user_id,start_time_iso,end_time_iso,model,api_key_name,api_key,type,price,amount";

/// Amounts of one hour: a type and an amount a row.
fn amounts(rows: &[(&str, &str)]) -> String {
    let mut text = format!("\u{feff}{HEADER}\r\n");
    for (kind, amount) in rows {
        text +=
            "u1,2026-09-22T08:00:00+08:00,2026-09-22T09:00:00+08:00,deepseek-x,Ann,sk-abc***xyz,";
        text += &format!("{kind},0.00000015,{amount}\r\n");
    }
    text
}

#[test]
fn deepseek_writes_one_row_for_each_kind_of_count() {
    let rows = whole(
        "deepseek",
        &amounts(&[
            ("request_count", "100"),
            ("input_cache_hit_tokens", "1000000"),
            ("input_cache_miss_tokens", "5"),
            ("output_tokens", "7"),
        ]),
    );
    let counts = |row: &Shaped| {
        let tokens = [Field::InputTokens, Field::CachedTokens, Field::OutputTokens];
        (row.requests, tokens.map(|field| row.get(field).to_owned()).join(" "))
    };
    let counts: Vec<_> = rows.iter().map(counts).collect();
    let expected = [
        (Some(100), "  ".to_owned()),
        (None, "1000000 1000000 ".to_owned()),
        (None, "5  ".to_owned()),
        (None, "  7".to_owned()),
    ];
    assert_eq!(counts, expected);
    assert_eq!(rows[0].get(Field::Timestamp), "2026-09-22T00:00:00Z");
    assert_eq!((rows[0].interval_s, rows[0].granularity), (Some(3_600), Granularity::Bucket));
    assert_eq!((rows[0].get(Field::AccountId), rows[0].get(Field::ApiKeyId)), ("u1", "Ann"));
}

#[test]
fn a_key_of_deepseek_does_not_become_a_name() {
    let text = amounts(&[("output_tokens", "7")]).replace("u1,", ",").replace("Ann", "");
    let row = &whole("deepseek", &text)[0];
    for field in [Field::AccountId, Field::ApiKeyId] {
        assert!(row.get(field).starts_with("key ") && !row.get(field).contains("abc"));
    }
}

#[test]
fn a_kind_of_count_that_is_not_known_is_a_reason() {
    let (found, read) = read_text("amount.csv", &amounts(&[("seconds", "7")])).expect("a table");
    assert_eq!((found.format, read.rejects.len()), ("deepseek", 1));
    assert_eq!(read.rejects[0].reason, "type of amount that is not known");
}

#[test]
fn older_exports_of_deepseek_have_a_day_and_costs_a_file_of_their_own() {
    let days = "user_id,utc_date,model,api_key_name,api_key,type,price,amount\n\
        u,20260701,m,first,sk-b,input_cache_miss_tokens,0.000003,1000\n";
    let row = &whole("deepseek", days)[0];
    assert_eq!(row.get(Field::Timestamp), "2026-07-01T00:00:00Z");
    assert_eq!((row.interval_s, row.quality), (Some(86_400), TimeQuality::Day));
    let costs = "user_id,start_time_iso,end_time_iso,model,wallet_type,cost,currency\n\
        u,2026-09-22T00:00:00Z,2026-09-22T01:00:00Z,m,topped_up,1.25,CNY\n";
    let row = &whole("deepseek", costs)[0];
    assert_eq!((row.get(Field::Cost), row.get(Field::Endpoint)), ("1.25", "topped_up"));
    assert_eq!((row.get(Field::InputTokens), row.requests), ("", None));
}

#[test]
fn days_that_are_said_to_be_utc_are_not_moved_by_the_zone_of_the_import() {
    let day = |text: &str| {
        let head = Head { bytes: text.as_bytes(), complete: true, file_name: "x" };
        let found = detect(&head, &Choice::default()).expect("a log");
        let options = ReaderOptions::in_zone("Asia/Tokyo").expect("a zone");
        let record = text.lines().last().expect("a row").as_bytes();
        let mut at = String::new();
        let reader = found.reader(&options).expect("a reader");
        reader.read(record, &mut |exchange| at = exchange.at.to_string()).expect("read");
        at
    };
    let midnight = "2026-07-01T00:00:00Z";
    assert_eq!(day("usage_date_utc,usage_output_tokens\n2026-07-01,1\n"), midnight);
    let deepseek = "utc_date,model,type,price,amount\n20260701,m,output_tokens,1,1\n";
    assert_eq!(day(deepseek), midnight);
    let code = r#"{"date":"2026-07-01","actor":{},"model_breakdown":[{"model":"m"}]}"#;
    assert_eq!(day(code), midnight);
}

//! Usage reports of OpenAI and Anthropic: intervals with results in them.

use super::{Shaped, read, reason, whole};
use crate::ingest::{Choice, Head, detect};
use crate::model::{Field, Granularity, TimePrecision, TimeQuality};

/// A page of OpenAI's usage with an hour of two keys, an hour without use and a day of a user.
const PAGE: &str = r#"{"object":"page","data":[
    {"object":"bucket","start_time":1730419200,"end_time":1730422800,"results":[
      {"object":"organization.usage.completions.result","input_tokens":1000,
       "input_cached_tokens":400,"output_tokens":500,"num_model_requests":5,"project_id":"proj",
       "user_id":null,"api_key_id":"key_1","model":"gpt-x"},
      {"object":"organization.usage.completions.result","input_tokens":7,"output_tokens":3,
       "num_model_requests":1,"project_id":"proj","user_id":null,"api_key_id":"key_2",
       "model":"gpt-x"}]},
    {"object":"bucket","start_time":1730422800,"end_time":1730426400,"results":[]},
    {"object":"bucket","start_time":1730419200,"end_time":1730505600,"results":[
      {"object":"organization.usage.images.result","images":2,"num_model_requests":2,
       "project_id":null,"user_id":"user_1","api_key_id":null,"model":"img"}]}],
    "has_more":true,"next_page":"p2"}"#;

fn fields(row: &Shaped, fields: &[Field]) -> Vec<String> {
    fields.iter().map(|field| row.get(*field).to_owned()).collect()
}

#[test]
fn every_result_of_openai_is_a_bucket_with_the_interval_around_it() {
    let rows = whole("openai_usage", PAGE);
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row.granularity == Granularity::Bucket));
    let requests: Vec<_> = rows.iter().map(|row| row.requests).collect();
    assert_eq!(requests, [Some(5), Some(1), Some(2)]);
    let intervals: Vec<_> = rows.iter().map(|row| row.interval_s).collect();
    assert_eq!(intervals, [Some(3_600), Some(3_600), Some(86_400)]);
    assert_eq!(rows[0].get(Field::Timestamp), "2024-11-01T00:00:00Z");
    assert_eq!((rows[0].quality, rows[0].precision), (TimeQuality::Exact, TimePrecision::Minute));
    assert_eq!((rows[2].quality, rows[2].precision), (TimeQuality::Day, TimePrecision::Day));
}

#[test]
fn openai_attributes_a_bucket_to_the_user_the_key_or_the_project() {
    let rows = whole("openai_usage", PAGE);
    let who = [Field::AccountId, Field::ApiKeyId, Field::OrgId, Field::Endpoint, Field::Model];
    assert_eq!(fields(&rows[0], &who), ["key_1", "key_1", "proj", "completions", "gpt-x"]);
    assert_eq!(fields(&rows[1], &who), ["key_2", "key_2", "proj", "completions", "gpt-x"]);
    assert_eq!(fields(&rows[2], &who), ["user_1", "", "", "images", "img"]);
    let tokens = [Field::InputTokens, Field::CachedTokens, Field::OutputTokens];
    assert_eq!(fields(&rows[0], &tokens), ["1000", "400", "500"]);
    assert_eq!(fields(&rows[2], &tokens), ["", "", ""]);
}

#[test]
fn costs_of_openai_are_buckets_with_a_cost_and_no_calls() {
    let text = r#"{"object":"bucket","start_time":1730419200,"end_time":1730505600,"results":[
        {"object":"organization.costs.result","amount":{"value":0.06,"currency":"usd"},
         "line_item":"gpt-x, input","project_id":"proj"}]}"#;
    let row = &whole("openai_usage", text)[0];
    assert_eq!((row.get(Field::Cost), row.get(Field::Endpoint)), ("0.06", "gpt-x, input"));
    assert_eq!((row.get(Field::AccountId), row.requests), ("proj", None));
}

#[test]
fn the_dashboard_of_openai_exports_rows_that_are_results() {
    let table = "start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,\
        user_id,api_key_id,model,input_tokens,output_tokens,input_cached_tokens\n\
        1761523800,1761523860,2025-10-27T00:10:00+00:00,2025-10-27T00:11:00+00:00,proj,3.0,,key_3,\
        gpt-x,4212,1673,0\n\
        1761523860,1761523920,2025-10-27T00:11:00+00:00,2025-10-27T00:12:00+00:00,,,,,,,,\n";
    let rows = whole("openai_usage", table);
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].requests, rows[0].interval_s), (Some(3), Some(60)));
    assert_eq!(rows[0].get(Field::InputTokens), "4212");
    let empty = "start_time,end_time,start_time_iso,end_time_iso\n";
    assert!(whole("openai_usage", empty).is_empty());
    let iso = "start_time,end_time,start_time_iso,end_time_iso,num_model_requests\n\
        ,,2025-10-27T00:10:00+00:00,2025-10-27T00:11:00+00:00,1\n";
    assert_eq!(whole("openai_usage", iso)[0].get(Field::Timestamp), "2025-10-27T00:10:00Z");
}

#[test]
fn a_page_that_has_more_says_so_and_the_last_of_several_pages_counts() {
    let why = |text: &str| {
        let head = Head { bytes: text.as_bytes(), complete: true, file_name: "x" };
        let found = detect(&head, &Choice::default()).expect("a log");
        assert_eq!(found.has_more, found.why.contains("has_more"));
        found.has_more
    };
    assert!(why(PAGE));
    let last = PAGE.replace("\"has_more\":true", "\"has_more\":false");
    assert!(!why(&last));
    assert!(!why(&format!("{PAGE}\n{last}")));
    assert_eq!(whole("openai_usage", &format!("{PAGE}\n{last}")).len(), 6);
}

#[test]
fn one_result_that_cannot_be_read_refuses_its_interval_with_a_reason() {
    let bucket = |requests: &str| {
        format!(
            r#"{{"object":"bucket","start_time":1730419200,"end_time":1730505600,"results":[
            {{"object":"organization.usage.completions.result","num_model_requests":1}},
            {{"object":"organization.usage.completions.result","num_model_requests":{requests}}}]}}"#
        )
    };
    assert_eq!(read("openai_usage", &bucket("2")).expect("read").len(), 2);
    assert_eq!(reason("openai_usage", &bucket("-2")), "num_model_requests is negative");
    let text = bucket("1").replace("\"start_time\":1730419200,", "");
    assert_eq!(reason("openai_usage", &text), "timestamp missing");
}

/// A page of Anthropic's usage report with one result.
fn report(result: &str) -> String {
    format!(
        r#"{{"data":[{{"starting_at":"2026-08-01T00:00:00Z","ending_at":"2026-08-02T00:00:00Z",
        "results":[{result}]}}],"has_more":false,"next_page":null}}"#
    )
}

#[test]
fn anthropic_counts_the_cache_apart_and_the_input_includes_it() {
    let result = r#"{"uncached_input_tokens":100,"cache_read_input_tokens":40,
        "cache_creation":{"ephemeral_5m_input_tokens":7,"ephemeral_1h_input_tokens":3},
        "output_tokens":20,"server_tool_use":{"web_search_requests":1},"api_key_id":"apikey_1",
        "workspace_id":"wrkspc_1","account_id":null,"model":"m","inference_geo":"us"}"#;
    let row = &whole("anthropic_usage", &report(result))[0];
    let tokens = [Field::InputTokens, Field::CachedTokens, Field::OutputTokens];
    assert_eq!(fields(row, &tokens), ["150", "40", "20"]);
    let who = [Field::AccountId, Field::OrgId, Field::ApiKeyId, Field::Region, Field::Model];
    assert_eq!(fields(row, &who), ["apikey_1", "wrkspc_1", "apikey_1", "us", "m"]);
    assert_eq!((row.granularity, row.interval_s), (Granularity::Bucket, Some(86_400)));
    assert_eq!((row.requests, row.quality), (None, TimeQuality::Day));
}

#[test]
fn anthropic_attributes_a_bucket_to_whom_the_report_is_grouped_by() {
    let account = |result: &str| {
        whole("anthropic_usage", &report(result))[0].get(Field::AccountId).to_owned()
    };
    assert_eq!(account(r#"{"output_tokens":1,"account_id":"acc","api_key_id":"k"}"#), "acc");
    assert_eq!(account(r#"{"output_tokens":1,"service_account_id":"sa"}"#), "sa");
    assert_eq!(account(r#"{"output_tokens":1,"workspace_id":"w"}"#), "w");
    assert_eq!(account(r#"{"output_tokens":1,"workspace_id":null}"#), "unattributed");
}

#[test]
fn costs_of_anthropic_are_cents() {
    let result = r#"{"amount":"123.78912","currency":"USD","cost_type":"tokens",
        "description":"Claude Usage - Input Tokens","model":"m","workspace_id":null}"#;
    let row = &whole("anthropic_usage", &report(result))[0];
    let cost: f64 = row.get(Field::Cost).parse().expect("a number");
    assert!((cost - 1.237_891_2).abs() < 1e-9);
    assert_eq!(row.get(Field::Endpoint), "Claude Usage - Input Tokens");
    assert_eq!(row.get(Field::InputTokens), "");
}

#[test]
fn claude_code_gives_a_bucket_for_each_model_of_a_person_on_a_day() {
    let text = r#"{"data":[{"date":"2025-09-01T00:00:00Z",
        "actor":{"type":"user_actor","email_address":"dev@x.co"},"organization_id":"org",
        "customer_type":"api","terminal_type":"vscode","core_metrics":{"num_sessions":5},
        "model_breakdown":[
          {"model":"m1","tokens":{"input":100,"output":35,"cache_read":10,"cache_creation":5},
           "estimated_cost":{"currency":"USD","amount":1025}},
          {"model":"m2","tokens":{"input":1,"output":2,"cache_read":0,"cache_creation":0},
           "estimated_cost":{"currency":"USD","amount":1}}]},
        {"date":"2025-09-01T00:00:00Z","actor":{"type":"api_actor","api_key_name":"ci"},
         "model_breakdown":[]}],"has_more":false,"next_page":null}"#;
    let rows = whole("claude_code", text);
    assert_eq!(rows.len(), 2);
    let who = [Field::AccountId, Field::OrgId, Field::Model, Field::UserAgent, Field::Cost];
    assert_eq!(fields(&rows[0], &who), ["dev@x.co", "org", "m1", "vscode", "10.25"]);
    let tokens = [Field::InputTokens, Field::CachedTokens, Field::OutputTokens];
    assert_eq!(fields(&rows[0], &tokens), ["115", "10", "35"]);
    assert_eq!(fields(&rows[1], &tokens), ["1", "0", "2"]);
    assert_eq!(rows[0].interval_s, Some(86_400));
}

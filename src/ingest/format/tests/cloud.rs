//! Logs of Google Cloud, Azure API Management, Databricks and Snowflake.

use super::{one, reason, whole};
use crate::ingest::testing::detected;
use crate::model::{Field, Granularity, TimePrecision, TimeQuality};

/// A row of the table of Vertex AI, as a BigQuery export writes it: counts and ids are texts.
const VERTEX: &str = r#"{"endpoint":"projects/p1/locations/us-central1/endpoints/7",
    "logging_time":"2025-05-06 05:52:09.500000 UTC","request_id":"5374205265901353984",
    "model":"publishers/google/models/gemini-2.5-pro","model_version":"default",
    "api_method":"GenerateContent","full_request":{"contents":[{"role":"user"}],
    "generation_config":{"max_output_tokens":"8192","temperature":0},
    "tools":[{"function_declarations":[{"name":"f"},{"name":"g"}]}]},
    "full_response":{"candidates":[{"finish_reason":"STOP",
    "content":{"parts":[{"text":"hi"}]}}],"create_time":"2025-05-06 05:52:00.375773 UTC",
    "usage_metadata":{"prompt_token_count":"3","candidates_token_count":"29",
    "thoughts_token_count":"901","cached_content_token_count":"2",
    "tool_use_prompt_token_count":"10","total_token_count":"943"}},
    "metadata":{"request_latency":"11225.994"}}"#;

#[test]
fn vertex_adds_thinking_to_the_output_and_results_of_tools_to_the_input() {
    let row = one("vertex", VERTEX);
    assert_eq!(row.get(Field::InputTokens), "13");
    assert_eq!(row.get(Field::OutputTokens), "930");
    assert_eq!(row.get(Field::ReasoningTokens), "901");
    assert_eq!(row.get(Field::CachedTokens), "2");
    let total: u64 = [Field::InputTokens, Field::OutputTokens]
        .iter()
        .map(|field| row.get(*field).parse::<u64>().expect("a count"))
        .sum();
    assert_eq!(total, 943);
}

#[test]
fn vertex_starts_when_the_response_says_and_else_has_only_an_end() {
    let row = one("vertex", VERTEX);
    assert_eq!(row.get(Field::Timestamp), "2025-05-06T05:52:00.375773Z");
    assert_eq!((row.quality, row.precision), (TimeQuality::Exact, TimePrecision::Microsecond));
    assert_eq!(row.get(Field::LatencyMs), "11225.994");
    let end = one("vertex", &VERTEX.replace("create_time", "other"));
    assert_eq!(end.get(Field::Timestamp), "2025-05-06T05:52:09.500Z");
    assert_eq!(end.quality, TimeQuality::EndOnly);
}

#[test]
fn vertex_names_project_place_model_and_what_was_chosen() {
    let row = one("vertex", VERTEX);
    let got = [
        Field::AccountId,
        Field::OrgId,
        Field::Region,
        Field::Model,
        Field::Endpoint,
        Field::RequestId,
        Field::StopReason,
        Field::MaxTokens,
        Field::Temperature,
        Field::Tools,
    ]
    .map(|field| row.get(field));
    let expected = [
        "p1",
        "p1",
        "us-central1",
        "gemini-2.5-pro",
        "GenerateContent",
        "5374205265901353984",
        "STOP",
        "8192",
        "0",
        "f,g",
    ];
    assert_eq!(got, expected);
    assert!(!row.get(Field::PromptHash).is_empty() && !row.get(Field::ResponseHash).is_empty());
}

#[test]
fn vertex_reads_camel_case_and_json_in_texts_alike() {
    let camel = VERTEX
        .replace("usage_metadata", "usageMetadata")
        .replace("prompt_token_count", "promptTokenCount")
        .replace("tool_use_promptTokenCount", "toolUsePromptTokenCount")
        .replace("candidates_token_count", "candidatesTokenCount")
        .replace("thoughts_token_count", "thoughtsTokenCount")
        .replace("finish_reason", "finishReason")
        .replace("create_time", "createTime");
    let row = one("vertex", &camel);
    assert_eq!((row.get(Field::InputTokens), row.get(Field::OutputTokens)), ("13", "930"));
    assert_eq!(row.get(Field::StopReason), "STOP");
    let table = "logging_time,request_id,model,api_method,full_response\n\
        2025-05-06 05:52:09.5 UTC,7,publishers/google/models/m,GenerateContent,\
        \"{\"\"usage_metadata\"\":{\"\"prompt_token_count\"\":3,\"\"thoughts_token_count\"\":4}}\"\n";
    let rows = whole("vertex", table);
    assert_eq!(rows[0].get(Field::InputTokens), "3");
    assert_eq!((rows[0].get(Field::OutputTokens), rows[0].get(Field::Model)), ("4", "m"));
    assert_eq!(rows[0].get(Field::AccountId), "unattributed");
    assert_eq!(detected(&VERTEX.replace('\n', "")), "vertex");
}

/// An audit record with an operation and a status.
fn audit(method: &str, more: &str) -> String {
    format!(
        r#"{{"protoPayload":{{"authenticationInfo":{{"principalEmail":"a@x.co",
        "serviceAccountKeyName":"//iam.googleapis.com/projects/p/serviceAccounts/a/keys/k1"}},
        "requestMetadata":{{"callerIp":"10.0.0.1","callerSuppliedUserAgent":"ua"}},
        "serviceName":"aiplatform.googleapis.com",
        "methodName":"google.cloud.aiplatform.v1.PredictionService.{method}",
        "resourceName":"projects/p1/locations/eu/publishers/google/models/gem","status":{{"code":8}}}},
        "insertId":"i1","timestamp":"2025-05-06T05:52:00.360468025Z"{more}}}"#
    )
}

#[test]
fn a_streamed_call_of_google_cloud_is_counted_once() {
    let kind = |more: &str| one("gcp_audit", &audit("StreamGenerateContent", more)).granularity;
    assert_eq!(kind(""), Granularity::Exchange);
    assert_eq!(kind(r#","operation":{"id":"o","first":true}"#), Granularity::Exchange);
    assert_eq!(kind(r#","operation":{"id":"o","first":true,"last":true}"#), Granularity::Exchange);
    assert_eq!(kind(r#","operation":{"id":"o","last":true}"#), Granularity::Activity);
    assert_eq!(kind(r#","operation":{"id":"o"}"#), Granularity::Activity);
    assert_eq!(kind(r#","operation":{"id":"o","first":"true"}"#), Granularity::Exchange);
    let count = one("gcp_audit", &audit("CountTokens", ""));
    assert_eq!(count.granularity, Granularity::Activity);
}

#[test]
fn google_cloud_says_who_called_what_from_where_and_how_it_ended() {
    let row = one("gcp_audit", &audit("GenerateContent", ""));
    let got = [
        Field::AccountId,
        Field::ApiKeyId,
        Field::OrgId,
        Field::Model,
        Field::Region,
        Field::ClientIp,
        Field::UserAgent,
        Field::Status,
        Field::Error,
        Field::RequestId,
    ]
    .map(|field| row.get(field));
    let expected =
        ["a@x.co", "k1", "p1", "gem", "eu", "10.0.0.1", "ua", "429", "RESOURCE_EXHAUSTED", "i1"];
    assert_eq!(got, expected);
    assert_eq!(row.precision, TimePrecision::Sub);
    assert_eq!(reason("gcp_audit", "{\"protoPayload\":{}}"), "timestamp missing");
}

#[test]
fn a_table_of_a_bigquery_sink_reads_like_the_log() {
    let record = audit("Predict", r#","operation":{"id":"o","first":null,"last":"true"}"#)
        .replace("protoPayload", "protopayload_auditlog")
        .replace("2025-05-06T05:52:00.360468025Z", "2025-05-06 05:52:00.360468 UTC");
    let rows = whole("gcp_audit", &record.replace('\n', ""));
    assert_eq!(rows[0].get(Field::AccountId), "a@x.co");
    assert_eq!(rows[0].granularity, Granularity::Activity);
    assert_eq!(rows[0].quality, TimeQuality::Exact);
    let small = record
        .replace("authenticationInfo", "authenticationinfo")
        .replace("principalEmail", "principalemail")
        .replace("methodName", "methodname");
    let rows = whole("gcp_audit", &small.replace('\n', ""));
    assert_eq!(rows[0].get(Field::AccountId), "a@x.co");
}

#[test]
fn a_call_that_azure_wrote_in_several_rows_is_counted_once() {
    let table = "TimeGenerated [UTC],CorrelationId,SequenceNumber,PromptTokens,CompletionTokens,\
        ModelName,DeploymentName,RequestMessages,ResponseMessages,Region\n\
        \"10/30/2025, 10:03:45.464 PM\",c1,0,14,8,gpt-4o,d,,,eu\n\
        \"10/30/2025, 10:03:45.464 PM\",c1,1,,,,,[1],,eu\n\
        \"10/30/2025, 10:03:45.464 PM\",c1,2,,,,,,[2],eu\n";
    let rows = whole("azure_apim", table);
    let kinds: Vec<_> = rows.iter().map(|row| row.granularity).collect();
    assert_eq!(kinds, [Granularity::Exchange, Granularity::Activity, Granularity::Activity]);
    assert!(rows.iter().all(|row| row.get(Field::RequestId) == "c1"));
    assert_eq!((rows[0].get(Field::InputTokens), rows[0].get(Field::OutputTokens)), ("14", "8"));
    assert_eq!((rows[0].get(Field::Model), rows[1].get(Field::InputTokens)), ("gpt-4o", ""));
    assert_eq!(rows[0].get(Field::Timestamp), "2025-10-30T22:03:45.464Z");
    assert_eq!(rows[0].quality, TimeQuality::Exact);
}

#[test]
fn the_language_model_log_reads_from_diagnostics_too() {
    let record = r#"{"time":"2025-10-30T22:03:45.4640000Z","category":"GatewayLlmLogs",
        "resourceId":"/SUBSCRIPTIONS/S1/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.APIMANAGEMENT/SERVICE/GW",
        "properties":{"correlationId":"c1","sequenceNumber":0,"promptTokens":14,
        "completionTokens":8,"modelName":"m","deploymentName":"d"}}"#;
    let rows = whole("azure_apim", &record.replace('\n', ""));
    assert_eq!(rows[0].granularity, Granularity::Exchange);
    assert_eq!((rows[0].get(Field::AccountId), rows[0].get(Field::OrgId)), ("GW", "S1"));
    assert_eq!((rows[0].get(Field::InputTokens), rows[0].get(Field::Model)), ("14", "m"));
}

/// A record of a gateway log.
fn gateway(url: &str, properties: &str) -> String {
    format!(
        r#"{{"time":"2024-07-02T06:31:31.4465902Z","category":"GatewayLogs","durationMs":176,
        "correlationId":"c","callerIpAddress":"81.2.69.144","properties":{{"url":"{url}",
        "responseCode":200{properties}}}}}"#
    )
}

#[test]
fn of_a_gateway_only_calls_of_a_model_are_exchanges() {
    let kind = |url: &str| one("azure_apim", &gateway(url, "")).granularity;
    assert_eq!(kind("https://x/deployments/d/chat/completions?v=1"), Granularity::Exchange);
    assert_eq!(kind("https://x/orders"), Granularity::Activity);
    let counted =
        gateway("https://x/ask", r#","responseBody":"{\"usage\":{\"prompt_tokens\":3}}""#);
    let row = one("azure_apim", &counted);
    assert_eq!(row.granularity, Granularity::Exchange);
    assert_eq!(row.get(Field::InputTokens), "3");
}

#[test]
fn a_gateway_attributes_calls_to_its_subscription_and_hides_keys() {
    let row =
        one("azure_apim", &gateway("https://x", r#","apimSubscriptionId":"sub","userId":"u""#));
    assert_eq!((row.get(Field::AccountId), row.get(Field::ApiKeyId)), ("sub", "sub"));
    let row = one("azure_apim", &gateway("https://x", r#","userId":"sk-secret""#));
    assert!(!row.get(Field::AccountId).contains("secret"));
    assert_eq!(one("azure_apim", &gateway("https://x", "")).get(Field::AccountId), "unattributed");
}

#[test]
fn a_body_that_the_gateway_cut_off_gives_what_is_in_it() {
    let cut = r#","requestBody":"{\"model\": \"m\", \"messages\": [{\"role\": \"us""#;
    let row = one("azure_apim", &gateway("https://x/v1/chat/completions", cut));
    assert_eq!((row.get(Field::Model), row.get(Field::PromptHash)), ("m", ""));
}

#[test]
fn both_tables_of_databricks_read_as_exchanges() {
    let usage = "account_id,workspace_id,served_entity_id,client_request_id,databricks_request_id,\
        requester,status_code,request_time,input_token_count,output_token_count,request_streaming\n\
        acc,ws,ent,c,d1,ann@x.co,429,2026-01-02T03:04:05.678+00:00,12,0,false\n";
    let row = &whole("databricks", usage)[0];
    assert_eq!((row.get(Field::AccountId), row.get(Field::OrgId)), ("ann@x.co", "ws"));
    assert_eq!((row.get(Field::RequestId), row.get(Field::Model)), ("d1", "ent"));
    assert_eq!((row.get(Field::Status), row.get(Field::InputTokens)), ("429", "12"));
    let inference = r#"{"databricks_request_id":"d1","request_time":"2026-01-02T03:04:05.678Z",
        "status_code":200,"sampling_fraction":1,"execution_duration_ms":250,"requester":"ann@x.co",
        "request":"{\"model\":\"m\",\"messages\":[],\"max_tokens\":5}",
        "response":"{\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":7},\"choices\":[{\"finish_reason\":\"stop\"}]}"}"#;
    let row = &whole("databricks", &inference.replace('\n', ""))[0];
    assert_eq!((row.get(Field::InputTokens), row.get(Field::OutputTokens)), ("12", "7"));
    assert_eq!((row.get(Field::LatencyMs), row.get(Field::StopReason)), ("250", "stop"));
    assert_eq!((row.get(Field::Model), row.get(Field::MaxTokens)), ("m", "5"));
    let older = r#"{"databricks_request_id":"d1","timestamp_ms":1767323045678,"date":"2026-01-02",
        "execution_time_ms":9,"request_metadata":{"model_name":"m","endpoint_name":"e"}}"#;
    let row = &whole("databricks", &older.replace('\n', ""))[0];
    assert_eq!(row.get(Field::Timestamp), "2026-01-02T03:04:05.678Z");
    assert_eq!((row.get(Field::Endpoint), row.get(Field::LatencyMs)), ("e", "9"));
}

/// A row of Snowflake's history with these tokens.
fn snowflake(total: u64, granular: &str) -> String {
    format!(
        "START_TIME,END_TIME,REQUEST_ID,MODEL_NAME,TOKENS,TOKENS_GRANULAR,USER_ID,INFERENCE_REGION\n\
         2026-01-02 03:00:00.000 -0700,2026-01-02 04:00:00.000 -0700,r,m,{total},\"{granular}\",42,AWS_US\n"
    )
}

#[test]
fn snowflake_counts_cached_tokens_apart_where_the_total_shows_it() {
    let granular = r#"{""input"":100,""output"":10,""cache_read_input"":40}"#;
    let row = &whole("snowflake_cortex", &snowflake(150, granular))[0];
    assert_eq!((row.get(Field::InputTokens), row.get(Field::CachedTokens)), ("140", "40"));
    let row = &whole("snowflake_cortex", &snowflake(110, granular))[0];
    assert_eq!((row.get(Field::InputTokens), row.get(Field::OutputTokens)), ("100", "10"));
    let row = &whole("snowflake_cortex", &snowflake(110, ""))[0];
    assert_eq!((row.get(Field::InputTokens), row.get(Field::OutputTokens)), ("", ""));
}

#[test]
fn a_request_of_snowflake_is_no_finer_in_time_than_its_interval() {
    let row = &whole("snowflake_cortex", &snowflake(1, ""))[0];
    assert_eq!(row.get(Field::Timestamp), "2026-01-02T10:00:00Z");
    assert_eq!((row.quality, row.precision), (TimeQuality::Exact, TimePrecision::Minute));
    assert_eq!((row.granularity, row.interval_s), (Granularity::Exchange, None));
    assert_eq!((row.get(Field::AccountId), row.get(Field::Region)), ("42", "AWS_US"));
}

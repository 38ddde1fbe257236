//! Records of gateways, written by hand after their published schemas.

use super::{Shaped, one, read, read_in, reason};
use crate::ingest::testing::detected;
use crate::ingest::{Choice, Container, Detection, Head, ReaderOptions, detect};
use crate::model::{Field, Granularity, TimePrecision, TimeQuality};

/// The values of some fields of a row.
pub(super) fn values<const N: usize>(row: &Shaped, fields: [Field; N]) -> [&str; N] {
    fields.map(|field| row.get(field))
}

pub(super) const TOKENS: [Field; 4] =
    [Field::InputTokens, Field::OutputTokens, Field::CachedTokens, Field::ReasoningTokens];
pub(super) const WHO: [Field; 3] = [Field::AccountId, Field::OrgId, Field::ApiKeyId];

/// Recognises a table.
pub(super) fn table(text: &str) -> Detection {
    let head = Head { bytes: text.as_bytes(), complete: true, file_name: "x.csv" };
    detect(&head, &Choice::default()).expect("a table")
}

/// What buckets count: requests and seconds.
pub(super) fn bucket(
    format: &str,
    container: &Container,
    record: &str,
) -> (Option<u64>, Option<u32>) {
    let format = crate::ingest::format::by_id(format).expect("listed");
    let head = Head { bytes: b"{\"a\":1}", complete: true, file_name: "x" };
    let mut sample = crate::ingest::Sample::cut(&head).expect("a record");
    sample.container = container.clone();
    let mapping = format.mapping(&sample);
    let reader = format.reader(container, &mapping, &ReaderOptions::default()).expect("a reader");
    let mut seen = (None, None);
    let mut see = |e: &crate::model::Exchange<'_>| seen = (e.requests, e.interval_s);
    reader.read(record.as_bytes(), &mut see).expect("read");
    seen
}

fn envoy(more: &str) -> String {
    format!(
        r#"{{"start_time":"2025-08-30T16:51:37.894Z","response_code":200,"response_flags":"-",
        "duration":1526,"gen_ai.request.model":"gpt-4o-mini","x-request-id":"q",
        "x-envoy-origin-path":"/v1/chat/completions","downstream_remote_address":"10.1.1.1:64484",
        "gen_ai.usage.input_tokens":15,"gen_ai.usage.output_tokens":7,"session.id":"-"{more}}}"#
    )
    .replace('\n', "")
}

#[test]
fn envoy_takes_the_caller_from_proxies_else_from_the_connection_without_its_port() {
    let row = one("envoy", &envoy(""));
    assert_eq!((row.get(Field::ClientIp), row.get(Field::AccountId)), ("10.1.1.1", "10.1.1.1"));
    let row = one("envoy", &envoy(r#","x-forwarded-for":"203.0.113.9, 10.2.2.2""#));
    assert_eq!(row.get(Field::ClientIp), "203.0.113.9, 10.2.2.2");
    assert_eq!(row.get(Field::AccountId), "203.0.113.9");
    let row = one("envoy", &envoy(r#","user.id":"ann","x-forwarded-for":null"#));
    assert_eq!((row.get(Field::AccountId), row.get(Field::ClientIp)), ("ann", "10.1.1.1"));
    for (remote, host) in [
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("10.1.1.1", "10.1.1.1"),
    ] {
        let record = envoy("").replace("10.1.1.1:64484", remote);
        assert_eq!(one("envoy", &record).get(Field::ClientIp), host);
    }
}

#[test]
fn envoy_counts_cached_input_once_and_a_dash_is_nothing() {
    let row = one("envoy", &envoy(r#","gen_ai.usage.cached_input_tokens":9"#));
    assert_eq!(values(&row, TOKENS), ["15", "7", "9", ""]);
    assert_eq!((row.get(Field::SessionId), row.get(Field::Error)), ("", ""));
    let apart = r#","gen_ai.usage.cached_input_tokens":400,"gen_ai.usage.total_tokens":422"#;
    assert_eq!(one("envoy", &envoy(apart)).get(Field::InputTokens), "415");
}

#[test]
fn envoy_keeps_what_went_wrong_and_tells_calls_from_the_rest() {
    let failed = envoy(r#","response_code_details":"upstream_reset""#)
        .replace("\"response_code\":200", "\"response_code\":503");
    let row = one("envoy", &failed);
    assert_eq!((row.get(Field::Status), row.get(Field::Error)), ("503", "upstream_reset"));
    let gone = envoy("").replace("\"response_code\":200", "\"response_code\":0");
    let row = one("envoy", &gone.replace("\"response_flags\":\"-\"", "\"response_flags\":\"DC\""));
    assert_eq!((row.get(Field::Status), row.get(Field::Error)), ("", "DC"));
    let refused = envoy("").replace("\"gen_ai.", "\"x_");
    assert_eq!(one("envoy", &refused).granularity, Granularity::Exchange);
    let list = refused.replace("/v1/chat/completions", "/v1/models");
    assert_eq!(one("envoy", &list).granularity, Granularity::Activity);
    let timeless = envoy("").replace("start_time", "when");
    assert_eq!(one("envoy", &timeless).quality, TimeQuality::None);
}

fn kong(ai: &str) -> String {
    format!(
        r#"{{"started_at":1726783839538,"client_ip":"203.0.113.5","consumer":{{"username":"ann"}},
        "request":{{"id":"q","uri":"/ai?x=1","headers":{{"user-agent":"curl"}}}},
        "response":{{"status":200}},"latencies":{{"request":173,"kong":1,"proxy":171}},
        "workspace_name":"default"{ai}}}"#
    )
    .replace('\n', "")
}

const KONG_PART: &str = r#"{"meta":{"request_model":"command","llm_latency":2670},
    "usage":{"prompt_tokens":14,"completion_tokens":21,"total_tokens":35,"cost":0.5,
    "prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":6}},
    "payload":{"response":"hi"}}"#;

#[test]
fn kong_is_read_whatever_key_its_plugin_writes_under() {
    let part = KONG_PART;
    let other = r#"{"meta":{"request_model":"small"},"usage":{"prompt_tokens":1}}"#;
    for ai in [
        format!(r#","ai":{{"proxy":{part}}}"#),
        format!(r#","ai":{{"ai-proxy":{part}}}"#),
        format!(r#","ai.proxy":{part}"#),
        format!(r#","ai":{{"ai-request-transformer":{other},"ai-proxy-advanced":{part}}}"#),
        format!(r#","ai":{{"a":{other},"plugins":{{"x":{{"ai-proxy":{part}}}}}}}"#),
    ] {
        let row = one("kong", &kong(&ai));
        assert_eq!(row.get(Field::Model), "command", "{ai}");
        assert_eq!(values(&row, TOKENS), ["14", "21", "4", "6"], "{ai}");
        assert_eq!(values(&row, WHO), ["ann", "default", ""]);
        assert_eq!(row.get(Field::Timestamp), "2024-09-19T22:10:39.538Z");
        assert_eq!((row.get(Field::LatencyMs), row.get(Field::Cost)), ("173", "0.5"));
        assert_eq!((row.get(Field::Endpoint), row.granularity), ("/ai", Granularity::Exchange));
        assert_eq!((row.precision, row.quality), (TimePrecision::Millisecond, TimeQuality::Exact));
        assert_ne!(row.get(Field::ResponseHash), "");
    }
}

#[test]
fn kong_without_its_ai_part_is_a_call_only_by_its_path() {
    assert_eq!(one("kong", &kong("")).granularity, Granularity::Activity);
    let by_path = kong("").replace("/ai?x=1", "/openai/v1/chat/completions?x=1");
    let row = one("kong", &by_path);
    assert_eq!((row.granularity, row.get(Field::InputTokens)), (Granularity::Exchange, ""));
    let mcp = r#","ai":{"mcp":{"rpc":[{"method":"tools/call"}]}}"#;
    assert_eq!(one("kong", &kong(mcp)).granularity, Granularity::Activity);
    let nobody = kong("").replace("\"username\":\"ann\"", "\"x\":1");
    assert_eq!(one("kong", &nobody).get(Field::AccountId), "203.0.113.5");
    assert_eq!(reason("kong", r#"{"ai":{"proxy":{"meta":{}}}}"#), "timestamp missing");
}

#[test]
fn parts_in_parts_of_kong_are_followed_only_so_far() {
    let deep = format!("{}{KONG_PART}{}", "{\"x\":".repeat(100), "}".repeat(100));
    let row = one("kong", &kong(&format!(",\"ai\":{deep}")).replace('\n', ""));
    assert_eq!((row.get(Field::Model), row.granularity), ("", Granularity::Activity));
}

#[test]
fn openrouter_generations_are_calls_in_utc() {
    let header = "generation_id,created_at,cost_total,cost_web_search,cost_cache,\
        cost_file_processing,byok_usage_inference,tokens_prompt,tokens_completion,\
        tokens_reasoning,tokens_cached,model_permaslug,provider_name,variant,cancelled,streamed,\
        user,finish_reason_raw,finish_reason_normalized,generation_time_ms,\
        time_to_first_token_ms,api_key_disabled,api_key_name,app_name";
    let row = "gen-1,2026-06-28 03:46:57.713,0.25,,,,,1000,200,50,400,openai/gpt-5,OpenAI,standard,\
        true,true,,length,length,2500,300,false,prod key,My App";
    let found = table(&format!("{header}\n{row}\n"));
    assert_eq!(found.format, "openrouter");
    let shaped = read_in("openrouter", &found.container, row).expect("read");
    let row = &shaped[0];
    assert_eq!(values(row, TOKENS), ["1000", "200", "400", "50"]);
    assert_eq!(values(row, WHO), ["prod key", "My App", "prod key"]);
    assert_eq!(
        (row.get(Field::Timestamp), row.quality),
        ("2026-06-28T03:46:57.713Z", TimeQuality::Exact)
    );
    assert_eq!((row.get(Field::LatencyMs), row.get(Field::Error)), ("2500", "cancelled"));
    assert_eq!((row.get(Field::StopReason), row.granularity), ("length", Granularity::Exchange));
}

#[test]
fn openrouter_days_are_buckets_with_their_requests() {
    let header =
        "Date,Slug,Usage,BYOK Usage,Requests,Prompt Tokens,Completion Tokens,Reasoning Tokens";
    let row = "\"2026-05-12 00:00:00\",\"anthropic/claude-opus-4.7\",\"430.07\",\"0\",\"4115\",\
               \"70965665\",\"3009973\",\"0\"";
    let found = table(&format!("{header}\n{row}\n"));
    let shaped = read_in("openrouter", &found.container, row).expect("read");
    assert_eq!(shaped[0].granularity, Granularity::Bucket);
    assert_eq!((shaped[0].quality, shaped[0].precision), (TimeQuality::Day, TimePrecision::Day));
    assert_eq!(bucket("openrouter", &found.container, row), (Some(4_115), Some(86_400)));
    let activity = r#"{"date":"2025-08-24","model":"openai/gpt-4.1","model_permaslug":"m",
        "usage":0.015,"byok_usage_inference":0.012,"requests":5,"prompt_tokens":50,
        "completion_tokens":125,"reasoning_tokens":25}"#;
    let envelope = format!("{{\"data\":[{activity}]}}");
    assert_eq!(detected(&envelope), "openrouter");
    assert_eq!(bucket("openrouter", &Container::Lines, activity), (Some(5), Some(86_400)));
    assert_eq!(one("openrouter", activity).get(Field::Model), "openai/gpt-4.1");
}

#[test]
fn an_answer_of_openrouter_about_one_generation_is_read_inside_its_wrapper() {
    let record = r#"{"data":{"id":"gen-2","created_at":"2025-08-24T10:00:00.5Z","model":"m",
        "total_cost":0.1,"usage":0.1,"latency":900,"generation_time":1200,
        "native_tokens_prompt":10,"native_tokens_completion":25,"native_tokens_reasoning":5,
        "native_tokens_cached":3,"tokens_prompt":11,"finish_reason":"stop",
        "user_agent":"x/1","external_user":"ann","session_id":"s","app_id":7}}"#;
    assert_eq!(detected(&record.replace('\n', "")), "openrouter");
    let row = one("openrouter", record);
    assert_eq!(values(&row, TOKENS), ["10", "25", "3", "5"]);
    assert_eq!((row.get(Field::AccountId), row.get(Field::RequestId)), ("ann", "gen-2"));
    assert_eq!((row.get(Field::LatencyMs), row.get(Field::UserAgent)), ("1200", "x/1"));
}

fn helicone(more: &str) -> String {
    format!(
        r#"{{"request_id":"q","request_created_at":"2025-01-02T03:04:05.678Z",
        "response_created_at":"2025-01-02T03:04:06.178Z","response_status":200,
        "request_path":"https://api.x.ai/v1/messages","request_user_id":"ann",
        "request_model":"m","prompt_tokens":3,"completion_tokens":200,
        "prompt_cache_read_tokens":400,"prompt_cache_write_tokens":100,"country_code":"NL",
        "request_properties":{{"Helicone-Session-Id":"s"}},"signed_body_url":"https://s3/x"{more}}}"#
    )
    .replace('\n', "")
}

#[test]
fn helicone_counts_the_input_of_anthropic_with_what_went_through_a_cache() {
    let row = one("helicone", &helicone(r#","provider":"ANTHROPIC","costUSD":0.5"#));
    assert_eq!(values(&row, TOKENS), ["503", "200", "400", ""]);
    assert_eq!((row.get(Field::Country), row.get(Field::SessionId)), ("NL", "s"));
    assert_eq!((row.get(Field::LatencyMs), row.get(Field::Cost)), ("500", "0.5"));
    let openai = helicone(r#","provider":"OPENAI""#)
        .replace("\"prompt_tokens\":3", "\"prompt_tokens\":1000");
    assert_eq!(one("helicone", &openai).get(Field::InputTokens), "1000");
}

#[test]
fn the_table_of_helicone_states_cost_in_billionths_and_its_own_status() {
    let record = r#"{"request_id":"q","request_created_at":"2025-01-02 03:04:05.678",
        "response_created_at":"2025-01-02 03:04:06.178","latency":500,"status":-3,
        "prompt_tokens":1,"completion_tokens":2,"user_id":"","organization_id":"o",
        "proxy_key_id":"k","target_url":"https://api.openai.com/v1/chat/completions",
        "country_code":"","model":"m","cost":2500000,"time_to_first_token":0,
        "properties":{"Helicone-Session-Id":"s"}}"#;
    assert_eq!(detected(&record.replace('\n', "")), "helicone");
    let row = one("helicone", record);
    assert_eq!(values(&row, WHO), ["k", "o", "k"]);
    assert_eq!((row.get(Field::Cost), row.get(Field::Country)), ("0.0025", ""));
    assert_eq!((row.get(Field::Status), row.get(Field::Error)), ("", "cancelled"));
}

#[test]
fn bodies_that_helicone_keeps_are_looked_into() {
    let body = r#","request_body":{"max_tokens":64,"temperature":0.5,"messages":[{"role":"user"}],
        "tools":[{"type":"function","function":{"name":"mail"}}]},
        "response_body":{"choices":[{"finish_reason":"stop","message":{"content":"hi"}}]}"#;
    let row = one("helicone", &helicone(body));
    let fields = [Field::MaxTokens, Field::Temperature, Field::Tools, Field::StopReason];
    assert_eq!(values(&row, fields), ["64", "0.5", "mail", "stop"]);
    assert_ne!(row.get(Field::PromptHash), "");
    assert_ne!(row.get(Field::ResponseHash), "");
}

#[test]
fn an_export_of_portkey_has_its_cost_in_cents() {
    let record = r#"{"id":"q","trace_id":"t","created_at":"2026-06-18T14:23:45Z","ai_org":"openai",
        "ai_model":"gpt-4.1-2025-04-14","req_units":1000,"res_units":312,"total_units":1312,
        "request_url":"https://api.openai.com/v1/chat/completions","cost":31.94,
        "cost_currency":"USD","response_time":1485,"response_status_code":200,
        "prompt_slug":"greet","metadata":{"_user":"ann"},
        "request":{"model":"gpt-4.1","max_tokens":9,"messages":[{"role":"user","content":"x"}]},
        "response":{"usage":{"prompt_tokens_details":{"cached_tokens":400}},
        "choices":[{"finish_reason":"stop","message":{"content":"y"}}]},
        "portkeyHeaders":{"x-portkey-api-key":"ab***yz"}}"#;
    assert_eq!(detected(&record.replace('\n', "")), "portkey");
    let row = one("portkey", record);
    assert_eq!(values(&row, TOKENS), ["1000", "312", "400", ""]);
    assert_eq!((row.get(Field::AccountId), row.get(Field::ApiKeyId)), ("ann", "ab***yz"));
    let cost: f64 = row.get(Field::Cost).parse().expect("a cost");
    assert!((cost - 0.3194).abs() < 1e-12, "{cost}");
    assert_eq!((row.get(Field::Model), row.get(Field::StopReason)), ("gpt-4.1", "stop"));
}

#[test]
fn a_log_object_of_portkey_has_the_caller_in_its_headers_or_signs_for_nothing() {
    let record = |headers: &str| {
        format!(
            r#"{{"_id":"q","organisation_id":"o","created_at":"2026-06-18T14:23:45Z",
            "request":{{"url":"https://x/v1/chat/completions","method":"POST",
            "headers":{{{headers}}},"body":{{"model":"m"}},
            "portkeyHeaders":{{"x-portkey-virtual-key":"open***ai"}}}},
            "response":{{"status":200,"responseTime":12,
            "body":{{"usage":{{"prompt_tokens":5,"completion_tokens":6}}}}}},
            "metrics":{{"metadata__key":["_user"],"metadata__value":["ann"]}}}}"#
        )
    };
    let full = record(
        r#""cf-connecting-ip":"203.0.113.7","x-real-ip":"<>","cf-ipcountry":"NL","user-agent":"c/1""#,
    );
    assert_eq!(detected(&full.replace('\n', "")), "portkey");
    let row = one("portkey", &full);
    assert_eq!((row.get(Field::ClientIp), row.get(Field::Country)), ("203.0.113.7", "NL"));
    assert_eq!(values(&row, WHO), ["ann", "o", "open***ai"]);
    assert_eq!((row.get(Field::LatencyMs), row.get(Field::OutputTokens)), ("12", "6"));
    let none = one("portkey", &record(r#""cf-connecting-ip":"<>","cf-ipcountry":"<>""#));
    assert_eq!((none.get(Field::ClientIp), none.get(Field::Country)), ("", ""));
}

#[test]
fn cloudflare_attributes_calls_to_metadata_else_to_the_gateway() {
    let record = r#"{"id":"q","provider":"openai","model":"gpt-4o","path":"chat/completions",
        "duration":900,"status_code":200,"success":true,"cached":false,"tokens_in":12,
        "tokens_out":34,"metadata":"{\"user\":\"ann\"}","cost":0.01,
        "created_at":"2025-01-02T03:04:05.678Z"}"#;
    let record = record.replace('\n', "");
    let envelope = format!(r#"{{"success":true,"result":[{record}],"errors":[]}}"#);
    assert_eq!((detected(&record), detected(&envelope)), ("cloudflare", "cloudflare"));
    let row = one("cloudflare", &record);
    assert_eq!((row.get(Field::AccountId), row.get(Field::InputTokens)), ("ann", "12"));
    let stopped = record.replace("\"status_code\":200,\"success\":true", "\"status_code\":424");
    assert_eq!(one("cloudflare", &stopped).get(Field::Error), "stopped by policy");
    let unknown = record.replace("12,", "0,").replace("34,", "0,");
    assert_eq!(one("cloudflare", &unknown).get(Field::InputTokens), "");
}

#[test]
fn what_cloudflare_encrypted_stays_so_and_is_no_obstacle() {
    let record = r#"{"Gateway":"g","Provider":"openai","Model":"m","RequestedModel":"auto",
        "StatusCode":429,"RateLimited":true,"Cached":false,"Endpoint":"chat/completions",
        "Timestamp":1735787045678000000,"Metrics":{"cost":0.0042,"durationMs":1234},
        "Metadata":{"key":"k","iv":"i","data":"x"},
        "RequestBody":{"type":"encrypted","data":"base64"},
        "ResponseBody":{"type":"encrypted","data":"base64"}}"#;
    assert_eq!(detected(&record.replace('\n', "")), "cloudflare");
    let row = one("cloudflare", record);
    assert_eq!((row.get(Field::AccountId), row.get(Field::Model)), ("g", "auto"));
    assert_eq!((row.get(Field::Error), row.get(Field::Status)), ("rate limited", "429"));
    assert_eq!((row.get(Field::Cost), row.get(Field::LatencyMs)), ("0.0042", "1234"));
    assert_eq!((row.get(Field::PromptHash), row.get(Field::InputTokens)), ("", ""));
    let timeless = record.replace("Timestamp", "When");
    assert_eq!(one("cloudflare", &timeless).quality, TimeQuality::None);
}

#[test]
fn secret_keys_in_logs_of_gateways_do_not_become_names() {
    let kong = kong("").replace("\"username\":\"ann\"", "\"custom_id\":\"sk-abc\"");
    let helicone = helicone("").replace("\"ann\"", "\"sk-abc\"");
    let envoy = envoy(r#","user.id":"sk-abc""#);
    for (format, record) in [("kong", kong), ("helicone", helicone), ("envoy", envoy)] {
        let row = one(format, &record);
        assert!(row.get(Field::AccountId).starts_with("key "), "{format}");
        assert!(!row.values.iter().any(|(_, value)| value.contains("abc")), "{format}");
    }
}

#[test]
fn look_alikes_of_gateway_logs_are_not_taken_for_them() {
    let detects = |record: &str| detected(&record.replace('\n', ""));
    // A native log with a field called like one of Portkey's.
    let native = r#"{"timestamp":"2026-03-01T10:00:00Z","account_id":"a","ai_model":"m",
        "input_tokens":1}"#;
    assert_eq!(detects(native), "native");
    // A plain Envoy that knows nothing of models, and a web application's own log.
    let plain = envoy("").replace("gen_ai.", "other_");
    assert_ne!(detects(&plain), "envoy");
    let own = r#"{"created_at":"2026-03-01T10:00:00Z","provider":"openai","model":"m","user":"u",
        "prompt_tokens":3}"#;
    assert_eq!(detects(own), "json");
    // Requests with ids and times, but none of Helicone's keys.
    let requests = r#"{"request_id":"q","request_created_at":"2026-03-01T10:00:00Z","user":"u",
        "model":"m"}"#;
    assert_eq!(detects(requests), "json");
    // LiteLLM logs Anthropic's and everybody's words.
    let litellm = r#"{"request_id":"q","call_type":"x","startTime":1738000000,"model":"m",
        "custom_llm_provider":"openai","api_key":"h","spend":0.1,"prompt_tokens":1}"#;
    assert_eq!(detects(litellm), "litellm");
}

#[test]
fn broken_records_are_reasons_in_every_format_and_never_a_panic() {
    for format in ["envoy", "kong", "openrouter", "helicone", "portkey", "cloudflare", "ecs"] {
        for record in ["{}", "{\"a\":", "null", "[]", "{\"created_at\":[[]],\"ai\":[1]}"] {
            assert!(read(format, record).is_err(), "{format} {record}");
        }
    }
}

#[test]
fn the_instruction_that_messages_begin_with_is_the_system_prompt() {
    let record = |messages: &str| {
        format!(
            r#"{{"id":"q","call_type":"x","startTime":1738000000.5,"model":"m",
            "metadata":{{"user_api_key_hash":"h"}},"messages":{messages}}}"#
        )
    };
    let messages = r#"[{"role":"system","content":"be kind"},{"role":"user","content":"say hi"}]"#;
    let hex = |text: &str| format!("{:016x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes()));
    let as_text = serde_json::to_string(messages).expect("text");
    for messages in [messages, &as_text] {
        let row = one("litellm", &record(messages));
        assert_eq!(row.get(Field::SystemHash), hex("be kind"));
        assert!(!row.get(Field::PromptHash).is_empty());
    }
    let row = one("litellm", &record(r#"[{"role":"user","content":"the system is slow"}]"#));
    assert_eq!(row.get(Field::SystemHash), "");
}

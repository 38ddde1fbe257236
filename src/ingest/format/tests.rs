//! Each format on records written by hand: the odd shapes real exports have.

mod cloud;
mod elastic;
mod feeds;
mod gateways;
mod mapped;
mod names;
mod samples;
mod tables;
mod tracing;
mod untimed;
mod usage;
mod wrapped;

use crate::ingest::inspect::field_text;
use crate::ingest::{Choice, Container, Head, ReaderOptions, Reason, detect};
use crate::model::{Exchange, Field, Granularity, TimePrecision, TimeQuality};

/// What is asked of one shaped record.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shaped {
    pub(super) values: Vec<(Field, String)>,
    pub(super) granularity: Granularity,
    pub(super) quality: TimeQuality,
    pub(super) precision: TimePrecision,
    requests: Option<u64>,
    interval_s: Option<u32>,
}

impl Shaped {
    pub(super) fn of(exchange: &Exchange<'_>) -> Self {
        let fields = crate::model::FIELDS.iter();
        let values = fields.filter_map(|d| Some((d.field, field_text(exchange, d.field)?)));
        Self {
            values: values.collect(),
            granularity: exchange.granularity,
            quality: exchange.time_quality,
            precision: exchange.time_precision,
            requests: exchange.requests,
            interval_s: exchange.interval_s,
        }
    }

    pub(super) fn get(&self, field: Field) -> &str {
        self.values.iter().find(|(f, _)| *f == field).map_or("", |(_, value)| value)
    }
}

/// Reads one record in a format.
fn read(format: &str, record: &str) -> Result<Vec<Shaped>, Reason> {
    read_in(format, &Container::Lines, record)
}

fn read_in(format: &str, container: &Container, record: &str) -> Result<Vec<Shaped>, Reason> {
    let format = super::by_id(format).expect("listed");
    let head = Head { bytes: b"{\"a\":1}", complete: true, file_name: "x.json" };
    let mut sample = crate::ingest::Sample::cut(&head).expect("a record");
    sample.container = container.clone();
    let mapping = format.mapping(&sample);
    let options = ReaderOptions::default();
    let reader = format.reader(container, &mapping, &options).expect("a mapping that works");
    let mut rows = Vec::new();
    reader.read(record.as_bytes(), &mut |exchange| rows.push(Shaped::of(exchange)))?;
    Ok(rows)
}

/// Reads a whole file of that format, which must be recognised as it.
fn whole(format: &str, text: &str) -> Vec<Shaped> {
    let head = Head { bytes: text.as_bytes(), complete: true, file_name: "x" };
    let found = detect(&head, &Choice::default()).expect(text);
    assert_eq!(found.format, format, "{text}: {}", found.why);
    let reader = found.reader(&ReaderOptions::default()).expect("a mapping that works");
    let sample = crate::ingest::Sample::cut(&head).expect("records");
    let mut rows = Vec::new();
    for record in &sample.records {
        let read = reader.read(&record.bytes, &mut |exchange| rows.push(Shaped::of(exchange)));
        read.expect(text);
    }
    rows
}

pub(super) fn one(format: &str, record: &str) -> Shaped {
    let mut rows = read(format, record).expect(record);
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

pub(super) fn reason(format: &str, record: &str) -> String {
    read(format, record).expect_err(record).into_owned()
}

#[test]
fn a_native_record_is_read_whole() {
    let row = one(
        "native",
        r#"{"timestamp":"2026-03-01T10:00:00.250Z","request_id":"r1","account_id":42,
            "input_tokens":"120","output_tokens":5.0,"cached_tokens":null,"latency_ms":12.5,
            "status":200,"temperature":0.7,"tools":["search",{"name":"run"},
            {"type":"function","function":{"name":"mail"}}],"cost":0.01,"user_agent":"",
            "system":"be kind","prompt":"hi","response":["a",1],"unknown":{"deep":[1]},
            "client_ip":"10.0.0.1","error":{"code":"x"}}"#,
    );
    let hex = |bytes: &[u8]| format!("{:016x}", xxhash_rust::xxh3::xxh3_64(bytes));
    assert_eq!(row.get(Field::AccountId), "42");
    assert_eq!(row.get(Field::InputTokens), "120");
    assert_eq!(row.get(Field::OutputTokens), "5");
    assert_eq!(row.get(Field::CachedTokens), "");
    assert_eq!(row.get(Field::UserAgent), "");
    assert_eq!(row.get(Field::Tools), "search,run,mail");
    assert_eq!(row.get(Field::SystemHash), hex(b"be kind"));
    assert_eq!(row.get(Field::PromptHash), hex(b"hi"));
    assert_eq!(row.get(Field::ResponseHash), hex(b"[\"a\",1]"));
    assert_eq!(row.get(Field::Error), "{\"code\":\"x\"}");
    assert_eq!((row.quality, row.precision), (TimeQuality::Exact, TimePrecision::Millisecond));
}

#[test]
fn a_native_hash_wins_over_the_text_it_was_made_of() {
    let row = one(
        "native",
        r#"{"timestamp":1,"account_id":"a","prompt":"text","prompt_hash":"abc","system_hash":"s1",
            "system":"text"}"#,
    );
    let hex = format!("{:016x}", xxhash_rust::xxh3::xxh3_64(b"abc"));
    assert_eq!(row.get(Field::PromptHash), hex);
    assert_eq!(row.get(Field::SystemHash), "s1");
}

#[test]
fn a_native_record_that_cannot_be_read_says_why_without_quoting_it() {
    let with = |field: &str| format!(r#"{{"timestamp":1,"account_id":"a",{field}}}"#);
    assert_eq!(
        reason("native", r#"{"timestamp":"n/a","account_id":"a"}"#),
        "timestamp not understood"
    );
    assert_eq!(reason("native", r#"{"timestamp":null}"#), "account_id missing");
    assert_eq!(reason("native", r#"{"timestamp":1}"#), "account_id missing");
    assert_eq!(reason("native", r#"{"timestamp":1,"account_id":""}"#), "account_id missing");
    assert_eq!(reason("native", &with("\"input_tokens\":-3")), "input_tokens is negative");
    assert_eq!(
        reason("native", &with("\"output_tokens\":99999999999")),
        "output_tokens is too large"
    );
    assert_eq!(reason("native", &with("\"cost\":\"NaN\"")), "cost is not a finite number");
    assert_eq!(reason("native", &with("\"status\":\"secret\"")), "status is not a number");
    assert_eq!(reason("native", "{\"timestamp\":1,"), "JSON ends early");
    assert_eq!(reason("native", r#"{"timestamp":1 "a"}"#), "not valid JSON: expected `,` or `}`");
    assert_eq!(reason("native", "[]"), "account_id missing");
    assert_eq!(reason("native", "\"secret\""), "the record is a text, not an object");
    assert_eq!(reason("native", "{\"timestamp\":NaN}"), "not valid JSON: expected value");
}

#[test]
fn hostile_nesting_neither_overflows_nor_hides() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let ignored = format!(r#"{{"timestamp":1,"account_id":"a","x":{}}}"#, deep(10_000));
    assert_eq!(one("native", &ignored).get(Field::AccountId), "a");
    let wanted = format!(r#"{{"timestamp":1,"account_id":"a","prompt":{}}}"#, deep(10_000));
    assert!(reason("native", &wanted).starts_with("JSON nested more than 128 levels deep"));
    assert_eq!(reason("native", &deep(10_000)), "the record is a list, not an object");
    assert_eq!(reason("native", "[\"secret\"]"), "the record is a list, not an object");
}

#[test]
fn invalid_utf_8_is_a_reason_and_half_an_emoji_is_mended() {
    let format = super::by_id("native").expect("listed");
    let head = Head { bytes: b"{\"a\":1}", complete: true, file_name: "x" };
    let sample = crate::ingest::Sample::cut(&head).expect("a record");
    let reader = format
        .reader(&Container::Lines, &format.mapping(&sample), &ReaderOptions::default())
        .expect("works");
    let error = reader.read(b"{\"account_id\":\"\xff\"}", &mut |_| {}).expect_err("broken");
    assert!(error.starts_with("not UTF-8"), "{error}");
    let row = one("native", r#"{"timestamp":1,"account_id":"a\ud83d","prompt":"\ud83d"}"#);
    assert_eq!(row.get(Field::AccountId), "a\u{fffd}");
}

#[test]
fn keys_that_occur_twice_keep_the_last_value_and_commas_at_the_end_are_forgiven() {
    let row = one("native", "{\"timestamp\":1,\"account_id\":\"a\",\"account_id\":\"b\"},");
    assert_eq!(row.get(Field::AccountId), "b");
}

#[test]
fn bedrock_input_includes_what_a_cache_held() {
    let record = |usage: &str| {
        format!(
            r#"{{"schemaType":"ModelInvocationLog","timestamp":"2025-05-15 14:17:22.000000000",
             "accountId":"1","identity":{{"arn":"arn:aws:sts::1:assumed-role/dev/ann"}},
             "operation":"Converse","modelId":"arn:aws:bedrock:us-east-1::foundation-model/m.x-1",
             "input":{{"inputTokenCount":10,"cacheReadInputTokenCount":100,
             "cacheWriteInputTokenCount":20}},"output":{{"outputTokenCount":5,
             "outputBodyJson":{{"stopReason":"end_turn","metrics":{{"latencyMs":302}}{usage}}}}}}}"#
        )
    };
    let row = one("bedrock", &record(""));
    assert_eq!(row.get(Field::InputTokens), "130");
    assert_eq!(row.get(Field::CachedTokens), "100");
    assert_eq!(row.get(Field::Model), "m.x-1");
    assert_eq!(row.get(Field::AccountId), "dev/ann@1");
    assert_eq!(row.get(Field::LatencyMs), "302");
    assert_eq!(row.get(Field::StopReason), "end_turn");
    assert_eq!(row.get(Field::Timestamp), "2025-05-15T14:17:22Z");
    assert_eq!((row.quality, row.precision), (TimeQuality::Exact, TimePrecision::Second));
    let apart = one("bedrock", &record(r#","usage":{"totalTokens":135}"#));
    assert_eq!(apart.get(Field::InputTokens), "130");
    let within = one("bedrock", &record(r#","usage":{"totalTokens":15}"#));
    assert_eq!(within.get(Field::InputTokens), "10");
}

const STREAM: &str = r#"{"schemaType":"ModelInvocationLog","timestamp":"2025-05-15T14:17:22Z",
    "accountId":"1","identity":{"arn":"arn:aws:iam::1:user/ann"},
    "operation":"InvokeModelWithResponseStream","modelId":"m.x-1","requestId":"q",
    "input":{"inputBodyJson":{"system":"s","max_tokens":9,"temperature":1,"tools":[{"name":"t"}],
    "messages":[{"role":"user","content":"hi"},
    {"role":"assistant","content":[{"type":"thinking","signature":"sig0"}]}]}},
    "output":{"outputBodyJson":[{"type":"message_start","message":{"usage":{"input_tokens":7,
    "cache_read_input_tokens":3}}},{"delta":{"signature":"sig1"}},
    {"delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":11}},
    {"amazon-bedrock-invocationMetrics":{"inputTokenCount":7,"outputTokenCount":11,
    "invocationLatency":1234}}]}}"#;

#[test]
fn a_bedrock_stream_gives_the_last_usage_and_both_signatures() {
    let row = one("bedrock", STREAM);
    let hex = |text: &str| format!("{:016x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes()));
    assert_eq!(row.get(Field::InputTokens), "10");
    assert_eq!(row.get(Field::CachedTokens), "3");
    assert_eq!(row.get(Field::OutputTokens), "11");
    assert_eq!(row.get(Field::LatencyMs), "1234");
    assert_eq!(row.get(Field::StopReason), "end_turn");
    assert_eq!(row.get(Field::MaxTokens), "9");
    assert_eq!(row.get(Field::Tools), "t");
    assert_eq!(row.get(Field::SystemHash), hex("s"));
    assert_eq!(row.get(Field::ReasoningSignature), hex("sig1"));
    assert_eq!(row.get(Field::ReplayedSignature), hex("sig0"));
    assert!(!row.get(Field::PromptHash).is_empty());
}

#[test]
fn bedrock_comes_out_of_cloudwatch_in_three_wrappers() {
    let message = serde_json::to_string(&STREAM.replace('\n', " ")).expect("a string");
    let insights = format!(
        r#"[{{"field":"@timestamp","value":"x"}},{{"field":"@message","value":{message}}}]"#
    );
    let event = format!(r#"{{"timestamp":1,"message":{message},"ingestionTime":2}}"#);
    let object = format!(r#"{{"@message":{STREAM},"@ptr":"p"}}"#);
    for record in [insights.as_str(), &event, &object] {
        let row = one("bedrock", record);
        assert_eq!((row.get(Field::RequestId), row.get(Field::OutputTokens)), ("q", "11"));
    }
    let files = [
        (format!("\u{feff}{{\"statistics\":{{}},\"status\":\"x\",\"results\":[{insights}]}}"), 1),
        (format!("{{\"eventCount\":2,\"events\":[{event},{event}],\"logGroup\":\"g\"}}"), 2),
        (format!("[{object}]"), 1),
        (
            format!(
                "{{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"1\",\"logGroup\":\"g\",\"logEvents\":\
                 [{event},{event}]}}{{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{event}]}}"
            ),
            3,
        ),
        (format!("{object}\n{object}\n{object}\n"), 3),
    ];
    for (text, count) in &files {
        let (detection, read) = crate::ingest::testing::read_text("cw.json", text).expect("read");
        assert_eq!(detection.format, "bedrock", "{text}");
        assert_eq!((read.exchanges, read.rejects.len()), (*count, 0), "{text}");
    }
}

#[test]
fn cloudtrail_names_whoever_it_can() {
    let with = |identity: &str| {
        let record = format!(
            r#"{{"eventTime":"2024-10-17T20:11:24Z","eventSource":"bedrock.amazonaws.com",
            "eventName":"InvokeModel","recipientAccountId":"9","requestParameters":null,
            "userIdentity":{identity}}}"#
        );
        one("cloudtrail", &record).get(Field::AccountId).to_owned()
    };
    assert_eq!(with(r#"{"arn":"arn:aws:sts::1:assumed-role/r/cli","accountId":"1"}"#), "r/cli@1");
    assert_eq!(with(r#"{"type":"IAMUser","userName":"bert"}"#), "bert@9");
    assert_eq!(
        with(r#"{"type":"AWSService","invokedBy":"rds.amazonaws.com"}"#),
        "rds.amazonaws.com"
    );
    assert_eq!(with(r#"{"type":"AWSAccount","principalId":"AIDAX","accountId":"2"}"#), "AIDAX");
    assert_eq!(with(r#"{"accountId":"2"}"#), "2");
    assert_eq!(with("null"), "9");
}

#[test]
fn cloudtrail_calls_of_a_model_are_exchanges_without_tokens() {
    let row = one(
        "cloudtrail",
        r#"{"eventTime":"2024-10-17T20:11:24Z","eventSource":"bedrock.amazonaws.com",
        "eventName":"InvokeModel","awsRegion":"eu-1","sourceIPAddress":"035.249.253.232",
        "userAgent":"u","requestParameters":{"modelId":"m"},"requestID":"r","eventID":"e",
        "errorCode":"AccessDenied","userIdentity":{"arn":"arn:aws:iam::1:user/a","accountId":"1",
        "accessKeyId":"AKIX"}}"#,
    );
    assert_eq!(row.granularity, Granularity::Exchange);
    let got: Vec<&str> = [
        Field::Model,
        Field::RequestId,
        Field::OrgId,
        Field::ApiKeyId,
        Field::ClientIp,
        Field::Region,
        Field::Endpoint,
        Field::Error,
        Field::Pathway,
        Field::InputTokens,
    ]
    .into_iter()
    .map(|field| row.get(field))
    .collect();
    let expected = [
        "m",
        "r",
        "1",
        "AKIX",
        "035.249.253.232",
        "eu-1",
        "InvokeModel",
        "AccessDenied",
        "cloud",
        "",
    ];
    assert_eq!(got, expected);
}

#[test]
fn litellm_metadata_may_be_text_and_empty_words_are_nothing() {
    let record = |user: &str, metadata: &str| {
        format!(
            r#"{{"request_id":"q","call_type":"acompletion","api_key":"","cache_hit":"None",
            "startTime":"2025-01-24 09:20:46.847371","endTime":"2025-01-24 09:20:47.347371",
            "model":"m","user":"{user}","end_user":"e","metadata":{metadata},"spend":0.5,
            "prompt_tokens":10,"completion_tokens":20,"messages":"{{}}","response":"{{}}",
            "status":"success"}}"#
        )
    };
    let metadata = r#"{"user_api_key_user_id":"ann","requester_ip_address":"10.1.1.1",
        "usage_object":{"prompt_tokens_details":{"cached_tokens":4},
        "completion_tokens_details":{"reasoning_tokens":6}}}"#;
    let text = serde_json::to_string(&metadata.replace('\n', "")).expect("a string");
    for metadata in [metadata, &text] {
        let row = one("litellm", &record("None", metadata));
        assert_eq!(row.get(Field::AccountId), "ann");
        assert_eq!(row.get(Field::UserId), "e");
        assert_eq!(row.get(Field::ApiKeyId), "");
        assert_eq!(row.get(Field::ClientIp), "10.1.1.1");
        assert_eq!(row.get(Field::CachedTokens), "4");
        assert_eq!(row.get(Field::ReasoningTokens), "6");
        assert_eq!(row.get(Field::LatencyMs), "500");
        assert_eq!(row.get(Field::Status), "200");
        assert_eq!(row.get(Field::PromptHash), "");
        assert_eq!(row.quality, TimeQuality::ZoneAssumed);
    }
    assert_eq!(one("litellm", &record("bob", "null")).get(Field::AccountId), "bob");
    assert_eq!(one("litellm", &record("", "\"{}\"")).get(Field::AccountId), "e");
}

#[test]
fn a_litellm_failure_keeps_its_code_and_class() {
    let row = one(
        "litellm",
        r#"{"id":"q","call_type":"x","startTime":1738000000.5,"model":"m","status":"failure",
        "metadata":{"user_api_key_hash":"h","error_information":{"error_code":"429",
        "error_class":"RateLimitError"}}}"#,
    );
    assert_eq!((row.get(Field::Status), row.get(Field::Error)), ("429", "RateLimitError"));
    assert_eq!((row.get(Field::AccountId), row.get(Field::ApiKeyId)), ("h", "h"));
}

#[test]
fn a_secret_key_in_a_litellm_log_does_not_become_a_name() {
    let record = r#"{"call_type":"x","startTime":1738000000,"model":"m","api_key":"sk-abc"}"#;
    let row = one("litellm", record);
    for field in [Field::AccountId, Field::ApiKeyId] {
        assert!(row.get(field).starts_with("key ") && !row.get(field).contains("abc"));
    }
}

#[test]
fn a_litellm_table_dump_reads_like_its_json() {
    let header =
        "request_id,call_type,api_key,spend,startTime,endTime,model,user,metadata,end_user";
    let row = "q,acompletion,hash1,0.1,2025-01-24 09:20:46,2025-01-24 09:20:47,m,,\
               \"{\"\"user_agent\"\": \"\"curl\"\", \"\"user_api_key_org_id\"\": \"\"o\"\"}\",";
    let text = format!("{header}\n{row}\n");
    let head = Head { bytes: text.as_bytes(), complete: true, file_name: "spend.csv" };
    let detection = detect(&head, &Choice::default()).expect("recognised");
    assert_eq!(detection.format, "litellm");
    let shaped = read_in("litellm", &detection.container, row).expect("read");
    assert_eq!(shaped[0].get(Field::UserAgent), "curl");
    assert_eq!(shaped[0].get(Field::OrgId), "o");
    assert_eq!(shaped[0].get(Field::AccountId), "hash1");
}

#[test]
fn azure_starts_when_the_ticks_say_and_negative_durations_are_nothing() {
    let record = |duration: &str, properties: &str| {
        format!(
            r#"{{"time":"2024-05-24T12:23:02.4350000Z","category":"RequestResponse",
            "operationName":"ChatCompletions_Create","correlationId":"c",
            "callerIpAddress":"81.2.69.***","durationMs":{duration},"resultSignature":"200",
            "location":"eastus","resourceId":"/SUBSCRIPTIONS/S1/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/A1",
            "properties":{properties}}}"#
        )
    };
    let properties = r#"{"requestTime":638515262815394150,"responseTime":638515262825606520,
        "objectId":"","modelName":"gpt-35-turbo"}"#;
    let text = serde_json::to_string(&properties.replace('\n', "")).expect("a string");
    for properties in [properties, &text] {
        let row = one("azure_openai", &record("1021", properties));
        assert_eq!(row.get(Field::Timestamp), "2024-05-17T07:04:41.539415Z");
        assert_eq!((row.get(Field::LatencyMs), row.get(Field::Status)), ("1021", "200"));
        assert_eq!((row.get(Field::AccountId), row.get(Field::OrgId)), ("A1", "S1"));
        assert_eq!(row.get(Field::ClientIp), "81.2.69.***");
        assert_eq!(row.quality, TimeQuality::Exact);
    }
    assert_eq!(one("azure_openai", &record("-5", properties)).get(Field::LatencyMs), "");
    let end_only = one("azure_openai", &record("5", "null"));
    assert_eq!(end_only.get(Field::Timestamp), "2024-05-24T12:23:02.435Z");
    assert_eq!(end_only.quality, TimeQuality::EndOnly);
    let trace = record("5", "null").replace("RequestResponse", "Trace");
    assert_eq!(reason("azure_openai", &trace), "Azure category that is not read");
}

#[test]
fn rows_of_a_native_table_are_checked_against_the_header() {
    let header = ["timestamp", "account_id", "prompt"].map(str::to_owned).to_vec();
    let container = Container::Csv { delimiter: b',', header };
    let sample = crate::ingest::Sample {
        container: container.clone(),
        records: Vec::new(),
        file_stem: "x".to_owned(),
        has_more: false,
    };
    let format = super::by_id("native").expect("listed");
    let mapping = format.mapping(&sample);
    let reader = format.reader(&container, &mapping, &ReaderOptions::default()).expect("works");
    let read = |row: &str| {
        let mut rows = 0;
        reader.read(row.as_bytes(), &mut |_| rows += 1).map(|()| rows)
    };
    assert_eq!(read("2026-01-01T00:00:00Z,a,\"x\ny\""), Ok(1));
    assert_eq!(read("2026-01-01T00:00:00Z,a,"), Ok(1));
    assert_eq!(read("2026-01-01T00:00:00Z,a,\r"), Ok(1));
    assert_eq!(read("2026-01-01T00:00:00Z,a"), Err("row has fewer fields than the header".into()));
    assert_eq!(read("1,NULL,x"), Err("account_id missing".into()));
    assert_eq!(read("timestamp,account_id,prompt"), Err("the header again, not a row".into()));
}

#[test]
fn the_mapping_of_every_format_survives_toml() {
    let head = Head { bytes: b"{\"time\":1738000000}", complete: true, file_name: "x.json" };
    let sample = crate::ingest::Sample::cut(&head).expect("a record");
    for format in super::FORMATS {
        let mapping = format.mapping(&sample);
        let toml = mapping.to_toml();
        assert_eq!(crate::ingest::Mapping::from_toml(&toml), Ok(mapping), "{toml}");
    }
}

#[test]
fn a_fixed_format_does_not_pretend_to_follow_an_edited_mapping() {
    let format = super::by_id("bedrock").expect("listed");
    let toml = "format = \"bedrock\"\nfields.model = \"x\"";
    let mapping = crate::ingest::Mapping::from_toml(toml).expect("valid");
    let reader = format.reader(&Container::Lines, &mapping, &ReaderOptions::default());
    assert!(reader.is_err_and(|why| why.contains("are fixed")));
}

#[test]
fn every_format_says_what_it_is_and_has_its_own_name() {
    for format in super::FORMATS {
        let found = super::by_id(format.id()).expect("listed");
        assert_eq!(found.title(), format.title());
        assert!(!format.title().is_empty() && format.doc().ends_with('.'), "{}", format.id());
        assert!(!format.containers().is_empty(), "{}", format.id());
    }
}

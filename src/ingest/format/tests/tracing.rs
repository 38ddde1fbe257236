//! Spans and observations, written by hand after their published schemas.

use super::{Shaped, one, read, read_in, reason};
use crate::ingest::testing::detected;
use crate::ingest::{Choice, Head, detect};
use crate::model::{Field, Granularity, TimePrecision, TimeQuality};

use Granularity::{Activity, Exchange};

const TOKENS: [Field; 4] =
    [Field::InputTokens, Field::OutputTokens, Field::CachedTokens, Field::ReasoningTokens];

fn tokens(row: &Shaped) -> [&str; 4] {
    TOKENS.map(|field| row.get(field))
}

fn kinds(rows: &[Shaped]) -> Vec<Granularity> {
    rows.iter().map(|row| row.granularity).collect()
}

/// A span of OTLP with attributes written as JSON pairs.
fn span(id: &str, parent: &str, attributes: &str) -> String {
    format!(
        r#"{{"traceId":"t","spanId":"{id}","parentSpanId":"{parent}","name":"n","kind":3,
        "startTimeUnixNano":"1544712660300000001","endTimeUnixNano":"1544712660800000001",
        "attributes":[{attributes}],"status":{{}}}}"#
    )
}

/// An attribute of OTLP.
fn text(key: &str, value: &str) -> String {
    format!(r#"{{"key":"{key}","value":{{"stringValue":"{value}"}}}}"#)
}

fn number(key: &str, value: &str) -> String {
    format!(r#"{{"key":"{key}","value":{{"intValue":{value}}}}}"#)
}

/// A document of one service with spans.
fn otlp(spans: &[String]) -> String {
    format!(
        r#"{{"resourceSpans":[{{"resource":{{"attributes":[{}]}},
        "scopeSpans":[{{"scope":{{}},"spans":[{}]}}]}}]}}"#,
        text("service.name", "shop"),
        spans.join(",")
    )
    .replace('\n', "")
}

#[test]
fn an_agent_around_a_chat_does_not_count_its_tokens_again() {
    let usage = [
        number("gen_ai.usage.input_tokens", "\"10\""),
        number("gen_ai.usage.output_tokens", "20"),
        text("gen_ai.request.model", "m"),
    ]
    .join(",");
    let agent =
        span("a", "", &format!("{},{usage}", text("gen_ai.operation.name", "invoke_agent")));
    let chat = span("b", "a", &format!("{},{usage}", text("gen_ai.operation.name", "chat")));
    let tool = span("c", "a", &text("gen_ai.operation.name", "execute_tool"));
    let web = span("d", "b", &text("http.request.method", "POST"));
    let document = otlp(&[agent, chat, tool, web]);
    assert_eq!(detected(&document), "otel");
    let rows = read("otel", &document).expect("read");
    assert_eq!(kinds(&rows), [Activity, Exchange, Activity]);
    assert_eq!((tokens(&rows[0]), tokens(&rows[1])), ([""; 4], ["10", "20", "", ""]));
    assert_eq!(rows[1].get(Field::AccountId), "shop");
    assert_eq!(rows[1].get(Field::Timestamp), "2018-12-13T14:51:00.300Z");
    assert_eq!((rows[1].get(Field::LatencyMs), rows[1].get(Field::RequestId)), ("500", "b"));
    assert_eq!(rows[1].precision, TimePrecision::Sub);
}

#[test]
fn of_calls_in_calls_only_the_innermost_count_however_deep_and_in_circles() {
    let chat = text("gen_ai.operation.name", "chat");
    let rows = |spans: &[String]| kinds(&read("otel", &otlp(spans)).expect("read"));
    let other = text("http.request.method", "POST");
    let nested = [span("a", "", &chat), span("b", "a", &other), span("c", "b", &chat)];
    assert_eq!(rows(&nested), [Activity, Exchange]);
    // A circle of parents, and a span that is its own: neither is innermost, none is lost.
    let circle = [span("a", "b", &chat), span("b", "a", &chat), span("c", "c", &chat)];
    assert_eq!(rows(&circle), [Activity; 3]);
    let mut chain: Vec<String> =
        (0..2_000).map(|i| span(&format!("s{i}"), &format!("s{}", i + 1), &chat)).collect();
    chain.reverse();
    assert_eq!(rows(&chain).iter().filter(|kind| **kind == Exchange).count(), 1);
}

#[test]
fn every_dialect_says_which_span_is_the_call() {
    let kind = |attributes: &str| {
        let rows = read("otel", &otlp(&[span("a", "", attributes)])).expect(attributes);
        kinds(&rows)[0]
    };
    for (word, value, expected) in [
        ("openinference.span.kind", "LLM", Exchange),
        ("openinference.span.kind", "EMBEDDING", Exchange),
        ("openinference.span.kind", "CHAIN", Activity),
        ("ai.operationId", "ai.streamText.doStream", Exchange),
        ("ai.operationId", "ai.streamText", Activity),
        ("ai.operationId", "ai.toolCall", Activity),
        ("gen_ai.operation.name", "text_completion", Exchange),
        ("gen_ai.operation.name", "invoke_agent", Activity),
        ("llm.request.type", "chat", Exchange),
        ("traceloop.span.kind", "workflow", Activity),
        ("langfuse.observation.type", "generation", Exchange),
        ("langfuse.observation.type", "span", Activity),
        ("gen_ai.request.model", "m", Exchange),
        ("gen_ai.agent.name", "x", Activity),
    ] {
        assert_eq!(kind(&text(word, value)), expected, "{word} {value}");
    }
}

#[test]
fn every_dialect_gives_model_tokens_and_texts() {
    let dialects = [
        r#"{"gen_ai.operation.name":"chat","gen_ai.request.model":"m",
            "gen_ai.usage.input_tokens":100,"gen_ai.usage.output_tokens":20,
            "gen_ai.usage.cache_read.input_tokens":40,
            "gen_ai.usage.reasoning.output_tokens":5,"gen_ai.input.messages":"p",
            "gen_ai.output.messages":"r","gen_ai.request.temperature":0.5,
            "gen_ai.response.finish_reasons":["stop"],
            "gen_ai.tool.definitions":"[{\"name\":\"mail\"}]"}"#,
        // Old names, and OpenLLMetry's numbered ones.
        r#"{"llm.request.type":"chat","gen_ai.request.model":"m",
            "gen_ai.usage.prompt_tokens":100,"gen_ai.usage.completion_tokens":20,
            "gen_ai.usage.cache_read_input_tokens":40,"gen_ai.usage.reasoning_tokens":5,
            "gen_ai.prompt.0.content":"p","gen_ai.completion.0.content":"r",
            "gen_ai.request.temperature":0.5,"gen_ai.response.finish_reasons":"stop",
            "llm.tools.0.tool.json_schema":"{\"function\":{\"name\":\"mail\"}}"}"#,
        r#"{"openinference.span.kind":"LLM","llm.model_name":"served",
            "llm.invocation_parameters":"{\"model\":\"m\",\"temperature\":0.5,\"tools\":[{\"name\":\"mail\"}]}",
            "llm.token_count.prompt":100,"llm.token_count.completion":20,
            "llm.token_count.prompt_details.cache_read":40,
            "llm.token_count.completion_details.reasoning":5,"input.value":"p",
            "output.value":"{\"choices\":[{\"finish_reason\":\"stop\"}]}"}"#,
        r#"{"ai.operationId":"ai.generateText.doGenerate","ai.model.id":"m",
            "ai.usage.promptTokens":100,"ai.usage.completionTokens":20,
            "ai.usage.cachedInputTokens":40,"ai.usage.reasoningTokens":5,
            "ai.prompt.messages":"p","ai.response.text":"r","ai.settings.temperature":0.5,
            "ai.response.finishReason":"stop","ai.prompt.tools":["{\"name\":\"mail\"}"]}"#,
        r#"{"gen_ai":{"operation":{"name":"chat"},"request":{"model":"m","temperature":0.5},
            "usage":{"input_tokens":100,"output_tokens":20,"cache_read":{"input_tokens":40},
            "reasoning":{"output_tokens":5}},"input":{"messages":"p"},
            "output":{"messages":"r"},"response":{"finish_reasons":["stop"]},
            "tool":{"definitions":[{"name":"mail"}]}}}"#,
    ];
    for attributes in dialects {
        let record = format!(
            r#"{{"name":"n","startTime":[1770131992,242000000],"endTime":[1770131994,21415667],
            "spanContext":{{"traceId":"t","spanId":"s"}},"attributes":{attributes}}}"#
        );
        assert_eq!(detected(&record.replace('\n', "")), "otel");
        let row = one("otel", &record);
        assert_eq!(row.get(Field::Model), "m", "{attributes}");
        assert_eq!(tokens(&row), ["100", "20", "40", "5"], "{attributes}");
        assert_eq!((row.get(Field::StopReason), row.get(Field::Tools)), ("stop", "mail"));
        assert_eq!((row.get(Field::Temperature), row.get(Field::LatencyMs)), ("0.5", "1779.415"));
        let hash = format!("{:016x}", xxhash_rust::xxh3::xxh3_64(b"p"));
        assert_eq!(row.get(Field::PromptHash), hash, "{attributes}");
        assert_ne!(row.get(Field::ResponseHash), "", "{attributes}");
    }
}

#[test]
fn a_span_says_who_and_where_and_what_went_wrong() {
    let attributes = [
        text("gen_ai.operation.name", "chat"),
        text("user.id", "ann"),
        text("session.id", "s"),
        text("client.address", "203.0.113.9"),
        text("user_agent.original", "curl"),
        text("gen_ai.response.id", "chatcmpl-1"),
    ];
    let failed = span("a", "", &attributes.join(","))
        .replace("\"status\":{}", r#""status":{"code":"STATUS_CODE_ERROR","message":"too many"}"#);
    let row = one("otel", &otlp(std::slice::from_ref(&failed)));
    let fields = [Field::AccountId, Field::UserId, Field::SessionId, Field::ClientIp];
    assert_eq!(fields.map(|f| row.get(f)), ["ann", "ann", "s", "203.0.113.9"]);
    assert_eq!((row.get(Field::RequestId), row.get(Field::Error)), ("chatcmpl-1", "too many"));
    let event = r#""events":[{"name":"exception","attributes":[{"key":"exception.type",
        "value":{"stringValue":"RateLimitError"}}]}],"status""#;
    let row = one("otel", &otlp(&[failed.replace("\"status\"", event)]));
    assert_eq!(row.get(Field::Error), "RateLimitError");
}

#[test]
fn a_log_counts_the_event_of_a_whole_call_and_not_its_messages() {
    let record = |name: &str| {
        format!(
            r#"{{"eventName":"{name}","timeUnixNano":"1544712660300000000","spanId":"a",
            "attributes":[{},{}]}}"#,
            text("gen_ai.operation.name", "chat"),
            number("gen_ai.usage.input_tokens", "\"7\"")
        )
    };
    let document = |records: &[String]| {
        format!(
            r#"{{"resourceLogs":[{{"resource":{{}},"scopeLogs":[{{"logRecords":[{}]}}]}}]}}"#,
            records.join(",")
        )
        .replace('\n', "")
    };
    let whole = record("gen_ai.client.inference.operation.details");
    let both = document(&[record("gen_ai.user.message"), whole]);
    assert_eq!(detected(&both), "otel");
    assert_eq!(one("otel", &both).get(Field::InputTokens), "7");
    let messages = document(&[record("gen_ai.user.message"), record("gen_ai.choice")]);
    assert_eq!(reason("otel", &messages), "no span of a model call in it");
}

#[test]
fn a_document_without_calls_is_a_reject_and_one_bad_span_does_not_hide_the_others() {
    let web = span("a", "", &text("http.request.method", "GET"));
    let document = otlp(&[web]);
    assert_eq!(detected(&document), "otel");
    assert_eq!(reason("otel", &document), "no span of a model call in it");
    let chat = span("b", "", &text("gen_ai.operation.name", "chat"));
    let timeless = chat
        .replace("\"startTimeUnixNano\":\"", "\"startTimeUnixNano\":\"x")
        .replace("\"b\"", "\"c\"");
    let format = crate::ingest::format::by_id("otel").expect("listed");
    let head = Head { bytes: document.as_bytes(), complete: true, file_name: "x" };
    let sample = crate::ingest::Sample::cut(&head).expect("a record");
    let (mapping, options) = (format.mapping(&sample), crate::ingest::ReaderOptions::default());
    let reader = format.reader(&sample.container, &mapping, &options).expect("a reader");
    let mut rows = 0;
    let both = otlp(&[timeless, chat]);
    let read = reader.read(both.as_bytes(), &mut |_| rows += 1);
    assert_eq!((rows, read), (1, Err("a span in it: timestamp not understood".into())));
}

#[test]
fn spans_are_read_from_lists_and_from_what_other_tools_export() {
    let attributes = r#""attributes":{"gen_ai.operation.name":"chat"}"#;
    let python = format!(
        r#"{{"name":"chat","context":{{"trace_id":"0x1","span_id":"0x2"}},"parent_id":null,
        "start_time":"2025-01-01T00:00:00.5Z","end_time":"2025-01-01T00:00:01Z",{attributes}}}"#
    );
    let row = one("otel", &python.replace('\n', ""));
    assert_eq!((row.get(Field::RequestId), row.get(Field::LatencyMs)), ("0x2", "500"));
    let columns = r#"{"context.span_id":"2","start_time":"2025-01-01T00:00:00Z",
        "attributes.openinference.span.kind":"LLM","attributes.llm.token_count.prompt":4}"#;
    assert_eq!(detected(&columns.replace('\n', "")), "otel");
    assert_eq!(one("otel", columns).get(Field::InputTokens), "4");
    let batch = otlp(&[span("a", "", &text("gen_ai.operation.name", "chat"))]);
    for renamed in [
        batch.replace("resourceSpans", "batches"),
        batch.replace("scopeSpans", "instrumentationLibrarySpans"),
    ] {
        assert_eq!(kinds(&read("otel", &renamed).expect("read")), [Exchange]);
    }
    assert_eq!(kinds(&read("otel", &format!("[{python},{python}]")).expect("read")).len(), 2);
}

#[test]
fn a_span_without_a_start_takes_the_time_of_its_answer() {
    let record = r#"{"name":"ChatCompletion","attributes":[
        {"key":"openinference.span.kind","value":{"stringValue":"LLM"}},
        {"key":"output.value","value":{"stringValue":"{\"id\":\"c\",\"created\":1755137737}"}}]}"#;
    let row = one("otel", record);
    assert_eq!((row.quality, row.precision), (TimeQuality::EndOnly, TimePrecision::Second));
    assert_eq!((row.get(Field::RequestId), row.get(Field::LatencyMs)), ("c", ""));
    let silent = record.replace("created", "x");
    assert_eq!(one("otel", &silent).quality, TimeQuality::None);
}

#[test]
fn nothing_in_a_document_that_is_not_as_it_should_be_is_a_panic() {
    for record in [
        r#"{"resourceSpans":[]}"#,
        r#"{"resourceSpans":[5,{"scopeSpans":5},{"scopeSpans":[{"spans":{"a":1}}]}]}"#,
        r#"{"resourceSpans":[{"scopeSpans":[{"spans":[1,null,{"attributes":5}]}]}]}"#,
        r#"{"attributes":[{"key":5},{"key":"ai.operationId","value":[]}]}"#,
        r#"{"attributes":{"llm.request.type":"chat"},"startTime":[1e300,"x"]}"#,
        r#"{"attributes":{"llm.request.type":"chat"},"startTime":[9223372036854775807,1]}"#,
        "[]",
        "{}",
    ] {
        assert!(read("otel", record).is_err(), "{record}");
    }
    let negative = otlp(&[span(
        "a",
        "",
        &[text("llm.request.type", "chat"), number("gen_ai.usage.input_tokens", "-3")].join(","),
    )]);
    assert_eq!(reason("otel", &negative), "input_tokens is negative");
}

fn observation(id: &str, parent: &str, kind: &str, more: &str) -> String {
    format!(
        r#"{{"id":"{id}","parentObservationId":{parent},"type":"{kind}","projectId":"p",
        "traceId":"t","startTime":"2025-06-11T14:01:34.290Z","endTime":"2025-06-11T14:01:39.089Z",
        "latency":4799,"model":"m","level":"DEFAULT"{more}}}"#
    )
}

#[test]
fn a_langfuse_trace_gives_its_innermost_generations_with_the_user_of_the_trace() {
    let usage = r#","usageDetails":{"input":500,"output":200,"input_cached_tokens":400,
        "total":1100},"totalCost":0.5,"input":"p","output":{"a":1},"promptName":"greet",
        "modelParameters":{"temperature":0.5,"max_tokens":-1}"#;
    let document = format!(
        r#"{{"trace":{{"id":"t","timestamp":"2025-06-11T14:01:32Z","userId":"ann",
        "sessionId":"s","projectId":"p"}},"observations":[{},{},{},{}]}}"#,
        observation("a", "null", "AGENT", usage),
        observation("b", "\"a\"", "GENERATION", usage),
        observation("c", "\"b\"", "GENERATION", usage),
        observation("d", "\"c\"", "TOOL", r#","level":"ERROR","statusMessage":"broke""#),
    )
    .replace('\n', "");
    assert_eq!(detected(&document), "langfuse");
    let rows = read("langfuse", &document).expect("read");
    assert_eq!(kinds(&rows), [Activity, Activity, Exchange, Activity]);
    assert_eq!(tokens(&rows[2]), ["900", "200", "400", ""]);
    assert_eq!(tokens(&rows[1]), [""; 4]);
    let fields = [Field::AccountId, Field::SessionId, Field::OrgId, Field::LatencyMs];
    assert_eq!(fields.map(|f| rows[2].get(f)), ["ann", "s", "p", "4799"]);
    assert_eq!((rows[2].get(Field::Temperature), rows[2].get(Field::MaxTokens)), ("0.5", ""));
    assert_eq!(rows[3].get(Field::Error), "broke");
}

#[test]
fn langfuse_exports_to_a_bucket_state_latency_in_seconds() {
    let record = r#"{"id":"o","trace_id":"t","project_id":"p","type":"GENERATION",
        "parent_observation_id":"","start_time":"2025-06-11 14:01:34.290","end_time":null,
        "provided_model_name":"m","model_parameters":"{\"temperature\":1}",
        "usage_details":"{\"input\":10,\"output\":5,\"total\":15}","total_cost":"0.5",
        "latency":2.19,"prompt_name":"greet","tool_definitions":{"mail":"{}"}}"#;
    assert_eq!(detected(&record.replace('\n', "")), "langfuse");
    let row = one("langfuse", record);
    assert_eq!((row.get(Field::LatencyMs), row.get(Field::AccountId)), ("2190", "p"));
    assert_eq!((tokens(&row), row.get(Field::Tools)), (["10", "5", "", ""], "mail"));
    assert_eq!((row.get(Field::Temperature), row.quality), ("1", TimeQuality::ZoneAssumed));
}

#[test]
fn a_langfuse_table_reads_like_its_json() {
    let header = "id,trace_id,project_id,type,start_time,end_time,provided_model_name,\
                  usage_details,model_parameters,total_cost";
    let row = "o,t,p,GENERATION,2025-06-11 14:01:34.290,2025-06-11 14:01:35.290,m,\
               \"{\"\"input\"\":10,\"\"output\"\":5}\",,0.5";
    let text = format!("{header}\n{row}\n");
    let head = Head { bytes: text.as_bytes(), complete: true, file_name: "observations.csv" };
    let found = detect(&head, &Choice::default()).expect("recognised");
    assert_eq!(found.format, "langfuse");
    let shaped = read_in("langfuse", &found.container, row).expect("read");
    assert_eq!(tokens(&shaped[0]), ["10", "5", "", ""]);
    assert_eq!((shaped[0].get(Field::LatencyMs), shaped[0].get(Field::Cost)), ("1000", "0.5"));
}

#[test]
fn a_langfuse_trace_by_itself_is_an_activity_and_zeros_are_no_tokens() {
    let trace = r#"{"id":"t","timestamp":"2025-06-11T14:01:32Z","name":"n","user_id":"ann",
        "session_id":"s","project_id":"p","release":"","bookmarked":false}"#;
    assert_eq!(detected(&trace.replace('\n', "")), "langfuse");
    let row = one("langfuse", trace);
    assert_eq!((row.granularity, row.get(Field::AccountId)), (Activity, "ann"));
    let empty = r#","usageDetails":{},"inputUsage":0,"outputUsage":0,"totalCost":0"#;
    let row = one("langfuse", &observation("a", "null", "GENERATION", empty));
    assert_eq!((tokens(&row), row.get(Field::Cost)), ([""; 4], ""));
    let negative = r#","usageDetails":{"input":-1}"#;
    let record = observation("a", "null", "GENERATION", negative);
    assert_eq!(reason("langfuse", &record), "input is negative");
    let trace = r#"{"trace":{"id":"t"},"observations":[{"type":"SPAN"}]}"#;
    assert_eq!(reason("langfuse", trace), "an observation in it: timestamp missing");
    let other = r#"{"timestamp":"2026-03-01T10:00:00Z","account_id":"a"}"#;
    assert_eq!(reason("langfuse", other), "neither an observation nor a trace of Langfuse");
}

#[test]
fn look_alikes_of_traces_are_not_taken_for_them() {
    let detects = |record: &str| detected(&record.replace('\n', ""));
    let native = r#"{"timestamp":"2026-03-01T10:00:00Z","account_id":"a","input_tokens":1,
        "attributes":{"color":"red"},"spans":[]}"#;
    assert_eq!(detects(native), "native");
    let chat = r#"{"timestamp":"2026-03-01T10:00:00Z","user":"a","model":"m","type":"GENERATION",
        "traceId":"t","prompt_tokens":3}"#;
    assert_eq!(detects(chat), "json");
    let gateway = r#"{"start_time":"2025-08-30T16:51:37.894Z","response_code":200,
        "response_flags":"-","duration":1,"gen_ai.operation.name":"chat",
        "gen_ai.request.model":"m","upstream_host":"x"}"#;
    assert_eq!(detects(gateway), "envoy");
    let elastic = r#"{"@timestamp":"2025-05-06T05:52:00.360Z","ecs":{"version":"8"},
        "gen_ai.operation.name":"chat","gen_ai.request.model":"m"}"#;
    assert_eq!(detects(elastic), "ecs");
}

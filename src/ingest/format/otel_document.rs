//! Finding the spans in a document, and which of them are calls of a model.

use serde_json::Value;

use super::leaves::{Node, around_calls};
use super::otel_attributes::Attributes;

/// What a span stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One call of a model.
    Call,
    /// Something around calls or between them: an agent, a chain, a tool.
    Step,
    /// Nothing of models.
    Other,
}

/// A span, or a log record that stands for one.
pub(super) struct Span<'v> {
    /// As written.
    pub value: &'v Value,
    /// Its attributes, with those of the events that carry text or say what went wrong.
    pub attributes: Attributes<'v>,
    /// What is said of the service that wrote it.
    pub resource: Attributes<'v>,
    /// What it stands for.
    pub kind: Kind,
}

/// Events whose attributes belong to the span they stand in.
const EVENTS: [&str; 4] = [
    "gen_ai.content.prompt",
    "gen_ai.content.completion",
    "gen_ai.client.inference.operation.details",
    "exception",
];

/// The event of a log that stands for a whole call.
const CALL_EVENT: &str = "gen_ai.client.inference.operation.details";

/// Starts of attributes that only spans around models have.
const OF_MODELS: [&str; 6] =
    ["gen_ai.", "llm.", "ai.", "traceloop.", "openinference.", "langfuse."];

/// Attributes that say what a span stands for, most explicit first.
const KIND_WORDS: [&str; 5] = [
    "openinference.span.kind",
    "langfuse.observation.type",
    "ai.operationId",
    "gen_ai.operation.name",
    "traceloop.span.kind",
];

/// Keys of the lists in which OTLP groups spans by service, those of the lists in them by
/// library, and those of the spans.
const BY_SERVICE: [&str; 5] =
    ["resourceSpans", "resource_spans", "batches", "resourceLogs", "resource_logs"];
const BY_LIBRARY: [&str; 5] =
    ["scopeSpans", "scope_spans", "instrumentationLibrarySpans", "scopeLogs", "scope_logs"];
const SPANS: [&str; 3] = ["spans", "logRecords", "log_records"];

/// Whether a document holds a span of a kind.
pub(super) fn holds(document: &Value, is: &dyn Fn(Kind) -> bool) -> bool {
    spans(document).iter().any(|span| is(span.kind))
}

/// The spans of a document, with calls that hold other calls made steps: they repeat the tokens
/// of those.
pub(super) fn spans<'v>(document: &'v Value) -> Vec<Span<'v>> {
    let mut spans = Vec::new();
    collect(document, None, &mut spans);
    let node = |span: &Span<'v>| {
        let is_call = span.kind == Kind::Call;
        Node { id: id(span), parent: parent(span), is_call }
    };
    let around = around_calls(&spans.iter().map(node).collect::<Vec<_>>());
    for span in spans.iter_mut().filter(|span| span.kind == Kind::Call) {
        if id(span).is_some_and(|id| around.contains(id)) {
            span.kind = Kind::Step;
        }
    }
    spans
}

fn collect<'v>(value: &'v Value, resource: Option<&'v Value>, spans: &mut Vec<Span<'v>>) {
    if let Value::Array(list) = value {
        spans.extend(list.iter().filter(|v| v.is_object()).map(|v| span(v, resource)));
        return;
    }
    let lists = |keys: &[&str], value: &'v Value| -> Vec<&'v Value> {
        let lists = keys.iter().filter_map(|key| value.get(*key)?.as_array());
        lists.flatten().collect()
    };
    let services = lists(&BY_SERVICE, value);
    for service in &services {
        let resource = service.pointer("/resource/attributes");
        for library in lists(&BY_LIBRARY, service) {
            for list in SPANS.iter().filter_map(|key| library.get(*key)) {
                collect(list, resource, spans);
            }
        }
    }
    if !services.is_empty() {
        return;
    }
    if let Some(list) = value.get("spans").filter(|list| list.is_array()) {
        collect(list, value.pointer("/resource/attributes"), spans);
    } else if is_of_lists(value) {
        value.as_object().into_iter().flatten().for_each(|(_, list)| collect(list, None, spans));
    } else if is_span(value) || are_bare_attributes(value) {
        spans.push(span(value, resource));
    }
}

/// Whether an object is a span, whose attributes are an object or list in it, or columns.
fn is_span(value: &Value) -> bool {
    let is_column = |key: &String| key.starts_with("attributes.");
    value.get("attributes").is_some()
        || value.as_object().is_some_and(|object| object.keys().any(is_column))
}

/// Whether an object is the attributes of a span and nothing else. Gateways and Elastic write
/// some of the same keys into records of their own, which have their own formats.
fn are_bare_attributes(value: &Value) -> bool {
    let has = |key: &&str| value.get(*key).is_some();
    KIND_WORDS.iter().any(has) && !["@timestamp", "response_code", "response_flags"].iter().any(has)
}

/// Whether an object holds nothing but lists of spans.
fn is_of_lists(value: &Value) -> bool {
    let is_list = |v: &Value| v.as_array().is_some_and(|list| list.first().is_some_and(is_span));
    value.as_object().is_some_and(|object| !object.is_empty() && object.values().all(is_list))
}

fn span<'v>(value: &'v Value, resource: Option<&'v Value>) -> Span<'v> {
    let mut attributes = Attributes::read(value.get("attributes").or(Some(value)));
    let is_ours = |event: &&Value| {
        let name = event.get("name").and_then(Value::as_str).unwrap_or_default();
        EVENTS.contains(&name)
    };
    for event in value.get("events").and_then(Value::as_array).into_iter().flatten().filter(is_ours)
    {
        attributes.add(event.get("attributes"));
    }
    let resource = resource.or_else(|| value.pointer("/resource/attributes"));
    let kind = kind(value, &attributes);
    Span { value, attributes, resource: Attributes::read(resource), kind }
}

/// The id of a span, wherever it is written.
pub(super) fn id<'v>(span: &Span<'v>) -> Option<&'v str> {
    let pointers = ["/spanId", "/span_id", "/spanContext/spanId", "/context/span_id"];
    let text = |pointer: &&str| span.value.pointer(pointer)?.as_str();
    pointers.iter().find_map(text).or_else(|| span.value.get("context.span_id")?.as_str())
}

fn parent<'v>(span: &Span<'v>) -> Option<&'v str> {
    let pointers = [
        "/parentSpanId",
        "/parent_span_id",
        "/parentId",
        "/parent_id",
        "/parentSpanContext/spanId",
    ];
    pointers.iter().find_map(|pointer| span.value.pointer(pointer)?.as_str())
}

/// What a span stands for, by the most explicit word it has.
fn kind(value: &Value, attributes: &Attributes<'_>) -> Kind {
    let call_if = |is: bool| if is { Kind::Call } else { Kind::Step };
    if let Some(name) = log_event(value, attributes) {
        return if name == CALL_EVENT { Kind::Call } else { Kind::Other };
    }
    let [openinference, langfuse, vercel, genai, traceloop] =
        KIND_WORDS.map(|word| attributes.text(word));
    if !openinference.is_empty() {
        return call_if(["LLM", "EMBEDDING"].iter().any(|k| openinference.eq_ignore_ascii_case(k)));
    }
    if !langfuse.is_empty() {
        return call_if(matches!(langfuse, "generation" | "embedding"));
    }
    if !vercel.is_empty() {
        // ai.generateText holds one ai.generateText.doGenerate for each call.
        return call_if(vercel.rsplit('.').next().is_some_and(|last| last.starts_with("do")));
    }
    if !genai.is_empty() {
        return call_if(is_inference(genai));
    }
    if !traceloop.is_empty() {
        return Kind::Step;
    }
    let models =
        ["llm.request.type", "gen_ai.request.model", "gen_ai.response.model", "llm.model_name"];
    if models.iter().any(|name| !attributes.text(name).is_empty()) {
        return Kind::Call;
    }
    if attributes.any_starts_with(&OF_MODELS) { Kind::Step } else { Kind::Other }
}

/// The name of the event that a log record is.
fn log_event<'s>(value: &'s Value, attributes: &'s Attributes<'_>) -> Option<&'s str> {
    let is_log = ["timeUnixNano", "time_unix_nano", "observedTimeUnixNano"]
        .iter()
        .any(|key| value.get(*key).is_some());
    let name = value.get("eventName").and_then(Value::as_str);
    is_log.then(|| name.unwrap_or_else(|| attributes.text("event.name")))
}

/// Whether an operation of the GenAI conventions is one call of a model.
fn is_inference(operation: &str) -> bool {
    const STEPS: [&str; 8] = [
        "create_agent",
        "invoke_agent",
        "invoke_workflow",
        "execute_tool",
        "retrieval",
        "task",
        "agent",
        "tool",
    ];
    !STEPS.contains(&operation)
}

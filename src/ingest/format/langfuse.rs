//! Observations traced by Langfuse.

use serde_json::Value;

use super::leaves::{Node, around_calls};
use super::slots::{UNATTRIBUTED, give, refuse_edits, without_secret};
use super::tokens::Usage;
use super::{Format, Score};
use crate::ingest::document::{Document, DocumentReader, first, inner, scalar, tool_names};
use crate::ingest::scalar::{Scalar, fingerprint, latency_ms};
use crate::ingest::time::{Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity, Text};

/// See [`Format::doc`].
pub(super) struct Langfuse;

// Where each field is found; exports to a bucket write snake_case, the API and the window
// camelCase.
const ID: &[&str] = &["id"];
const PARENT: &[&str] = &["parentObservationId", "parent_observation_id"];
const START: &[&str] = &["startTime", "start_time", "timestamp"];
const END: &[&str] = &["endTime", "end_time"];
const USER: &[&str] = &["userId", "user_id"];
const PROJECT: &[&str] = &["projectId", "project_id"];
const SESSION: &[&str] = &["sessionId", "session_id"];
const MODEL: &[&str] = &["providedModelName", "provided_model_name", "model"];
const PARAMETERS: &[&str] = &["modelParameters", "model_parameters"];
const USAGE: &[&str] = &["usageDetails", "usage_details"];
const INPUT: &[&str] = &["input", "prompt_tokens", "input_tokens"];
const OUTPUT: &[&str] = &["output", "completion_tokens", "output_tokens"];
const TOTAL: &[&str] = &["total", "total_tokens"];
const CACHED: &[&str] = &[
    "input_cached_tokens",
    "input_cache_read",
    "cache_read_input_tokens",
    "prompt_details.cache_read",
];
const WRITTEN: &[&str] =
    &["input_cache_creation", "cache_creation_input_tokens", "prompt_details.cache_write"];
const REASONING: &[&str] = &[
    "output_reasoning_tokens",
    "output_reasoning",
    "reasoning_tokens",
    "completion_details.reasoning",
];
const PLAIN_INPUT: &[&str] = &["inputUsage", "promptTokens", "input_usage", "prompt_tokens"];
const PLAIN_OUTPUT: &[&str] =
    &["outputUsage", "completionTokens", "output_usage", "completion_tokens"];
const COST: &[&str] = &["totalCost", "total_cost", "calculatedTotalCost"];
const LATENCY_S: &[&str] = &["latency"];
const STATUS_MESSAGE: &[&str] = &["statusMessage", "status_message"];
const TOOLS: &[&str] = &["toolDefinitions", "tool_definitions"];

/// Kinds of observations that are calls of a model.
const CALLS: [&str; 2] = ["GENERATION", "EMBEDDING"];

impl Format for Langfuse {
    fn id(&self) -> &'static str {
        "langfuse"
    }

    fn title(&self) -> &'static str {
        "Langfuse observations"
    }

    fn doc(&self) -> &'static str {
        "Traces of applications: model, tokens, cost, duration, text, but no address and no status. \
         Generations and embeddings are exchanges, other observations (spans, agents, tools) \
         activities without tokens. A generation around another one repeats its tokens and is an \
         activity, too; in exports with one observation a record that cannot be seen, and both \
         count. User and session are on the trace; without a user the project stands for the \
         account. Reads the trace export of the window (13 real files seen) and, by Langfuse's \
         published schema, observations and traces as the API and the export to a bucket write \
         them. The name of a prompt template (prompt_name) stays in the original record."
    }

    fn containers(&self) -> &'static str {
        "single JSON documents, JSON array, JSON with a list \"data\", JSON lines, CSV"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let share = sample.share(|v| is_trace(v) || is_observation(v) || is_trace_row(v));
        (share > 0.0).then(|| {
            let percent = (share * 100.0).round();
            let why = format!("{percent} % of the records are observations or traces of Langfuse");
            Score { confidence: share * 0.97, why }
        })
    }

    fn mapping(&self, _: &Sample) -> Mapping {
        own_mapping()
    }

    fn reader(
        &self,
        container: &Container,
        mapping: &Mapping,
        options: &ReaderOptions,
    ) -> Result<Box<dyn RecordReader>, String> {
        refuse_edits(&own_mapping(), mapping)?;
        let trace = Trace { time: TimeParser::new(options.timezone.clone()) };
        Ok(Box::new(DocumentReader::new(container, trace)))
    }
}

fn has_any(value: &Value, keys: &[&str]) -> bool {
    keys.iter().any(|key| value.get(*key).is_some())
}

fn is_trace(value: &Value) -> bool {
    value.get("observations").is_some_and(Value::is_array)
        && (value.get("trace").is_some_and(Value::is_object) || is_trace_row(value))
}

fn is_observation(value: &Value) -> bool {
    has_any(value, &["traceId", "trace_id"])
        && has_any(value, &["type"])
        && has_any(value, &["startTime", "start_time"])
        && has_any(value, &["usageDetails", "usage_details", "modelParameters", "model_parameters"])
}

/// A row of the table of traces.
fn is_trace_row(value: &Value) -> bool {
    value.get("timestamp").is_some()
        && has_any(value, SESSION)
        && has_any(value, USER)
        && has_any(value, &["bookmarked", "release"])
        && has_any(value, PROJECT)
}

fn own_mapping() -> Mapping {
    let nested = |object: &str, keys: &[&str]| -> Vec<String> {
        keys.iter().map(|key| format!("{object}.{key}")).collect()
    };
    let from = |field: Field, paths: &[&str]| FieldMap::from(field, paths);
    let usage = |field: Field, keys: &[&str], more: &[&str]| {
        let paths = nested("usageDetails", keys);
        let paths: Vec<&str> =
            paths.iter().map(String::as_str).chain(more.iter().copied()).collect();
        FieldMap::from(field, &paths)
    };
    Mapping::new(
        "langfuse",
        vec![
            from(Field::Timestamp, START),
            from(Field::RequestId, ID),
            from(Field::AccountId, &["trace.userId", "userId", "user_id", "projectId"])
                .or(UNATTRIBUTED)
                .note("without a user the project"),
            from(Field::OrgId, PROJECT).note("the project"),
            from(Field::UserId, &["trace.userId", "userId", "user_id"]),
            from(Field::SessionId, &["trace.sessionId", "sessionId", "session_id"]),
            FieldMap::constant(Field::Pathway, "application"),
            from(Field::Endpoint, &["type"]),
            from(Field::Model, MODEL),
            from(Field::Error, &["statusMessage", "status_message", "level"])
                .note("only of level ERROR"),
            usage(Field::InputTokens, INPUT, PLAIN_INPUT).note("with what went through a cache"),
            usage(Field::OutputTokens, OUTPUT, PLAIN_OUTPUT).note("with reasoning"),
            usage(Field::CachedTokens, CACHED, &[]),
            usage(Field::ReasoningTokens, REASONING, &[]),
            from(Field::LatencyMs, END).note("minus the start; else latency, which counts seconds"),
            from(Field::MaxTokens, &["modelParameters.max_tokens"]),
            from(Field::Temperature, &["modelParameters.temperature"]),
            from(Field::Tools, TOOLS).note("names"),
            from(Field::Cost, COST).note("USD"),
            from(Field::PromptHash, &["input"]).note("fingerprint"),
            from(Field::ResponseHash, &["output"]).note("fingerprint"),
        ],
    )
}

/// What becomes of a document.
struct Trace {
    time: TimeParser,
}

/// What a trace says of all its observations.
#[derive(Clone, Copy)]
struct Around<'v> {
    trace: Option<&'v Value>,
}

impl Document for Trace {
    fn shape(&self, document: &Value, emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason> {
        let Some(observations) = document.get("observations").and_then(Value::as_array) else {
            if !is_observation(document) && !is_trace_row(document) {
                return Err("neither an observation nor a trace of Langfuse".into());
            }
            let is_call = is_call(document);
            return self.observation(document, Around { trace: None }, is_call, emit);
        };
        let trace = document.get("trace").filter(|trace| trace.is_object()).unwrap_or(document);
        if observations.is_empty() {
            return self.observation(trace, Around { trace: None }, false, emit);
        }
        let around = Around { trace: Some(trace) };
        let repeated = hold_calls(observations);
        let mut unread = None;
        for (observation, repeats) in observations.iter().zip(repeated) {
            let is_call = is_call(observation) && !repeats;
            if let Err(reason) = self.observation(observation, around, is_call, emit) {
                unread = Some(reason);
            }
        }
        unread.map_or(Ok(()), |reason| Err(format!("an observation in it: {reason}").into()))
    }
}

fn is_call(observation: &Value) -> bool {
    let kind = observation.get("type").and_then(Value::as_str).unwrap_or_default();
    CALLS.iter().any(|call| kind.eq_ignore_ascii_case(call))
}

/// For each observation, whether a call happens somewhere inside it.
fn hold_calls(observations: &[Value]) -> Vec<bool> {
    let nodes: Vec<Node<'_>> = observations
        .iter()
        .map(|o| Node { id: name(o, ID), parent: name(o, PARENT), is_call: is_call(o) })
        .collect();
    let around = around_calls(&nodes);
    nodes.iter().map(|node| node.id.is_some_and(|id| around.contains(id))).collect()
}

fn name<'v>(observation: &'v Value, keys: &[&str]) -> Option<&'v str> {
    let names = keys.iter().filter_map(|key| observation.get(*key)?.as_str());
    names.into_iter().find(|name| !name.is_empty())
}

impl Trace {
    fn observation(
        &self,
        observation: &Value,
        around: Around<'_>,
        is_call: bool,
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let stamp = Stamp::if_stated(first(observation, START).time(&self.time))?;
        let text = |keys: &[&str]| {
            let own = first(observation, keys).into_text();
            own.or_else(|| first(around.trace?, keys).into_text()).map(without_secret)
        };
        let (user_id, org_id) = (text(USER), text(PROJECT));
        let mut exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: if is_call { Granularity::Exchange } else { Granularity::Activity },
            request_id: first(observation, ID).into_text(),
            account_id: user_id.clone().or(org_id.clone()).unwrap_or(UNATTRIBUTED.into()),
            org_id,
            user_id,
            session_id: text(SESSION),
            pathway: Some("application".into()),
            endpoint: first(observation, &["type", "name"]).into_text(),
            error: error(observation),
            latency_ms: self.latency(observation, stamp)?,
            ..Exchange::default()
        };
        let parameters = inner(observation, PARAMETERS);
        if is_call {
            call(observation, parameters.as_deref(), &mut exchange)?;
        }
        give(&exchange, emit)
    }

    /// From start to end; the latency itself counts seconds in one export and milliseconds in
    /// another, and is used only where one of the two is missing: there it is seconds.
    fn latency(&self, observation: &Value, start: Stamp) -> Result<Option<f64>, Reason> {
        if let Ok(end) = first(observation, END).time(&self.time)
            && start.is_known()
        {
            let ms = (end.at.0 - start.at.0) as f64 / 1e3;
            return Ok((ms >= 0.0).then_some(ms).and_then(|ms| latency_ms(ms).ok()));
        }
        let seconds = first(observation, LATENCY_S).real("latency", 1e3)?;
        seconds.map(latency_ms).transpose()
    }
}

/// What only a call of a model has.
fn call<'v>(
    observation: &'v Value,
    parameters: Option<&'v Value>,
    exchange: &mut Exchange<'v>,
) -> Result<(), Reason> {
    let usage = usage(observation)?;
    let parameter = |keys: &[&str]| parameters.map(|p| first(p, keys)).unwrap_or_default();
    let hash = |key: &str| match observation.get(key).map(scalar) {
        Some(Scalar::Text(text)) => Some(fingerprint(text.as_bytes())),
        _ => None,
    };
    exchange.model = first(observation, MODEL).into_text();
    exchange.input_tokens = usage.input;
    exchange.output_tokens = usage.output;
    exchange.cached_tokens = usage.cached;
    exchange.reasoning_tokens = usage.reasoning;
    // Exporters write a cost of zero for what they know no price of.
    exchange.cost = first(observation, COST).real("cost", 1.0)?.filter(|cost| *cost > 0.0);
    // Chosen by the caller, who must not decide whether the record can be read.
    exchange.max_tokens = parameter(&["max_tokens", "maxTokens", "max_output_tokens"])
        .count("max_tokens", 1.0)
        .unwrap_or_default();
    exchange.temperature = parameter(&["temperature"]).real("temperature", 1.0).unwrap_or_default();
    exchange.tools = inner(observation, TOOLS).and_then(|t| tool_names(&t)).map(Text::from);
    exchange.prompt_hash = hash("input");
    exchange.response_hash = hash("output");
    Ok(())
}

/// The details where there are any, else the sums beside them, where zero means unknown.
fn usage(observation: &Value) -> Result<Usage, Reason> {
    if let Some(details) = inner(observation, USAGE) {
        let count = |keys: &[&str], name: &str| first(&details, keys).count(name, 1.0);
        let usage = Usage {
            input: count(INPUT, "input")?,
            output: count(OUTPUT, "output")?,
            cached: count(CACHED, "cached tokens")?,
            written: count(WRITTEN, "cache creation tokens")?,
            reasoning: count(REASONING, "reasoning tokens")?,
            total: count(TOTAL, "total")?,
        };
        if usage != Usage::default() {
            return Ok(usage.settled());
        }
    }
    let usage = Usage {
        input: first(observation, PLAIN_INPUT).count("input", 1.0)?,
        output: first(observation, PLAIN_OUTPUT).count("output", 1.0)?,
        ..Usage::default()
    };
    Ok(usage.without_empty())
}

fn error(observation: &Value) -> Option<Text<'_>> {
    let level = observation.get("level").and_then(Value::as_str)?;
    if level != "ERROR" {
        return None;
    }
    Some(first(observation, STATUS_MESSAGE).into_text().unwrap_or(Text::from(level)))
}

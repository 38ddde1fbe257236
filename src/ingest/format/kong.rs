//! Logs of Kong's AI plugins.

use serde_json::{Map, Value};

use super::calls::is_model_call;
use super::slots::{UNATTRIBUTED, give, refuse_edits, without_secret};
use super::tokens::Usage;
use super::{Format, Score};
use crate::ingest::document::{Document, DocumentReader, scalar};
use crate::ingest::scalar::{Scalar, fingerprint, latency_ms};
use crate::ingest::time::{Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity, Text};

/// See [`Format::doc`].
pub(super) struct Kong;

// Where each field is found, as JSON pointers. Those of AI are below the part of the plugin.
const STARTED: &[&str] = &["/started_at"];
const REQUEST_ID: &[&str] = &["/request/id", "/response/headers/x-kong-request-id"];
const ACCOUNT: &[&str] = &[
    "/consumer/username",
    "/consumer/custom_id",
    "/consumer/id",
    "/authenticated_entity/consumer_id",
    "/authenticated_entity/id",
    "/client_ip",
];
const WORKSPACE: &[&str] = &["/workspace_name", "/workspace"];
const KEY: &[&str] = &["/authenticated_entity/id"];
const URI: &[&str] = &["/request/uri", "/request/url"];
const STATUS: &[&str] = &["/response/status"];
const ADDRESS: &[&str] = &["/client_ip"];
const USER_AGENT: &[&str] = &["/request/headers/user-agent"];
const REQUEST_MS: &[&str] = &["/latencies/request"];
const MODEL: &[&str] = &["/meta/request_model", "/meta/response_model"];
const MODEL_MS: &[&str] = &["/meta/llm_latency"];
const INPUT: &[&str] = &["/usage/prompt_tokens"];
const OUTPUT: &[&str] = &["/usage/completion_tokens"];
const TOTAL: &[&str] = &["/usage/total_tokens"];
const CACHED: &[&str] = &["/usage/prompt_tokens_details/cached_tokens"];
const REASONING: &[&str] = &["/usage/completion_tokens_details/reasoning_tokens"];
const COST: &[&str] = &["/usage/cost"];
const ANSWER: &[&str] = &["/payload/response"];
const QUESTION: &[&str] = &["/payload/request"];

/// How deep parts of plugins are looked for.
const DEPTH: usize = 4;

impl Format for Kong {
    fn id(&self) -> &'static str {
        "kong"
    }

    fn title(&self) -> &'static str {
        "Kong AI Gateway log"
    }

    fn doc(&self) -> &'static str {
        "One record a request from the plugins file-log and http-log, with address, consumer, user \
         agent, status and duration; with the AI plugins also model, tokens and cost, under a key \
         whose name differs between versions and is found by what it holds. A request without that \
         part and without the path of a model call is an activity. The account is the consumer, \
         else the credential, else the address. Follows Kong's AI audit log reference, whose two \
         examples and one plain record were seen; the part of AI alone states no time and cannot \
         be read."
    }

    fn containers(&self) -> &'static str {
        "JSON lines, JSON array, single JSON objects"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let share = sample.share(|v| is_request(v) || is_part_of_ai(v));
        (share > 0.0).then(|| {
            let percent = (share * 100.0).round();
            let why = format!("{percent} % of the records have Kong's latencies or AI plugins");
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
        let log = Log { time: TimeParser::new(options.timezone.clone()) };
        Ok(Box::new(DocumentReader::new(container, log)))
    }
}

fn is_request(value: &Value) -> bool {
    let has = |pointer: &&str| value.pointer(pointer).is_some();
    ["/latencies/kong", "/request", "/response"].iter().all(has)
        || ["/latencies/proxy", "/started_at", "/client_ip"].iter().all(has)
}

/// Whether a record holds what AI plugins log, and nothing of the request around it.
fn is_part_of_ai(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    let is_plugin = |part: &Value| {
        let keys = ["proxy", "mcp", "cache", "payload", "audit", "rag-inject"];
        part.as_object().is_some_and(|part| {
            keys.iter().any(|key| part.get(*key).is_some_and(Value::is_object))
                || part.values().any(is_ai_part)
        })
    };
    object.len() <= 3 && object.get("ai").is_some_and(is_plugin)
}

fn own_mapping() -> Mapping {
    let paths = |pointers: &[&str], above: &str| -> Vec<String> {
        let path = |pointer: &&str| format!("{above}{}", pointer[1..].replace('/', "."));
        pointers.iter().map(path).collect()
    };
    let from = |field: Field, pointers: &[&str]| FieldMap {
        from: paths(pointers, ""),
        ..FieldMap::from(field, &[])
    };
    let of_ai = |field: Field, pointers: &[&str]| FieldMap {
        from: paths(pointers, "ai.proxy."),
        ..FieldMap::from(field, &[])
    };
    Mapping::new(
        "kong",
        vec![
            from(Field::Timestamp, STARTED),
            from(Field::RequestId, REQUEST_ID),
            from(Field::AccountId, ACCOUNT)
                .or(UNATTRIBUTED)
                .note("the consumer, else the credential, else the address"),
            from(Field::OrgId, WORKSPACE),
            from(Field::ApiKeyId, KEY),
            FieldMap::constant(Field::Pathway, "gateway"),
            from(Field::Endpoint, URI).note("without its query"),
            of_ai(Field::Model, MODEL).note("or under another plugin's key"),
            from(Field::Status, STATUS),
            of_ai(Field::InputTokens, INPUT).note("with what went through a cache"),
            of_ai(Field::OutputTokens, OUTPUT),
            of_ai(Field::CachedTokens, CACHED),
            of_ai(Field::ReasoningTokens, REASONING),
            from(Field::LatencyMs, REQUEST_MS).note("else ai.proxy.meta.llm_latency"),
            from(Field::ClientIp, ADDRESS),
            from(Field::UserAgent, USER_AGENT),
            of_ai(Field::Cost, COST),
            of_ai(Field::PromptHash, QUESTION).note("fingerprint"),
            of_ai(Field::ResponseHash, ANSWER).note("fingerprint"),
        ],
    )
}

/// What becomes of a record.
struct Log {
    time: TimeParser,
}

impl Document for Log {
    fn shape(&self, document: &Value, emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason> {
        let stamp = Stamp::if_stated(at(document, STARTED).time(&self.time))?;
        let ai = ai_part(document);
        let of_ai = |pointers: &[&str]| ai.map(|ai| at(ai, pointers)).unwrap_or_default();
        let usage = usage(&of_ai)?;
        let uri = at(document, URI).into_text().map(without_query);
        let is_call = ai.is_some() || uri.as_ref().is_some_and(|uri| is_model_call(uri.as_str()));
        let latency = at(document, REQUEST_MS).real("latencies.request", 1.0)?;
        let latency = latency.or(of_ai(MODEL_MS).real("llm_latency", 1.0)?);
        let account = at(document, ACCOUNT).into_text().map(without_secret);
        let payload = payload(document);
        let question = payload.map(|payload| at(payload, &["/request"])).unwrap_or_default();
        let asked = of_ai(QUESTION);
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: if is_call { Granularity::Exchange } else { Granularity::Activity },
            request_id: at(document, REQUEST_ID).into_text(),
            account_id: account.unwrap_or(UNATTRIBUTED.into()),
            org_id: at(document, WORKSPACE).into_text(),
            api_key_id: at(document, KEY).into_text().map(without_secret),
            pathway: Some("gateway".into()),
            endpoint: uri,
            model: of_ai(MODEL).into_text(),
            status: status(&at(document, STATUS)),
            input_tokens: usage.input,
            output_tokens: usage.output,
            cached_tokens: usage.cached,
            reasoning_tokens: usage.reasoning,
            latency_ms: latency.map(latency_ms).transpose()?,
            client_ip: at(document, ADDRESS).into_text(),
            user_agent: at(document, USER_AGENT).into_text(),
            cost: of_ai(COST).real("cost", 1.0)?,
            prompt_hash: hash(&asked).or(hash(&question)),
            response_hash: hash(&of_ai(ANSWER)),
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}

/// The value at the first of some pointers that has one.
fn at<'v>(value: &'v Value, pointers: &[&str]) -> Scalar<'v> {
    let mut values = pointers.iter().filter_map(|p| value.pointer(p)).map(scalar);
    values.find(|value| !value.is_missing()).unwrap_or_default()
}

/// What a plugin says of a call: an object with `meta` and `usage`, below `ai` or a key that
/// begins with it. The plugin that passes requests on comes first: others call models of their
/// own on the way.
fn ai_part(document: &Value) -> Option<&Value> {
    let object = document.as_object()?;
    let is_ai = |key: &str| key == "ai" || key.starts_with("ai.") || key.starts_with("ai-");
    let mut found = Vec::new();
    for (key, value) in object.iter().filter(|(key, _)| is_ai(key)) {
        collect(key, value, DEPTH, &mut found);
    }
    let proxy = found.iter().find(|(key, _)| is_proxy(key));
    proxy.or(found.first()).map(|(_, part)| *part)
}

fn is_proxy(key: &str) -> bool {
    key.ends_with("proxy") || key.ends_with("proxy-advanced")
}

fn collect<'v>(
    key: &'v str,
    value: &'v Value,
    depth: usize,
    found: &mut Vec<(&'v str, &'v Value)>,
) {
    if is_ai_part(value) {
        found.push((key, value));
        return;
    }
    let Some(object) = value.as_object().filter(|_| depth > 0) else { return };
    for (key, value) in object {
        collect(key, value, depth - 1, found);
    }
}

fn is_ai_part(value: &Value) -> bool {
    let keys = ["/meta/request_model", "/meta/response_model", "/usage/prompt_tokens"];
    keys.iter().any(|key| value.pointer(key).is_some())
}

/// What was asked, where plugins log it: beside them.
fn payload(document: &Value) -> Option<&Value> {
    let ai: &Map<String, Value> = document.get("ai")?.as_object()?;
    ai.get("payload").filter(|payload| payload.is_object())
}

fn usage<'v>(of_ai: &impl Fn(&[&str]) -> Scalar<'v>) -> Result<Usage, Reason> {
    let usage = Usage {
        input: of_ai(INPUT).count("prompt_tokens", 1.0)?,
        output: of_ai(OUTPUT).count("completion_tokens", 1.0)?,
        cached: of_ai(CACHED).count("cached_tokens", 1.0)?,
        written: None,
        reasoning: of_ai(REASONING).count("reasoning_tokens", 1.0)?,
        total: of_ai(TOTAL).count("total_tokens", 1.0)?,
    };
    Ok(usage.settled())
}

fn status(value: &Scalar<'_>) -> Option<u32> {
    let code = value.count("status", 1.0).ok().flatten()?;
    u32::try_from(code).ok().filter(|code| (100..=599).contains(code))
}

fn without_query(uri: Text<'_>) -> Text<'_> {
    match uri.as_str().split_once('?') {
        Some((path, _)) => path.to_owned().into(),
        None => uri,
    }
}

fn hash(value: &Scalar<'_>) -> Option<u64> {
    match value {
        Scalar::Text(text) => Some(fingerprint(text.as_bytes())),
        _ => None,
    }
}

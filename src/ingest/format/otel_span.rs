//! From the span of a model call to an exchange, whatever dialect its attributes are in.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::otel_document::{Kind, Span, id, spans};
use super::otel_fields::*;
use super::slots::{UNATTRIBUTED, give, without_secret};
use super::tokens::Usage;
use crate::ingest::Reason;
use crate::ingest::document::{Document, first, scalar, tool_names};
use crate::ingest::scalar::{Scalar, fingerprint, latency_ms};
use crate::ingest::time::{self, Stamp, TimeParser};
use crate::model::{Exchange, Granularity, Text, TimeQuality};

/// Makes exchanges and activities of spans.
pub(super) struct Shaper {
    time: TimeParser,
}

/// Why a document without any span of a model is in the reject ledger.
const NO_CALL: &str = "no span of a model call in it";

impl Document for Shaper {
    fn shape(&self, document: &Value, emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason> {
        let mut spans = spans(document);
        spans.retain(|span| span.kind != Kind::Other);
        let many = spans.len() > 1;
        let mut unread = spans.is_empty().then_some(Reason::Borrowed(NO_CALL));
        for span in &mut spans {
            span.attributes.open("llm.invocation_parameters");
            span.attributes.open("output.value");
            match self.exchange(span).and_then(|exchange| give(&exchange, emit)) {
                Ok(()) => {}
                Err(reason) if many => unread = Some(format!("a span in it: {reason}").into()),
                Err(reason) => unread = Some(reason),
            }
        }
        unread.map_or(Ok(()), Err)
    }
}

impl Shaper {
    /// Times without a zone are local to `zone`.
    pub fn new(zone: TimeZone) -> Self {
        Self { time: TimeParser::new(zone) }
    }

    fn exchange<'s>(&self, span: &'s Span<'_>) -> Result<Exchange<'s>, Reason> {
        let stamp = Stamp::if_stated(self.start(span))?;
        let text = |names: &[&str]| {
            let own = span.attributes.first(names);
            let value = if own.is_missing() { span.resource.first(names) } else { own };
            value.into_text().map(without_secret)
        };
        let user_id = text(USER);
        let account = user_id.clone().or_else(|| text(SERVICE)).unwrap_or(UNATTRIBUTED.into());
        let name = || first(span.value, &["name"]).into_text();
        let mut exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: Granularity::Activity,
            request_id: id(span).map(Text::from),
            account_id: account,
            org_id: text(ORGANIZATION),
            user_id,
            session_id: text(SESSION),
            pathway: Some("application".into()),
            endpoint: text(OPERATION).or_else(name),
            error: error(span),
            latency_ms: self.latency(span, stamp),
            client_ip: text(ADDRESS),
            region: text(REGION),
            user_agent: text(USER_AGENT),
            ..Exchange::default()
        };
        if span.kind == Kind::Call {
            exchange.granularity = Granularity::Exchange;
            // Only of a call: what is around it may repeat the id of its answer.
            exchange.request_id = text(RESPONSE_ID).or(exchange.request_id);
            exchange.model = text(MODEL);
            exchange.stop_reason = text(STOP).or_else(|| stop_in_answer(span));
            call(span, &mut exchange)?;
        }
        Ok(exchange)
    }

    /// When a span starts; without that, the answer may say when it was made.
    fn start(&self, span: &Span<'_>) -> Result<Stamp, Reason> {
        let start = START.iter().find_map(|key| span.value.get(*key));
        let start = start.map_or(Err(time::MISSING.into()), |value| self.moment(value));
        Stamp::first(start, || {
            let answered = span.attributes.first(ANSWERED).time(&self.time)?;
            Ok(Stamp { quality: TimeQuality::EndOnly, ..answered })
        })
    }

    /// A time as spans write it: nanoseconds, text, or seconds and nanoseconds in a list.
    fn moment(&self, value: &Value) -> Result<Stamp, Reason> {
        let Some(pair) = value.as_array() else {
            return scalar(value).time(&self.time);
        };
        let number = |at: usize| pair.get(at).and_then(Value::as_i64);
        let nanoseconds = number(0).zip(number(1)).and_then(|(seconds, nanoseconds)| {
            seconds.checked_mul(1_000_000_000)?.checked_add(nanoseconds)
        });
        self.time.epoch(nanoseconds.ok_or(Reason::Borrowed(time::NOT_UNDERSTOOD))?)
    }

    /// An end before the start is a clock that was set meanwhile and gives no duration.
    fn latency(&self, span: &Span<'_>, start: Stamp) -> Option<f64> {
        let end = END.iter().find_map(|key| span.value.get(*key))?;
        let ms = (self.moment(end).ok()?.at.0 - start.at.0) as f64 / 1e3;
        latency_ms(ms).ok().filter(|ms| *ms >= 0.0 && start.quality != TimeQuality::EndOnly)
    }
}

/// What only a call of a model has.
fn call(span: &Span<'_>, exchange: &mut Exchange<'_>) -> Result<(), Reason> {
    let value = |names: &[&str]| span.attributes.first(names);
    let usage = Usage {
        input: value(INPUT).count("input_tokens", 1.0)?,
        output: value(OUTPUT).count("output_tokens", 1.0)?,
        cached: value(CACHED).count("cache_read.input_tokens", 1.0)?,
        written: value(WRITTEN).count("cache_creation.input_tokens", 1.0)?,
        reasoning: value(REASONING).count("reasoning.output_tokens", 1.0)?,
        total: value(TOTAL).count("total_tokens", 1.0)?,
    };
    let usage = usage.settled();
    exchange.input_tokens = usage.input;
    exchange.output_tokens = usage.output;
    exchange.cached_tokens = usage.cached;
    exchange.reasoning_tokens = usage.reasoning;
    let status = value(STATUS).count("status", 1.0).unwrap_or_default();
    exchange.status =
        status.and_then(|code| u32::try_from(code).ok()).filter(|code| (100..=599).contains(code));
    // Chosen by the caller, who must not decide whether the record can be read.
    exchange.max_tokens = value(MAX_TOKENS).count("max_tokens", 1.0).unwrap_or_default();
    exchange.temperature = value(TEMPERATURE).real("temperature", 1.0).unwrap_or_default();
    exchange.tools = tools(span);
    exchange.cost = value(COST).real("cost", 1.0)?;
    exchange.system_hash = hash(&value(SYSTEM)).map(|hash| Text::from(format!("{hash:016x}")));
    let numbered = |before: &str, after: &str| {
        let texts = span.attributes.numbered(before, after);
        (!texts.is_empty()).then(|| fingerprint(texts.join("\n").as_bytes()))
    };
    exchange.prompt_hash = hash(&value(PROMPT))
        .or_else(|| numbered("gen_ai.prompt", "content"))
        .or_else(|| numbered("llm.input_messages", "message.content"));
    exchange.response_hash = hash(&value(RESPONSE))
        .or_else(|| numbered("gen_ai.completion", "content"))
        .or_else(|| numbered("llm.output_messages", "message.content"));
    Ok(())
}

fn hash(value: &Scalar<'_>) -> Option<u64> {
    match value {
        Scalar::Text(text) => Some(fingerprint(text.as_bytes())),
        _ => None,
    }
}

/// Names of the tools that were offered: in a list of definitions, or numbered.
fn tools<'v>(span: &Span<'_>) -> Option<Text<'v>> {
    let numbered = || {
        let schemas = span.attributes.numbered("llm.tools", "tool.json_schema");
        let parsed = schemas.iter().filter_map(|text| serde_json::from_str::<Value>(text).ok());
        tool_names(&Value::Array(parsed.collect()))
    };
    let text = span.attributes.first(TOOLS).into_text();
    // Texts that are a definition each, joined by commas, become a list again.
    let list = text.and_then(|text| {
        let text = text.as_str();
        let is_list = text.starts_with('[');
        let list = if is_list { Cow::Borrowed(text) } else { Cow::Owned(format!("[{text}]")) };
        serde_json::from_str::<Value>(&list).ok()
    });
    list.as_ref().and_then(tool_names).or_else(numbered).map(Text::from)
}

/// The reason in an answer that was kept whole, as OpenInference does.
fn stop_in_answer(span: &Span<'_>) -> Option<Text<'static>> {
    let choices = span.attributes.first(&["output.value.choices"]).into_text()?;
    let choices: Value = serde_json::from_str(choices.as_str()).ok()?;
    let reason = choices.pointer("/0/finish_reason")?.as_str()?;
    Some(reason.to_owned().into())
}

fn error<'s>(span: &'s Span<'_>) -> Option<Text<'s>> {
    let code = span.value.pointer("/status/code").or_else(|| span.value.get("status_code"));
    let failed = match code {
        Some(Value::Number(code)) => code.as_u64() == Some(2),
        Some(Value::String(code)) => matches!(code.as_str(), "ERROR" | "STATUS_CODE_ERROR"),
        _ => false,
    };
    let message = || span.value.pointer("/status/message")?.as_str();
    let message = || message().filter(|text| !text.is_empty()).unwrap_or("error");
    let named = span.attributes.first(ERROR).into_text();
    named.or_else(|| failed.then(|| Text(Cow::Borrowed(message()))))
}

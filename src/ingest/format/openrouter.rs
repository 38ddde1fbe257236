//! OpenRouter: single generations, and totals of a day.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::buckets::DAY_S;
use super::slots::{Row, Slots, UNATTRIBUTED, fixed_reader, give, slots, without_secret};
use super::tokens::Usage;
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::{Scalar, latency_ms};
use crate::ingest::time::{Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity, Text, TimePrecision, TimeQuality};

/// See [`Format::doc`].
pub(super) struct OpenRouter;

slots!(Slot {
    Created: Value["created_at"],
    Day: Value["Date", "date"],
    Id: Value["generation_id", "id"],
    User: Value["user", "external_user"],
    KeyName: Value["api_key_name", "API Key"],
    App: Value["app_name", "app_id"],
    Session: Value["session_id"],
    Model: Value["model_permaslug", "Slug"],
    ModelName: Value["model"],
    Endpoint: Value["api_type"],
    Cancelled: Value["cancelled"],
    Stop: Value["finish_reason_normalized", "finish_reason"],
    StopRaw: Value["finish_reason_raw", "native_finish_reason"],
    Input: Value["tokens_prompt", "Prompt Tokens", "prompt_tokens"],
    NativeInput: Value["native_tokens_prompt"],
    Output: Value["tokens_completion", "Completion Tokens", "completion_tokens"],
    NativeOutput: Value["native_tokens_completion"],
    Cached: Value["tokens_cached", "native_tokens_cached"],
    Reasoning: Value[
        "tokens_reasoning",
        "native_tokens_reasoning",
        "Reasoning Tokens",
        "reasoning_tokens",
    ],
    Requests: Value["Requests", "requests"],
    GenerationTime: Value["generation_time_ms", "generation_time"],
    Latency: Value["latency"],
    Cost: Value["cost_total", "total_cost", "Usage", "usage"],
    UserAgent: Value["user_agent"],
});

impl Format for OpenRouter {
    fn id(&self) -> &'static str {
        "openrouter"
    }

    fn title(&self) -> &'static str {
        "OpenRouter activity"
    }

    fn doc(&self) -> &'static str {
        "Generations (CSV with one row a call, or the API's /generation) are exchanges with \
         tokens, cost, time of generation and the name of the key; daily activity (CSV, or the \
         API's /activity) are usage buckets, which are never added to calls. No address and no \
         text. The account is the user that the caller stated, else the key's name, else the app. \
         Follows the columns of the export and OpenRouter's API schema; real samples seen: the \
         header of the one CSV, two rows of the other. Generations state no zone and are UTC."
    }

    fn containers(&self) -> &'static str {
        "CSV, JSON with a list or object \"data\", JSON lines"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let single = sample.share(|v| is_generation(inside(v)));
        let daily = sample.share(|v| is_day(inside(v)));
        let (share, what) = match single >= daily {
            true => (single, "single generations"),
            false => (daily, "daily totals"),
        };
        (share > 0.0).then(|| {
            let percent = (share * 100.0).round();
            let why = format!("{percent} % of the records have the fields of OpenRouter's {what}");
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
        _: &ReaderOptions,
    ) -> Result<Box<dyn RecordReader>, String> {
        let shape = Activity { time: TimeParser::new(TimeZone::UTC) };
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &["data"], shape)
    }
}

/// The record in an answer of the API, which wraps a single one in `data`.
fn inside(value: &Value) -> &Value {
    value.get("data").filter(|data| data.is_object()).unwrap_or(value)
}

fn has_all(value: &Value, keys: &[&str]) -> bool {
    keys.iter().all(|key| value.get(key).is_some())
}

fn is_generation(value: &Value) -> bool {
    has_all(value, &["generation_id", "model_permaslug"])
        || (has_all(value, &["native_tokens_prompt", "total_cost"]) && value.get("id").is_some())
}

fn is_day(value: &Value) -> bool {
    has_all(value, &["Date", "Slug", "Requests"])
        || has_all(value, &["date", "model_permaslug", "byok_usage_inference", "requests"])
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "openrouter",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Created, Slot::Day]).note("UTC"),
            Slot::map(Field::RequestId, &[Slot::Id]),
            Slot::map(Field::AccountId, &[Slot::User, Slot::KeyName, Slot::App]).or(UNATTRIBUTED),
            Slot::map(Field::OrgId, &[Slot::App]).note("the app"),
            Slot::map(Field::UserId, &[Slot::User]),
            Slot::map(Field::ApiKeyId, &[Slot::KeyName]).note("the key's name"),
            Slot::map(Field::SessionId, &[Slot::Session]),
            FieldMap::constant(Field::Pathway, "aggregator"),
            Slot::map(Field::Endpoint, &[Slot::Endpoint]),
            Slot::map(Field::Model, &[Slot::ModelName, Slot::Model]),
            Slot::map(Field::StopReason, &[Slot::Stop, Slot::StopRaw]),
            Slot::map(Field::Error, &[Slot::Cancelled]).note("\"cancelled\" where it is true"),
            Slot::map(Field::InputTokens, &[Slot::NativeInput, Slot::Input])
                .note("with what went through a cache"),
            Slot::map(Field::OutputTokens, &[Slot::NativeOutput, Slot::Output])
                .note("with reasoning"),
            Slot::map(Field::CachedTokens, &[Slot::Cached]),
            Slot::map(Field::ReasoningTokens, &[Slot::Reasoning]),
            Slot::map(Field::LatencyMs, &[Slot::GenerationTime, Slot::Latency]),
            Slot::map(Field::UserAgent, &[Slot::UserAgent]),
            Slot::map(Field::Cost, &[Slot::Cost]).note("USD"),
        ],
    )
}

/// What becomes of a record.
struct Activity {
    time: TimeParser,
}

impl Shape for Activity {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let requests = row.count(Slot::Requests, "requests")?;
        let (stamp, granularity) = self.when(row, requests)?;
        let is_bucket = granularity == Granularity::Bucket;
        // Only of one call can be told how its parts were counted.
        let usage = if is_bucket { usage(row)? } else { usage(row)?.settled() };
        let user_id = row.text(Slot::User).map(without_secret);
        let api_key_id = row.text(Slot::KeyName).map(without_secret);
        let org_id = row.text(Slot::App);
        let account = user_id.clone().or(api_key_id.clone()).or(org_id.clone());
        let cancelled = row.text(Slot::Cancelled).filter(|flag| flag.as_str() == "true");
        let generation_ms = row.real(Slot::GenerationTime, "generation_time_ms")?;
        let latency = generation_ms.or(row.real(Slot::Latency, "latency")?);
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity,
            requests: requests.filter(|_| is_bucket),
            interval_s: is_bucket.then_some(DAY_S),
            request_id: row.text(Slot::Id),
            account_id: account.unwrap_or(UNATTRIBUTED.into()),
            org_id,
            user_id,
            api_key_id,
            session_id: row.text(Slot::Session),
            pathway: Some("aggregator".into()),
            endpoint: row.text(Slot::Endpoint),
            model: row.name(&[Slot::ModelName, Slot::Model]),
            stop_reason: row.name(&[Slot::Stop, Slot::StopRaw]),
            error: cancelled.map(|_| Text::from("cancelled")),
            input_tokens: usage.input,
            output_tokens: usage.output,
            cached_tokens: usage.cached,
            reasoning_tokens: usage.reasoning,
            latency_ms: latency.map(latency_ms).transpose()?,
            user_agent: row.text(Slot::UserAgent),
            cost: row.real(Slot::Cost, "cost")?,
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}

impl Activity {
    /// When it was and what it stands for: a day only where a day is all that is stated.
    fn when(
        &self,
        row: &mut Row<'_, '_>,
        requests: Option<u64>,
    ) -> Result<(Stamp, Granularity), Reason> {
        let created = row.take(Slot::Created);
        let day = row.take(Slot::Day);
        // One call, unless a day is all that is stated, or how many calls.
        if requests.is_none() && (!created.is_missing() || day.is_missing()) {
            let exact = |stamp| Stamp { quality: TimeQuality::Exact, ..stamp };
            let stamp = Stamp::if_stated(created.time(&self.time).map(exact))?;
            return Ok((stamp, Granularity::Exchange));
        }
        let day = day.time(&self.time)?;
        let (quality, precision) = (TimeQuality::Day, TimePrecision::Day);
        Ok((Stamp { at: day.at, quality, precision }, Granularity::Bucket))
    }
}

/// The provider's own counts, else OpenRouter's.
fn usage(row: &mut Row<'_, '_>) -> Result<Usage, Reason> {
    let native_input = row.count(Slot::NativeInput, "native_tokens_prompt")?;
    let native_output = row.count(Slot::NativeOutput, "native_tokens_completion")?;
    Ok(Usage {
        input: native_input.or(row.count(Slot::Input, "tokens_prompt")?),
        output: native_output.or(row.count(Slot::Output, "tokens_completion")?),
        cached: row.count(Slot::Cached, "tokens_cached")?,
        written: None,
        reasoning: row.count(Slot::Reasoning, "tokens_reasoning")?,
        total: None,
    })
}

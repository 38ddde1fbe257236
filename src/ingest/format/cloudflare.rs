//! Logs of Cloudflare AI Gateway.

use serde_json::Value;

use super::slots::{Row, Slots, UNATTRIBUTED, fixed_reader, give, slots, without_secret};
use super::tokens::Usage;
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::{Scalar, latency_ms};
use crate::ingest::time::{Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity, Text};

/// See [`Format::doc`].
pub(super) struct Cloudflare;

slots!(Slot {
    Id: Value["id"],
    Created: Value["created_at", "Timestamp", "timestamp"],
    Gateway: Value["Gateway", "gateway", "gateway_id"],
    User: Value[
        "metadata.user_id",
        "metadata.userId",
        "metadata.user",
        "Metadata.user_id",
        "Metadata.userId",
        "Metadata.user",
    ],
    Session: Value["metadata.session_id", "Metadata.session_id"],
    Provider: Value["provider", "Provider"],
    Model: Value["model", "Model"],
    Requested: Value["RequestedModel"],
    Path: Value["path", "Endpoint"],
    Kind: Value["request_type", "model_type"],
    Status: Value["status_code", "StatusCode"],
    Success: Value["success"],
    RateLimited: Value["RateLimited"],
    Input: Value["tokens_in"],
    Output: Value["tokens_out"],
    Duration: Value["duration", "Metrics.durationMs"],
    Cost: Value["cost", "Metrics.cost"],
    UserAgent: Value["user_agent"],
});

/// The status of a call that a policy against data loss stopped.
const STOPPED_BY_POLICY: u32 = 424;

impl Format for Cloudflare {
    fn id(&self) -> &'static str {
        "cloudflare"
    }

    fn title(&self) -> &'static str {
        "Cloudflare AI Gateway log"
    }

    fn doc(&self) -> &'static str {
        "One record a call with model, provider, status and mostly tokens, cost and duration; no \
         address, no country, no key. Reads the log objects of the API and the Logpush dataset \
         ai_gateway_events, whose bodies are encrypted and stay so, by Cloudflare's published \
         fields; no real sample was seen. The account is a user in the metadata that the caller \
         attached, else the gateway. Logpush without the field Timestamp cannot be placed in time and is not read."
    }

    fn containers(&self) -> &'static str {
        "JSON with a list \"result\", JSON array, JSON lines (Logpush, .log.gz)"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let share = sample.share(is_log);
        (share > 0.0).then(|| {
            let percent = (share * 100.0).round();
            let why = format!("{percent} % of the records have the fields of an AI Gateway log");
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
        let shape = Log { time: TimeParser::new(options.timezone.clone()) };
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &[], shape)
    }
}

fn is_log(value: &Value) -> bool {
    let has = |key: &&str| value.get(*key).is_some();
    let of_api = ["provider", "model", "tokens_in", "tokens_out", "created_at"];
    let of_push = ["Gateway", "Model", "Provider"];
    let push_signs =
        ["StatusCode", "Endpoint", "Cached", "RateLimited", "RequestBody", "ResponseBody"];
    of_api.iter().all(has)
        || (of_push.iter().all(has) && push_signs.iter().filter(|key| has(key)).count() >= 2)
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "cloudflare",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Created]),
            Slot::map(Field::RequestId, &[Slot::Id]),
            Slot::map(Field::AccountId, &[Slot::User, Slot::Gateway]).or(UNATTRIBUTED),
            Slot::map(Field::OrgId, &[Slot::Gateway]).note("the gateway"),
            Slot::map(Field::UserId, &[Slot::User]),
            Slot::map(Field::SessionId, &[Slot::Session]),
            FieldMap::constant(Field::Pathway, "gateway"),
            Slot::map(Field::Endpoint, &[Slot::Path, Slot::Kind]),
            Slot::map(Field::Model, &[Slot::Requested, Slot::Model]),
            Slot::map(Field::Status, &[Slot::Status]),
            Slot::map(Field::Error, &[Slot::Status, Slot::RateLimited, Slot::Success])
                .note("424 is a policy that stopped the call; else \"failure\" where it says so"),
            Slot::map(Field::InputTokens, &[Slot::Input]),
            Slot::map(Field::OutputTokens, &[Slot::Output]),
            Slot::map(Field::LatencyMs, &[Slot::Duration]),
            Slot::map(Field::UserAgent, &[Slot::UserAgent]),
            Slot::map(Field::Cost, &[Slot::Cost]).note("USD"),
        ],
    )
}

/// What becomes of a record.
struct Log {
    time: TimeParser,
}

impl Shape for Log {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let stamp = Stamp::if_stated(row.take(Slot::Created).time(&self.time))?;
        let usage = Usage {
            input: row.count(Slot::Input, "tokens_in")?,
            output: row.count(Slot::Output, "tokens_out")?,
            ..Usage::default()
        };
        let usage = usage.without_empty();
        let user_id = row.text(Slot::User).map(without_secret);
        let org_id = row.text(Slot::Gateway);
        let account = user_id.clone().or(org_id.clone());
        let status = row.status(Slot::Status);
        let duration = row.real(Slot::Duration, "duration")?;
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: Granularity::Exchange,
            request_id: row.text(Slot::Id),
            account_id: account.unwrap_or(UNATTRIBUTED.into()),
            org_id,
            user_id,
            session_id: row.text(Slot::Session),
            pathway: Some("gateway".into()),
            endpoint: row.name(&[Slot::Path, Slot::Kind]),
            model: row.name(&[Slot::Requested, Slot::Model]),
            status,
            error: error(row, status).map(Text::from),
            input_tokens: usage.input,
            output_tokens: usage.output,
            latency_ms: duration.map(latency_ms).transpose()?,
            user_agent: row.text(Slot::UserAgent),
            cost: row.real(Slot::Cost, "cost")?,
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}

fn error(row: &mut Row<'_, '_>, status: Option<u32>) -> Option<&'static str> {
    let is = |text: Option<Text<'_>>, word: &str| text.is_some_and(|text| text.as_str() == word);
    if status == Some(STOPPED_BY_POLICY) {
        return Some("stopped by policy");
    }
    if is(row.text(Slot::RateLimited), "true") {
        return Some("rate limited");
    }
    is(row.text(Slot::Success), "false").then_some("failure")
}

//! Requests logged by Helicone.

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
pub(super) struct Helicone;

slots!(Slot {
    RequestId: Value["request_id"],
    Created: Value["request_created_at"],
    Answered: Value["response_created_at"],
    Path: Value["request_path", "target_url"],
    User: Value["request_user_id", "user_id"],
    Owner: Value["helicone_user"],
    Organization: Value["organization_id"],
    Key: Value["proxy_key_id"],
    Session: Value[
        "request_properties.Helicone-Session-Id",
        "properties.Helicone-Session-Id",
    ],
    Model: Value["request_model", "model"],
    Served: Value["response_model"],
    Status: Value["status"],
    ResponseStatus: Value["response_status"],
    Provider: Value["provider"],
    Input: Value["prompt_tokens"],
    Output: Value["completion_tokens"],
    Cached: Value["prompt_cache_read_tokens"],
    Written: Value["prompt_cache_write_tokens"],
    Reasoning: Value["reasoning_tokens"],
    Total: Value["total_tokens"],
    Delay: Value["latency"],
    DelayMs: Value["delay_ms"],
    Country: Value["country_code"],
    Dollars: Value["costUSD", "cost_usd"],
    Cost: Value["cost"],
    MaxTokens: Value["request_body.max_tokens", "request_body.max_completion_tokens"],
    Temperature: Value["request_body.temperature"],
    Tools: Names["request_body.tools"],
    StopReason: Value["response_body.choices.finish_reason", "response_body.stop_reason"],
    Error: Value["response_body.error.code", "response_body.error.type"],
    Prompt: Fingerprint["request_body.messages", "request_body.prompt"],
    Response: Fingerprint["response_body.choices.message.content", "response_body.content"],
});

/// Dollars of one unit of the cost in the table of requests.
const BILLIONTH: f64 = 1e-9;

impl Format for Helicone {
    fn id(&self) -> &'static str {
        "helicone"
    }

    fn title(&self) -> &'static str {
        "Helicone requests"
    }

    fn doc(&self) -> &'static str {
        "One record a call with tokens, cost, status, duration and mostly a country; no address and \
         no user agent. Reads the export of Helicone's requests and its table request_response_rmt \
         by the names in Helicone's published types; no real sample was seen. The account is the \
         user that the caller stated, else the gateway key, else the organisation. Bodies that lie \
         behind signed_body_url are not fetched. Input of Anthropic models is counted without what \
         went through a cache and brought to the total; the table states cost in billionths of a \
         dollar, the export in dollars."
    }

    fn containers(&self) -> &'static str {
        "JSON array, JSON with a list \"data\", JSON lines, CSV"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let share = sample.share(is_request);
        (share > 0.0).then(|| {
            let percent = (share * 100.0).round();
            let why = format!(
                "{percent} % of the records have request_id, request_created_at and Helicone's keys"
            );
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
        let shape = Request { time: TimeParser::new(options.timezone.clone()) };
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &[], shape)
    }
}

fn is_request(value: &Value) -> bool {
    let has = |key: &&str| value.get(*key).is_some();
    let signs = [
        "response_created_at",
        "request_user_id",
        "request_properties",
        "request_path",
        "response_status",
        "helicone_user",
        "signed_body_url",
        "delay_ms",
        "costUSD",
        "prompt_cache_read_tokens",
        "proxy_key_id",
        "target_url",
        "time_to_first_token",
    ];
    ["request_id", "request_created_at"].iter().all(has)
        && signs.iter().filter(|key| has(key)).count() >= 3
}

fn own_mapping() -> Mapping {
    let account = [Slot::User, Slot::Owner, Slot::Key, Slot::Organization];
    Mapping::new(
        "helicone",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Created]),
            Slot::map(Field::RequestId, &[Slot::RequestId]),
            Slot::map(Field::AccountId, &account).or(UNATTRIBUTED),
            Slot::map(Field::OrgId, &[Slot::Organization]),
            Slot::map(Field::UserId, &[Slot::User]),
            Slot::map(Field::ApiKeyId, &[Slot::Key]),
            Slot::map(Field::SessionId, &[Slot::Session]),
            FieldMap::constant(Field::Pathway, "gateway"),
            Slot::map(Field::Endpoint, &[Slot::Path]),
            Slot::map(Field::Model, &[Slot::Model, Slot::Served]),
            Slot::map(Field::Status, &[Slot::Status, Slot::ResponseStatus])
                .note("negative ones are Helicone's own"),
            Slot::map(Field::StopReason, &[Slot::StopReason]),
            Slot::map(Field::Error, &[Slot::Error, Slot::Status, Slot::ResponseStatus])
                .note("else what Helicone's own status means"),
            Slot::map(Field::InputTokens, &[Slot::Input]).note("with what went through a cache"),
            Slot::map(Field::OutputTokens, &[Slot::Output]),
            Slot::map(Field::CachedTokens, &[Slot::Cached]),
            Slot::map(Field::ReasoningTokens, &[Slot::Reasoning]),
            Slot::map(Field::LatencyMs, &[Slot::Delay, Slot::DelayMs, Slot::Answered])
                .note("else response_created_at minus request_created_at"),
            Slot::map(Field::MaxTokens, &[Slot::MaxTokens]),
            Slot::map(Field::Temperature, &[Slot::Temperature]),
            Slot::map(Field::Country, &[Slot::Country]),
            Slot::map(Field::Tools, &[Slot::Tools]).note("names"),
            Slot::map(Field::Cost, &[Slot::Dollars, Slot::Cost])
                .note("USD; of the table request_response_rmt, cost counts billionths"),
            Slot::map(Field::PromptHash, &[Slot::Prompt]).note("fingerprint"),
            Slot::map(Field::ResponseHash, &[Slot::Response]).note("fingerprint"),
        ],
    )
}

/// What becomes of a record.
struct Request {
    time: TimeParser,
}

impl Shape for Request {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let stamp = Stamp::if_stated(row.take(Slot::Created).time(&self.time))?;
        let usage = usage(row)?;
        let answered = row.take(Slot::Answered).time(&self.time).ok();
        let between = answered.map(|end| (end.at.0 - stamp.at.0) as f64 / 1e3);
        // A negative delay is a clock that was set meanwhile.
        let is_export = row.name(&[Slot::ResponseStatus, Slot::DelayMs]).is_some();
        let mut delay = |slot| row.real(slot, "delay_ms").unwrap_or_default();
        let delay = delay(Slot::Delay).or_else(|| delay(Slot::DelayMs));
        let latency = delay.or(between.filter(|ms| *ms >= 0.0));
        let account = row.name(&[Slot::User, Slot::Owner, Slot::Key, Slot::Organization]);
        let own_status = own_status(row);
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: Granularity::Exchange,
            request_id: row.text(Slot::RequestId),
            account_id: account.unwrap_or(UNATTRIBUTED.into()),
            org_id: row.text(Slot::Organization),
            user_id: row.text(Slot::User).map(without_secret),
            api_key_id: row.text(Slot::Key).map(without_secret),
            session_id: row.text(Slot::Session),
            pathway: Some("gateway".into()),
            endpoint: row.text(Slot::Path),
            model: row.name(&[Slot::Model, Slot::Served]),
            status: row.status(Slot::Status).or_else(|| row.status(Slot::ResponseStatus)),
            stop_reason: row.text(Slot::StopReason),
            error: row.text(Slot::Error).or(own_status.map(Text::from)),
            input_tokens: usage.input,
            output_tokens: usage.output,
            cached_tokens: usage.cached,
            reasoning_tokens: usage.reasoning,
            latency_ms: latency.map(latency_ms).transpose()?,
            // Chosen by the caller, who must not decide whether the record can be read.
            max_tokens: row.count(Slot::MaxTokens, "max_tokens").unwrap_or_default(),
            temperature: row.real(Slot::Temperature, "temperature").unwrap_or_default(),
            country: row.text(Slot::Country),
            tools: row.text(Slot::Tools),
            cost: cost(row, is_export)?,
            system_hash: row.instruction(Slot::Prompt),
            prompt_hash: row.hash(Slot::Prompt),
            response_hash: row.hash(Slot::Response),
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}

/// Anthropic counts what went through a cache apart, and Helicone passes that on.
fn usage(row: &mut Row<'_, '_>) -> Result<Usage, Reason> {
    let usage = Usage {
        input: row.count(Slot::Input, "prompt_tokens")?,
        output: row.count(Slot::Output, "completion_tokens")?,
        cached: row.count(Slot::Cached, "prompt_cache_read_tokens")?,
        written: row.count(Slot::Written, "prompt_cache_write_tokens")?,
        reasoning: row.count(Slot::Reasoning, "reasoning_tokens")?,
        total: row.count(Slot::Total, "total_tokens")?,
    };
    let provider = row.text(Slot::Provider);
    let is_anthropic = provider.is_some_and(|name| name.as_str().eq_ignore_ascii_case("anthropic"));
    Ok(if is_anthropic { usage.with_cache_apart() } else { usage.settled() })
}

/// Helicone's words for how a call ended where there was no HTTP status.
fn own_status(row: &Row<'_, '_>) -> Option<&'static str> {
    let status = row.name(&[Slot::Status, Slot::ResponseStatus])?;
    match status.as_str() {
        "-2" => Some("pending"),
        "-3" => Some("cancelled"),
        "-4" => Some("threat"),
        _ => None,
    }
}

/// Dollars. What Helicone gives out, which alone has `response_status` and `delay_ms`, is divided
/// already; its table is not.
fn cost(row: &mut Row<'_, '_>, is_export: bool) -> Result<Option<f64>, Reason> {
    let dollars = row.real(Slot::Dollars, "costUSD")?;
    let unit = if is_export { 1.0 } else { BILLIONTH };
    Ok(dollars.or(row.take(Slot::Cost).real("cost", unit)?))
}

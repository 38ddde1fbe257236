//! Logs of the Portkey gateway.

use serde_json::Value;

use super::calls::is_model_call;
use super::slots::{Row, Slots, UNATTRIBUTED, fixed_reader, give, slots, without_secret};
use super::tokens::Usage;
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::{Scalar, latency_ms};
use crate::ingest::time::{Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity, Text};

/// See [`Format::doc`].
pub(super) struct Portkey;

slots!(Slot {
    Id: Value["id", "_id"],
    Created: Value["created_at"],
    MetricsCreated: Value["metrics.created_at"],
    User: Value["metadata._user", "metadata.user", "metadata.user_id"],
    MetricsKeys: Value["metrics.metadata__key"],
    MetricsValues: Value["metrics.metadata__value"],
    Organization: Value["organisation_id"],
    Workspace: Value["workspace_slug"],
    Key: Value["portkeyHeaders.x-portkey-api-key", "request.portkeyHeaders.x-portkey-api-key"],
    VirtualKey: Value[
        "portkeyHeaders.x-portkey-virtual-key",
        "request.portkeyHeaders.x-portkey-virtual-key",
    ],
    Trace: Value["trace_id"],
    Url: Value["request_url", "request.url"],
    Model: Value["ai_model", "metrics.ai_model"],
    Requested: Value["request.body.model", "request.model"],
    Status: Value["response_status_code", "response.status"],
    Input: Value["req_units", "metrics.req_units"],
    Output: Value["res_units", "metrics.res_units"],
    Total: Value["total_units", "metrics.total_units"],
    BodyInput: Value["response.body.usage.prompt_tokens", "response.usage.prompt_tokens"],
    BodyOutput: Value["response.body.usage.completion_tokens", "response.usage.completion_tokens"],
    Cached: Value[
        "response.body.usage.prompt_tokens_details.cached_tokens",
        "response.body.usage.cache_read_input_tokens",
        "response.usage.prompt_tokens_details.cached_tokens",
        "response.usage.cache_read_input_tokens",
    ],
    Reasoning: Value[
        "response.body.usage.completion_tokens_details.reasoning_tokens",
        "response.usage.completion_tokens_details.reasoning_tokens",
    ],
    Duration: Value["response_time", "response.responseTime", "response.response_time"],
    Cents: Value["cost", "metrics.cost"],
    Visitor: Value["request.headers.cf-connecting-ip"],
    RealIp: Value["request.headers.x-real-ip"],
    Forwarded: Value["request.headers.x-forwarded-for"],
    Country: Value["request.headers.cf-ipcountry"],
    UserAgent: Value["request.headers.user-agent"],
    StopReason: Value["response.body.choices.finish_reason", "response.choices.finish_reason"],
    Error: Value["response.body.error.code", "response.body.error.type", "response.error.code"],
    MaxTokens: Value["request.body.max_tokens", "request.max_tokens"],
    Temperature: Value["request.body.temperature", "request.temperature"],
    Tools: Names["request.body.tools", "request.tools"],
    Prompt: Fingerprint["request.body.messages", "request.messages"],
    Response: Fingerprint[
        "response.body.choices.message.content",
        "response.choices.message.content",
    ],
});

/// Dollars of one cent, the unit of Portkey's cost.
const CENT: f64 = 0.01;

impl Format for Portkey {
    fn id(&self) -> &'static str {
        "portkey"
    }

    fn title(&self) -> &'static str {
        "Portkey gateway log"
    }

    fn doc(&self) -> &'static str {
        "One record a call. The export of logs has tokens, cost, status and duration, but no \
         address; the log objects a gateway writes to its own store have address, country and user \
         agent in the headers of the request, and masked keys. Follows the fields in Portkey's \
         documentation, with one published sample. The account is the user in the metadata, else \
         the key as far as it is not masked away, else workspace or organisation. Cost is stated \
         in cents. \"<>\" is missing. The name of a prompt template (prompt_slug) stays in the \
         original record."
    }

    fn containers(&self) -> &'static str {
        "JSON lines, JSON array, single JSON objects"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let share = sample.share(is_log);
        (share > 0.0).then(|| {
            let percent = (share * 100.0).round();
            let why = format!("{percent} % of the records have Portkey's units or headers");
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
    let signs = ["ai_org", "ai_model", "req_units", "res_units", "total_units", "prompt_slug"];
    let is_export = signs.iter().filter(|key| has(key)).count() >= 3;
    let headers = value.pointer("/request/portkeyHeaders");
    is_export || (headers.is_some() && value.get("response").is_some())
}

/// Whom a call is attributed to, in order of preference; before them all a user whom the
/// metrics of a log object name.
const ACCOUNT: [Slot; 5] =
    [Slot::User, Slot::Key, Slot::VirtualKey, Slot::Workspace, Slot::Organization];

fn own_mapping() -> Mapping {
    Mapping::new(
        "portkey",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Created, Slot::MetricsCreated]),
            Slot::map(Field::RequestId, &[Slot::Id]),
            Slot::map(Field::AccountId, &ACCOUNT)
                .or(UNATTRIBUTED)
                .note("a user in metrics.metadata first"),
            Slot::map(Field::OrgId, &[Slot::Organization, Slot::Workspace]),
            Slot::map(Field::UserId, &[Slot::User]).note("or in metrics.metadata"),
            Slot::map(Field::ApiKeyId, &[Slot::Key, Slot::VirtualKey]).note("masked by Portkey"),
            Slot::map(Field::SessionId, &[Slot::Trace]).note("the trace"),
            FieldMap::constant(Field::Pathway, "gateway"),
            Slot::map(Field::Endpoint, &[Slot::Url]),
            Slot::map(Field::Model, &[Slot::Requested, Slot::Model]),
            Slot::map(Field::Status, &[Slot::Status]),
            Slot::map(Field::StopReason, &[Slot::StopReason]),
            Slot::map(Field::Error, &[Slot::Error]),
            Slot::map(Field::InputTokens, &[Slot::Input, Slot::BodyInput])
                .note("with what went through a cache"),
            Slot::map(Field::OutputTokens, &[Slot::Output, Slot::BodyOutput]),
            Slot::map(Field::CachedTokens, &[Slot::Cached]),
            Slot::map(Field::ReasoningTokens, &[Slot::Reasoning]),
            Slot::map(Field::LatencyMs, &[Slot::Duration]),
            Slot::map(Field::MaxTokens, &[Slot::MaxTokens]),
            Slot::map(Field::Temperature, &[Slot::Temperature]),
            Slot::map(Field::ClientIp, &[Slot::Visitor, Slot::RealIp, Slot::Forwarded]),
            Slot::map(Field::Country, &[Slot::Country]),
            Slot::map(Field::UserAgent, &[Slot::UserAgent]),
            Slot::map(Field::Tools, &[Slot::Tools]).note("names"),
            Slot::map(Field::Cost, &[Slot::Cents]).scale(CENT),
            Slot::map(Field::PromptHash, &[Slot::Prompt]).note("fingerprint"),
            Slot::map(Field::ResponseHash, &[Slot::Response]).note("fingerprint"),
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
        let created = row.take(Slot::Created);
        let metrics_created = row.take(Slot::MetricsCreated);
        let created = if created.is_missing() { metrics_created } else { created };
        let stamp = Stamp::if_stated(created.time(&self.time))?;
        let usage = usage(row)?;
        let user = row.text(Slot::User).or_else(|| user_in_metrics(row)).map(without_secret);
        let account = user.clone().or_else(|| row.name(&ACCOUNT));
        let endpoint = row.text(Slot::Url);
        let model = row.name(&[Slot::Requested, Slot::Model]);
        let is_other = model.is_none()
            && usage == Usage::default()
            && endpoint.as_ref().is_some_and(|url| !is_model_call(url.as_str()));
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: if is_other { Granularity::Activity } else { Granularity::Exchange },
            request_id: row.text(Slot::Id),
            account_id: account.unwrap_or(UNATTRIBUTED.into()),
            org_id: row.name(&[Slot::Organization, Slot::Workspace]),
            user_id: user,
            api_key_id: row.name(&[Slot::Key, Slot::VirtualKey]),
            session_id: row.text(Slot::Trace),
            pathway: Some("gateway".into()),
            endpoint,
            model,
            status: row.status(Slot::Status),
            stop_reason: row.text(Slot::StopReason),
            error: row.text(Slot::Error),
            input_tokens: usage.input,
            output_tokens: usage.output,
            cached_tokens: usage.cached,
            reasoning_tokens: usage.reasoning,
            latency_ms: row.real(Slot::Duration, "response_time")?.map(latency_ms).transpose()?,
            // Chosen by the caller, who must not decide whether the record can be read.
            max_tokens: row.count(Slot::MaxTokens, "max_tokens").unwrap_or_default(),
            temperature: row.real(Slot::Temperature, "temperature").unwrap_or_default(),
            client_ip: row.name(&[Slot::Visitor, Slot::RealIp, Slot::Forwarded]),
            country: row.text(Slot::Country),
            user_agent: row.text(Slot::UserAgent),
            tools: row.text(Slot::Tools),
            cost: row.take(Slot::Cents).real("cost", CENT)?,
            system_hash: row.instruction(Slot::Prompt),
            prompt_hash: row.hash(Slot::Prompt),
            response_hash: row.hash(Slot::Response),
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}

fn usage(row: &mut Row<'_, '_>) -> Result<Usage, Reason> {
    let body_input = row.count(Slot::BodyInput, "prompt_tokens")?;
    let body_output = row.count(Slot::BodyOutput, "completion_tokens")?;
    let usage = Usage {
        input: row.count(Slot::Input, "req_units")?.or(body_input),
        output: row.count(Slot::Output, "res_units")?.or(body_output),
        cached: row.count(Slot::Cached, "cached_tokens")?,
        written: None,
        reasoning: row.count(Slot::Reasoning, "reasoning_tokens")?,
        total: row.count(Slot::Total, "total_units")?,
    };
    Ok(usage.settled())
}

/// The metrics of a log object hold metadata as one list of keys and one of values.
fn user_in_metrics<'a>(row: &mut Row<'_, 'a>) -> Option<Text<'a>> {
    let list = |text: Option<Text<'_>>| serde_json::from_str::<Vec<Value>>(text?.as_str()).ok();
    let keys = list(row.text(Slot::MetricsKeys))?;
    let values = list(row.text(Slot::MetricsValues))?;
    let at = keys.iter().position(|key| key.as_str() == Some("_user"))?;
    let user = values.get(at)?.as_str().filter(|user| !user.is_empty())?;
    Some(user.to_owned().into())
}

//! Databricks model serving: the usage table of endpoints and their inference tables.

use serde_json::Value;

use super::slots::{Row, Slots, UNATTRIBUTED, fixed_reader, give, slots};
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::{Scalar, latency_ms};
use crate::ingest::time::{Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity};

/// See [`Format::doc`].
pub(super) struct Databricks;

slots!(Slot {
    Time: Value["request_time"],
    TimeMs: Value["timestamp_ms"],
    RequestId: Value["databricks_request_id"],
    ClientId: Value["client_request_id"],
    Requester: Value["requester"],
    Account: Value["account_id"],
    Workspace: Value["workspace_id"],
    EndUser: Value["usage_context.end_user_to_charge", "usage_context.user_id"],
    Entity: Value["served_entity_id"],
    Endpoint: Value["endpoint_name", "request_metadata.endpoint_name"],
    Model: Value["served_entity_name", "entity_name", "request_metadata.model_name"],
    AskedModel: Value["request.model"],
    Status: Value["status_code"],
    Duration: Value["execution_duration_ms", "execution_time_ms"],
    Input: Value["input_token_count"],
    Output: Value["output_token_count"],
    BodyInput: Value["response.usage.prompt_tokens"],
    BodyOutput: Value["response.usage.completion_tokens"],
    Cached: Value["response.usage.prompt_tokens_details.cached_tokens"],
    StopReason: Value["response.choices.finish_reason"],
    MaxTokens: Value["request.max_tokens"],
    Temperature: Value["request.temperature"],
    Tools: Names["request.tools"],
    Prompt: Fingerprint["request.messages", "request.prompt"],
    Response: Fingerprint["response.choices.message.content"],
});

impl Format for Databricks {
    fn id(&self) -> &'static str {
        "databricks"
    }

    fn title(&self) -> &'static str {
        "Databricks serving log"
    }

    fn doc(&self) -> &'static str {
        "Exports of system.serving.endpoint_usage and of inference tables, one exchange a row. The \
         usage table has requester, status and tokens, and names the model only by the id of the \
         served entity unless it was joined; the inference table has request and answer as text, \
         and may be sampled (sampling_fraction). Both have the same databricks_request_id: \
         imported together a call is counted twice. No address, no user agent. Written from \
         Databricks' published schemas; a real export was not seen."
    }

    fn containers(&self) -> &'static str {
        "CSV, JSON lines, JSON array"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let is = |v: &Value| {
            let has = |key: &str| v.get(key).is_some();
            has("databricks_request_id") && (has("request_time") || has("timestamp_ms"))
        };
        Score::of(sample.share(is), 0.97, "databricks_request_id and its time")
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
        let shape = Call { time: TimeParser::new(options.timezone.clone()) };
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &[], shape)
    }
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "databricks",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Time, Slot::TimeMs]),
            Slot::map(Field::RequestId, &[Slot::RequestId, Slot::ClientId]),
            Slot::map(Field::AccountId, &[Slot::Requester, Slot::Workspace, Slot::Account])
                .or(UNATTRIBUTED),
            Slot::map(Field::OrgId, &[Slot::Workspace, Slot::Account]),
            Slot::map(Field::UserId, &[Slot::EndUser]),
            FieldMap::constant(Field::Pathway, "cloud"),
            Slot::map(Field::Endpoint, &[Slot::Endpoint]),
            Slot::map(Field::Model, &[Slot::Model, Slot::AskedModel, Slot::Entity]),
            Slot::map(Field::Status, &[Slot::Status]),
            Slot::map(Field::StopReason, &[Slot::StopReason]),
            Slot::map(Field::InputTokens, &[Slot::Input, Slot::BodyInput]),
            Slot::map(Field::OutputTokens, &[Slot::Output, Slot::BodyOutput]),
            Slot::map(Field::CachedTokens, &[Slot::Cached]),
            Slot::map(Field::LatencyMs, &[Slot::Duration]),
            Slot::map(Field::MaxTokens, &[Slot::MaxTokens]),
            Slot::map(Field::Temperature, &[Slot::Temperature]),
            Slot::map(Field::Tools, &[Slot::Tools]).note("names"),
            Slot::map(Field::PromptHash, &[Slot::Prompt]).note("fingerprint"),
            Slot::map(Field::ResponseHash, &[Slot::Response]).note("fingerprint"),
        ],
    )
}

/// What becomes of a row.
struct Call {
    time: TimeParser,
}

impl Shape for Call {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let (plain, epoch) = (row.take(Slot::Time), row.take(Slot::TimeMs));
        let stated = if plain.is_missing() { epoch } else { plain };
        let stamp = Stamp::if_stated(stated.time(&self.time))?;
        let account = row.name(&[Slot::Requester, Slot::Workspace, Slot::Account]);
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: Granularity::Exchange,
            request_id: row.name(&[Slot::RequestId, Slot::ClientId]),
            account_id: account.unwrap_or(UNATTRIBUTED.into()),
            org_id: row.name(&[Slot::Workspace, Slot::Account]),
            user_id: row.name(&[Slot::EndUser]),
            pathway: Some("cloud".into()),
            endpoint: row.text(Slot::Endpoint),
            model: row.name(&[Slot::Model, Slot::AskedModel, Slot::Entity]),
            status: row.status(Slot::Status),
            stop_reason: row.text(Slot::StopReason),
            input_tokens: row.first_count(&[Slot::Input, Slot::BodyInput])?,
            output_tokens: row.first_count(&[Slot::Output, Slot::BodyOutput])?,
            cached_tokens: row.count(Slot::Cached, "cached_tokens")?,
            latency_ms: row.real(Slot::Duration, "duration")?.map(latency_ms).transpose()?,
            // Chosen by the caller, who must not decide whether the record can be read.
            max_tokens: row.count(Slot::MaxTokens, "max_tokens").unwrap_or_default(),
            temperature: row.real(Slot::Temperature, "temperature").unwrap_or_default(),
            tools: row.text(Slot::Tools),
            system_hash: row.instruction(Slot::Prompt),
            prompt_hash: row.hash(Slot::Prompt),
            response_hash: row.hash(Slot::Response),
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}

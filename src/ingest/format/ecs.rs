//! Events in the Elastic Common Schema.

use serde_json::Value;

use super::buckets::DAY_S;
use super::calls::is_model_call;
use super::slots::{Row, Slots, UNATTRIBUTED, fixed_reader, give, slots, without_secret};
use super::tokens::Usage;
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::{Scalar, latency_ms};
use crate::ingest::time::{self, Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::time::SECOND_US;
use crate::model::{Exchange, Field, Granularity, Text, TimePrecision, TimeQuality};

/// See [`Format::doc`].
pub(super) struct Ecs;

slots!(Slot {
    Timestamp: Value["@timestamp"],
    Start: Value["event.start", "gcp.vertexai.prompt_response_logs.full_response.create_time"],
    Ticks: Value["azure.open_ai.properties.request_time"],
    Kind: Value["event.kind"],
    Action: Value["event.action"],
    Operation: Value["gen_ai.operation.name", "azure.open_ai.operation_name"],
    Path: Value["url.path", "url.original"],
    Category: Value["azure.open_ai.category"],
    AuditId: Value["openai.audit.id"],
    EventId: Value["event.id"],
    RequestId: Value[
        "gen_ai.response.id",
        "gen_ai.request.id",
        "http.request.id",
        "azure.open_ai.correlation_id",
        "aws_bedrock.invocation.request_id",
        "gcp.vertexai.prompt_response_logs.request_id",
    ],
    UserId: Value["user.id"],
    UserEmail: Value["user.email"],
    UserName: Value["user.name"],
    ModelUser: Value["gen_ai.user.id", "openai.base.user_id"],
    ObjectId: Value["azure.open_ai.properties.object_id"],
    ResourceId: Value["azure.open_ai.resource_id"],
    Organization: Value["organization.id"],
    CloudAccount: Value["cloud.account.id", "cloud.project.id", "openai.base.project_id"],
    Key: Value["openai.base.api_key_id"],
    Session: Value["gen_ai.conversation.id", "session.id"],
    ModelId: Value["gen_ai.request.model.id", "aws_bedrock.invocation.model_id"],
    Model: Value["gen_ai.request.model", "openai.base.model"],
    Served: Value[
        "gen_ai.response.model",
        "azure.open_ai.properties.model_name",
        "gcp.vertexai.prompt_response_logs.model",
    ],
    Status: Value["http.response.status_code", "azure.open_ai.result_signature"],
    Outcome: Value["event.outcome"],
    Error: Value["error.code", "error.type", "gen_ai.response.error_code"],
    StopReason: Value[
        "gen_ai.response.finish_reasons",
        "gcp.vertexai.prompt_response_logs.full_response.candidates.finish_reason",
    ],
    Input: Value[
        "gen_ai.usage.input_tokens",
        "gen_ai.usage.prompt_tokens",
        "openai.completions.input_tokens",
        "openai.embeddings.input_tokens",
        "gcp.vertexai.prompt_response_logs.full_response.usage_metadata.prompt_token_count",
    ],
    Output: Value[
        "gen_ai.usage.output_tokens",
        "gen_ai.usage.completion_tokens",
        "openai.completions.output_tokens",
        "gcp.vertexai.prompt_response_logs.full_response.usage_metadata.candidates_token_count",
    ],
    Cached: Value[
        "gen_ai.usage.cache_read.input_tokens",
        "openai.completions.input_cached_tokens",
        "gcp.vertexai.prompt_response_logs.full_response.usage_metadata.cached_content_token_count",
    ],
    Thoughts: Value[
        "gcp.vertexai.prompt_response_logs.full_response.usage_metadata.thoughts_token_count",
    ],
    Total: Value[
        "gen_ai.usage.total_tokens",
        "gcp.vertexai.prompt_response_logs.full_response.usage_metadata.total_token_count",
    ],
    Requests: Value["openai.base.num_model_requests"],
    IntervalEnd: Value["openai.base.end_time"],
    Duration: Value["event.duration"],
    Latency: Value["gcp.vertexai.prompt_response_logs.metadata.request_latency"],
    Address: Value["source.ip", "client.ip", "azure.open_ai.caller_ip_address"],
    Asn: Value["source.as.number"],
    Country: Value["source.geo.country_iso_code", "client.geo.country_iso_code"],
    Region: Value["cloud.region", "azure.open_ai.location"],
    UserAgent: Value["user_agent.original"],
    Device: Value["tls.client.ja3", "tls.client.ja4"],
});

/// Milliseconds of one nanosecond, the unit of `event.duration`.
const NANOSECOND: f64 = 1e-6;

/// Starts of keys under which integrations keep what they read of a model's logs.
const OF_MODELS: [&str; 5] = ["gen_ai", "azure.open_ai", "aws_bedrock", "gcp.vertexai", "openai"];

impl Format for Ecs {
    fn id(&self) -> &'static str {
        "ecs"
    }

    fn title(&self) -> &'static str {
        "Elastic Common Schema events"
    }

    fn doc(&self) -> &'static str {
        "Events as Elastic's integrations store them, keys nested or dotted, with user, address, \
         country, network, user agent and TLS fingerprint as far as the source had them. Reads the \
         ECS fields, gen_ai and the fields of Elastic's integrations for Azure OpenAI, Bedrock, \
         Vertex AI and OpenAI; four real events of three integrations were seen. An event with a \
         model, with tokens, or with the path of a model call is an exchange, an OpenAI usage event \
         a usage bucket, anything else an activity. event.duration counts nanoseconds. What the \
         source wrote itself (event.original) stays in the record and is not read. Dates of Kibana's \
         CSV state no zone."
    }

    fn containers(&self) -> &'static str {
        "JSON lines, JSON array, hits with _source, CSV as Kibana exports it"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let share = sample.share(|v| is_event(inside(v)));
        let of_models = sample.share(|v| names_a_model(inside(v)));
        (share > 0.0).then(|| {
            let percent = (share * 100.0).round();
            let of_models = (of_models * 100.0).round();
            let why = format!(
                "{percent} % of the records have @timestamp and ECS keys, {of_models} % those of \
                 an integration for models"
            );
            Score { confidence: share * if of_models > 0.0 { 0.95 } else { 0.7 }, why }
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
        let shape = Event { time: TimeParser::new(options.timezone.clone()) };
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &["_source"], shape)
    }
}

/// The document in a search hit.
fn inside(value: &Value) -> &Value {
    value.get("_source").filter(|source| source.is_object()).unwrap_or(value)
}

fn is_event(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    let is_ecs = |key: &String| {
        let top = key.split('.').next().unwrap_or_default();
        matches!(top, "ecs" | "event" | "data_stream") && (top != key || object[key].is_object())
    };
    object.contains_key("@timestamp") && object.keys().any(is_ecs)
}

/// Whether a key of an integration for models is there, nested or dotted.
fn names_a_model(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    OF_MODELS.iter().any(|prefix| {
        let pointer = format!("/{}", prefix.replace('.', "/"));
        value.pointer(&pointer).is_some_and(Value::is_object)
            || object.keys().any(|key| key.strip_prefix(prefix).is_some_and(|k| k.starts_with('.')))
    })
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "ecs",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Ticks, Slot::Start, Slot::Timestamp])
                .note("the start where the event states it"),
            Slot::map(Field::RequestId, &[Slot::RequestId, Slot::AuditId, Slot::EventId]),
            Slot::map(Field::AccountId, &ACCOUNT).or(UNATTRIBUTED),
            Slot::map(Field::OrgId, &ORGANIZATION).note("of a resource, the subscription"),
            Slot::map(Field::ApiKeyId, &[Slot::Key]),
            Slot::map(Field::SessionId, &[Slot::Session]),
            FieldMap::constant(Field::Pathway, "cloud"),
            Slot::map(Field::Endpoint, &ENDPOINT),
            Slot::map(Field::Model, &MODEL),
            Slot::map(Field::Status, &[Slot::Status]),
            Slot::map(Field::StopReason, &[Slot::StopReason]),
            Slot::map(Field::Error, &[Slot::Error, Slot::Outcome])
                .note("else \"failure\" where the outcome says so"),
            Slot::map(Field::InputTokens, &[Slot::Input]).note("with what went through a cache"),
            Slot::map(Field::OutputTokens, &[Slot::Output]).note("with thoughts"),
            Slot::map(Field::CachedTokens, &[Slot::Cached]),
            Slot::map(Field::ReasoningTokens, &[Slot::Thoughts]),
            Slot::map(Field::LatencyMs, &[Slot::Latency, Slot::Duration])
                .note("event.duration counts nanoseconds"),
            Slot::map(Field::ClientIp, &[Slot::Address]),
            Slot::map(Field::Asn, &[Slot::Asn]),
            Slot::map(Field::Country, &[Slot::Country]),
            Slot::map(Field::Region, &[Slot::Region]),
            Slot::map(Field::UserAgent, &[Slot::UserAgent]),
            Slot::map(Field::DeviceId, &[Slot::Device]),
        ],
    )
}

/// Whom an event is attributed to, in order of preference.
const ACCOUNT: [Slot; 7] = [
    Slot::UserId,
    Slot::ModelUser,
    Slot::UserEmail,
    Slot::UserName,
    Slot::ObjectId,
    Slot::ResourceId,
    Slot::CloudAccount,
];
const ORGANIZATION: [Slot; 3] = [Slot::Organization, Slot::CloudAccount, Slot::ResourceId];
const MODEL: [Slot; 3] = [Slot::ModelId, Slot::Model, Slot::Served];
const ENDPOINT: [Slot; 3] = [Slot::Operation, Slot::Action, Slot::Path];

/// What becomes of a record.
struct Event {
    time: TimeParser,
}

impl Shape for Event {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let stated = self.start(row);
        let usage = usage(row)?;
        let model = row.name(&MODEL);
        let granularity = granularity(row, model.is_some() || usage != Usage::default());
        let is_bucket = granularity == Granularity::Bucket;
        // What counts an interval that is not known counts nothing.
        let stamp = if is_bucket { stated? } else { Stamp::if_stated(stated)? };
        let usage = if is_bucket { usage } else { usage.settled() };
        let status = row.status(Slot::Status);
        let interval_s = is_bucket.then(|| self.interval_s(row, stamp)).flatten();
        let stamp = if interval_s >= Some(DAY_S) { day(stamp) } else { stamp };
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity,
            requests: row.count(Slot::Requests, "num_model_requests")?.filter(|_| is_bucket),
            interval_s,
            request_id: row.name(&[Slot::RequestId, Slot::AuditId, Slot::EventId]),
            account_id: row.name(&ACCOUNT).map_or(UNATTRIBUTED.into(), account_of_resource),
            org_id: row.name(&ORGANIZATION).map(subscription),
            api_key_id: row.text(Slot::Key).map(without_secret),
            session_id: row.text(Slot::Session),
            pathway: Some("cloud".into()),
            endpoint: row.name(&ENDPOINT),
            model,
            status,
            stop_reason: row.text(Slot::StopReason).map(first_of_list),
            error: error(row),
            input_tokens: usage.input,
            output_tokens: usage.output,
            cached_tokens: usage.cached,
            reasoning_tokens: usage.reasoning,
            latency_ms: latency(row)?,
            client_ip: row.text(Slot::Address),
            asn: row.text(Slot::Asn),
            country: row.text(Slot::Country),
            region: row.text(Slot::Region),
            user_agent: row.text(Slot::UserAgent),
            device_id: row.text(Slot::Device),
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}

impl Event {
    /// When it started, as far as it says: Azure's and Google's `@timestamp` is when the call
    /// was logged.
    fn start(&self, row: &mut Row<'_, '_>) -> Result<Stamp, Reason> {
        let timestamp = row.take(Slot::Timestamp);
        let ticks = row.text(Slot::Ticks).and_then(|ticks| ticks.as_str().parse().ok());
        if let Some(Ok(stamp)) = ticks.map(time::dotnet_ticks) {
            return Ok(stamp);
        }
        Stamp::first(row.take(Slot::Start).time(&self.time), || timestamp.time(&self.time))
    }

    fn interval_s(&self, row: &mut Row<'_, '_>, start: Stamp) -> Option<u32> {
        let end = row.take(Slot::IntervalEnd).time(&self.time).ok()?;
        u32::try_from((end.at.0 - start.at.0) / SECOND_US).ok()
    }
}

/// Buckets of a day that start together say nothing about calls at the same moment.
fn day(stamp: Stamp) -> Stamp {
    Stamp { quality: TimeQuality::Day, precision: TimePrecision::Day, ..stamp }
}

fn granularity(row: &mut Row<'_, '_>, is_of_model: bool) -> Granularity {
    let kind = row.text(Slot::Kind);
    if kind.is_some_and(|kind| kind.as_str() == "metric") {
        return Granularity::Bucket;
    }
    let is_call = |text: Option<Text<'_>>, is: &dyn Fn(&str) -> bool| {
        text.is_some_and(|text| is(text.as_str()))
    };
    let is_request = is_call(row.text(Slot::Category), &|word| word == "RequestResponse");
    let by_path = is_call(row.name(&[Slot::Path]), &is_model_call);
    if is_of_model || is_request || by_path { Granularity::Exchange } else { Granularity::Activity }
}

fn usage(row: &mut Row<'_, '_>) -> Result<Usage, Reason> {
    Ok(Usage {
        input: row.count(Slot::Input, "input_tokens")?,
        output: row.count(Slot::Output, "output_tokens")?,
        cached: row.count(Slot::Cached, "cached_tokens")?,
        written: None,
        reasoning: row.count(Slot::Thoughts, "thoughts_token_count")?,
        total: row.count(Slot::Total, "total_tokens")?,
    })
}

fn error<'a>(row: &mut Row<'_, 'a>) -> Option<Text<'a>> {
    let failed = row.text(Slot::Outcome).filter(|outcome| outcome.as_str() == "failure");
    row.text(Slot::Error).or(failed)
}

/// The latency that the service measured, else how long the event took.
fn latency(row: &mut Row<'_, '_>) -> Result<Option<f64>, Reason> {
    let measured = row.real(Slot::Latency, "request_latency")?;
    let duration = row.take(Slot::Duration).real("event.duration", NANOSECOND)?;
    measured.or(duration).map(latency_ms).transpose()
}

/// Of a list of one text, the text.
fn first_of_list(text: Text<'_>) -> Text<'_> {
    let list = serde_json::from_str::<Vec<String>>(text.as_str()).ok();
    list.and_then(|list| list.into_iter().next()).map_or(text, Text::from)
}

/// The account in the id of an Azure resource; any other name as it is.
fn account_of_resource(name: Text<'_>) -> Text<'_> {
    part_after(name, "ACCOUNTS")
}

/// The subscription in the id of an Azure resource; any other name as it is.
fn subscription(name: Text<'_>) -> Text<'_> {
    part_after(name, "SUBSCRIPTIONS")
}

fn part_after<'a>(name: Text<'a>, key: &str) -> Text<'a> {
    if !name.as_str().starts_with('/') {
        return name;
    }
    let mut parts = name.as_str().split('/').skip_while(|part| !part.eq_ignore_ascii_case(key));
    let part = parts.nth(1).filter(|part| !part.is_empty()).map(str::to_owned);
    part.map_or(name, Text::from)
}

#[cfg(test)]
mod tests {
    use crate::ingest::testing::read_text;

    #[test]
    fn an_answer_of_elasticsearch_is_a_list_of_its_hits() {
        let event = "{\"_index\":\"logs\",\"_id\":\"1\",\"_source\":{\"@timestamp\":\
                     \"2026-03-01T10:00:00Z\",\"ecs\":{\"version\":\"8.11\"},\
                     \"user\":{\"id\":\"u1\"},\"event\":{\"action\":\"chat\"},\
                     \"gen_ai\":{\"request\":{\"model\":\"m\"}}}}";
        let answer = format!(
            "{{\"took\":3,\"timed_out\":false,\"_shards\":{{\"total\":1}},\
             \"hits\":{{\"total\":{{\"value\":2}},\"max_score\":1.0,\"hits\":[{event},{event}]}}}}"
        );
        let (detection, read) = read_text("search.json", &answer).expect("read");
        assert_eq!(detection.format, "ecs");
        assert_eq!((read.exchanges, read.rejects.len()), (2, 0));
        assert_eq!(read.accounts(), ["u1"]);
    }
}

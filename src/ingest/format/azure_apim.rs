//! Azure API Management: gateway logs and the log of its language model gateway.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::azure_openai::part_after;
use super::slots::{Row, Slots, UNATTRIBUTED, fixed_reader, give, slots};
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::{Scalar, latency_ms};
use crate::ingest::time::{Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity, TimeQuality};

/// See [`Format::doc`].
pub(super) struct AzureApim;

// Storage and Event Hubs write diagnostics with camelCase properties; Log Analytics writes
// tables with PascalCase columns. Bodies are JSON texts, logged at the front, the back or both.
slots!(Slot {
    Time: Value["time", "TimeGenerated"],
    TimeUtc: Value["TimeGenerated [UTC]"],
    Category: Value["category", "Category", "Type"],
    CorrelationId: Value["correlationId", "CorrelationId", "properties.correlationId"],
    Address: Value["callerIpAddress", "CallerIpAddress"],
    Duration: Value["durationMs", "TotalTime"],
    ResourceId: Value["resourceId", "_ResourceId"],
    Location: Value["location", "Region", "properties.region"],
    Operation: Value["properties.operationId", "OperationId"],
    OperationName: Value["operationName", "OperationName"],
    Status: Value["properties.responseCode", "ResponseCode"],
    Url: Value["properties.url", "Url"],
    Subscription: Value["properties.apimSubscriptionId", "ApimSubscriptionId"],
    User: Value["properties.userId", "UserId"],
    Failure: Value["properties.lastError.reason", "LastErrorReason"],
    Sequence: Value["properties.sequenceNumber", "SequenceNumber"],
    Input: Value["properties.promptTokens", "PromptTokens"],
    Output: Value["properties.completionTokens", "CompletionTokens"],
    ModelName: Value["properties.modelName", "ModelName"],
    Deployment: Value["properties.deploymentName", "DeploymentName"],
    Messages: Fingerprint["properties.requestMessages", "RequestMessages"],
    Answers: Fingerprint["properties.responseMessages", "ResponseMessages"],
    AskedModel: Value[
        "properties.requestBody.model", "properties.backendRequestBody.model",
        "RequestBody.model", "BackendRequestBody.model",
    ],
    MaxTokens: Value[
        "properties.requestBody.max_tokens", "properties.backendRequestBody.max_tokens",
        "properties.requestBody.max_completion_tokens",
        "properties.backendRequestBody.max_completion_tokens",
        "RequestBody.max_tokens", "BackendRequestBody.max_tokens",
    ],
    Temperature: Value[
        "properties.requestBody.temperature", "properties.backendRequestBody.temperature",
        "RequestBody.temperature", "BackendRequestBody.temperature",
    ],
    Tools: Names[
        "properties.requestBody.tools", "properties.backendRequestBody.tools",
        "RequestBody.tools", "BackendRequestBody.tools",
    ],
    Prompt: Fingerprint[
        "properties.requestBody.messages", "properties.backendRequestBody.messages",
        "RequestBody.messages", "BackendRequestBody.messages",
    ],
    BodyModel: Value[
        "properties.responseBody.model", "properties.backendResponseBody.model",
        "ResponseBody.model", "BackendResponseBody.model",
    ],
    BodyInput: Value[
        "properties.responseBody.usage.prompt_tokens",
        "properties.backendResponseBody.usage.prompt_tokens",
        "properties.responseBody.usage.input_tokens",
        "properties.backendResponseBody.usage.input_tokens",
        "ResponseBody.usage.prompt_tokens", "BackendResponseBody.usage.prompt_tokens",
    ],
    BodyOutput: Value[
        "properties.responseBody.usage.completion_tokens",
        "properties.backendResponseBody.usage.completion_tokens",
        "properties.responseBody.usage.output_tokens",
        "properties.backendResponseBody.usage.output_tokens",
        "ResponseBody.usage.completion_tokens", "BackendResponseBody.usage.completion_tokens",
    ],
    Cached: Value[
        "properties.responseBody.usage.prompt_tokens_details.cached_tokens",
        "properties.backendResponseBody.usage.prompt_tokens_details.cached_tokens",
        "ResponseBody.usage.prompt_tokens_details.cached_tokens",
        "BackendResponseBody.usage.prompt_tokens_details.cached_tokens",
    ],
    Reasoning: Value[
        "properties.responseBody.usage.completion_tokens_details.reasoning_tokens",
        "properties.backendResponseBody.usage.completion_tokens_details.reasoning_tokens",
        "ResponseBody.usage.completion_tokens_details.reasoning_tokens",
        "BackendResponseBody.usage.completion_tokens_details.reasoning_tokens",
    ],
    StopReason: Value[
        "properties.responseBody.choices.finish_reason",
        "properties.backendResponseBody.choices.finish_reason",
        "ResponseBody.choices.finish_reason", "BackendResponseBody.choices.finish_reason",
    ],
    BodyError: Value[
        "properties.responseBody.error.code", "properties.backendResponseBody.error.code",
        "ResponseBody.error.code", "BackendResponseBody.error.code",
    ],
    Response: Fingerprint[
        "properties.responseBody.choices.message.content",
        "properties.backendResponseBody.choices.message.content",
        "ResponseBody.choices.message.content", "BackendResponseBody.choices.message.content",
    ],
});

impl Format for AzureApim {
    fn id(&self) -> &'static str {
        "azure_apim"
    }

    fn title(&self) -> &'static str {
        "Azure API Management gateway log"
    }

    fn doc(&self) -> &'static str {
        "GatewayLogs hold address, status and duration of every call of an API; where bodies are \
         logged, also model, tokens and fingerprints. Calls of paths that run a model are \
         exchanges, others activities. ApiManagementGatewayLlmLog (GatewayLlmLogs) holds tokens \
         and model; it writes one call in several rows, numbered by SequenceNumber: row 0, with \
         the tokens, is the exchange, the rows with messages are activities. A call is in both \
         logs under one correlation id, its request id: imported together it is counted twice. \
         The account is the subscription of API Management, else the user, else the service. Real \
         GatewayLogs were seen, the other log only as a published table."
    }

    fn containers(&self) -> &'static str {
        "JSON lines (PT1H.json), JSON with a list \"records\", CSV of Log Analytics"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        Score::of(sample.share(is_gateway_log), 0.98, "a category of API Management")
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
        let time = TimeParser::new(options.timezone.clone());
        let shape = Entry { time, utc: TimeParser::new(TimeZone::UTC) };
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &[], shape)
    }
}

fn is_gateway_log(value: &Value) -> bool {
    let named = ["category", "Category", "Type"].iter().any(|key| {
        let category = value.get(key).and_then(Value::as_str).unwrap_or_default();
        matches!(
            category,
            "GatewayLogs"
                | "GatewayLlmLogs"
                | "ApiManagementGatewayLogs"
                | "ApiManagementGatewayLlmLog"
        )
    });
    let has = |keys: &[&str]| keys.iter().all(|key| value.get(key).is_some());
    named
        || has(&["CorrelationId", "SequenceNumber", "PromptTokens"])
        || has(&["CorrelationId", "ApimSubscriptionId", "ResponseCode"])
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "azure_apim",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Time, Slot::TimeUtc]),
            Slot::map(Field::RequestId, &[Slot::CorrelationId]),
            Slot::map(Field::AccountId, &[Slot::Subscription, Slot::User, Slot::ResourceId])
                .or(UNATTRIBUTED)
                .note("of a resource, the service's name"),
            Slot::map(Field::OrgId, &[Slot::ResourceId]).note("the Azure subscription"),
            Slot::map(Field::ApiKeyId, &[Slot::Subscription]),
            FieldMap::constant(Field::Pathway, "gateway"),
            Slot::map(Field::Endpoint, &[Slot::Operation, Slot::OperationName]),
            Slot::map(
                Field::Model,
                &[Slot::ModelName, Slot::BodyModel, Slot::AskedModel, Slot::Deployment],
            ),
            Slot::map(Field::Status, &[Slot::Status]),
            Slot::map(Field::StopReason, &[Slot::StopReason]),
            Slot::map(Field::Error, &[Slot::BodyError, Slot::Failure]),
            Slot::map(Field::InputTokens, &[Slot::Input, Slot::BodyInput])
                .note("cached ones included"),
            Slot::map(Field::OutputTokens, &[Slot::Output, Slot::BodyOutput]),
            Slot::map(Field::CachedTokens, &[Slot::Cached]),
            Slot::map(Field::ReasoningTokens, &[Slot::Reasoning]),
            Slot::map(Field::LatencyMs, &[Slot::Duration]),
            Slot::map(Field::MaxTokens, &[Slot::MaxTokens]),
            Slot::map(Field::Temperature, &[Slot::Temperature]),
            Slot::map(Field::ClientIp, &[Slot::Address]),
            Slot::map(Field::Region, &[Slot::Location]),
            Slot::map(Field::Tools, &[Slot::Tools]).note("names"),
            Slot::map(Field::PromptHash, &[Slot::Prompt, Slot::Messages]).note("fingerprint"),
            Slot::map(Field::ResponseHash, &[Slot::Response, Slot::Answers]).note("fingerprint"),
        ],
    )
}

/// What becomes of a record.
struct Entry {
    time: TimeParser,
    utc: TimeParser,
}

impl Shape for Entry {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let stamp = Stamp::if_stated(self.stamp(row))?;
        let sequence = row.count(Slot::Sequence, "SequenceNumber")?;
        let input = row.first_count(&[Slot::Input, Slot::BodyInput])?;
        let granularity = granularity(row, sequence, input.is_some());
        let resource = row.text(Slot::ResourceId).unwrap_or_default();
        let subscription = row.name(&[Slot::Subscription]);
        let account = row.name(&[Slot::Subscription, Slot::User]);
        let account = account.or_else(|| part_after(&resource, "SERVICE"));
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity,
            request_id: row.text(Slot::CorrelationId),
            account_id: account.unwrap_or(UNATTRIBUTED.into()),
            org_id: part_after(&resource, "SUBSCRIPTIONS"),
            api_key_id: subscription,
            pathway: Some("gateway".into()),
            endpoint: row.name(&[Slot::Operation, Slot::OperationName]),
            model: row.name(&[
                Slot::ModelName,
                Slot::BodyModel,
                Slot::AskedModel,
                Slot::Deployment,
            ]),
            status: row.status(Slot::Status),
            stop_reason: row.text(Slot::StopReason),
            error: row.name(&[Slot::BodyError, Slot::Failure]),
            input_tokens: input,
            output_tokens: row.first_count(&[Slot::Output, Slot::BodyOutput])?,
            cached_tokens: row.count(Slot::Cached, "cached_tokens")?,
            reasoning_tokens: row.count(Slot::Reasoning, "reasoning_tokens")?,
            latency_ms: row.real(Slot::Duration, "durationMs")?.map(latency_ms).transpose()?,
            // Chosen by the caller, who must not decide whether the record can be read.
            max_tokens: row.count(Slot::MaxTokens, "max_tokens").unwrap_or_default(),
            temperature: row.real(Slot::Temperature, "temperature").unwrap_or_default(),
            client_ip: row.text(Slot::Address),
            region: row.text(Slot::Location),
            tools: row.text(Slot::Tools),
            system_hash: (row.instruction(Slot::Prompt))
                .or_else(|| row.instruction(Slot::Messages)),
            prompt_hash: row.hash(Slot::Prompt).or_else(|| row.hash(Slot::Messages)),
            response_hash: row.hash(Slot::Response).or_else(|| row.hash(Slot::Answers)),
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}

impl Entry {
    /// When the gateway began with the call. A column of Log Analytics may state UTC in its name.
    fn stamp(&self, row: &mut Row<'_, '_>) -> Result<Stamp, Reason> {
        let utc = row.take(Slot::TimeUtc);
        if utc.is_missing() {
            return row.take(Slot::Time).time(&self.time);
        }
        Ok(Stamp { quality: TimeQuality::Exact, ..utc.time(&self.utc)? })
    }
}

/// A row with a number is of the language model log: row 0 stands for the call. Of gateway logs,
/// calls of a path that runs a model do, and those whose answer counts tokens.
fn granularity(row: &Row<'_, '_>, sequence: Option<u64>, counted: bool) -> Granularity {
    let category = row.name(&[Slot::Category]).unwrap_or_default();
    let call = match sequence {
        Some(number) => number == 0,
        None if category.as_str().contains("Llm") => true,
        None => counted || row.name(&[Slot::Url]).is_some_and(|url| runs_a_model(url.as_str())),
    };
    if call { Granularity::Exchange } else { Granularity::Activity }
}

/// Ends of the paths under which models are called, of the APIs that gateways stand before.
const PATHS: [&str; 14] = [
    "/completions",
    "/embeddings",
    "/responses",
    "/messages",
    "/images/generations",
    "/images/edits",
    "/audio/speech",
    "/audio/transcriptions",
    "/audio/translations",
    "/invoke",
    "/converse",
    "/converse-stream",
    ":generateContent",
    ":streamGenerateContent",
];

fn runs_a_model(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    PATHS.iter().any(|end| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_run_a_model_are_known_by_their_end() {
        assert!(runs_a_model("https://x/deployments/d/chat/completions?api-version=1"));
        assert!(runs_a_model("https://x/v1/responses/"));
        assert!(runs_a_model("https://x/v1/models/m:generateContent"));
        assert!(!runs_a_model("https://x/v1/models?next=/completions"));
        assert!(!runs_a_model("https://x/orders"));
    }
}

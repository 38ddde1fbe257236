//! Amazon Bedrock model invocation logs.

use serde_json::Value;

use super::slots::{Row, Slots, aws_identity, fixed_reader, slots};
use super::{Format, Score, WRAPPER_KEYS};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::{Scalar, latency_ms};
use crate::ingest::time::Stamp;
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity, Text};

/// See [`Format::doc`].
pub(super) struct Bedrock;

slots!(Slot {
    Timestamp: Value ["timestamp"],
    AccountId: Value ["accountId"],
    Arn: Value ["identity.arn"],
    Region: Value ["region"],
    RequestId: Value ["requestId"],
    Operation: Value ["operation"],
    ModelId: Value ["modelId"],
    Error: Value ["errorCode"],
    Status: Value ["status"],
    Input: Value ["input.inputTokenCount"],
    InputUsage: Value [
        "output.outputBodyJson.usage.inputTokens",
        "output.outputBodyJson.usage.input_tokens",
        "output.outputBodyJson.message.usage.input_tokens",
    ],
    InputMetric: Value ["output.outputBodyJson.amazon-bedrock-invocationMetrics.inputTokenCount"],
    Output: Value ["output.outputTokenCount"],
    OutputUsage: Value [
        "output.outputBodyJson.usage.outputTokens",
        "output.outputBodyJson.usage.output_tokens",
    ],
    OutputMetric: Value [
        "output.outputBodyJson.amazon-bedrock-invocationMetrics.outputTokenCount",
    ],
    Total: Value ["output.outputBodyJson.usage.totalTokens"],
    CacheRead: Value ["input.cacheReadInputTokenCount", "cacheReadInputTokenCount"],
    CacheReadUsage: Value [
        "output.outputBodyJson.usage.cacheReadInputTokens",
        "output.outputBodyJson.usage.cacheReadInputTokenCount",
        "output.outputBodyJson.usage.cache_read_input_tokens",
        "output.outputBodyJson.message.usage.cache_read_input_tokens",
    ],
    CacheWrite: Value ["input.cacheWriteInputTokenCount", "cacheWriteInputTokenCount"],
    CacheWriteUsage: Value [
        "output.outputBodyJson.usage.cacheWriteInputTokens",
        "output.outputBodyJson.usage.cacheWriteInputTokenCount",
        "output.outputBodyJson.usage.cache_creation_input_tokens",
        "output.outputBodyJson.message.usage.cache_creation_input_tokens",
    ],
    Latency: Value [
        "output.outputBodyJson.metrics.latencyMs",
        "output.outputBodyJson.amazon-bedrock-invocationMetrics.invocationLatency",
    ],
    StopReason: Value [
        "output.outputBodyJson.stopReason",
        "output.outputBodyJson.stop_reason",
        "output.outputBodyJson.delta.stop_reason",
        "output.outputBodyJson.messageStop.stopReason",
        "output.outputBodyJson.results.completionReason",
    ],
    MaxTokens: Value [
        "input.inputBodyJson.max_tokens",
        "input.inputBodyJson.max_tokens_to_sample",
        "input.inputBodyJson.max_gen_len",
        "input.inputBodyJson.inferenceConfig.maxTokens",
        "input.inputBodyJson.textGenerationConfig.maxTokenCount",
    ],
    Temperature: Value [
        "input.inputBodyJson.temperature",
        "input.inputBodyJson.inferenceConfig.temperature",
        "input.inputBodyJson.textGenerationConfig.temperature",
    ],
    UserId: Value ["input.inputBodyJson.metadata.user_id"],
    Tools: Names ["input.inputBodyJson.tools", "input.inputBodyJson.toolConfig.tools"],
    System: Fingerprint ["input.inputBodyJson.system"],
    Prompt: Fingerprint [
        "input.inputBodyJson.messages",
        "input.inputBodyJson.prompt",
        "input.inputBodyJson.inputText",
    ],
    Response: Fingerprint [
        "output.outputBodyJson.output.message.content",
        "output.outputBodyJson.content",
        "output.outputBodyJson.completion",
        "output.outputBodyJson.results.outputText",
    ],
    Signature: Fingerprint [
        "output.outputBodyJson.content.signature",
        "output.outputBodyJson.delta.signature",
        "output.outputBodyJson.output.message.content.reasoningContent.reasoningText.signature",
    ],
    Replayed: Fingerprint [
        "input.inputBodyJson.messages.content.signature",
        "input.inputBodyJson.messages.content.reasoningContent.reasoningText.signature",
    ],
});

impl Format for Bedrock {
    fn id(&self) -> &'static str {
        "bedrock"
    }

    fn title(&self) -> &'static str {
        "Amazon Bedrock model invocation log"
    }

    fn doc(&self) -> &'static str {
        "One record a call with tokens, model, identity and, when switched on, prompt and answer. \
         Whole seconds; no address, no user agent, no key. The account is the user or the role \
         and session in identity.arn, with its AWS account (ann@123456789012). Input tokens include those read from and written to a cache."
    }

    fn containers(&self) -> &'static str {
        "JSON lines, single JSON objects, CloudWatch Logs exports and Insights results"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let typed = |v: &Value| v.get("schemaType") == Some(&Value::from("ModelInvocationLog"));
        let shaped = |v: &Value| {
            ["modelId", "operation", "requestId", "identity"].iter().all(|key| v.get(key).is_some())
        };
        let share = sample.share_inner(|v| typed(v) || shaped(v));
        if share == 0.0 {
            return None;
        }
        let certain = sample.share_inner(typed) > 0.0;
        let confidence = share * if certain { 0.99 } else { 0.85 };
        let percent = (share * 100.0).round();
        let sign = if certain { "schemaType ModelInvocationLog" } else { "modelId and operation" };
        Some(Score { confidence, why: format!("{percent} % of the records have {sign}") })
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
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &WRAPPER_KEYS, Invocation)
    }
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "bedrock",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Timestamp]).note("UTC, whole seconds"),
            Slot::map(Field::RequestId, &[Slot::RequestId]),
            Slot::map(Field::AccountId, &[Slot::Arn, Slot::AccountId])
                .note("user, or role/session, @AWS account"),
            Slot::map(Field::OrgId, &[Slot::AccountId]),
            Slot::map(Field::UserId, &[Slot::UserId]),
            FieldMap::constant(Field::Pathway, "cloud"),
            Slot::map(Field::Endpoint, &[Slot::Operation]),
            Slot::map(Field::Model, &[Slot::ModelId]).note("without the ARN around it"),
            Slot::map(Field::Status, &[Slot::Status]).note("where it is a number"),
            Slot::map(Field::StopReason, &[Slot::StopReason]),
            Slot::map(Field::Error, &[Slot::Error]),
            Slot::map(Field::InputTokens, &[Slot::Input, Slot::InputUsage, Slot::InputMetric])
                .note("plus cache reads and writes"),
            Slot::map(Field::OutputTokens, &[Slot::Output, Slot::OutputUsage, Slot::OutputMetric]),
            Slot::map(Field::CachedTokens, &[Slot::CacheRead, Slot::CacheReadUsage]),
            Slot::map(Field::LatencyMs, &[Slot::Latency]),
            Slot::map(Field::MaxTokens, &[Slot::MaxTokens]),
            Slot::map(Field::Temperature, &[Slot::Temperature]),
            Slot::map(Field::Region, &[Slot::Region]),
            Slot::map(Field::Tools, &[Slot::Tools]).note("names"),
            Slot::map(Field::SystemHash, &[Slot::System]).note("fingerprint"),
            Slot::map(Field::PromptHash, &[Slot::Prompt]).note("fingerprint"),
            Slot::map(Field::ResponseHash, &[Slot::Response]).note("fingerprint"),
            Slot::map(Field::ReasoningSignature, &[Slot::Signature])
                .note("fingerprint, the last one"),
            Slot::map(Field::ReplayedSignature, &[Slot::Replayed])
                .note("fingerprint, the last one"),
        ],
    )
}

/// What becomes of a record.
struct Invocation;

impl Shape for Invocation {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let stamp = Stamp::if_stated(row.utc_second(Slot::Timestamp))?;
        let org_id = row.text(Slot::AccountId);
        let endpoint = row.text(Slot::Operation);
        let tokens = Tokens::read(row)?;
        emit(&Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: granularity(endpoint.as_ref().map_or("", Text::as_str)),
            request_id: row.text(Slot::RequestId),
            account_id: account(row.text(Slot::Arn), org_id.as_ref())?,
            org_id,
            user_id: row.text(Slot::UserId),
            pathway: Some("cloud".into()),
            endpoint,
            model: row.text(Slot::ModelId).map(model),
            status: row.status(Slot::Status),
            stop_reason: row.text(Slot::StopReason),
            error: row.text(Slot::Error),
            input_tokens: tokens.input,
            output_tokens: tokens.output,
            cached_tokens: tokens.cached,
            latency_ms: row.real(Slot::Latency, "latencyMs")?.map(latency_ms).transpose()?,
            // Chosen by the caller, who must not decide whether the record can be read.
            max_tokens: row.count(Slot::MaxTokens, "max_tokens").unwrap_or_default(),
            temperature: row.real(Slot::Temperature, "temperature").unwrap_or_default(),
            region: row.text(Slot::Region),
            tools: row.text(Slot::Tools),
            system_hash: row.text(Slot::System),
            prompt_hash: row.hash(Slot::Prompt),
            response_hash: row.hash(Slot::Response),
            reasoning_signature: row.hash(Slot::Signature),
            replayed_signature: row.hash(Slot::Replayed),
            ..Exchange::default()
        });
        Ok(())
    }
}

/// Token counts with the input normalised to include cached tokens.
struct Tokens {
    input: Option<u64>,
    output: Option<u64>,
    cached: Option<u64>,
}

impl Tokens {
    fn read(row: &mut Row<'_, '_>) -> Result<Self, Reason> {
        let plain = row.first_count(&[Slot::Input, Slot::InputUsage, Slot::InputMetric])?;
        let output = row.first_count(&[Slot::Output, Slot::OutputUsage, Slot::OutputMetric])?;
        let cached = row.first_count(&[Slot::CacheRead, Slot::CacheReadUsage])?;
        let written = row.first_count(&[Slot::CacheWrite, Slot::CacheWriteUsage])?;
        let total = row.first_count(&[Slot::Total])?;
        let parts = cached.unwrap_or(0) + written.unwrap_or(0);
        // Bedrock counts cached tokens apart from the input, and the total shows it. Where the
        // total equals input plus output alone, they are in the input already.
        let included = total.is_some_and(|t| Some(t) == plain.zip(output).map(|(i, o)| i + o));
        let input = plain.map(|plain| if included { plain } else { plain + parts });
        Ok(Self { input, output, cached })
    }
}

/// Counting and listing are not calls of a model, though Bedrock logs them alike.
fn granularity(operation: &str) -> Granularity {
    let activity = ["List", "Get", "CountTokens"].iter().any(|start| operation.starts_with(start));
    if activity { Granularity::Activity } else { Granularity::Exchange }
}

fn account<'a>(arn: Option<Text<'a>>, org: Option<&Text<'a>>) -> Result<Text<'a>, Reason> {
    match arn {
        Some(arn) => Ok(aws_identity(arn.as_str()).map_or(arn, Text::from)),
        None => org.cloned().ok_or(Reason::Borrowed("identity.arn and accountId missing")),
    }
}

/// `arn:aws:bedrock:…:foundation-model/ID` → `ID`; the same for inference profiles.
fn model(id: Text<'_>) -> Text<'_> {
    if !id.as_str().starts_with("arn:") {
        return id;
    }
    match id.as_str().rsplit_once('/') {
        Some((_, name)) if !name.is_empty() => Text::from(name.to_owned()),
        _ => id,
    }
}

//! Google Vertex AI request-response logs, as exported from their BigQuery table.

use serde_json::Value;

use super::slots::{Row, Slots, UNATTRIBUTED, fixed_reader, give, slots};
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::{Scalar, latency_ms};
use crate::ingest::time::{Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity, Text, TimeQuality};

/// See [`Format::doc`].
pub(super) struct Vertex;

// The log writes snake_case; what passed through the API or a client library is camelCase.
slots!(Slot {
    Created: Value["full_response.create_time", "full_response.createTime"],
    Logged: Value["logging_time", "loggingTime"],
    RequestId: Value["request_id", "requestId"],
    ResponseId: Value["full_response.response_id", "full_response.responseId"],
    Endpoint: Value["endpoint"],
    Requested: Value["full_request.model"],
    Model: Value["model"],
    Deployed: Value["deployed_model_id", "deployedModelId"],
    Method: Value["api_method", "apiMethod"],
    StopReason: Value[
        "full_response.candidates.finish_reason",
        "full_response.candidates.finishReason",
    ],
    Input: Value[
        "full_response.usage_metadata.prompt_token_count",
        "full_response.usageMetadata.promptTokenCount",
    ],
    ToolInput: Value[
        "full_response.usage_metadata.tool_use_prompt_token_count",
        "full_response.usageMetadata.toolUsePromptTokenCount",
    ],
    Output: Value[
        "full_response.usage_metadata.candidates_token_count",
        "full_response.usageMetadata.candidatesTokenCount",
    ],
    Thoughts: Value[
        "full_response.usage_metadata.thoughts_token_count",
        "full_response.usageMetadata.thoughtsTokenCount",
    ],
    Cached: Value[
        "full_response.usage_metadata.cached_content_token_count",
        "full_response.usageMetadata.cachedContentTokenCount",
    ],
    Latency: Value["metadata.request_latency", "metadata.requestLatency"],
    MaxTokens: Value[
        "full_request.generation_config.max_output_tokens",
        "full_request.generationConfig.maxOutputTokens",
    ],
    Temperature: Value[
        "full_request.generation_config.temperature",
        "full_request.generationConfig.temperature",
    ],
    Tools: Names[
        "full_request.tools.function_declarations",
        "full_request.tools.functionDeclarations",
    ],
    System: Fingerprint["full_request.system_instruction", "full_request.systemInstruction"],
    Prompt: Fingerprint["full_request.contents"],
    Payload: Fingerprint["request_payload", "requestPayload"],
    Response: Fingerprint["full_response.candidates.content.parts"],
    ResponsePayload: Fingerprint["response_payload", "responsePayload"],
});

impl Format for Vertex {
    fn id(&self) -> &'static str {
        "vertex"
    }

    fn title(&self) -> &'static str {
        "Google Vertex AI request-response log"
    }

    fn doc(&self) -> &'static str {
        "Rows of the BigQuery table that Vertex AI logs requests and responses to. The table may be \
         sampled (samplingRate of the endpoint): counts are then of the sample, not of all calls. \
         It names no caller, address, key or status; the account is the project that was called, \
         else \"unattributed\". Thinking tokens are added to the output, results of tools to the \
         input. The start is create_time; without it only the end is known. Written from Google's \
         published schema and one record that had passed through another program; an export as \
         such was not seen."
    }

    fn containers(&self) -> &'static str {
        "JSON lines, JSON array, CSV of a BigQuery export"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let has = |v: &Value, keys: &[&str]| keys.iter().any(|key| v.get(key).is_some());
        let is = |v: &Value| {
            has(v, &["logging_time", "loggingTime"])
                && has(v, &["full_response", "response_payload", "api_method", "apiMethod"])
        };
        Score::of(sample.share(is), 0.97, "logging_time and a response or method of Vertex AI")
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
    let places = [Slot::Requested, Slot::Endpoint, Slot::Model];
    Mapping::new(
        "vertex",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Created, Slot::Logged])
                .note("logging_time is the end of a call"),
            Slot::map(Field::RequestId, &[Slot::RequestId, Slot::ResponseId]),
            Slot::map(Field::AccountId, &places).or(UNATTRIBUTED).note("the project in it"),
            Slot::map(Field::OrgId, &places).note("the project in it"),
            FieldMap::constant(Field::Pathway, "cloud"),
            Slot::map(Field::Endpoint, &[Slot::Method]),
            Slot::map(Field::Model, &[Slot::Model, Slot::Requested, Slot::Deployed])
                .note("without the path around it"),
            Slot::map(Field::StopReason, &[Slot::StopReason]),
            Slot::map(Field::InputTokens, &[Slot::Input]).note("plus tool_use_prompt_token_count"),
            Slot::map(Field::OutputTokens, &[Slot::Output]).note("plus thoughts_token_count"),
            Slot::map(Field::CachedTokens, &[Slot::Cached]),
            Slot::map(Field::ReasoningTokens, &[Slot::Thoughts]),
            Slot::map(Field::LatencyMs, &[Slot::Latency]),
            Slot::map(Field::MaxTokens, &[Slot::MaxTokens]),
            Slot::map(Field::Temperature, &[Slot::Temperature]),
            Slot::map(Field::Region, &places).note("the location in it"),
            Slot::map(Field::Tools, &[Slot::Tools]).note("names"),
            Slot::map(Field::SystemHash, &[Slot::System]).note("fingerprint"),
            Slot::map(Field::PromptHash, &[Slot::Prompt, Slot::Payload]).note("fingerprint"),
            Slot::map(Field::ResponseHash, &[Slot::Response, Slot::ResponsePayload])
                .note("fingerprint"),
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
        let stamp = Stamp::if_stated(self.stamp(row))?;
        let place = Place::read(row);
        let tokens = Tokens::read(row)?;
        let response_id = row.text(Slot::ResponseId);
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: Granularity::Exchange,
            request_id: row.text(Slot::RequestId).or(response_id),
            account_id: place.project.clone().unwrap_or(UNATTRIBUTED.into()),
            org_id: place.project,
            pathway: Some("cloud".into()),
            endpoint: row.text(Slot::Method),
            model: row.name(&[Slot::Model, Slot::Requested, Slot::Deployed]).map(last_part),
            stop_reason: row.text(Slot::StopReason),
            input_tokens: tokens.input,
            output_tokens: tokens.output,
            cached_tokens: tokens.cached,
            reasoning_tokens: tokens.thoughts,
            latency_ms: row.real(Slot::Latency, "request_latency")?.map(latency_ms).transpose()?,
            // Chosen by the caller, who must not decide whether the record can be read.
            max_tokens: row.count(Slot::MaxTokens, "max_output_tokens").unwrap_or_default(),
            temperature: row.real(Slot::Temperature, "temperature").unwrap_or_default(),
            region: place.location,
            tools: row.text(Slot::Tools),
            system_hash: row.text(Slot::System),
            prompt_hash: row.hash(Slot::Prompt).or_else(|| row.hash(Slot::Payload)),
            response_hash: row.hash(Slot::Response).or_else(|| row.hash(Slot::ResponsePayload)),
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}

impl Call {
    /// A row is logged when the call is over; the response says when it began.
    fn stamp(&self, row: &mut Row<'_, '_>) -> Result<Stamp, Reason> {
        let logged = row.take(Slot::Logged);
        Stamp::first(row.take(Slot::Created).time(&self.time), || {
            Ok(Stamp { quality: TimeQuality::EndOnly, ..logged.time(&self.time)? })
        })
    }
}

/// Where a call went, from whichever path states it.
struct Place {
    project: Option<Text<'static>>,
    location: Option<Text<'static>>,
}

impl Place {
    fn read(row: &Row<'_, '_>) -> Self {
        let paths = [Slot::Requested, Slot::Endpoint, Slot::Model];
        let part =
            |key: &str| paths.iter().find_map(|slot| part_after(row.name(&[*slot])?.as_str(), key));
        Self { project: part("projects"), location: part("locations") }
    }
}

/// Token counts. Gemini counts thinking apart from the answer, and what tools returned apart
/// from the prompt: `total_token_count` is the sum of all four.
struct Tokens {
    input: Option<u64>,
    output: Option<u64>,
    cached: Option<u64>,
    thoughts: Option<u64>,
}

impl Tokens {
    fn read(row: &mut Row<'_, '_>) -> Result<Self, Reason> {
        let prompt = row.count(Slot::Input, "prompt_token_count")?;
        let tools = row.count(Slot::ToolInput, "tool_use_prompt_token_count")?;
        let answer = row.count(Slot::Output, "candidates_token_count")?;
        let thoughts = row.count(Slot::Thoughts, "thoughts_token_count")?;
        let cached = row.count(Slot::Cached, "cached_content_token_count")?;
        let (input, output) = (sum(prompt, tools), sum(answer, thoughts));
        Ok(Self { input, output, cached, thoughts })
    }
}

/// The sum of what is there of two counts.
fn sum(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    a.map(|a| a + b.unwrap_or(0)).or(b)
}

/// The part of a resource name after `key`: `projects/P/locations/L` → `P`.
pub(super) fn part_after(resource: &str, key: &str) -> Option<Text<'static>> {
    let mut parts = resource.split('/');
    parts.find(|part| *part == key)?;
    parts.next().filter(|name| !name.is_empty()).map(|name| Text::from(name.to_owned()))
}

/// `publishers/google/models/NAME` → `NAME`.
fn last_part(path: Text<'_>) -> Text<'_> {
    match path.as_str().rsplit_once('/') {
        Some((_, name)) if !name.is_empty() => Text::from(name.to_owned()),
        _ => path,
    }
}

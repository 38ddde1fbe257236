//! Under which names the dialects of OpenTelemetry write each field of a span.

use super::slots::UNATTRIBUTED;
use crate::ingest::{FieldMap, Mapping};
use crate::model::Field;

// Where each field is found, best first. All but the times are attributes of the span, then of
// the service.
pub(super) const START: &[&str] = &[
    "startTimeUnixNano",
    "start_time_unix_nano",
    "startTime",
    "start_time",
    "timeUnixNano",
    "time_unix_nano",
    "timestamp",
];
pub(super) const END: &[&str] = &["endTimeUnixNano", "end_time_unix_nano", "endTime", "end_time"];
pub(super) const ANSWERED: &[&str] = &["ai.response.timestamp", "output.value.created"];
pub(super) const RESPONSE_ID: &[&str] =
    &["gen_ai.response.id", "ai.response.id", "output.value.id", "llm.response.id"];
pub(super) const USER: &[&str] = &[
    "user.id",
    "enduser.id",
    "langfuse.user.id",
    "traceloop.association.properties.user_id",
    "ai.telemetry.metadata.userId",
    "metadata.user_id",
];
pub(super) const SERVICE: &[&str] = &["service.name"];
pub(super) const ORGANIZATION: &[&str] = &["organization.id", "tenant.id", "service.namespace"];
pub(super) const SESSION: &[&str] = &[
    "gen_ai.conversation.id",
    "session.id",
    "langfuse.session.id",
    "traceloop.association.properties.session_id",
    "ai.telemetry.metadata.sessionId",
    "metadata.thread_id",
];
pub(super) const OPERATION: &[&str] = &[
    "gen_ai.operation.name",
    "ai.operationId",
    "llm.request.type",
    "traceloop.span.kind",
    "openinference.span.kind",
    "langfuse.observation.type",
];
pub(super) const MODEL: &[&str] = &[
    "gen_ai.request.model",
    "ai.model.id",
    "llm.invocation_parameters.model",
    "llm.request.model",
    "llm.model_name",
    "gen_ai.response.model",
    "ai.response.model",
];
pub(super) const STATUS: &[&str] = &["http.response.status_code", "http.status_code"];
pub(super) const STOP: &[&str] =
    &["gen_ai.response.finish_reasons", "ai.response.finishReason", "llm.finish_reason"];
pub(super) const ERROR: &[&str] = &["error.type", "exception.type"];
pub(super) const INPUT: &[&str] = &[
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.prompt_tokens",
    "llm.token_count.prompt",
    "llm.usage.prompt_tokens",
    "ai.usage.inputTokens",
    "ai.usage.promptTokens",
    "ai.usage.tokens",
];
pub(super) const OUTPUT: &[&str] = &[
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
    "llm.token_count.completion",
    "llm.usage.completion_tokens",
    "ai.usage.outputTokens",
    "ai.usage.completionTokens",
];
pub(super) const CACHED: &[&str] = &[
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "gen_ai.usage.cached_input_tokens",
    "llm.token_count.prompt_details.cache_read",
    "ai.usage.cachedInputTokens",
];
pub(super) const WRITTEN: &[&str] = &[
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "llm.token_count.prompt_details.cache_write",
];
pub(super) const REASONING: &[&str] = &[
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.reasoning_tokens",
    "llm.token_count.completion_details.reasoning",
    "ai.usage.reasoningTokens",
];
pub(super) const TOTAL: &[&str] = &[
    "gen_ai.usage.total_tokens",
    "llm.token_count.total",
    "llm.usage.total_tokens",
    "ai.usage.totalTokens",
];
pub(super) const MAX_TOKENS: &[&str] = &[
    "gen_ai.request.max_tokens",
    "ai.settings.maxOutputTokens",
    "ai.settings.maxTokens",
    "llm.invocation_parameters.max_tokens",
    "llm.invocation_parameters.max_completion_tokens",
];
pub(super) const TEMPERATURE: &[&str] = &[
    "gen_ai.request.temperature",
    "ai.settings.temperature",
    "llm.invocation_parameters.temperature",
];
pub(super) const ADDRESS: &[&str] = &["client.address", "source.address", "http.client_ip"];
pub(super) const REGION: &[&str] = &["cloud.region"];
pub(super) const USER_AGENT: &[&str] =
    &["user_agent.original", "http.user_agent", "ai.request.headers.user-agent"];
pub(super) const TOOLS: &[&str] =
    &["gen_ai.tool.definitions", "llm.invocation_parameters.tools", "ai.prompt.tools"];
pub(super) const COST: &[&str] = &["gen_ai.usage.cost", "llm.cost.total", "llm.usage.total_cost"];
pub(super) const SYSTEM: &[&str] = &["gen_ai.system_instructions"];
pub(super) const PROMPT: &[&str] = &[
    "gen_ai.input.messages",
    "gen_ai.prompt",
    "ai.prompt.messages",
    "ai.prompt",
    "input.value",
    "input",
];
pub(super) const RESPONSE: &[&str] =
    &["gen_ai.output.messages", "gen_ai.completion", "ai.response.text", "output.value", "output"];

/// The mapping of the format.
pub(super) fn mapping() -> Mapping {
    let from = FieldMap::from;
    let times = [START, ANSWERED].concat();
    let accounts = [USER, SERVICE].concat();
    Mapping::new(
        "otel",
        vec![
            from(Field::Timestamp, &times).note("the time of the answer only without a start"),
            from(Field::RequestId, &[RESPONSE_ID, &["spanId"]].concat()),
            from(Field::AccountId, &accounts).or(UNATTRIBUTED).note("without a user the service"),
            from(Field::OrgId, ORGANIZATION),
            from(Field::UserId, USER),
            from(Field::SessionId, SESSION),
            FieldMap::constant(Field::Pathway, "application"),
            from(Field::Endpoint, OPERATION),
            from(Field::Model, MODEL),
            from(Field::Status, STATUS),
            from(Field::StopReason, STOP),
            from(Field::Error, &[ERROR, &["status.message"]].concat())
                .note("the message only of a failed span"),
            from(Field::InputTokens, INPUT).note("with what went through a cache"),
            from(Field::OutputTokens, OUTPUT).note("with reasoning"),
            from(Field::CachedTokens, CACHED),
            from(Field::ReasoningTokens, REASONING),
            from(Field::LatencyMs, END).note("minus the start"),
            from(Field::MaxTokens, MAX_TOKENS),
            from(Field::Temperature, TEMPERATURE),
            from(Field::ClientIp, ADDRESS),
            from(Field::Region, REGION),
            from(Field::UserAgent, USER_AGENT),
            from(Field::Tools, TOOLS).note("names"),
            from(Field::Cost, COST),
            from(Field::SystemHash, SYSTEM).note("fingerprint"),
            from(Field::PromptHash, PROMPT).note("fingerprint"),
            from(Field::ResponseHash, RESPONSE).note("fingerprint"),
        ],
    )
}

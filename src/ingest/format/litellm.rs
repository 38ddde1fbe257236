//! LiteLLM proxy spend logs, from the database, the API or a callback.

use serde_json::Value;

use super::slots::{Row, Slots, UNATTRIBUTED, fixed_reader, give, slots};
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::{Scalar, latency_ms};
use crate::ingest::time::{Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity, Text};

/// See [`Format::doc`].
pub(super) struct LiteLlm;

slots!(Slot {
    RequestId: Value ["request_id", "id"],
    Start: Value ["startTime"],
    End: Value ["endTime"],
    Duration: Value ["request_duration_ms"],
    CallType: Value ["call_type"],
    Key: Value ["api_key"],
    KeyHash: Value ["metadata.user_api_key_hash"],
    KeyAlias: Value ["metadata.user_api_key_alias"],
    User: Value ["user"],
    KeyUser: Value ["metadata.user_api_key_user_id"],
    EndUser: Value ["end_user"],
    Team: Value ["team_id"],
    KeyTeam: Value ["metadata.user_api_key_team_id"],
    Organization: Value ["organization_id"],
    KeyOrganization: Value ["metadata.user_api_key_org_id"],
    Session: Value ["session_id"],
    Model: Value ["model"],
    ModelGroup: Value ["model_group"],
    Spend: Value ["spend", "response_cost"],
    Input: Value ["prompt_tokens"],
    Output: Value ["completion_tokens"],
    Cached: Value [
        "metadata.usage_object.prompt_tokens_details.cached_tokens",
        "metadata.usage_object.cache_read_input_tokens",
        "metadata.additional_usage_values.cache_read_input_tokens",
        "response.usage.prompt_tokens_details.cached_tokens",
        "response.usage.cache_read_input_tokens",
    ],
    Reasoning: Value [
        "metadata.usage_object.completion_tokens_details.reasoning_tokens",
        "response.usage.completion_tokens_details.reasoning_tokens",
    ],
    Status: Value ["status"],
    MetaStatus: Value ["metadata.status"],
    ErrorCode: Value ["metadata.error_information.error_code", "error_information.error_code"],
    ErrorClass: Value ["metadata.error_information.error_class", "error_information.error_class"],
    Address: Value ["requester_ip_address"],
    MetaAddress: Value ["metadata.requester_ip_address"],
    UserAgent: Value ["metadata.user_agent"],
    MaxTokens: Value ["model_parameters.max_tokens", "proxy_server_request.max_tokens"],
    Temperature: Value ["model_parameters.temperature", "proxy_server_request.temperature"],
    Tools: Names ["model_parameters.tools", "proxy_server_request.tools"],
    StopReason: Value ["response.choices.finish_reason"],
    Prompt: Fingerprint ["messages"],
    Response: Fingerprint ["response.choices.message.content"],
});

impl Format for LiteLlm {
    fn id(&self) -> &'static str {
        "litellm"
    }

    fn title(&self) -> &'static str {
        "LiteLLM spend log"
    }

    fn doc(&self) -> &'static str {
        "One record a call with tokens, cost, key hash, team and mostly an address. The account \
         is the user, else the user of the key, the key's hash or alias, the end user, the team, \
         the organisation. Times state no zone. Prompt and answer only where the proxy stores \
         them. Input tokens include cached ones."
    }

    fn containers(&self) -> &'static str {
        "JSON array, JSON with a list \"data\", JSON lines, CSV of the table LiteLLM_SpendLogs"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let signs = [
            "call_type",
            "custom_llm_provider",
            "model_group",
            "cache_hit",
            "api_base",
            "request_tags",
            "end_user",
            "completionStartTime",
            "api_key",
            "spend",
        ];
        let is = |v: &Value| {
            v.get("startTime").is_some()
                && v.get("model").is_some()
                && signs.iter().filter(|sign| v.get(**sign).is_some()).count() >= 3
        };
        let share = sample.share(is);
        (share > 0.0).then(|| {
            let percent = (share * 100.0).round();
            let why =
                format!("{percent} % of the records have startTime, model and LiteLLM's keys");
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
        let shape = Spend { time: TimeParser::new(options.timezone.clone()) };
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &[], shape)
    }
}

/// Whom a call is attributed to, in order of preference.
const ACCOUNT: [Slot; 10] = [
    Slot::User,
    Slot::KeyUser,
    Slot::Key,
    Slot::KeyHash,
    Slot::KeyAlias,
    Slot::EndUser,
    Slot::Team,
    Slot::KeyTeam,
    Slot::Organization,
    Slot::KeyOrganization,
];
const ORGANIZATION: [Slot; 4] =
    [Slot::Organization, Slot::KeyOrganization, Slot::Team, Slot::KeyTeam];

fn own_mapping() -> Mapping {
    Mapping::new(
        "litellm",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Start]),
            Slot::map(Field::RequestId, &[Slot::RequestId]),
            Slot::map(Field::AccountId, &ACCOUNT).or(UNATTRIBUTED),
            Slot::map(Field::OrgId, &ORGANIZATION),
            Slot::map(Field::UserId, &[Slot::EndUser]),
            Slot::map(Field::ApiKeyId, &[Slot::Key, Slot::KeyHash]),
            Slot::map(Field::SessionId, &[Slot::Session]),
            FieldMap::constant(Field::Pathway, "gateway"),
            Slot::map(Field::Endpoint, &[Slot::CallType]),
            Slot::map(Field::Model, &[Slot::Model, Slot::ModelGroup]),
            Slot::map(Field::Status, &[Slot::ErrorCode, Slot::Status]).note("success is 200"),
            Slot::map(Field::StopReason, &[Slot::StopReason]),
            Slot::map(Field::Error, &[Slot::ErrorClass, Slot::ErrorCode])
                .note("else \"failure\" where the status says so"),
            Slot::map(Field::InputTokens, &[Slot::Input]).note("cached ones included"),
            Slot::map(Field::OutputTokens, &[Slot::Output]),
            Slot::map(Field::CachedTokens, &[Slot::Cached]),
            Slot::map(Field::ReasoningTokens, &[Slot::Reasoning]),
            Slot::map(Field::LatencyMs, &[Slot::Duration, Slot::End]).note("else end minus start"),
            Slot::map(Field::MaxTokens, &[Slot::MaxTokens]),
            Slot::map(Field::Temperature, &[Slot::Temperature]),
            Slot::map(Field::ClientIp, &[Slot::Address, Slot::MetaAddress]),
            Slot::map(Field::UserAgent, &[Slot::UserAgent]),
            Slot::map(Field::Tools, &[Slot::Tools]).note("names"),
            Slot::map(Field::Cost, &[Slot::Spend]).note("USD"),
            Slot::map(Field::PromptHash, &[Slot::Prompt]).note("fingerprint"),
            Slot::map(Field::ResponseHash, &[Slot::Response]).note("fingerprint"),
        ],
    )
}

/// What becomes of a record.
struct Spend {
    time: TimeParser,
}

impl Shape for Spend {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let stamp = Stamp::if_stated(row.take(Slot::Start).time(&self.time))?;
        let latency_ms = self.latency(row, stamp)?;
        let outcome = Outcome::read(row);
        let account_id = row.name(&ACCOUNT).unwrap_or(UNATTRIBUTED.into());
        let model_group = row.text(Slot::ModelGroup);
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: Granularity::Exchange,
            request_id: row.text(Slot::RequestId),
            account_id,
            org_id: row.name(&ORGANIZATION),
            user_id: row.text(Slot::EndUser),
            api_key_id: row.name(&[Slot::Key, Slot::KeyHash]),
            session_id: row.text(Slot::Session),
            pathway: Some("gateway".into()),
            endpoint: row.text(Slot::CallType),
            model: row.text(Slot::Model).or(model_group),
            status: outcome.status,
            stop_reason: row.text(Slot::StopReason),
            error: outcome.error,
            input_tokens: row.count(Slot::Input, "prompt_tokens")?,
            output_tokens: row.count(Slot::Output, "completion_tokens")?,
            cached_tokens: row.count(Slot::Cached, "cached_tokens")?,
            reasoning_tokens: row.count(Slot::Reasoning, "reasoning_tokens")?,
            latency_ms,
            // Chosen by the caller, who must not decide whether the record can be read.
            max_tokens: row.count(Slot::MaxTokens, "max_tokens").unwrap_or_default(),
            temperature: row.real(Slot::Temperature, "temperature").unwrap_or_default(),
            client_ip: row.name(&[Slot::Address, Slot::MetaAddress]),
            user_agent: row.text(Slot::UserAgent),
            tools: row.text(Slot::Tools),
            cost: row.real(Slot::Spend, "spend")?,
            system_hash: row.instruction(Slot::Prompt),
            prompt_hash: row.hash(Slot::Prompt),
            response_hash: row.hash(Slot::Response),
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}

impl Spend {
    /// The stated duration, else the end minus the start. An end before the start is a clock
    /// that was set meanwhile and gives no duration.
    fn latency(&self, row: &mut Row<'_, '_>, start: Stamp) -> Result<Option<f64>, Reason> {
        let stated = row.real(Slot::Duration, "request_duration_ms")?;
        let stated = stated.map(latency_ms).transpose()?;
        let end = row.take(Slot::End).time(&self.time).ok();
        let between = end.map(|end| (end.at.0 - start.at.0) as f64 / 1e3).filter(|ms| *ms >= 0.0);
        Ok(stated.or(between.and_then(|ms| latency_ms(ms).ok())))
    }
}

/// How a call ended.
struct Outcome<'a> {
    status: Option<u32>,
    error: Option<Text<'a>>,
}

impl<'a> Outcome<'a> {
    fn read(row: &mut Row<'_, 'a>) -> Self {
        let meta = row.text(Slot::MetaStatus);
        let word = row.text(Slot::Status).or(meta);
        let code = row.text(Slot::ErrorCode);
        let class = row.text(Slot::ErrorClass);
        let http = code.as_ref().and_then(|code| code.as_str().parse::<u32>().ok());
        let failed = word.as_ref().is_some_and(|word| word.as_str() == "failure");
        let succeeded = word.as_ref().is_some_and(|word| word.as_str() == "success");
        let status = http.filter(|code| (100..=599).contains(code));
        Self {
            status: status.or(succeeded.then_some(200)),
            error: class.or(code).or(failed.then(|| "failure".into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::ingest::testing::read_text;

    #[test]
    fn a_payload_that_keeps_the_answer_has_its_counts_there() {
        let payload = "{\"id\":\"chatcmpl-1\",\"model_group\":\"gpt-4o\",\"call_type\":\"acompletion\",\"model\":\"gpt-4o\",\
            \"startTime\":1772359200.123,\"endTime\":1772359202.623,\"response_cost\":0.0025,\
            \"prompt_tokens\":100,\"completion_tokens\":50,\"custom_llm_provider\":\"openai\",\
            \"metadata\":{\"user_api_key_user_id\":\"u1\"},\"response\":{\"usage\":\
            {\"prompt_tokens\":100,\"prompt_tokens_details\":{\"cached_tokens\":40},\
            \"completion_tokens_details\":{\"reasoning_tokens\":20}}}}\n";
        let (detection, read) = read_text("payload.json", payload).expect("read");
        assert_eq!((detection.format, read.exchanges), ("litellm", 1));
        assert_eq!(read.tokens, [(100, 50, 40, 20)]);
    }
}

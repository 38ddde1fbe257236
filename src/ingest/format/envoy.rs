//! Access logs of Envoy AI Gateway.

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
pub(super) struct Envoy;

slots!(Slot {
    Start: Value["start_time", "timestamp", "@timestamp"],
    RequestId: Value["x-request-id"],
    User: Value["user.id", "enduser.id", "x-user-id"],
    Session: Value["session.id"],
    McpSession: Value["mcp.session.id"],
    McpMethod: Value["mcp.method.name"],
    OriginPath: Value["x-envoy-origin-path", "x-envoy-original-path"],
    Path: Value["path", ":path", "url.path"],
    Requested: Value["gen_ai.request.model"],
    Override: Value["gen_ai.request.model_override"],
    Served: Value["gen_ai.response.model"],
    Status: Value["response_code"],
    Flags: Value["response_flags"],
    Details: Value["response_code_details"],
    Input: Value["gen_ai.usage.input_tokens"],
    Output: Value["gen_ai.usage.output_tokens"],
    Total: Value["gen_ai.usage.total_tokens"],
    Cached: Value["gen_ai.usage.cached_input_tokens", "gen_ai.usage.cache_read.input_tokens"],
    Written: Value[
        "gen_ai.usage.cache_creation_input_tokens",
        "gen_ai.usage.cache_creation.input_tokens",
    ],
    Duration: Value["duration"],
    Forwarded: Value["x-forwarded-for"],
    Remote: Value["downstream_remote_address", "downstream_direct_remote_address"],
    UserAgent: Value["user-agent", "user_agent.original"],
});

/// Keys of Envoy's access logs that others do not write.
const SIGNS: [&str; 10] = [
    "response_flags",
    "response_code",
    "response_code_details",
    "upstream_cluster",
    "upstream_host",
    "downstream_remote_address",
    "downstream_local_address",
    "x-envoy-origin-path",
    "x-envoy-upstream-service-time",
    "x-request-id",
];

impl Format for Envoy {
    fn id(&self) -> &'static str {
        "envoy"
    }

    fn title(&self) -> &'static str {
        "Envoy AI Gateway access log"
    }

    fn doc(&self) -> &'static str {
        "JSON access log with model, tokens, address, user agent and duration; no text, no cost, no \
         key. The keys are whatever the operator configured; these are the ones of the Envoy AI \
         Gateway documentation, seen in its two published records. It names no account: where no \
         user id was configured the address stands for it. A record without model, tokens or the \
         path of a model call (tool calls over MCP, lists of models) is an activity. \"-\" is \
         missing."
    }

    fn containers(&self) -> &'static str {
        "JSON lines"
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let share = sample.share(is_access_log);
        (share > 0.0).then(|| {
            let percent = (share * 100.0).round();
            let why = format!("{percent} % of the records have Envoy's keys beside gen_ai or mcp");
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
        let shape = Access { time: TimeParser::new(options.timezone.clone()) };
        fixed_reader::<Slot>(&own_mapping(), mapping, container, &[], shape)
    }
}

fn is_access_log(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    let signs = SIGNS.iter().filter(|sign| object.contains_key(**sign)).count();
    let is_ai = |key: &String| key.starts_with("gen_ai.") || key.starts_with("mcp.");
    signs >= 3 && object.keys().any(is_ai)
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "envoy",
        vec![
            Slot::map(Field::Timestamp, &[Slot::Start]),
            Slot::map(Field::RequestId, &[Slot::RequestId]),
            Slot::map(Field::AccountId, &[Slot::User, Slot::Forwarded, Slot::Remote])
                .or(UNATTRIBUTED)
                .note("the log names no account; else the address, of a list the first, without its port"),
            Slot::map(Field::SessionId, &[Slot::Session, Slot::McpSession]),
            FieldMap::constant(Field::Pathway, "gateway"),
            Slot::map(Field::Endpoint, &[Slot::OriginPath, Slot::Path, Slot::McpMethod]),
            Slot::map(Field::Model, &[Slot::Requested, Slot::Override, Slot::Served]),
            Slot::map(Field::Status, &[Slot::Status]),
            Slot::map(Field::Error, &[Slot::Flags, Slot::Details])
                .note("details only of a status from 400"),
            Slot::map(Field::InputTokens, &[Slot::Input]).note("with what went through a cache"),
            Slot::map(Field::OutputTokens, &[Slot::Output]),
            Slot::map(Field::CachedTokens, &[Slot::Cached]),
            Slot::map(Field::LatencyMs, &[Slot::Duration]),
            Slot::map(Field::ClientIp, &[Slot::Forwarded, Slot::Remote])
                .note("the first of a list is the caller, as far as proxies told the truth"),
            Slot::map(Field::UserAgent, &[Slot::UserAgent]),
        ],
    )
}

/// What becomes of a record.
struct Access {
    time: TimeParser,
}

impl Shape for Access {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let stamp = Stamp::if_stated(row.take(Slot::Start).time(&self.time))?;
        let usage = usage(row)?;
        let endpoint = row.name(&[Slot::OriginPath, Slot::Path, Slot::McpMethod]);
        let model = row.name(&[Slot::Requested, Slot::Override, Slot::Served]);
        let is_call = model.is_some()
            || usage != Usage::default()
            || endpoint.as_ref().is_some_and(|path| is_model_call(path.as_str()));
        let client_ip = address(row);
        let user = row.text(Slot::User).map(without_secret);
        let status = row.status(Slot::Status);
        let duration = row.real(Slot::Duration, "duration")?;
        let exchange = Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity: if is_call { Granularity::Exchange } else { Granularity::Activity },
            request_id: row.text(Slot::RequestId),
            account_id: user.or(client_ip.as_ref().map(caller)).unwrap_or(UNATTRIBUTED.into()),
            session_id: row.name(&[Slot::Session, Slot::McpSession]),
            pathway: Some("gateway".into()),
            endpoint,
            model,
            status,
            error: error(row, status),
            input_tokens: usage.input,
            output_tokens: usage.output,
            cached_tokens: usage.cached,
            latency_ms: duration.map(latency_ms).transpose()?,
            client_ip,
            user_agent: row.text(Slot::UserAgent),
            ..Exchange::default()
        };
        give(&exchange, emit)
    }
}

fn usage(row: &mut Row<'_, '_>) -> Result<Usage, Reason> {
    let usage = Usage {
        input: row.count(Slot::Input, "input_tokens")?,
        output: row.count(Slot::Output, "output_tokens")?,
        cached: row.count(Slot::Cached, "cached_input_tokens")?,
        written: row.count(Slot::Written, "cache_creation_input_tokens")?,
        reasoning: None,
        total: row.count(Slot::Total, "total_tokens")?,
    };
    Ok(usage.settled())
}

/// Who asked: what proxies forwarded, else the other end of the connection. Its port is of that
/// one connection and would make every call come from somewhere else.
fn address<'a>(row: &mut Row<'_, 'a>) -> Option<Text<'a>> {
    row.text(Slot::Forwarded).or_else(|| {
        let remote = row.text(Slot::Remote)?;
        let host = match remote.as_str().rsplit_once(':') {
            // What is left of an IPv6 address has a colon only inside of brackets.
            Some((host, _)) if !host.contains(':') || host.ends_with(']') => host,
            _ => remote.as_str(),
        };
        Some(host.trim_matches(['[', ']']).to_owned().into())
    })
}

/// The address that stands for an account: of a list, the first.
fn caller<'a>(address: &Text<'a>) -> Text<'a> {
    match address.as_str().split_once(',') {
        Some((first, _)) => first.trim().to_owned().into(),
        None => address.clone(),
    }
}

/// Envoy's flags say what went wrong on the way; its details say so of an answer that failed.
fn error<'a>(row: &mut Row<'_, 'a>, status: Option<u32>) -> Option<Text<'a>> {
    let details = row.text(Slot::Details).filter(|_| status.is_some_and(|code| code >= 400));
    row.text(Slot::Flags).or(details)
}

//! Logs of the relays one-api and new-api.

use serde_json::Value;

use super::slots::{Row, Slots, container_reader, slots};
use super::text::without_secret;
use super::{Format, Score};
use crate::ingest::reader::Shape;
use crate::ingest::scalar::{Scalar, latency_ms};
use crate::ingest::time::{Stamp, TimeParser};
use crate::ingest::{Container, FieldMap, Mapping, ReaderOptions, Reason, RecordReader, Sample};
use crate::model::{Exchange, Field, Granularity, Text, Time, TimeQuality};

/// See [`Format::doc`].
pub(super) struct OneApi;

slots!(Slot {
    CreatedAt: Value["created_at"],
    Type: Value["type"],
    RequestId: Value["request_id"],
    UserName: Value["username"],
    UserId: Value["user_id"],
    Group: Value["group"],
    TokenName: Value["token_name"],
    TokenId: Value["token_id"],
    Channel: Value["channel_id", "channel.id"],
    ChannelNumber: Value["channel"],
    ChannelName: Value["channel_name", "channel.name"],
    Model: Value["model_name"],
    Input: Value["prompt_tokens"],
    Output: Value["completion_tokens"],
    Cached: Value["other.cache_tokens"],
    CacheWrite: Value["other.cache_creation_tokens"],
    Apart: Value["other.claude"],
    UseTime: Value["use_time"],
    Elapsed: Value["elapsed_time"],
    Quota: Value["quota"],
    Address: Value["ip"],
    Status: Value["other.status_code"],
    ErrorCode: Value["other.error_code", "other.error_type"],
});

impl Format for OneApi {
    fn id(&self) -> &'static str {
        "one_api"
    }

    fn title(&self) -> &'static str {
        "Relay log of one-api or new-api"
    }

    fn doc(&self) -> &'static str {
        "The table `logs` or what the API gives of it. Types 2 (consumption) and 5 (error; in \
         one-api a test) are exchanges, all others activities. The account is the relay's user; \
         its token stands as the end user, and the channel, which is a key of the provider \
         behind the relay, as the API key: accounts that share one are pooled. The moment is the \
         end of a call, so the start is that less its duration in whole seconds. Numbers of rows \
         repeat in the users' own export and are not taken as request ids. Addresses only of \
         users who had them recorded. Both counts of tokens 0 means not counted. Quota is the \
         relay's own money and no cost, unless a mapping gives `cost` from `quota` with the \
         scale (0.000002 where 500,000 are a dollar)."
    }

    fn containers(&self) -> &'static str {
        "CSV, JSON lines, JSON array, API answer with a list \"data\" or \"data.items\""
    }

    fn score(&self, sample: &Sample) -> Option<Score> {
        let all = ["created_at", "type", "token_name", "model_name", "quota", "prompt_tokens"];
        let share = sample.share(|v: &Value| all.iter().all(|name| v.get(*name).is_some()));
        (share > 0.0).then(|| {
            let percent = (share * 100.0).round();
            let why = format!("{percent} % of the records have {}", all.join(", "));
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
        let usd_per_quota = usd_per_quota(mapping)?;
        let time = TimeParser::new(options.timezone.clone());
        let shape = Relay { time, usd_per_quota };
        Ok(container_reader(container, Slot::tree(), shape))
    }
}

fn own_mapping() -> Mapping {
    Mapping::new(
        "one_api",
        vec![
            Slot::map(Field::Timestamp, &[Slot::CreatedAt, Slot::UseTime, Slot::Elapsed])
                .note("the end less the duration"),
            Slot::map(Field::RequestId, &[Slot::RequestId]),
            Slot::map(Field::AccountId, &[Slot::UserName, Slot::UserId]),
            Slot::map(Field::OrgId, &[Slot::Group]),
            Slot::map(Field::UserId, &[Slot::TokenName, Slot::TokenId]),
            Slot::map(Field::ApiKeyId, &[Slot::Channel, Slot::ChannelNumber, Slot::ChannelName])
                .note("the key of the provider behind the relay"),
            FieldMap::constant(Field::Pathway, "aggregator"),
            Slot::map(Field::Model, &[Slot::Model]),
            Slot::map(Field::Status, &[Slot::Status]),
            Slot::map(Field::Error, &[Slot::ErrorCode]),
            Slot::map(Field::InputTokens, &[Slot::Input])
                .note("plus those of the cache where they are counted apart"),
            Slot::map(Field::OutputTokens, &[Slot::Output]),
            Slot::map(Field::CachedTokens, &[Slot::Cached]),
            Slot::map(Field::LatencyMs, &[Slot::Elapsed, Slot::UseTime])
                .note("use_time is whole seconds"),
            Slot::map(Field::ClientIp, &[Slot::Address]),
        ],
    )
}

/// What a unit of quota costs, where the mapping says it: the one thing that may be added.
///
/// # Errors
/// When anything else was edited.
fn usd_per_quota(given: &Mapping) -> Result<Option<f64>, String> {
    let own = own_mapping();
    let rest = given.fields.iter().filter(|map| map.field != Field::Cost);
    if !given.fields.is_empty() && !rest.eq(own.fields.iter()) {
        return Err(format!(
            "the fields of format \"{}\" are fixed, but for cost from quota; use format = \"csv\" \
             or \"json\" to map by hand",
            own.format
        ));
    }
    let Some(cost) = given.field(Field::Cost) else { return Ok(None) };
    match (cost.from.as_slice(), cost.scale) {
        ([from], Some(scale)) if from == "quota" && scale > 0.0 => Ok(Some(scale)),
        _ => Err("cost comes from quota with a scale, the dollars of one unit".to_owned()),
    }
}

/// What becomes of a record.
struct Relay {
    time: TimeParser,
    usd_per_quota: Option<f64>,
}

impl Shape for Relay {
    fn shape<'a>(
        &'a self,
        slots: &mut [Scalar<'a>],
        emit: &mut dyn FnMut(&Exchange<'_>),
    ) -> Result<(), Reason> {
        let row = &mut Row(slots);
        let granularity = match row.count(Slot::Type, "type")? {
            Some(2 | 5) => Granularity::Exchange,
            Some(_) => Granularity::Activity,
            None => return Err("type missing".into()),
        };
        let latency = latency(row)?;
        let ended = Stamp::if_stated(row.take(Slot::CreatedAt).time(&self.time))?;
        let stamp = start(ended, latency, granularity);
        let quota = row.real(Slot::Quota, "quota").ok().flatten();
        let (account, user_id) = (row.text(Slot::UserName), row.text(Slot::UserId));
        let (token, token_id) = (row.text(Slot::TokenName), row.text(Slot::TokenId));
        let tokens = Tokens::read(row)?;
        emit(&Exchange {
            at: stamp.at,
            time_quality: stamp.quality,
            time_precision: stamp.precision,
            granularity,
            request_id: row.text(Slot::RequestId),
            account_id: account
                .or(user_id)
                .ok_or(Reason::Borrowed("username and user_id missing"))?,
            org_id: row.text(Slot::Group),
            user_id: token.or(token_id).map(|name| safe(&name)),
            api_key_id: channel(row),
            pathway: Some("aggregator".into()),
            model: row.text(Slot::Model),
            status: row.status(Slot::Status),
            error: row.text(Slot::ErrorCode),
            input_tokens: tokens.input,
            output_tokens: tokens.output,
            cached_tokens: tokens.cached,
            latency_ms: latency,
            client_ip: row.text(Slot::Address),
            cost: self.usd_per_quota.zip(quota).map(|(usd, quota)| usd * quota),
            ..Exchange::default()
        });
        Ok(())
    }
}

fn safe(name: &Text<'_>) -> Text<'static> {
    without_secret(name.as_str()).to_string().into()
}

/// The duration, ms. An asynchronous task has none of 0 s.
fn latency(row: &mut Row<'_, '_>) -> Result<Option<f64>, Reason> {
    let elapsed = row.real(Slot::Elapsed, "elapsed_time")?;
    let whole = row.real(Slot::UseTime, "use_time")?.map(|seconds| seconds * 1e3);
    elapsed.or(whole).map(latency_ms).transpose()
}

/// When a call began whose record was written at its end.
fn start(end: Stamp, latency: Option<f64>, granularity: Granularity) -> Stamp {
    match (granularity, latency) {
        _ if !end.is_known() => end,
        (Granularity::Exchange, Some(ms)) => {
            let at = Time(end.at.0.saturating_sub((ms * 1e3) as i64)).max(Time::EARLIEST);
            Stamp { at, ..end }
        }
        (Granularity::Exchange, None) => Stamp { quality: TimeQuality::EndOnly, ..end },
        _ => end,
    }
}

/// The upstream key: `channel 7`, with its name where it has one. Rows of other kinds say 0.
fn channel(row: &mut Row<'_, '_>) -> Option<Text<'static>> {
    let (nested, plain) = (row.text(Slot::Channel), row.text(Slot::ChannelNumber));
    let name = row.text(Slot::ChannelName);
    let is_number = |text: &Text<'_>| text.as_str().bytes().all(|b| b.is_ascii_digit());
    let id = nested.or(plain).filter(|id| is_number(id) && id.as_str() != "0")?;
    Some(match name {
        Some(name) => format!("channel {id} ({})", without_secret(name.as_str())).into(),
        None => format!("channel {id}").into(),
    })
}

/// The tokens of a call, cached ones included in the input.
struct Tokens {
    input: Option<u64>,
    output: Option<u64>,
    cached: Option<u64>,
}

impl Tokens {
    fn read(row: &mut Row<'_, '_>) -> Result<Self, Reason> {
        let input = row.count(Slot::Input, "prompt_tokens")?;
        let output = row.count(Slot::Output, "completion_tokens")?;
        let cached = row.count(Slot::Cached, "cache_tokens")?;
        let written = row.count(Slot::CacheWrite, "cache_creation_tokens")?;
        let is_apart = matches!(row.take(Slot::Apart), Scalar::Bool(true));
        // Tasks that run on after the answer, and rows that are no calls, count nothing.
        if input.unwrap_or(0) == 0 && output.unwrap_or(0) == 0 {
            return Ok(Self { input: None, output: None, cached: None });
        }
        let cache = cached.unwrap_or(0).saturating_add(written.unwrap_or(0));
        let input = match is_apart {
            true => input.map(|n| n.saturating_add(cache)),
            false => input,
        };
        Ok(Self { input, output, cached })
    }
}

#[cfg(test)]
#[path = "tests/oneapi.rs"]
mod tests;

//! One record of a log, shaped: what every source format is mapped to.

use serde::{Deserialize, Serialize};

use super::{Text, Time, TimePrecision, TimeQuality};

/// What one record stands for. Counts never add one kind to another.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Granularity {
    /// One call of a model: an exchange.
    #[default]
    Exchange,
    /// One audit record without tokens: a login, a key change, a list call.
    Activity,
    /// Many calls counted in an interval.
    Bucket,
    /// A record that another one repeats word for word: the other is counted. Only the index says
    /// so; what a record stands for by itself is one of the kinds above.
    #[serde(skip)]
    Repeat,
    /// A record of a call that another system's record stands for, which is counted. Likewise.
    #[serde(skip)]
    Joined,
}

impl Granularity {
    /// All kinds, in the order they are preferred for counting.
    pub const ALL: [Self; 5] =
        [Self::Exchange, Self::Activity, Self::Bucket, Self::Repeat, Self::Joined];

    /// Those a record can have by itself.
    pub const OF_RECORDS: [Self; 3] = [Self::Exchange, Self::Activity, Self::Bucket];

    /// The name stored in the case file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exchange => "exchange",
            Self::Activity => "activity",
            Self::Bucket => "bucket",
            Self::Repeat => "repeat",
            Self::Joined => "joined",
        }
    }

    /// The word for many of them: `exchanges`, `activities`, `usage buckets`.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Exchange => "exchanges",
            Self::Activity => "activities",
            Self::Bucket => "usage buckets",
            Self::Repeat => "repeats",
            Self::Joined => "joined records",
        }
    }

    /// The word for one or many of them: `1 exchange`, `2 exchanges`.
    pub fn word(self, n: u64) -> &'static str {
        match self {
            _ if n != 1 => self.plural(),
            Self::Exchange => "exchange",
            Self::Activity => "activity",
            Self::Bucket => "usage bucket",
            Self::Repeat => "repeat",
            Self::Joined => "joined record",
        }
    }

    /// The inverse of [`Granularity::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|g| g.as_str() == name)
    }
}

/// One shaped record. Missing is `None`, never zero and never the empty string.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exchange<'a> {
    /// When the call started (or ended, see `time_quality`); [`Time::NONE`] where the record says
    /// nothing of it.
    pub at: Time,
    /// How the time was obtained.
    pub time_quality: TimeQuality,
    /// The unit the time was written in.
    pub time_precision: TimePrecision,
    /// What the record stands for.
    pub granularity: Granularity,
    /// Calls counted, for a bucket; `None` where the source does not say.
    pub requests: Option<u64>,
    /// Length of the interval that is counted, s, for a bucket.
    pub interval_s: Option<u32>,
    /// Identifier the source gave the call.
    pub request_id: Option<Text<'a>>,
    /// The account; required.
    pub account_id: Text<'a>,
    /// Organisation or tenant.
    pub org_id: Option<Text<'a>>,
    /// End user behind the account.
    pub user_id: Option<Text<'a>>,
    /// API key identifier or hash, never a secret.
    pub api_key_id: Option<Text<'a>>,
    /// Session or conversation.
    pub session_id: Option<Text<'a>>,
    /// api, console, cloud, aggregator…
    pub pathway: Option<Text<'a>>,
    /// Operation or URL path.
    pub endpoint: Option<Text<'a>>,
    /// Model asked for.
    pub model: Option<Text<'a>>,
    /// HTTP status.
    pub status: Option<u32>,
    /// Why generation stopped.
    pub stop_reason: Option<Text<'a>>,
    /// Error code or message.
    pub error: Option<Text<'a>>,
    /// Input tokens, cached ones included.
    pub input_tokens: Option<u64>,
    /// Output tokens, reasoning included.
    pub output_tokens: Option<u64>,
    /// The part of the input read from a cache.
    pub cached_tokens: Option<u64>,
    /// The part of the output spent on reasoning.
    pub reasoning_tokens: Option<u64>,
    /// Duration of the call, ms.
    pub latency_ms: Option<f64>,
    /// Limit on output tokens the caller set.
    pub max_tokens: Option<u64>,
    /// Sampling temperature the caller set.
    pub temperature: Option<f64>,
    /// Address as the log wrote it.
    pub client_ip: Option<Text<'a>>,
    /// Autonomous system.
    pub asn: Option<Text<'a>>,
    /// Country of the address, as the log states it.
    pub country: Option<Text<'a>>,
    /// Cloud or service region.
    pub region: Option<Text<'a>>,
    /// User agent.
    pub user_agent: Option<Text<'a>>,
    /// Device or TLS fingerprint.
    pub device_id: Option<Text<'a>>,
    /// Names of tools offered, joined by commas.
    pub tools: Option<Text<'a>>,
    /// Cost as reported.
    pub cost: Option<f64>,
    /// Fingerprint of the system prompt: the source's hash, else of its text.
    pub system_hash: Option<Text<'a>>,
    /// Fingerprint of the prompt: XXH3-64 of the source's hash, else of its text.
    pub prompt_hash: Option<u64>,
    /// Fingerprint of the response, made likewise.
    pub response_hash: Option<u64>,
    /// Fingerprint of the reasoning block issued with the answer.
    pub reasoning_signature: Option<u64>,
    /// Fingerprint of a reasoning block submitted with the request.
    pub replayed_signature: Option<u64>,
}

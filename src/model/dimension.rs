//! The dictionaries an event points into: who called, from where, and what kind of call.
//!
//! A star schema: values that repeat together are stored once as a tuple, so that an event
//! row is a handful of small integers and a filter on any of these fields becomes a lookup
//! in a bitset over a few thousand tuples.

use serde::{Deserialize, Serialize};

use super::{Granularity, Texts, TimePrecision, TimeQuality};

/// Who called. `account` is an index into [`Dimensions::accounts`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Caller {
    /// Position in [`Dimensions::accounts`].
    pub account: u32,
    /// Organisation.
    pub org_id: Option<String>,
    /// End user.
    pub user_id: Option<String>,
    /// Key.
    pub api_key_id: Option<String>,
}

/// Where the call came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Origin {
    /// Address as the log wrote it.
    pub client_ip: Option<String>,
    /// Autonomous system.
    pub asn: Option<String>,
    /// Country as the log states it.
    pub country: Option<String>,
    /// Service region.
    pub region: Option<String>,
    /// User agent.
    pub user_agent: Option<String>,
    /// Device or TLS fingerprint.
    pub device_id: Option<String>,
}

/// What kind of call it was and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Exchange, activity or bucket.
    pub granularity: Granularity,
    /// How the time was obtained.
    pub time_quality: TimeQuality,
    /// The unit the time was written in.
    pub time_precision: TimePrecision,
    /// api, console, cloud…
    pub pathway: Option<String>,
    /// Operation.
    pub endpoint: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// HTTP status.
    pub status: Option<u32>,
    /// Why generation stopped.
    pub stop_reason: Option<String>,
    /// Error code or message.
    pub error: Option<String>,
    /// Limit on output tokens.
    pub max_tokens: Option<u64>,
    /// Sampling temperature.
    pub temperature: Option<f64>,
    /// Tools offered.
    pub tools: Option<String>,
    /// Fingerprint of the system prompt.
    pub system_hash: Option<String>,
    /// Length of the interval a bucket counts, s.
    pub interval_s: Option<u32>,
}

/// All dictionaries of a case. Position 0 is the first entry; ids in the case file are position + 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dimensions {
    /// Account ids.
    pub accounts: Vec<String>,
    /// Who called.
    pub callers: Vec<Caller>,
    /// Where from.
    pub origins: Vec<Origin>,
    /// What kind of call.
    pub calls: Vec<Call>,
    /// Session ids.
    pub sessions: Texts,
}

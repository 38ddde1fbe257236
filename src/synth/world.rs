//! What a synthetic world consists of: groups of accounts, what they are, and when they act.

use std::ops::Range;

use super::text::Script;
use crate::model::Marker;

/// 2026-03-02T00:00:00Z, a Monday: the first instant of every synthetic log, µs.
pub const START_US: i64 = 1_772_409_600 * 1_000_000;

/// The models, oldest first; the last is released during the log.
pub const MODELS: [&str; 3] = ["atlas-3", "atlas-3-mini", "atlas-4"];

/// What an account truly is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Ordinary use.
    Background,
    /// Innocent, and likely to be mistaken for a campaign.
    LookAlike,
    /// Part of a planted network.
    Campaign,
}

impl Role {
    /// The name in `labels.csv`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Background => "background",
            Self::LookAlike => "look-alike",
            Self::Campaign => "campaign",
        }
    }
}

/// When the accounts of a group act, besides their own habits.
#[derive(Clone, Debug, PartialEq)]
pub enum Timing {
    /// Only by their own habits.
    Own,
    /// One job a night from this hour (UTC), request after request.
    Nightly {
        /// Hour of the day.
        hour: u32,
    },
    /// Sessions around the clock, handed to the account that has waited longest. At `ban_us`
    /// the first `banned` members close and the last `banned` members take their turns.
    Rotation {
        /// When members are closed, µs.
        ban_us: i64,
        /// How many.
        banned: u32,
    },
    /// A few requests of each member inside these stretches, µs.
    Windows(Vec<Range<i64>>),
}

/// Which item a record of a group is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Items {
    /// No account ever repeats another's: shards of one long list.
    Disjoint,
    /// One of these many, drawn anew each time: members overlap.
    Shared(u32),
    /// These many in order, again and again.
    Cycle(u32),
}

/// Which model the records of a group ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelUse {
    /// Each account keeps its model and moves to a new one in its own time.
    Adopt,
    /// All at once, minutes after a release.
    Pivot,
    /// The newest, nothing else.
    Newest,
    /// Each in turn.
    Every,
}

/// Typical sizes of one record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sizes {
    /// Median input tokens.
    pub input: f64,
    /// Median output tokens.
    pub output: f64,
    /// Limit on output tokens, where the caller sets one.
    pub max_tokens: Option<u32>,
    /// Sampling temperature, as written, where the caller sets one.
    pub temperature: Option<&'static str>,
}

/// Accounts that belong together, or the background as a whole.
#[derive(Clone, Debug)]
pub struct Group {
    /// Id of the benchmark class (`C01`, `L10`, `B01`).
    pub id: &'static str,
    /// What it is, in words.
    pub name: &'static str,
    /// What its accounts truly are.
    pub role: Role,
    /// Whether its accounts act as one.
    pub coordinated: bool,
    /// Whether it collects answers to train on.
    pub harvesting: bool,
    /// Its accounts.
    pub members: Range<u32>,
    /// When they act together.
    pub timing: Timing,
    /// What they ask.
    pub script: Script,
    /// About which items.
    pub items: Items,
    /// Of which model.
    pub models: ModelUse,
    /// How long the records are.
    pub sizes: Sizes,
    /// Operation in the log.
    pub endpoint: &'static str,
    /// Whether records name an end user.
    pub end_users: bool,
    /// Whether a reasoning block issued to one member is submitted by another.
    pub replays: bool,
    /// Records it makes as a group.
    pub events: u64,
}

/// Where an account calls from, ready for the record.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Address.
    pub ip: String,
    /// Autonomous system, from the private range.
    pub asn: u32,
    /// Country of the address.
    pub country: &'static str,
    /// Client software.
    pub user_agent: &'static str,
}

/// The day curve an account lives by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    /// Evenings and weekends too.
    Leisure,
    /// Office hours, Monday to Friday.
    Office,
    /// The customers of a service: all day, less at night.
    Service,
    /// Around the clock.
    Flat,
}

/// One account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id.
    pub id: String,
    /// Position of its group.
    pub group: u32,
    /// Organisation.
    pub org: Option<String>,
    /// api, console, cloud, aggregator.
    pub pathway: &'static str,
    /// When it was created, µs.
    pub created_us: i64,
    /// When it was closed, µs.
    pub closed_us: Option<i64>,
    /// Rows of the accounts table that nothing else needs.
    pub papers: Papers,
    /// Places it calls from; a session picks one.
    pub origins: Vec<Origin>,
    /// Hours ahead of UTC.
    pub zone_h: i64,
    /// Its day.
    pub rhythm: Rhythm,
    /// Mean requests a session.
    pub session_len: f64,
    /// Position in [`MODELS`] of the model it prefers before the release.
    pub model: usize,
    /// When it moves to the new model, µs.
    pub adopts_us: i64,
    /// What it asks when acting by its own habits: position in `World::scripts`.
    pub script: usize,
    /// Records by its own habits.
    pub own_events: u64,
    /// Records as part of its group.
    pub group_events: u64,
}

/// What an account stated or paid with at registration.
#[derive(Clone, Debug, Default)]
pub struct Papers {
    /// Domain of its mail address.
    pub email_domain: String,
    /// Shape of its mail name.
    pub email_pattern: &'static str,
    /// Country it declared.
    pub declared_country: &'static str,
    /// Fingerprint of its means of payment.
    pub payment: Option<String>,
    /// Prefix of its phone number.
    pub phone_prefix: Option<String>,
    /// Tariff.
    pub plan: &'static str,
    /// How it was verified.
    pub verification: &'static str,
    /// Programme it belongs to.
    pub program: &'static str,
    /// Why it is on an allow-list.
    pub allowlist_reason: &'static str,
}

/// The moments that matter on the time axis.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Days the log covers.
    pub days: u32,
    /// When the newest model is released, µs.
    pub release_us: i64,
    /// When accounts are closed, µs.
    pub ban_us: i64,
    /// All moments, for the releases table.
    pub markers: Vec<Marker>,
}

impl Calendar {
    /// One past the last day, µs.
    pub fn end_us(&self) -> i64 {
        self.day_us(self.days)
    }

    /// The start of a day, µs.
    pub fn day_us(&self, day: u32) -> i64 {
        START_US + i64::from(day) * crate::model::time::DAY_US
    }
}

/// A whole synthetic world.
#[derive(Clone, Debug)]
pub struct World {
    /// What it was made from.
    pub seed: u64,
    /// Its moments.
    pub calendar: Calendar,
    /// Its groups.
    pub groups: Vec<Group>,
    /// Its accounts, by number.
    pub accounts: Vec<Account>,
    /// What accounts ask by their own habits.
    pub scripts: Vec<Script>,
}

/// One record to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// When, µs.
    pub at_us: i64,
    /// Which account.
    pub account: u32,
    /// Which of its records, counted apart for own and group records.
    pub seq: u32,
    /// Which of its sessions.
    pub session: u32,
    /// Which turn of the session, from 0.
    pub turn: u32,
    /// About which item.
    pub item: u32,
    /// Whether the account acts by its own habits.
    pub own: bool,
}

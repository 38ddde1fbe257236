//! A network before its accounts exist: who, how many, how much, when, and what.

use std::ops::Range;

use super::super::world::Role;
use super::words::Words;

/// How the accounts of a network come to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kin {
    /// Nothing in common.
    Strangers,
    /// One organisation with one card, behind one office address.
    Firm,
    /// The same, of people: the office, and for some a home.
    Team,
    /// Many people behind one address, papers of their own.
    SharedAddress,
    /// The same at a university, in its programme.
    University,
    /// A declared reseller: one organisation, one gateway, one client software.
    Gateway,
    /// One organisation on short-lived machines of a cloud that others use, too.
    Runners,
    /// Exits of a commercial VPN and nothing else in common.
    Vpn,
    /// A transfer station: own proxies, a few cards between them.
    Station,
    /// A proxy and a virtual card for each, disposable mail.
    Proxied,
    /// Registered in blocks seconds apart; so many cards and networks /24 between them.
    Factory {
        /// Means of payment.
        cards: u32,
        /// Blocks of registrations, each in one /24.
        blocks: u32,
    },
    /// Proxies shared by four each, cards of their own.
    SharedProxies,
    /// Registered in the days before, nothing shared.
    Fresh,
    /// Hosting in a few /24, cards of their own.
    Hosting,
    /// Hosting in two countries far from the customers.
    Hubs,
    /// Plans and access of every kind.
    Pathways,
    /// Nothing in common, and nothing that looks cheap.
    Unique,
}

/// Who of a pool takes the next conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assign {
    /// Whoever has waited longest; a conversation stays for an hour.
    LeastRecent,
    /// Anyone; a conversation stays for an hour.
    Random,
    /// Always the same: each customer, or shard of the list, has its account.
    Bound,
}

/// When a network is busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// Around the clock.
    Plateau,
    /// The customers of a service, so many hours ahead of UTC.
    Day(i64),
    /// Office hours of one time zone, Monday to Friday.
    Office(i64),
}

/// A stream of conversations handed to the accounts of a pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pool {
    /// Who takes the next one.
    pub assign: Assign,
    /// When they come.
    pub curve: Curve,
    /// Least and most turns of one.
    pub turns: (u64, u64),
    /// Median pause between turns, s.
    pub pause_s: f64,
    /// Spread of the logarithm of the pause.
    pub spread: f64,
    /// Share of calls that meet the rate limit; the conversation goes on elsewhere.
    pub limited: f64,
    /// Pools side by side that only share the tide: by pathway.
    pub parts: u32,
    /// End users behind it; 0: none are named or bound.
    pub customers: u32,
}

/// How a network acts.
#[derive(Clone, Debug, PartialEq)]
pub enum Traffic {
    /// By the habits of its accounts.
    Own,
    /// One job a night from this hour (UTC).
    Nightly(u32),
    /// Each account inside these stretches, µs.
    Windows(Vec<Range<i64>>),
    /// Conversations handed out.
    Pool(Pool),
    /// Everybody at once, a fixed total each time; seconds over which a burst spreads, and the
    /// share of the gap by which it may be off.
    Bursts {
        /// Length of a burst, s.
        spread_s: f64,
        /// Share of the gap between bursts.
        jitter: f64,
        /// When there are any.
        curve: Curve,
    },
    /// A few calls of each: the busy ones within two days, the others over the whole window.
    Light {
        /// Day on which the two days begin.
        burst_day: u32,
    },
    /// Some try one technique after another until a day; then the others use the best one.
    Sweep {
        /// How many try.
        probers: u32,
        /// Day from which the best one is used.
        scale_day: u32,
    },
}

/// Which item a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Items {
    /// One long list, each entry asked once, by whoever is next.
    Disjoint,
    /// The same, each account with a stretch of its own.
    Sharded,
    /// One of so many, drawn anew each time.
    Shared(u64),
    /// So many in order, again and again, word for word.
    Cycle(u64),
    /// Nothing in particular.
    Free,
}

/// Which model is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Models {
    /// Each account keeps its model and moves in its own time.
    Adopt,
    /// Everybody, minutes after the release.
    Pivot,
    /// 48 % of the calls within 19 hours of the release, four fifths in the end.
    Redirect,
    /// Each account on a day of its own within a week after the release.
    Staggered,
    /// The newest there is.
    Newest,
    /// Each in turn.
    Every,
    /// From the guarded model, which refuses most, to the smaller one: on this day, over so many.
    Guard(u32, u32),
}

/// Something a network asks, from one day on and until another.
#[derive(Clone, Debug)]
pub struct Task {
    /// How often, against the other tasks of the time.
    pub weight: f64,
    /// From which day until before which.
    pub days: Range<u32>,
    /// In which words.
    pub words: Words,
    /// Whether it collects answers to train on.
    pub is_harvest: bool,
}

/// A network before its accounts exist.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Benchmark class (`C01`, `L10`).
    pub id: &'static str,
    /// In words.
    pub name: &'static str,
    /// What its accounts truly are.
    pub role: Role,
    /// Whether they act as one.
    pub coordinated: bool,
    /// Whether it collects answers to train on.
    pub harvesting: bool,
    /// Whether a contract or a programme covers it.
    pub sanctioned: bool,
    /// What it does to stay unseen.
    pub evasion: Option<super::Evasion>,
    /// Accounts.
    pub members: u32,
    /// How many of them are in use at a time; the others replace them.
    pub at_once: u32,
    /// Calls an account and day of the window, as published.
    pub rate: f64,
    /// Calls of each member instead, between these.
    pub each: Option<(u64, u64)>,
    /// The window: from one day until before another.
    pub days: Range<u32>,
    /// Calls of each member by its own habits, between these.
    pub own: (u64, u64),
    /// Unrelated calls for each call of the network.
    pub unrelated: f64,
    /// How the accounts are related.
    pub kin: Kin,
    /// Plan, verification, programme, reason on the allow-list.
    pub papers: [&'static str; 4],
    /// How they act.
    pub traffic: Traffic,
    /// What they ask.
    pub tasks: Vec<Task>,
    /// About which items.
    pub items: Items,
    /// Of which model.
    pub models: Models,
    /// Share of calls that submit a reasoning block issued to another conversation.
    pub replays: f64,
    /// Whether the metadata never arrive.
    pub stripped: bool,
}

impl Spec {
    /// Every task that a list is worked off with begins with an instruction of the house.
    pub fn opened(mut self) -> Self {
        for task in &mut self.tasks {
            task.words = task.words.clone().opened();
        }
        self
    }
}

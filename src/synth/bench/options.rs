//! What can be asked of the benchmark.

use std::fmt;

/// What to make.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Records; exactly so many are written.
    pub events: u64,
    /// Accounts, all of them.
    pub accounts: u32,
    /// Another seed gives another world of the same kind.
    pub seed: u64,
    /// Percent of the accounts that belong to campaigns; 0 is the all-benign arm.
    pub prevalence: f64,
    /// Which evasions are planted, as networks of their own; `None`: as many as there is room for.
    pub evasions: Option<Vec<Evasion>>,
    /// Which generator makes the ordinary traffic and words the campaigns.
    pub background: Background,
    /// Which columns are written.
    pub tier: Tier,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            events: 200_000,
            accounts: 2_000,
            seed: 7,
            prevalence: 5.0,
            evasions: None,
            background: Background::Tuning,
            tier: Tier::MAX,
        }
    }
}

/// Which generator makes the ordinary traffic. What is tuned on one is reported on the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Background {
    /// Log-normal rates, sessions of a conversation each, gamma gaps.
    Tuning,
    /// Pareto rates, clumps of a renewal process with Weibull gaps, spells of days on and off,
    /// and campaigns that say the same in other words.
    Holdout,
}

impl Background {
    /// Which of two wordings it uses.
    pub fn voice(self) -> usize {
        usize::from(self == Self::Holdout)
    }
}

/// How much an export carries: every tier has what the lower ones have.
///
/// 0 time, account, key, model, tokens, status · 1 addresses, client software, sessions,
/// operations, limits · 2 attributes of accounts · 3 hashes of prompts · 4 texts · 5 reasoning
/// blocks, cache counters, reasons of failures, bans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tier(u8);

impl Tier {
    /// Everything.
    pub const MAX: Self = Self(5);

    /// The tier of a number from 0 to 5.
    pub fn new(number: u8) -> Option<Self> {
        (number <= 5).then_some(Self(number))
    }

    /// Whether what comes with a tier is there.
    pub fn has(self, number: u8) -> bool {
        self.0 >= number
    }
}

/// What a campaign does to stay unseen. Each is planted alone, as a variant of C02, C04 and C07,
/// and all of them together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evasion {
    /// Times off by half a gap, either way.
    E1,
    /// Templates reworded at every use, more than 200 surface forms.
    E2,
    /// A random load balancer.
    E3,
    /// An address and a card of its own for every account, nothing shared.
    E4,
    /// Seventy of a hundred requests have nothing to do with it.
    E5,
    /// Half the rate, twice the accounts.
    E6,
    /// Office hours only.
    E7,
    /// A new model is taken up over seven days.
    E8,
    /// An aggregator strips addresses, clients, sessions and attributes.
    E9,
    /// All of them.
    All,
}

impl Evasion {
    /// Every evasion, the single ones first.
    pub const ALL: [Self; 10] = [
        Self::E1,
        Self::E2,
        Self::E3,
        Self::E4,
        Self::E5,
        Self::E6,
        Self::E7,
        Self::E8,
        Self::E9,
        Self::All,
    ];

    /// Its name in `labels.csv` and on the command line.
    pub fn as_str(self) -> &'static str {
        ["E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8", "E9", "all"][self as usize]
    }

    /// The evasion of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.as_str().eq_ignore_ascii_case(name))
    }

    /// The single evasions in it.
    pub fn single(self) -> Vec<Self> {
        if self == Self::All { Self::ALL[..9].to_vec() } else { vec![self] }
    }
}

impl fmt::Display for Evasion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

//! Which accounts of a cluster are compared with surrogates: all of a small one, some of a large
//! one, drawn at random. Who keeps an order among thousands keeps it among five hundred of them.

use crate::detect::nulls::Session;
use crate::detect::nulls::day_shift::DayShift;
use crate::detect::{Group, Material, material::Visit};
use crate::model::rng::key;

/// Accounts that are compared at most.
const MOST_ACCOUNTS: usize = 500;
/// Sessions that are compared at most.
const MOST_SESSIONS: usize = 40_000;

/// What is compared.
pub struct Chosen {
    /// The accounts, in an order drawn at random, with their sessions on whole days.
    pub accounts: Vec<(u32, Vec<Visit>)>,
    /// The days.
    pub days: DayShift,
    /// Accounts of the cluster with enough sessions, of each organisation one.
    pub of: usize,
}

impl Chosen {
    /// From the strangers of a cluster that have this many sessions at least. `None` where fewer
    /// than two have, or their sessions span less than two whole days.
    pub fn new(material: &Material<'_>, group: Group<'_>, least: usize, seed: u64) -> Option<Self> {
        let mut all = material.strangers(group.members);
        all.retain(|account| material.visits(*account).len() >= least);
        let start =
            all.iter().filter_map(|a| material.visits(*a).first()).map(|v| v.start).min()?;
        let last = all.iter().filter_map(|a| material.visits(*a).last()).map(|v| v.end).max()?;
        let days = DayShift::new(start, last.saturating_add(1))?;
        all.sort_unstable_by_key(|account| key(&[seed, u64::from(*account)]));
        let (mut accounts, mut sessions, mut of) = (Vec::new(), 0, 0);
        for account in all {
            let held = |v: &&Visit| days.holds(v.start);
            let visits: Vec<Visit> =
                material.visits(account).iter().filter(held).copied().collect();
            if visits.len() < least {
                continue;
            }
            of += 1;
            let fits = accounts.len() < 2 || sessions + visits.len() <= MOST_SESSIONS;
            if accounts.len() < MOST_ACCOUNTS && fits {
                sessions += visits.len();
                accounts.push((account, visits));
            }
        }
        (accounts.len() >= 2).then_some(Self { accounts, days, of })
    }

    /// The sessions, by accounts numbered in their order here.
    pub fn sessions(&self) -> Vec<Session> {
        let of = |(n, (_, visits)): (u32, &(u32, Vec<Visit>))| {
            let session = move |v: &Visit| Session { account: n, start: v.start, end: v.end };
            visits.iter().map(session).collect::<Vec<_>>()
        };
        (0..).zip(&self.accounts).flat_map(of).collect()
    }

    /// First rows of the sessions.
    pub fn rows(&self) -> impl Iterator<Item = u32> {
        self.accounts.iter().flat_map(|(_, visits)| visits).map(|v| v.first)
    }

    /// What a sentence adds where not all were looked at.
    pub fn remark(&self) -> String {
        let looked = self.accounts.len();
        if looked == self.of {
            return String::new();
        }
        format!(
            " Looked at {looked} accounts, drawn at random from {} with enough sessions.",
            self.of
        )
    }
}

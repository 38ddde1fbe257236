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

/// An account with less than this part of the sessions that the middle one of a cluster has does not
/// show how the cluster is used.
const SELDOM: usize = 5;

/// What is compared.
pub struct Chosen {
    /// The accounts, in an order drawn at random, with their sessions on whole days.
    pub accounts: Vec<(u32, Vec<Visit>)>,
    /// The days.
    pub days: DayShift,
    /// Accounts of the cluster with enough sessions, of each organisation one.
    pub of: usize,
    /// Accounts that are left out, since they have hardly any sessions beside what the others have.
    pub seldom: usize,
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
        let held = |account: u32| {
            let visits = material.visits(account).iter().filter(|v| days.holds(v.start)).copied();
            (account, visits.collect::<Vec<Visit>>())
        };
        let mut all: Vec<_> = all.into_iter().map(held).collect();
        all.retain(|(_, visits)| visits.len() >= least);
        let enough = all.len();
        let usual = middle(all.iter().map(|(_, visits)| visits.len()).collect());
        all.retain(|(_, visits)| SELDOM * visits.len() >= usual);
        let of = all.len();
        let (mut accounts, mut sessions) = (Vec::new(), 0);
        for (account, visits) in all {
            let fits = accounts.len() < 2 || sessions + visits.len() <= MOST_SESSIONS;
            if accounts.len() < MOST_ACCOUNTS && fits {
                sessions += visits.len();
                accounts.push((account, visits));
            }
        }
        (accounts.len() >= 2).then_some(Self { accounts, days, of, seldom: enough - of })
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
        let mut words = String::new();
        if self.seldom > 0 {
            words.push_str(&format!(
                " Left out: {} with less than a fifth of the sessions that the middle account has.",
                counted(self.seldom)
            ));
        }
        let looked = self.accounts.len();
        if looked < self.of {
            words.push_str(&format!(
                " Looked at {looked} accounts, drawn at random from {} with enough sessions.",
                self.of
            ));
        }
        words
    }
}

/// The middle one of some numbers; 0 of none.
fn middle(mut all: Vec<usize>) -> usize {
    all.sort_unstable();
    all.get(all.len() / 2).copied().unwrap_or(0)
}

fn counted(accounts: usize) -> String {
    format!("{accounts} account{}", if accounts == 1 { "" } else { "s" })
}

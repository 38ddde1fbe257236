//! What is known of an account beyond counts and tokens: how many keys, addresses, models and
//! days it used, how much of it failed, how long its calls took.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::attribute::Dimension;
use super::{Index, Mask};
use crate::job::{Cancelled, Progress};
use crate::model::time::DAY_US;
use crate::model::{Address, Field, MISSING};

/// Accounts up to which profiles are made: a profile takes some hundred bytes.
pub const MOST_PROFILED: usize = 4_000_000;

/// Facts of one account under a mask.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Profile {
    /// Distinct organisations, end users and keys.
    pub orgs: u32,
    /// Distinct end users.
    pub users: u32,
    /// Distinct keys.
    pub keys: u32,
    /// Distinct models.
    pub models: u32,
    /// Distinct addresses, as the log wrote them.
    pub addresses: u32,
    /// Distinct /24 of IPv4 and /48 of IPv6 addresses.
    pub networks: u32,
    /// Distinct countries.
    pub countries: u32,
    /// Distinct user agents.
    pub agents: u32,
    /// Distinct sessions.
    pub sessions: u32,
    /// Days (UTC) with a row.
    pub days: u32,
    /// Rows that say whether they failed: with a status or an error.
    pub judged: u32,
    /// Those that failed: a status of 400 or more, or an error.
    pub errors: u32,
    /// Median of the known latencies, ms.
    pub latency_ms: Option<u32>,
    /// Sum of the known cached tokens.
    pub cached: Option<u64>,
    /// Sum of the known reasoning tokens.
    pub reasoning: Option<u64>,
    /// Sum of the known costs.
    pub cost: Option<f64>,
    /// The organisation, where it is one: a number of [`Index::value_text`].
    org: Option<u32>,
}

/// Facts of all accounts, by position.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profiles {
    of: Vec<Profile>,
    /// Accounts with several organisations, and which.
    several_orgs: FxHashMap<u32, String>,
}

impl Profiles {
    /// Those of an account.
    pub fn of(&self, account: u32) -> Profile {
        self.of.get(account as usize).copied().unwrap_or_default()
    }

    /// Its organisation; several in the order of their names with `; ` between them.
    pub fn org<'a>(&'a self, index: &'a Index, account: u32) -> Option<std::borrow::Cow<'a, str>> {
        if let Some(all) = self.several_orgs.get(&account) {
            return Some(all.as_str().into());
        }
        index.value_text(Field::OrgId, self.of(account).org?)
    }
}

/// Which numbers an account was seen with already: a stamp a number, so that nothing is cleared
/// from account to account.
struct Seen {
    stamps: Vec<u32>,
    met: Vec<u32>,
}

impl Seen {
    fn new(numbers: usize) -> Self {
        Self { stamps: vec![MISSING; numbers], met: Vec::new() }
    }

    fn meet(&mut self, account: u32, number: u32) {
        if let Some(stamp) = self.stamps.get_mut(number as usize)
            && *stamp != account
        {
            *stamp = account;
            self.met.push(number);
        }
    }
}

/// What one thread needs to look at accounts one after the other.
struct Bench<'a> {
    index: &'a Index,
    networks: &'a [u32],
    callers: Seen,
    origins: Seen,
    calls: Seen,
    sessions: Seen,
    latencies: Vec<u32>,
    numbers: Vec<u32>,
}

impl<'a> Bench<'a> {
    fn new(index: &'a Index, networks: &'a [u32]) -> Self {
        let seen = |dimension| Seen::new(index.entry_count(dimension));
        Self {
            index,
            networks,
            callers: seen(Dimension::Caller),
            origins: seen(Dimension::Origin),
            calls: seen(Dimension::Call),
            sessions: seen(Dimension::Session),
            latencies: Vec::new(),
            numbers: Vec::new(),
        }
    }

    fn look(&mut self, mask: &Mask, account: u32) -> (Profile, Option<String>) {
        let columns = &self.index.columns;
        let mut profile = Profile::default();
        for seen in [&mut self.callers, &mut self.origins, &mut self.calls, &mut self.sessions] {
            seen.met.clear();
        }
        self.latencies.clear();
        let mut last_day = None;
        for row in self.index.rows_of_account_under(mask, account) {
            let at = row as usize;
            self.callers.meet(account, columns.caller[at]);
            self.origins.meet(account, columns.origin[at]);
            self.calls.meet(account, columns.call[at]);
            if let Some(session) = columns.session.get(at) {
                self.sessions.meet(account, *session);
            }
            let day = self.index.at(row).map(|t| t.0.div_euclid(DAY_US));
            // Rows come in time order.
            if day.is_some() && day != last_day {
                profile.days += 1;
                last_day = day;
            }
            let view = self.index.row(row);
            self.latencies.extend(view.latency_ms());
            let add = |sum: &mut Option<u64>, n: Option<u32>| {
                if let Some(n) = n {
                    *sum = Some(sum.unwrap_or(0) + u64::from(n));
                }
            };
            add(&mut profile.cached, view.cached_tokens());
            add(&mut profile.reasoning, view.reasoning_tokens());
            if let Some(cost) = view.cost() {
                profile.cost = Some(profile.cost.unwrap_or(0.0) + cost);
            }
            profile.judged += u32::from(view.status().is_some() || view.error().is_some());
            profile.errors += u32::from(view.is_error());
        }
        self.count_values(&mut profile);
        profile.sessions = self.sessions.met.len() as u32;
        profile.latency_ms = median(&mut self.latencies);
        let orgs = self.orgs(&mut profile);
        (profile, orgs)
    }

    fn count_values(&mut self, profile: &mut Profile) {
        let fields = [
            (Field::OrgId, &mut profile.orgs),
            (Field::UserId, &mut profile.users),
            (Field::ApiKeyId, &mut profile.keys),
            (Field::Model, &mut profile.models),
            (Field::ClientIp, &mut profile.addresses),
            (Field::Country, &mut profile.countries),
            (Field::UserAgent, &mut profile.agents),
        ];
        for (field, count) in fields {
            let Some(attribute) = self.index.attribute(field) else { continue };
            let met = match attribute.dimension {
                Dimension::Caller => &self.callers.met,
                Dimension::Origin => &self.origins.met,
                Dimension::Call => &self.calls.met,
                _ => continue,
            };
            *count = distinct(&mut self.numbers, met, &attribute.value_of);
        }
        profile.networks = distinct(&mut self.numbers, &self.origins.met, self.networks);
    }

    /// Notes the organisation, and names them where there are several.
    fn orgs(&mut self, profile: &mut Profile) -> Option<String> {
        let attribute = self.index.attribute(Field::OrgId).filter(|_| profile.orgs > 0)?;
        distinct(&mut self.numbers, &self.callers.met, &attribute.value_of);
        if let [one] = self.numbers[..] {
            profile.org = Some(one);
            return None;
        }
        let text = |value: &u32| self.index.value_text(Field::OrgId, *value);
        let mut names: Vec<_> = self.numbers.iter().filter_map(text).collect();
        names.sort_unstable();
        Some(names.join("; "))
    }
}

/// How many different numbers the entries have; which they are is left in `numbers`.
fn distinct(numbers: &mut Vec<u32>, entries: &[u32], number_of: &[u32]) -> u32 {
    numbers.clear();
    let known = |entry: &u32| number_of.get(*entry as usize).copied().filter(|n| *n != MISSING);
    numbers.extend(entries.iter().filter_map(known));
    numbers.sort_unstable();
    numbers.dedup();
    numbers.len() as u32
}

/// The middle of the values, the lower one of two.
fn median(values: &mut [u32]) -> Option<u32> {
    let middle = values.len().checked_sub(1)? / 2;
    Some(*values.select_nth_unstable(middle).1)
}

impl Index {
    /// Facts of every account over the rows a mask keeps.
    ///
    /// Naive: for every account, collect the values of its rows kept into sets and count them.
    ///
    /// # Errors
    /// When cancelled.
    pub fn profiles(&self, mask: &Mask, progress: &Progress) -> Result<Profiles, Cancelled> {
        let networks = self.networks();
        let mut of = vec![Profile::default(); self.accounts().len()];
        let look = |bench: &mut Bench<'_>, (account, profile): (usize, &mut Profile)| {
            progress.check()?;
            let orgs;
            (*profile, orgs) = bench.look(mask, account as u32);
            Ok(orgs.map(|orgs| (account as u32, orgs)))
        };
        let least = self.accounts_a_thread();
        let each = of.par_iter_mut().enumerate().with_min_len(least);
        // Each is written where it stays: there may be millions.
        let several: Vec<(u32, String)> = each
            .map_init(|| Bench::new(self, &networks), look)
            .filter_map(Result::transpose)
            .collect::<Result<_, Cancelled>>()?;
        Ok(Profiles { of, several_orgs: several.into_iter().collect() })
    }

    /// Accounts that a thread looks at one after the other: so many that what it needs for that
    /// is not made too often.
    pub(super) fn accounts_a_thread(&self) -> usize {
        (self.accounts().len() / (4 * rayon::current_num_threads())).max(1 << 10)
    }

    /// The network of each place of origin, numbered; [`MISSING`] where none is known.
    fn networks(&self) -> Vec<u32> {
        let mut numbers = FxHashMap::default();
        let number = |origin: &crate::model::Origin| {
            let net = origin.client_ip.as_deref().and_then(network)?;
            let next = numbers.len() as u32;
            Some(*numbers.entry(net).or_insert(next))
        };
        let mut number = number;
        self.dimensions.origins.iter().map(|o| number(o).unwrap_or(MISSING)).collect()
    }
}

/// The /24 of an IPv4 address or the /48 of an IPv6 one; none where less than that is known.
fn network(text: &str) -> Option<ipnet::IpNet> {
    let net = Address::parse(text).net?;
    let wanted = if net.max_prefix_len() == 32 { 24 } else { 48 };
    let known = net.prefix_len() >= wanted;
    known.then(|| ipnet::IpNet::new(net.addr(), wanted).ok()).flatten().map(|net| net.trunc())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::index::testkit::{Dice, random_filter, random_index, random_lists, spelled};
    use crate::index::{RowView, compile};

    fn naive(index: &Index, mask: &Mask, account: u32) -> (Profile, Option<String>) {
        let rows: Vec<RowView<'_>> = mask
            .rows()
            .map(|row| index.row(row))
            .filter(|row| row.account_position() == account)
            .collect();
        let count = |field: Field| {
            let values: BTreeSet<_> =
                rows.iter().filter_map(|row| spelled(index, field, row.row())).collect();
            values.len() as u32
        };
        let nets: BTreeSet<_> =
            rows.iter().filter_map(|row| row.client_ip().and_then(network)).collect();
        let days: BTreeSet<_> = rows.iter().filter_map(|row| row.at()).map(|t| t.date()).collect();
        let mut latencies: Vec<u32> = rows.iter().filter_map(|row| row.latency_ms()).collect();
        latencies.sort_unstable();
        let sum = |of: fn(&RowView<'_>) -> Option<u32>| {
            let known: Vec<u64> = rows.iter().filter_map(of).map(u64::from).collect();
            (!known.is_empty()).then(|| known.iter().sum())
        };
        let costs: Vec<f64> = rows.iter().filter_map(|row| row.cost()).collect();
        let failed =
            |row: &&RowView<'_>| row.status().is_some_and(|s| s >= 400) || row.error().is_some();
        let orgs: BTreeSet<&str> = rows.iter().filter_map(|row| row.org()).collect();
        let names: Vec<&str> = orgs.into_iter().collect();
        let profile = Profile {
            orgs: count(Field::OrgId),
            users: count(Field::UserId),
            keys: count(Field::ApiKeyId),
            models: count(Field::Model),
            addresses: count(Field::ClientIp),
            networks: nets.len() as u32,
            countries: count(Field::Country),
            agents: count(Field::UserAgent),
            sessions: count(Field::SessionId),
            days: days.len() as u32,
            judged: rows.iter().filter(|r| r.status().is_some() || r.error().is_some()).count()
                as u32,
            errors: rows.iter().filter(failed).count() as u32,
            latency_ms: latencies.get(latencies.len().saturating_sub(1) / 2).copied(),
            cached: sum(|row| row.cached_tokens()),
            reasoning: sum(|row| row.reasoning_tokens()),
            cost: (!costs.is_empty()).then(|| costs.iter().sum()),
            org: None,
        };
        (profile, (!names.is_empty()).then(|| names.join("; ")))
    }

    proptest! {
        /// Naive: sets of the texts of the rows kept.
        #[test]
        fn profiles_equal_sets_of_the_values_of_the_rows(seed: u64) {
            let index = random_index(seed, 40);
            let lists = random_lists(seed, &index);
            let mask = compile(&random_filter(&mut Dice(seed)), &index, &lists).expect("compiles");
            let profiles = index.profiles(&mask, &Progress::default()).expect("not cancelled");
            for account in 0..index.accounts().len() as u32 {
                let (expected, orgs) = naive(&index, &mask, account);
                prop_assert_eq!(Profile { org: None, ..profiles.of(account) }, expected);
                prop_assert_eq!(profiles.org(&index, account).map(|o| o.into_owned()), orgs);
            }
        }
    }

    #[test]
    fn networks_are_what_is_known_of_addresses() {
        let net = |text: &str| network(text).map(|net| net.to_string());
        assert_eq!(net("203.0.113.7:80").as_deref(), Some("203.0.113.0/24"));
        assert_eq!(net("10.1.2.***").as_deref(), Some("10.1.2.0/24"));
        assert_eq!(net("2001:db8:1:2::1").as_deref(), Some("2001:db8:1::/48"));
        for unknown in ["10.1.*.*", "AWS Internal", "<>", ""] {
            assert_eq!(net(unknown), None, "{unknown}");
        }
    }
}

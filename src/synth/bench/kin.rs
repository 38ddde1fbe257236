//! How the accounts of a network are related: one firm, one address, one registration factory.

use super::super::kin::fingerprint;
use super::super::people::{country, user_agent};
use super::super::rng::{Rng, mix};
use super::super::world::{Account, Origin, Role, START_US};
use super::address::{exit, home, hosting, office, runner};
use super::spec::{Kin, Spec};
use super::{DAYS, MAKE, day_us};
use crate::model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};

/// Domains of disposable mail; there is always another one.
fn disposable(n: u64) -> String {
    format!("quickbox{n}.example")
}

/// What the members of a network have in common.
pub struct Relations<'a> {
    spec: &'a Spec,
    seed: u64,
    network: u64,
    /// The office, the campus, the gateway.
    shared: Origin,
}

impl<'a> Relations<'a> {
    /// Draws what the network has in common.
    pub fn new(spec: &'a Spec, network: u32, seed: u64) -> Self {
        let mut rng = Rng::new(&[seed, MAKE, u64::MAX, network.into()]);
        let (country, _) = country(&mut rng);
        let user_agent = user_agent(&mut rng, "api");
        let ip = office(network.into());
        let shared = Origin { ip, asn: 64_900 + network % 64, country, user_agent };
        Self { spec, seed, network: network.into(), shared }
    }

    /// Gives a member its share of it.
    pub fn apply(&self, member: u32, account: &mut Account) {
        let mut rng = Rng::new(&[self.seed, MAKE, self.network, member.into()]);
        self.papers(account);
        match self.spec.kin {
            Kin::Strangers => account.pathway = "api",
            Kin::Firm | Kin::Team | Kin::Runners => self.firm(account, &mut rng),
            Kin::SharedAddress | Kin::University => self.one_address(account, &mut rng),
            Kin::Gateway => self.gateway(account),
            Kin::Vpn => {
                let (abroad, _) = country(&mut rng);
                for (n, origin) in account.origins.iter_mut().enumerate() {
                    origin.ip = exit(rng.next() >> (8 + n));
                    (origin.asn, origin.country) = (64_990, abroad);
                }
            }
            Kin::Pathways => self.pathways(member, account, &mut rng),
            Kin::Fresh => {
                account.org = None;
                account.pathway = if rng.chance(0.5) { "console" } else { "api" };
                account.created_us = self.start_us() - rng.below(5 * DAY_US as u64) as i64;
                let agent = user_agent(&mut rng, account.pathway);
                account.origins.iter_mut().for_each(|origin| origin.user_agent = agent);
            }
            Kin::Unique => {
                account.pathway = "api";
                account.created_us = self.start_us() - rng.below(200 * DAY_US as u64) as i64;
                account.origins.truncate(1);
                account.papers.payment = Some(fingerprint(&[self.network, 5, member.into()]));
            }
            Kin::Station
            | Kin::Proxied
            | Kin::Factory { .. }
            | Kin::SharedProxies
            | Kin::Hosting
            | Kin::Hubs => self.pool(member, account, &mut rng),
        }
    }

    fn start_us(&self) -> i64 {
        day_us(self.spec.days.start)
    }

    fn papers(&self, account: &mut Account) {
        let [plan, verification, program, reason] = self.spec.papers;
        if !plan.is_empty() {
            account.papers.plan = plan;
            account.papers.verification = verification;
            account
                .papers
                .payment
                .get_or_insert_with(|| fingerprint(&[self.network, 9, account.created_us as u64]));
        }
        account.papers.program = program;
        account.papers.allowlist_reason = reason;
        if account.papers.plan == "free" {
            account.papers.payment = None;
        }
        let is_settled = self.spec.role != Role::Campaign && self.spec.id != "L12";
        if is_settled && account.created_us >= START_US {
            account.created_us -= i64::from(DAYS + 440) * DAY_US;
        }
    }

    fn firm(&self, account: &mut Account, rng: &mut Rng) {
        let number = 90_000 - self.network;
        account.org = Some(format!("org-{number:05}"));
        account.pathway = "api";
        account.papers.email_domain = format!("firm{number}.example");
        account.papers.email_pattern = "first.last";
        account.papers.payment = Some(fingerprint(&[self.network, 2]));
        account.papers.declared_country = self.shared.country;
        match self.spec.kin {
            Kin::Team => {
                // People: the office, and for some the sofa at home.
                account.origins.truncate(1);
                account.origins.insert(0, self.shared.clone());
                account.origins[0].user_agent = user_agent(rng, "api");
            }
            Kin::Runners => {
                let machine = |n| Origin {
                    ip: runner(n),
                    asn: 65_101,
                    country: "US",
                    user_agent: "pipeline-runner/2.316",
                };
                account.origins = (0..12).map(|_| machine(rng.next() >> 8)).collect();
            }
            _ => account.origins = vec![self.shared.clone()],
        }
    }

    fn one_address(&self, account: &mut Account, rng: &mut Rng) {
        account.origins.truncate(1);
        let user_agent = user_agent(rng, account.pathway);
        account.origins.insert(0, Origin { user_agent, ..self.shared.clone() });
        if self.spec.kin == Kin::University {
            account.papers.email_domain = format!("varnholm-uni{}.example", self.network);
            account.papers.email_pattern = "first.last";
        }
    }

    fn gateway(&self, account: &mut Account) {
        let number = 90_000 - self.network;
        account.org = Some(format!("org-{number:05}"));
        account.pathway = "api";
        account.papers.email_domain = format!("relay{number}.example");
        account.papers.payment = Some(fingerprint(&[self.network, 2]));
        account.origins = vec![Origin { user_agent: "gateway-relay/1.41", ..self.shared.clone() }];
    }

    /// Access of every kind, so that no two parts look alike.
    fn pathways(&self, member: u32, account: &mut Account, rng: &mut Rng) {
        let part = member % 5;
        account.org = (part == 2 || part == 3).then(|| format!("org-{:05}", 60_000 + member));
        account.pathway = ["api", "console", "cloud", "cloud", "aggregator"][part as usize];
        account.papers.plan = ["scale", "pro", "enterprise", "enterprise", "scale"][part as usize];
        account.papers.verification = rng.pick(&["card", "phone", "business"]);
        account.papers.payment = Some(fingerprint(&[self.network, 5, member.into()]));
        account.created_us = self.start_us() - rng.below(30 * DAY_US as u64) as i64;
        account.origins.truncate(1);
        account.origins[0].user_agent = user_agent(rng, account.pathway);
    }

    /// A pool behind proxies, registered for the purpose.
    fn pool(&self, member: u32, account: &mut Account, rng: &mut Rng) {
        let id = u64::from(member);
        account.org = None;
        account.pathway = "api";
        account.session_len = 7.0;
        let domains = (u64::from(self.spec.members) / 12).clamp(2, 40);
        account.papers.email_domain = disposable((self.network * 41 + id % domains) % 900);
        account.papers.email_pattern = "word+4 digits";
        let cards = match self.spec.kin {
            Kin::Factory { cards, .. } => u64::from(cards),
            Kin::Station => (u64::from(self.spec.members) / 6).max(1),
            _ => u64::MAX,
        };
        account.papers.payment = Some(fingerprint(&[self.network, 3, id % cards]));
        account.created_us = self.registered(member, rng);
        let proxy = self.proxy(member, account, rng);
        account.origins = vec![proxy];
        if let Kin::Factory { .. } = self.spec.kin {
            account.papers.phone_prefix = Some(format!("+9993{}", self.network % 10));
        }
    }

    /// When it was registered: in blocks seconds apart, or over the days before the first call.
    fn registered(&self, member: u32, rng: &mut Rng) -> i64 {
        let Kin::Factory { blocks, .. } = self.spec.kin else {
            return self.start_us() - HOUR_US - rng.below(20 * DAY_US as u64) as i64;
        };
        let block = i64::from(member % blocks);
        let place = i64::from(member / blocks);
        // No two networks register at the same hour.
        let ahead_us = (mix(self.network) % (72 * 60)) as i64 * MINUTE_US;
        self.start_us() - (i64::from(blocks) - block) * DAY_US - ahead_us
            + 7 * HOUR_US
            + place * 90 * SECOND_US
            + rng.below(8 * SECOND_US as u64) as i64
    }

    fn proxy(&self, member: u32, account: &Account, rng: &mut Rng) -> Origin {
        let id = u64::from(member);
        let block = |n: u64| self.network * 16 + n;
        let (ip, asn, country) = match self.spec.kin {
            Kin::Factory { blocks, .. } => {
                let n = id % u64::from(blocks);
                (hosting(block(n), id * 7 + n), 65_021, self.shared.country)
            }
            Kin::SharedProxies => (hosting(block(id / 24), id / 4 * 11), 65_033, "NL"),
            Kin::Hosting => (hosting(block(id % 3), id * 5), 65_027, self.shared.country),
            Kin::Hubs => {
                let hub = rng.below(2);
                (
                    hosting(block(8 + id / 40), id * 3),
                    65_041 + hub as u32,
                    ["SG", "JP"][hub as usize],
                )
            }
            // Residential proxies look like homes, because they are.
            _ => {
                let own = &account.origins[0];
                (home((1 << 26) + self.network * 40_000 + id), own.asn, own.country)
            }
        };
        Origin { ip, asn, country, user_agent: self.shared.user_agent }
    }
}

/// The lives of the members of a pool that is banned and replaced: when the accounts of the
/// first shift close, and when those of the next are registered and first used.
///
/// Returns for each member when it is first used, µs.
pub fn shifts(spec: &Spec, seed: u64, network: u32, accounts: &mut [Account]) -> Vec<i64> {
    let start = day_us(spec.days.start);
    let mut from = vec![start; accounts.len()];
    let at_once = spec.at_once as usize;
    if at_once >= accounts.len() {
        return from;
    }
    let mut rng = Rng::new(&[seed, MAKE, 11, network.into()]);
    let spare = accounts.len() - at_once;
    for n in 0..spare {
        let (closed, first, created) = if spec.id == "C01" {
            pool_switch(&mut rng)
        } else {
            one_by_one(spec, n, spare, &mut rng)
        };
        // The first in line is closed; the last of the line may be, too, when all were.
        if let Some(closed_account) = accounts.get_mut(n) {
            closed_account.closed_us = Some(closed);
        }
        accounts[at_once + n].created_us = created;
        from[at_once + n] = first;
    }
    if spec.id == "C01" {
        for account in &mut accounts[..at_once] {
            account.closed_us = Some(pool_switch(&mut rng).0);
        }
    }
    from
}

/// A ban wave of a quarter of an hour; the second pool comes in within hours.
fn pool_switch(rng: &mut Rng) -> (i64, i64, i64) {
    let closed = super::BAN_US + rng.below(15 * MINUTE_US as u64) as i64;
    // Most of them soon, the last after six hours.
    let late = rng.unit() * rng.unit();
    let first = super::BAN_US + 20 * MINUTE_US + (late * 6.0 * HOUR_US as f64) as i64;
    (closed, first, super::BAN_US - rng.below(3 * DAY_US as u64) as i64)
}

/// A ban now and then, each followed by another account within six hours.
fn one_by_one(spec: &Spec, n: usize, spare: usize, rng: &mut Rng) -> (i64, i64, i64) {
    let length = i64::from(spec.days.end - spec.days.start) * DAY_US;
    let closed = day_us(spec.days.start)
        + length * (n as i64 + 1) / (spare as i64 + 1)
        + rng.below(6 * HOUR_US as u64) as i64;
    let first = closed + 20 * MINUTE_US + rng.below((5 * HOUR_US) as u64) as i64;
    (closed, first, first - rng.below(DAY_US as u64) as i64)
}

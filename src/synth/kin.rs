//! How the accounts of a group are related: one firm, one address, one registration factory.

use super::build::MAKE;
use super::cast::{Kin, Part};
use super::people::{country, own_v4, user_agent};
use super::rng::{Rng, key};
use super::world::{Account, Calendar, Origin, Role, START_US, Timing};
use crate::model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};

/// A means of payment that only equal keys share.
pub fn fingerprint(parts: &[u64]) -> String {
    format!("pay_{:010x}", key(parts) >> 24)
}

/// What the members of a group have in common.
pub struct Relations {
    kin: Kin,
    group: u64,
    seed: u64,
    shared: Origin,
}

/// From where downwards offices have their addresses: strangers have two each, from 0 up.
fn above_strangers(accounts: u32) -> u64 {
    // The sample is made again to the byte, so smaller worlds keep the lower half.
    if accounts < 31_000 { 1 << 16 } else { 1 << 17 }
}

impl Relations {
    /// Draws what the group has in common.
    pub fn new(part: &Part, group: u32, seed: u64, accounts: u32) -> Self {
        let mut rng = Rng::new(&[seed, MAKE, u64::MAX, u64::from(group)]);
        let (country, _) = country(&mut rng);
        let ip = match part.kin {
            Kin::SharedAddress => format!("192.0.2.{}", 1 + group % 250),
            _ => own_v4(above_strangers(accounts) - 1 - u64::from(group)),
        };
        let agent = user_agent(&mut rng, "api");
        let shared = Origin { ip, asn: 64_900 + group % 64, country, user_agent: agent };
        Self { kin: part.kin, group: u64::from(group), seed, shared }
    }

    /// Gives one member its share of it.
    pub fn apply(
        &self,
        part: &Part,
        member: u32,
        copy: u32,
        account: &mut Account,
        calendar: &Calendar,
    ) {
        let mut rng = Rng::new(&[self.seed, MAKE, self.group, u64::from(member)]);
        let [plan, verification, program, reason] = part.papers;
        account.papers.plan = plan;
        account.papers.verification = verification;
        account.papers.program = program;
        account.papers.allowlist_reason = reason;
        if plan == "free" {
            account.papers.payment = None;
        }
        if part.role != Role::Campaign && account.created_us >= START_US {
            account.created_us -= 500 * DAY_US;
        }
        match self.kin {
            Kin::Strangers => account.pathway = "api",
            Kin::Firm => self.firm(part, account, &mut rng),
            Kin::SharedAddress => self.shared_address(part, copy, account, &mut rng),
            Kin::Factory => self.factory(part, member, account, calendar, &mut rng),
            Kin::Fresh => {
                account.org = None;
                account.pathway = if rng.chance(0.5) { "console" } else { "api" };
                account.created_us = calendar.release_us - rng.below(5 * DAY_US as u64) as i64;
                for origin in &mut account.origins {
                    origin.user_agent = user_agent(&mut rng, account.pathway);
                }
            }
        }
    }

    fn firm(&self, part: &Part, account: &mut Account, rng: &mut Rng) {
        account.org = Some(format!("org-{:05}", 90_000 - self.group));
        account.pathway = "api";
        account.papers.email_domain = format!("firm{}.example", 90_000 - self.group);
        account.papers.payment = Some(fingerprint(&[self.group, 2]));
        account.papers.declared_country = self.shared.country;
        if matches!(part.timing, Timing::Windows(_)) && part.members > 1 {
            // People of one team: the office, and for some the sofa at home.
            account.origins.truncate(1);
            account.origins.insert(0, self.shared.clone());
            account.origins[0].user_agent = user_agent(rng, "api");
        } else {
            account.origins = vec![self.shared.clone()];
        }
    }

    fn shared_address(&self, part: &Part, copy: u32, account: &mut Account, rng: &mut Rng) {
        let agent =
            if part.end_users { "gateway-relay/1.41" } else { user_agent(rng, account.pathway) };
        account.origins.truncate(1);
        account.origins.insert(0, Origin { user_agent: agent, ..self.shared.clone() });
        if part.end_users {
            account.origins.truncate(1);
            account.org = Some(format!("org-{:05}", 90_000 - self.group));
            account.papers.email_domain = format!("relay{copy}.example");
        } else if part.papers[0] == "education" {
            account.papers.email_domain = format!("varnholm-uni{copy}.example");
            account.papers.email_pattern = "first.last";
        }
    }

    /// Blocks of registrations seconds apart, three cards, disposable mail, one /24.
    fn factory(
        &self,
        part: &Part,
        member: u32,
        account: &mut Account,
        calendar: &Calendar,
        rng: &mut Rng,
    ) {
        let Timing::Rotation { ban_us, banned } = &part.timing else { return };
        let at_once = part.members - banned;
        let block = i64::from(member % 3);
        let place = i64::from(member / 3);
        account.created_us = if member < at_once {
            calendar.day_us(0) - (3 - block) * DAY_US + place * 90 * SECOND_US
        } else {
            ban_us + HOUR_US + i64::from(member - at_once) * 7 * MINUTE_US
        };
        account.created_us += rng.below(8 * SECOND_US as u64) as i64;
        account.closed_us = (member < *banned).then_some(*ban_us);
        account.org = None;
        account.pathway = "api";
        account.session_len = 7.0;
        account.papers.email_domain = format!("quickbox{}.example", member % 3);
        account.papers.email_pattern = "word+4 digits";
        account.papers.payment = Some(fingerprint(&[self.group, 3, u64::from(member % 3)]));
        account.papers.phone_prefix = Some("+99931".into());
        let ip = format!("203.0.113.{}", 1 + (u64::from(member) * 7 + self.group) % 254);
        let user_agent = "python-httpx/0.28";
        account.origins =
            vec![Origin { ip, asn: 65_021, country: self.shared.country, user_agent }];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offices_and_strangers_share_no_addresses() {
        for accounts in [1_200, 24_000, 30_999, 31_000, 60_000] {
            let strangers = 2 * u64::from(accounts) + 1;
            assert!(strangers < above_strangers(accounts) - 3_000, "{accounts}");
        }
    }
}

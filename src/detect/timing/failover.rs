//! D06: where one account is stopped, another one goes on.
//!
//! An event study: how often another account of the cluster begins a session within minutes of a
//! rate limit, an overload or a closed door, against the same errors on shifted days, and against
//! the two hours around them: where all are busy on one day, errors and sessions are, too. What stops
//! everybody at once is left out.

use std::collections::BTreeSet;

use crate::detect::material::by_account::by_account;
use crate::detect::nulls::Spread;
use crate::detect::nulls::day_shift::DayShift;
use crate::detect::nulls::rotation::SURROGATES;
use crate::detect::stats::binomial;
use crate::detect::{
    COORDINATED, Claim, Definition, Detector, Group, Look, Measures, Need, Parameter, Seen,
    Strength, evidence,
};
use crate::index::Record;
use crate::job::Cancelled;
use crate::model::finding::{Family, Finding, Recipe, Statement, Take, Unit};
use crate::model::rng::{Rng, key};
use crate::model::time::MINUTE_US;
use crate::model::{Call, Field, Marker, MarkerKind};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D06",
    version: 3,
    title: "Failover",
    family: Family::Timing,
    strength: Strength::Evidence,
    speaks_to: COORDINATED,
    sees: "accounts that begin a session within five minutes of an error that stops another one of \
           the cluster, more often than on shifted days, than an hour earlier or later, and than after \
           calls that were answered",
    cannot_see: "pools whose accounts are busy all the time, because nothing begins there, and pools \
                 that stay under the limits",
    needs: &[
        Need::Accounts,
        Need::Field(Field::Timestamp),
        Need::Field(Field::Status),
        Need::Hours(48),
    ],
    parameters: &[
        Parameter {
            name: "least_errors",
            default: 10.0,
            reason: "with fewer, a few coincidences decide",
        },
        Parameter { name: "least_taken_over", default: 5.0, reason: "likewise" },
        Parameter {
            name: "least_times_shifted",
            default: 3.0,
            reason: "retries and busy hours bring errors and sessions together to some extent",
        },
        Parameter { name: "most_log10_p", default: -4.0, reason: "one in ten thousand clusters" },
    ],
    source: "event study; failover of relays as observed by Anthropic (23 February 2026)",
};

/// Status codes that stop a client: no access, rate limit, overload.
const STOPS: [u32; 4] = [403, 429, 503, 529];
/// How soon after an error a session counts as a continuation, µs.
pub(in crate::detect) const SOON_US: i64 = 5 * MINUTE_US;
/// Errors of an account closer to each other are retries of one.
const RETRY_US: i64 = 10 * MINUTE_US;
/// Steps of as much to either side of an error that it is compared with.
const STEPS: i64 = 12;
/// Answered calls of an account that are looked at, at most.
const MOST_ANSWERED: usize = 2_000;
/// So many other accounts with errors in the same five minutes, and so many times as many as usual,
/// are an outage.
const OUTAGE: (f64, f64) = (5.0, 4.0);

/// The detector.
pub struct Failover;

impl Detector for Failover {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let n = look.material.index.accounts().len() as u32;
        let calls = look.material.index.dimensions().calls.iter();
        let is_stop = |call: &Call| call.status.is_some_and(|status| STOPS.contains(&status));
        let are_stops: Vec<bool> = calls.map(is_stop).collect();
        let stops = by_account(n, |account| stops(look, &are_stops, account));
        let at_once = (0..).zip(&stops).flat_map(|(account, of)| {
            of.iter().map(move |stop| (stop.at.div_euclid(SOON_US), account))
        });
        let mut at_once: Vec<(i64, u32)> = at_once.collect();
        at_once.sort_unstable();
        at_once.dedup();
        Ok(Box::new(Stopped { look: *look, are_stops, stops, at_once }))
    }
}

/// An error that stops an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stop {
    at: i64,
    row: u32,
}

struct Stopped<'a> {
    look: Look<'a>,
    /// Of each kind of call whether it stops an account.
    are_stops: Vec<bool>,
    /// By account, in order of time.
    stops: Vec<Vec<Stop>>,
    /// Every stretch of five minutes with each account that was stopped in it.
    at_once: Vec<(i64, u32)>,
}

/// The stops of an account; `are_stops` says of each kind of call whether it is one.
fn stops(look: &Look<'_>, are_stops: &[bool], account: u32) -> Vec<Stop> {
    let mut stops: Vec<Stop> = Vec::new();
    let all = look.material.sharp_records(account);
    for record in all.filter(|record| are_stops[record.call as usize]) {
        let (row, Some(at)) = (record.row, record.at) else { continue };
        let is_retry = |last: &Stop| at.0.saturating_sub(last.at) < RETRY_US;
        if !stops.last().is_some_and(is_retry) {
            stops.push(Stop { at: at.0, row });
        }
    }
    stops
}

impl Seen for Stopped<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        Ok(self.of(group))
    }

    fn measured_of(&self, group: Group<'_>, finding: &Finding) -> Measures {
        let found = self.starts(&self.look.material.strangers(group.members));
        let Some((starts, days)) = found else { return Measures::new() };
        let index = self.look.material.index;
        let errors =
            finding.events_of(ERRORS).iter().filter_map(|event| index.row_of_event(*event));
        let stopped: BTreeSet<u32> = errors.map(|row| index.account_of(row)).collect();
        let usual = |account| (account, self.usual(&starts, &days, account));
        vec![(FOLLOWED.into(), stopped.into_iter().map(usual).collect())]
    }
}

/// The sessions of a cluster: begin, account, first row, by time.
type Starts = Vec<(i64, u32, u32)>;

/// The first session of another account within five minutes of a moment.
fn taken_over(starts: &Starts, at: i64, account: u32) -> Option<(i64, u32, u32)> {
    let from = starts.partition_point(|(start, ..)| *start <= at);
    let soon = starts[from..].iter().take_while(|(start, ..)| start.saturating_sub(at) <= SOON_US);
    soon.copied().find(|(_, other, _)| *other != account)
}

/// How many of the moments that lie some steps of five minutes beside the errors, up to an hour before
/// and after them, are followed by another account's session as soon; for each of the steps.
fn near(starts: &Starts, stopped: &[(u32, Stop)]) -> Vec<f64> {
    let followed = |step: i64| {
        let is_followed = |(account, stop): &&(u32, Stop)| {
            taken_over(starts, stop.at.saturating_add(step * SOON_US), *account).is_some()
        };
        stopped.iter().filter(is_followed).count() as f64
    };
    (-STEPS..=STEPS).filter(|step| *step != 0).map(followed).collect()
}

impl Stopped<'_> {
    /// The share of the answered calls of an account after which another account's session begins as
    /// soon: who deals work out, or asks one account after the other, does so without any error.
    fn usual(&self, starts: &Starts, days: &DayShift, account: u32) -> f64 {
        let all = self.look.material.sharp_records(account);
        let is_answered = |record: &Record| !self.are_stops[record.call as usize];
        let answered: Vec<i64> = (all.filter(is_answered).filter_map(|record| record.at))
            .map(|at| at.0)
            .filter(|at| days.holds(*at))
            .collect();
        let step = answered.len().div_ceil(MOST_ANSWERED).max(1);
        let looked: Vec<i64> = answered.into_iter().step_by(step).collect();
        let taken = looked.iter().filter(|at| taken_over(starts, **at, account).is_some()).count();
        taken as f64 / looked.len().max(1) as f64
    }

    /// Whether more others than usual were stopped in the same five minutes, or an incident is known
    /// of that hour.
    fn is_outage(&self, at: i64, group: Group<'_>) -> bool {
        let is_of_then = |marker: &Marker| {
            let apart = marker.at.0.saturating_sub(at).saturating_abs();
            marker.kind == MarkerKind::Incident && apart <= STEPS * SOON_US
        };
        if self.look.material.markers.iter().any(is_of_then) {
            return true;
        }
        let bucket = at.div_euclid(SOON_US);
        let from = self.at_once.partition_point(|(b, _)| *b < bucket);
        let of = self.at_once[from..].iter().take_while(|(b, _)| *b == bucket);
        let others = of.filter(|(_, account)| !group.has(*account)).count() as f64;
        let buckets = match (self.at_once.first(), self.at_once.last()) {
            (Some(first), Some(last)) => (last.0 - first.0 + 1) as f64,
            _ => return false,
        };
        others >= OUTAGE.0 && others >= OUTAGE.1 * self.at_once.len() as f64 / buckets
    }

    /// The sessions of some accounts and the whole days that these span.
    fn starts(&self, accounts: &[u32]) -> Option<(Starts, DayShift)> {
        let visits = |account: &u32| {
            let of = self.look.material.visits(*account).iter();
            of.map(|visit| (visit.start, *account, visit.first)).collect::<Vec<_>>()
        };
        let mut starts: Starts = accounts.iter().flat_map(visits).collect();
        starts.sort_unstable();
        let days = DayShift::new(starts.first()?.0, starts.last()?.0.saturating_add(1))?;
        Some((starts, days))
    }

    fn of(&self, group: Group<'_>) -> Option<Finding> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let material = self.look.material;
        let members = material.strangers(group.members);
        let (starts, days) = self.starts(&members)?;
        let of =
            |a: &u32| self.stops[*a as usize].iter().map(|stop| (*a, *stop)).collect::<Vec<_>>();
        let stopped: Vec<(u32, Stop)> = members
            .iter()
            .flat_map(of)
            .filter(|(_, stop)| days.holds(stop.at) && !self.is_outage(stop.at, group))
            .collect();
        if (stopped.len() as f64) < get("least_errors") {
            return None;
        }
        let hit =
            |(account, stop): &(u32, Stop)| Some((*stop, taken_over(&starts, stop.at, *account)?));
        let hits: Vec<(Stop, (i64, u32, u32))> = stopped.iter().filter_map(hit).collect();
        let shifted = self.shifted(&stopped, &starts, &days)?;
        let (k, n) = (hits.len() as f64, stopped.len() as f64);
        let beside: Vec<f64> = near(&starts, &stopped);
        let near = beside.iter().sum::<f64>() / beside.len() as f64;
        let answered: f64 = stopped
            .chunk_by(|a, b| a.0 == b.0)
            .map(|of| of.len() as f64 * self.usual(&starts, &days, of[0].0))
            .sum();
        let by_chance = near.max(shifted.mean).max(answered);
        let usual = (by_chance + 1.0) / (n + 1.0);
        let ln_p = binomial::ln_at_least(hits.len() as u64, stopped.len() as u64, usual.min(1.0))?;
        let effect = k / (by_chance + 1.0);
        let passes = k >= get("least_taken_over")
            && effect >= get("least_times_shifted")
            && ln_p / std::f64::consts::LN_10 <= get("most_log10_p");
        if !passes {
            return None;
        }
        let index = material.index;
        let rows = vec![
            evidence(index, ERRORS, stopped.iter().map(|(_, stop)| stop.row)),
            evidence(index, TAKEN, hits.iter().map(|(stop, _)| stop.row)),
            evidence(index, BY, hits.iter().map(|(_, start)| start.2)),
        ];
        let involved = hits.iter().map(|(stop, _)| index.account_of(stop.row));
        let claim = Claim {
            accounts: involved.chain(hits.iter().map(|(_, start)| start.1)).collect(),
            statement: statement((k, n), &shifted, (near, beside), answered),
            statistic: k,
            threshold: format!(
                "at least {} cases, {} times as many as on shifted days, in the hours around them \
                 and after answered calls, and p at most 1e{}",
                get("least_taken_over"),
                get("least_times_shifted"),
                get("most_log10_p")
            ),
            effect,
            null: Some(shifted.band("shifts of the errors by whole days")),
            ln_p: Some(ln_p),
            evidence: rows,
        };
        claim.finding(&DEFINITION, group.subject())
    }

    /// How many errors are followed by a session of another account when each account's errors move
    /// to other days.
    fn shifted(&self, stopped: &[(u32, Stop)], starts: &Starts, days: &DayShift) -> Option<Spread> {
        let draw = |i: u32| {
            let mut rng = Rng::new(&[key(&[self.look.seed, 6]), u64::from(i)]);
            let (mut last, mut shift) = (u32::MAX, days.draw(&mut rng));
            let mut hits = 0;
            for (account, stop) in stopped {
                if *account != last {
                    (last, shift) = (*account, days.draw(&mut rng));
                }
                hits +=
                    u32::from(taken_over(starts, days.moved(stop.at, shift), *account).is_some());
            }
            f64::from(hits)
        };
        Spread::of(&(0..SURROGATES).map(draw).collect::<Vec<_>>())
    }
}

/// What is measured of accounts.
const FOLLOWED: &str = "share of its answered calls that another account's session follows as soon";

/// The role of the errors.
pub(in crate::detect) const ERRORS: &str = "errors";
/// The role of those after which another account went on.
pub(in crate::detect) const TAKEN: &str = "errors with a continuation";
/// The role of the first calls of the sessions that went on.
pub(in crate::detect) const BY: &str = "continuations";

fn statement(
    (k, n): (f64, f64),
    shifted: &Spread,
    (near, beside): (f64, Vec<f64>),
    answered: f64,
) -> Statement {
    Statement::new(
        "After {errors} errors that stopped an account (status 403, 429, 503 or 529; retries and \
         outages of many left out), another account of the cluster began a session within 5 min in \
         {hits} cases; with the errors on shifted days in {shifted}, at other times of the hours \
         around them in {near}; after as many answered calls of the same accounts in {answered}.",
    )
    .with("errors", n, Unit::Count, Recipe::Records { role: ERRORS.into() })
    .with("hits", k, Unit::Count, Recipe::Records { role: TAKEN.into() })
    .with("shifted", shifted.median, Unit::Count, shifted.recipe(Take::Middle))
    .with("near", near, Unit::Plain, Recipe::Draws { take: Take::Mean, of: beside })
    .with(
        "answered",
        answered,
        Unit::Plain,
        Recipe::Weighed { role: ERRORS.into(), what: FOLLOWED.into() },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Attributes;
    use crate::detect::testcase::Sent;
    use crate::detect::testkit::attributes;
    use crate::detect::timing::rotation::tests::said;
    use crate::model::time::DAY_US;

    const MEMBERS: &[u32] = &[0, 1, 2];

    /// Three accounts over ten days with forty errors of the first; the others begin a session two
    /// minutes after each, or when they like. In an outage, twenty others fail, too.
    fn world(follows: bool, outage: bool) -> Vec<Sent> {
        let mut rng = Rng::new(&[6]);
        let mut sent = Vec::new();
        for i in 0..40_u32 {
            let at = (rng.unit() * (10 * DAY_US) as f64) as i64;
            sent.push(Sent { at, account: 0, status: Some(429), ..Sent::default() });
            let own = (rng.unit() * (10 * DAY_US) as f64) as i64;
            let next = if follows { at + 2 * MINUTE_US } else { own };
            sent.push(Sent { at: next, account: 1 + i % 2, status: Some(200), ..Sent::default() });
            for account in 3..if outage { 23 } else { 3 } {
                sent.push(Sent { at, account, status: Some(529), ..Sent::default() });
            }
        }
        sent
    }

    #[test]
    fn sessions_that_begin_where_another_account_was_stopped_are_a_failover() {
        let none = Attributes::new();
        let found = said(&Failover, &world(true, false), &none, MEMBERS).expect("failover");
        let value = |name: &str| found.statement.number(name).expect("said").value;
        assert_eq!(found.events_of(ERRORS).len() as f64, value("errors"));
        assert_eq!(found.events_of(TAKEN).len() as f64, value("hits"));
        assert!(value("hits") >= 0.9 * value("errors") && value("shifted") < 3.0);
        assert_eq!(found.accounts, MEMBERS);
    }

    #[test]
    fn errors_and_sessions_of_one_busy_afternoon_are_none() {
        let mut rng = Rng::new(&[8]);
        let mut sent = Vec::new();
        for account in 0..30_u32 {
            let busy = |rng: &mut Rng| 5 * DAY_US + (rng.unit() * 3.6e9 * 4.0) as i64;
            for i in 0..6 {
                let status = Some(if i == 0 { 429 } else { 200 });
                sent.push(Sent { at: busy(&mut rng), account, status, ..Sent::default() });
            }
            let other = i64::from(account % 10) * DAY_US;
            sent.push(Sent { at: other, account, status: Some(200), ..Sent::default() });
        }
        let members: Vec<u32> = (0..30).collect();
        assert_eq!(said(&Failover, &sent, &Attributes::new(), &members), None);
    }

    #[test]
    fn a_loop_over_accounts_goes_on_to_the_next_one_with_and_without_errors() {
        let mut rng = Rng::new(&[5]);
        let mut at = 0;
        let mut sent = Vec::new();
        for i in 0..3_000_u32 {
            at += (rng.unit() * 4.0 * MINUTE_US as f64) as i64 + MINUTE_US;
            let status = Some(if rng.chance(0.05) { 429 } else { 200 });
            sent.push(Sent { at, account: i % 25, status, ..Sent::default() });
        }
        let members: Vec<u32> = (0..25).collect();
        assert_eq!(said(&Failover, &sent, &Attributes::new(), &members), None);
    }

    #[test]
    fn chance_an_outage_and_an_organisation_are_none() {
        let none = Attributes::new();
        assert_eq!(said(&Failover, &world(false, false), &none, MEMBERS), None);
        assert_eq!(said(&Failover, &world(true, true), &none, MEMBERS), None);
        let org: Vec<(u32, &str, &str)> = MEMBERS.iter().map(|a| (*a, "org_id", "o")).collect();
        assert_eq!(said(&Failover, &world(true, false), &attributes(&org), MEMBERS), None);
    }
}

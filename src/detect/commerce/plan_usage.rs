//! D14: accounts with more calls running at once than others of their plan and volume have.
//!
//! A seat is one person's; a pool puts many of them on it. Volume itself is no part of the score:
//! accounts are compared with others that do about as much.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::detect::material::by_account::by_account;
use crate::detect::nulls::conformal::{Calibration, Member};
use crate::detect::stats::binomial;
use crate::detect::{
    COORDINATED, Claim, Definition, Detector, Group, Look, Material, Need, Parameter, Seen,
    Strength, evidence,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Family, Finding, Recipe, Statement, Unit};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D14",
    version: 2,
    title: "Use beyond the plan",
    family: Family::Commerce,
    strength: Strength::Supporting,
    speaks_to: COORDINATED,
    sees: "clusters whose accounts have more calls running at once than nineteen of twenty other \
           accounts of the same plan and about the same volume",
    cannot_see: "pools on plans that are made for many users, and those that keep to one call at a \
                 time",
    needs: &[
        Need::Accounts,
        Need::Field(Field::Timestamp),
        Need::Field(Field::LatencyMs),
        Need::AnyOf(&[], &["plan"]),
    ],
    parameters: &[
        Parameter {
            name: "most_p_of_account",
            default: 0.05,
            reason: "one of twenty innocent accounts is as high",
        },
        Parameter {
            name: "least_accounts",
            default: 3.0,
            reason: "one or two power users are in any group",
        },
        Parameter {
            name: "least_share_of_cluster",
            default: 0.3,
            reason: "six times what chance gives",
        },
        Parameter {
            name: "most_log10_p",
            default: -3.0,
            reason: "as many accounts by chance, each with one in twenty",
        },
    ],
    source: "plan and use as an indicator in AA26-251A; conformal p values after Vovk et al. (2005)",
};

/// Calls that an account must have.
const LEAST_CALLS: u64 = 20;

/// The detector.
pub struct PlanUsage;

impl Detector for PlanUsage {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        Ok(Box::new(Usage::new(look)))
    }
}

/// How many calls of each account run at once.
pub(crate) struct Usage<'a> {
    look: Look<'a>,
    peaks: Vec<Option<Peak>>,
    /// By account, a number for its plan.
    plan: Vec<Option<u32>>,
}

/// How many calls of an account run at once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Peak {
    calls: u64,
    /// Running at once at one of a hundred of its calls.
    pub usual: u32,
    /// The most.
    pub most: u32,
    /// The call at which the most ran.
    row: u32,
}

/// `None` for few calls, or none with a duration.
///
/// Naive: at the beginning of each call, count the calls that have begun and not ended, it among
/// them.
fn peak(material: &Material<'_>, account: u32) -> Option<Peak> {
    peak_of(&calls(material, account))
}

/// The same of calls: row, begin, end, by their beginnings.
fn peak_of(sent: &[(u32, i64, i64)]) -> Option<Peak> {
    // What takes no time is over before anything else begins.
    let is_long = |(_, start, end): &&(u32, i64, i64)| end > start;
    let mut ends: Vec<i64> = sent.iter().filter(is_long).map(|(.., end)| *end).collect();
    ends.sort_unstable();
    let (mut begun, mut ended, mut levels) = (0, 0, Vec::with_capacity(sent.len()));
    let (mut most, mut at_row) = (0, 0);
    for call in sent {
        let (row, at, _) = *call;
        // Whatever begins later ends after this moment: all that have ended are among the begun.
        while ends.get(ended).is_some_and(|end| *end <= at) {
            ended += 1;
        }
        let (long, short) = if is_long(&call) { (1, 0) } else { (0, 1) };
        begun += long;
        let level = (begun - ended + short) as u32;
        levels.push(level);
        if level > most {
            (most, at_row) = (level, row);
        }
    }
    let calls = levels.len() as u64;
    if calls < LEAST_CALLS {
        return None;
    }
    let rank = levels.len() - 1 - levels.len() / 100;
    let usual = *levels.select_nth_unstable(rank).1;
    Some(Peak { calls, usual, most, row: at_row })
}

/// The calls of an account that count and have a sharp time and a duration: row, begin, end, in the
/// order in which they begin.
fn calls(material: &Material<'_>, account: u32) -> Vec<(u32, i64, i64)> {
    let all = material.runs(account);
    let mut calls: Vec<_> =
        all.filter_map(|call| Some((call.row, call.start, call.end?))).collect();
    calls.sort_by_key(|(row, start, _)| (*start, *row));
    calls
}

impl Seen for Usage<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        Ok(self.of(group))
    }
}

impl<'a> Usage<'a> {
    /// Of all accounts of a case.
    pub fn new(look: &Look<'a>) -> Self {
        let material = look.material;
        let n = material.index.accounts().len() as u32;
        let peaks = by_account(n, |account| peak(material, account));
        let mut plans: BTreeMap<&str, u32> = BTreeMap::new();
        let mut plan = Vec::new();
        for account in 0..n {
            let next = plans.len() as u32;
            let of = material.attribute(account, "plan");
            plan.push(of.map(|name| *plans.entry(name).or_insert(next)));
        }
        Self { look: *look, peaks, plan }
    }

    /// Of an account; `None` for few calls, or none with a duration.
    pub fn peak(&self, account: u32) -> Option<&Peak> {
        self.peaks.get(account as usize)?.as_ref()
    }

    /// What accounts of a cluster are compared with: all others.
    pub fn others(&self, group: Group<'_>) -> Option<Calibration> {
        let others = (0..self.peaks.len() as u32).filter(|account| !group.has(*account));
        let others: Vec<Member> = others.filter_map(|account| self.member(account)).collect();
        Calibration::new(&others)
    }

    /// An account as it is compared.
    pub fn member(&self, account: u32) -> Option<Member> {
        let peak = self.peaks[account as usize].as_ref()?;
        let plan = self.plan[account as usize]?;
        Some(Member { plan, volume: peak.calls, score: f64::from(peak.usual) })
    }

    fn of(&self, group: Group<'_>) -> Option<Finding> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let members = self.look.material.strangers(group.members);
        let judged: Vec<(u32, Member)> =
            members.iter().filter_map(|a| Some((*a, self.member(*a)?))).collect();
        if (judged.len() as f64) < get("least_accounts") {
            return None;
        }
        let calibration = self.others(group)?;
        let is_high = |member: Member| {
            calibration.p(member, false).is_some_and(|c| c.p <= get("most_p_of_account"))
        };
        let high: Vec<u32> =
            judged.iter().filter(|(_, member)| is_high(*member)).map(|(a, _)| *a).collect();
        let (k, n) = (high.len() as u64, judged.len() as u64);
        let p = get("most_p_of_account").clamp(0.0, 1.0);
        let ln_p = binomial::ln_at_least(k, n, p)?;
        let share = k as f64 / n as f64;
        let passes = k as f64 >= get("least_accounts")
            && share >= get("least_share_of_cluster")
            && ln_p / std::f64::consts::LN_10 <= get("most_log10_p");
        if !passes {
            return None;
        }
        let top = high.iter().filter_map(|a| self.peaks[*a as usize].as_ref().map(|p| (*a, p)));
        let (busiest, peak) = top.max_by_key(|(account, peak)| (peak.most, Reverse(*account)))?;
        let at_once = self.running_at(busiest, peak.row);
        let index = self.look.material.index;
        let rows = high.iter().filter_map(|a| self.peaks[*a as usize].as_ref().map(|p| p.row));
        let claim = Claim {
            statement: statement(k, n, p, at_once.len()),
            accounts: high.clone(),
            statistic: share,
            threshold: format!(
                "at least {} of them",
                Unit::Share.text(get("least_share_of_cluster"))
            ),
            effect: share / p.max(1e-9),
            null: None,
            ln_p: Some(ln_p),
            evidence: vec![evidence(index, PEAKS, rows), evidence(index, AT_ONCE, at_once)],
        };
        claim.finding(&DEFINITION, group.subject())
    }

    /// The calls of an account that run when one of them begins.
    fn running_at(&self, account: u32, row: u32) -> Vec<u32> {
        let calls = calls(self.look.material, account);
        let Some(at) = calls.iter().position(|(other, ..)| *other == row) else {
            return vec![row];
        };
        let begin = calls[at].1;
        let runs = |(other, _, end): &&(u32, i64, i64)| *other == row || *end > begin;
        calls[..=at].iter().filter(runs).map(|(row, ..)| *row).collect()
    }
}

/// The role of the calls at which most ran at once, one of each account.
const PEAKS: &str = "most at once";
/// The role of the calls of the busiest account that ran then.
const AT_ONCE: &str = "running at once";

fn statement(k: u64, n: u64, p: f64, at_once: usize) -> Statement {
    let case = |what: &str| Recipe::Case { what: what.into() };
    Statement::new(
        "{high} of {judged} accounts have more calls running at once than all but {p} of other \
         accounts of the same plan and about the same volume; the busiest had {at_once}.",
    )
    .with("high", k as f64, Unit::Count, Recipe::Accounts { role: PEAKS.into() })
    .with("judged", n as f64, Unit::Count, case("accounts of the cluster with a plan and 20 calls"))
    .with("p", p, Unit::Share, Recipe::Parameter { name: "most_p_of_account".into() })
    .with("at_once", at_once as f64, Unit::Count, Recipe::Records { role: AT_ONCE.into() })
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::detect::Attributes;
    use crate::detect::testcase::Sent;
    use crate::detect::testkit::attributes;
    use crate::detect::timing::rotation::tests::said;
    use crate::model::time::{HOUR_US, SECOND_US};

    proptest! {
        #[test]
        fn calls_run_at_once_from_their_beginning_until_before_their_end(
            spans in vec((0..60_i64, 0..9_i64), 20..80)
        ) {
            let mut sent: Vec<(u32, i64, i64)> =
                (0..).zip(&spans).map(|(row, (at, length))| (row, *at, at + length)).collect();
            sent.sort_by_key(|(row, start, _)| (*start, *row));
            let level = |at: usize| {
                let runs = |call: &&(u32, i64, i64)| call.2 > sent[at].1;
                1 + sent[..at].iter().filter(runs).count() as u32
            };
            let levels: Vec<u32> = (0..sent.len()).map(level).collect();
            let peak = peak_of(&sent).expect("calls enough");
            let most = levels.iter().copied().max().expect("some");
            let first = levels.iter().position(|level| *level == most).expect("one");
            prop_assert_eq!((peak.most, peak.row), (most, sent[first].0));
            let mut sorted = levels;
            sorted.sort_unstable();
            prop_assert_eq!(peak.usual, sorted[sorted.len() - 1]);
        }
    }

    const MEMBERS: &[u32] = &[0, 1, 2, 3, 4, 5];

    /// A hundred accounts of one plan with forty calls each, of a minute: all at once, or one after
    /// the other.
    fn world(at_once: impl Fn(u32) -> bool) -> Vec<Sent> {
        let sent = |account: u32, call: i64| {
            let pause = if at_once(account) { 10 } else { 70 };
            let at = call / 10 * HOUR_US + call % 10 * pause * SECOND_US;
            Sent { at, account, latency_ms: Some(60_000), ..Sent::default() }
        };
        (0..100)
            .flat_map(|account| (0..40).map(move |call| (account, call)))
            .map(|(account, call)| sent(account, call))
            .collect()
    }

    #[test]
    fn calls_of_which_only_the_end_is_known_run_before_it() {
        use crate::detect::testcase::case;
        use crate::model::TimeQuality;
        // Six calls of a minute that end together, as one log writes them and as another does.
        let sent = |i: i64, quality, at| Sent {
            at: at + i / 6 * HOUR_US,
            latency_ms: Some(60_000),
            quality,
            ..Sent::default()
        };
        let peaks = |quality, shift: i64| {
            let index = case(&(0..60).map(|i| sent(i, quality, shift)).collect::<Vec<_>>());
            let none = Attributes::new();
            let material = Material::new(&index, &none, &[]);
            let peak = peak(&material, 0).expect("sixty calls");
            let (row, start, _) = calls(&material, 0)[0];
            (peak.most, peak.usual, row, start)
        };
        let minute = 60 * SECOND_US;
        assert_eq!(
            peaks(TimeQuality::EndOnly, HOUR_US + minute),
            peaks(TimeQuality::Exact, HOUR_US)
        );
    }

    #[test]
    fn more_at_once_than_others_of_the_plan_is_said_with_the_calls_that_ran() {
        let plans: Vec<(u32, &str, &str)> = (0..100).map(|a| (a, "plan", "pro")).collect();
        let known = attributes(&plans);
        let found = said(&PlanUsage, &world(|a| a < 6), &known, MEMBERS).expect("beyond");
        assert_eq!(
            found.statement.text(),
            "6 of 6 accounts have more calls running at once than all but 5.0 % of other accounts of \
             the same plan and about the same volume; the busiest had 6."
        );
        assert_eq!(found.events_of(AT_ONCE).len(), 6);
        assert_eq!(said(&PlanUsage, &world(|_| true), &known, MEMBERS), None, "everybody does");
        assert_eq!(said(&PlanUsage, &world(|_| false), &known, MEMBERS), None);
        let without = attributes(&[(0, "plan", "pro")]);
        assert_eq!(said(&PlanUsage, &world(|a| a < 6), &without, MEMBERS), None);
    }
}

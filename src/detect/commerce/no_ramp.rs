//! D13: accounts that are used to the full from the moment they are registered.
//!
//! Customers try a product, then build on it. How busy an account gets is measured in its own
//! busiest hours, so that volume does not matter.

use crate::detect::material::by_account::by_account;
use crate::detect::stats::binomial;
use crate::detect::{
    COORDINATED, Claim, Definition, Detector, Group, Look, Material, Measures, Need, Parameter,
    Property, Seen, Strength, evidence,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Family, Finding, Recipe, Statement, Unit};
use crate::model::time::HOUR_US;

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D13",
    version: 1,
    title: "No ramp",
    family: Family::Commerce,
    strength: Strength::Supporting,
    speaks_to: COORDINATED,
    sees: "accounts that reach the level of their own busiest hours within two hours of their \
           registration, in clusters where most do",
    cannot_see: "accounts that are warmed up, and those registered before the records begin",
    needs: &[Need::Accounts, Need::Field(Field::Timestamp), Need::AnyOf(&[], &["created_at"])],
    parameters: &[
        Parameter {
            name: "most_hours",
            default: 2.0,
            reason: "long enough to enter a key into a pool, too short to write an application",
        },
        Parameter {
            name: "least_share_of_cluster",
            default: 0.5,
            reason: "of its accounts that can be judged",
        },
        Parameter {
            name: "most_log10_p",
            default: -3.0,
            reason: "against the share among all other accounts",
        },
    ],
    source: "no ramp as an indicator in AA26-251A; the measure is ours",
};

/// Calls that an account must have to be judged.
const LEAST_CALLS: usize = 30;
/// Hours with calls that it must have.
const LEAST_HOURS: usize = 8;
/// Calls of its busiest hours: with fewer, any hour is one.
const LEAST_FULL: u32 = 5;
/// Accounts of a cluster that must be judged.
const LEAST_JUDGED: usize = 5;

/// The detector.
pub struct NoRamp;

impl Detector for NoRamp {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let most = look.parameter(&DEFINITION, "most_hours") * HOUR_US as f64;
        let material = look.material;
        let judged = by_account(material.index.accounts().len() as u32, |account| {
            ramp(material, account).map(|(us, row)| ((us as f64) < most, row))
        });
        let none = Property::new(judged.iter().map(|judged| judged.map(|(none, _)| none)));
        Ok(Box::new(Ramps { look: *look, judged, none }))
    }
}

struct Ramps<'a> {
    look: Look<'a>,
    /// By account: whether it had no ramp, and the row that began its first busy hour; `None` where
    /// it cannot be judged.
    judged: Vec<Option<(bool, u32)>>,
    /// Who of them had none.
    none: Property,
}

/// What is measured of accounts.
const NO_RAMP: &str = "had no ramp";

/// From registration to the first hour with nine tenths of the calls of an account's own busiest
/// tenth of hours, µs, and the row that begins it.
pub(in crate::detect) fn ramp(material: &Material<'_>, account: u32) -> Option<(i64, u32)> {
    let index = material.index;
    let created = material.moment(account, "created_at")?.0;
    if material.span().is_none_or(|span| created < span.start.0) {
        return None;
    }
    let rows = index.rows_of_account(account);
    if rows.len() < LEAST_CALLS {
        return None;
    }
    // Hours since the registration: start, calls, first row.
    let mut hours: Vec<(i64, u32, u32)> = Vec::new();
    for row in rows.iter().copied().filter(|row| material.has_sharp_time(*row)) {
        let since = index.at(row)?.0.saturating_sub(created);
        let hour = since.div_euclid(HOUR_US);
        match hours.last_mut() {
            Some(last) if last.0 == hour => last.1 += 1,
            _ => hours.push((hour, 1, row)),
        }
    }
    if hours.len() < LEAST_HOURS || hours[0].0 < 0 {
        return None;
    }
    let mut calls: Vec<u32> = hours.iter().map(|hour| hour.1).collect();
    calls.sort_unstable();
    let full = calls[calls.len() - 1 - calls.len() / 10];
    if full < LEAST_FULL || calls.iter().sum::<u32>() < LEAST_CALLS as u32 {
        return None;
    }
    let busy = |hour: &&(i64, u32, u32)| f64::from(hour.1) >= 0.9 * f64::from(full);
    hours.iter().find(busy).map(|(hour, _, row)| (hour * HOUR_US, *row))
}

impl Seen for Ramps<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        Ok(self.of(group))
    }

    fn measured(&self) -> Measures {
        vec![(NO_RAMP.into(), self.none.measured())]
    }
}

impl Ramps<'_> {
    fn of(&self, group: Group<'_>) -> Option<Finding> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let members = self.look.material.strangers(group.members);
        let of = |a: &u32| self.judged[*a as usize].map(|(none, row)| (*a, none, row));
        let judged: Vec<(u32, bool, u32)> = members.iter().filter_map(of).collect();
        let hits: Vec<&(u32, bool, u32)> = judged.iter().filter(|(_, none, _)| *none).collect();
        let (k, n) = (hits.len() as f64, judged.len() as f64);
        let usual = self.none.usual(group);
        let ln_p = binomial::ln_at_least(hits.len() as u64, judged.len() as u64, usual)?;
        let share = k / n;
        let passes = judged.len() >= LEAST_JUDGED
            && share >= get("least_share_of_cluster")
            && ln_p / std::f64::consts::LN_10 <= get("most_log10_p");
        if !passes {
            return None;
        }
        let role = || "first busy hour".to_owned();
        let case = |what: &str| Recipe::Case { what: what.into() };
        let statement = Statement::new(format!(
            "{{hits}} of {{judged}} accounts reached the level of their own busiest hours within {} h \
             of their registration; of other accounts, at most {{usual}} do.",
            get("most_hours")
        ))
        .with("hits", k, Unit::Count, Recipe::Accounts { role: role() })
        .with("judged", n, Unit::Count, case("accounts of the cluster with enough use to judge"))
        .with("usual", usual, Unit::ShareAtMost, Recipe::OthersMeasured { what: NO_RAMP.into() });
        let index = self.look.material.index;
        let claim = Claim {
            accounts: hits.iter().map(|(account, ..)| *account).collect(),
            statement,
            statistic: share,
            threshold: format!(
                "at least {} of them",
                Unit::Share.text(get("least_share_of_cluster"))
            ),
            effect: share / usual,
            null: binomial::band("share among all other accounts".into(), n as u64, usual.min(1.0)),
            ln_p: Some(ln_p),
            evidence: vec![evidence(index, &role(), hits.iter().map(|(_, _, row)| *row))],
        };
        // The band counts accounts, the statistic is their share.
        let mut finding = claim.finding(&DEFINITION, group.subject())?;
        if let Some(band) = &mut finding.null {
            (band.low, band.median, band.high) = (band.low / n, band.median / n, band.high / n);
        }
        Some(finding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testcase::Sent;
    use crate::detect::testkit::attributes;
    use crate::detect::timing::rotation::tests::said;
    use crate::detect::{Attributes, Detector};
    use crate::model::time::{DAY_US, MINUTE_US};
    use crate::model::{Time, rng::Rng};

    const MEMBERS: &[u32] = &[0, 1, 2, 3, 4, 5, 6, 7];

    /// Sixty accounts registered on the second day; the first `full` send ten calls an hour at once,
    /// all others begin with one an hour for two days.
    fn world(full: u32) -> (Vec<Sent>, Attributes) {
        let mut rng = Rng::new(&[4]);
        let mut sent = vec![Sent { account: 60, ..Sent::default() }];
        let created: Vec<String> = (0..60).map(|_| Time(DAY_US).to_string()).collect();
        let known: Vec<(u32, &str, &str)> =
            (0..60).zip(&created).map(|(a, at)| (a, "created_at", at.as_str())).collect();
        for account in 0..60 {
            for hour in 0..96 {
                let calls = if account < full || hour >= 48 { 10 } else { 1 };
                for call in 0..calls + rng.below(2) as i64 {
                    let at = DAY_US + hour * HOUR_US + call * MINUTE_US;
                    sent.push(Sent { at, account, ..Sent::default() });
                }
            }
        }
        (sent, attributes(&known))
    }

    #[test]
    fn a_cluster_whose_accounts_are_in_full_use_at_once_has_no_ramp() {
        let (sent, known) = world(8);
        let found = said(&NoRamp, &sent, &known, MEMBERS).expect("no ramp");
        assert_eq!(
            found.statement.text(),
            "8 of 8 accounts reached the level of their own busiest hours within 2 h of their \
             registration; of other accounts, at most 1.9 % do."
        );
        assert_eq!(found.events_of("first busy hour").len(), 8);
        assert!(found.log10_p.is_some_and(|p| p < -3.0) && NoRamp.definition().id == "D13");
    }

    #[test]
    fn where_everybody_does_or_nobody_is_known_to_nothing_is_said() {
        for full in [0, 60] {
            let (sent, known) = world(full);
            assert_eq!(said(&NoRamp, &sent, &known, MEMBERS), None);
        }
        let (sent, _) = world(8);
        let old: Vec<(u32, &str, &str)> =
            MEMBERS.iter().map(|a| (*a, "created_at", "1969-01-01")).collect();
        assert_eq!(said(&NoRamp, &sent, &attributes(&old), MEMBERS), None);
    }
}

//! D05: the accounts of a cluster complete each other, so that their total is smoother than that of
//! independent accounts.
//!
//! Residuals are taken against everybody else, never against the cluster's own total, on which they
//! would complete each other by construction.

use std::ops::Range;

use crate::detect::nulls::Spread;
use crate::detect::nulls::rotation::SURROGATES;
use crate::detect::stats::student::ln_above_surrogates;
use crate::detect::{
    COORDINATED, Claim, Definition, Detector, Group, Look, Material, Need, Parameter, Seen,
    Strength, calls_in,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Family, Finding, Recipe, Statement, Take, Unit};
use crate::model::rng::{Rng, key};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D05",
    version: 2,
    title: "Smooth total",
    family: Family::Timing,
    strength: Strength::Evidence,
    speaks_to: COORDINATED,
    sees: "accounts whose hourly calls add up to a total that is regulated: where one does more, \
           others do less",
    cannot_see: "work that is split at random, which adds up like independent accounts",
    needs: &[Need::Accounts, Need::Field(Field::Timestamp), Need::Hours(5 * 24)],
    parameters: &[
        Parameter {
            name: "most_times_shifted",
            default: 0.5,
            reason: "half of the variance of independent accounts",
        },
        Parameter {
            name: "most_z",
            default: -4.0,
            reason: "independent accounts lie within ±3 of shifted days",
        },
        Parameter {
            name: "least_accounts",
            default: 4.0,
            reason: "two or three may share an office's day by chance",
        },
    ],
    source: "variance ratio after Schluter (Ecology 1984); exclusion of the own total and the null \
             are ours",
};

/// Hours with calls that an account must have.
const LEAST_HOURS: usize = 24;
/// Whole days that the cluster must span.
const LEAST_DAYS: usize = 5;
/// Accounts that are compared at most, drawn at random.
const MOST_ACCOUNTS: usize = 200;

/// The detector.
pub struct SmoothTotal;

impl Detector for SmoothTotal {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        look.material.hourly_of_others(&[], 0..0);
        Ok(Box::new(Totals { look: *look }))
    }
}

struct Totals<'a> {
    look: Look<'a>,
}

impl Seen for Totals<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        Ok(self.of(group))
    }
}

impl Totals<'_> {
    fn of(&self, group: Group<'_>) -> Option<Finding> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let material = self.look.material;
        let mut accounts = material.strangers(group.members);
        accounts.retain(|account| material.hours(*account).len() >= LEAST_HOURS);
        shuffle(&mut accounts, self.look.seed);
        let of = accounts.len();
        accounts.truncate(MOST_ACCOUNTS);
        if (accounts.len() as f64) < get("least_accounts").max(2.0) {
            return None;
        }
        let hours = hours_of(material, &accounts)?;
        let shape = self.others(group, hours.clone())?;
        let series: Vec<Vec<f64>> = accounts
            .iter()
            .map(|a| material.hourly(&[*a], hours.clone()).iter().map(|n| *n as f64).collect())
            .collect();
        let ratio = variance_ratio(&series, &shape, &vec![0; series.len()])?;
        let draw = |i| {
            let shifts = shifts(series.len(), hours.len() / 24, self.look.seed, i);
            variance_ratio(&series, &shape, &shifts)
        };
        let shifted = Spread::of(&(0..SURROGATES).map(draw).collect::<Option<Vec<_>>>()?)?;
        let z = shifted.z(ratio)?;
        if z > get("most_z") || ratio > get("most_times_shifted") * shifted.mean {
            return None;
        }
        let effect = shifted.mean / ratio;
        let cited = calls_in(material, "calls of these days", &accounts, &hours);
        let claim = Claim {
            statement: statement(&accounts, of, ratio, &shifted),
            accounts,
            statistic: ratio,
            threshold: format!(
                "at most {} times what shifted days give and at least {} standard deviations below it",
                get("most_times_shifted"),
                -get("most_z")
            ),
            effect,
            null: Some(shifted.band("shifts of each account by whole days")),
            ln_p: ln_above_surrogates(-z, SURROGATES),
            evidence: vec![cited],
        };
        claim.finding(&DEFINITION, group.subject())
    }

    /// The share of each hour in the calls of all accounts outside. `None` without any.
    fn others(&self, group: Group<'_>, hours: Range<u32>) -> Option<Vec<f64>> {
        let others = self.look.material.hourly_of_others(group.members, hours);
        let others: Vec<f64> = others.into_iter().map(|n| n as f64).collect();
        let sum: f64 = others.iter().sum();
        (sum > 0.0).then(|| others.iter().map(|n| n / sum).collect())
    }
}

/// Puts accounts into the order in which they are drawn and shifted: at random.
pub(in crate::detect) fn shuffle(accounts: &mut [u32], seed: u64) {
    let seed = key(&[seed, 5]);
    accounts.sort_unstable_by_key(|account| key(&[seed, u64::from(*account)]));
}

/// The whole days, as hours since the epoch, from the first call of some accounts to the last;
/// `None` where they are fewer than five.
pub(in crate::detect) fn hours_of(material: &Material<'_>, accounts: &[u32]) -> Option<Range<u32>> {
    let first = accounts.iter().filter_map(|a| material.hours(*a).first()).map(|h| h.0).min()?;
    let last = accounts.iter().filter_map(|a| material.hours(*a).last()).map(|h| h.0).max()?;
    let days = ((last + 1 - first) / 24) as usize;
    (days >= LEAST_DAYS).then(|| first..first + 24 * days as u32)
}

/// By how many hours each of some accounts moves around the circle of days in one of the draws.
pub(in crate::detect) fn shifts(accounts: usize, days: usize, seed: u64, draw: u32) -> Vec<usize> {
    let mut rng = Rng::new(&[key(&[seed, 5]), u64::from(draw)]);
    (0..accounts).map(|_| 24 * rng.below(days as u64) as usize).collect()
}

/// The variance of the total of residuals over the sum of their variances, each series moved by its
/// shift around the circle of hours.
fn variance_ratio(series: &[Vec<f64>], shape: &[f64], shifts: &[usize]) -> Option<f64> {
    let n = shape.len();
    let (mut total, mut sum) = (vec![0.0; n], 0.0);
    for (calls, shift) in series.iter().zip(shifts) {
        let all: f64 = calls.iter().sum();
        // Residuals add up to 0 over all hours, so that their mean square is their variance.
        for (t, share) in shape.iter().enumerate() {
            let rest = calls[(t + n - shift % n) % n] - all * share;
            total[t] += rest;
            sum += rest * rest;
        }
    }
    let ratio = total.iter().map(|t| t * t).sum::<f64>() / sum;
    ratio.is_finite().then_some(ratio)
}

fn statement(accounts: &[u32], of: usize, ratio: f64, shifted: &Spread) -> Statement {
    let mut words =
        "Together, {accounts} accounts vary {times} less from hour to hour than if each \
                     kept its own days: the variance of their total is {ratio} of the sum of their \
                     variances, {shifted} on shifted days."
            .to_owned();
    if accounts.len() < of {
        words.push_str(&format!(" Looked at {} of {of}, drawn at random.", accounts.len()));
    }
    let times = Recipe::Quotient { of: "mean".into(), by: "ratio".into(), plus: 0.0 };
    Statement::new(words)
        .with("accounts", accounts.len() as f64, Unit::Count, Recipe::Members)
        .with("times", shifted.mean / ratio.max(1e-3), Unit::Times, times)
        .with("ratio", ratio, Unit::Plain, Recipe::Statistic)
        .with("shifted", shifted.median, Unit::Plain, shifted.recipe(Take::Middle))
        .with("mean", shifted.mean, Unit::Plain, shifted.recipe(Take::Mean))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Attributes;
    use crate::detect::testcase::Sent;
    use crate::detect::timing::rotation::tests::said;
    use crate::model::time::{HOUR_US, SECOND_US};

    const MEMBERS: &[u32] = &[0, 1, 2, 3, 4];

    /// Ten days; five accounts of a cluster and twenty others. The cluster makes fifteen calls an
    /// hour in all, split unevenly anew every hour, or each account what it likes.
    fn world(regulated: bool) -> Vec<Sent> {
        let mut rng = Rng::new(&[2]);
        let mut sent = Vec::new();
        let mut push = |account: u32, hour: i64, calls: u64| {
            for call in 0..calls as i64 {
                let at = hour * HOUR_US + call * SECOND_US;
                sent.push(Sent { at, account, ..Sent::default() });
            }
        };
        for hour in 0..240 {
            for account in 5..25 {
                push(account, hour, 2 + rng.below(3));
            }
            let mut left = 15;
            for account in 0..4 {
                let calls = if regulated { rng.below(left + 1) } else { rng.below(7) };
                left -= calls.min(left);
                push(account, hour, calls);
            }
            push(4, hour, if regulated { left } else { rng.below(7) });
        }
        sent
    }

    #[test]
    fn a_regulated_total_is_smoother_than_its_parts_and_independent_ones_are_not() {
        let none = Attributes::new();
        let found = said(&SmoothTotal, &world(true), &none, MEMBERS).expect("smooth");
        assert!(found.statistic < 0.2 && found.effect > 2.0, "{}", found.statement.text());
        let calls = world(true).iter().filter(|sent| sent.account < 5).count();
        assert_eq!(found.events_of("calls of these days").len(), calls);
        assert_eq!(said(&SmoothTotal, &world(false), &none, MEMBERS), None);
        assert_eq!(said(&SmoothTotal, &[], &none, &[0, 1]), None);
    }

    #[test]
    fn independent_series_add_up_to_one() {
        let series = vec![vec![2.0, 0.0, 2.0, 0.0], vec![2.0, 2.0, 0.0, 0.0]];
        let even = [0.25; 4];
        assert_eq!(variance_ratio(&series, &even, &[0, 0]), Some(1.0));
        assert_eq!(variance_ratio(&series, &even, &[0, 1]), Some(1.0));
        let against = vec![vec![2.0, 0.0, 2.0, 0.0], vec![0.0, 2.0, 0.0, 2.0]];
        assert_eq!(variance_ratio(&against, &even, &[0, 0]), Some(0.0));
        assert_eq!(variance_ratio(&against, &even, &[0, 1]), Some(2.0));
        assert_eq!(variance_ratio(&[], &even, &[]), None);
    }
}

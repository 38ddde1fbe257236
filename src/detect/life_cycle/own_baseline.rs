//! D33: many accounts of a cluster stop behaving like themselves in the same week.

use crate::detect::material::by_account::by_account;
use crate::detect::stats::binomial;
use crate::detect::stats::robust::{Robust, median};
use crate::detect::{
    COORDINATED, Claim, Definition, Detector, Group, Look, Material, Measures, Need, Parameter,
    Property, Seen, Strength, calls_in,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Evidence, Family, Finding, Recipe, Statement, Unit};
use crate::model::time::DAY_US;

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D33",
    version: 3,
    title: "Unlike themselves",
    family: Family::LifeCycle,
    strength: Strength::Supporting,
    speaks_to: COORDINATED,
    sees: "clusters whose accounts differ in the last week from their own weeks before in two of \
           calls a day, hours a day and tokens answered per call, more often than other accounts",
    cannot_see: "accounts without two weeks of history. A launch does it to one customer and a stolen \
                 key to one account, which is why clusters are looked at",
    needs: &[Need::Accounts, Need::Field(Field::Timestamp), Need::Hours(14 * 24)],
    parameters: &[
        Parameter {
            name: "least_z",
            default: 5.0,
            reason: "robust standard deviations of the account's own days",
        },
        Parameter {
            name: "least_times_changed",
            default: 3.0,
            reason: "up or down: customers double and halve",
        },
        Parameter {
            name: "least_share_of_cluster",
            default: 0.3,
            reason: "of its accounts with a history",
        },
        Parameter {
            name: "most_log10_p",
            default: -3.0,
            reason: "against the share among all other accounts",
        },
    ],
    source: "own baselines with robust deviations (Iglewicz and Hoaglin, 1993); the features are ours",
};

/// Days that are compared.
pub(in crate::detect) const WEEK: i64 = 7;
/// Active days that an account must have before them.
const LEAST_BEFORE: usize = 10;
/// Active days that it must have among them.
const LEAST_AFTER: usize = 2;
/// Accounts with a history that a cluster must have.
const LEAST_ACCOUNTS: usize = 5;
/// What is compared, in words.
const FEATURES: [&str; 3] = ["calls a day", "hours a day", "tokens answered per call"];

/// The detector.
pub struct OwnBaseline;

impl Detector for OwnBaseline {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let get = |name| look.parameter(&DEFINITION, name);
        let (z, times) = (get("least_z"), get("least_times_changed"));
        let (index, last) = (look.material.index, last_day(look.material));
        let changed = by_account(index.accounts().len() as u32, |account| {
            let mut days = days(look.material, account);
            // Few have a history: only of these the answers are looked at.
            split(&days, last - WEEK)?;
            add_answers(&mut days, look.material, account);
            changed(&days, last - WEEK, z, times)
        });
        let unlike = Property::new(changed.iter().map(|c| c.as_ref().map(is_two)));
        Ok(Box::new(Baselines { look: *look, changed, unlike }))
    }
}

/// The last day of the case, since the epoch.
pub(in crate::detect) fn last_day(material: &Material<'_>) -> i64 {
    material.span().map_or(0, |span| (span.end.0 - 1).div_euclid(DAY_US))
}

/// A day of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Day {
    day: i64,
    calls: f64,
    hours: f64,
    /// Of calls that say.
    answered: Option<f64>,
}

fn days(material: &Material<'_>, account: u32) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for (hour, calls) in material.hours(account) {
        let day = i64::from(hour / 24);
        match days.last_mut() {
            Some(last) if last.day == day => {
                last.calls += f64::from(*calls);
                last.hours += 1.0;
            }
            _ => days.push(Day { day, calls: f64::from(*calls), hours: 1.0, answered: None }),
        }
    }
    days
}

/// Says of each day how many tokens a call was answered with.
fn add_answers(days: &mut [Day], material: &Material<'_>, account: u32) {
    let mut tokens: Vec<(i64, f64, f64)> = Vec::new();
    // The same calls that the hours count.
    for record in material.sharp_records(account) {
        let answered = material.index.row(record.row).output_tokens();
        let (Some(at), Some(n)) = (record.at, answered) else { continue };
        let day = at.0.div_euclid(DAY_US);
        match tokens.last_mut() {
            Some(last) if last.0 == day => (last.1, last.2) = (last.1 + f64::from(n), last.2 + 1.0),
            _ => tokens.push((day, f64::from(n), 1.0)),
        }
    }
    for day in days {
        let at = tokens.binary_search_by_key(&day.day, |t| t.0).ok();
        day.answered = at.map(|at| tokens[at].1 / tokens[at].2);
    }
}

/// The days up to one, and those after it; `None` where either are too few to compare.
fn split(days: &[Day], last_before: i64) -> Option<(&[Day], &[Day])> {
    let (before, after) = days.split_at(days.partition_point(|day| day.day <= last_before));
    (before.len() >= LEAST_BEFORE && after.len() >= LEAST_AFTER).then_some((before, after))
}

/// Which features differ after a day from before; `None` without a history.
fn changed(days: &[Day], last_before: i64, z: f64, times: f64) -> Option<[bool; 3]> {
    let (before, after) = split(days, last_before)?;
    let features: [fn(&Day) -> Option<f64>; 3] =
        [|day| Some(day.calls), |day| Some(day.hours), |day| day.answered];
    Some(features.map(|feature| {
        let of = |days: &[Day]| days.iter().filter_map(feature).collect::<Vec<f64>>();
        let (Some(own), Some(now)) = (Robust::of(&of(before)), median(&of(after))) else {
            return false;
        };
        let ratio = (now / own.median).max(own.median / now);
        // Days that are all alike have no spread: a tenth of the level is taken.
        let spread = own.spread.max(0.1 * own.median.abs());
        ratio.is_finite() && ratio >= times && (now - own.median).abs() >= z * spread
    }))
}

struct Baselines<'a> {
    look: Look<'a>,
    /// By account.
    changed: Vec<Option<[bool; 3]>>,
    /// Who differs.
    unlike: Property,
}

/// What is measured of accounts.
const UNLIKE: &str = "differs from its own days";

impl Seen for Baselines<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        Ok(self.of(group))
    }

    fn measured(&self) -> Measures {
        vec![(UNLIKE.into(), self.unlike.measured())]
    }
}

fn is_two(features: &[bool; 3]) -> bool {
    features.iter().filter(|is| **is).count() >= 2
}

impl Baselines<'_> {
    /// The records of accounts in the days that are compared, and in their own days before.
    fn records(&self, accounts: &[u32]) -> Vec<Evidence> {
        let material = self.look.material;
        let first = u32::try_from((last_day(material) - WEEK + 1) * 24).unwrap_or(0);
        vec![
            calls_in(material, "days before", accounts, &(0..first)),
            calls_in(material, "last days", accounts, &(first..u32::MAX)),
        ]
    }

    fn of(&self, group: Group<'_>) -> Option<Finding> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let members = self.look.material.strangers(group.members);
        let of = |a: &u32| self.changed[*a as usize].map(|features| (*a, features));
        let known: Vec<(u32, [bool; 3])> = members.iter().filter_map(of).collect();
        let hits: Vec<u32> =
            known.iter().filter(|(_, features)| is_two(features)).map(|(a, _)| *a).collect();
        let usual = self.unlike.usual(group);
        let (k, n) = (hits.len() as u64, known.len() as u64);
        let ln_p = binomial::ln_at_least(k, n, usual)?;
        let share = k as f64 / n as f64;
        let passes = known.len() >= LEAST_ACCOUNTS
            && share >= get("least_share_of_cluster")
            && ln_p / std::f64::consts::LN_10 <= get("most_log10_p");
        if !passes {
            return None;
        }
        let with = |i: usize| known.iter().filter(|(_, features)| features[i]).count();
        let most = (0..FEATURES.len()).max_by_key(|i| (with(*i), std::cmp::Reverse(*i)))?;
        let case = |what: &str| Recipe::Case { what: what.into() };
        let words = format!(
            "{{hits}} of {{known}} accounts differ in the last 7 days from their own days before, most \
             of all in {}; of other accounts, at most {{usual}} do.",
            FEATURES[most]
        );
        let statement = Statement::new(words)
            .with("hits", k as f64, Unit::Count, Recipe::Members)
            .with("known", n as f64, Unit::Count, case("accounts of the cluster with a history"))
            .with(
                "usual",
                usual,
                Unit::ShareAtMost,
                Recipe::OthersMeasured { what: UNLIKE.into() },
            );
        let cited = self.records(&hits);
        let claim = Claim {
            accounts: hits,
            statement,
            statistic: share,
            threshold: format!(
                "at least {} of them",
                Unit::Share.text(get("least_share_of_cluster"))
            ),
            effect: share / usual,
            null: None,
            ln_p: Some(ln_p),
            evidence: cited,
        };
        claim.finding(&DEFINITION, group.subject())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Attributes;
    use crate::detect::testcase::Sent;
    use crate::detect::timing::rotation::tests::said;
    use crate::model::time::HOUR_US;

    const MEMBERS: &[u32] = &[0, 1, 2, 3, 4, 5];

    /// Thirty accounts over four weeks with two calls in each of two hours a day; in the last week
    /// the first ones have ten calls in twelve hours.
    fn world(first: u32) -> Vec<Sent> {
        let mut sent = Vec::new();
        for account in 0..30 {
            for day in 0..28 {
                let busy = day >= 21 && account < first;
                let (hours, calls) = if busy { (12, 10) } else { (2, 2) };
                for hour in 0..hours {
                    for call in 0..calls {
                        let at = day * DAY_US + hour * HOUR_US + call;
                        sent.push(Sent { at, account, output: Some(50), ..Sent::default() });
                    }
                }
            }
        }
        sent
    }

    #[test]
    fn accounts_that_change_together_do_and_those_that_go_on_do_not() {
        let none = Attributes::new();
        let found = said(&OwnBaseline, &world(6), &none, MEMBERS).expect("changed");
        assert_eq!(
            found.statement.text(),
            "6 of 6 accounts differ in the last 7 days from their own days before, most of all in \
             calls a day; of other accounts, at most 4.0 % do."
        );
        let of_members = |s: &&Sent| MEMBERS.contains(&s.account);
        let cited = ["days before", "last days"].map(|role| found.events_of(role).len());
        assert_eq!(cited[0] + cited[1], world(6).iter().filter(of_members).count());
        assert!(cited.iter().all(|n| *n > 0), "{cited:?}");
        assert_eq!(said(&OwnBaseline, &world(0), &none, MEMBERS), None);
        assert_eq!(said(&OwnBaseline, &world(30), &none, MEMBERS), None, "everybody does");
    }

    #[test]
    fn records_that_are_no_calls_change_nobody() {
        use crate::model::Granularity;
        // Six accounts call more in the last week, and beside the calls stands what buckets say.
        let mut sent = world(6);
        sent.retain(|s| s.at.rem_euclid(DAY_US) < 2 * HOUR_US);
        let bucket = |account| Sent {
            at: 27 * DAY_US + HOUR_US,
            account,
            output: Some(5_000_000),
            granularity: Granularity::Bucket,
            ..Sent::default()
        };
        let none = Attributes::new();
        assert_eq!(said(&OwnBaseline, &sent, &none, MEMBERS), None, "one thing changed");
        for day in 0..7 {
            let on_day = |s: Sent| Sent { at: s.at - day * DAY_US, ..s };
            sent.extend(MEMBERS.iter().map(|account| on_day(bucket(*account))));
        }
        assert_eq!(said(&OwnBaseline, &sent, &none, MEMBERS), None);
    }
}

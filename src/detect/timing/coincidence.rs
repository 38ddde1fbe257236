//! D04: accounts of a cluster start, or stop, within minutes or hours of each other.
//!
//! Against the times at which everybody else does, which hold what a launch, a promotion or the end
//! of a term does to all. Who is always there at that time of day, by a timer or a timetable, is
//! told to the day only.

use crate::detect::material::Visit;
use crate::detect::stats::binomial;
use crate::detect::stats::scan::{Crowd, scan};
use crate::detect::{
    COORDINATED, Claim, Definition, Detector, Group, Look, Material, Measures, Need, Parameter,
    Seen, Strength, evidence,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Family, Finding, Recipe, Statement, Unit};
use crate::model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D04",
    version: 3,
    title: "Starting or stopping together",
    family: Family::Timing,
    strength: Strength::Evidence,
    speaks_to: COORDINATED,
    sees: "accounts whose first requests, or last ones, are crowded into a window in which few \
           others begin or end",
    cannot_see: "slow seeding; starts that a registration just before them explains, and ends that \
                 a closing explains; starts within a day, or within the longest silence of the \
                 account, after the records begin, and such ends before they end, which may be those \
                 of the records. All of these are left out. Of accounts that are always there at one \
                 time of day it sees the day alone",
    needs: &[
        Need::Accounts,
        Need::Field(Field::Timestamp),
        Need::HoursOf("least_hours_from_edge", 2),
    ],
    parameters: &[
        Parameter {
            name: "least_accounts",
            default: 5.0,
            reason: "three or four colleagues begin together anywhere",
        },
        Parameter {
            name: "least_share",
            default: 0.3,
            reason: "of the accounts of the cluster that are compared: a few do not speak for it",
        },
        Parameter {
            name: "least_times_expected",
            default: 5.0,
            reason: "below, the hour of a region may be behind it",
        },
        Parameter {
            name: "most_log10_p",
            default: -5.0,
            reason: "over all windows, and over starts and ends",
        },
        Parameter {
            name: "least_hours_from_edge",
            default: 24.0,
            reason: "who is always there seems to start where the records begin and to stop where \
                     they end; within a day, nearly everybody who is there every day has called",
        },
    ],
    source: "scan statistic (Naus, J. Am. Stat. Assoc. 1965); the null of everybody's times is ours",
};

/// Widths of windows, µs.
const WIDTHS: [i64; 4] = [10 * MINUTE_US, HOUR_US, 6 * HOUR_US, 24 * HOUR_US];
/// How near to each other times of day are one habit, µs.
const HABIT_US: i64 = HOUR_US;
/// Others that a comparison needs.
const LEAST_OTHERS: usize = 50;

/// The detector.
pub struct Coincidence;

impl Detector for Coincidence {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let ends = [End::First, End::Last].map(|end| (end, times(look, end)));
        Ok(Box::new(Coincidences { look: *look, ends }))
    }
}

/// Which end of an account's activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    First,
    Last,
}

impl End {
    fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Last => "last",
        }
    }

    /// What is measured of accounts.
    fn measured(self) -> &'static str {
        match self {
            Self::First => "time of its first request, µs",
            Self::Last => "time of its last request, µs",
        }
    }
}

/// The end of an account's activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    pub at: i64,
    pub account: u32,
    pub row: u32,
}

struct Coincidences<'a> {
    look: Look<'a>,
    /// For each end those of all accounts that are compared, by time.
    ends: [(End, Vec<Moment>); 2],
}

/// The ends that are compared, by time: not those near the edge of the records, where these end
/// and not the account's activity.
pub(crate) fn times(look: &Look<'_>, end: End) -> Vec<Moment> {
    let material = look.material;
    let Some(span) = material.span() else { return Vec::new() };
    let margin = (look.parameter(&DEFINITION, "least_hours_from_edge") * HOUR_US as f64) as i64;
    let is_edge = |at: i64, margin: i64| match end {
        End::First => at.saturating_sub(span.start.0) < margin,
        End::Last => span.end.0.saturating_sub(at) <= margin,
    };
    let of = |account: u32| {
        let visits: &[Visit] = material.visits(account);
        // Who is silent for days has not begun where the records are a day old.
        let silence = visits.windows(2).map(|two| two[1].start.saturating_sub(two[0].end)).max();
        let margin = margin.max(silence.unwrap_or(0));
        let (at, row, explained) = match end {
            End::First => {
                let first = visits.first()?;
                (first.start, first.first, material.moment(account, "created_at"))
            }
            End::Last => {
                let last = visits.last()?;
                (last.end, last.last, material.moment(account, "closed_at"))
            }
        };
        let nearest = DAY_US.max(silence.unwrap_or(0));
        let near = |moment: i64| at.saturating_sub(moment).saturating_abs() <= nearest;
        let is_told = !is_edge(at, margin) && !explained.is_some_and(|moment| near(moment.0));
        is_told.then_some(Moment { at, account, row })
    };
    let mut all: Vec<_> = (0..material.index.accounts().len() as u32).filter_map(of).collect();
    all.sort_unstable();
    all
}

impl Seen for Coincidences<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        let members = self.look.material.strangers(group.members);
        let best = self
            .ends
            .iter()
            .filter_map(|(end, all)| Found::of(self.look.material, *end, all, group, &members))
            .min_by(|a, b| a.crowd.ln_p.total_cmp(&b.crowd.ln_p));
        Ok(best.and_then(|found| self.judged(&found, group)))
    }

    fn measured(&self) -> Measures {
        let of = |(end, all): &(End, Vec<Moment>)| {
            let mut at: Vec<(u32, f64)> = all.iter().map(|m| (m.account, m.at as f64)).collect();
            at.sort_unstable_by_key(|(account, _)| *account);
            (end.measured().into(), at)
        };
        self.ends.iter().map(of).collect()
    }
}

/// The most crowded window of an end.
struct Found {
    end: End,
    crowd: Crowd,
    together: Vec<Moment>,
    compared: Vec<Moment>,
    others: u64,
}

impl Found {
    fn of(
        material: &Material<'_>,
        end: End,
        all: &[Moment],
        group: Group<'_>,
        members: &[u32],
    ) -> Option<Self> {
        let is_member = |account: u32| members.binary_search(&account).is_ok();
        let own: Vec<_> = all.iter().filter(|m| is_member(m.account)).copied().collect();
        let others: Vec<i64> = all.iter().filter(|m| !group.has(m.account)).map(|m| m.at).collect();
        if others.len() < LEAST_OTHERS {
            return None;
        }
        let times: Vec<i64> = own.iter().map(|m| m.at).collect();
        let together = |crowd: &Crowd| -> Vec<Moment> {
            let inside = |m: &&Moment| (0..crowd.width).contains(&(m.at - crowd.start));
            own.iter().filter(inside).copied().collect()
        };
        let mut crowd = scan(&times, &others, &WIDTHS)?;
        let are_habits = |of: &[Moment]| {
            let habitual = of.iter().filter(|m| is_habit(material, end, **m)).count();
            2 * habitual >= of.len()
        };
        if crowd.width < DAY_US && are_habits(&together(&crowd)) {
            crowd = scan(&times, &others, &[DAY_US])?;
        }
        let (together, others) = (together(&crowd), others.len() as u64);
        Some(Self { end, crowd, together, compared: own, others })
    }
}

/// Whether an account begins, or ends, at that time of day on a quarter of its other days at least.
fn is_habit(material: &Material<'_>, end: End, moment: Moment) -> bool {
    let visits = material.visits(moment.account).iter();
    let mut days: Vec<(i64, i64)> = match end {
        End::First => visits.map(|visit| (visit.start.div_euclid(DAY_US), visit.start)).collect(),
        End::Last => visits.map(|visit| (visit.end.div_euclid(DAY_US), -visit.end)).collect(),
    };
    days.sort_unstable();
    days.dedup_by_key(|(day, _)| *day);
    let near = |(_, at): &&(i64, i64)| {
        let apart = at.saturating_abs().saturating_sub(moment.at).rem_euclid(DAY_US);
        apart.min(DAY_US - apart) <= HABIT_US
    };
    // Its own day is near.
    4 * (days.iter().filter(near).count().saturating_sub(1)) >= days.len().max(2) - 1
}

impl Coincidences<'_> {
    fn judged(&self, found: &Found, group: Group<'_>) -> Option<Finding> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let (together, compared) = (found.together.len() as f64, found.compared.len());
        let ln_p = (found.crowd.ln_p + std::f64::consts::LN_2).min(0.0);
        let effect = together / found.crowd.expected;
        let limits = [
            (together, get("least_accounts")),
            (together / compared as f64, get("least_share")),
            (effect, get("least_times_expected")),
            (-ln_p / std::f64::consts::LN_10, -get("most_log10_p")),
        ];
        if limits.iter().any(|(is, least)| is.is_nan() || is < least) {
            return None;
        }
        let which = found.end.word();
        let role = format!("{which} requests together");
        let of = format!("{which} requests compared");
        let index = self.look.material.index;
        let made_from = format!("times of the {which} requests of {} other accounts", found.others);
        let claim = Claim {
            accounts: found.together.iter().map(|m| m.account).collect(),
            statement: statement(found, &role, &of),
            statistic: together,
            threshold: format!(
                "at least {} accounts, {} of those compared, {} times as many as expected and p at \
                 most 1e{}",
                limits[0].1,
                Unit::Share.text(limits[1].1),
                limits[2].1,
                -limits[3].1
            ),
            effect,
            null: binomial::band(
                made_from,
                compared as u64,
                (found.crowd.expected / compared as f64).min(1.0),
            ),
            ln_p: Some(ln_p),
            evidence: vec![
                evidence(index, &role, found.together.iter().map(|m| m.row)),
                evidence(index, &of, found.compared.iter().map(|m| m.row)),
            ],
        };
        claim.finding(&DEFINITION, group.subject())
    }
}

fn statement(found: &Found, role: &str, compared: &str) -> Statement {
    let first = found.together.first().map_or(0, |m| m.at);
    let width = found.together.last().map_or(0, |m| m.at) - first;
    let expected = Recipe::WhenOthers {
        what: found.end.measured().into(),
        role: Some(compared.into()),
        from: "start".into(),
        width_us: found.crowd.width,
    };
    Statement::new(format!(
        "{{together}} of {{compared}} accounts made their {} request within {{width}} of each \
         other, from {{start}} on; at the times of all others, {{expected}} would be expected.",
        found.end.word()
    ))
    .with(
        "together",
        found.together.len() as f64,
        Unit::Count,
        Recipe::Records { role: role.into() },
    )
    .with(
        "compared",
        found.compared.len() as f64,
        Unit::Count,
        Recipe::Records { role: compared.into() },
    )
    .with(
        "width",
        width as f64 / SECOND_US as f64,
        Unit::Seconds,
        Recipe::Spread { role: role.into() },
    )
    .with("start", first as f64, Unit::Moment, Recipe::Time { role: role.into(), is_last: false })
    .with("expected", found.crowd.expected, Unit::Count, expected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Attributes;
    use crate::detect::testcase::Sent;
    use crate::detect::testkit::attributes;
    use crate::detect::timing::rotation::tests::said;
    use crate::model::rng::Rng;

    const MEMBERS: &[u32] = &[0, 1, 2, 3, 4, 5, 6, 7];

    /// Two hundred accounts that begin some time in twenty days, the first eight when told.
    fn world(begins: impl Fn(u32) -> Option<i64>) -> Vec<Sent> {
        let mut rng = Rng::new(&[5]);
        let mut sent = Vec::new();
        for account in 0..200_u32 {
            let own = (rng.unit() * (20 * DAY_US) as f64) as i64;
            let at = Some(account).filter(|a| *a < 8).and_then(&begins).unwrap_or(own);
            let end = at + (rng.unit() * (20 * DAY_US) as f64) as i64;
            let hours = (at..end).step_by((7 * HOUR_US) as usize);
            sent.extend(hours.chain([end]).map(|at| Sent { at, account, ..Sent::default() }));
        }
        sent
    }

    fn within_minutes(account: u32) -> Option<i64> {
        Some(10 * DAY_US + i64::from(account) * MINUTE_US)
    }

    #[test]
    fn accounts_that_begin_within_minutes_do_so_together() {
        let none = Attributes::new();
        let found = said(&Coincidence, &world(within_minutes), &none, MEMBERS).expect("together");
        let text = found.statement.text();
        let starts = "8 of 8 accounts made their first request within 7 min of each other, from \
                      1970-01-11T00:00:00Z on; at the times of all others, ";
        assert!(text.starts_with(starts), "{text}");
        assert_eq!(found.events_of("first requests together").len(), 8);
        assert!(found.log10_p.is_some_and(|p| p < -5.0));
    }

    #[test]
    fn who_is_always_there_at_that_time_of_day_or_is_silent_for_days_is_told_to_the_day() {
        let daily = |begins: &dyn Fn(i64) -> i64, every: i64| {
            let mut sent = world(|_| None);
            sent.retain(|s| s.account >= 8);
            for account in MEMBERS {
                let first = begins(i64::from(*account));
                let at = |i: i64| first + i * every * DAY_US + i64::from(*account) * SECOND_US;
                let times = 5 + i64::from(*account);
                let sends =
                    (0..times).map(|i| Sent { at: at(i), account: *account, ..Sent::default() });
                sent.extend(sends);
            }
            said(&Coincidence, &sent, &Attributes::new(), MEMBERS)
        };
        assert_eq!(daily(&|account| (3 + account / 2) * DAY_US + HOUR_US, 1), None, "a timer");
        assert!(daily(&|_| 5 * DAY_US + HOUR_US, 1).is_some(), "on one day they begin together");
        assert_eq!(daily(&|_| 2 * DAY_US + HOUR_US, 3), None, "silent for three days at any time");
    }

    #[test]
    fn what_everybody_does_a_registration_or_an_organisation_explains_is_none() {
        let none = Attributes::new();
        assert_eq!(said(&Coincidence, &world(|_| None), &none, MEMBERS), None);
        let all = |account: u32| within_minutes(account % 8);
        let mut launch = world(all);
        launch.iter_mut().for_each(|s| s.at = s.at.rem_euclid(HOUR_US));
        assert_eq!(said(&Coincidence, &launch, &none, MEMBERS), None);
        for (name, value) in [("created_at", "1970-01-10T20:00:00Z"), ("org_id", "o1")] {
            let known: Vec<(u32, &str, &str)> = MEMBERS.iter().map(|a| (*a, name, value)).collect();
            assert_eq!(
                said(&Coincidence, &world(within_minutes), &attributes(&known), MEMBERS),
                None
            );
        }
    }

    #[test]
    fn accounts_that_are_always_there_start_and_stop_with_the_records_and_not_together() {
        let mut sent = world(|_| None);
        sent.retain(|s| s.account >= 8);
        let last = sent.iter().map(|s| s.at).max().unwrap_or(0) / HOUR_US;
        let always = |account: u32| {
            (0..=last).map(move |hour| Sent {
                at: hour * HOUR_US + i64::from(account) * MINUTE_US,
                account,
                ..Sent::default()
            })
        };
        sent.extend(MEMBERS.iter().flat_map(|account| always(*account)));
        assert_eq!(said(&Coincidence, &sent, &Attributes::new(), MEMBERS), None);
    }
}

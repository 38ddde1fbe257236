//! D02: the accounts of a cluster alternate, two by two.
//!
//! Pairs are drawn so that no account is in two of them: their z values are then independent of
//! each other where the accounts are, and add up.

use super::chosen::Chosen;
use crate::detect::material::Visit;
use crate::detect::nulls::Session;
use crate::detect::nulls::alternation::{Alternation, alternation, on_own_days};
use crate::detect::nulls::day_shift::DayShift;
use crate::detect::nulls::label_draw;
use crate::detect::nulls::rotation::{SURROGATES, is_clock};
use crate::detect::nulls::sessions::GAP_US;
use crate::detect::stats::runs::runs;
use crate::detect::stats::student::ln_above_surrogates;
use crate::detect::{
    COORDINATED, Claim, Definition, Detector, Group, Look, Measures, Need, Parameter, Seen,
    Strength, evidence,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Family, Finding, NullBand, Recipe, Statement, Take, Unit};
use crate::model::rng::{Rng, key};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D02",
    version: 5,
    title: "Pairs alternate",
    family: Family::Timing,
    strength: Strength::Evidence,
    speaks_to: COORDINATED,
    sees: "accounts of which one works where the other has just worked, session by session",
    cannot_see: "pools that pick accounts at random, and accounts that work by the clock",
    needs: &[Need::Accounts, Need::Field(Field::Timestamp), Need::Hours(48)],
    parameters: &[
        Parameter {
            name: "least_z",
            default: 4.0,
            reason: "strangers lie within ±1 of shifted days on average over pairs",
        },
        Parameter {
            name: "least_turns_to_drawn_accounts",
            default: 1.25,
            reason: "a team that reacts to the same incidents has 1.0, and so has a class with a \
                     timetable; a strict order up to 2",
        },
        Parameter {
            name: "least_sessions_of_account",
            default: 10.0,
            reason: "below, shifted days of two accounts hardly differ",
        },
    ],
    source: "runs of Wald and Wolfowitz (Ann. Math. Stat. 1940); nulls and guards are ours",
};

/// Pairs that are looked at.
const MOST_PAIRS: usize = 60;
/// Draws of accounts for the sessions of a pair.
const DRAWS: u64 = 9;

/// The detector.
pub struct Pairs;

impl Detector for Pairs {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        look.material.find_all_visits();
        Ok(Box::new(Alternations { look: *look }))
    }
}

struct Alternations<'a> {
    look: Look<'a>,
}

impl Seen for Alternations<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        Ok(self.of(group))
    }

    fn measured_of(&self, group: Group<'_>, _: &Finding) -> Measures {
        let Some(chosen) = self.chosen(group) else { return Measures::new() };
        let number = |(n, pair): (u32, Pair<'_>)| {
            [pair.first.0, pair.second.0].map(|account| (account, f64::from(n)))
        };
        vec![(PAIR.into(), (1..).zip(self.pairs(&chosen)).flat_map(number).collect())]
    }
}

/// A pair and how it alternates.
struct Pair<'a> {
    first: &'a (u32, Vec<Visit>),
    second: &'a (u32, Vec<Visit>),
    found: Alternation,
    z: f64,
    /// Runs where accounts are drawn for the same sessions, or have those of each day in another order:
    /// the higher mean.
    drawn: f64,
}

/// What is random of two accounts follows from it.
fn seed_of(first: &(u32, Vec<Visit>), second: &(u32, Vec<Visit>), seed: u64) -> u64 {
    key(&[seed, u64::from(first.0), u64::from(second.0)])
}

impl Pair<'_> {
    fn seed(&self, seed: u64) -> u64 {
        seed_of(self.first, self.second, seed)
    }

    fn rows(&self) -> impl Iterator<Item = u32> {
        self.first.1.iter().chain(&self.second.1).map(|v| v.first)
    }
}

impl Alternations<'_> {
    fn chosen(&self, group: Group<'_>) -> Option<Chosen> {
        let least = self.look.parameter(&DEFINITION, "least_sessions_of_account").max(1.0) as usize;
        Chosen::new(self.look.material, group, least, key(&[self.look.seed, 2]))
    }

    fn pairs<'a>(&self, chosen: &'a Chosen) -> Vec<Pair<'a>> {
        let pairs = chosen.accounts.chunks_exact(2).take(MOST_PAIRS);
        // Two clocks take turns without knowing of each other.
        pairs
            .filter(|two| !two.iter().all(|of| is_clock(&starts(of))))
            .filter_map(|two| judged(&two[0], &two[1], &chosen.days, self.look.seed))
            .collect()
    }

    fn of(&self, group: Group<'_>) -> Option<Finding> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let chosen = self.chosen(group)?;
        let pairs = self.pairs(&chosen);
        let best = pairs.iter().max_by(|a, b| a.z.total_cmp(&b.z))?;
        let z = pairs_z(&pairs);
        let turned: f64 = pairs.iter().map(|p| p.found.runs.runs as f64).sum();
        let ratio = turned / pairs.iter().map(|p| p.drawn).sum::<f64>();
        let least_ratio = get("least_turns_to_drawn_accounts");
        if z < get("least_z") || ratio.is_nan() || ratio < least_ratio {
            return None;
        }
        let beyond_calendars = z_on_own_days(&pairs, &chosen.days, self.look.seed);
        if beyond_calendars.is_some_and(|z| z < get("least_z")) {
            return None;
        }
        // So many ways there are to shift one account of each pair against the other.
        let ways = pairs.len() * chosen.days.days().saturating_sub(1);
        let freedom = (ways as u64).min(SURROGATES.into()) as u32;
        let index = self.look.material.index;
        let claim = Claim {
            accounts: pairs.iter().flat_map(|p| [p.first.0, p.second.0]).collect(),
            statement: statement(&pairs, best, ratio),
            statistic: z,
            threshold: format!(
                "at least {} standard deviations above shifted days, and above other days of each's own \
                 where they are there on a third of them, and {least_ratio} times as many turns as of \
                 drawn accounts, or in another order within each day",
                get("least_z")
            ),
            effect: ratio,
            null: Some(NullBand {
                made_from: format!("{SURROGATES} shifts of each account by whole days, by pair"),
                low: -1.96,
                median: 0.0,
                high: 1.96,
                n: SURROGATES.into(),
            }),
            ln_p: ln_above_surrogates(z, freedom),
            evidence: vec![
                evidence(index, SESSIONS, pairs.iter().flat_map(Pair::rows)),
                evidence(index, CLEAREST, best.rows()),
            ],
        };
        claim.finding(&DEFINITION, group.subject())
    }
}

/// When the sessions of an account begin.
fn starts(of: &(u32, Vec<Visit>)) -> Vec<i64> {
    of.1.iter().map(|v| v.start).collect()
}

fn judged<'a>(
    first: &'a (u32, Vec<Visit>),
    second: &'a (u32, Vec<Visit>),
    days: &DayShift,
    seed: u64,
) -> Option<Pair<'a>> {
    let seed = seed_of(first, second, seed);
    let found = alternation(&starts(first), &starts(second), days, seed, SURROGATES)?;
    let z = found.z()?;
    let session = |account, v: &Visit| Session { account, start: v.start, end: v.end };
    let mut sessions: Vec<Session> = first.1.iter().map(|v| session(0, v)).collect();
    sessions.extend(second.1.iter().map(|v| session(1, v)));
    sessions.sort_by_key(|s| s.start);
    let draw = |i| {
        let labels = label_draw::draw(&sessions, 2, GAP_US, &mut Rng::new(&[seed, i]));
        runs(labels.into_iter().map(|l| l == 0)).map_or(1.0, |runs| runs.runs as f64)
    };
    let drawn = (0..DRAWS).map(draw).sum::<f64>() / DRAWS as f64;
    let reorder = |i| {
        let day_of = |at| days.place(at).map(|(day, _)| day);
        let labels = label_draw::reorder(&sessions, day_of, 2, &mut Rng::new(&[seed, 1_000 + i]));
        runs(labels.into_iter().map(|l| l == 0)).map_or(1.0, |runs| runs.runs as f64)
    };
    let reordered = (0..DRAWS).map(reorder).sum::<f64>() / DRAWS as f64;
    let drawn = drawn.max(reordered);
    Some(Pair { first, second, found, z, drawn })
}

/// The role of the records that begin sessions of all pairs.
const SESSIONS: &str = "session starts";
/// What is measured of its accounts.
const PAIR: &str = "number of its pair";
/// The role of those of the pair that alternates most.
pub(in crate::detect) const CLEAREST: &str = "clearest pair";

fn statement(pairs: &[Pair<'_>], best: &Pair<'_>, ratio: f64) -> Statement {
    let drawn: Vec<f64> = pairs.iter().map(|pair| pair.drawn).collect();
    let clearest = || CLEAREST.to_owned();
    let (a, b) = best.found.runs.counts;
    let accounts = Recipe::Accounts { role: SESSIONS.into() };
    Statement::new(
        "{accounts} accounts, put together two by two at random, alternate: {z} standard \
         deviations more than on shifted days over all pairs, {ratio} as many turns as where \
         accounts are drawn at random for the same sessions, or have those of each day in another \
         order. In the clearest pair {turns} of {starts} sessions follow one of the other account.",
    )
    .with("accounts", 2.0 * pairs.len() as f64, Unit::Count, accounts)
    .with("z", pairs_z(pairs), Unit::Plain, Recipe::Statistic)
    .with(
        "ratio",
        ratio,
        Unit::Times,
        Recipe::Quotient { of: "all_turns".into(), by: "drawn".into(), plus: 0.0 },
    )
    .with(
        "all_turns",
        pairs.iter().map(|pair| pair.found.runs.runs as f64).sum(),
        Unit::Count,
        Recipe::Runs { role: SESSIONS.into(), pair: PAIR.into() },
    )
    .with("drawn", drawn.iter().sum(), Unit::Plain, Recipe::Draws { take: Take::Sum, of: drawn })
    .with(
        "turns",
        best.found.runs.runs as f64 - 1.0,
        Unit::Count,
        Recipe::Turns { role: clearest() },
    )
    .with("starts", (a + b) as f64, Unit::Count, Recipe::Records { role: clearest() })
}

/// Over the pairs that are there often enough; `None` where none is.
fn z_on_own_days(pairs: &[Pair<'_>], days: &DayShift, seed: u64) -> Option<f64> {
    let z = |pair: &Pair<'_>| {
        let seed = pair.seed(seed);
        let (first, second) = (starts(pair.first), starts(pair.second));
        on_own_days(&first, &second, days, seed, SURROGATES)?.z(pair.found.runs.z)
    };
    let z: Vec<f64> = pairs.iter().filter_map(z).collect();
    (!z.is_empty()).then(|| z.iter().sum::<f64>() / libm::sqrt(z.len() as f64))
}

fn pairs_z(pairs: &[Pair<'_>]) -> f64 {
    pairs.iter().map(|p| p.z).sum::<f64>() / libm::sqrt(pairs.len() as f64)
}

#[cfg(test)]
mod tests {
    use crate::detect::Attributes;
    use crate::detect::testcase::Sent;
    use crate::detect::timing::rotation::tests::{pool, said};
    use crate::model::time::HOUR_US;

    #[test]
    fn two_accounts_in_turn_alternate_and_two_at_random_do_not() {
        let none = Attributes::new();
        let strict = pool(2, 1, |n, _| n);
        let found = said(&super::Pairs, &strict, &none, &[0, 1]).expect("in turn");
        let value = |name: &str| found.statement.number(name).expect("said").value;
        assert_eq!(found.events_of("clearest pair").len() as f64, value("starts"));
        assert!(value("turns") >= 0.95 * (value("starts") - 1.0), "{}", found.statement.text());
        assert!(value("ratio") > 1.25 && found.log10_p.is_some_and(|p| p < -3.0));
        let random = pool(2, 2, |_, rng| rng.below(2) as u32);
        assert_eq!(said(&super::Pairs, &random, &none, &[0, 1]), None);
    }

    #[test]
    fn two_jobs_of_every_hour_do_not_alternate() {
        // Holidays of the first one, so that shifted days do not look the same.
        let at = |i: i64, account: u32| Sent {
            at: i * HOUR_US + i64::from(account) * HOUR_US / 2,
            account,
            ..Sent::default()
        };
        let works = |i: &i64| i / 24 % 9 != 4;
        let first = (0..500).filter(works).map(|i| at(i, 0));
        let second = (0..500).filter(works).map(|i| at(i, 1));
        let mut sent: Vec<Sent> = first.chain(second).collect();
        sent.sort_by_key(|sent| sent.at);
        let found = said(&super::Pairs, &sent, &Attributes::new(), &[0, 1]);
        assert_eq!(found, None, "neither knows of the other");
    }

    #[test]
    fn pairs_of_a_pool_of_eight_alternate_too() {
        let turns = pool(8, 3, |n, _| n);
        let members = [0, 1, 2, 3, 4, 5, 6, 7];
        let found = said(&super::Pairs, &turns, &Attributes::new(), &members).expect("in turn");
        assert_eq!(found.accounts, members);
    }
}

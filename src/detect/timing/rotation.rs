//! D01: the accounts of a cluster take turns.
//!
//! A pool that hands each conversation to the account used longest ago spaces its accounts far more
//! evenly among each other's sessions than chance, and keeps doing so under jitter, sticky sessions
//! and traffic mixed in. What is compared, and with what: [`crate::detect::nulls::rotation`].

mod dealt;

use super::chosen::Chosen;
use crate::detect::nulls::rotation::{
    LEAST_OF_ACCOUNT, LEAST_STARTS, MOST_RATIO, Rank, Rotation, SURROGATES, are_clocks, rank,
    rotation,
};
use crate::detect::nulls::sessions::GAP_US;
use crate::detect::stats::student::ln_above_surrogates;
use crate::detect::{
    COORDINATED, Circle, Claim, Definition, Detector, Group, Look, Need, Parameter, Seen, Strength,
    Ties, evidence,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Family, Finding, Recipe, Statement, Unit};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D01",
    version: 3,
    title: "Accounts take turns",
    family: Family::Timing,
    strength: Strength::Evidence,
    speaks_to: COORDINATED,
    sees: "a pool that gives each session to the account used longest ago, also among sessions of \
           others and with unrelated use of the same accounts; without such use the pool is found by \
           its turns alone, where nothing else ties it",
    cannot_see: "pools that pick accounts at random, and those that do the same at the same minute \
                 every day or every few days, which unrelated clocks do, too",
    needs: &[Need::Field(Field::Timestamp)],
    parameters: &[
        Parameter {
            name: "most_z_of_shifted_days",
            default: -5.0,
            reason: "independent accounts lie within ±2.3 of their own shifted days, those of a \
                     campus with common holidays down to −4; pools at −7 to −35",
        },
        Parameter {
            name: "most_ratio_to_drawn_accounts",
            default: MOST_RATIO,
            reason: "independent accounts and teams with common bursts have 1.0, a pool among \
                     twice as many outsiders 0.64",
        },
        Parameter {
            name: "least_sessions",
            default: 60.0,
            reason: "with fewer, three pools of eight are missed; a strict order is seen in fewer",
        },
        Parameter {
            name: "least_sessions_of_a_strict_order",
            default: LEAST_STARTS as f64,
            reason: "six accounts four times each in the same order",
        },
        Parameter {
            name: "most_ratio_of_a_strict_order",
            default: 0.25,
            reason: "parts of pools that are known only in part have 0 to 0.1; unrelated accounts with \
                     few sessions go down to 0.3, those of a class or a campus to 0.57",
        },
        Parameter {
            name: "most_p_of_a_strict_order",
            default: 0.001,
            reason: "jobs of the same day of the week keep a strict order on shifted days, too",
        },
    ],
    source: "ours, with a simulation; shifted days after Pipa et al. (J. Comput. Neurosci. 2008), \
             order of use as in published relay software",
};

/// The detector.
pub struct Turns;

impl Detector for Turns {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        // Made here, where all cores are free.
        look.material.find_all_visits();
        Ok(Box::new(Rotations { look: *look, pools: dealt::pools(look)? }))
    }
}

struct Rotations<'a> {
    look: Look<'a>,
    pools: Vec<Circle>,
}

impl Seen for Rotations<'_> {
    fn ties(&self) -> Result<Ties, Cancelled> {
        Ok(Ties { circles: self.pools.clone(), ..Ties::default() })
    }

    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        Ok(self.of(group))
    }
}

/// How an order was told from chance.
struct Order {
    threshold: String,
    ln_p: Option<f64>,
    /// Where it was by how few of shifted days are as regular.
    rank: Option<Rank>,
}

impl Rotations<'_> {
    /// An order that may have exceptions: far from its shifted days, of many sessions.
    fn even(&self, found: &Rotation, ways: usize) -> Option<Order> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let (least, most) = (get("most_z_of_shifted_days"), get("most_ratio_to_drawn_accounts"));
        let (z, ratio) = (found.z()?, found.ratio()?);
        let passes = z <= least && ratio <= most && found.starts as f64 >= get("least_sessions");
        let freedom = (ways as u64).min(SURROGATES.into()) as u32;
        passes.then(|| Order {
            threshold: format!(
                "an irregularity {} standard deviations or more below shifted days and at most {most} \
                 times that of drawn accounts",
                -least,
            ),
            ln_p: ln_above_surrogates(-z, freedom),
            rank: None,
        })
    }

    /// An order with hardly any exception, which hardly any shifted days have: of few sessions.
    fn strict(
        &self,
        found: &Rotation,
        ways: usize,
        rank: impl FnOnce() -> Option<Rank>,
    ) -> Option<Order> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let (most, most_p) = (get("most_ratio_of_a_strict_order"), get("most_p_of_a_strict_order"));
        let enough = found.starts as f64 >= get("least_sessions_of_a_strict_order");
        let rank = (enough && found.ratio()? <= most).then(rank)??;
        // There are no more draws than ways to shift, however often they are drawn.
        let p = rank.p().max(1.0 / ways as f64);
        (p <= most_p).then(|| Order {
            threshold: format!(
                "an irregularity of at most {most} times that of drawn accounts, which at most {most_p} of \
                 shifted days reach",
            ),
            ln_p: Some(libm::log(p)),
            rank: Some(rank),
        })
    }

    fn of(&self, group: Group<'_>) -> Option<Finding> {
        let seed = self.look.seed;
        let chosen = Chosen::new(self.look.material, group, LEAST_OF_ACCOUNT, seed)?;
        let sessions = chosen.sessions();
        let found = rotation(&sessions, &chosen.days, GAP_US, seed, SURROGATES)?;
        // So many ways there are to shift the accounts against each other.
        let ways = chosen.days.days().saturating_pow(found.accounts as u32 - 1);
        let order = self
            .even(&found, ways)
            .or_else(|| self.strict(&found, ways, || rank(&sessions, &chosen.days, seed)))?;
        if are_clocks(&sessions, &chosen.days, seed) {
            return None;
        }
        let claim = Claim {
            accounts: chosen.accounts.iter().map(|(account, _)| *account).collect(),
            statement: statement(&found, &chosen, order.rank),
            statistic: found.r,
            threshold: order.threshold,
            effect: found.shifted.mean / found.r.max(1e-3),
            null: Some(found.shifted.band("shifts of each account by whole days")),
            ln_p: order.ln_p,
            evidence: vec![evidence(self.look.material.index, SESSIONS, chosen.rows())],
        };
        claim.finding(&DEFINITION, group.subject())
    }
}

/// The role of the records that begin sessions.
const SESSIONS: &str = "session starts";

fn statement(found: &Rotation, chosen: &Chosen, rank: Option<Rank>) -> Statement {
    let role = || SESSIONS.to_owned();
    let surrogate =
        |what: &str| Recipe::Case { what: format!("{what}, mean of {SURROGATES} draws") };
    let words = format!(
        "{{accounts}} accounts take turns: in {{starts}} sessions, the next one of an account comes \
         {{low}} to {{high}} sessions after its last in eight of ten cases; on days shifted by \
         account {{low_shifted}} to {{high_shifted}}. Irregularity {{r}}: {{shifted}} on shifted days, \
         {{drawn}} where accounts are drawn at random for the same sessions.{}{}",
        rank.map_or("", |_| " Of {draws} draws of shifted days, {as_regular} are as regular."),
        chosen.remark()
    );
    let said = Statement::new(words)
        .with("accounts", found.accounts as f64, Unit::Count, Recipe::Accounts { role: role() })
        .with("starts", found.starts as f64, Unit::Count, Recipe::Records { role: role() })
        .with("low", found.waits.low, Unit::Count, Recipe::Waits { role: role(), percent: 10 })
        .with("high", found.waits.high, Unit::Count, Recipe::Waits { role: role(), percent: 90 })
        .with("low_shifted", found.shifted_waits.low.round(), Unit::Count, surrogate("low wait"))
        .with("high_shifted", found.shifted_waits.high.round(), Unit::Count, surrogate("high wait"))
        .with("r", found.r, Unit::Plain, Recipe::Statistic)
        .with("shifted", found.shifted.median, Unit::Plain, Recipe::Draws { percent: 50 })
        .with("drawn", found.drawn.mean, Unit::Plain, surrogate("R with accounts drawn again"));
    let Some(rank) = rank else { return said };
    let of = |what: &str| Recipe::Case { what: what.to_owned() };
    said.with("draws", rank.draws.into(), Unit::Count, of("draws of shifted days")).with(
        "as_regular",
        rank.as_regular.into(),
        Unit::Count,
        of("draws of shifted days with the same irregularity or less"),
    )
}

#[cfg(test)]
#[path = "rotation_tests.rs"]
pub(in crate::detect) mod tests;

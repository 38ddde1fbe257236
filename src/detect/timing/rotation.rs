//! D01: the accounts of a cluster take turns.
//!
//! A pool that hands each conversation to the account used longest ago spaces its accounts far more
//! evenly among each other's sessions than chance, and keeps doing so under jitter, sticky sessions
//! and traffic mixed in. What is compared, and with what: [`crate::detect::nulls::rotation`].

use super::chosen::Chosen;
use crate::detect::nulls::rotation::{
    LEAST_OF_ACCOUNT, LEAST_STARTS, MOST_RATIO, Rotation, SURROGATES, rotation,
};
use crate::detect::nulls::sessions::GAP_US;
use crate::detect::stats::student::ln_above_surrogates;
use crate::detect::{
    COORDINATED, Claim, Definition, Detector, Group, Look, Need, Parameter, Seen, Strength,
    evidence,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Family, Finding, Recipe, Statement, Unit};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D01",
    version: 1,
    title: "Accounts take turns",
    family: Family::Timing,
    strength: Strength::Evidence,
    speaks_to: COORDINATED,
    sees: "a pool that gives each session to the account used longest ago, also among sessions of \
           others and with unrelated use of the same accounts",
    cannot_see: "pools that pick accounts at random, and those that do the same every day at the \
                 same minute, which unrelated clocks do, too",
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
            default: LEAST_STARTS as f64,
            reason: "with fewer, three pools of eight are missed",
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
        Ok(Box::new(Rotations { look: *look }))
    }
}

struct Rotations<'a> {
    look: Look<'a>,
}

impl Seen for Rotations<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        Ok(self.of(group))
    }
}

impl Rotations<'_> {
    fn of(&self, group: Group<'_>) -> Option<Finding> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let seed = self.look.seed;
        let chosen = Chosen::new(self.look.material, group, LEAST_OF_ACCOUNT, seed)?;
        let sessions = chosen.sessions();
        if (sessions.len() as f64) < get("least_sessions") {
            return None;
        }
        let found = rotation(&sessions, &chosen.days, GAP_US, seed, SURROGATES)?;
        let (z, ratio) = (found.z()?, found.ratio()?);
        let passes =
            z <= get("most_z_of_shifted_days") && ratio <= get("most_ratio_to_drawn_accounts");
        if !passes {
            return None;
        }
        let threshold = format!(
            "an irregularity {} standard deviations or more below shifted days and at most {} times \
             that of drawn accounts",
            -get("most_z_of_shifted_days"),
            get("most_ratio_to_drawn_accounts"),
        );
        // So many ways there are to shift the accounts against each other.
        let ways = chosen.days.days().saturating_pow(found.accounts as u32 - 1);
        let freedom = (ways as u64).min(SURROGATES.into()) as u32;
        let claim = Claim {
            accounts: chosen.accounts.iter().map(|(account, _)| *account).collect(),
            statement: statement(&found, &chosen),
            statistic: found.r,
            threshold,
            effect: found.shifted.mean / found.r.max(1e-3),
            null: Some(found.shifted.band("shifts of each account by whole days")),
            ln_p: ln_above_surrogates(-z, freedom),
            evidence: vec![evidence(self.look.material.index, SESSIONS, chosen.rows())],
        };
        claim.finding(&DEFINITION, group.subject())
    }
}

/// The role of the records that begin sessions.
const SESSIONS: &str = "session starts";

fn statement(found: &Rotation, chosen: &Chosen) -> Statement {
    let role = || SESSIONS.to_owned();
    let surrogate =
        |what: &str| Recipe::Case { what: format!("{what}, mean of {SURROGATES} draws") };
    let words = format!(
        "{{accounts}} accounts take turns: in {{starts}} sessions, the next one of an account comes \
         {{low}} to {{high}} sessions after its last in eight of ten cases; on days shifted by \
         account {{low_shifted}} to {{high_shifted}}. Irregularity {{r}}: {{shifted}} on shifted days, \
         {{drawn}} where accounts are drawn at random for the same sessions.{}",
        chosen.remark()
    );
    Statement::new(words)
        .with("accounts", found.accounts as f64, Unit::Count, Recipe::Accounts { role: role() })
        .with("starts", found.starts as f64, Unit::Count, Recipe::Records { role: role() })
        .with("low", found.waits.low, Unit::Count, Recipe::Waits { role: role(), percent: 10 })
        .with("high", found.waits.high, Unit::Count, Recipe::Waits { role: role(), percent: 90 })
        .with("low_shifted", found.shifted_waits.low.round(), Unit::Count, surrogate("low wait"))
        .with("high_shifted", found.shifted_waits.high.round(), Unit::Count, surrogate("high wait"))
        .with("r", found.r, Unit::Plain, Recipe::Statistic)
        .with("shifted", found.shifted.median, Unit::Plain, Recipe::Draws { percent: 50 })
        .with("drawn", found.drawn.mean, Unit::Plain, surrogate("R with accounts drawn again"))
}

#[cfg(test)]
#[path = "rotation_tests.rs"]
pub(in crate::detect) mod tests;

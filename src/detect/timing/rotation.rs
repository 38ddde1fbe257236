//! D01: the accounts of a cluster take turns.
//!
//! A pool that hands each conversation to the account used longest ago spaces its accounts far more
//! evenly among each other's sessions than chance, and keeps doing so under jitter, sticky sessions
//! and traffic mixed in. What is compared, and with what: [`crate::detect::nulls::rotation`].

mod dealt;
mod rounds;

use super::chosen::Chosen;
use crate::detect::nulls::Spread;
use crate::detect::nulls::followed::Followed;
use crate::detect::nulls::rotation::{
    LEAST_OF_ACCOUNT, LEAST_STARTS, MOST_RATIO, Rank, Rotation, SURROGATES, are_clocks, followed,
    on_own_days, rank, rotation,
};
use crate::detect::nulls::sessions::GAP_US;
use crate::detect::stats::student::ln_above_surrogates;
use crate::detect::{
    COORDINATED, Circle, Claim, Definition, Detector, Group, Look, Need, Parameter, Seen, Strength,
    Ties, evidence,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Family, Finding, Recipe, Statement, Take, Unit};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D01",
    version: 7,
    title: "Accounts take turns",
    family: Family::Timing,
    strength: Strength::Evidence,
    speaks_to: COORDINATED,
    sees: "a pool that gives each session to the account used longest ago, or round by round leaving \
           out whoever rests, also among sessions of others and with unrelated use of the same \
           accounts; without such use the pool is found by its turns alone, where nothing else ties it, \
           also one in which each has its turn once in days, and one with hours and days off",
    cannot_see: "pools that pick accounts at random (of more than a thousand that share nothing it sees \
                 parts), and those that do the same at the same minute \
                 every day or every few days, which unrelated clocks do, too",
    needs: &[Need::Accounts, Need::Field(Field::Timestamp), Need::Hours(48)],
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
                     twice as many outsiders 0.64; likewise to another order within each day, which \
                     leaves a class as regular as its timetable makes it",
        },
        Parameter {
            name: "most_ratio_to_other_days",
            default: 0.9,
            reason: "of shifted days, and of what each account does on other days of its own, which \
                     common weeks and holidays do not make regular: people with the same office hours \
                     lie within ±2 standard deviations of these, pools at −5 to −30",
        },
        Parameter {
            name: "least_times_followed",
            default: 2.0,
            reason: "accounts of a class or a team follow each other as they do in any other order of \
                     the day; round robin in which a third rests three to six times as often",
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
    /// Where it was by who follows whom.
    followed: Option<Followed>,
}

impl Rotations<'_> {
    /// An order that may have exceptions: far from its shifted days, of many sessions.
    fn even(&self, found: &Rotation, ways: usize) -> Option<Order> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let (least, most) = (get("most_z_of_shifted_days"), get("most_ratio_to_drawn_accounts"));
        let (z, ratio) = (found.z()?, found.ratio()?.max(found.ratio_to_reordered()?));
        let most_to_days = get("most_ratio_to_other_days");
        // A large pool in a strict order spaces its accounts evenly in time, and shifts keep that.
        let is_strict = ratio <= get("most_ratio_of_a_strict_order");
        let passes = z <= least
            && ratio <= most
            && (is_strict || found.r <= most_to_days * found.shifted.mean)
            && found.starts as f64 >= get("least_sessions");
        let freedom = (ways as u64).min(SURROGATES.into()) as u32;
        passes.then(|| Order {
            threshold: format!(
                "an irregularity {} standard deviations or more below shifted days, and below other \
                 days of each account's own where it is there on a third of them, at most \
                 {most_to_days} times these (but for strict orders), and at most {most} times that of \
                 drawn accounts, and of another order within each day",
                -least,
            ),
            ln_p: ln_above_surrogates(-z, freedom),
            rank: None,
            followed: None,
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
        let is_enough = found.starts as f64 >= get("least_sessions_of_a_strict_order");
        let is_order = found.ratio_to_reordered()? <= get("most_ratio_to_drawn_accounts");
        let rank = (is_enough && is_order && found.ratio()? <= most).then(rank)??;
        // There are no more draws than ways to shift, however often they are drawn.
        let p = rank.p().max(1.0 / ways as f64);
        (p <= most_p).then(|| Order {
            threshold: format!(
                "an irregularity of at most {most} times that of drawn accounts, which at most {most_p} of \
                 shifted days reach",
            ),
            ln_p: Some(libm::log(p)),
            rank: Some(rank),
            followed: None,
        })
    }

    /// An order from which accounts that rest are left out: who comes next is the same all along.
    fn cyclic(
        &self,
        found: &Rotation,
        ways: usize,
        followed: impl FnOnce(f64) -> Option<Followed>,
    ) -> Option<Order> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let (least, most) = (get("least_times_followed"), get("most_z_of_shifted_days"));
        let is_enough = found.starts as f64 >= get("least_sessions");
        let followed = is_enough.then(|| followed(least)).flatten()?;
        let z = followed.z()?;
        let freedom = (ways as u64).min(SURROGATES.into()) as u32;
        let is_more = z >= -most && followed.ratio() >= least;
        (is_more && followed.is_beyond_calendars(-most)).then(|| Order {
            threshold: format!(
                "the most frequent successor {least} times as often as with another order within each \
                 day, and {} standard deviations above shifted days, and other days of each account's \
                 own where it is there on a third of them",
                -most,
            ),
            ln_p: ln_above_surrogates(z, freedom),
            rank: None,
            followed: Some(followed),
        })
    }

    /// Whether it is more regular than what the calendars of the accounts make; `true` where that cannot
    /// be asked.
    fn is_beyond_calendars(&self, found: &Rotation, own_days: &Option<Spread>) -> bool {
        let get = |name| self.look.parameter(&DEFINITION, name);
        own_days.as_ref().is_none_or(|own| {
            found.r <= get("most_ratio_to_other_days") * own.mean
                && own.z(found.r).is_some_and(|z| z <= get("most_z_of_shifted_days"))
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
            .or_else(|| self.strict(&found, ways, || rank(&sessions, &chosen.days, seed)))
            .or_else(|| {
                self.cyclic(&found, ways, |least| followed(&sessions, &chosen.days, seed, least))
            })?;
        let own_days = on_own_days(&sessions, &chosen.days, seed, SURROGATES);
        let is_calendar = order.followed.is_none() && !self.is_beyond_calendars(&found, &own_days);
        if is_calendar || are_clocks(&sessions, &chosen.days, seed) {
            return None;
        }
        let claim = Claim {
            accounts: chosen.accounts.iter().map(|(account, _)| *account).collect(),
            statement: statement(&found, own_days.as_ref(), &chosen, &order),
            statistic: order.followed.as_ref().map_or(found.r, |followed| followed.share),
            effect: match &order.followed {
                Some(followed) => followed.share / followed.shifted.mean.max(1e-3),
                None => found.shifted.mean / found.r.max(1e-3),
            },
            threshold: order.threshold,
            null: {
                let shifted = order.followed.as_ref().map_or(&found.shifted, |of| &of.shifted);
                Some(shifted.band("shifts of each account by whole days"))
            },
            ln_p: order.ln_p,
            evidence: vec![evidence(self.look.material.index, SESSIONS, chosen.rows())],
        };
        claim.finding(&DEFINITION, group.subject())
    }
}

/// The role of the records that begin sessions.
const SESSIONS: &str = "session starts";

/// An order of use is told by R, or by who follows whom: it says what it was told by.
fn statement(
    found: &Rotation,
    own_days: Option<&Spread>,
    chosen: &Chosen,
    order: &Order,
) -> Statement {
    let role = || SESSIONS.to_owned();
    let said = match &order.followed {
        Some(followed) => in_one_order(followed, chosen),
        None => evenly(found, own_days, chosen, order),
    };
    said.with("accounts", found.accounts as f64, Unit::Count, Recipe::Accounts { role: role() })
        .with("starts", found.starts as f64, Unit::Count, Recipe::Records { role: role() })
}

/// What is counted, for who counts again.
const COUNTED: &str = "a session ends with a silence of 15 min; those on whole days are compared";

fn evenly(
    found: &Rotation,
    own_days: Option<&Spread>,
    chosen: &Chosen,
    order: &Order,
) -> Statement {
    let waits = |percent| Recipe::Waits { role: SESSIONS.to_owned(), percent };
    let differ = found.waits.low != found.waits.high;
    let after = if differ { "{low} to {high}" } else { "{low}" };
    let words = format!(
        "{{accounts}} accounts take turns: in {{starts}} sessions ({COUNTED}), the next one of an \
         account comes {after} sessions after its last in eight of ten cases; on days \
         shifted by account {{low_shifted}} to {{high_shifted}}. Irregularity (0 for a strict order, 1 \
         for chance) {{r}}: {{shifted}} on shifted days, {}{{drawn}} where accounts are drawn at \
         random for the same sessions, {{reordered}} with those of each day in another order.{}{}",
        own_days
            .map_or("", |_| "{own} where each does on other days of its own what it does on one, "),
        order
            .rank
            .as_ref()
            .map_or("", |_| " Of {draws} draws of shifted days, {as_regular} are as regular."),
        chosen.remark()
    );
    let [low, high] = &found.shifted_waits;
    let said = Statement::new(words)
        .with("low", found.waits.low, Unit::Count, waits(10))
        .with("high", found.waits.high, Unit::Count, waits(90))
        .with("low_shifted", low.mean.round(), Unit::Count, low.recipe(Take::Mean))
        .with("high_shifted", high.mean.round(), Unit::Count, high.recipe(Take::Mean))
        .with("r", found.r, Unit::Plain, Recipe::Statistic)
        .with("shifted", found.shifted.median, Unit::Plain, found.shifted.recipe(Take::Middle))
        .with("drawn", found.drawn.mean, Unit::Plain, found.drawn.recipe(Take::Mean))
        .with("reordered", found.reordered.mean, Unit::Plain, found.reordered.recipe(Take::Mean));
    let said = match own_days {
        Some(own) => said.with("own", own.mean, Unit::Plain, own.recipe(Take::Mean)),
        None => said,
    };
    let of = |what: &str| Recipe::Case { what: what.to_owned() };
    match &order.rank {
        None => said,
        Some(rank) => {
            said.with("draws", rank.draws.into(), Unit::Count, of("draws of shifted days")).with(
                "as_regular",
                rank.as_regular.len() as f64,
                Unit::Count,
                Recipe::Draws { take: Take::UpToStatistic, of: rank.as_regular.clone() },
            )
        }
    }
}

fn in_one_order(followed: &Followed, chosen: &Chosen) -> Statement {
    let words = format!(
        "{{accounts}} accounts take turns in one order: in {{starts}} sessions ({COUNTED}), where \
         another account comes next it is in {{followed}} of the cases the one that most often follows \
         the same one: in {{followed_shifted}} on shifted days, {}{{followed_reordered}} with those of \
         each day in another order.{}",
        followed.own_days.as_ref().map_or("", |_| {
            "{followed_own} where each does on other days of its own what it does on one, "
        }),
        chosen.remark()
    );
    let said = Statement::new(words)
        .with("followed", followed.share, Unit::Share, Recipe::Statistic)
        .with(
            "followed_shifted",
            followed.shifted.median,
            Unit::Share,
            followed.shifted.recipe(Take::Middle),
        )
        .with(
            "followed_reordered",
            followed.reordered.mean,
            Unit::Share,
            followed.reordered.recipe(Take::Mean),
        );
    match &followed.own_days {
        Some(own) => said.with("followed_own", own.mean, Unit::Share, own.recipe(Take::Mean)),
        None => said,
    }
}

#[cfg(test)]
#[path = "rotation_tests.rs"]
pub(in crate::detect) mod tests;

//! D31: accounts of a cluster move to a new model together.
//!
//! Not how soon they move decides, which evaluators do, too, but how close to each other they do,
//! against the times at which everybody else moves.

use super::release::{Release, releases};
use crate::detect::stats::binomial;
use crate::detect::stats::scan::{Crowd, scan};
use crate::detect::{
    BOTH, Claim, Definition, Detector, Group, Look, Measures, Need, Parameter, Seen, Strength,
    evidence, quoted,
};
use crate::job::Cancelled;
use crate::model::finding::{Family, Finding, Recipe, Statement, Unit};
use crate::model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use crate::model::{Field, MarkerKind};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D31",
    version: 1,
    title: "Release pivot",
    family: Family::LifeCycle,
    strength: Strength::Evidence,
    speaks_to: BOTH,
    sees: "accounts that were there before a release and take up its model within minutes or hours \
           of each other, more than all others do",
    cannot_see: "staggered moves, names that always stand for the newest model, and releases that \
                 are not among the moments of the case",
    needs: &[
        Need::Accounts,
        Need::Field(Field::Timestamp),
        Need::Field(Field::Model),
        Need::Marker(MarkerKind::Release),
    ],
    parameters: &[
        Parameter {
            name: "least_accounts",
            default: 5.0,
            reason: "three or four move together wherever colleagues read the same news",
        },
        Parameter {
            name: "least_share_together",
            default: 0.5,
            reason: "most of those that moved; the rest of a cluster may be fringe",
        },
        Parameter {
            name: "least_times_expected",
            default: 3.0,
            reason: "below, some habit of a region or of a plan may be behind it",
        },
        Parameter {
            name: "most_log10_p",
            default: -4.0,
            reason: "by all windows and releases looked at",
        },
    ],
    source: "release pivot as reported by Anthropic (23 February 2026) and in AA26-251A; scan over \
             times of first use is ours",
};

/// Widths of windows, µs.
const WIDTHS: [i64; 4] = [10 * MINUTE_US, HOUR_US, 6 * HOUR_US, 24 * HOUR_US];
/// How soon after the release a move begins: who moves together later has another reason, a course or
/// a contract.
const SOON_US: i64 = 3 * DAY_US;
/// Others that must have moved for a comparison.
const LEAST_OTHERS: usize = 20;
/// Rows of a first day that are cited; of more, the share is not said.
const MOST_ROWS: u64 = 50_000;

/// The detector.
pub struct Pivot;

impl Detector for Pivot {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let releases = releases(look.material, look.progress)?;
        Ok(Box::new(Pivots { look: *look, releases }))
    }
}

struct Pivots<'a> {
    look: Look<'a>,
    releases: Vec<Release<'a>>,
}

impl Seen for Pivots<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        let best = self
            .releases
            .iter()
            .filter_map(|release| Move::of(&self.look, release, group))
            .min_by(|a, b| a.crowd.ln_p.total_cmp(&b.crowd.ln_p));
        Ok(best.and_then(|best| self.judged(&best, group)))
    }

    fn measured(&self) -> Measures {
        let of = |release: &Release<'_>| {
            let at = |row: u32| self.look.material.index.at(row).map(|at| at.0 as f64);
            let moved = (0..).zip(&release.first_use);
            let moved = moved.filter_map(|(account, row)| Some((account, at((*row)?)?)));
            let day = || (0..).zip(&release.first_day).filter(|(_, (_, all))| *all > 0);
            [
                (first_use(release).into(), moved.collect()),
                (
                    requests(release).into(),
                    day().map(|(account, of)| (account, of.1.into())).collect(),
                ),
                (
                    to_it(release).into(),
                    day().map(|(account, of)| (account, of.0.into())).collect(),
                ),
            ]
        };
        self.releases.iter().flat_map(of).collect()
    }
}

/// What is measured of accounts: when they first used what a release brought.
fn first_use(release: &Release<'_>) -> String {
    format!("first use of what {} brought, µs", release.name)
}

/// Their requests in the 24 hours after it.
fn requests(release: &Release<'_>) -> String {
    format!("requests in 24 h after {}", release.name)
}

/// Those of them to what it brought.
fn to_it(release: &Release<'_>) -> String {
    format!("requests in 24 h after {} to what it brought", release.name)
}

/// How a cluster took up a release.
struct Move<'a> {
    release: &'a Release<'a>,
    crowd: Crowd,
    /// First uses of its accounts, in order of time; of an organisation one.
    rows: Vec<u32>,
    /// Those in the window.
    together: Vec<u32>,
    /// Accounts outside that moved.
    others: u64,
}

impl<'a> Move<'a> {
    fn of(look: &Look<'_>, release: &'a Release<'a>, group: Group<'_>) -> Option<Self> {
        let index = look.material.index;
        let at = |row: &u32| index.at(*row).map_or(i64::MAX, |at| at.0);
        let mut rows: Vec<u32> = look
            .material
            .strangers(group.members)
            .iter()
            .filter_map(|a| release.first_use[*a as usize])
            .collect();
        rows.sort_unstable();
        let mut others: Vec<u32> = (0..)
            .zip(&release.first_use)
            .filter_map(|(account, row)| row.filter(|_| !group.has(account)))
            .collect();
        others.sort_unstable();
        if others.len() < LEAST_OTHERS {
            return None;
        }
        let times: Vec<i64> = rows.iter().map(at).collect();
        let usual: Vec<i64> = others.iter().map(at).collect();
        let crowd = scan(&times, &usual, &WIDTHS)?;
        if crowd.start.saturating_sub(release.marker.at.0) > SOON_US {
            return None;
        }
        let inside = |row: &&u32| (0..crowd.width).contains(&(at(row) - crowd.start));
        let together = rows.iter().filter(inside).copied().collect();
        Some(Self { release, crowd, together, rows, others: others.len() as u64 })
    }
}

impl Pivots<'_> {
    fn judged(&self, found: &Move<'_>, group: Group<'_>) -> Option<Finding> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let (together, moved) = (found.together.len() as f64, found.rows.len() as f64);
        let ln_p = (found.crowd.ln_p + libm::log(self.releases.len() as f64)).min(0.0);
        let effect = together / found.crowd.expected;
        let limits = [
            (together, get("least_accounts")),
            (together / moved, get("least_share_together")),
            (effect, get("least_times_expected")),
            (-ln_p / std::f64::consts::LN_10, -get("most_log10_p")),
        ];
        if limits.iter().any(|(is, least)| is.is_nan() || is < least) {
            return None;
        }
        let index = self.look.material.index;
        let (statement, mut rows) = self.statement(found, group);
        rows.push(evidence(index, MOVED, found.rows.iter().copied()));
        rows.push(evidence(index, TOGETHER, found.together.iter().copied()));
        let n = found.rows.len() as u64;
        let made_from = format!("times at which {} other accounts moved", found.others);
        let claim = Claim {
            accounts: found.rows.iter().map(|row| index.account_of(*row)).collect(),
            statement,
            statistic: together,
            threshold: format!(
                "at least {} accounts, {} of those that moved, {} times as many as expected and p at \
                 most 1e{}",
                limits[0].1,
                Unit::Share.text(limits[1].1),
                limits[2].1,
                -limits[3].1
            ),
            effect,
            null: binomial::band(made_from, n, (found.crowd.expected / n as f64).min(1.0)),
            ln_p: Some(ln_p),
            evidence: rows,
        };
        claim.finding(&DEFINITION, group.subject())
    }

    /// The sentence, and the rows of the first day that it counts.
    fn statement(
        &self,
        found: &Move<'_>,
        group: Group<'_>,
    ) -> (Statement, Vec<crate::model::finding::Evidence>) {
        let release = found.release;
        let mut words = format!(
            "{{together}} of {{moved}} accounts that moved to {} first used it within {{width}} of \
             each other, from {{start}} on; at the times at which others moved, {{expected}} would be expected.",
            quoted(&release.models.join(", ")),
        );
        let day = FirstDay::of(release, group);
        if day.is_some() {
            words.push_str(
                " In the first 24 h {share} of the cluster's requests went to it, of everybody \
                 else's {usual}.",
            );
        }
        let role = |role: &str| role.to_owned();
        let at = |row: Option<&u32>| row.and_then(|r| self.look.material.index.at(*r));
        let start = at(found.together.first()).map_or(0, |at| at.0);
        let width = at(found.together.last()).map_or(0, |at| at.0) - start;
        let expected = Recipe::WhenOthers {
            what: first_use(release),
            role: Some(MOVED.into()),
            from: "start".into(),
            width_us: found.crowd.width,
        };
        let mut statement = Statement::new(words)
            .with(
                "together",
                found.together.len() as f64,
                Unit::Count,
                Recipe::Records { role: role(TOGETHER) },
            )
            .with(
                "moved",
                found.rows.len() as f64,
                Unit::Count,
                Recipe::Records { role: role(MOVED) },
            )
            .with(
                "width",
                width as f64 / SECOND_US as f64,
                Unit::Seconds,
                Recipe::Spread { role: role(TOGETHER) },
            )
            .with(
                "start",
                start as f64,
                Unit::Moment,
                Recipe::Time { role: role(TOGETHER), is_last: false },
            )
            .with("expected", found.crowd.expected, Unit::Count, expected);
        let Some(day) = day else { return (statement, Vec::new()) };
        let ratio = Recipe::Ratio { role: role(NEW), of: role(FIRST_DAY) };
        let usual = Recipe::OthersRatio { of: to_it(release), by: requests(release) };
        statement = statement.with("share", day.share, Unit::Share, ratio).with(
            "usual",
            day.usual,
            Unit::Share,
            usual,
        );
        let rows = || {
            let of = |a: &u32| release.rows_of_first_day(self.look.material, *a);
            group.members.iter().flat_map(of)
        };
        let index = self.look.material.index;
        let all = evidence(index, FIRST_DAY, rows().map(|(row, _)| row));
        let new = evidence(index, NEW, rows().filter(|(_, new)| *new).map(|(row, _)| row));
        (statement, vec![all, new])
    }
}

/// The role of first uses.
const MOVED: &str = "first use";
/// The role of those in the window.
const TOGETHER: &str = "first use together";
/// The role of requests in the first 24 hours.
const FIRST_DAY: &str = "in 24 h";
/// The role of those to the new model.
const NEW: &str = "to it in 24 h";

/// How much of the requests of the first day went to the new model.
struct FirstDay {
    share: f64,
    usual: f64,
}

impl FirstDay {
    /// `None` where there is nothing to compare, or too much to cite.
    fn of(release: &Release<'_>, group: Group<'_>) -> Option<Self> {
        let (mut own, mut other) = ((0_u64, 0_u64), (0_u64, 0_u64));
        for (account, (new, all)) in (0..).zip(&release.first_day) {
            let sum = if group.has(account) { &mut own } else { &mut other };
            *sum = (sum.0 + u64::from(*new), sum.1 + u64::from(*all));
        }
        let share = |(new, all): (u64, u64)| (all > 0).then(|| new as f64 / all as f64);
        (own.1 <= MOST_ROWS).then_some(())?;
        Some(Self { share: share(own)?, usual: share(other)? })
    }
}

#[cfg(test)]
#[path = "pivot_tests.rs"]
mod tests;

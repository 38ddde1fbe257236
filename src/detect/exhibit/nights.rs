//! D08: at which hours of the day the cluster is there, and its longest silence.

use super::facts::{Facts, count, middle, span};
use super::kind::{Band, Bar, Bars, Curve, Ink, Series, Style, curve::Zero};
use super::{Exhibit, Picture};
use crate::detect::nulls::rotation::SURROGATES;
use crate::detect::timing::circadian::Silence;
use crate::job::Cancelled;
use crate::model::finding::Unit;
use crate::model::rng::{Rng, key};
use crate::model::time::{DAY_US, HOUR_US, SECOND_US};

/// Accounts of a draw at most: with more, nobody has a night.
const MOST_DRAWN: usize = 500;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let draws = draws(facts)?;
    let Some(own) = Silence::of(facts.material, facts.members) else { return Ok(Vec::new()) };
    let mut all = Vec::with_capacity(draws.len());
    for accounts in &draws {
        facts.progress.check()?;
        all.extend(Silence::of(facts.material, accounts));
    }
    let usual = middle(all.iter().map(|silence| silence.longest.0 as f64 / SECOND_US as f64));
    Ok(vec![hours(facts, &draws)?, longest(facts, &own, usual, &draws)])
}

/// As many other accounts as the cluster has, drawn again and again; none where there are fewer.
fn draws(facts: &Facts<'_>) -> Result<Vec<Vec<u32>>, Cancelled> {
    let has_rows = |account| !facts.material.visits(account).is_empty();
    let others = facts.others(usize::MAX, 8, has_rows);
    let n = facts.members.len().min(MOST_DRAWN);
    if others.len() < n {
        return Ok(Vec::new());
    }
    let draw = |i: u32| {
        facts.progress.check()?;
        let mut rng = Rng::new(&[key(&[facts.seed, 8]), u64::from(i)]);
        let mut all = others.clone();
        for at in 0..n {
            let other = at + rng.below((all.len() - at) as u64) as usize;
            all.swap(at, other);
        }
        all.truncate(n);
        all.sort_unstable();
        Ok(all)
    };
    (0..SURROGATES).map(draw).collect()
}

/// The share of days on which some accounts are there in each hour of the day, UTC. Days are those
/// from their first to their last.
fn shares(facts: &Facts<'_>, accounts: &[u32]) -> Vec<f64> {
    let mut there: Vec<u32> =
        accounts.iter().flat_map(|account| facts.material.hours(*account)).map(|of| of.0).collect();
    there.sort_unstable();
    there.dedup();
    let mut counts = [0_u32; 24];
    there.iter().for_each(|hour| counts[(hour % 24) as usize] += 1);
    let (first, last) = (there.first().map_or(0, |h| h / 24), there.last().map_or(0, |h| h / 24));
    let days = f64::from(last - first + 1);
    counts.iter().map(|n| f64::from(*n) / days).collect()
}

fn hours(facts: &Facts<'_>, draws: &[Vec<u32>]) -> Result<Exhibit, Cancelled> {
    let mut of_draws = Vec::with_capacity(draws.len());
    for accounts in draws {
        facts.progress.check()?;
        of_draws.push(shares(facts, accounts));
    }
    let places: Vec<i64> = (0..24).map(|hour| hour * HOUR_US).collect();
    let name = of_others(facts, draws);
    let own = shares(facts, facts.members);
    let points = places.iter().copied().zip(own.iter().copied()).collect();
    let least = own.iter().copied().fold(1.0, f64::min);
    let curve = Curve {
        zero: Zero::Of("after midnight UTC"),
        step_us: HOUR_US,
        series: vec![Series::new("cluster", Ink::Cited, Style::Steps, points)],
        band: (!draws.is_empty()).then(|| Band::of_draws(name.clone(), &places, &of_draws)),
        ..Curve::over(span(0, DAY_US), "share of days on which somebody is there", Unit::Share)
    };
    let mut key = vec![(Ink::Cited, "cluster".into())];
    key.extend((!draws.is_empty()).then_some((Ink::Null, name)));
    Ok(Exhibit {
        title: "Hours of the day".into(),
        picture: Picture::Curve(curve),
        summary: format!(
            "For each hour of the day the share of days on which any of {} accounts calls: at least \
             {} of the days in every hour.",
            count(facts.members.len()),
            super::facts::written(least, Unit::Share),
        ),
        key,
    })
}

fn longest(
    facts: &Facts<'_>,
    own: &Silence,
    usual: Option<(f64, f64, f64)>,
    draws: &[Vec<u32>],
) -> Exhibit {
    let seconds = own.longest.0 as f64 / SECOND_US as f64;
    let name = of_others(facts, draws);
    let mut key = vec![(Ink::Cited, "cluster".into())];
    key.extend(usual.map(|_| (Ink::Null, name)));
    Exhibit {
        title: "The longest silence".into(),
        picture: Picture::Bars(Bars {
            unit: Unit::Seconds,
            measure: "longest time in which none of the accounts calls".into(),
            bars: vec![Bar::new("this cluster", seconds, facts.text("quiet")).against(usual)],
            more: String::new(),
        }),
        summary: format!(
            "The cluster as a whole is never silent for more than {}{}.",
            facts.text("quiet"),
            usual.map_or_else(String::new, |(_, median, _)| format!(
                "; {} are silent for {} (median)",
                of_others(facts, draws),
                super::facts::written(median, Unit::Seconds)
            )),
        ),
        key,
    }
}

/// Whom the cluster is compared with.
fn of_others(facts: &Facts<'_>, draws: &[Vec<u32>]) -> String {
    let n = draws.first().map_or(0, Vec::len);
    match n < facts.members.len() {
        true => format!("{} draws of {} other accounts, which are fewer", draws.len(), count(n)),
        false => format!("{} draws of as many other accounts", draws.len()),
    }
}

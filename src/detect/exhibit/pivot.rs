//! D31: how much of the requests since a release went to its models: the cluster's, and everybody
//! else's.

use super::facts::{Facts, moment, span, written};
use super::kind::{
    Band, BandPoint, Curve, Ink, Moment, Occasion, Series, Spot, Style, curve::Zero,
};
use super::{Exhibit, Picture};
use crate::detect::life_cycle::release::{Brought, all_brought};
use crate::detect::nulls::rotation::SURROGATES;
use crate::detect::quoted;
use crate::job::Cancelled;
use crate::model::Time;
use crate::model::finding::Unit;
use crate::model::rng::{Rng, key};
use crate::model::time::{DAY_US, HOUR_US};

/// Hours after the release that are shown.
const AFTER: i64 = 72;
/// Hours before it, which have nothing and show where it is.
const BEFORE: i64 = 12;
/// Rows between two questions whether to stop.
const STRIDE: u32 = 65_536;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let words = &facts.finding.statement.words;
    let first = facts.timed("first use")?.first().map_or(i64::MAX, |(at, _)| *at);
    let is_it = |brought: &Brought<'_>| {
        brought.marker.at.0 <= first && words.contains(&quoted(&brought.models.join(", ")))
    };
    let release = all_brought(facts.material).into_iter().rfind(is_it);
    match release {
        Some(release) => Ok(vec![Taken::new(facts, &release)?.exhibit(&release)]),
        None => Ok(Vec::new()),
    }
}

/// Calls to the new models and all calls since the release, by the end of each hour.
type Course = Vec<(u64, u64)>;

/// Calls of every account in each hour after a release: to its models, and all.
struct Hours(Vec<(u32, u32)>);

impl Hours {
    fn new(facts: &Facts<'_>, release: &Brought<'_>) -> Result<Self, Cancelled> {
        let index = facts.material.index;
        let zero = release.marker.at.0;
        let end = zero.saturating_add(AFTER * HOUR_US);
        let (mut start, to) = (index.row_at(Time(zero)), index.row_at(Time(end)));
        let hours = AFTER as usize;
        let mut counts = vec![(0_u32, 0_u32); index.accounts().len() * hours];
        while start < to {
            facts.progress.check()?;
            let stop = to.min(start.saturating_add(STRIDE));
            for row in index.everything().rows_in(start..stop) {
                let Some(at) = index.at(row) else { continue };
                let hour = (at.0.saturating_sub(zero) / HOUR_US) as usize;
                let of = &mut counts[index.account_of(row) as usize * hours + hour.min(hours - 1)];
                of.1 += 1;
                of.0 += u32::from(release.is_new[index.call_of(row) as usize]);
            }
            start = stop;
        }
        Ok(Self(counts))
    }

    fn of(&self, account: u32) -> &[(u32, u32)] {
        &self.0[account as usize * AFTER as usize..][..AFTER as usize]
    }

    /// Whether an account makes any call in that time.
    fn has(&self, account: u32) -> bool {
        self.of(account).iter().any(|(_, all)| *all > 0)
    }

    /// The course of some accounts taken together.
    fn course(&self, accounts: impl Iterator<Item = u32>) -> Course {
        let mut sums: Course = vec![(0, 0); AFTER as usize];
        for account in accounts {
            for (sum, (new, all)) in sums.iter_mut().zip(self.of(account)) {
                *sum = (sum.0 + u64::from(*new), sum.1 + u64::from(*all));
            }
        }
        let mut so_far = (0, 0);
        for sum in &mut sums {
            so_far = (so_far.0 + sum.0, so_far.1 + sum.1);
            *sum = so_far;
        }
        sums
    }
}

/// How accounts took up a release.
struct Taken {
    /// Of the cluster.
    own: Course,
    /// Of everybody else.
    others: Course,
    /// Of as many other accounts, drawn again and again.
    drawn: Vec<Course>,
}

impl Taken {
    fn new(facts: &Facts<'_>, release: &Brought<'_>) -> Result<Self, Cancelled> {
        let (hours, group) = (Hours::new(facts, release)?, facts.group());
        let all = 0..facts.material.index.accounts().len() as u32;
        let there: Vec<u32> = all.filter(|a| !group.has(*a) && hours.has(*a)).collect();
        let size = facts.members.iter().filter(|account| hours.has(**account)).count();
        let draw = |i: u32| {
            let mut rng = Rng::new(&[key(&[facts.seed, 31]), u64::from(i)]);
            let pick = |_| there[rng.below(there.len() as u64) as usize];
            hours.course((0..size).map(pick))
        };
        let draws = if there.is_empty() { 0 } else { SURROGATES };
        Ok(Self {
            own: hours.course(facts.members.iter().copied()),
            others: hours.course(there.iter().copied()),
            drawn: (0..draws).map(draw).collect(),
        })
    }

    fn band(&self) -> Option<Band> {
        let point = |hour: usize| {
            let share = |course: &Course| share(course[hour]);
            let mut of: Vec<f64> = self.drawn.iter().filter_map(share).collect();
            of.sort_by(f64::total_cmp);
            let median = share(&self.others)?;
            Some(BandPoint {
                at: end_of(hour),
                low: of.first()?.min(median),
                median,
                high: of.last()?.max(median),
            })
        };
        let points: Vec<BandPoint> = (0..self.own.len()).filter_map(point).collect();
        let name = format!("everybody else, and {SURROGATES} draws of as many accounts");
        (!points.is_empty()).then_some(Band { name, points })
    }

    fn exhibit(&self, release: &Brought<'_>) -> Exhibit {
        let day = (DAY_US / HOUR_US) as usize - 1;
        let usual = self.others.get(day).copied().and_then(share);
        let spot = self.own.get(day).copied().and_then(share).map(|value| Spot {
            at: DAY_US,
            value,
            label: written(value, Unit::Share),
            usual,
        });
        let before = [(-BEFORE * HOUR_US, 0.0), (0, 0.0)].into_iter();
        let own = self.own.iter().enumerate();
        let own = own.filter_map(|(hour, of)| Some((end_of(hour), share(*of)?)));
        let models = release.models.join(", ");
        let statistic = Moment { at: DAY_US, occasion: Occasion::Statistic, label: String::new() };
        let summary = format!(
            "Share of requests since the release that went to {models}. After 24 h: {} of the \
             cluster's, {} of everybody else's.",
            spot.as_ref().map_or("none".into(), |spot| spot.label.clone()),
            usual.map_or("none".into(), |usual| written(usual, Unit::Share)),
        );
        let band = self.band();
        let mut key = vec![(Ink::Cited, "cluster".into())];
        key.extend(band.as_ref().map(|band| (Ink::Null, band.name.clone())));
        let axis = span(-BEFORE * HOUR_US, AFTER * HOUR_US);
        let curve = Curve {
            zero: Zero::Of("after the release"),
            series: vec![Series::new(
                "cluster",
                Ink::Cited,
                Style::Line,
                before.chain(own).collect(),
            )],
            band,
            moments: vec![moment(release.marker, release.marker.at.0), statistic],
            spot,
            ..Curve::over(axis, format!("requests since then that went to {models}"), Unit::Share)
        };
        let title = "Share of requests since the release".into();
        Exhibit { title, picture: Picture::Curve(curve), summary, key }
    }
}

fn share((new, all): (u64, u64)) -> Option<f64> {
    (all > 0).then(|| new as f64 / all as f64)
}

fn end_of(hour: usize) -> i64 {
    (hour as i64 + 1) * HOUR_US
}

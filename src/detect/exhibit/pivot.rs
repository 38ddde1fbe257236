//! D31: how much of the requests since a release went to its models, the cluster's and everybody
//! else's; and how long after it each account of the cluster first used them.

use super::facts::{Facts, count, middle, moment, shown_of, span, written};
use super::kind::{
    Band, BandPoint, Curve, Ink, Moment, Occasion, Series, Span, Spans, Spot, Style, curve::Zero,
};
use super::{Exhibit, Picture};
use crate::detect::life_cycle::release::{Brought, Release, all_brought};
use crate::detect::nulls::rotation::SURROGATES;
use crate::detect::quoted;
use crate::job::Cancelled;
use crate::model::Time;
use crate::model::finding::Unit;
use crate::model::rng::{Rng, key};
use crate::model::time::{DAY_US, HOUR_US, SECOND_US};

/// Hours after the release that are shown.
const AFTER: i64 = 72;
/// Hours before it, which have nothing and show where it is.
const BEFORE: i64 = 12;
/// Accounts whose first use is shown.
const MOST_LANES: usize = 80;
/// Rows between two questions whether to stop.
const STRIDE: u32 = 65_536;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let words = &facts.finding.statement.words;
    let first = facts.timed("first use")?.first().map_or(i64::MAX, |(at, _)| *at);
    let is_it = |brought: &Brought<'_>| {
        brought.marker.at.0 <= first && words.contains(&quoted(&brought.models.join(", ")))
    };
    let release = all_brought(facts.material).into_iter().rfind(is_it);
    let Some(release) = release else { return Ok(Vec::new()) };
    let mut exhibits = vec![Taken::new(facts, &release)?.exhibit(&release)];
    exhibits.extend(First::of(facts, &release)?.map(|first| first.exhibit(facts, &release)));
    Ok(exhibits)
}

/// When each account of the cluster first used what a release brought, as the finding counts them.
struct First {
    /// First uses with their rows, in order of time.
    own: Vec<(i64, u32)>,
    /// Of those the ones the finding says are together.
    together: Vec<(i64, u32)>,
    /// First uses of everybody else, µs after the release.
    others: Vec<i64>,
}

impl First {
    fn of(facts: &Facts<'_>, release: &Brought<'_>) -> Result<Option<Self>, Cancelled> {
        let (index, group) = (facts.material.index, facts.group());
        let (own, together) = (facts.timed("first use")?, facts.timed("first use together")?);
        let end = end_of_axis(release);
        if together.first().is_none_or(|(at, _)| *at >= end) {
            return Ok(None);
        }
        let of = Release::of(facts.material, release.clone(), facts.progress)?;
        let others = (0..).zip(&of.first_use).filter(|(account, _)| !group.has(*account));
        let after = |(_, row): (u32, &Option<u32>)| {
            Some(index.at((*row)?)?.0.saturating_sub(release.marker.at.0))
        };
        let others = others.filter_map(after).collect();
        Ok(Some(Self { own, together, others }))
    }

    /// How many of the cluster would be in each hour that is shown if they moved when others do.
    fn usual(&self) -> Vec<f64> {
        let mut hours = vec![0.0; (BEFORE + AFTER) as usize];
        let each = self.own.len() as f64 / self.others.len().max(1) as f64;
        for after in &self.others {
            let hour = after.div_euclid(HOUR_US).saturating_add(BEFORE);
            if let Some(n) = usize::try_from(hour).ok().and_then(|hour| hours.get_mut(hour)) {
                *n += each;
            }
        }
        hours
    }

    /// Whether a first use is one of those that the finding says are together.
    fn is_together(&self, row: u32) -> bool {
        self.together.binary_search_by_key(&row, |(_, row)| *row).is_ok()
    }

    /// The first uses that are shown, in order of time; how many the axis holds, and how many come
    /// after it.
    fn shown(&self, release: &Brought<'_>) -> (Vec<(i64, u32)>, usize, usize) {
        let of = self.own.partition_point(|(at, _)| *at < end_of_axis(release));
        let mut shown = self.own[..of].to_vec();
        shown.sort_by_key(|(_, row)| (!self.is_together(*row), *row));
        shown.truncate(MOST_LANES);
        shown.sort_unstable();
        (shown, of, self.own.len() - of)
    }

    /// From its first use of the new models to its last one that is shown.
    fn lane(&self, facts: &Facts<'_>, release: &Brought<'_>, (at, row): (i64, u32)) -> Span {
        let index = facts.material.index;
        let account = index.account_of(row);
        let end = end_of_axis(release);
        let of = facts.counted(account).into_iter();
        let new = of.filter(|row| release.is_new[index.call_of(*row) as usize]);
        let times = new.filter_map(|row| Some(index.at(row)?.0));
        let last = times.filter(|time| (at..end).contains(time)).max();
        let ink = if self.is_together(row) { Ink::Cited } else { Ink::Other };
        Span { lane: facts.lane(account), from: at, to: last.unwrap_or(at), ink }
    }

    /// When those that are together first used it, and when half of all others had.
    fn when(&self, release: &Brought<'_>) -> String {
        let zero = release.marker.at.0;
        let after = |us: i64| written(us as f64 / SECOND_US as f64, Unit::Seconds);
        let of = |first: Option<&(i64, u32)>| after(first.map_or(0, |(at, _)| at - zero));
        let (first, last) = (of(self.together.first()), of(self.together.last()));
        let when = if first == last { first } else { format!("{first} to {last}") };
        let half = middle(self.others.iter().map(|us| *us as f64)).map(|(_, half, _)| half);
        let half = half.map_or_else(String::new, |half| {
            format!("; half of {} others within {}", count(self.others.len()), after(half as i64))
        });
        format!("{when} after the release{half}")
    }

    fn exhibit(&self, facts: &Facts<'_>, release: &Brought<'_>) -> Exhibit {
        let (zero, end) = (release.marker.at.0, end_of_axis(release));
        let axis = span(zero - BEFORE * HOUR_US, end);
        let (shown, of, later) = self.shown(release);
        let spans: Vec<Span> = shown.iter().map(|f| self.lane(facts, release, *f)).collect();
        let ends = self.together.first().zip(self.together.last());
        let window = ends.map(|((from, _), (to, _))| span(*from, to.saturating_add(1).min(end)));
        let mut key = vec![(Ink::Cited, "first use together".to_owned())];
        if spans.iter().any(|span| span.ink == Ink::Other) {
            key.push((Ink::Other, "other first uses of the cluster".into()));
        }
        key.push((Ink::Null, "first uses expected, from all other accounts".into()));
        let (rows, when) =
            (shown_of(spans.len(), of, "accounts", "those of the crowd first"), self.when(release));
        let more = match later {
            0 => String::new(),
            n => format!("; {} more after {AFTER} h", count(n)),
        };
        let spans = Spans {
            note: format!("{rows}, {when}{more}"),
            spans,
            axis,
            is_of_ends: false,
            window,
            usual: self.usual(),
            moments: facts.moments(axis),
        };
        let summary = format!(
            "{} of {} accounts first used {} {when}.",
            count(self.together.len()),
            count(self.own.len()),
            release.models.join(", "),
        );
        let title = "First use by each account, and its use after that".into();
        Exhibit { title, picture: Picture::Spans(spans), summary, key }
    }
}

/// Where the hours after a release that are shown end, µs.
fn end_of_axis(release: &Brought<'_>) -> i64 {
    release.marker.at.0.saturating_add(AFTER * HOUR_US)
}

/// Calls to the new models and all calls since the release, by the end of each hour.
type Course = Vec<(u64, u64)>;

/// Calls of every account in each hour after a release: to its models, and all.
struct Hours(Vec<(u32, u32)>);

impl Hours {
    fn new(facts: &Facts<'_>, release: &Brought<'_>) -> Result<Self, Cancelled> {
        let index = facts.material.index;
        let zero = release.marker.at.0;
        let end = end_of_axis(release);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::exhibit::gallery;

    #[test]
    fn each_account_is_shown_at_its_first_use_and_as_many_together_as_the_sentence_says() {
        let shown = gallery::pivot();
        let Picture::Spans(spans) = &shown.exhibits[1].picture else { panic!("no spans") };
        let together = spans.spans.iter().filter(|span| span.ink == Ink::Cited).count();
        assert_eq!(together as f64, shown.value("together"));
        assert_eq!(spans.spans.len() as f64, shown.value("moved"));
        let window = spans.window.expect("a crowd");
        assert_eq!((window.len_us() - 1) as f64 / SECOND_US as f64, shown.value("width"));
        assert_eq!(window.start.0 as f64, shown.value("start"));
        assert_eq!(spans.axis.start.0 + BEFORE * HOUR_US, spans.moments[0].at, "the release");
        assert!(spans.spans.iter().all(|span| span.from >= spans.moments[0].at));
    }

    #[test]
    fn what_is_expected_in_each_hour_comes_from_all_others_within_two_weeks() {
        let shown = gallery::pivot();
        let Picture::Spans(spans) = &shown.exhibits[1].picture else { panic!("no spans") };
        assert_eq!(spans.usual.len() as i64, BEFORE + AFTER);
        assert!(spans.usual[..BEFORE as usize].iter().all(|n| *n == 0.0), "nothing before it");
        // Three of fourteen days, evenly.
        let share = spans.usual.iter().sum::<f64>() / shown.value("moved");
        assert!((0.1..0.35).contains(&share), "{share}");
    }

    #[test]
    fn who_comes_later_than_what_is_shown_has_no_empty_row_and_is_counted() {
        // Every fifth of the forty comes on the fourth day or later.
        let late = |account: u32| {
            i64::from(account.is_multiple_of(5)) * (80 + i64::from(account)) * HOUR_US
        };
        let shown = gallery::pivot_of(|account| gallery::in_a_row(account) + late(account));
        assert_eq!(shown.value("moved"), 40.0);
        let exhibit = &shown.exhibits[1];
        let Picture::Spans(spans) = &exhibit.picture else { panic!("no spans") };
        assert_eq!(spans.spans.len(), 32);
        assert!(spans.spans.iter().all(|span| spans.axis.contains(Time(span.from))));
        assert!(spans.note.starts_with("32 accounts, "), "{}", spans.note);
        assert!(spans.note.ends_with("; 8 more after 72 h"), "{}", spans.note);
        assert!(exhibit.summary.contains(" of 40 accounts first used "), "{}", exhibit.summary);
    }

    #[test]
    fn of_more_accounts_than_rows_those_of_the_crowd_are_shown() {
        let marker = crate::model::Marker {
            at: Time(0),
            kind: crate::model::MarkerKind::Release,
            label: "new".into(),
        };
        let name = "release 1".to_owned();
        let release = Brought { marker: &marker, name, is_new: Vec::new(), models: Vec::new() };
        let own: Vec<(i64, u32)> =
            (0..200).map(|row| (i64::from(row) * HOUR_US / 2, row)).collect();
        let first = First { together: own[60..130].to_vec(), own, others: Vec::new() };
        let (shown, of, later) = first.shown(&release);
        assert_eq!((shown.len(), of, later), (MOST_LANES, 144, 56));
        assert!(shown.is_sorted() && shown.iter().all(|(at, _)| *at < AFTER * HOUR_US));
        assert_eq!(shown.iter().filter(|(_, row)| first.is_together(*row)).count(), 70);
    }
}

//! D32: the volume of a cluster changes when something happens to accounts or models, and the volume
//! of everybody else does not.

use crate::detect::stats::binomial;
use crate::detect::stats::pelt::{Gaussian, pelt, penalty};
use crate::detect::{
    COORDINATED, Claim, Definition, Detector, Group, Look, Need, Parameter, Seen, Strength,
    calls_in, quoted,
};
use crate::job::Cancelled;
use crate::model::finding::{Family, Finding, Recipe, Statement, Unit};
use crate::model::time::HOUR_US;
use crate::model::{Field, Marker};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D32",
    version: 3,
    title: "Changes at moments of the case",
    family: Family::LifeCycle,
    strength: Strength::Supporting,
    speaks_to: COORDINATED,
    sees: "hours at which the volume of a cluster changes its level, soon after a release, a ban, a \
           policy or an incident that leaves the volume of others as it was",
    cannot_see: "gradual changes, moments that are not in the case, and, where a cluster is there for \
                 more than a year, what changes within some hours",
    needs: &[Need::Accounts, Need::Field(Field::Timestamp), Need::Moments, Need::Hours(5 * 24)],
    parameters: &[
        Parameter {
            name: "most_hours_after_moment",
            default: 12.0,
            reason: "published pivots and successions take 6 to 24 h; longer windows cover the case",
        },
        Parameter {
            name: "least_times_changed",
            default: 1.5,
            reason: "up or down; smaller changes come with every week",
        },
        Parameter {
            name: "most_log10_p",
            default: -2.0,
            reason: "changes in windows after moments, against the share of time these cover",
        },
    ],
    source: "PELT (Killick et al., J. Am. Stat. Assoc. 2012) on roots of counts; coincidence with \
             moments is ours",
};

/// Steps that a series is cut in at most: hours, of a year.
const MOST_STEPS: usize = 8_784;
/// Hours that a level lasts at least.
const LEAST_HOURS: usize = 12;
/// Hours that a cluster must span.
const LEAST_SPAN: u32 = 5 * 24;
/// A change of everybody else this many hours before or after explains one of the cluster.
const SAME_HOURS: i64 = 6;

/// Roles of the records from which the level before the clearest change is counted, and that after.
const BEFORE: &str = "before the change";
const AFTER: &str = "after the change";

/// The detector.
pub struct Changes;

impl Detector for Changes {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        look.material.hourly_of_others(&[], 0..0);
        Ok(Box::new(Volumes { look: *look }))
    }
}

struct Volumes<'a> {
    look: Look<'a>,
}

impl Seen for Volumes<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        Ok(self.of(group))
    }
}

/// A change of level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::detect) struct Change {
    /// Hours since the epoch.
    pub hour: i64,
    /// Calls an hour, before and after.
    pub levels: [f64; 2],
    /// How many hours each of these levels lasts.
    pub lasts: [u32; 2],
}

impl Change {
    fn times(&self) -> f64 {
        let [before, after] = self.levels.map(|level| level.max(0.1));
        (after / before).max(before / after)
    }
}

/// The changes of level of a series of hours; of one of years, of as many hours together as keep it
/// within [`MOST_STEPS`], since what it takes grows with the square where nothing changes.
pub(in crate::detect) fn changes(calls: &[u64], start: u32) -> Vec<Change> {
    let hours = calls.len().div_ceil(MOST_STEPS).max(1);
    let steps: Vec<u64> = calls.chunks(hours).map(|of| of.iter().sum()).collect();
    let Some(series) = Gaussian::of_counts(&steps) else { return Vec::new() };
    let mut cuts = pelt(&series, penalty(steps.len()), LEAST_HOURS.div_ceil(hours));
    cuts.iter_mut().for_each(|step| *step *= hours);
    cuts.insert(0, 0);
    cuts.push(calls.len());
    let mean = |from: usize, to: usize| {
        calls[from..to].iter().sum::<u64>() as f64 / (to - from).max(1) as f64
    };
    let of = |w: &[usize]| Change {
        hour: i64::from(start) + w[1] as i64,
        levels: [mean(w[0], w[1]), mean(w[1], w[2])],
        lasts: [w[1] - w[0], w[2] - w[1]].map(|hours| hours as u32),
    };
    cuts.windows(3).map(of).collect()
}

impl Volumes<'_> {
    fn of(&self, group: Group<'_>) -> Option<Finding> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let material = self.look.material;
        let members = material.strangers(group.members);
        let first = members.iter().filter_map(|a| material.hours(*a).first()).map(|h| h.0).min()?;
        let last = members.iter().filter_map(|a| material.hours(*a).last()).map(|h| h.0).max()?;
        if last - first < LEAST_SPAN || members.len() < 2 {
            return None;
        }
        let least = get("least_times_changed");
        let hours = first..last + 1;
        let within = get("most_hours_after_moment").max(1.0) as i64;
        let after = |hour: i64| {
            material.markers.iter().rfind(|marker| {
                let since = hour - marker.at.0.div_euclid(HOUR_US);
                marker.at.known().is_some() && (0..=within).contains(&since)
            })
        };
        let mut own = changes(&material.hourly(&members, hours.clone()), first);
        own.retain(|change| change.times() >= least);
        // Most clusters end here, before everybody else is cut, too.
        if !own.iter().any(|change| after(change.hour).is_some()) {
            return None;
        }
        let others = material.hourly_of_others(group.members, hours.clone());
        let usual = changes(&others, first);
        own.retain(|change| {
            !usual.iter().any(|other| (other.hour - change.hour).abs() <= SAME_HOURS)
        });
        let hits: Vec<(Change, &Marker)> =
            own.iter().filter_map(|change| Some((*change, after(change.hour)?))).collect();
        let covered = hours.clone().filter(|hour| after(i64::from(*hour)).is_some()).count();
        let share = covered as f64 / hours.len() as f64;
        let ln_p = binomial::ln_at_least(hits.len() as u64, own.len() as u64, share)?;
        if hits.is_empty() || ln_p / std::f64::consts::LN_10 > get("most_log10_p") {
            return None;
        }
        let clearest = hits.iter().max_by(|a, b| a.0.times().total_cmp(&b.0.times()))?;
        let (k, n) = (hits.len() as f64, own.len() as f64);
        let at = clearest.0.hour as u32;
        let [before, after] = clearest.0.lasts;
        let cited = vec![
            calls_in(material, BEFORE, &members, &(at - before..at)),
            calls_in(material, AFTER, &members, &(at..at + after)),
        ];
        let claim = Claim {
            statement: statement(clearest, k, n, share, within),
            accounts: members,
            statistic: k,
            threshold: format!("p at most 1e{}", get("most_log10_p")),
            effect: k / (n * share).max(1e-9),
            null: binomial::band(
                format!("share of time within {within} h after moments"),
                own.len() as u64,
                share,
            ),
            ln_p: Some(ln_p),
            evidence: cited,
        };
        claim.finding(&DEFINITION, group.subject())
    }
}

fn statement(
    (change, marker): &(Change, &Marker),
    hits: f64,
    all: f64,
    share: f64,
    within: i64,
) -> Statement {
    let case = |what: &str| Recipe::Case { what: what.into() };
    let per_hour = |role: &str, hours| Recipe::PerHour { role: role.into(), hours };
    let series = "hourly calls of the cluster's accounts, cut by PELT";
    let words = format!(
        "{{hits}} of {{all}} changes in the hourly calls of the cluster that others do not share came \
         within {within} h after a moment of the case, which cover {{share}} of the time. The \
         clearest, at {{when}}, after “{}”: from {{before}} to {{after}} calls an hour.",
        quoted(&marker.label)
    );
    Statement::new(words)
        .with("hits", hits, Unit::Count, case(series))
        .with("all", all, Unit::Count, case(series))
        .with("share", share, Unit::Share, case("hours of the cluster that lie in such windows"))
        .with("when", (change.hour * HOUR_US) as f64, Unit::Moment, case(series))
        .with("before", change.levels[0], Unit::Plain, per_hour(BEFORE, change.lasts[0]))
        .with("after", change.levels[1], Unit::Plain, per_hour(AFTER, change.lasts[1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testcase::{Sent, case as index_of};
    use crate::detect::{Attributes, Material, Parameters};
    use crate::job::Progress;
    use crate::model::time::SECOND_US;
    use crate::model::{MarkerKind, Time, rng::Rng};

    /// Twenty days; two accounts whose level is tenfold from hour 240 to hour 360, everybody's or
    /// theirs alone, and moments at some hours.
    fn said(moments: &[i64], everybody: bool) -> Option<Finding> {
        let mut rng = Rng::new(&[1]);
        let mut sent = Vec::new();
        for account in 0..6_u32 {
            for hour in 0..480 {
                let high = (240..360).contains(&hour) && (account < 2 || everybody);
                for call in 0..(if high { 20 } else { 2 }) + rng.below(2) as i64 {
                    let at = hour * HOUR_US + call * SECOND_US;
                    sent.push(Sent { at, account, ..Sent::default() });
                }
            }
        }
        let index = index_of(&sent);
        let marker = |hour: &i64| Marker {
            at: Time(hour * HOUR_US),
            kind: MarkerKind::Ban,
            label: "wave {1}".into(),
        };
        let markers: Vec<Marker> = moments.iter().map(marker).collect();
        let none = Attributes::new();
        let material = Material::new(&index, &none, &markers);
        let (parameters, progress) = (Parameters::default(), Progress::default());
        let look =
            Look { material: &material, parameters: &parameters, seed: 7, progress: &progress };
        let seen = Changes.look(&look).expect("nobody cancels");
        seen.cluster(Group { id: 1, members: &[0, 1] }).expect("nobody cancels")
    }

    #[test]
    fn changes_after_moments_that_others_do_not_share_are_said() {
        let found = said(&[238, 355], false).expect("changes");
        let text = found.statement.text();
        assert!(text.starts_with("2 of 2 changes in the hourly calls of the cluster"), "{text}");
        assert!(text.contains("after “wave (1)”: from "), "{text}");
        for (level, role, hours) in [("before", BEFORE, 240.0), ("after", AFTER, 120.0)] {
            let number = found.statement.number(level).expect("said");
            assert!(matches!(&number.recipe, Recipe::PerHour { role: of, .. } if of == role));
            let counted = found.events_of(role).len() as f64;
            assert!((number.value - counted / hours).abs() < 1e-9, "{level}: {counted} records");
        }
        assert_eq!(said(&[238, 355], true), None, "everybody changes");
        assert_eq!(said(&[50, 300], false), None, "nothing happened then");
        assert_eq!(said(&[238], false), None, "one of two is what chance gives");
    }

    #[test]
    fn levels_are_those_before_and_after() {
        let calls: Vec<u64> = (0..200).map(|i| if i < 120 { 4 } else { 40 } + i % 2).collect();
        let found = changes(&calls, 1_000);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].hour, found[0].levels), (1_120, [4.5, 40.5]));
        assert!((found[0].times() - 9.0).abs() < 1e-9);
        assert!(changes(&[], 0).is_empty() && changes(&[7; 300], 0).is_empty());
        let years: Vec<u64> =
            (0..40_000).map(|i| if i < 20_000 { 4 } else { 40 } + i % 2).collect();
        let found = changes(&years, 0);
        assert_eq!((found.len(), found[0].hour, found[0].levels), (1, 20_000, [4.5, 40.5]));
    }
}

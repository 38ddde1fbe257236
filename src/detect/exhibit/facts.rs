//! What pictures are made from, and the few steps that all of them take.

use super::kind::{Lane, Moment, Occasion};
use crate::detect::{Definition, Group, Look, Material, Parameters};
use crate::job::{Cancelled, Progress};
pub(super) use crate::model::finding::count;
use crate::model::finding::{Finding, Number, Subject, Unit};
use crate::model::rng::key;
use crate::model::{Marker, Time, TimeSpan};

/// Rows between two questions whether to stop.
const STRIDE: usize = 65_536;

/// A finding and the case that it is of.
#[derive(Clone, Copy)]
pub(super) struct Facts<'a> {
    pub material: &'a Material<'a>,
    pub finding: &'a Finding,
    /// Accounts of the cluster, rising.
    pub members: &'a [u32],
    pub seed: u64,
    /// Those of the run.
    pub parameters: &'a Parameters,
    pub progress: &'a Progress,
}

impl<'a> Facts<'a> {
    /// What the detector was given.
    pub fn look(&self) -> Look<'a> {
        let Self { material, seed, parameters, progress, .. } = *self;
        Look { material, parameters, seed, progress }
    }

    /// A number that decided, as the run used it.
    pub fn parameter(&self, of: &Definition, name: &str) -> f64 {
        self.parameters.get(of, name)
    }

    /// The cluster.
    pub fn group(&self) -> Group<'a> {
        let id = match self.finding.subject {
            Subject::Cluster(id) => id,
            Subject::Account(_) => 0,
        };
        Group { id, members: self.members }
    }

    /// The rows that the finding cites in a role, rising, which is the order of time.
    pub fn rows(&self, role: &str) -> Result<Vec<u32>, Cancelled> {
        let events = self.finding.events_of(role);
        let mut rows = Vec::with_capacity(events.len());
        for some in events.chunks(STRIDE) {
            self.progress.check()?;
            rows.extend(some.iter().filter_map(|id| self.material.index.row_of_event(*id)));
        }
        rows.sort_unstable();
        Ok(rows)
    }

    /// The same with the time of each; rows without one are left out.
    pub fn timed(&self, role: &str) -> Result<Vec<(i64, u32)>, Cancelled> {
        let index = self.material.index;
        let at = |row: u32| Some((index.at(row)?.0, row));
        Ok(self.rows(role)?.into_iter().filter_map(at).collect())
    }

    /// The first of the finding's roles, whatever it is called.
    pub fn first_role(&self) -> &str {
        self.finding.evidence.first().map_or("", |evidence| &evidence.role)
    }

    /// A number of the sentence.
    pub fn number(&self, name: &str) -> Option<&'a Number> {
        self.finding.statement.number(name)
    }

    /// Its value.
    pub fn value(&self, name: &str) -> Option<f64> {
        self.number(name).map(|number| number.value)
    }

    /// As the sentence writes it; empty where it has none.
    pub fn text(&self, name: &str) -> String {
        self.number(name).map_or_else(String::new, Number::text)
    }

    /// An account as a row of a picture.
    pub fn lane(&self, account: u32) -> Lane {
        let name = self.material.index.accounts().get(account as usize).cloned();
        Lane { account, name: name.unwrap_or_default() }
    }

    /// Accounts outside of the cluster that may be compared, at most so many, drawn at random; by
    /// position. `salt` is the number of the detector: no two draw the same.
    pub fn others(&self, most: usize, salt: u64, can_be: impl Fn(u32) -> bool) -> Vec<u32> {
        let (group, seed) = (self.group(), key(&[self.seed, salt]));
        let all = 0..self.material.index.accounts().len() as u32;
        let is_other = |account: &u32| !group.has(*account) && !self.material.stands_in(*account);
        let mut others: Vec<u32> = all.filter(|a| is_other(a) && can_be(*a)).collect();
        others.sort_unstable_by_key(|account| key(&[seed, u64::from(*account)]));
        others.truncate(most);
        others.sort_unstable();
        others
    }

    /// The rows of an account that count.
    pub fn counted(&self, account: u32) -> Vec<u32> {
        let (index, counted) = (self.material.index, self.material.index.everything());
        let rows = index.rows_of_account(account).iter().copied();
        rows.filter(|row| counted.contains(*row)).collect()
    }

    /// The moments of the case within a span.
    pub fn moments(&self, span: TimeSpan) -> Vec<Moment> {
        let inside = |marker: &&Marker| span.contains(marker.at);
        self.material.markers.iter().filter(inside).map(|marker| moment(marker, 0)).collect()
    }
}

/// A moment of the case on an axis whose zero is at `zero` µs.
pub(super) fn moment(marker: &Marker, zero: i64) -> Moment {
    let at = marker.at.0.saturating_sub(zero);
    Moment { at, occasion: Occasion::Marker(marker.kind), label: marker.label.clone() }
}

/// A span of time, µs, that is never empty.
pub(super) fn span(start: i64, end: i64) -> TimeSpan {
    TimeSpan { start: Time(start), end: Time(end.max(start.saturating_add(1))) }
}

/// A number as sentences write it.
pub(super) fn written(value: f64, unit: Unit) -> String {
    unit.text(value)
}

/// Where the middle 95 % of some values lie, and the middle one: low, median, high. `None` of none.
pub(super) fn middle(values: impl Iterator<Item = f64>) -> Option<(f64, f64, f64)> {
    let mut all: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    all.sort_by(f64::total_cmp);
    let at = |q: f64| all[((all.len() - 1) as f64 * q).round() as usize];
    (!all.is_empty()).then(|| (at(0.025), at(0.5), at(0.975)))
}

/// `46 accounts`, or `60 of 1,240 accounts, those with most …`.
pub(super) fn shown_of(shown: usize, of: usize, what: &str, which: &str) -> String {
    match shown < of {
        true => format!("{} of {} {what}, {which}", count(shown), count(of)),
        false => format!("{} {what}", count(of)),
    }
}

/// Of positions with a weight each, those that weigh most, in their first order.
pub(super) fn heaviest(weights: &[u64], most: usize) -> Vec<usize> {
    let mut all: Vec<usize> = (0..weights.len()).collect();
    all.sort_by_key(|at| (std::cmp::Reverse(weights[*at]), *at));
    all.truncate(most);
    all.sort_unstable();
    all
}

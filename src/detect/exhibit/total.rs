//! D05: the total of the accounts from hour to hour, against the same accounts on shifted days.

use std::ops::Range;

use super::facts::{Facts, shown_of, span};
use super::kind::{Band, Curve, Ink, Series, Style};
use super::{Exhibit, Picture};
use crate::detect::nulls::rotation::SURROGATES;
use crate::detect::timing::smooth_total::{hours_of, shifts, shuffle};
use crate::job::Cancelled;
use crate::model::finding::Unit;
use crate::model::time::HOUR_US;

/// Hours that are shown.
const WINDOW: usize = 7 * 24;
/// Accounts that are drawn one by one.
const MOST_THIN: usize = 5;

/// The calls of each account in each hour, and which hours are shown.
struct Hours {
    accounts: Vec<u32>,
    /// Hours since the epoch, whole days.
    all: Range<u32>,
    /// By account.
    calls: Vec<Vec<u64>>,
    /// Which of them are shown.
    shown: Range<usize>,
}

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let Some(hours) = Hours::new(facts)? else { return Ok(Vec::new()) };
    let band = hours.band(facts)?;
    let mut series: Vec<Series> = hours.busiest().map(|at| hours.single(facts, at)).collect();
    let single = shown_of(series.len(), hours.accounts.len(), "accounts", "those with most calls");
    let total = |hour: usize| hours.calls.iter().map(|of| of[hour]).sum();
    series.push(Series::new("total", Ink::Cited, Style::Steps, hours.points(&total)));
    let axis = span(hours.at(hours.shown.start), hours.at(hours.shown.end));
    let key = vec![
        (Ink::Cited, "total of the accounts".into()),
        (Ink::Other, single),
        (Ink::Null, band.name.clone()),
    ];
    let curve = Curve {
        step_us: HOUR_US,
        series,
        band: Some(band),
        moments: facts.moments(axis),
        ..Curve::over(axis, "calls per hour", Unit::Count)
    };
    Ok(vec![Exhibit {
        title: "Calls per hour, all accounts together".into(),
        picture: Picture::Curve(curve),
        summary: format!(
            "Hourly calls of {} accounts together, in a week from the middle of their time: the \
             variance of the total is {} of the sum of their variances, {} on shifted days.",
            facts.text("accounts"),
            facts.text("ratio"),
            facts.text("shifted"),
        ),
        key,
    }])
}

impl Hours {
    fn new(facts: &Facts<'_>) -> Result<Option<Self>, Cancelled> {
        let mut accounts = facts.finding.accounts.clone();
        shuffle(&mut accounts, facts.seed);
        let Some(all) = hours_of(facts.material, &accounts) else { return Ok(None) };
        let mut calls = Vec::with_capacity(accounts.len());
        for account in &accounts {
            facts.progress.check()?;
            calls.push(facts.material.hourly(&[*account], all.clone()));
        }
        let length = WINDOW.min(all.len());
        let from = (all.len() - length) / 2 / 24 * 24;
        Ok(Some(Self { accounts, all, calls, shown: from..from + length }))
    }

    fn at(&self, hour: usize) -> i64 {
        i64::from(self.all.start + hour as u32) * HOUR_US
    }

    fn points(&self, of: &dyn Fn(usize) -> u64) -> Vec<(i64, f64)> {
        self.shown.clone().map(|hour| (self.at(hour), of(hour) as f64)).collect()
    }

    /// The accounts with most calls, by position.
    fn busiest(&self) -> impl Iterator<Item = usize> + use<> {
        let mut all: Vec<usize> = (0..self.calls.len()).collect();
        all.sort_by_key(|i| (std::cmp::Reverse(self.calls[*i].iter().sum::<u64>()), *i));
        all.into_iter().take(MOST_THIN)
    }

    fn single(&self, facts: &Facts<'_>, at: usize) -> Series {
        let name = facts.lane(self.accounts[at]).name;
        Series::new(&name, Ink::Other, Style::Thin, self.points(&|hour| self.calls[at][hour]))
    }

    /// The total in the draws that the detector compares with.
    fn band(&self, facts: &Facts<'_>) -> Result<Band, Cancelled> {
        let n = self.all.len();
        let mut draws = Vec::with_capacity(SURROGATES as usize);
        for i in 0..SURROGATES {
            facts.progress.check()?;
            let shifts = shifts(self.accounts.len(), n / 24, facts.seed, i);
            let total = |at: usize| {
                let moved = self.calls.iter().zip(&shifts);
                moved.map(|(of, shift)| of[(at + n - shift % n) % n]).sum::<u64>() as f64
            };
            draws.push(self.shown.clone().map(total).collect());
        }
        let places: Vec<i64> = self.shown.clone().map(|hour| self.at(hour)).collect();
        let name = format!("total in {SURROGATES} draws of shifted days");
        Ok(Band::of_draws(name, &places, &draws))
    }
}

//! D01: sessions one after the other, and whose each is.

use super::facts::{Facts, count, heaviest, shown_of};
use super::kind::{Ghost, Ink, Mark, Order, Raster};
use super::{Exhibit, Picture};
use crate::detect::nulls::rotation::{LEAST_OF_ACCOUNT, SURROGATES, orders};
use crate::detect::timing::chosen::Chosen;
use crate::job::Cancelled;
use crate::model::FREE_TEXT;

/// Accounts that are shown.
const MOST_LANES: usize = 80;
/// Rounds that are shown: so many sessions for every account.
const ROUNDS: usize = 6;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let chosen = Chosen::new(facts.material, facts.group(), LEAST_OF_ACCOUNT, facts.seed);
    facts.progress.check()?;
    let exhibit = chosen.and_then(|chosen| Turns::new(facts, &chosen)).map(|turns| turns.exhibit());
    Ok(exhibit.into_iter().collect())
}

/// The sessions in the middle of a series, observed and by chance.
struct Turns<'a> {
    facts: &'a Facts<'a>,
    /// Accounts by their number here.
    accounts: Vec<u32>,
    /// Which of them are shown.
    shown: Vec<usize>,
    /// The middle: account and first row of each session, in order.
    observed: Vec<(u32, u32)>,
    /// The middle of the same sessions on shifted days.
    by_chance: Vec<u32>,
    sessions: usize,
}

impl<'a> Turns<'a> {
    fn new(facts: &'a Facts<'a>, chosen: &Chosen) -> Option<Self> {
        let orders = orders(&chosen.sessions(), &chosen.days, facts.seed, 0)?;
        let weights: Vec<u64> = chosen.accounts.iter().map(|(_, v)| v.len() as u64).collect();
        let rows: Vec<Vec<u32>> = chosen
            .accounts
            .iter()
            .map(|(_, visits)| visits.iter().map(|v| v.first).collect())
            .collect();
        let mut next = vec![0; rows.len()];
        let with_row = |account: &u32| {
            let at = *account as usize;
            next[at] += 1;
            (*account, rows[at].get(next[at] - 1).copied().unwrap_or(u32::MAX))
        };
        let observed: Vec<(u32, u32)> = orders.observed.iter().map(with_row).collect();
        let sessions = observed.len();
        let length = (ROUNDS * weights.len()).min(sessions);
        let from = (sessions - length) / 2;
        Some(Self {
            facts,
            accounts: chosen.accounts.iter().map(|(account, _)| *account).collect(),
            shown: heaviest(&weights, MOST_LANES),
            observed: observed[from..from + length].to_vec(),
            by_chance: orders.by_chance[from..from + length].to_vec(),
            sessions,
        })
    }

    /// The lane of each account in an order of sessions: by when its turn comes.
    fn lanes(&self, order: &[u32]) -> Vec<usize> {
        let round = order.len() as f64 / ROUNDS as f64;
        let mut sums = vec![(0.0, 0.0); self.accounts.len()];
        for (at, account) in order.iter().enumerate() {
            let of: &mut (f64, f64) = &mut sums[*account as usize];
            // Where in its round, were all rounds of one length.
            of.0 += at as f64 - of.1 * round;
            of.1 += 1.0;
        }
        let turn = |at: usize| if sums[at].1 > 0.0 { sums[at].0 / sums[at].1 } else { f64::MAX };
        let mut by_turn = self.shown.clone();
        by_turn.sort_by(|a, b| turn(*a).total_cmp(&turn(*b)).then(a.cmp(b)));
        by_turn
    }

    /// The template that most of the sessions begin with, where that is half of them or more.
    fn template(&self) -> Option<u32> {
        let templates = self.facts.material.index.templates();
        let mut of: Vec<u32> =
            self.observed.iter().filter_map(|(_, row)| templates.of(*row)).collect();
        of.retain(|id| *id != FREE_TEXT);
        of.sort_unstable();
        let most = of.chunk_by(|a, b| a == b).max_by_key(|of| of.len())?;
        (2 * most.len() >= self.observed.len()).then_some(most[0])
    }

    fn exhibit(&self) -> Exhibit {
        let index = self.facts.material.index;
        let templates = index.templates();
        let template = self.template();
        let ink = |row: u32| match template {
            Some(id) if templates.of(row) != Some(id) => Ink::Other,
            _ => Ink::Cited,
        };
        let order: Vec<u32> = self.observed.iter().map(|(account, _)| *account).collect();
        let lanes = self.lanes(&order);
        let place = places(&lanes, self.accounts.len());
        let marks = self.observed.iter().zip(0_i64..).filter_map(|((account, row), at)| {
            let event = (*row != u32::MAX).then(|| index.event_id(*row));
            Some(Mark { lane: place[*account as usize]?, at, ink: ink(*row), event })
        });
        let mut marks: Vec<Mark> = marks.collect();
        marks.sort_by_key(|mark| (mark.lane, mark.at));
        let raster = Raster {
            lanes: lanes.iter().map(|at| self.facts.lane(self.accounts[*at])).collect(),
            order: Order::Turn(self.observed.len() as u32),
            marks,
            threads: Vec::new(),
            moments: Vec::new(),
            lanes_note: shown_of(
                self.shown.len(),
                self.accounts.len(),
                "accounts, by turn",
                "those with most sessions",
            ),
            axis_note: format!(
                "{} of {} sessions in order →",
                count(order.len()),
                count(self.sessions)
            ),
            ghost: Some(self.ghost()),
        };
        Exhibit {
            title: "Sessions in order".into(),
            picture: Picture::Raster(raster),
            summary: self.summary(),
            key: key(template),
        }
    }

    fn ghost(&self) -> Ghost {
        let place = places(&self.lanes(&self.by_chance), self.accounts.len());
        let marks = self.by_chance.iter().zip(0_i64..);
        Ghost {
            marks: marks.filter_map(|(a, at)| Some((place[*a as usize]?, at))).collect(),
            note: format!("one of {SURROGATES} draws of shifted days"),
        }
    }

    fn summary(&self) -> String {
        let text = |name| self.facts.text(name);
        let order = match self.facts.finding.statement.number("followed") {
            Some(_) => format!(
                "where another account comes next, it is the usual one in {}; on shifted days in {}",
                text("followed"),
                text("followed_shifted"),
            ),
            None => format!(
                "the next session of an account comes {} sessions after its last; on shifted days {}",
                from_to(text("low"), text("high")),
                from_to(text("low_shifted"), text("high_shifted")),
            ),
        };
        format!(
            "Sessions of {} accounts in order, one row an account: {order}.",
            count(self.accounts.len())
        )
    }
}

fn from_to(low: String, high: String) -> String {
    if low == high { low } else { format!("{low} to {high}") }
}

/// The lane of each account, by its number here.
fn places(lanes: &[usize], accounts: usize) -> Vec<Option<u32>> {
    let mut place = vec![None; accounts];
    for (lane, at) in (0..).zip(lanes) {
        place[*at] = Some(lane);
    }
    place
}

fn key(template: Option<u32>) -> Vec<(Ink, String)> {
    match template {
        Some(id) => vec![
            (Ink::Cited, format!("session that begins with template {id}")),
            (Ink::Other, "any other".into()),
        ],
        None => vec![(Ink::Cited, "session".into())],
    }
}

//! D02: the sessions of the two accounts that alternate most, one after the other.

use super::facts::{Facts, count, span};
use super::kind::{Ghost, Ink, Mark, Order, Raster};
use super::{Exhibit, Picture};
use crate::detect::nulls::day_shift::DayShift;
use crate::detect::timing::alternation::CLEAREST;
use crate::job::Cancelled;
use crate::model::rng::{Rng, key};

/// Sessions that are shown.
const MOST_SESSIONS: usize = 120;

pub(super) fn exhibits(facts: &Facts<'_>) -> Result<Vec<Exhibit>, Cancelled> {
    let starts: Vec<(i64, u32)> = facts.timed(CLEAREST)?;
    let index = facts.material.index;
    let mut accounts: Vec<u32> = starts.iter().map(|(_, row)| index.account_of(*row)).collect();
    accounts.sort_unstable();
    accounts.dedup();
    if accounts.len() != 2 {
        return Ok(Vec::new());
    }
    let lane = |row: u32| u32::from(index.account_of(row) == accounts[1]);
    let shown = starts.len().min(MOST_SESSIONS);
    let from = (starts.len() - shown) / 2;
    let mut marks = Vec::with_capacity(shown);
    for (at, (_, row)) in (0..).zip(&starts[from..from + shown]) {
        let before = (from + at as usize).checked_sub(1).map(|before| lane(starts[before].1));
        let is_turn = before.is_some_and(|before| before != lane(*row));
        let ink = if is_turn { Ink::Cited } else { Ink::Other };
        marks.push(Mark { lane: lane(*row), at, ink, event: Some(index.event_id(*row)) });
    }
    let of_lane: Vec<(i64, u32)> = starts.iter().map(|(at, row)| (*at, lane(*row))).collect();
    let raster = Raster {
        lanes: accounts.iter().map(|account| facts.lane(*account)).collect(),
        order: Order::Turn(shown as u32),
        marks,
        threads: Vec::new(),
        moments: Vec::new(),
        lanes_note: "the clearest pair".into(),
        axis_note: format!("{} of {} sessions in order →", count(shown), count(starts.len())),
        ghost: ghost(&of_lane, (from, shown), facts.seed),
    };
    let summary = format!(
        "Sessions of the two accounts that alternate most, in order: {} of {} follow one of the other \
         account.",
        facts.text("turns"),
        facts.text("starts"),
    );
    let key = vec![
        (Ink::Cited, "session after one of the other account".into()),
        (Ink::Other, "session after one of its own".into()),
    ];
    Ok(vec![Exhibit {
        title: "The clearest pair".into(),
        picture: Picture::Raster(raster),
        summary,
        key,
    }])
}

/// The same stretch with the days of one of the two shifted.
fn ghost(starts: &[(i64, u32)], (from, shown): (usize, usize), seed: u64) -> Option<Ghost> {
    let of = span(starts.first()?.0, starts.last()?.0.saturating_add(1));
    let days = DayShift::new(of.start.0, of.end.0)?;
    let shift = days.draw(&mut Rng::new(&[key(&[seed, 2])]));
    let moved = |(at, lane): &(i64, u32)| match lane {
        0 => (*at, 0),
        _ => (days.moved(*at, shift), 1),
    };
    let mut moved: Vec<(i64, u32)> = starts.iter().map(moved).collect();
    moved.sort_unstable();
    let marks = moved[from..from + shown].iter().zip(0_i64..);
    Some(Ghost {
        marks: marks.map(|((_, lane), at)| (*lane, at)).collect(),
        note: "one draw of shifted days".into(),
    })
}

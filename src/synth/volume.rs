//! How much each account does: fixed numbers for the planted groups, a heavy tail for the rest.

use std::iter::repeat_n;
use std::ops::Range;

use super::build::MAKE;
use super::cast::{Part, Volume};
use super::people::KINDS;
use super::rng::Rng;
use super::world::{Timing, World};
use super::{Options, SynthError};

/// Gives every group and account its number of records; the sum is exactly the wanted one.
///
/// # Errors
/// [`SynthError::TooSmall`] when the planted groups leave too little for the others.
pub fn share_out(world: &mut World, parts: &[Part], options: &Options) -> Result<(), SynthError> {
    let mut used = 0;
    let volumes: Vec<&Part> = parts.iter().flat_map(|p| repeat_n(p, p.copies as usize)).collect();
    for (group, part) in volumes.iter().enumerate() {
        let members = world.groups[group].members.clone();
        let total = group_volume(world, part, members.clone(), options);
        world.groups[group].events = total;
        used += total;
        for index in members {
            let mut rng = Rng::new(&[options.seed, MAKE, 5, u64::from(index)]);
            let own = rng.between(part.own_each.0, part.own_each.1);
            world.accounts[index as usize].own_events = own;
            used += own;
        }
    }
    let first = world.groups[volumes.len()].members.start;
    let accounts = first..world.accounts.len() as u32;
    let count = u64::from(accounts.end - accounts.start);
    let Some(left) = options.events.checked_sub(used).filter(|left| *left >= 2 * count) else {
        return Err(SynthError::TooSmall { what: "events", needed: used + 2 * count });
    };
    let weights: Vec<f64> = accounts
        .clone()
        .map(|i| {
            let group = world.accounts[i as usize].group as usize;
            let kind = KINDS[group - volumes.len()];
            let mut rng = Rng::new(&[options.seed, MAKE, 6, u64::from(i)]);
            // Capped: one giant would hide everybody else.
            kind.volume * rng.lognormal(1.0, 1.5).min(30.0)
        })
        .collect();
    for (i, events) in accounts.zip(apportion(left, &weights)) {
        world.accounts[i as usize].own_events = events;
    }
    Ok(())
}

/// Records of a group as a group, also written to its members unless they take turns.
fn group_volume(world: &mut World, part: &Part, members: Range<u32>, options: &Options) -> u64 {
    let range = members.start as usize..members.end as usize;
    match part.volume {
        Volume::Own => 0,
        Volume::Each(low, high) => {
            let mut total = 0;
            for i in members {
                let events = Rng::new(&[options.seed, MAKE, 7, u64::from(i)]).between(low, high);
                world.accounts[i as usize].group_events = events;
                total += events;
            }
            total
        }
        Volume::Share(share) => {
            let total = (options.events as f64 * share) as u64;
            if !matches!(part.timing, Timing::Rotation { .. }) {
                let weights: Vec<f64> = members
                    .map(|i| Rng::new(&[options.seed, MAKE, 8, u64::from(i)]).lognormal(1.0, 0.7))
                    .collect();
                for (account, events) in
                    world.accounts[range].iter_mut().zip(apportion(total, &weights))
                {
                    account.group_events = events;
                }
            }
            total
        }
    }
}

/// Splits a total in proportion to weights, at least one each where there is enough.
pub fn apportion(total: u64, weights: &[f64]) -> Vec<u64> {
    let count = weights.len() as u64;
    let base = u64::from(total >= count);
    let pool = total - base * count;
    let sum: f64 = weights.iter().sum();
    let (mut cumulative, mut given) = (0.0, 0);
    (1..)
        .zip(weights)
        .map(|(nth, weight)| {
            cumulative += weight;
            let share = (cumulative / sum * pool as f64) as u64;
            let upto = if nth == count { pool } else { share.min(pool) };
            let part = upto - given;
            given = upto;
            part + base
        })
        .collect()
}

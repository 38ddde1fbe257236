//! Who is planted: which campaigns and variants fit, and how many accounts each gets.

use super::super::rng::Rng;
use super::MAKE;
use super::campaigns::{EVASIVE, PUBLISHED, Published, evasive, published};
use super::options::{Evasion, Options};
use super::spec::Spec;

/// Accounts of a variant that is planted because there is room.
const ROOMY: u32 = 8;
/// From how many accounts in campaigns on there is room for variants.
const ROOM_FROM: u32 = 150;

/// How many accounts belong to campaigns.
pub fn in_campaigns(options: &Options) -> u32 {
    (f64::from(options.accounts) * options.prevalence / 100.0).round() as u32
}

/// The campaigns and their variants, each with its accounts. None where not even the smallest
/// fits, or not every evasion asked for.
pub fn campaigns(options: &Options) -> Option<Vec<Spec>> {
    let budget = in_campaigns(options);
    if budget == 0 && options.prevalence <= 0.0 {
        return Some(Vec::new());
    }
    let mut variants = variants(options, budget);
    let least = PUBLISHED.iter().map(|p| p.least).min().unwrap_or(1);
    if variants.iter().map(|v| v.2).sum::<u32>().max(least) > budget {
        return None;
    }
    let mut left = budget - variants.iter().map(|v| v.2).sum::<u32>();
    let plain = fitting(options.seed, left);
    if plain.is_empty() {
        // Too few for another network: the variants take them.
        let count = variants.len();
        for (n, variant) in variants.iter_mut().enumerate() {
            let more = left / (count - n) as u32;
            variant.2 += more;
            left -= more;
        }
    }
    let voice = options.background.voice();
    let sizes = sizes(&plain, left);
    let plain = plain.into_iter().zip(sizes).map(|(p, members)| worded((p.spec)(members, voice)));
    let variants = variants.iter().map(|(p, evasion, members)| {
        let doubled = evasion.single().contains(&Evasion::E6);
        worded(evasive(p, *evasion, if doubled { members / 2 } else { *members }, voice))
    });
    Some(plain.chain(variants).collect())
}

/// The evasive variants: those asked for, or as many as there is room for.
/// With an instruction of its own before its prompts, where there is a fixed one: a network that
/// rewords, replays or relays has none.
fn worded(spec: Spec) -> Spec {
    let rewords = spec.evasion.is_some_and(|e| e.single().contains(&Evasion::E2));
    if rewords || ["C05", "C06", "C08", "C10", "C11"].contains(&spec.id) {
        spec
    } else {
        spec.opened()
    }
}

fn variants(options: &Options, budget: u32) -> Vec<(&'static Published, Evasion, u32)> {
    let campaigns = || EVASIVE.iter().filter_map(|id| published(id));
    let least = |p: &Published, e: Evasion| {
        if e.single().contains(&Evasion::E6) { 2 * p.least } else { p.least }
    };
    if let Some(wanted) = &options.evasions {
        let all = wanted.iter().flat_map(|e| campaigns().map(move |p| (p, *e)));
        let count = (wanted.len() * EVASIVE.len()).max(1) as u32;
        let share = budget / 2 / count;
        return all.map(|(p, e)| (p, e, even(least(p, e).max(share)))).collect();
    }
    if budget < ROOM_FROM {
        return Vec::new();
    }
    let mut room = budget / 3;
    // All thirty where they fit; else another part of them for another seed.
    let first = Rng::new(&[options.seed, MAKE, 30]).below(30) as usize;
    let size = (room / 33).max(ROOMY);
    let mut chosen = Vec::new();
    for n in 0..30 {
        let n = (first + n) % 30;
        let (Some(p), evasion) = (published(EVASIVE[n % 3]), Evasion::ALL[n / 3]) else { continue };
        let members = even(least(p, evasion).max(size));
        if members <= room {
            room -= members;
            chosen.push((p, evasion, members));
        }
    }
    chosen
}

/// Twice the accounts is an even number.
fn even(members: u32) -> u32 {
    members.next_multiple_of(2)
}

/// The campaigns that fit: all, or as many as do, drawn by seed; in the order of their ids.
fn fitting(seed: u64, mut left: u32) -> Vec<&'static Published> {
    let mut all: Vec<&Published> = PUBLISHED.iter().collect();
    if all.iter().map(|p| p.least).sum::<u32>() > left {
        all.sort_by_key(|p| Rng::new(&[seed, MAKE, 31, p.accounts.into()]).next());
    }
    all.retain(|p| {
        let fits = p.least <= left;
        left -= if fits { p.least } else { 0 };
        fits
    });
    all.sort_by_key(|p| p.id);
    all
}

/// The accounts of each: its least, and the rest by the square root of what was published.
fn sizes(plain: &[&Published], accounts: u32) -> Vec<u32> {
    let least: u32 = plain.iter().map(|p| p.least).sum();
    let rest = f64::from(accounts - least.min(accounts));
    let weights: Vec<f64> = plain.iter().map(|p| f64::from(p.accounts).sqrt()).collect();
    let sum: f64 = weights.iter().sum();
    let (mut upto, mut given) = (0.0, 0);
    let sizes = plain.iter().zip(&weights).map(|(p, weight)| {
        upto += weight / sum * rest;
        let more = upto.round() as u32 - given;
        given += more;
        p.least + more
    });
    sizes.collect()
}

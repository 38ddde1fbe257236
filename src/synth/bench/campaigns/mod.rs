//! The planted campaigns C01–C12, after published descriptions, with fictitious actors.
//!
//! Rates are calls an account and day: requests ÷ accounts ÷ days of the published campaign.

mod few;
mod many;
mod pools;

use super::super::world::Role;
use super::options::Evasion;
use super::spec::{Assign, Curve, Items, Kin, Models, Pool, Spec, Task, Traffic};
use super::words::Words;

/// A campaign as published.
pub struct Published {
    /// Benchmark class.
    pub id: &'static str,
    /// Accounts.
    pub accounts: u32,
    /// The fewest with which what is special about it can still be seen.
    pub least: u32,
    /// What is planted, with so many members and in one of two wordings.
    pub spec: fn(members: u32, voice: usize) -> Spec,
}

/// All of them.
// Packed by hand: a table, one campaign a line.
#[rustfmt::skip]
pub const PUBLISHED: [Published; 12] = [
    Published { id: "C01", accounts: 8_500, least: 6, spec: pools::injected_instruction },
    Published { id: "C02", accounts: 120, least: 5, spec: few::synchronised_bursts },
    Published { id: "C03", accounts: 400, least: 10, spec: many::five_pathways },
    Published { id: "C04", accounts: 2_500, least: 6, spec: many::random_balancer },
    Published { id: "C05", accounts: 20_000, least: 8, spec: pools::hidden_among_customers },
    Published { id: "C06", accounts: 15_000, least: 8, spec: few::ultra_light },
    Published { id: "C07", accounts: 273, least: 4, spec: few::heavy_cleaner },
    Published { id: "C08", accounts: 1_500, least: 6, spec: many::replayed_sessions },
    Published { id: "C09", accounts: 40, least: 4, spec: few::thinking_language },
    Published { id: "C10", accounts: 245, least: 6, spec: few::technique_sweep },
    Published { id: "C11", accounts: 5_380, least: 6, spec: pools::customers_relayed },
    Published { id: "C12", accounts: 24_975, least: 6, spec: pools::many_medium },
];

/// The campaigns that also come with evasions.
pub const EVASIVE: [&str; 3] = ["C02", "C04", "C07"];

/// The campaign of a class.
pub fn published(id: &str) -> Option<&'static Published> {
    PUBLISHED.iter().find(|p| p.id == id)
}

/// A campaign with one evasion, or all.
pub fn evasive(published: &Published, evasion: Evasion, members: u32, voice: usize) -> Spec {
    let mut spec = (published.spec)(members, voice);
    for single in evasion.single() {
        super::evasion::apply(single, &mut spec, voice);
    }
    spec.evasion = Some(evasion);
    spec
}

/// A pool with nothing special: what the others are written as differences to.
fn campaign(id: &'static str, name: &'static str, members: u32) -> Spec {
    Spec {
        id,
        name,
        role: Role::Campaign,
        coordinated: true,
        harvesting: true,
        sanctioned: false,
        evasion: None,
        members,
        at_once: members,
        rate: 10.0,
        each: None,
        days: 0..super::DAYS,
        own: (0, 0),
        unrelated: 0.0,
        kin: Kin::Proxied,
        papers: ["scale", "phone", "", ""],
        traffic: Traffic::Pool(relay()),
        tasks: Vec::new(),
        items: Items::Disjoint,
        models: Models::Adopt,
        replays: 0.0,
        stripped: false,
    }
}

/// The scheduler of a relay: least recently used, sticky, skipping whoever is rate limited.
fn relay() -> Pool {
    Pool {
        assign: Assign::LeastRecent,
        curve: Curve::Plateau,
        turns: (4, 10),
        pause_s: 24.0,
        spread: 0.5,
        limited: 0.03,
        parts: 1,
        customers: 0,
    }
}

/// Something that collects answers, over the whole campaign.
fn harvest(weight: f64, words: Words) -> Task {
    Task { weight, days: 0..u32::MAX, words, is_harvest: true }
}

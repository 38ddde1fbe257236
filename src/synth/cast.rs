//! Who plays: the planted networks and the innocents that look like one, as data.
//!
//! Ids follow the project's benchmark: `C…` are campaigns, `L…` look-alikes, `B…` background.

#![allow(clippy::single_range_in_vec_init, reason = "one window is a list of one stretch of time")]

use super::Scenario;
use super::phrases as p;
use super::text::Script;
use super::world::{Calendar, Items, ModelUse, Role, Sizes, Timing};
use crate::model::time::HOUR_US;

/// How many records a group makes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Volume {
    /// Only what its accounts make by their own habits, like everybody.
    Own,
    /// This share of the whole log, over all members.
    Share(f64),
    /// Between so many for each member.
    Each(u64, u64),
}

/// How the accounts of a group come to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kin {
    /// Nothing in common.
    Strangers,
    /// One organisation, one office address.
    Firm,
    /// Many people behind one address, papers of their own.
    SharedAddress,
    /// Registered in blocks, with three cards and one /24 between them.
    Factory,
    /// Registered in the days before the release, nothing shared.
    Fresh,
}

/// A group before its accounts exist.
#[derive(Clone, Debug)]
pub struct Part {
    /// Benchmark class.
    pub id: &'static str,
    /// In words.
    pub name: &'static str,
    /// What it truly is.
    pub role: Role,
    /// Coordinated, harvesting.
    pub truth: (bool, bool),
    /// Accounts.
    pub members: u32,
    /// How often it is planted.
    pub copies: u32,
    /// Records.
    pub volume: Volume,
    /// Requests by its own habits for each member, besides the group's.
    pub own_each: (u64, u64),
    /// How the accounts are related.
    pub kin: Kin,
    /// Plan, verification, programme, reason on the allow-list.
    pub papers: [&'static str; 4],
    /// When.
    pub timing: Timing,
    /// What.
    pub script: Script,
    /// About which items.
    pub items: Items,
    /// Of which model.
    pub models: ModelUse,
    /// Input and output tokens, limit, temperature.
    pub sizes: Sizes,
    /// Operation.
    pub endpoint: &'static str,
    /// Whether records name end users.
    pub end_users: bool,
    /// Whether reasoning blocks are handed over.
    pub replays: bool,
}

const CHAT: &str = "/v1/messages";

fn sizes(input: f64, output: f64) -> Sizes {
    Sizes { input, output, max_tokens: None, temperature: None }
}

fn limited(input: f64, output: f64, max_tokens: u32, temperature: &'static str) -> Sizes {
    Sizes { input, output, max_tokens: Some(max_tokens), temperature: Some(temperature) }
}

/// A harmless part with nothing special: what the others are written as differences to.
fn part(id: &'static str, name: &'static str, members: u32) -> Part {
    Part {
        id,
        name,
        role: Role::LookAlike,
        truth: (false, false),
        members,
        copies: 1,
        volume: Volume::Own,
        own_each: (0, 0),
        kin: Kin::Strangers,
        papers: ["pro", "card", "", ""],
        timing: Timing::Own,
        script: Script::new(p::EVERYDAY, p::ANSWERS),
        items: Items::Shared(1),
        models: ModelUse::Adopt,
        sizes: sizes(220.0, 260.0),
        endpoint: CHAT,
        end_users: false,
        replays: false,
    }
}

/// The parts of a scenario with so many accounts.
pub fn parts(scenario: Scenario, accounts: u32, calendar: &Calendar) -> Vec<Part> {
    let mut parts = look_alikes(calendar);
    let copies = (accounts / 3_000).max(1);
    for part in &mut parts {
        part.copies = copies;
        // A copy is one more firm, class or shop of the same size, not a bigger one.
        if let Volume::Share(share) = part.volume {
            part.volume = Volume::Share(share * (1_200.0 / f64::from(accounts.max(1_200))));
        }
    }
    if scenario != Scenario::Benign {
        parts.extend(campaigns(accounts, calendar));
    }
    parts
}

/// The planted networks, in proportion to the accounts.
fn campaigns(accounts: u32, calendar: &Calendar) -> Vec<Part> {
    let at_once = (accounts / 50).max(6);
    let banned = at_once / 2;
    let four_each = (accounts * 2 / 15).max(10);
    let release = calendar.release_us;
    vec![
        Part {
            role: Role::Campaign,
            truth: (true, true),
            volume: Volume::Share(0.09),
            kin: Kin::Factory,
            papers: ["scale", "phone", "", ""],
            timing: Timing::Rotation { ban_us: calendar.ban_us, banned },
            script: Script::new(p::ROTATION, p::ROTATION_ANSWERS).with_suffix(p::ROTATION_SUFFIX),
            items: Items::Disjoint,
            models: ModelUse::Pivot,
            sizes: limited(310.0, 900.0, 4096, "1.0"),
            ..part("C01", "rotation pool", at_once + banned)
        },
        Part {
            role: Role::Campaign,
            truth: (true, true),
            volume: Volume::Each(4, 4),
            kin: Kin::Fresh,
            papers: ["free", "email", "", ""],
            timing: Timing::Windows(vec![release + HOUR_US..release + 21 * HOUR_US]),
            script: Script::new(p::RUBRIC, p::RUBRIC_ANSWERS),
            items: Items::Disjoint,
            models: ModelUse::Newest,
            sizes: limited(520.0, 1_400.0, 8192, "1.0"),
            replays: true,
            ..part("C06", "four requests each", four_each)
        },
    ]
}

/// The innocents: machines and firms first, then people together.
fn look_alikes(calendar: &Calendar) -> Vec<Part> {
    let mut parts = machines(calendar);
    parts.extend(people(calendar));
    parts
}

fn machines(calendar: &Calendar) -> Vec<Part> {
    let release = calendar.release_us;
    let run = |start: i64| start..start + 5 * HOUR_US;
    vec![
        Part {
            volume: Volume::Share(0.035),
            kin: Kin::Firm,
            papers: ["enterprise", "business", "", "batch contract"],
            timing: Timing::Nightly { hour: 1 },
            script: Script::new(p::BATCH, p::BATCH_ANSWERS),
            items: Items::Disjoint,
            sizes: limited(1_400.0, 90.0, 256, "0"),
            endpoint: "/v1/messages/batches",
            ..part("L01", "nightly batch job", 2)
        },
        Part {
            volume: Volume::Each(1_150, 1_150),
            kin: Kin::Firm,
            papers: ["team", "business", "evaluation", ""],
            timing: Timing::Windows(vec![run(calendar.day_us(4)), run(release + 2 * HOUR_US)]),
            script: Script::new(p::EVALUATION, p::EVALUATION_ANSWERS),
            items: Items::Cycle(384),
            models: ModelUse::Every,
            sizes: limited(160.0, 12.0, 32, "0"),
            ..part("L02", "evaluation suite", 1)
        },
        Part {
            volume: Volume::Share(0.012),
            kin: Kin::Firm,
            papers: ["team", "business", "", ""],
            timing: Timing::Nightly { hour: 5 },
            script: Script::new(p::EVALUATION, p::EVALUATION_ANSWERS),
            items: Items::Cycle(24),
            models: ModelUse::Every,
            sizes: limited(160.0, 12.0, 32, "0"),
            ..part("L03", "drift monitor", 1)
        },
        Part {
            volume: Volume::Share(0.07),
            kin: Kin::Firm,
            papers: ["scale", "business", "", ""],
            script: Script::new(p::SUPPORT, p::SUPPORT_ANSWERS).with_system(p::SUPPORT_SYSTEM),
            sizes: limited(480.0, 120.0, 400, "0.3"),
            end_users: true,
            ..part("L04", "support bot", 2)
        },
        Part {
            volume: Volume::Share(0.03),
            kin: Kin::Firm,
            papers: ["enterprise", "business", "sanctioned distillation", "teacher contract"],
            timing: Timing::Nightly { hour: 20 },
            script: Script::new(p::TEACHER, p::TEACHER_ANSWERS),
            items: Items::Disjoint,
            truth: (false, true),
            sizes: limited(210.0, 1_100.0, 4096, "1.0"),
            ..part("L14", "sanctioned distillation", 1)
        },
    ]
}

fn people(calendar: &Calendar) -> Vec<Part> {
    let evening =
        |day: u32| calendar.day_us(day) + 16 * HOUR_US..calendar.day_us(day) + 22 * HOUR_US;
    let outage = calendar.day_us(calendar.days * 2 / 5) + 13 * HOUR_US;
    let deadline = calendar.days / 3;
    vec![
        Part {
            own_each: (1, 30),
            kin: Kin::SharedAddress,
            papers: ["free", "email", "", ""],
            ..part("L08", "dormitory behind one address", 40)
        },
        Part {
            volume: Volume::Each(6, 26),
            own_each: (0, 12),
            kin: Kin::SharedAddress,
            papers: ["education", "email", "university course", ""],
            timing: Timing::Windows(vec![evening(deadline), evening(deadline + 1)]),
            script: Script::new(p::ASSIGNMENT, p::ANSWERS),
            items: Items::Shared(12),
            ..part("L10", "class with one assignment", 45)
        },
        Part {
            volume: Volume::Share(0.04),
            kin: Kin::SharedAddress,
            papers: ["scale", "business", "reseller", "declared reseller"],
            script: Script::new(p::RESELLER, p::ANSWERS),
            end_users: true,
            ..part("L11", "reseller behind one gateway", 30)
        },
        Part {
            volume: Volume::Each(40, 70),
            papers: ["free", "email", "research", "declared study"],
            timing: Timing::Windows(vec![
                calendar.day_us(6) + 9 * HOUR_US..calendar.day_us(6) + 17 * HOUR_US,
                calendar.day_us(9) + 9 * HOUR_US..calendar.day_us(9) + 17 * HOUR_US,
            ]),
            script: Script::new(p::PROBE, p::ANSWERS),
            items: Items::Disjoint,
            ..part("L13", "extraction study of a scholar", 1)
        },
        Part {
            volume: Volume::Each(18, 40),
            own_each: (10, 60),
            kin: Kin::Firm,
            papers: ["team", "business", "", ""],
            timing: Timing::Windows(vec![outage..outage + 4 * HOUR_US]),
            script: Script::new(p::INCIDENT, p::ANSWERS),
            items: Items::Shared(1),
            ..part("L19", "incident response team", 12)
        },
    ]
}

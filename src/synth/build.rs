//! Makes a world: its calendar, its groups, their accounts, and how much each of them does.

use super::cast::{Kin, Part, parts};
use super::kin::{Relations, fingerprint};
use super::people::{KINDS, Kind, origins};
use super::phrases as p;
use super::rng::Rng;
use super::text::Script;
use super::volume::share_out;
use super::world::{
    Account, Calendar, Group, Items, ModelUse, Papers, Rhythm, Role, START_US, Sizes, Timing, World,
};
use super::{Options, Scenario, SynthError};
use crate::model::time::{DAY_US, HOUR_US};
use crate::model::{Marker, MarkerKind, Time};

/// Draws that belong to an account's making, apart from those of its records.
pub(super) const MAKE: u64 = 0xACC0;

/// What accounts ask by their own habits; kinds of use name positions in here.
pub fn scripts() -> Vec<Script> {
    vec![
        Script::new(p::EVERYDAY, p::ANSWERS),
        Script::new(p::CODING, p::ANSWERS),
        Script::new(p::SUPPORT, p::SUPPORT_ANSWERS),
        Script::new(p::RESELLER, p::ANSWERS),
    ]
}

/// Makes the world of these options.
///
/// # Errors
/// [`SynthError::TooSmall`] when there is no room for the groups the scenario plants.
pub fn build(options: &Options) -> Result<World, SynthError> {
    let calendar = calendar(options.scenario);
    let mut world = World {
        seed: options.seed,
        groups: Vec::new(),
        accounts: Vec::with_capacity(options.accounts as usize),
        scripts: scripts(),
        calendar,
    };
    let parts = parts(options.scenario, options.accounts, &world.calendar);
    for part in &parts {
        for copy in 0..part.copies {
            plant(&mut world, part, copy, options);
        }
    }
    let planted = world.accounts.len() as u64;
    if planted + 100 > u64::from(options.accounts) {
        return Err(SynthError::TooSmall { what: "accounts", needed: planted + 100 });
    }
    background(&mut world, options);
    share_out(&mut world, &parts, options)?;
    Ok(world)
}

fn calendar(scenario: Scenario) -> Calendar {
    let days = scenario.days();
    let day = |n: u32| START_US + i64::from(n) * DAY_US;
    let release_us = day(days * 5 / 9) + 17 * HOUR_US;
    let ban_us = day(days * 7 / 9) + 6 * HOUR_US;
    let marker = |at, kind, label: &str| Marker { at: Time(at), kind, label: label.into() };
    let mut markers = vec![
        marker(day(days * 2 / 5) + 13 * HOUR_US, MarkerKind::Incident, "payment outage, INC-2291"),
        marker(release_us, MarkerKind::Release, "atlas-4 released"),
        marker(day(days * 8 / 9) + 9 * HOUR_US, MarkerKind::Policy, "terms updated"),
    ];
    if scenario != Scenario::Benign {
        markers.push(marker(ban_us, MarkerKind::Ban, "ban wave"));
    }
    markers.sort_by_key(|m| m.at);
    Calendar { days, release_us, ban_us, markers }
}

/// Adds one copy of a part: a group and its accounts.
fn plant(world: &mut World, part: &Part, copy: u32, options: &Options) {
    let first = world.accounts.len() as u32;
    let group = world.groups.len() as u32;
    let kin = Relations::new(part, group, options.seed, options.accounts);
    for member in 0..part.members {
        let mut account = stranger(world, group, options, &kind_of(part));
        kin.apply(part, member, copy, &mut account, &world.calendar);
        world.accounts.push(account);
    }
    world.groups.push(Group {
        id: part.id,
        name: part.name,
        role: part.role,
        coordinated: part.truth.0,
        harvesting: part.truth.1,
        members: first..world.accounts.len() as u32,
        timing: part.timing.clone(),
        script: part.script.clone(),
        items: part.items,
        models: part.models,
        sizes: part.sizes,
        endpoint: part.endpoint,
        end_users: part.end_users,
        replays: part.replays,
        events: 0,
    });
}

/// The kind of ordinary use that members of a part have besides.
fn kind_of(part: &Part) -> Kind {
    match (part.kin, part.end_users) {
        (Kin::Firm, true) => KINDS[4],
        (Kin::Firm, false) => KINDS[2],
        (_, true) => KINDS[5],
        _ => KINDS[0],
    }
}

/// The rest of the accounts: one group a kind of use.
fn background(world: &mut World, options: &Options) {
    let free = f64::from(options.accounts) - world.accounts.len() as f64;
    for (i, kind) in KINDS.iter().enumerate() {
        let left = options.accounts - world.accounts.len() as u32;
        let last = i + 1 == KINDS.len();
        let members = if last { left } else { ((free * kind.share) as u32).min(left) };
        let first = world.accounts.len() as u32;
        let group = world.groups.len() as u32;
        for _ in 0..members {
            let account = stranger(world, group, options, kind);
            world.accounts.push(account);
        }
        world.groups.push(Group {
            id: kind.id,
            name: kind.name,
            role: Role::Background,
            coordinated: false,
            harvesting: false,
            members: first..world.accounts.len() as u32,
            timing: Timing::Own,
            script: world.scripts[kind.script].clone(),
            items: Items::Shared(1),
            models: ModelUse::Adopt,
            sizes: Sizes {
                input: if kind.script == 1 { 900.0 } else { 220.0 },
                output: 260.0,
                max_tokens: None,
                temperature: None,
            },
            endpoint: "/v1/messages",
            end_users: kind.rhythm == Rhythm::Service,
            replays: false,
            events: 0,
        });
    }
}

/// An account that has nothing to do with any other.
fn stranger(world: &World, group: u32, options: &Options, kind: &Kind) -> Account {
    let index = world.accounts.len() as u64;
    let mut rng = Rng::new(&[options.seed, MAKE, index]);
    let pathway = rng.pick(kind.pathways);
    let (origins, zone_h) = origins(&mut rng, index, u64::from(options.accounts), pathway);
    let before = START_US - rng.below(400 * DAY_US as u64) as i64;
    let during = START_US + rng.below(world.calendar.days as u64 * DAY_US as u64 * 4 / 5) as i64;
    let created_us = if rng.chance(0.22) { during } else { before };
    let release = world.calendar.release_us;
    let plan = rng.pick(kind.plans);
    Account {
        id: account_id(index),
        group,
        org: (plan != "free" && rng.chance(0.7)).then(|| format!("org-{:05}", 10_000 + index)),
        pathway,
        created_us,
        closed_us: None,
        papers: papers(&mut rng, index, plan, origins[0].country),
        zone_h,
        origins,
        rhythm: kind.rhythm,
        session_len: kind.session_len,
        model: usize::from(rng.chance(0.35)),
        adopts_us: release + HOUR_US + rng.exponential(9.0 * DAY_US as f64) as i64,
        script: kind.script,
        own_events: 0,
        group_events: 0,
    }
}

/// Ids in an order that says nothing about who belongs to whom.
pub(super) fn account_id(index: u64) -> String {
    format!("ac{:06}", (index * 482_711 + 1_402) % 1_000_000)
}

pub(super) fn papers(
    rng: &mut Rng,
    index: u64,
    plan: &'static str,
    country: &'static str,
) -> Papers {
    let domain = rng.pick(&["mail.example", "postbox.example", "inbox.example", "letters.example"]);
    let own_domain = plan == "scale" || plan == "enterprise" || (plan == "team" && rng.chance(0.8));
    let paid = plan != "free";
    Papers {
        email_domain: if own_domain { format!("firm{index}.example") } else { domain.into() },
        email_pattern: rng.pick(&[
            "first.last",
            "initial+last",
            "nickname",
            "first+year",
            "free text",
        ]),
        declared_country: country,
        payment: paid.then(|| fingerprint(&[index, 1])),
        phone_prefix: rng.chance(0.6).then(|| format!("+999{:02}", rng.below(90) + 10)),
        plan,
        verification: rng.pick(if paid {
            &["card", "phone", "business"]
        } else {
            &["email", "email", "phone"]
        }),
        program: "",
        allowlist_reason: "",
    }
}

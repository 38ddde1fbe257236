//! The look-alikes L01–L19: innocent, and likely to be mistaken for a campaign.

mod firms;
mod machines;
mod people;
mod together;

use super::super::rng::Rng;
use super::super::world::Role;
use super::Options;
use super::spec::{Items, Kin, Models, Spec, Task, Traffic};
use super::words::Words;

/// How many networks of each small class there are: thirty where there are 8,000 accounts.
pub fn instances(accounts: u32) -> u32 {
    (u64::from(accounts) * 30 / 8_000).max(1) as u32
}

/// Accounts of each of the large classes L08, L10 and L12: 304 where there are 8,000.
pub fn crowd(accounts: u32) -> u32 {
    (u64::from(accounts) * 304 / 8_000).max(12) as u32
}

/// What one network of a class is made from.
pub struct Place<'a> {
    /// Its own draws.
    pub rng: &'a mut Rng,
    /// Which network of its class it is.
    pub copy: u32,
    /// Records an account of the log has on average.
    pub mean: u64,
}

/// All look-alikes for so many accounts.
pub fn specs(options: &Options) -> Vec<Spec> {
    let mut specs = Vec::new();
    let mean = options.events / u64::from(options.accounts.max(1));
    let mut add = |copies: u32, class: u64, make: &dyn Fn(&mut Place<'_>) -> Spec| {
        for copy in 0..copies {
            let mut rng = Rng::new(&[options.seed, super::MAKE, 20, class, copy.into()]);
            let spec = make(&mut Place { rng: &mut rng, copy, mean });
            // A class has its assignment, scholars their study, a school its material.
            let is_worded = ["L10", "L13", "L16"].contains(&spec.id);
            specs.push(if is_worded { spec.opened() } else { spec });
        }
    };
    let few = instances(options.accounts);
    for (class, make) in (0..).zip(SMALL) {
        add(few, class, make);
    }
    // Many networks of a moderate size, not one giant.
    let crowd = crowd(options.accounts);
    let networks = (crowd / 38).max(1);
    for (class, make) in (100..).zip(LARGE) {
        let sized = |place: &mut Place<'_>| {
            let members = crowd / networks + u32::from(place.copy < crowd % networks);
            make(members, place)
        };
        add(networks, class, &sized);
    }
    specs
}

type Small = fn(&mut Place<'_>) -> Spec;
type Large = fn(u32, &mut Place<'_>) -> Spec;

const SMALL: &[&dyn Fn(&mut Place<'_>) -> Spec] = &[
    &(machines::nightly_batch as Small),
    &(machines::evaluation_suite as Small),
    &(machines::drift_monitor as Small),
    &(machines::support_bot as Small),
    &(machines::pipeline_bot as Small),
    &(firms::gateway as Small),
    &(firms::vendor_router as Small),
    &(people::vpn_user as Small),
    &(firms::declared_reseller as Small),
    &(people::scholar as Small),
    &(firms::sanctioned_distillation as Small),
    &(firms::document_review as Small),
    &(people::show_steps as Small),
    &(people::fork_and_restore as Small),
    &(together::public_prompt as Small),
    &(together::incident_team as Small),
];

const LARGE: [Large; 3] =
    [together::dormitory, together::class_assignment, together::transfer_station];

/// Harmless and with nothing special: what the others are written as differences to.
fn innocent(id: &'static str, name: &'static str, members: u32) -> Spec {
    Spec {
        id,
        name,
        role: Role::LookAlike,
        coordinated: false,
        harvesting: false,
        sanctioned: false,
        evasion: None,
        members,
        at_once: members,
        rate: 0.0,
        each: None,
        days: 0..super::DAYS,
        own: (0, 0),
        unrelated: 0.0,
        kin: Kin::Strangers,
        papers: ["", "", "", ""],
        traffic: Traffic::Own,
        tasks: Vec::new(),
        items: Items::Free,
        models: Models::Adopt,
        replays: 0.0,
        stripped: false,
    }
}

/// The one thing a look-alike asks.
fn asks(words: Words) -> Vec<Task> {
    vec![Task { weight: 1.0, days: 0..u32::MAX, words, is_harvest: false }]
}

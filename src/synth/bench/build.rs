//! Makes a benchmark world: networks, accounts, and how much each of them does.

use super::super::SynthError;
use super::super::rng::Rng;
use super::super::volume::apportion;
use super::super::world::{Account, Rhythm, Role};
use super::kin::{Relations, shifts};
use super::options::{Background, Options};
use super::people::{KINDS, Kind, stranger};
use super::spec::{Items, Kin, Models, Spec, Traffic};
use super::volume::{Limits, limits};
use super::words::ordinary;
use super::{Bench, DAYS, MAKE, Network, innocents, plan};

/// Ordinary accounts there must be, whatever is planted.
const ORDINARY: u64 = 100;

/// Makes the world of these options.
pub fn build(options: &Options) -> Result<Bench, SynthError> {
    once(options).map_err(|what| SynthError::TooSmall { what, needed: enough(options, what) })
}

/// About how many accounts or events are enough: what is planted grows with them, more slowly.
fn enough(options: &Options, what: &'static str) -> u64 {
    let mut larger = options.clone();
    loop {
        let needed = if what == "accounts" {
            larger.accounts += larger.accounts / 8 + 50;
            larger.accounts.into()
        } else {
            larger.events += larger.events / 8 + 1_000;
            larger.events
        };
        if once(&larger).err() != Some(what) || needed > 1 << 32 {
            return needed;
        }
    }
}

/// Makes the world, or says what there is too little of.
fn once(options: &Options) -> Result<Bench, &'static str> {
    let mut specs = plan::campaigns(options).ok_or("accounts")?;
    let campaigns = specs.len();
    specs.extend(innocents::specs(options));
    let planted: u64 = specs.iter().map(|s| u64::from(s.members)).sum();
    if planted + ORDINARY > options.accounts.into() {
        return Err("accounts");
    }
    let limits = limits(options, &specs, campaigns).ok_or("events")?;
    let mut bench = Bench {
        options: options.clone(),
        networks: Vec::new(),
        accounts: Vec::with_capacity(options.accounts as usize),
        words: ordinary::all(),
    };
    for spec in specs {
        plant(&mut bench, spec);
    }
    let networks = bench.networks.len();
    (0..networks).for_each(|n| share_out(&mut bench, n, limits));
    background(&mut bench);
    let first = bench.networks[..networks].iter().map(|n| n.members.end).max().unwrap_or(0);
    ordinary_volume(&mut bench, first).ok_or("events")?;
    Ok(bench)
}

/// Adds a network and its accounts.
fn plant(bench: &mut Bench, spec: Spec) {
    let options = &bench.options;
    let network = bench.networks.len() as u32;
    let first = bench.accounts.len() as u32;
    let kind = kind_of(&spec);
    let relations = Relations::new(&spec, network, options.seed);
    for member in 0..spec.members {
        let mut account = stranger(options.seed, first + member, network, kind, options.background);
        relations.apply(member, &mut account);
        bench.accounts.push(account);
    }
    let members = first..bench.accounts.len() as u32;
    let accounts = &mut bench.accounts[first as usize..];
    let from_us = shifts(&spec, options.seed, network, accounts);
    let words = spec.tasks.iter().map(|task| {
        bench.words.push(task.words.clone());
        (bench.words.len() - 1) as u16
    });
    let words = words.collect();
    bench.networks.push(Network { spec, members, total: 0, words, from_us });
}

/// The kind of ordinary use that members of a network have besides.
fn kind_of(spec: &Spec) -> &'static Kind {
    match (spec.id, spec.kin) {
        ("L04", _) => &KINDS[4],
        ("L17", _) => &KINDS[3],
        ("L10" | "L16", _) => &KINDS[7],
        (_, Kin::Firm | Kin::Team | Kin::Runners | Kin::Gateway) => &KINDS[1],
        _ => &KINDS[0],
    }
}

/// Gives a network and its members their numbers of records.
fn share_out(bench: &mut Bench, n: usize, limits: Limits) {
    let seed = bench.options.seed;
    let Network { spec, members, total, .. } = &mut bench.networks[n];
    let range = members.start as usize..members.end as usize;
    let accounts = &mut bench.accounts[range];
    let mut rng = Rng::new(&[seed, MAKE, 5, n as u64]);
    for account in accounts.iter_mut() {
        account.own_events = rng.between(spec.own.0, spec.own.1);
    }
    if let (Some((low, high)), Traffic::Light { .. }) = (spec.each, &spec.traffic) {
        light(accounts, low, high, &mut rng);
    } else if let Some((low, high)) = spec.each {
        accounts.iter_mut().for_each(|account| account.group_events = rng.between(low, high));
    } else {
        let campaign = spec.role == Role::Campaign;
        let limit = if campaign { limits.campaigns } else { limits.innocents };
        let days = f64::from(spec.days.end - spec.days.start);
        // No two firms are of one size.
        let size = if campaign { 1.0 } else { 0.4 + rng.unit() };
        *total = (size * f64::from(spec.at_once) * limit.apply(spec.rate) * days) as u64;
        if matches!(spec.traffic, Traffic::Own | Traffic::Nightly(_)) {
            let weights: Vec<f64> = accounts.iter().map(|_| rng.lognormal(1.0, 0.7)).collect();
            for (account, events) in accounts.iter_mut().zip(apportion(*total, &weights)) {
                account.group_events = events;
            }
        }
    }
    if spec.each.is_some() {
        *total = accounts.iter().map(|a| a.group_events).sum();
    }
    let unrelated = (*total as f64 * spec.unrelated) as u64;
    if unrelated > 0 {
        for (account, more) in
            accounts.iter_mut().zip(apportion(unrelated, &vec![1.0; members.len()]))
        {
            account.own_events += more;
        }
    }
}

/// Four of fifteen are busy, as published, and make exactly four calls.
fn light(accounts: &mut [Account], low: u64, high: u64, rng: &mut Rng) {
    let busy = (accounts.len() * 4).div_ceil(15);
    for (n, account) in accounts.iter_mut().enumerate() {
        account.group_events = if n < busy { 4 } else { rng.between(low, high) };
    }
}

/// The rest of the accounts: one network a kind of use.
fn background(bench: &mut Bench) {
    let accounts = bench.options.accounts;
    let free = f64::from(accounts) - bench.accounts.len() as f64;
    for (n, kind) in KINDS.iter().enumerate() {
        let left = accounts - bench.accounts.len() as u32;
        let last = n + 1 == KINDS.len();
        let members = if last { left } else { ((free * kind.share).round() as u32).min(left) };
        let first = bench.accounts.len() as u32;
        let network = bench.networks.len() as u32;
        let Options { seed, background, .. } = bench.options;
        let people = (0..members).map(|m| stranger(seed, first + m, network, kind, background));
        bench.accounts.extend(people);
        small_teams(&mut bench.accounts[first as usize..], seed);
        bench.networks.push(Network {
            spec: ordinary_spec(kind, members),
            members: first..first + members,
            total: 0,
            words: Vec::new(),
            from_us: Vec::new(),
        });
    }
}

/// One paying account in nine belongs to a team of three with one card and one organisation.
fn small_teams(accounts: &mut [Account], seed: u64) {
    let mut rng = Rng::new(&[seed, MAKE, 12]);
    for team in accounts.chunks_exact_mut(3) {
        if rng.chance(1.0 / 9.0) && team.iter().all(|a| a.papers.payment.is_some()) {
            let (first, others) = team.split_at_mut(1);
            for account in others {
                account.org.clone_from(&first[0].org);
                account.papers.payment.clone_from(&first[0].papers.payment);
                account.papers.email_domain.clone_from(&first[0].papers.email_domain);
                account.origins.push(first[0].origins[0].clone());
            }
        }
    }
}

fn ordinary_spec(kind: &Kind, members: u32) -> Spec {
    Spec {
        id: kind.id,
        name: kind.name,
        role: Role::Background,
        coordinated: false,
        harvesting: false,
        sanctioned: false,
        evasion: None,
        members,
        at_once: members,
        rate: 0.0,
        each: None,
        days: 0..DAYS,
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

/// What is left, over the ordinary accounts: a heavy tail, of one of two families. None where
/// not even two are left for each.
fn ordinary_volume(bench: &mut Bench, first: u32) -> Option<()> {
    let Options { seed, background, events, .. } = bench.options;
    let used: u64 = bench.networks.iter().map(|n| n.total).sum::<u64>()
        + bench.accounts.iter().map(|a| a.own_events).sum::<u64>();
    let accounts = &mut bench.accounts[first as usize..];
    let least = 2 * accounts.len() as u64;
    let left = events.checked_sub(used).filter(|left| *left >= least)?;
    let networks = &bench.networks;
    let weights: Vec<f64> = (0u64..)
        .zip(accounts.iter())
        .map(|(n, account)| {
            let id = networks[account.group as usize].spec.id;
            let volume = KINDS.iter().find(|k| k.id == id).map_or(1.0, |k| k.volume);
            let mut rng = Rng::new(&[seed, MAKE, 6, n]);
            let burst = if account.rhythm == Rhythm::Leisure { 1.0 } else { 1.3 };
            burst * volume * rate(background, &mut rng)
        })
        .collect();
    for (account, events) in accounts.iter_mut().zip(apportion(left, &weights)) {
        account.own_events = events;
    }
    Some(())
}

/// How busy an account is against others of its kind. Capped: one giant would hide everybody.
fn rate(background: Background, rng: &mut Rng) -> f64 {
    match background {
        Background::Tuning => rng.lognormal(1.0, 2.1).min(300.0),
        // Pareto with exponent 0.9.
        Background::Holdout => {
            let u = 1.0 - rng.unit();
            super::super::rng::exp(-super::super::rng::ln(u) / 0.9).min(900.0)
        }
    }
}

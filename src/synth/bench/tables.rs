//! The tables beside a log: accounts, and the labels that say what is true.

use std::fmt::Write as _;
use std::io::Write;

use super::super::WriteError;
use super::super::output::Days as _;
use super::super::tables::account_rows;
use super::super::world::{Account, Papers, Role};
use super::options::Evasion;
use super::run::Run;
use super::{Bench, DAYS, Network};
use crate::job::Progress;

/// `accounts.csv`: what the operator knows of each account.
pub fn accounts_csv(bench: &Bench) -> String {
    let known = bench.accounts.iter().map(|account| {
        let mut known = account.clone();
        if bench.networks[account.group as usize].spec.stripped {
            known.org = None;
            known.papers = Papers { plan: "scale", ..Papers::default() };
        }
        if !bench.options.tier.has(5) {
            known.closed_us = None;
        }
        known
    });
    account_rows(&known.collect::<Vec<_>>())
}

/// `labels.csv`: what each account truly is, for scoring; never imported into a case.
pub fn labels_csv(bench: &Bench) -> String {
    let mut out = String::from(
        "account_id,role,class,name,network,coordinated,harvesting,sanctioned,evasion\n",
    );
    let mut accounts: Vec<&Account> = bench.accounts.iter().collect();
    accounts.sort_by(|a, b| a.id.cmp(&b.id));
    for account in accounts {
        let spec = &bench.networks[account.group as usize].spec;
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{},{},{},\"{}\",{},{},{},{},{}",
            account.id,
            spec.role.as_str(),
            spec.id,
            spec.name,
            network_id(bench, account.group),
            u8::from(spec.coordinated),
            u8::from(spec.harvesting),
            u8::from(spec.sanctioned),
            spec.evasion.map_or("", Evasion::as_str),
        );
    }
    out
}

/// The name of a network; ordinary accounts belong to none.
fn network_id(bench: &Bench, group: u32) -> String {
    let spec = &bench.networks[group as usize].spec;
    match (spec.role, spec.evasion) {
        (Role::Background, _) => String::new(),
        (_, Some(evasion)) => format!("{}-{evasion}-{group}", spec.id),
        (_, None) => format!("{}-{group}", spec.id),
    }
}

/// Whether only some of a network's requests are what it is there for.
fn is_mixed(network: &Network) -> bool {
    let harvests = |h: bool| network.spec.tasks.iter().any(|task| task.is_harvest == h);
    network.spec.role == Role::Campaign
        && (network.spec.unrelated > 0.0 || (harvests(true) && harvests(false)))
}

/// `request_labels.csv`: of networks that mix, what each request is.
pub fn write_request_labels(
    bench: &Bench,
    out: &mut dyn Write,
    progress: &Progress,
) -> Result<u64, WriteError> {
    out.write_all(b"request_id,account_id,class,network,harvesting\n")?;
    if !bench.networks.iter().any(is_mixed) {
        return Ok(0);
    }
    let mut run = Run::new(bench);
    let (mut calls, mut line, mut written) = (Vec::new(), Vec::new(), 0);
    for day in 0..DAYS {
        progress.check()?;
        run.day(day, &mut calls);
        for call in &calls {
            let account = &bench.accounts[call.account as usize];
            let network = &bench.networks[account.group as usize];
            if !is_mixed(network) {
                continue;
            }
            line.clear();
            super::write::push_id(&mut line, call);
            let harvest = u8::from(call.is_harvest);
            let network = network_id(bench, account.group);
            let class = bench.networks[account.group as usize].spec.id;
            writeln!(line, ",{},{class},{network},{harvest}", account.id)?;
            out.write_all(&line)?;
            written += 1;
        }
    }
    out.flush()?;
    Ok(written)
}

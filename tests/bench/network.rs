//! What a network costs: what accounts of a case share, what is seen of it, and where it lies.
//!
//! `cargo bench --no-default-features --bench network -- CASE` opens a case with findings and prints,
//! ms, medians of five: the links, the picture a case begins with and its places, the picture of
//! all accounts each by itself, a way through all of it, and the matrix of the first accounts.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

#[allow(dead_code, reason = "every bench uses its part of it")]
mod clock;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use stillwatch::case::OpenCase;
use stillwatch::job::Progress;
use stillwatch::network::matrix::order::by_likeness;
use stillwatch::network::matrix::synchrony::{BIN_US, Synchrony, active_bins};
use stillwatch::network::picture::{Picture, Sketch, Whole, route};
use stillwatch::network::{Limits, Network};
use stillwatch::store::{CaseFile, Mode};

/// Accounts that are compared.
const COMPARED: u32 = 1_500;

fn main() -> Result<(), Box<dyn Error>> {
    let Some(path) = std::env::args().skip(1).find(|arg| !arg.starts_with("--")) else {
        println!("not run: name a case, as in `cargo bench --bench network -- CASE`");
        return Ok(());
    };
    let progress = Progress::default();
    let file = || CaseFile::open(Path::new(&path), Mode::ReadOnly);
    let case = OpenCase::from_file(file()?, &progress)?;
    let attributes = file()?.account_attributes()?;
    let index = Arc::clone(&case.index);
    let links = || Network::of(&index, &attributes, Limits::default(), &progress);
    say("links: what accounts share", || links().map(drop));
    say("ties of the detectors, read", || file().map(|file| file.ties().map(drop)).map(drop));
    let (network, ties) = (links()?, file()?.ties()?);
    let make =
        || Whole::of(&index, network.clone(), case.analysis().map(Arc::as_ref), ties.clone());
    say("all that could be seen", make);
    let whole = make();
    let begin = Sketch::start(&whole);
    picture("as the case begins", &whole, &begin);
    let mut all = Sketch::default();
    all.single_out(&whole, &(0..whole.accounts as u32).collect::<Vec<u32>>());
    picture("of all accounts", &whole, &all);
    let last = whole.accounts as u32 - 1;
    say("a way from the first account to the last", || route(&whole, &[0], &[last]));
    compare(&case);
    if let Some((_, most)) = clock::memory() {
        println!("memory: at most {} MB", most / 1_000_000);
    }
    Ok(())
}

fn picture(what: &str, whole: &Whole, sketch: &Sketch) {
    let made = Picture::of(whole, sketch);
    println!("{what}: {} nodes, {} lines", made.nodes.len(), made.lines.len());
    say("  nodes and lines", || Picture::of(whole, sketch));
    say("  places", || made.arranged(sketch, &Progress::default()));
}

fn compare(case: &OpenCase) {
    let progress = Progress::default();
    let many = COMPARED.min(case.index.accounts().len() as u32);
    let bins = || (0..many).map(|a| active_bins(&case.index, a, BIN_US)).collect::<Vec<_>>();
    say("slots of the accounts of a matrix", bins);
    let bins = bins();
    say("synchrony of all their pairs", || Synchrony::of(&bins, BIN_US, &progress));
    if let Ok(synchrony) = Synchrony::of(&bins, BIN_US, &progress) {
        say("their order", || by_likeness(&synchrony.values, bins.len(), &progress));
    }
}

fn say<T>(what: &str, work: impl FnMut() -> T) {
    println!("{what:<44} {:>9.1}", clock::median(work).wall);
}

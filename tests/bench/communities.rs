//! Communities on a graph that is given, or on the one of the published scale.
//!
//! All after `cargo bench --no-default-features --bench communities --`; the script
//! `tests/bench/peers/igraph_communities.py` runs it in turn with igraph.
//!
//! `make FOLDER [SEED]` writes `planted.edges` (24,000 accounts, 100,000
//! weighted links) and `planted.clusters` (which cluster each account was put into).
//!
//! `run EDGES RESOLUTION SEED [PASSES [RUNS [MEMBERS]]]` prints the time of every
//! run, in ms, the quality and the number of communities, and writes the community of each node,
//! a line each, into the file MEMBERS.
//!
//! `serve EDGES` reads lines "RESOLUTION SEED PASSES MEMBERS" and answers each
//! with "ms quality communities", so that a script can run it in turn with others.
//!
//! A file of edges has a line "a<TAB>b" or "a<TAB>b<TAB>weight" for each.

#![allow(clippy::print_stdout, reason = "a bench prints its times")]

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;

use stillwatch::model::rng::{Rng, exp, ln};
use stillwatch::network::community::{Graph, Partition, leiden};

const ACCOUNTS: u32 = 24_000;
const LINKS: usize = 100_000;
/// The largest planted cluster.
const LARGEST: u32 = 900;

type Edge = (u32, u32, f32);
type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    // Cargo adds a word of its own to a bench.
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let arg = |i: usize| args.get(i).map(String::as_str);
    match (arg(0), arg(1)) {
        (Some("make"), Some(folder)) => make(Path::new(folder), arg(2).unwrap_or("1").parse()?),
        (Some("run"), Some(edges)) => run(edges, &args[2..]),
        (Some("serve"), Some(edges)) => serve(edges),
        _ => Err("make FOLDER [SEED] | run EDGES RESOLUTION SEED [PASSES [RUNS [MEMBERS]]] | serve EDGES".into()),
    }
}

/// Writes the graph of the published scale.
fn make(folder: &Path, seed: u64) -> Outcome<()> {
    let mut rng = Rng::new(&[seed]);
    let cluster = clusters(&mut rng);
    let mut text = String::new();
    for (a, b, weight) in links(&cluster, &mut rng) {
        writeln!(text, "{a}\t{b}\t{weight}")?;
    }
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("planted.edges"), text)?;
    let mut text = String::new();
    for (account, cluster) in cluster.iter().enumerate() {
        writeln!(text, "{account}\t{cluster}")?;
    }
    Ok(std::fs::write(folder.join("planted.clusters"), text)?)
}

/// The cluster of each account, in shuffled order: most are of some size by a power law, a quarter
/// of them alone.
fn clusters(rng: &mut Rng) -> Vec<u32> {
    let mut cluster = Vec::new();
    let mut next = 0;
    while cluster.len() < ACCOUNTS as usize * 3 / 4 {
        let size = (4.0 * exp(-ln(1.0 - rng.unit()) / 1.3)) as u32;
        cluster.extend((0..size.min(LARGEST)).map(|_| next));
        next += 1;
    }
    let alone = (ACCOUNTS as usize).saturating_sub(cluster.len()) as u32;
    cluster.extend(next..next + alone);
    cluster.truncate(ACCOUNTS as usize);
    for i in (1..cluster.len()).rev() {
        cluster.swap(i, rng.below(i as u64 + 1) as usize);
    }
    cluster
}

/// Seven in ten links inside clusters, strong ones; two at random and one at a hub, weak ones.
fn links(cluster: &[u32], rng: &mut Rng) -> Vec<Edge> {
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); ACCOUNTS as usize];
    for (account, cluster) in (0_u32..).zip(cluster) {
        members[*cluster as usize].push(account);
    }
    let hubs: Vec<u32> = (0..40).map(|_| rng.below(u64::from(ACCOUNTS)) as u32).collect();
    let mut known = BTreeSet::new();
    let mut edges = Vec::with_capacity(LINKS);
    while edges.len() < LINKS {
        let a = rng.below(u64::from(ACCOUNTS)) as u32;
        let kind = rng.below(10);
        let fellows = &members[cluster[a as usize] as usize];
        let b = match kind {
            0..7 => rng.pick(fellows),
            7..9 => rng.below(u64::from(ACCOUNTS)) as u32,
            _ => rng.pick(&hubs),
        };
        if a != b && known.insert((a.min(b), a.max(b))) {
            let weight = rng.lognormal(if kind < 7 { 3.0 } else { 1.0 }, 0.6);
            edges.push((a.min(b), a.max(b), weight.clamp(0.5, 12.0) as f32));
        }
    }
    edges
}

/// Reads a file of edges and makes the graph.
fn read(path: &str) -> Outcome<Graph> {
    let text = std::fs::read_to_string(path)?;
    let mut edges: Vec<Edge> = Vec::new();
    for line in text.lines() {
        let mut fields = line.split('\t');
        let mut field = || fields.next().ok_or("a line has too few fields");
        let (a, b) = (field()?.parse()?, field()?.parse()?);
        edges.push((a, b, field().map_or(Ok(1.0), str::parse)?));
    }
    let nodes = edges.iter().map(|e| e.0.max(e.1) as usize + 1).max().unwrap_or(0);
    let start = Instant::now();
    let graph = Graph::new(nodes, &edges);
    println!("{} nodes, {} links, graph in {:.3} ms", nodes, graph.edges(), ms(start));
    Ok(graph)
}

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

fn run(edges: &str, args: &[String]) -> Outcome<()> {
    let graph = read(edges)?;
    let arg = |i: usize, otherwise: &'static str| args.get(i).map_or(otherwise, String::as_str);
    let (resolution, seed) = (arg(0, "1").parse()?, arg(1, "1").parse()?);
    let (passes, runs): (u32, u32) = (arg(2, "2").parse()?, arg(3, "1").parse()?);
    for _ in 0..runs.max(1) {
        let start = Instant::now();
        let found = leiden(&graph, resolution, passes, seed);
        println!(
            "{:.3} ms, quality {}, {} communities",
            ms(start),
            found.quality,
            found.communities
        );
        if let Some(file) = args.get(4) {
            write_members(file, &found)?;
        }
    }
    Ok(())
}

fn serve(edges: &str) -> Outcome<()> {
    let graph = read(edges)?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let fields: Vec<&str> = line.split(' ').collect();
        let [resolution, seed, passes, members] = fields[..] else {
            return Err("a request has four fields".into());
        };
        let (resolution, seed, passes) = (resolution.parse()?, seed.parse()?, passes.parse()?);
        let start = Instant::now();
        let found = leiden(&graph, resolution, passes, seed);
        let took = ms(start);
        write_members(members, &found)?;
        println!("{took} {} {}", found.quality, found.communities);
        std::io::stdout().flush()?;
    }
    Ok(())
}

fn write_members(file: &str, found: &Partition) -> Outcome<()> {
    let lines: String = found.community.iter().map(|c| format!("{c}\n")).collect();
    Ok(std::fs::write(file, lines)?)
}

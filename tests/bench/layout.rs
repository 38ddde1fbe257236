//! Lays out a graph and writes the places, to be judged by `tests/bench/peers/igraph_layout.py`.
//!
//! After `cargo bench --no-default-features --bench layout --`:
//!
//! ```text
//! make EDGES [NODES LINKS]   writes the benchmark graph, "a<TAB>b" a line
//! EDGES PLACES [RUNS]        writes "node<TAB>x<TAB>y" a line, in px
//! ```

#![allow(clippy::print_stdout, reason = "a bench prints its times")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::time::Instant;

use stillwatch::model::rng::Rng;
use stillwatch::network::community::Graph;
use stillwatch::network::layout::{Point, Request, Simulation, quality};

type Pairs = BTreeSet<(u32, u32)>;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let number = |at: usize, other: u32| args.get(at).and_then(|a| a.parse().ok()).unwrap_or(other);
    match args.as_slice() {
        [make, edges, ..] if make == "make" => {
            let pairs = benchmark(number(2, 24_000), number(3, 100_000) as usize, 7);
            let mut text = String::new();
            for (a, b) in pairs {
                writeln!(text, "{a}\t{b}")?;
            }
            fs::write(edges, text)?;
        }
        [edges, places, ..] => {
            let (ids, graph) = read(&fs::read_to_string(edges)?);
            let found = measure(&graph, number(2, 1));
            let mut text = String::new();
            for (id, p) in ids.iter().zip(found) {
                writeln!(text, "{id}\t{}\t{}", p[0], p[1])?;
            }
            fs::write(places, text)?;
        }
        _ => println!("make EDGES | EDGES PLACES [RUNS]"),
    }
    Ok(())
}

/// Lays out `runs` times and prints the median time last.
fn measure(graph: &Graph, runs: u32) -> Vec<Point> {
    let mut times = Vec::new();
    let mut longest = Vec::new();
    let mut places = Vec::new();
    for _ in 0..runs.max(1) {
        let start = Instant::now();
        let mut simulation = Simulation::new(Request::new(graph, 1));
        let mut steps = Vec::new();
        let mut more = true;
        while more {
            let begin = Instant::now();
            more = simulation.step();
            steps.push(begin.elapsed().as_secs_f64() * 1e3);
        }
        places = simulation.positions();
        times.push(start.elapsed().as_secs_f64() * 1e3);
        steps.sort_by(f64::total_cmp);
        longest.push((steps.len(), steps[steps.len() / 2], steps[steps.len() - 1]));
    }
    times.sort_by(f64::total_cmp);
    let (steps, usual, most) = longest[longest.len() / 2];
    println!("stress {:.4}", quality::stress(graph, &places, 100, 5));
    println!("neighbours {:.4}", quality::neighbours(graph, &places));
    println!("{steps} steps, median {usual:.2} ms, longest {most:.2} ms");
    let time = times[times.len() / 2];
    println!("{} nodes {} links {time:.2} ms", graph.len(), graph.edges());
    places
}

/// Names of the nodes, ascending, and the graph of an edge list, every weight 1.
fn read(text: &str) -> (Vec<u64>, Graph) {
    let pair = |line: &str| -> Option<(u64, u64)> {
        let mut words = line.split_whitespace().map(|w| w.parse().ok());
        Some((words.next()??, words.next()??))
    };
    let raw: Vec<(u64, u64)> = text.lines().filter_map(pair).collect();
    let ids: BTreeSet<u64> = raw.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let number: BTreeMap<u64, u32> = ids.iter().copied().zip(0..).collect();
    let named = raw.iter().map(|(a, b)| (number[a.min(b)], number[a.max(b)]));
    let pairs: Pairs = named.filter(|(a, b)| a != b).collect();
    let edges: Vec<(u32, u32, f32)> = pairs.iter().map(|(a, b)| (*a, *b, 1.0)).collect();
    (ids.into_iter().collect(), Graph::new(number.len(), &edges))
}

/// Clusters of 5 to 1,600 accounts with a heavy tail, a random tie for every fifth account, and
/// shared cards of up to 400 accounts.
fn benchmark(nodes: u32, links: usize, seed: u64) -> Pairs {
    let mut rng = Rng::new(&[seed]);
    let mut pairs = Pairs::new();
    let clusters = clusters(nodes, &mut rng);
    for hub in 0..links as u32 / 500 {
        let (first, size) = rng.pick(&clusters);
        let card = (hub * 7_919) % nodes;
        for _ in 0..(10.0 * rng.exponential(0.9).exp()).min(400.0) as u32 {
            let stray = rng.chance(0.05);
            let member = first + rng.below(size.into()) as u32;
            add(&mut pairs, card, if stray { rng.below(nodes.into()) as u32 } else { member });
        }
    }
    for fifth in 0..nodes / 5 {
        add(&mut pairs, rng.below(nodes.into()) as u32, fifth * 5);
    }
    while pairs.len() < links {
        let node = rng.below(nodes.into()) as u32;
        let (first, size) = clusters[clusters.partition_point(|c| c.0 <= node) - 1];
        // Half the ties of a member are to those that came about when it did.
        let reach = u64::from(size).min(20 + rng.below(60));
        let low = first.max(node.saturating_sub(reach as u32 / 2));
        let near = (low + rng.below(reach) as u32).min(first + size - 1);
        let any = first + rng.below(size.into()) as u32;
        add(&mut pairs, node, if rng.chance(0.5) { near } else { any });
    }
    pairs
}

/// First node and size of each cluster.
fn clusters(nodes: u32, rng: &mut Rng) -> Vec<(u32, u32)> {
    let mut clusters = Vec::new();
    let mut first = 0;
    while first < nodes {
        let left = nodes - first;
        let size = (8.0 * rng.exponential(1.1).exp()).min(1_600.0) as u32;
        let size = if left < 10 { left } else { size.clamp(5, left) };
        clusters.push((first, size));
        first += size;
    }
    clusters
}

fn add(pairs: &mut Pairs, a: u32, b: u32) {
    if a != b {
        pairs.insert((a.min(b), a.max(b)));
    }
}

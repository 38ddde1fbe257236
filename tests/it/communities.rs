//! Communities, weak points and paths agree with igraph and leidenalg:
//! tests/independent/communities.py wrote what they must give, and with which versions.

use serde_json::Value;
use stillwatch::network::community::path::path;
use stillwatch::network::community::weak::weak;
use stillwatch::network::community::{Graph, leiden};

/// Runs whose best is compared, as many as theirs.
const SEEDS: u64 = 20;

fn worlds() -> Vec<Value> {
    let text = include_str!("golden/communities.json");
    let truth: Value = serde_json::from_str(text).expect("the file is JSON");
    truth["worlds"].as_array().expect("a list").clone()
}

fn node(value: &Value) -> u32 {
    u32::try_from(value.as_u64().expect("a node")).expect("few nodes")
}

fn real(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn graph_of(world: &Value) -> Graph {
    let edges: Vec<(u32, u32, f32)> = list(&world["edges"])
        .iter()
        .map(|e| (node(&e[0]), node(&e[1]), real(&e[2]) as f32))
        .collect();
    Graph::new(node(&world["nodes"]) as usize, &edges)
}

#[test]
fn quality_is_what_leidenalg_says_and_the_best_of_twenty_is_as_good() {
    for world in worlds() {
        let graph = graph_of(&world);
        for run in list(&world["runs"]) {
            let name = format!("{} at {}", world["name"], run["resolution"]);
            let resolution = real(&run["resolution"]);
            let members: Vec<u32> = list(&run["members"]).iter().map(node).collect();
            let theirs = real(&run["igraph"]);
            let same = graph.quality(&members, resolution);
            assert!((same - theirs).abs() < 1e-6 * theirs, "{name}: {same} is not {theirs}");
            let ours = (0..SEEDS).map(|seed| leiden(&graph, resolution, 10, seed).quality);
            let ours = ours.fold(f64::NEG_INFINITY, f64::max);
            let other = real(&run["leidenalg"]);
            println!("{name}: ours {ours:.4} igraph {theirs:.4} leidenalg {other:.4}");
            assert!(ours >= theirs - 1e-3 * theirs, "{name}: {ours} is below igraph's {theirs}");
            assert!(ours >= other - 4e-3 * other, "{name}: {ours} is below leidenalg's {other}");
        }
    }
}

#[test]
fn weak_points_are_those_of_igraph() {
    for world in worlds() {
        let graph = graph_of(&world);
        let all: Vec<u32> = (0..node(&world["nodes"])).collect();
        let found = weak(&graph, &all, |_| true);
        let points: Vec<u32> = found.points.iter().map(|p| p.node).collect();
        let want: Vec<u32> = list(&world["articulation points"]).iter().map(node).collect();
        assert_eq!(points, want, "{}", world["name"]);
        let bridges: Vec<(u32, u32)> = found.bridges.iter().map(|b| b.ends).collect();
        let want: Vec<(u32, u32)> =
            list(&world["bridges"]).iter().map(|b| (node(&b[0]), node(&b[1]))).collect();
        assert_eq!(bridges, want, "{}", world["name"]);
    }
}

#[test]
fn paths_have_as_many_steps_as_those_of_igraph() {
    for world in worlds() {
        let graph = graph_of(&world);
        let all: Vec<u32> = (0..node(&world["nodes"])).collect();
        for row in list(&world["distances"]) {
            let steps = path(&graph, &all, node(&row[0]), node(&row[1]));
            assert_eq!(steps.map(|s| s.len() as u64), row[2].as_u64(), "{} {row}", world["name"]);
        }
    }
}

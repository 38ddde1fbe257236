use super::quality::{neighbours, stress};
use super::*;
use crate::model::rng::Rng;
use crate::network::community::Graph;

fn run(request: Request) -> Vec<Point> {
    layout(request, &Progress::default()).expect("nobody cancels")
}

/// Clusters of 40 with sparse ties between them.
fn clusters(count: u32, seed: u64) -> Graph {
    let mut rng = Rng::new(&[seed]);
    let mut edges = Vec::new();
    for node in 0..40 * count {
        let first = node / 40 * 40;
        for _ in 0..3 {
            edges.push((node, first + rng.below(40) as u32, 1.0));
        }
        if rng.chance(0.05) {
            edges.push((node, rng.below(u64::from(40 * count)) as u32, 1.0));
        }
    }
    Graph::new(40 * count as usize, &edges)
}

fn star(leaves: u32) -> Graph {
    let edges: Vec<(u32, u32, f32)> = (1..=leaves).map(|i| (0, i, 1.0)).collect();
    Graph::new(leaves as usize + 1, &edges)
}

fn far(a: Point, b: Point) -> f32 {
    let d = [a[0] - b[0], a[1] - b[1]];
    (d[0] * d[0] + d[1] * d[1]).sqrt()
}

/// Pairs of discs of this radius that overlap, by sweeping along x.
fn overlaps(places: &[Point], radius: f32) -> usize {
    let mut sorted = places.to_vec();
    sorted.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let near = |i: usize| {
        let rest = &sorted[i + 1..];
        let beside = rest.iter().take_while(|p| p[0] - sorted[i][0] < 2.0 * radius);
        beside.filter(|p| far(**p, sorted[i]) < 2.0 * radius).count()
    };
    (0..sorted.len()).map(near).sum()
}

fn sound(places: &[Point]) -> bool {
    places.iter().flatten().all(|x| x.is_finite())
}

fn in_threads(threads: usize, graph: &Graph) -> Vec<Point> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
    pool.install(|| run(Request::new(graph, 3)))
}

#[test]
fn the_number_of_threads_changes_no_bit_and_the_seed_does() {
    let graph = clusters(30, 1);
    let one = in_threads(1, &graph);
    assert_eq!(one, in_threads(2, &graph));
    assert_eq!(one, in_threads(5, &graph));
    assert_ne!(one, run(Request::new(&graph, 4)));
}

#[test]
fn no_discs_overlap_in_the_end() {
    assert_eq!(overlaps(&run(Request::new(&clusters(25, 2), 1)), RADIUS_PX), 0);
}

#[test]
fn a_hub_lies_in_the_middle_of_its_leaves_which_do_not_overlap() {
    let places = run(Request::new(&star(5_000), 1));
    assert!(sound(&places));
    assert_eq!(overlaps(&places, RADIUS_PX), 0);
    let reach = places.iter().map(|p| far(*p, places[0])).fold(0.0, f32::max);
    assert!(reach < 1_000.0, "{reach}");
    let mean = |axis: usize| places.iter().map(|p| p[axis]).sum::<f32>() / places.len() as f32;
    assert!(far([mean(0), mean(1)], places[0]) < 0.05 * reach);
}

#[test]
fn a_clique_and_no_links_and_no_nodes_are_laid_out() {
    let pairs = (0..150).flat_map(|a| (0..a).map(move |b| (a, b, 1.0)));
    let clique = Graph::new(150, &pairs.collect::<Vec<_>>());
    for graph in [clique, Graph::new(500, &[]), Graph::new(0, &[]), Graph::new(3, &[(1, 1, 1.0)])] {
        let places = run(Request::new(&graph, 1));
        assert_eq!(places.len(), graph.len());
        assert!(sound(&places));
        assert_eq!(overlaps(&places, RADIUS_PX), 0);
    }
}

#[test]
fn inputs_that_are_no_numbers_do_no_harm() {
    let graph = clusters(4, 3);
    let radii = [f32::NAN, -1.0, f32::INFINITY, 0.0];
    let start = [Some([f32::NAN, 0.0]), Some([f32::INFINITY, 1.0]), Some([5.0, 5.0])];
    let request = Request { radii: &radii, start: &start, ..Request::new(&graph, 1) };
    assert!(sound(&run(request)));
}

#[test]
fn components_do_not_overlap() {
    let mut edges = Vec::new();
    let mut first = 0;
    let mut parts = Vec::new();
    for size in (2..40_u32).rev() {
        edges.extend((1..size).map(|i| (first + i, first + i / 2, 1.0)));
        parts.push(first as usize..(first + size) as usize);
        first += size;
    }
    let places = run(Request::new(&Graph::new(first as usize, &edges), 1));
    let boxes: Vec<(Point, Point)> = parts.into_iter().map(|p| fit::bounds(&places[p])).collect();
    for (i, a) in boxes.iter().enumerate() {
        for b in &boxes[..i] {
            let apart = (0..2).any(|axis| a.1[axis] < b.0[axis] || b.1[axis] < a.0[axis]);
            assert!(apart, "{a:?} {b:?}");
        }
    }
}

#[test]
fn nodes_that_stay_do_not_move_when_others_go() {
    let graph = clusters(20, 4);
    let before = run(Request::new(&graph, 1));
    let kept: Vec<u32> = (0..graph.len() as u32).filter(|n| n % 7 != 0).collect();
    let mut edges = Vec::new();
    for (i, node) in (0_u32..).zip(&kept) {
        for link in graph.links(*node) {
            if let Ok(j) = kept.binary_search(&link.to) {
                edges.push((i, j as u32, 0.5));
            }
        }
    }
    let start: Vec<Option<Point>> = kept.iter().map(|n| Some(before[*n as usize])).collect();
    let smaller = Graph::new(kept.len(), &edges);
    let after = run(Request { start: &start, ..Request::new(&smaller, 1) });
    for (place, start) in after.iter().zip(&start) {
        assert_eq!(Some(*place), *start);
    }
}

#[test]
fn new_nodes_start_near_their_neighbours_and_the_others_hardly_move() {
    let graph = clusters(20, 5);
    let before = run(Request::new(&graph, 1));
    let is_new = |n: usize| n % 10 == 3;
    let start: Vec<Option<Point>> =
        before.iter().enumerate().map(|(n, p)| (!is_new(n)).then_some(*p)).collect();
    let after = run(Request { start: &start, ..Request::new(&graph, 1) });
    assert_eq!(overlaps(&after, RADIUS_PX), 0);
    let (low, high) = fit::bounds(&before);
    let size = far(low, high);
    for n in 0..graph.len() {
        let limit = if is_new(n) { 0.5 } else { 0.05 };
        assert!(far(after[n], before[n]) < limit * size, "{n}");
    }
}

#[test]
fn pinned_nodes_stay_where_they_are() {
    let graph = clusters(10, 6);
    let mut start = vec![None; graph.len()];
    let mut pinned = vec![false; graph.len()];
    for (i, at) in [(7, [10.0, -20.0]), (90, [900.0, 40.0]), (311, [15.0, -20.0])] {
        start[i] = Some(at);
        pinned[i] = true;
    }
    let after = run(Request { start: &start, pinned: &pinned, ..Request::new(&graph, 1) });
    for (place, start) in after.iter().zip(&start) {
        assert!(start.is_none_or(|start| start == *place));
    }
}

#[test]
fn clusters_come_out_much_better_than_at_random_or_on_a_circle() {
    let graph = clusters(20, 7);
    let ours = run(Request::new(&graph, 1));
    let mut rng = Rng::new(&[9]);
    let random: Vec<Point> = ours.iter().map(|_| [rng.unit() as f32, rng.unit() as f32]).collect();
    let circle: Vec<Point> = overlap::Spiral::default().zip(&ours).map(|(way, _)| way).collect();
    for other in [random, circle] {
        assert!(stress(&graph, &ours, 50, 1) < 0.7 * stress(&graph, &other, 50, 1));
        assert!(neighbours(&graph, &ours) > 5.0 * neighbours(&graph, &other));
    }
}

#[test]
fn a_layout_can_be_asked_for_at_any_step_and_stopped() {
    let graph = clusters(12, 8);
    let mut simulation = Simulation::new(Request::new(&graph, 1));
    let mut last = 0.0;
    while simulation.step() {
        assert!(sound(&simulation.positions()));
        assert!(simulation.progress() >= last, "{last} {}", simulation.progress());
        last = simulation.progress();
    }
    assert!(simulation.is_settled() && simulation.progress() == 1.0);
    assert_eq!(simulation.positions(), run(Request::new(&graph, 1)));
    let progress = Progress::default();
    progress.cancel();
    assert_eq!(layout(Request::new(&graph, 1), &progress), Err(Cancelled));
}

#[test]
fn opening_a_community_keeps_the_others_near_their_places() {
    let graph = clusters(8, 9);
    let community: Vec<u32> = (0..graph.len() as u32).map(|n| n / 40).collect();
    let closed = fold(&graph, &community, &[], &[]);
    assert_eq!(closed.graph.len(), 8);
    let places = run(Request { radii: &closed.radii, ..Request::new(&closed.graph, 1) });
    let opened = fold(&graph, &community, &[false, true], &[]);
    assert_eq!(opened.graph.len(), 47);
    let start = opened
        .start_from(&closed, &places, &graph, 1, &Progress::default())
        .expect("nobody cancels");
    let radii = &opened.radii;
    let after = run(Request { radii, start: &start, ..Request::new(&opened.graph, 1) });
    for (node, members) in opened.members.iter().enumerate() {
        let old = places[closed.of[members[0] as usize] as usize];
        let moved = far(after[node], old);
        assert!(moved < 400.0, "{node} {moved}");
    }
}

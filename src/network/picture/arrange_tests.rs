use proptest::prelude::*;

use super::*;
use crate::model::rng::Rng;

fn run(nodes: &[Disc], lines: &[Line]) -> Vec<Point> {
    arrange(nodes, lines, 1, &Progress::default()).expect("nobody cancels")
}

fn disc(home: Option<u32>, radius: f32) -> Disc {
    Disc { home, radius, ..Disc::default() }
}

/// A large disc and as many indicators around it, in one home.
fn star(nodes: &mut Vec<Disc>, lines: &mut Vec<Line>, home: u32, indicators: u32) -> u32 {
    let hub = nodes.len() as u32;
    nodes.push(disc(Some(home), 14.0 + home as f32));
    for i in 1..=indicators {
        nodes.push(disc(Some(home), 11.0));
        lines.push((hub, hub + i, 1.0));
    }
    hub
}

/// Nine stars, loose nodes that tie some of them, and two that tie nothing.
fn picture() -> (Vec<Disc>, Vec<Line>) {
    let (mut nodes, mut lines) = (Vec::new(), Vec::new());
    let hubs: Vec<u32> = (0..9).map(|h| star(&mut nodes, &mut lines, h, 4 + h % 5)).collect();
    for ties in [&[0, 1][..], &[1, 2, 4], &[5, 6], &[], &[]] {
        for hub in ties {
            lines.push((hubs[*hub], nodes.len() as u32, 1.0));
        }
        nodes.push(disc(None, 11.0));
    }
    (nodes, lines)
}

fn far(a: Point, b: Point) -> f32 {
    fan::distance(a, b)
}

fn started(nodes: &[Disc], places: &[Point]) -> Vec<Disc> {
    nodes.iter().zip(places).map(|(d, p)| Disc { start: Some(*p), ..*d }).collect()
}

/// The discs of homes and of nodes without one.
fn bodies(nodes: &[Disc], places: &[Point]) -> Vec<(Point, f32)> {
    let plan = Plan::new(nodes, &[]);
    let body = |members: &Vec<u32>| {
        let own: Vec<Point> = members.iter().map(|i| places[*i as usize]).collect();
        around(&own, &pick(nodes, members))
    };
    plan.members.iter().map(body).collect()
}

fn overlaps(discs: &[(Point, f32)]) -> usize {
    let near = |i: usize, j: usize| far(discs[i].0, discs[j].0) < discs[i].1 + discs[j].1;
    (0..discs.len()).map(|i| (0..i).filter(|j| near(i, *j)).count()).sum()
}

fn discs(nodes: &[Disc], places: &[Point]) -> Vec<(Point, f32)> {
    places.iter().zip(nodes).map(|(p, d)| (*p, sound(d).radius)).collect()
}

fn finite(places: &[Point]) -> bool {
    places.iter().flatten().all(|x| x.is_finite())
}

fn size(places: &[Point]) -> [f32; 2] {
    let of = |axis: usize| {
        let all = || places.iter().map(|p| p[axis]);
        all().fold(f32::MIN, f32::max) - all().fold(f32::MAX, f32::min)
    };
    [of(0), of(1)]
}

#[test]
fn homes_and_loose_nodes_keep_out_of_each_other() {
    let (nodes, lines) = picture();
    let places = run(&nodes, &lines);
    assert_eq!(overlaps(&bodies(&nodes, &places)), 0);
    assert_eq!(overlaps(&discs(&nodes, &places)), 0);
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let (nodes, lines) = picture();
    let in_threads = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| run(&nodes, &lines))
    };
    assert_eq!(in_threads(1), in_threads(2));
    assert_eq!(in_threads(1), in_threads(5));
}

#[test]
fn a_star_is_even_by_angle_and_its_lines_leave_room_for_names() {
    for (count, radius) in [(5, 30.0), (9, 13.0)] {
        let mut nodes = vec![disc(Some(7), radius)];
        nodes.extend((0..count).map(|_| disc(Some(7), 11.0)));
        let lines: Vec<Line> = (1..=count).map(|i| (0, i, i as f32)).collect();
        let places = run(&nodes, &lines);
        let side = far(places[1], places[2]);
        for i in 1..=count as usize {
            let free = far(places[0], places[i]) - radius - 11.0;
            assert!((55.0..75.0).contains(&free), "{free}");
            let next = places[i % count as usize + 1];
            assert!((far(places[i], next) - side).abs() < 0.1);
        }
    }
}

#[test]
fn accounts_lie_close_around_their_indicator() {
    let mut nodes = vec![disc(Some(0), 11.0)];
    nodes.extend((0..12).map(|_| disc(Some(0), 4.5)));
    let lines: Vec<Line> = (1..=12).map(|i| (0, i, 1.0)).collect();
    let places = run(&nodes, &lines);
    assert!(places[1..].iter().all(|p| (28.0..33.0).contains(&far(*p, places[0]))));
}

#[test]
fn a_loose_node_lies_between_the_homes_that_it_ties() {
    let (nodes, lines) = picture();
    let places = run(&nodes, &lines);
    let all = bodies(&nodes, &places);
    let (a, b, between) = (all[0], all[1], all[9]);
    for home in [a, b] {
        let free = far(home.0, between.0) - home.1 - between.1;
        assert!((MARGIN_PX..250.0).contains(&free), "{free}");
    }
    assert!(far(a.0, between.0).max(far(b.0, between.0)) < far(a.0, b.0));
}

#[test]
fn homes_without_lines_lie_in_rows_the_largest_first_about_as_wide_as_a_window() {
    let nodes: Vec<Disc> = (0..300).map(|h| disc(Some(h), 10.0 + (h % 20) as f32)).collect();
    let places = run(&nodes, &[]);
    let [width, height] = size(&places);
    assert!((1.2..1.8).contains(&(width / height)), "{width} {height}");
    let low = |radius: f32| {
        let of = nodes.iter().zip(&places).filter(|(d, _)| d.radius == radius);
        of.map(|(_, p)| p[1]).fold(f32::MAX, f32::min)
    };
    assert!(low(29.0) < low(10.0));
}

#[test]
fn a_picture_with_starts_stays_to_the_bit() {
    let (nodes, lines) = picture();
    let places = run(&nodes, &lines);
    assert_eq!(run(&started(&nodes, &places), &lines), places);
}

/// Star 2 opened: accounts instead of its large disc. Everything else starts where it was.
fn opened() -> (Vec<Disc>, Vec<Line>) {
    let (nodes, lines) = picture();
    let places = run(&nodes, &lines);
    let hub = nodes.iter().position(|d| d.home == Some(2)).expect("a star") as u32;
    let mut nodes = started(&nodes, &places);
    let mut rng = Rng::new(&[3]);
    let mut lines: Vec<Line> = lines.into_iter().filter(|l| l.0 != hub).collect();
    nodes[hub as usize] = Disc { radius: 4.5, start: None, ..nodes[hub as usize] };
    for _ in 0..40 {
        for _ in 0..2 {
            lines.push((nodes.len() as u32, hub + 1 + rng.below(6) as u32, 1.0));
        }
        nodes.push(disc(Some(2), 4.5));
    }
    (nodes, lines)
}

#[test]
fn when_a_home_is_opened_the_others_barely_move() {
    let (nodes, lines) = opened();
    let places = run(&nodes, &lines);
    assert_eq!(overlaps(&bodies(&nodes, &places)), 0);
    assert_eq!(overlaps(&discs(&nodes, &places)), 0);
    for (disc, place) in nodes.iter().zip(&places) {
        let moved = disc.start.map_or(0.0, |start| far(start, *place));
        assert!(moved < 60.0, "{moved}");
    }
}

#[test]
fn a_home_moves_as_a_whole() {
    let (mut nodes, lines) = picture();
    let before = run(&nodes, &lines);
    nodes = started(&nodes, &before);
    // One star grows by a node far out.
    let hub = nodes.iter().position(|d| d.home == Some(4)).expect("a star");
    let out = [before[hub][0] + 200.0, before[hub][1]];
    nodes.push(Disc { start: Some(out), ..disc(Some(4), 11.0) });
    let after = run(&nodes, &lines);
    for home in (0..9).filter(|h| *h != 4) {
        let own = (0..before.len()).filter(|i| nodes[*i].home == Some(home));
        let by: Vec<Point> =
            own.map(|i| [after[i][0] - before[i][0], after[i][1] - before[i][1]]).collect();
        assert!(by.iter().all(|b| far(*b, by[0]) < 1e-2), "{home} {by:?}");
    }
    assert_eq!(overlaps(&bodies(&nodes, &after)), 0);
}

#[test]
fn pinned_nodes_do_not_move_at_all_and_hold_their_homes() {
    let (nodes, lines) = picture();
    let mut again = started(&nodes, &run(&nodes, &lines));
    for i in [0, 1, 20] {
        again[i].pinned = true;
        again[i].start = Some([17.1 * i as f32, 33.3]);
    }
    let alone: Vec<Disc> =
        again.iter().map(|d| Disc { start: d.start.filter(|_| d.pinned), ..*d }).collect();
    for nodes in [again, alone] {
        let places = run(&nodes, &lines);
        for (disc, place) in nodes.iter().zip(&places).filter(|(d, _)| d.pinned) {
            assert_eq!(disc.start, Some(*place));
        }
    }
}

#[test]
fn a_new_node_lies_beside_what_it_is_tied_to() {
    let (nodes, mut lines) = picture();
    let mut nodes = started(&nodes, &run(&nodes, &lines));
    lines.push((0, nodes.len() as u32, 1.0));
    nodes.push(disc(nodes[0].home, 11.0));
    let places = run(&nodes, &lines);
    assert!(far(places[0], places[nodes.len() - 1]) < 150.0);
}

#[test]
fn what_is_no_number_does_no_harm() {
    let nan = f32::NAN;
    let odd = |home, radius, start| Disc { home, radius, start, pinned: true };
    let nodes = [
        odd(Some(u32::MAX), nan, Some([nan, 0.0])),
        odd(Some(0), f32::INFINITY, Some([1.0, f32::INFINITY])),
        odd(Some(0), -3.0, Some([1e30, 0.0])),
        odd(None, 0.0, Some([5.0, 5.0])),
        odd(None, 1.0, Some([5.0, 5.0])),
    ];
    let lines = [(0, 0, 1.0), (0, 99, 1.0), (u32::MAX, 1, 1.0), (1, 3, nan), (2, 3, f32::MAX)];
    assert!(finite(&run(&nodes, &lines)));
    assert_eq!(run(&[], &lines), Vec::<Point>::new());
    assert!(finite(&run(&nodes[..1], &lines)));
}

#[test]
fn a_hub_with_very_many_leaves_lies_in_their_middle() {
    let nodes = vec![disc(None, 11.0); 8_001];
    let lines: Vec<Line> = (1..=8_000).map(|i| (0, i, 1.0)).collect();
    let places = run(&nodes, &lines);
    let reach = places.iter().map(|p| far(*p, places[0])).fold(0.0, f32::max);
    assert!(finite(&places) && reach < 6_000.0, "{reach}");
}

#[test]
fn very_large_homes_and_very_many_homes_are_placed() {
    let one: Vec<Disc> = vec![disc(Some(1), 4.5); 3_000];
    assert_eq!(overlaps(&discs(&one, &run(&one, &[]))), 0);
    let many: Vec<Disc> = (0..700).map(|h| disc(Some(h), 13.0)).collect();
    assert_eq!(overlaps(&bodies(&many, &run(&many, &[]))), 0);
    let pairs = (0..150).flat_map(|a| (0..a).map(move |b| (a, b, 1.0)));
    let clique = vec![disc(Some(1), 4.5); 150];
    assert_eq!(overlaps(&discs(&clique, &run(&clique, &pairs.collect::<Vec<_>>()))), 0);
}

#[test]
fn it_stops_when_asked() {
    let (nodes, lines) = picture();
    let progress = Progress::default();
    progress.cancel();
    assert_eq!(arrange(&nodes, &lines, 1, &progress), Err(Cancelled));
}

fn any_disc() -> impl Strategy<Value = Disc> {
    let start = prop::option::of(prop::array::uniform2(-300.0_f32..300.0));
    (prop::option::of(0_u32..5), 1.0_f32..30.0, start, prop::bool::weighted(0.1))
        .prop_map(|(home, radius, start, pinned)| Disc { home, radius, start, pinned })
}

proptest! {
    #[test]
    fn whatever_comes_nothing_overlaps_unless_pinned(
        nodes in prop::collection::vec(any_disc(), 0..40),
        lines in prop::collection::vec((0_u32..45, 0_u32..45, 0.1_f32..9.0), 0..60),
    ) {
        let places = run(&nodes, &lines);
        prop_assert_eq!(places.len(), nodes.len());
        prop_assert!(finite(&places));
        for (disc, place) in nodes.iter().zip(&places).filter(|(d, _)| d.pinned) {
            prop_assert!(disc.start.is_none_or(|start| start == *place));
        }
        let free: Vec<Disc> = nodes.iter().map(|d| Disc { pinned: false, ..*d }).collect();
        let places = run(&free, &lines);
        prop_assert_eq!(overlaps(&bodies(&free, &places)), 0);
        prop_assert_eq!(overlaps(&discs(&free, &places)), 0);
    }
}

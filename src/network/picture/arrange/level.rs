//! One level of the picture: discs and lines, with or without places from before.

use super::fan::{self, Fans};
use super::gather::gather;
use super::{Disc, Line};
use crate::job::{Cancelled, Progress};
use crate::network::community::Graph;
use crate::network::layout::{COMPONENT_GAP, Point, Request, Simulation};

/// How to place, the same for the whole picture but for the seed.
#[derive(Clone, Copy)]
pub(super) struct How<'a> {
    /// Of the drawing.
    pub seed: u64,
    /// Rounds of drawing together.
    pub rounds: usize,
    /// Whom to ask whether to go on.
    pub progress: &'a Progress,
}

/// Room around every disc, in px; the engine adds its own gap.
pub(super) const ROOM_PX: f32 = 2.0;
/// Less room than that for discs that have starts, or rounding would move them again and again.
const KEPT_PX: f32 = 1.5;
/// Room around a disc with lines, in px.
const TIED_PX: f32 = 6.0;

/// The places of all discs. Where any has a start that is no pin, those with a start stay and the
/// others are fitted in; else everything is drawn anew.
pub(super) fn place(discs: &[Disc], lines: &[Line], how: How) -> Result<Vec<Point>, Cancelled> {
    let graph = Graph::new(discs.len(), lines);
    let keeps = discs.iter().any(|d| d.start.is_some() && !d.pinned);
    let known = if keeps { kept(discs, how)? } else { drawn(discs, &graph, how)? };
    let held: Vec<bool> = if keeps {
        known.iter().map(Option::is_some).collect()
    } else {
        discs.iter().map(|d| d.pinned).collect()
    };
    let mut places = known;
    fan::fill(&graph, discs, &mut places);
    let places = below(discs, lines, places, how)?;
    apart(places, &rooms(discs, ROOM_PX), &held, how)
}

/// The radii of discs with room around them.
fn rooms(discs: &[Disc], room: f32) -> Vec<f32> {
    discs.iter().map(|d| d.radius + room).collect()
}

/// The wanted length of a line in px.
fn length(discs: &[Disc], reach: &[f32], a: usize, b: usize) -> f32 {
    let both = |of: &dyn Fn(usize) -> Option<f32>| of(a).unwrap_or(0.0) + of(b).unwrap_or(0.0);
    both(&|i| reach.get(i).copied()) + fan::gap(both(&|i| discs.get(i).map(|d| d.radius)))
}

/// Discs with a start at their places, moved apart where they have grown.
fn kept(discs: &[Disc], how: How) -> Result<Vec<Option<Point>>, Cancelled> {
    let (numbers, starts): (Vec<usize>, Vec<Point>) =
        discs.iter().enumerate().filter_map(|(i, d)| Some((i, d.start?))).unzip();
    let old: Vec<Disc> = discs.iter().filter(|d| d.start.is_some()).copied().collect();
    let held: Vec<bool> = old.iter().map(|d| d.pinned).collect();
    let mut known = vec![None; discs.len()];
    for (i, place) in numbers.iter().zip(apart(starts, &rooms(&old, KEPT_PX), &held, how)?) {
        known[*i] = Some(place);
    }
    Ok(known)
}

/// Discs drawn by the engine; none for those that lie in fans.
fn drawn(discs: &[Disc], graph: &Graph, how: How) -> Result<Vec<Option<Point>>, Cancelled> {
    let fans = Fans::new(graph, discs);
    let core: Vec<u32> = (0..discs.len() as u32).filter(|i| !fans.has(*i)).collect();
    let own: Vec<Disc> = core.iter().filter_map(|i| discs.get(*i as usize)).copied().collect();
    let reach: Vec<f32> = core
        .iter()
        .zip(&own)
        .map(|(i, disc)| fans.reach(*i, discs).unwrap_or(disc.radius))
        .collect();
    let tied = Graph::new(core.len(), &fans.between(graph, &core));
    let room =
        |(i, reach): (u32, &f32)| reach + if tied.links(i).is_empty() { ROOM_PX } else { TIED_PX };
    let radii: Vec<f32> = (0..).zip(&reach).map(room).collect();
    let start: Vec<Option<Point>> = own.iter().map(|d| d.start).collect();
    let pinned: Vec<bool> = own.iter().map(|d| d.pinned).collect();
    let request =
        Request { radii: &radii, start: &start, pinned: &pinned, graph: &tied, seed: how.seed };
    let places = run(request, how.progress)?;
    let length = |a: u32, b: u32| length(&own, &reach, a as usize, b as usize);
    let places = gather(&tied, length, &radii, &pinned, places, how)?;
    let mut known: Vec<Option<Point>> =
        discs.iter().map(|d| d.start.filter(|_| d.pinned)).collect();
    for (i, place) in core.iter().zip(places) {
        if let Some(known) = known.get_mut(*i as usize) {
            *known = known.or(Some(place));
        }
    }
    Ok(known)
}

/// Draws what is tied to nothing that has a place, below all that has.
fn below(
    discs: &[Disc],
    lines: &[Line],
    mut places: Vec<Option<Point>>,
    how: How,
) -> Result<Vec<Point>, Cancelled> {
    let new: Vec<Disc> =
        discs.iter().zip(&places).filter(|(_, p)| p.is_none()).map(|(d, _)| *d).collect();
    if !new.is_empty() {
        let old = discs.iter().zip(&places).filter_map(|(d, p)| Some((d, (*p)?)));
        let (left, bottom) = old.fold((f32::MAX, f32::MIN), |(left, bottom), (d, p)| {
            (left.min(p[0] - d.radius), bottom.max(p[1] + d.radius))
        });
        let drawn = place(&new, &among(lines, &places), how)?;
        let low = drawn.iter().zip(&new).fold([f32::MAX; 2], |low, (p, d)| {
            [low[0].min(p[0] - d.radius), low[1].min(p[1] - d.radius)]
        });
        let by = [left - low[0], bottom + COMPONENT_GAP - low[1]];
        let mut drawn = drawn.iter().map(|p| [p[0] + by[0], p[1] + by[1]]);
        places.iter_mut().filter(|p| p.is_none()).for_each(|p| *p = drawn.next());
    }
    Ok(places.into_iter().map(Option::unwrap_or_default).collect())
}

/// The lines among what has no place, by its numbers there.
fn among(lines: &[Line], places: &[Option<Point>]) -> Vec<Line> {
    let mut next = 0;
    let seats: Vec<Option<u32>> = places
        .iter()
        .map(|place| {
            let seat = place.is_none().then_some(next);
            next += u32::from(seat.is_some());
            seat
        })
        .collect();
    let seat = |i: u32| seats.get(i as usize).copied().flatten();
    lines.iter().filter_map(|(a, b, w)| Some((seat(*a)?, seat(*b)?, *w))).collect()
}

/// Moves discs apart that overlap; those that are held stay.
pub(super) fn apart(
    places: Vec<Point>,
    radii: &[f32],
    held: &[bool],
    how: How,
) -> Result<Vec<Point>, Cancelled> {
    let graph = Graph::new(places.len(), &[]);
    let start: Vec<Option<Point>> = places.into_iter().map(Some).collect();
    let request = Request { radii, start: &start, pinned: held, graph: &graph, seed: 0 };
    run(request, how.progress)
}

/// The engine to its end. Several run at once, so that none may name phases of `progress`.
fn run(request: Request, progress: &Progress) -> Result<Vec<Point>, Cancelled> {
    let mut simulation = Simulation::new(request);
    loop {
        progress.check()?;
        if !simulation.step() {
            return Ok(simulation.positions());
        }
    }
}

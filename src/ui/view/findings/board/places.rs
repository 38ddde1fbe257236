//! Where each entry is drawn: at its scores, or beside them where others lie there already.

use egui::{Align2, Pos2, Rect, Vec2, vec2};

use crate::model::finding::{Level, Subject};

use super::super::listing::{Entry, Listing};
use super::{Plot, radius};

/// Dots that make room for each other; more lie where they lie.
const SPREAD: usize = 400;
/// Dots that get their number written beside them.
pub(super) const LABELLED: usize = 14;
/// Between a dot and its number, points.
const GAP: f32 = 5.0;

/// Room around dots, points.
#[derive(Clone, Copy)]
struct Room {
    /// Between a number and any other dot: which of two it belongs to is to be seen.
    number: f32,
    /// Between two dots, one of them with a number: the ring around a chosen one covers no other.
    ring: f32,
}

/// As much as there should be, and as much as there must be.
const WIDE: Room = Room { number: 6.0, ring: 5.0 };
const NARROW: Room = Room { number: 1.0, ring: 1.0 };
/// Steps that are tried around a place for a dot with its number, which lead 55 points away, and for a
/// dot alone.
const STEPS: [u16; 2] = [300, 1_200];
/// How far a number may reach over the edge of the board, points.
const OVER: f32 = 4.0;

/// Where an entry is drawn, and its number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// The middle of its dot.
    pub at: Pos2,
    /// Where its number is written, beside the dot.
    pub label: Option<Rect>,
}

impl Place {
    /// With no number.
    fn bare(at: Pos2) -> Self {
        Self { at, label: None }
    }
}

/// Where the number of an entry may stand whose dot lies `at`: left of it, or right.
pub(super) fn labels(at: Pos2, radius: f32, size: Vec2) -> [Rect; 2] {
    let aside = vec2(radius + GAP, 0.0);
    [
        Align2::RIGHT_CENTER.anchor_size(at - aside, size),
        Align2::LEFT_CENTER.anchor_size(at + aside, size),
    ]
}

/// Where the number of a chosen dot is written that has no place for it: over other dots, but on a
/// side where it is seen whole and nothing is `written`, if there is one.
pub(super) fn over(at: Pos2, radius: f32, size: Vec2, written: &[Rect], seen: Rect) -> Rect {
    let [left, right] = labels(at, radius + 2.0, size);
    let aside = vec2(0.0, radius + GAP);
    let above = Align2::CENTER_BOTTOM.anchor_size(at - aside, size);
    let below = Align2::CENTER_TOP.anchor_size(at + aside, size);
    let whole = [left, right, above, below].into_iter().filter(|label| seen.contains_rect(*label));
    let is_free = |label: &Rect| !written.iter().any(|words| words.intersects(*label));
    whole.clone().find(is_free).or_else(|| whole.clone().next()).unwrap_or(right)
}

/// Where each entry is drawn. The ones that deserve a look most come first and get their number
/// written, as large as `size` says, where there is room for it; nobody moves into another quarter, and
/// onto words that are `written` only who finds no other place.
pub(super) fn spread(
    plot: Plot,
    listing: &Listing,
    limit: f64,
    written: &[Rect],
    size: impl Fn(u32) -> Vec2,
) -> Vec<Place> {
    let mut ground = Ground { plot, limit, written, placed: Vec::new() };
    let mut labels = 0;
    for entry in listing.entries.iter().take(SPREAD) {
        let number = match entry.subject {
            Subject::Cluster(id) if entry.level >= Level::Indicative && labels < LABELLED => {
                Some(id)
            }
            _ => None,
        };
        labels += usize::from(number.is_some());
        ground.place(entry, number.map(&size));
    }
    let rest = listing.entries.iter().skip(SPREAD).map(|entry| Place::bare(plot.at(entry)));
    ground.placed.iter().map(|(place, _)| *place).chain(rest).collect()
}

/// What lies on the board by now.
struct Ground<'a> {
    plot: Plot,
    limit: f64,
    written: &'a [Rect],
    /// Each with its radius.
    placed: Vec<(Place, f32)>,
}

impl Ground<'_> {
    /// Places an entry as near to its scores as there is room, with its number if there is room for
    /// both.
    fn place(&mut self, entry: &Entry, size: Option<Vec2>) {
        let (wanted, r) = (self.plot.at(entry), radius(entry));
        // Left of all dots, but for those at an edge.
        let side = size.map(|size| usize::from(!self.holds(labels(wanted, r, size)[0], wanted)));
        let numbered = |at: Pos2| {
            let label = size.zip(side).map(|(size, side)| labels(at, r, size)[side])?;
            Some(Place { at, label: Some(label) })
        };
        let around = |most| steps(most).map(|step| wanted + step);
        let ground = &*self;
        let is_free = |room| move |place: &Place| ground.is_free(place, r, wanted, room);
        let bare = |room| around(STEPS[1]).map(Place::bare).find(is_free(room));
        let with_number = around(STEPS[0]).filter_map(numbered).find(is_free(WIDE));
        let free = with_number.or_else(|| bare(WIDE)).or_else(|| bare(NARROW));
        let free = free.unwrap_or(Place::bare(wanted));
        self.placed.push((free, r));
    }

    /// In which quarter a place lies.
    fn quarter(&self, at: Pos2) -> (bool, bool) {
        (at.x < self.plot.x(self.limit), at.y < self.plot.y(self.limit))
    }

    /// Whether a number has room on the board, in the quarter of its dot.
    fn holds(&self, label: Rect, wanted: Pos2) -> bool {
        self.plot.0.expand(OVER).contains_rect(label)
            && self.quarter(label.center()) == self.quarter(wanted)
    }

    fn is_free(&self, place: &Place, r: f32, wanted: Pos2, room: Room) -> bool {
        let inner = self.plot.0.shrink(r.min(8.0) + 1.0);
        let is_label_free = place.label.is_none_or(|label| {
            self.holds(label, wanted)
                && !self.written.iter().any(|words| words.intersects(label))
                && !self.placed.iter().any(|(other, of)| {
                    label.distance_to_pos(other.at) < *of + room.number
                        || other.label.is_some_and(|taken| taken.intersects(label))
                })
        });
        is_label_free
            && inner.contains(place.at)
            && self.quarter(place.at) == self.quarter(wanted)
            && self.written.iter().all(|words| words.distance_to_pos(place.at) > r)
            && self.placed.iter().all(|(other, of)| {
                let between = if place.label.or(other.label).is_some() { room.ring } else { 1.0 };
                other.at.distance(place.at) >= r + of + between
                    && other
                        .label
                        .is_none_or(|taken| taken.distance_to_pos(place.at) > r + room.number)
            })
    }
}

/// A spiral of steps around a place, the nearest first.
fn steps(most: u16) -> impl Iterator<Item = Vec2> {
    (0..most).map(|i| {
        let (angle, out) = (2.399_963 * f32::from(i), 3.2 * f32::from(i).sqrt());
        out * vec2(angle.cos(), angle.sin())
    })
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::super::tests::entry;
    use super::*;

    fn plot() -> Plot {
        Plot(Rect::from_min_size(pos2(10.0, 10.0), vec2(300.0, 200.0)))
    }

    fn listing(entries: Vec<Entry>) -> Listing {
        Listing { all: entries.len(), entries, ..Listing::default() }
    }

    fn number(id: u32) -> Vec2 {
        vec2(6.0 * id.to_string().len() as f32, 11.0)
    }

    #[test]
    fn dots_make_room_for_each_other_and_their_numbers_in_their_quarter() {
        let listing = listing(vec![entry(0.999, 0.999); 12]);
        let plot = plot();
        let places = spread(plot, &listing, 0.5, &[], number);
        let r = radius(&listing.entries[0]);
        for (i, place) in places.iter().enumerate() {
            assert!(place.at.x >= plot.x(0.5) && place.at.y <= plot.y(0.5), "{place:?}");
            assert!(place.label.is_some() || i >= 4, "room for the first numbers");
            for other in &places[..i] {
                assert!(other.at.distance(place.at) >= 2.0 * r);
                let Some(label) = place.label else { continue };
                assert!(other.label.is_none_or(|taken| !taken.intersects(label)));
                assert!(label.distance_to_pos(other.at) >= r + WIDE.number);
            }
        }
    }

    #[test]
    fn a_dot_with_nothing_beside_it_lies_at_its_scores_and_has_its_number_in_its_quarter() {
        for (coordination, harvesting) in [(0.0, 0.9), (0.5, 0.9), (0.9, 0.0), (0.999, 0.999)] {
            let listing = listing(vec![entry(coordination, harvesting)]);
            let place = spread(plot(), &listing, 0.5, &[], number)[0];
            assert_eq!(place.at, plot().at(&listing.entries[0]));
            let label = place.label.expect("room");
            assert_eq!(label.left() < plot().x(0.5), coordination < 0.5, "{label}");
        }
    }

    #[test]
    fn dots_that_find_no_wide_place_lie_narrowly_and_not_on_each_other() {
        let listing = listing(vec![entry(0.999, 0.999); 60]);
        let places = spread(plot(), &listing, 0.5, &[], number);
        let r = radius(&listing.entries[0]);
        for (i, place) in places.iter().enumerate() {
            for other in &places[..i] {
                assert!(other.at.distance(place.at) >= 2.0 * r, "{place:?} {other:?}");
            }
        }
    }

    #[test]
    fn the_number_of_a_chosen_dot_is_written_beside_words() {
        let (seen, at, size) = (plot().0, pos2(200.0, 100.0), vec2(12.0, 10.0));
        let [left, right] = labels(at, 6.0, size);
        assert_eq!(over(at, 4.0, size, &[], seen), left);
        assert_eq!(over(at, 4.0, size, &[left], seen), right);
        let above = over(at, 4.0, size, &[left, right], seen);
        assert!(above.max.y < at.y - 4.0);
        let below = over(at, 4.0, size, &[left, right, above], seen);
        assert!(below.min.y > at.y + 4.0);
        assert_eq!(over(at, 4.0, size, &[left, right, above, below], seen), left);
        let corner = pos2(seen.left() + 5.0, seen.top() + 5.0);
        assert_eq!(over(corner, 4.0, size, &[], seen), labels(corner, 6.0, size)[1]);
    }

    #[test]
    fn where_there_is_no_room_for_numbers_dots_are_drawn_without() {
        let listing = listing(vec![entry(0.999, 0.999); 12]);
        let huge = |_| vec2(400.0, 11.0);
        let places = spread(plot(), &listing, 0.5, &[], huge);
        assert!(places.iter().all(|place| place.label.is_none()));
        assert!(places[0].at.distance(plot().at(&listing.entries[0])) < 1.0, "at its scores");
    }

    #[test]
    fn dots_and_numbers_leave_the_names_of_the_quarters_free() {
        let plot = plot();
        let words = Rect::from_min_size(pos2(plot.x(0.5) + 5.0, 14.0), vec2(60.0, 34.0));
        let listing = listing(vec![entry(0.55, 0.999); 6]);
        assert!(words.contains(plot.at(&listing.entries[0])), "they would lie on it");
        let r = radius(&listing.entries[0]);
        for place in spread(plot, &listing, 0.5, &[words], number) {
            assert!(words.distance_to_pos(place.at) > r && place.at.x >= plot.x(0.5), "{place:?}");
            assert!(place.label.is_none_or(|label| !label.intersects(words)), "{place:?}");
        }
    }
}

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
/// Steps that are tried around a place for a dot with its number, which lead 45 points away, and for a
/// dot alone.
const STEPS: [u16; 2] = [200, 500];
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
        let numbered = |at: Pos2| {
            let labels = size.into_iter().flat_map(move |size| labels(at, r, size));
            labels.map(move |label| Place { at, label: Some(label) })
        };
        let around = |most| steps(most).map(|step| wanted + step);
        let is_free = |place: &Place| self.is_free(place, r, wanted);
        let with_number = around(STEPS[0]).flat_map(numbered).find(is_free);
        let free = with_number.or_else(|| around(STEPS[1]).map(Place::bare).find(is_free));
        let free = free.unwrap_or(Place::bare(wanted));
        self.placed.push((free, r));
    }

    fn is_free(&self, place: &Place, r: f32, wanted: Pos2) -> bool {
        let (x, y) = (self.plot.x(self.limit), self.plot.y(self.limit));
        let side = |at: Pos2| (at.x < x, at.y < y);
        let inner = self.plot.0.shrink(r.min(8.0) + 1.0);
        let is_label_free = place.label.is_none_or(|label| {
            self.plot.0.expand(OVER).contains_rect(label)
                && side(label.center()) == side(wanted)
                && !self.written.iter().any(|words| words.intersects(label))
                && !self.placed.iter().any(|(other, of)| {
                    label.distance_to_pos(other.at) < *of + 1.0
                        || other.label.is_some_and(|taken| taken.intersects(label))
                })
        });
        is_label_free
            && inner.contains(place.at)
            && side(place.at) == side(wanted)
            && self.written.iter().all(|words| words.distance_to_pos(place.at) > r)
            && self.placed.iter().all(|(other, of)| {
                other.at.distance(place.at) >= r + of + 1.0
                    && other.label.is_none_or(|taken| taken.distance_to_pos(place.at) > r + 1.0)
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
            let label = place.label.expect("room for all numbers");
            for other in &places[..i] {
                assert!(other.at.distance(place.at) >= 2.0 * r);
                assert!(!other.label.expect("its number").intersects(label));
                assert!(label.distance_to_pos(other.at) >= r);
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

//! The lines of the list: levels, and under them entries, those that are alike under one line.

use std::collections::BTreeSet;

use crate::model::finding::{Level, Subject};

use super::super::alike;
use super::super::listing::{Entry, Listing};
use super::group::Group;

/// A line of the list. Entries are positions in the listing.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Line {
    /// The entries of a level, and how many there are.
    Level(Level, u64),
    /// Neighbours that are alike.
    Alike(Box<Group>),
    /// An entry, and whether it stands under a line of those that are alike.
    Entry(usize, bool),
}

/// The lines of the entries `shown`, by position and rising, under their levels. Groups with an entry
/// in `opened` show their entries.
pub(super) fn of(listing: &Listing, shown: &[usize], opened: &BTreeSet<Subject>) -> Vec<Line> {
    let mut lines = Vec::new();
    for level in Level::ALL.iter().rev() {
        let of = listing.entries.iter().filter(|entry| entry.level == *level).count();
        if of == 0 {
            continue;
        }
        lines.push(Line::Level(*level, of as u64));
        let of = shown.iter().filter(|at| listing.entries[**at].level == *level);
        under_level(listing, &of.copied().collect::<Vec<_>>(), opened, &mut lines);
    }
    lines
}

fn under_level(
    listing: &Listing,
    shown: &[usize],
    opened: &BTreeSet<Subject>,
    lines: &mut Vec<Line>,
) {
    let entries: Vec<&Entry> = shown.iter().map(|at| &listing.entries[*at]).collect();
    let mut next = 0;
    for group in alike::groups(&entries) {
        lines.extend(shown[next..group.start].iter().map(|at| Line::Entry(*at, false)));
        let is_open = entries[group.clone()].iter().any(|entry| opened.contains(&entry.subject));
        let (from, alike) = (shown[group.start], &shown[group.clone()]);
        // A level is shown whole or not at all: positions follow each other.
        let of = Group::of(&listing.entries, from..from + alike.len(), is_open);
        lines.push(Line::Alike(Box::new(of)));
        if is_open {
            lines.extend(alike.iter().map(|at| Line::Entry(*at, true)));
        }
        next = group.end;
    }
    lines.extend(shown[next..].iter().map(|at| Line::Entry(*at, false)));
}

#[cfg(test)]
mod tests {
    use super::super::super::listing::Review;
    use super::*;

    fn listing() -> Listing {
        let entry = |id: u32| Entry {
            subject: Subject::Cluster(id),
            name: format!("Cluster {id}"),
            level: if id == 1 { Level::Strong } else { Level::Probable },
            coordination: 0.9,
            harvesting: 0.1,
            accounts: 5,
            rows: 100,
            families: [Some(0.9); 5],
            detectors: if id == 2 { vec!["D21"] } else { vec!["D02", "D10"] },
            review: Review::New,
            dismissal: None,
        };
        Listing { entries: (1..=6).map(entry).collect(), ..Listing::default() }
    }

    #[test]
    fn clusters_that_are_alike_stand_under_one_line_until_it_is_opened() {
        let (listing, shown) = (listing(), [0, 1, 2, 3, 4, 5]);
        let (strong, probable) = (Line::Level(Level::Strong, 1), Line::Level(Level::Probable, 5));
        let before = [strong, Line::Entry(0, false), probable, Line::Entry(1, false)];
        let closed = of(&listing, &shown, &BTreeSet::new());
        assert_eq!(closed[..4], before, "the one of another level is not among them");
        let alike = |is_open| [Line::Alike(Box::new(Group::of(&listing.entries, 2..6, is_open)))];
        assert_eq!(closed[4..], alike(false));
        for any in [3, 5] {
            let opened = of(&listing, &shown, &BTreeSet::from([Subject::Cluster(any)]));
            assert_eq!(opened[4..5], alike(true), "whichever of them it was opened by");
            assert_eq!(opened[5..], [2, 3, 4, 5].map(|at| Line::Entry(at, true)));
        }
    }

    #[test]
    fn a_level_that_is_folded_away_keeps_its_line_and_its_number() {
        let lines = of(&listing(), &[0], &BTreeSet::new());
        assert_eq!(lines.last(), Some(&Line::Level(Level::Probable, 5)));
    }
}

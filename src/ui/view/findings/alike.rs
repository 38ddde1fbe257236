//! Clusters that are alike: neighbours of the list with the same level, the same kinds of evidence,
//! and detectors that are all among those of one of them, at least one of which speaks of all. They
//! stand under one row, and can be read together and each by itself.

use std::ops::Range;

use crate::model::finding::{Family, Subject};

use super::listing::Entry;

/// So many neighbours stand under one row.
const LEAST: usize = 4;

/// The groups among the entries of one level, as ranges of `entries`, rising. One that is alike with
/// no neighbour is in none.
pub fn groups(entries: &[&Entry]) -> Vec<Range<usize>> {
    let (mut groups, mut from) = (Vec::new(), 0);
    while from < entries.len() {
        let end = end(entries, from);
        if end - from >= LEAST {
            groups.push(from..end);
        }
        from = end;
    }
    groups
}

/// Where the neighbours end that are alike with the first of them.
fn end(entries: &[&Entry], from: usize) -> usize {
    let first = entries[from];
    let (mut all, mut common) = (&first.detectors, first.detectors.clone());
    let is_cluster = |entry: &Entry| matches!(entry.subject, Subject::Cluster(_));
    if !is_cluster(first) {
        return from + 1;
    }
    let more = entries[from + 1..].iter().take_while(|entry| {
        let is_more = all.iter().all(|id| entry.detectors.contains(id));
        let is_less = entry.detectors.iter().all(|id| all.contains(id));
        if is_more {
            all = &entry.detectors;
        }
        common.retain(|id| entry.detectors.contains(id));
        let is_same = is_cluster(entry) && kinds(entry) == kinds(first);
        is_same && (is_more || is_less) && !common.is_empty()
    });
    from + 1 + more.count()
}

/// The kinds of evidence that say something of it.
fn kinds(entry: &Entry) -> [bool; 5] {
    entry.families.map(|score| score.is_some_and(|score| score >= 0.5))
}

/// What all of a group have in common, and what only some of them have: `timing, commerce: D02 D10;
/// some also D01`.
pub fn words(group: &[Entry]) -> String {
    let Some(first) = group.first() else { return String::new() };
    let own = kinds(first);
    let kinds = Family::ALL.iter().filter(|family| own[**family as usize]);
    let kinds: Vec<&str> = kinds.map(|family| family.as_str()).collect();
    let is_common = |id: &&str| group.iter().all(|entry| entry.detectors.contains(id));
    let most = group.iter().max_by_key(|entry| entry.detectors.len()).unwrap_or(first);
    let (common, some): (Vec<&str>, Vec<&str>) =
        most.detectors.iter().partition(|id| is_common(id));
    let mut words = common.join(" ");
    if !kinds.is_empty() {
        words = format!("{}: {words}", kinds.join(", "));
    }
    if !some.is_empty() {
        words = format!("{words}; some also {}", some.join(" "));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::listing::Review;
    use super::*;
    use crate::model::finding::Level;

    fn entry(id: u32, timing: f64, detectors: &[&'static str]) -> Entry {
        Entry {
            subject: Subject::Cluster(id),
            name: format!("Cluster {id}"),
            level: Level::Probable,
            coordination: 0.9,
            harvesting: 0.1,
            accounts: 5,
            rows: 100,
            families: [Some(0.0), Some(timing), Some(0.0), Some(0.9), None],
            detectors: detectors.to_vec(),
            review: Review::New,
            dismissal: None,
        }
    }

    #[test]
    fn neighbours_with_the_same_kinds_and_no_detector_of_their_own_are_alike() {
        let all = [
            entry(1, 0.9, &["D04", "D21"]),
            entry(2, 0.9, &["D01", "D02", "D10"]),
            entry(3, 0.9, &["D02", "D10"]),
            entry(4, 0.9, &["D01", "D02", "D10"]),
            entry(5, 0.9, &["D02", "D10"]),
            entry(6, 0.1, &["D02", "D10"]),
            entry(7, 0.9, &["D02", "D10"]),
        ];
        assert_eq!(words(&all[1..5]), "timing, commerce: D02 D10; some also D01");
        assert_eq!(words(&all[2..3]), "timing, commerce: D02 D10");
        let all: Vec<&Entry> = all.iter().collect();
        assert_eq!(groups(&all), vec![1..5], "not one that lacks timing, nor those behind it");
        assert!(groups(&all[..4]).is_empty(), "three are read one by one");
    }

    #[test]
    fn two_that_each_have_a_detector_of_their_own_are_not_alike() {
        let all: Vec<Entry> = ["D03", "D04", "D03", "D04", "D03"]
            .iter()
            .zip(1..)
            .map(|(own, id)| entry(id, 0.9, &["D10", own]))
            .collect();
        assert!(groups(&all.iter().collect::<Vec<_>>()).is_empty());
    }

    #[test]
    fn those_that_share_no_detector_are_not_alike_though_one_of_them_has_both() {
        let of = |all: [&[&'static str]; 5]| {
            let all: Vec<Entry> = all.iter().zip(1..).map(|(d, id)| entry(id, 0.9, d)).collect();
            groups(&all.iter().collect::<Vec<_>>())
        };
        assert!(of([&["D02", "D10"], &["D02"], &["D10"], &[], &["D02"]]).is_empty());
        assert!(of([&[], &[], &[], &[], &[]]).is_empty(), "nothing is nothing in common");
        assert_eq!(of([&["D02", "D10"], &["D02"], &["D02"], &["D02"], &[]]), vec![0..4]);
    }

    #[test]
    fn accounts_that_stand_alone_are_read_one_by_one() {
        let alone = |id| Entry { subject: Subject::Account(id), ..entry(id, 0.9, &["D30"]) };
        let all: Vec<Entry> = (1..9).map(alone).collect();
        assert!(groups(&all.iter().collect::<Vec<_>>()).is_empty());
    }
}

//! The lines of the card of several clusters. They only say what is to be shown: words are made of
//! the ones in sight.

use std::collections::BTreeMap;

use crate::model::finding::{Analysis, Subject};

use super::super::detail::rank;
use super::super::listing::about;

/// What a line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing.
    Gap,
    /// What can be done here.
    Words(&'static str),
    /// The heading over accounts and scores.
    Scores,
    /// Accounts and scores of a cluster.
    Member(u32),
    /// The heading over what a detector says: the position of a finding of it, and of how many of
    /// the clusters it says something.
    Detector { first: usize, clusters: usize, of: usize },
    /// A cluster, and the position of a finding about it.
    Finding(u32, usize),
}

/// The lines of some clusters of a run: their scores, then what there is about them by detector, the
/// one that says most first. The clusters are in their order everywhere.
pub(super) fn of(analysis: &Analysis, ids: &[u32]) -> Vec<Line> {
    let mut lines = vec![
        Line::Gap,
        Line::Words("A verdict given now goes to all accounts of all of them;"),
        Line::Words("a click on a number opens one cluster by itself"),
        Line::Gap,
        Line::Scores,
    ];
    let known = ids.iter().filter(|id| analysis.cluster(**id).is_some());
    lines.extend(known.map(|id| Line::Member(*id)));
    for found in by_detector(analysis, ids) {
        let Some((_, first)) = found.first().copied() else { continue };
        let mut clusters: Vec<u32> = found.iter().map(|(id, _)| *id).collect();
        clusters.dedup();
        let clusters = clusters.len();
        lines.extend([Line::Gap, Line::Detector { first, clusters, of: ids.len() }]);
        lines.extend(found.into_iter().map(|(id, at)| Line::Finding(id, at)));
    }
    lines.push(Line::Gap);
    lines
}

/// The findings of each detector, as clusters and positions in the run.
fn by_detector(analysis: &Analysis, ids: &[u32]) -> Vec<Vec<(u32, usize)>> {
    let mut of: BTreeMap<&str, Vec<(u32, usize)>> = BTreeMap::new();
    for id in ids {
        for (number, finding) in about(analysis, Subject::Cluster(*id)) {
            of.entry(&finding.detector).or_default().push((*id, number as usize - 1));
        }
    }
    let mut of: Vec<_> = of.into_values().collect();
    of.sort_by_cached_key(|found| found.iter().map(|(_, at)| rank(&analysis.findings[*at])).min());
    of
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::{Finding, testkit};

    fn finding(detector: &str, cluster: u32, log10_p: f64) -> Finding {
        let finding = testkit::finding(detector, Subject::Cluster(cluster));
        Finding { log10_p: Some(log10_p), ..finding }
    }

    #[test]
    fn a_detector_says_of_how_many_clusters_it_speaks_however_many_findings_it_has() {
        let twice = [finding("D10", 1, -3.0), finding("D10", 1, -4.0)];
        let more = [finding("D02", 2, -9.0), finding("D10", 3, -3.0), finding("D10", 4, -3.0)];
        let run = testkit::analysis(4, twice.into_iter().chain(more).collect());
        let lines = of(&run, &[1, 2, 3]);
        let members = lines.iter().filter(|line| matches!(line, Line::Member(_))).count();
        let heading = |first: usize, clusters: usize| Line::Detector { first, clusters, of: 3 };
        assert_eq!(members, 3);
        let found = |id: u32, at: usize| Line::Finding(id, at);
        let at = lines.iter().position(|line| *line == heading(0, 2)).expect("of two clusters");
        assert_eq!(lines[at + 1..at + 4], [found(1, 0), found(1, 1), found(3, 3)]);
        assert!(lines.contains(&heading(2, 1)), "{lines:?}");
        assert!(!lines.contains(&found(4, 4)), "it is not among those selected");
    }
}

//! Whom a selection stands for: what is asked in every frame, and so takes no longer than the
//! selection is long.

use std::ops::RangeInclusive;

use crate::index::Index;
use crate::model::Selection;
use crate::model::filter::{Expr, FilterField, Value};
use crate::model::finding::{Analysis, Subject};

/// All accounts of a cluster, as a selection.
pub fn cluster(id: u32) -> Selection {
    clusters([id])
}

/// All accounts of some clusters, as a selection.
pub fn clusters(ids: impl IntoIterator<Item = u32>) -> Selection {
    let values = ids.into_iter().map(|id| Value::number(f64::from(id))).collect();
    let expr = Expr::one_of(FilterField::Cluster, values);
    expr.map_or(Selection::Nothing, Selection::Where)
}

/// The clusters a selection stands for, by number and rising; none where it is of something else.
pub fn clusters_of(selection: &Selection, analysis: &Analysis) -> Vec<u32> {
    let mut ids: Vec<u32> = ranges(selection, analysis).flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The cluster a selection stands for, where it is exactly one.
fn cluster_of(selection: &Selection, analysis: &Analysis) -> Option<u32> {
    let mut ids = ranges(selection, analysis).flatten();
    let first = ids.next()?;
    // Whether there is a second one, and not how many there are.
    ids.all(|id| id == first).then_some(first)
}

/// The clusters of a run that each value of a selection stands for: they are numbered from 1.
fn ranges(selection: &Selection, analysis: &Analysis) -> impl Iterator<Item = RangeInclusive<u32>> {
    let values = match selection {
        Selection::Where(Expr::Term(term)) if term.field == FilterField::Cluster => &term.values,
        _ => &[][..],
    };
    let last = u32::try_from(analysis.clusters.len()).unwrap_or(u32::MAX);
    values.iter().filter_map(move |value| {
        let Value::Number(test) = value else { return None };
        let (from, to) = test.whole_numbers()?;
        let (from, to) = (from.max(1), to.min(last.into()));
        Some(u32::try_from(from).ok()?..=u32::try_from(to).ok()?)
    })
}

/// Whom a selection is about, as far as detectors speak of it: a cluster, the cluster of the only
/// account that is selected, or that account where it stands alone.
pub fn subject_of(selection: &Selection, analysis: &Analysis, index: &Index) -> Option<Subject> {
    if let Some(id) = cluster_of(selection, analysis) {
        return Some(Subject::Cluster(id));
    }
    let account = index.account_position(selection.single_account()?)?;
    let score = analysis.account(account)?;
    Some(score.cluster.map_or(Subject::Account(account), Subject::Cluster))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Filter;
    use crate::model::finding::testkit;

    fn selection(text: &str) -> Selection {
        Selection::Where(Filter::parse(text).expect(text).expr.expect(text))
    }

    #[test]
    fn a_selection_stands_for_the_clusters_that_the_run_has_once_each_and_rising() {
        let run = testkit::analysis(5, Vec::new());
        let of = |text: &str| clusters_of(&selection(text), &run);
        assert_eq!(of("cluster:4,2,4,9"), [2, 4]);
        assert_eq!(of("cluster:>=4"), [4, 5]);
        assert_eq!(of("cluster:2..3,3..4"), [2, 3, 4]);
        assert_eq!(of("cluster:<1"), [0; 0]);
        assert_eq!(of("model:a"), [0; 0]);
        assert_eq!(clusters_of(&clusters(1..=5), &run), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn one_cluster_is_one_however_often_it_is_named() {
        let run = testkit::analysis(5, Vec::new());
        let of = |text: &str| cluster_of(&selection(text), &run);
        assert_eq!(of("cluster:3"), Some(3));
        assert_eq!(of("cluster:3,3,9"), Some(3));
        assert_eq!(of("cluster:>=5"), Some(5));
        assert_eq!((of("cluster:3,4"), of("cluster:>=4"), of("cluster:9")), (None, None, None));
    }
}

//! Which rows the parts of the screen show, under one filter, one range of time and one
//! selection.

use std::ops::Range;
use std::sync::Arc;

use crate::index::{self, Index, Lists, Mask};
use crate::model::filter::FilterError;
use crate::model::{Filter, Selection};

use super::query::next_id;

/// What the masks depend on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MaskKey {
    pub index: u64,
    pub lists: u64,
    pub filter: Filter,
    pub selection: Selection,
}

/// The rows that the parts of the screen show.
#[derive(Clone, Debug)]
pub struct Masks {
    /// Another number for every answer: what is derived from it depends on this.
    pub id: u64,
    /// All rows of the counted kind: the "N" of "n of N".
    pub population: Mask,
    /// Rows of the filter without its range of time.
    pub timeless: Mask,
    /// Rows of the filter: those of `timeless` in `kept_rows`.
    pub kept: Mask,
    /// Rows of the filter that belong to the selection; all of them without one: those of
    /// `traffic` in `shown_rows`.
    pub shown: Mask,
    /// Rows of the filter without its time that belong to the selection.
    pub traffic: Mask,
    /// Changes only with filter and time: what does not depend on the selection uses it.
    pub kept_id: u64,
    /// Changes only with the filter's conditions.
    pub timeless_id: u64,
    /// Changes with the filter's conditions and the selection, but not with time.
    pub traffic_id: u64,
    /// The stretch of rows inside the filter's range of time; all rows where it has none.
    pub kept_rows: Range<u32>,
    /// The same, inside a selected stretch of time as well.
    pub shown_rows: Range<u32>,
    /// The accounts that are selected by id, by position.
    pub selected: Option<Arc<[u32]>>,
}

impl MaskKey {
    /// Whether all that is asked is another range of time.
    pub fn is_moved_from(&self, old: &Self) -> bool {
        (self.index, self.lists) == (old.index, old.lists)
            && self.selection == old.selection
            && self.filter.time.is_some()
            && self.timeless() == old.timeless()
    }

    fn timeless(&self) -> Filter {
        Filter { time: None, ..self.filter.clone() }
    }
}

/// The masks of a question. Those of the previous answer are kept where their inputs are the
/// same: a brush compiles nothing and looks at no row, a click does not compile the filter.
///
/// # Errors
/// As [`index::compile`].
pub(super) fn masks(
    index: &Index,
    lists: &Lists,
    key: &MaskKey,
    last: Option<(MaskKey, Masks)>,
) -> Result<Masks, FilterError> {
    let same_source = |old: &MaskKey| old.index == key.index && old.lists == key.lists;
    let last = last.filter(|(old, _)| same_source(old));
    let without_time = key.timeless();
    let same_conditions = last.as_ref().filter(|(old, _)| old.timeless() == without_time);
    let (timeless, timeless_id) = match same_conditions {
        Some((_, masks)) => (masks.timeless.clone(), masks.timeless_id),
        None => (index::compile(&without_time, index, lists)?, next_id()),
    };
    let all = 0..index.len() as u32;
    let kept_rows = key.filter.time.map_or(all, |span| index.rows_between(span));
    let kept_id = match &last {
        _ if key.filter.time.is_none() => timeless_id,
        Some((old, masks)) if old.filter == key.filter => masks.kept_id,
        _ => next_id(),
    };
    let same_selection = same_conditions.filter(|(old, _)| old.selection == key.selection);
    let of_selection = match same_selection {
        Some((_, masks)) => (masks.traffic.clone(), masks.traffic_id, masks.selected.clone()),
        None => selected(index, lists, key, &without_time, (&timeless, timeless_id))?,
    };
    let (traffic, traffic_id, selected) = of_selection;
    // A selected stretch of time does not limit the axis it was selected on.
    let shown_rows = match &key.selection {
        Selection::Time(span) => {
            let rows = index.rows_between(*span);
            let start = rows.start.clamp(kept_rows.start, kept_rows.end);
            start..rows.end.clamp(start, kept_rows.end.max(start))
        }
        _ => kept_rows.clone(),
    };
    Ok(Masks {
        id: next_id(),
        population: index.population(timeless.counted()).clone(),
        kept: timeless.within(kept_rows.clone()),
        shown: traffic.within(shown_rows.clone()),
        traffic,
        timeless,
        kept_id,
        timeless_id,
        traffic_id,
        kept_rows,
        shown_rows,
        selected,
    })
}

/// The rows of the selection, their number, and the accounts where it names any.
type Selected = (Mask, u64, Option<Arc<[u32]>>);

fn selected(
    index: &Index,
    lists: &Lists,
    key: &MaskKey,
    without_time: &Filter,
    (timeless, timeless_id): (&Mask, u64),
) -> Result<Selected, FilterError> {
    match &key.selection {
        Selection::Accounts(ids) => {
            let positions: Arc<[u32]> =
                ids.iter().filter_map(|id| index.account_position(id)).collect();
            let mask = index.narrowed_to_accounts(timeless, &positions);
            Ok((mask, next_id(), Some(positions)))
        }
        Selection::Where(expr) => {
            let within = without_time.and(expr.clone());
            Ok((index::compile(&within, index, lists)?, next_id(), None))
        }
        Selection::Nothing | Selection::Event(_) | Selection::Time(_) => {
            Ok((timeless.clone(), timeless_id, None))
        }
    }
}

#[cfg(test)]
mod tests {
    // The masks themselves are held to the naive queries by the index; what is held here is
    // that reuse never gives another answer than computing anew.
    use super::*;
    use crate::model::TimeSpan;
    use crate::ui::view::explore::test_case::{self, MARCH};

    fn rows(mask: &Mask) -> Vec<u32> {
        mask.rows().collect()
    }

    fn key(filter: &str, selection: Selection) -> MaskKey {
        let filter = Filter::parse(filter).expect("a filter");
        MaskKey { index: 1, lists: 0, filter, selection }
    }

    #[test]
    fn reused_masks_equal_those_computed_anew() {
        let index = test_case::index();
        let lists = Lists::default();
        let day = TimeSpan::new(
            crate::model::Time(MARCH),
            crate::model::Time(MARCH + crate::model::time::DAY_US),
        );
        let expr = crate::model::Expr::account("ac2");
        let keys = [
            key("", Selection::Nothing),
            key("time:2026-03-02", Selection::Nothing),
            key("time:2026-03-02", Selection::account("ac1")),
            key("time:2026-03-02..2026-03-03", Selection::account("ac1")),
            key("time:2026-03-02 model:a", Selection::account("ac1")),
            key("time:2026-03-01 model:a", Selection::Where(expr.clone())),
            key("time:2026-03-02 model:a", Selection::Where(expr)),
            key("model:a", Selection::account("nobody")),
            key("model:a", Selection::Time(day)),
            key("model:a time:2026-03-01..2026-03-02", Selection::Time(day)),
            key("model:a time:2026-03-02", Selection::Time(day)),
            key("model:a time:2026-03-01..2026-03-02", Selection::Nothing),
        ];
        let mut last = None;
        for key in keys {
            let reused = masks(&index, &lists, &key, last.take()).expect("masks");
            let fresh = masks(&index, &lists, &key, None).expect("masks");
            for (a, b) in [
                (&reused.timeless, &fresh.timeless),
                (&reused.kept, &fresh.kept),
                (&reused.shown, &fresh.shown),
                (&reused.traffic, &fresh.traffic),
            ] {
                assert_eq!(rows(a), rows(b), "{key:?}");
            }
            // Naive: the filter compiled as it stands, and the selection within it.
            let kept = index::compile(&key.filter, &index, &lists).expect("a mask");
            assert_eq!(rows(&fresh.kept), rows(&kept), "{key:?}");
            let within = key.selection.within(&key.filter).unwrap_or_else(|| key.filter.clone());
            let shown = index::compile(&within, &index, &lists).expect("a mask");
            assert_eq!(rows(&fresh.shown), rows(&shown), "{key:?}");
            last = Some((key, reused));
        }
    }

    #[test]
    fn a_selection_leaves_the_account_table_as_it_is() {
        let index = test_case::index();
        let lists = Lists::default();
        let nothing = key("model:a", Selection::Nothing);
        let before = masks(&index, &lists, &nothing, None).expect("masks");
        let one = key("model:a", Selection::account("ac2"));
        let after = masks(&index, &lists, &one, Some((nothing, before.clone()))).expect("masks");
        assert_eq!(before.kept_id, after.kept_id);
        assert_ne!((before.id, before.traffic_id), (after.id, after.traffic_id));
        assert!(after.shown.len() < before.shown.len());
    }

    #[test]
    fn a_move_of_the_range_leaves_what_knows_no_time_as_it_is() {
        let index = test_case::index();
        let lists = Lists::default();
        let from = key("model:a time:2026-03-01", Selection::account("ac2"));
        let before = masks(&index, &lists, &from, None).expect("masks");
        let to = key("model:a time:2026-03-02", Selection::account("ac2"));
        assert!(to.is_moved_from(&from));
        assert!(!key("model:b time:2026-03-02", Selection::account("ac2")).is_moved_from(&from));
        let after = masks(&index, &lists, &to, Some((from, before.clone()))).expect("masks");
        assert_eq!((before.timeless_id, before.traffic_id), (after.timeless_id, after.traffic_id));
        assert_ne!((before.id, before.kept_id), (after.id, after.kept_id));
    }
}

//! The questions the screen asks of the index, each answered off the interface thread and each
//! computed once for as long as its inputs stay the same.
//!
//! ```text
//! filter without time ─► masks.timeless ─► traffic stack, sparklines
//! filter              ─► masks.kept     ─► account table
//!                        masks.shown    ─► exchanges, facets      (kept ∩ selection)
//!                        masks.traffic  ─► traffic stack          (timeless ∩ selection)
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use egui::{Rect, Ui};

use crate::index::{self, Index, Lists, Mask, Stats};
use crate::model::filter::FilterError;
use crate::model::{Filter, Selection};
use crate::ui::Latest;
use crate::ui::scene::Scene;
use crate::ui::widget::card::empty;

/// What the masks depend on.
#[derive(Clone, Debug, PartialEq)]
struct MaskKey {
    index: u64,
    lists: u64,
    filter: Filter,
    selection: Selection,
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
    /// Rows of the filter.
    pub kept: Mask,
    /// Rows of the filter that belong to the selection; all of them without one.
    pub shown: Mask,
    /// Rows of the filter without its time that belong to the selection.
    pub traffic: Mask,
    /// Changes only with filter and time: what does not depend on the selection uses it.
    pub kept_id: u64,
    /// Changes only with the filter's conditions.
    pub timeless_id: u64,
}

/// What the account table is made from.
#[derive(Debug)]
pub struct ByAccount {
    /// One entry an account, by position.
    pub stats: Vec<Stats>,
    /// Accounts with rows.
    pub accounts: u64,
    /// Another number for every answer.
    pub id: u64,
}

/// What is shown, in numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown {
    /// Rows, tokens, first and last.
    pub totals: Stats,
    /// Accounts among them.
    pub accounts: u64,
}

/// The shared questions of the screen.
#[derive(Default)]
pub struct Query {
    masks: Latest<MaskKey, Masks>,
    by_account: Latest<u64, Arc<ByAccount>>,
    shown: Latest<u64, Shown>,
    empty: Latest<(u64, Filter), Option<String>>,
    last: Option<(MaskKey, Masks)>,
}

/// Numbers answers; never 0.
pub fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Query {
    /// Asks everything that every part of the screen needs.
    pub fn ask(&mut self, ctx: &egui::Context, scene: &Scene<'_>, filter: &Filter) {
        let lists_version = scene.lists_version_for(filter);
        // Compared by reference first: a selection of thousands is not copied every frame.
        let same = |key: &MaskKey| {
            (key.index, key.lists) == (scene.index_version, lists_version)
                && key.filter == *filter
                && key.selection == scene.view.selection
        };
        if !self.masks.has(same) {
            let key = MaskKey {
                index: scene.index_version,
                lists: lists_version,
                filter: filter.clone(),
                selection: scene.view.selection.clone(),
            };
            let (index, lists) = (scene.index.clone(), scene.lists.clone());
            let (question, last) = (key.clone(), self.last.clone());
            self.masks.ask(ctx, key, move |_| masks(&index, &lists, &question, last));
        }
        if let (Some(key), Some(masks)) = (self.masks.answered(), self.masks.answer())
            && self.last.as_ref().is_none_or(|(_, last)| last.id != masks.id)
        {
            self.last = Some((key.clone(), masks.clone()));
        }
        let Some(masks) = self.masks().cloned() else { return };
        let (index, kept, id) = (scene.index.clone(), masks.kept.clone(), masks.kept_id);
        self.by_account.ask(ctx, id, move |_| Ok::<_, FilterError>(by_account(&index, &kept, id)));
        let (index, rows) = (scene.index.clone(), masks.shown.clone());
        self.shown.ask(ctx, masks.id, move |_| Ok::<_, FilterError>(shown(&index, &rows)));
        self.empty.poll();
        if masks.shown.is_empty() && self.masks.answered().is_some_and(|k| k.filter == *filter) {
            let (index, lists) = (scene.index.clone(), scene.lists.clone());
            let within = scene.view.selection.within(filter).unwrap_or_else(|| filter.clone());
            let question = within.clone();
            self.empty.ask(ctx, (scene.index_version, within), move |_| {
                let why = index::why_empty(&question, &index, &lists)?;
                Ok::<_, FilterError>(why.map(|w| w.sentence))
            });
        }
    }

    /// The filter that [`Query::masks`] answers.
    pub fn filter(&self) -> Option<&Filter> {
        self.masks.answered().map(|key| &key.filter)
    }

    /// The rows to show; those of the previous question while the next is computed, none where
    /// the question cannot be answered.
    pub fn masks(&self) -> Option<&Masks> {
        self.masks.answer().filter(|_| self.masks.error().is_none())
    }

    /// Counts by account.
    pub fn by_account(&self) -> Option<&Arc<ByAccount>> {
        self.masks().and(self.by_account.answer())
    }

    /// What is shown, in numbers.
    pub fn shown(&self) -> Option<Shown> {
        self.masks().and(self.shown.answer().copied())
    }

    /// Why the filter cannot be answered.
    pub fn error(&self) -> Option<&str> {
        self.masks.error()
    }

    /// Why there is nothing, where there is nothing.
    pub fn why_empty(&self) -> Option<&str> {
        let nothing = self.masks().is_some_and(|m| m.shown.is_empty());
        self.empty.answer().filter(|_| nothing)?.as_deref()
    }

    /// Says in a card that there is nothing to show, where the filter cannot be answered.
    pub fn show_error(&self, ui: &mut Ui, rect: Rect) {
        if let Some(error) = self.error() {
            empty(ui, rect, "This filter cannot be counted", error);
        }
    }

    /// Whether what is on screen is being replaced.
    pub fn is_stale(&self) -> bool {
        self.masks.is_stale() || self.by_account.is_stale()
    }
}

/// The masks of a question. Those of the previous answer are kept where their inputs are the
/// same: a brush does not compile the conditions again, a click not the filter.
fn masks(
    index: &Index,
    lists: &Lists,
    key: &MaskKey,
    last: Option<(MaskKey, Masks)>,
) -> Result<Masks, FilterError> {
    let same_source = |old: &MaskKey| old.index == key.index && old.lists == key.lists;
    let last = last.filter(|(old, _)| same_source(old));
    let without_time = Filter { time: None, ..key.filter.clone() };
    let (timeless, timeless_id) = match &last {
        Some((old, masks)) if (Filter { time: None, ..old.filter.clone() }) == without_time => {
            (masks.timeless.clone(), masks.timeless_id)
        }
        _ => (index::compile(&without_time, index, lists)?, next_id()),
    };
    let (kept, kept_id) = match &last {
        _ if key.filter.time.is_none() => (timeless.clone(), timeless_id),
        Some((old, masks)) if old.filter == key.filter => (masks.kept.clone(), masks.kept_id),
        _ => (index::compile(&key.filter, index, lists)?, next_id()),
    };
    let narrowed = |mask: &Mask, filter: &Filter| match &key.selection {
        Selection::Accounts(ids) => {
            let positions: Vec<u32> =
                ids.iter().filter_map(|id| index.account_position(id)).collect();
            Ok(index.narrowed_to_accounts(mask, &positions))
        }
        other => match other.within(filter) {
            Some(within) => index::compile(&within, index, lists),
            None => Ok(mask.clone()),
        },
    };
    Ok(Masks {
        id: next_id(),
        population: index.population(timeless.counted()).clone(),
        shown: narrowed(&kept, &key.filter)?,
        // A selected stretch of time does not limit the axis it was selected on.
        traffic: match &key.selection {
            Selection::Time(_) => timeless.clone(),
            _ => narrowed(&timeless, &without_time)?,
        },
        timeless,
        kept,
        kept_id,
        timeless_id,
    })
}

fn by_account(index: &Index, kept: &Mask, id: u64) -> Arc<ByAccount> {
    let stats = index.stats_by_account(kept);
    let accounts = stats.iter().filter(|s| s.rows > 0).count() as u64;
    Arc::new(ByAccount { stats, accounts, id })
}

fn shown(index: &Index, rows: &Mask) -> Shown {
    let totals = index.totals(rows);
    let mut seen = vec![false; index.accounts().len()];
    rows.rows().for_each(|row| seen[index.account_of(row) as usize] = true);
    Shown { totals, accounts: seen.into_iter().filter(|s| *s).count() as u64 }
}

#[cfg(test)]
mod tests {
    // The masks themselves are held to the naive queries by the index; what is held here is
    // that reuse never gives another answer than computing anew.
    use super::*;
    use crate::ui::view::explore::test_case;

    fn rows(mask: &Mask) -> Vec<u32> {
        mask.rows().collect()
    }

    #[test]
    fn reused_masks_equal_those_computed_anew() {
        let index = test_case::index();
        let lists = Lists::default();
        let key = |filter: &str, selection: Selection| MaskKey {
            index: 1,
            lists: 0,
            filter: Filter::parse(filter).expect("a filter"),
            selection,
        };
        let keys = [
            key("", Selection::Nothing),
            key("time:2026-03-02", Selection::Nothing),
            key("time:2026-03-02", Selection::account("ac1")),
            key("time:2026-03-02 model:a", Selection::account("ac1")),
            key("model:a", Selection::account("nobody")),
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
            last = Some((key, reused));
        }
    }

    #[test]
    fn a_selection_leaves_the_account_table_as_it_is() {
        let index = test_case::index();
        let lists = Lists::default();
        let mut key = MaskKey {
            index: 1,
            lists: 0,
            filter: Filter::parse("model:a").expect("a filter"),
            selection: Selection::Nothing,
        };
        let before = masks(&index, &lists, &key, None).expect("masks");
        key.selection = Selection::account("ac2");
        let last = Some((MaskKey { selection: Selection::Nothing, ..key.clone() }, before.clone()));
        let after = masks(&index, &lists, &key, last).expect("masks");
        assert_eq!(before.kept_id, after.kept_id);
        assert_ne!(before.id, after.id);
        assert!(after.shown.len() < before.shown.len());
    }
}

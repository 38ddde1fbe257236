//! The questions the screen asks of the index, each answered off the interface thread and each
//! computed once for as long as its inputs stay the same.
//!
//! ```text
//! filter without time ─► masks.timeless ─► sparklines, index for the brush
//! filter              ─► masks.kept     ─► account table
//!                        masks.shown    ─► exchanges, facets      (kept ∩ selection)
//!                        masks.traffic  ─► traffic stack          (timeless ∩ selection)
//! ```
//!
//! While a range of time is dragged, masks are windows on those there are, and counts come from
//! the index for the brush once that is built: a move looks at few rows, however many there are.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use egui::{Rect, Ui};

use crate::index::{self, AccountBrush, Index, Mask, Stats};
use crate::model::filter::FilterError;
use crate::model::{Filter, Selection};
use crate::ui::Latest;
use crate::ui::scene::Scene;
use crate::ui::search;
use crate::ui::widget::card::empty;

use super::masks::{MaskKey, masks};

pub use super::masks::Masks;

/// What the account table is made from.
#[derive(Debug)]
pub struct ByAccount {
    /// One entry an account, by position.
    pub stats: Vec<Stats>,
    /// All of them together.
    pub totals: Stats,
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
    shown: Latest<(u64, u64), Shown>,
    empty: Latest<(u64, u64, Filter), Option<String>>,
    /// Whether `empty` is about what is shown now.
    says_why: bool,
    last: Option<(MaskKey, Masks)>,
    /// The conditions under which a range of time is being moved.
    brushed: Option<u64>,
    brush: Latest<u64, Option<Arc<AccountBrush>>>,
    /// What a search in prompts that is not over says of an answer without rows.
    searching: Option<&'static str>,
    /// Whether a search has found nothing yet, and the answer before stays meanwhile.
    waits: bool,
}

/// Numbers answers; never 0.
pub fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Query {
    /// Asks everything that every part of the screen needs.
    pub fn ask(&mut self, ctx: &egui::Context, scene: &Scene<'_>, filter: &Filter) {
        let whole = search::whole(filter, &scene.view.selection);
        self.searching = search::none_so_far(scene.index, &whole);
        self.waits = self.masks.answer().is_some() && search::has_begun(scene.index, &whole);
        if self.waits {
            self.masks.poll();
            self.by_account.poll();
            self.shown.poll();
            self.empty.poll();
            return;
        }
        self.ask_masks(ctx, scene, filter);
        self.notice_brush();
        let Some(masks) = self.masks().cloned() else { return };
        self.ask_brush(ctx, scene, &masks);
        self.ask_by_account(ctx, scene, &masks);
        self.ask_shown(ctx, scene, &masks);
        self.empty.poll();
        self.says_why = false;
        let is_over = self.searching.is_none();
        if is_over
            && masks.shown.is_empty()
            && self.masks.answered().is_some_and(|k| k.filter == *filter)
        {
            let (index, lists) = (scene.index.clone(), scene.lists.clone());
            let within = scene.view.selection.within(filter).unwrap_or_else(|| filter.clone());
            let key = (scene.index_version, scene.lists_version_for(&within), within.clone());
            self.empty.ask(ctx, key.clone(), move |_| {
                let why = index::why_empty(&within, &index, &lists)?;
                Ok::<_, FilterError>(why.map(|w| w.sentence))
            });
            self.says_why = self.empty.answered() == Some(&key);
        }
    }

    fn ask_masks(&mut self, ctx: &egui::Context, scene: &Scene<'_>, filter: &Filter) {
        let lists_version = scene.lists_version_for(filter);
        // Compared by reference first: a selection of thousands is not copied every frame.
        let same = |key: &MaskKey| {
            (key.index, key.lists) == (scene.index_version, lists_version)
                && key.filter == *filter
                && key.selection == scene.view.selection
        };
        if self.masks.has(same) {
            return;
        }
        let key = MaskKey {
            index: scene.index_version,
            lists: lists_version,
            filter: filter.clone(),
            selection: scene.view.selection.clone(),
        };
        let (index, lists) = (scene.index, scene.lists);
        // Another range of time over the same conditions costs two binary searches.
        let moved = self.last.clone().filter(|(old, _)| key.is_moved_from(old));
        if let Some(Ok(masks)) = moved.map(|last| masks(index, lists, &key, Some(last))) {
            self.masks.put(key, masks);
            return;
        }
        let (index, lists) = (index.clone(), lists.clone());
        let (question, last) = (key.clone(), self.last.clone());
        self.masks.ask(ctx, key, move |_| masks(&index, &lists, &question, last));
    }

    /// A brush begins when another range of time is asked for under the same conditions.
    fn notice_brush(&mut self) {
        let (Some(key), Some(masks)) = (self.masks.answered(), self.masks.answer()) else { return };
        match &self.last {
            Some((_, last)) if last.id == masks.id => return,
            Some((_, last)) if last.timeless_id == masks.timeless_id => {
                let is_moved = last.kept_rows != masks.kept_rows;
                self.brushed = is_moved.then_some(masks.timeless_id).or(self.brushed);
            }
            // Other conditions: the index is of no more use.
            _ if self.brushed.take().is_some() => self.brush = Latest::default(),
            _ => {}
        }
        self.last = Some((key.clone(), masks.clone()));
    }

    fn ask_brush(&mut self, ctx: &egui::Context, scene: &Scene<'_>, masks: &Masks) {
        if !self.is_brushed() {
            return;
        }
        let (index, mask) = (scene.index.clone(), masks.timeless.clone());
        self.brush.ask(ctx, masks.timeless_id, move |_| {
            Ok::<_, String>(AccountBrush::new(&index, &mask).map(Arc::new))
        });
    }

    fn ask_by_account(&mut self, ctx: &egui::Context, scene: &Scene<'_>, masks: &Masks) {
        let (index, kept, id) = (scene.index.clone(), masks.kept.clone(), masks.kept_id);
        // The index for the brush knows only rows that have a time.
        let ready = self.brush.answered() == Some(&masks.timeless_id)
            && masks.kept_rows.end <= index.timed().end;
        let brush = self.brush.answer().filter(|_| ready).cloned().flatten();
        let rows = masks.kept_rows.clone();
        self.by_account.ask(ctx, id, move |_| {
            Ok::<_, String>(by_account(&index, &kept, brush.as_deref(), rows, id))
        });
    }

    fn ask_shown(&mut self, ctx: &egui::Context, scene: &Scene<'_>, masks: &Masks) {
        let Some(by_account) = self.by_account.answer().cloned() else { return };
        let key = (masks.id, by_account.id);
        let whole = masks.selected.is_none() && masks.traffic_id == masks.timeless_id;
        if whole && masks.shown_rows == masks.kept_rows {
            let shown = Shown { totals: by_account.totals, accounts: by_account.accounts };
            self.shown.put(key, shown);
            return;
        }
        let (index, masks) = (scene.index.clone(), masks.clone());
        self.shown.ask(ctx, key, move |_| {
            Ok::<_, String>(match &masks.selected {
                Some(accounts) => of_accounts(&by_account, accounts),
                None => shown(&index, &masks.shown),
            })
        });
    }

    /// Whether a range of time is being moved over conditions that stay the same.
    pub fn is_brushed(&self) -> bool {
        self.brushed.is_some()
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
        if let Some(searching) = self.searching.filter(|_| nothing) {
            return Some(searching);
        }
        self.empty.answer().filter(|_| nothing && self.says_why)?.as_deref()
    }

    /// Says in a card that there is nothing to show, where the filter cannot be answered.
    pub fn show_error(&self, ui: &mut Ui, rect: Rect) {
        if let Some(error) = self.error() {
            empty(ui, rect, "This filter cannot be counted", error);
        }
    }

    /// Whether what is on screen is being replaced.
    pub fn is_stale(&self) -> bool {
        self.waits || self.masks.is_stale() || self.by_account.is_stale()
    }

    /// Whether the answer is to another filter, because a search in prompts has found nothing yet.
    pub fn waits(&self) -> bool {
        self.waits
    }

    /// Whether the answer is to these conditions, whatever the range of time.
    pub fn answers(&self, filter: &Filter, selection: &Selection) -> bool {
        let same = |key: &MaskKey| key.filter.expr == filter.expr && key.selection == *selection;
        self.masks.answered().is_some_and(same)
    }
}

fn by_account(
    index: &Index,
    kept: &Mask,
    brush: Option<&AccountBrush>,
    rows: Range<u32>,
    id: u64,
) -> Arc<ByAccount> {
    let stats = match brush {
        Some(brush) => brush.stats(index, rows),
        None => index.stats_by_account(kept),
    };
    let (totals, accounts) = sum(&stats);
    Arc::new(ByAccount { stats, totals, accounts, id })
}

/// All of them together, and how many have rows.
fn sum<'a>(stats: impl IntoIterator<Item = &'a Stats>) -> (Stats, u64) {
    let mut all = (Stats::default(), 0);
    for stats in stats {
        all.0.merge(stats);
        all.1 += u64::from(stats.rows > 0);
    }
    all
}

fn of_accounts(by_account: &ByAccount, accounts: &[u32]) -> Shown {
    let stats = accounts.iter().filter_map(|a| by_account.stats.get(*a as usize));
    let (totals, accounts) = sum(stats);
    Shown { totals, accounts }
}

fn shown(index: &Index, rows: &Mask) -> Shown {
    let (totals, accounts) = sum(&index.stats_by_account(rows));
    Shown { totals, accounts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::view::explore::test_case;

    #[test]
    fn selected_accounts_add_up_to_the_rows_shown() {
        let index = test_case::with_untimed(3);
        let mask = index.everything();
        let all = by_account(&index, mask, None, 0..index.len() as u32, 1);
        for accounts in [&[][..], &[3], &[0, 1, 2, 3, 4]] {
            let narrowed = index.narrowed_to_accounts(mask, accounts);
            let (naive, sums) = (shown(&index, &narrowed), of_accounts(&all, accounts));
            assert_eq!((sums.totals, sums.accounts), (naive.totals, naive.accounts));
            assert_eq!(naive.totals, index.totals(&narrowed));
        }
    }

    #[test]
    fn the_index_for_the_brush_changes_no_answer() {
        let index = test_case::with_untimed(3);
        let mask = index.everything();
        let brush = AccountBrush::new(&index, mask).expect("few accounts");
        for rows in [0..0, 7..90, 0..index.timed().end] {
            let kept = mask.within(rows.clone());
            let fast = by_account(&index, &kept, Some(&brush), rows.clone(), 1);
            assert_eq!(fast.stats, by_account(&index, &kept, None, rows, 1).stats);
        }
    }
}

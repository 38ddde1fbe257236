//! The order of accounts that the lanes and the heat map share: computed for the filter without
//! its range of time, so that a brush takes lanes away and brings them back but moves none.

use std::sync::Arc;

use egui::Ui;

use crate::index::{self, LaneOrder, LaneSort, MOST_COMPARED};
use crate::job::Cancelled;
use crate::ui::scene::Scene;
use crate::ui::widget::drop_down;
use crate::ui::{Latest, format};

use super::query::{ByAccount, Query, next_id};

/// What the order depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct OrderKey {
    index: u64,
    timeless: u64,
    /// 0 where the order does not ask what was said of accounts.
    lists: u64,
    sort: LaneSort,
}

/// The accounts in order.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// By position; those with rows under the filter and inside its range.
    pub accounts: Arc<Vec<u32>>,
    /// Another number for every list.
    pub id: u64,
}

/// The order, asked for by whoever shows it.
#[derive(Default)]
pub struct Order {
    sort: LaneSort,
    order: Latest<OrderKey, Arc<LaneOrder>>,
    /// Those of the order that have rows; by the number of the counts by account, too.
    listed: Latest<(OrderKey, u64), Listed>,
}

/// The orders, with the words of the menu and those of a card's note.
const SORTS: [(LaneSort, &str, &str); 4] = [
    (LaneSort::Similarity, "Similarity", "by similarity"),
    (LaneSort::Volume, "Volume", "by volume"),
    (LaneSort::FirstSeen, "First seen", "by first seen"),
    (LaneSort::Said, "Verdict and tag", "by verdict and tag"),
];

impl Order {
    /// Asks for the order and takes in what has come.
    pub fn ask(&mut self, ctx: &egui::Context, scene: &Scene<'_>, query: &Query) {
        let (Some(masks), Some(by_account)) = (query.masks(), query.by_account()) else { return };
        let key = OrderKey {
            index: scene.index_version,
            timeless: masks.timeless_id,
            lists: if self.sort == LaneSort::Said { scene.lists_version } else { 0 },
            sort: self.sort,
        };
        let (index, lists) = (scene.index.clone(), scene.lists.clone());
        let mask = masks.timeless.clone();
        self.order.ask(ctx, key, move |progress| {
            index::lane_order(&index, &mask, &lists, key.sort, progress).map(Arc::new)
        });
        let Some((answered, order)) = self.order.answered().zip(self.order.answer()) else {
            return;
        };
        if answered.index != scene.index_version {
            return;
        }
        let (order, by_account) = (order.clone(), by_account.clone());
        self.listed.ask(ctx, (*answered, by_account.id), move |_| {
            Ok::<_, Cancelled>(with_rows(&order, &by_account))
        });
    }

    /// Takes in an answer that has arrived, where nothing is asked.
    pub fn poll(&mut self) {
        self.order.poll();
        self.listed.poll();
    }

    /// The accounts in order; none before the first answer, those of an earlier question while
    /// the next is computed.
    pub fn listed(&self) -> Listed {
        self.listed.answer().cloned().unwrap_or_default()
    }

    /// Whether there is an answer at all.
    pub fn is_there(&self) -> bool {
        self.listed.answer().is_some()
    }

    /// Whether the order on screen is being replaced.
    pub fn is_stale(&self) -> bool {
        self.order.is_stale()
    }

    /// What it is ordered by, to be read in a note.
    pub fn words(&self) -> String {
        let words = SORTS.iter().find(|(sort, ..)| *sort == self.sort).map_or("", |(.., w)| w);
        self.not_compared().unwrap_or_else(|| words.to_owned())
    }

    /// Says so where there are too many accounts to be compared.
    pub fn not_compared(&self) -> Option<String> {
        let is_other = self.sort == LaneSort::Similarity
            && self.order.answer().is_some_and(|order| order.by == LaneSort::FirstSeen);
        let most = format::count(MOST_COMPARED as u64);
        is_other.then(|| format!("by first seen: more than {most} accounts are not compared"))
    }

    /// The menu that chooses.
    pub fn menu(&mut self, ui: &mut Ui, card: &str) {
        let title = SORTS.iter().find(|(s, ..)| *s == self.sort).map_or("Order", |(_, t, _)| t);
        drop_down(ui, title, &format!("{card}: order by {title}"), false, |ui| {
            for (sort, title, _) in SORTS {
                if ui.add(egui::Button::selectable(sort == self.sort, title)).clicked() {
                    self.sort = sort;
                }
            }
        });
    }
}

/// The accounts of an order that have rows under the filter and inside its range.
fn with_rows(order: &LaneOrder, by_account: &ByAccount) -> Listed {
    let has_rows = |a: &&u32| by_account.stats.get(**a as usize).is_some_and(|s| s.rows > 0);
    let accounts = order.accounts.iter().filter(has_rows).copied().collect();
    Listed { accounts: Arc::new(accounts), id: next_id() }
}

//! Where the phrases of the filter were found, whatever else it asks.

use egui::Ui;

use crate::index;
use crate::model::Granularity;
use crate::model::filter::FilterError;
use crate::ui::Latest;
use crate::ui::scene::Scene;
use crate::ui::search;
use crate::ui::widget::timeline::{BinSpec, Counts};

/// What the counts depend on.
#[derive(Clone, Debug, PartialEq)]
struct HitsKey {
    index: u64,
    /// What was found so far.
    found: u64,
    bins: BinSpec,
    phrases: Vec<String>,
}

/// The hits of each bin.
#[derive(Default)]
pub(super) struct Hits {
    counts: Latest<HitsKey, Counts>,
}

impl Hits {
    /// Counts the hits of the phrases that the filter has now.
    pub fn ask(&mut self, ui: &Ui, scene: &Scene<'_>, counted: Granularity, bins: BinSpec) {
        let phrases = search::phrases(&scene.view.filter);
        // Without phrases nothing is waited for any more.
        let Some(filter) = search::hits_of(phrases.clone(), counted) else {
            self.counts = Latest::default();
            return;
        };
        let (index, lists) = (scene.index.clone(), scene.lists.clone());
        let found = index.phrases_version(&filter);
        let key = HitsKey { index: scene.index_version, found, bins, phrases };
        self.counts.ask(ui.ctx(), key, move |_| {
            let mask = index::compile(&filter, &index, &lists)?;
            let counts = index.counts_between(&mask, &bins.edges());
            let counts = counts.into_iter().map(u64::from).collect();
            Ok::<_, FilterError>(Counts { bins, counts })
        });
    }

    /// The hits, where there are phrases.
    pub fn answer(&self) -> Option<&Counts> {
        self.counts.answer()
    }
}

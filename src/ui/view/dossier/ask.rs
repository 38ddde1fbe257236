//! What the page shows, counted and read off the interface thread.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::case::dossier::{Deed, Portrait, history};
use crate::job::Cancelled;
use crate::model::Time;
use crate::model::finding::Subject;
use crate::network::peers::Peers;
use crate::network::picture::Whole;
use crate::ui::Latest;
use crate::ui::panel::selection::said::Said;
use crate::ui::scene::Scene;
use crate::ui::view::network::Network;

use super::subject::About;

/// Values of a field and templates that are listed.
const LISTED: (usize, usize) = (4, 6);
/// Peers, and ties among the accounts, that are listed.
const PEERS: usize = 12;

/// Whose page: an index, a run, somebody.
type Of = (u64, Option<Time>, Subject);

/// A column of the accounts table over several accounts: its values with the accounts that have
/// each, most first, and how many values there are.
pub type Column = (String, Vec<(String, u64)>, u64);

/// Everything that is counted and read.
#[derive(Default)]
pub struct Counted {
    /// Of which templates besides: another search for them gives others.
    portrait: Latest<(Of, usize), Arc<Portrait>>,
    peers: Latest<(Of, usize), Arc<Peers>>,
    deeds: Latest<(Of, u64, usize), Arc<Vec<Deed>>>,
    columns: Latest<Of, Arc<Vec<Column>>>,
    /// What stands, and of which revision it is.
    said: Option<((Of, u64), Arc<Said>)>,
    /// What the network is made of.
    pub whole: Option<Arc<Whole>>,
    /// Why that is not there.
    pub without: Option<String>,
    of: Option<Of>,
}

impl Counted {
    /// Asks for everything that is shown of somebody.
    pub fn ask(
        &mut self,
        ctx: &egui::Context,
        about: &About,
        network: &mut Network,
        scene: &Scene<'_>,
    ) {
        let of = (scene.index_version, scene.analysis.map(|a| a.run.at), about.subject);
        self.of = Some(of);
        self.ask_portrait(ctx, (of, about), scene);
        self.ask_peers(ctx, (of, about), network, scene);
        self.ask_deeds(ctx, (of, about), scene);
        self.ask_columns(ctx, (of, about), scene);
        let is_known = |(known, _): &((Of, u64), Arc<Said>)| *known == (of, scene.lists_version);
        if !self.said.as_ref().is_some_and(is_known) {
            let said = Said::of(scene.annotations, &about.ids);
            self.said = Some(((of, scene.lists_version), Arc::new(said)));
        }
    }

    fn ask_portrait(&mut self, ctx: &egui::Context, (of, about): (Of, &About), scene: &Scene<'_>) {
        let templates = Arc::as_ptr(&scene.index.templates()) as usize;
        let (index, accounts) = (Arc::clone(scene.index), Arc::clone(&about.accounts));
        let counted = scene.view.filter.granularity;
        self.portrait.ask(ctx, (of, templates), move |progress| {
            let mask = index.population(counted.unwrap_or(index.default_granularity()));
            Ok::<_, Cancelled>(Arc::new(Portrait::of(&index, mask, &accounts, LISTED, progress)?))
        });
    }

    fn ask_peers(
        &mut self,
        ctx: &egui::Context,
        (of, about): (Of, &About),
        network: &mut Network,
        scene: &Scene<'_>,
    ) {
        let whole = match network.whole(ctx, scene) {
            Ok(whole) => whole.cloned(),
            Err(why) => {
                self.without = Some(why.to_owned());
                return;
            }
        };
        self.without = None;
        self.whole = whole;
        let Some(whole) = self.whole.clone() else { return };
        let (key, accounts) = (Arc::as_ptr(&whole) as usize, Arc::clone(&about.accounts));
        self.peers.ask(ctx, (of, key), move |_| {
            let peers = Peers::of(&whole.things, &whole.pairs, &accounts, PEERS);
            Ok::<_, Cancelled>(Arc::new(peers))
        });
    }

    fn ask_deeds(&mut self, ctx: &egui::Context, (of, about): (Of, &About), scene: &Scene<'_>) {
        let (read, ids) = (Arc::clone(scene.read_journal), Arc::clone(&about.ids));
        // The last edit is in the file a moment after it was made.
        let key = (of, scene.lists_version, scene.unwritten);
        self.deeds.ask(ctx, key, move |_| {
            let accounts: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
            let mut deeds = history(&read()?, &accounts);
            deeds.reverse();
            Ok::<_, String>(Arc::new(deeds))
        });
    }

    fn ask_columns(&mut self, ctx: &egui::Context, (of, about): (Of, &About), scene: &Scene<'_>) {
        let Some(attributes) = scene.beside.attributes().cloned() else { return };
        let ids = Arc::clone(&about.ids);
        self.columns.ask(ctx, of, move |_| {
            let mut counts: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
            for (name, value) in ids.iter().filter_map(|id| attributes.get(id)).flatten() {
                *counts.entry(name).or_default().entry(value).or_default() += 1;
            }
            let column = |(name, values): (&str, BTreeMap<&str, u64>)| {
                let all = values.len() as u64;
                let mut values: Vec<(String, u64)> =
                    values.into_iter().map(|(value, n)| (value.to_owned(), n)).collect();
                values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
                // Of moments the first and the last say more than the most frequent.
                if name.ends_with("_at") && all > 2 {
                    let holders = values.iter().map(|(_, n)| n).sum();
                    let first = values.iter().map(|(at, _)| at).min().cloned().unwrap_or_default();
                    let last = values.iter().map(|(at, _)| at).max().cloned().unwrap_or_default();
                    return (name.to_owned(), vec![(format!("{first} – {last}"), holders)], 1);
                }
                values.truncate(LISTED.0);
                (name.to_owned(), values, all)
            };
            Ok::<_, Cancelled>(Arc::new(counts.into_iter().map(column).collect::<Vec<_>>()))
        });
    }

    /// What the records say; `None` until it is counted.
    pub fn portrait(&self) -> Option<&Arc<Portrait>> {
        let is_it = self.portrait.answered().map(|(of, _)| of) == self.of.as_ref();
        self.portrait.answer().filter(|_| is_it)
    }

    /// The ties; `None` until they are found.
    pub fn peers(&self) -> Option<&Arc<Peers>> {
        let is_it = self.peers.answered().map(|(of, _)| of) == self.of.as_ref();
        self.peers.answer().filter(|_| is_it)
    }

    /// What was said, newest first; `None` until it is read, and why it cannot be.
    pub fn deeds(&self) -> Result<Option<&Arc<Vec<Deed>>>, &str> {
        let is_it = self.deeds.answered().map(|(of, ..)| of) == self.of.as_ref();
        match self.deeds.error() {
            Some(why) => Err(why),
            None => Ok(self.deeds.answer().filter(|_| is_it)),
        }
    }

    /// What the accounts table says of several accounts; empty until it is counted.
    pub fn columns(&self) -> Option<&Arc<Vec<Column>>> {
        let is_it = self.columns.answered() == self.of.as_ref();
        self.columns.answer().filter(|_| is_it)
    }

    /// What stands.
    pub fn said(&self) -> Option<&Arc<Said>> {
        self.said.as_ref().map(|(_, said)| said)
    }

    /// Whether everything asked for is there.
    #[cfg(test)]
    pub fn is_settled(&self) -> bool {
        let is_stale = self.portrait.is_stale() || self.peers.is_stale() || self.deeds.is_stale();
        self.portrait().is_some() && self.peers().is_some() && !is_stale
    }
}

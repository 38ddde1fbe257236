//! Findings: which networks deserve a look, and the proof.

mod alike;
mod board;
pub mod detail;
mod detectors;
mod list;
pub mod listing;
pub mod picture;
mod proofs;
mod review;
mod several;
mod state;
pub mod sums;

use std::sync::Arc;

use egui::Ui;

use crate::case::Decided;
use crate::detect::Told;
use crate::index;
use crate::model::filter::FilterError;
use crate::model::finding::{Analysis, Subject};
use crate::model::{Filter, Selection, Time};
use crate::ui::Latest;
use crate::ui::layout::{Track, columns, rows};
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::size;

use board::Board;
use detail::Detail;
use detectors::Settings;
use list::List;
use listing::{Listing, OrderBy, subject_of};
use several::Several;

/// Width of the board and the list, and the share of a wide window.
const LEFT: (f32, f32) = (340.0, 0.405);
/// Height of the board, at least, and as a share of the width.
const BOARD: (f32, f32) = (250.0, 0.735);

/// What the list was made for.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    index: u64,
    lists: u64,
    /// What was found of the filter's phrases so far.
    phrases: u64,
    run: Time,
    filter: Filter,
}

/// A listing in the order chosen.
#[derive(Clone)]
struct Ordered {
    /// Another number whenever anything of it is another.
    version: u64,
    by: OrderBy,
    /// The same by rank.
    of: Arc<Listing>,
    listing: Arc<Listing>,
}

/// The screen's own state.
#[derive(Default)]
pub struct Findings {
    listing: Latest<Asked, Arc<Listing>>,
    ordered: Option<Ordered>,
    /// Listings that were shown so far.
    versions: u64,
    /// Which clusters of which run are told from chance.
    told: Option<(Time, Told)>,
    /// The run that is shown.
    run: Option<Time>,
    by: OrderBy,
    board: Board,
    list: List,
    detail: Detail,
    several: Several,
    settings: Settings,
}

impl Findings {
    /// Draws the screen.
    pub fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let area = ui.max_rect().shrink(size::GAP);
        let Some(analysis) = scene.analysis.cloned() else {
            return state::without_findings(ui, area, scene);
        };
        let area = state::due(ui, area, scene);
        let (version, listing) = self.ordered();
        let told = self.told(&analysis);
        // In a narrow window both get less.
        let width = (area.width() * LEFT.1).clamp(LEFT.0, 620.0).min(area.width() * 0.6);
        let [left, right] = columns(area, size::GAP, [Track::Fixed(width), Track::Share(1.0)]);
        let height = (width * BOARD.1).max(BOARD.0).min(area.height() * 0.42);
        let [board, list] = rows(left, size::GAP, [Track::Fixed(height), Track::Share(1.0)]);
        let subject = subject_of(&scene.view.selection, &analysis, scene.index);
        // Of several clusters that are selected together the first stands for all.
        let several = listing::clusters_of(&scene.view.selection, &analysis);
        let whom = subject.or_else(|| several.first().map(|id| Subject::Cluster(*id)));
        let clusters = several.iter().map(|id| Subject::Cluster(*id));
        let ringed: Vec<Subject> = match subject {
            Some(subject) => vec![subject],
            None => clusters.collect(),
        };
        self.board.show(ui, board, (version, &listing), &ringed, scene);
        let is_made = self.newest().is_some();
        let shown =
            list::Shown { analysis: &analysis, version, listing: &listing, subject, told, is_made };
        let shown = (shown, &several[..]);
        match self.list.show(ui, list, shown, &mut self.by, self.listing.error(), scene) {
            Some(list::Asks::Detectors) => self.settings.open(whom),
            None => {}
        }
        self.settings.turn_to(whom);
        match subject {
            _ if self.settings.is_open() || whom.is_none() => {
                self.settings.show(ui, right, &analysis, whom.is_some(), scene);
            }
            Some(subject) => {
                let entry = listing.entries.iter().find(|entry| entry.subject == subject);
                let dismissal = entry.and_then(|entry| entry.dismissal.as_deref());
                let shown = detail::Shown { subject, told, dismissal };
                self.detail.show(ui, right, &analysis, shown, scene);
            }
            None => self.several.show(ui, right, &analysis, &several, scene),
        }
    }

    /// Asks for what the screen lists, which other screens show a part of.
    pub fn ask(&mut self, ctx: &egui::Context, scene: &Scene<'_>) {
        let Some(analysis) = scene.analysis else { return };
        self.run = Some(analysis.run.at);
        let filter = scene.view.filter.clone();
        let asked = Asked {
            index: scene.index_version,
            // Verdicts are listed whatever the filter reads.
            lists: scene.lists_version,
            phrases: scene.index.phrases_version(&filter),
            run: analysis.run.at,
            filter: filter.clone(),
        };
        if self.listing.has(|known| *known == asked) {
            return;
        }
        let (analysis, index, lists) =
            (Arc::clone(analysis), Arc::clone(scene.index), Arc::clone(scene.lists));
        let annotations = Arc::clone(scene.annotations);
        let imported = scene.sources.iter().map(|source| (source.id, source.imported_at)).collect();
        self.listing.ask(ctx, asked, move |progress| {
            let under = match filter.is_everything() {
                true => None,
                false => Some(index::matching_accounts(&filter, &index, &lists)?),
            };
            let (under, decided) = (under.as_deref(), Decided::of(&annotations, imported, &index));
            let listing = Listing::of(&analysis, &index, &lists, &decided, under, progress);
            Ok::<_, FilterError>(Arc::new(listing.unwrap_or_default()))
        });
    }

    /// The newest list of this run, the one that deserves a look most first; `None` until it is
    /// there.
    pub fn newest(&self) -> Option<Arc<Listing>> {
        let is_of_run = self.listing.answered().map(|asked| asked.run) == self.run;
        self.listing.answer().filter(|_| is_of_run && self.listing.error().is_none()).cloned()
    }

    /// The newest list, in the order chosen, with a number that is another for every other list.
    fn ordered(&mut self) -> (u64, Arc<Listing>) {
        let Some(of) = self.newest() else { return Default::default() };
        let is_same = |known: &&Ordered| known.by == self.by && Arc::ptr_eq(&known.of, &of);
        if let Some(known) = self.ordered.as_ref().filter(is_same) {
            return (known.version, Arc::clone(&known.listing));
        }
        self.versions += 1;
        let listing = match self.by {
            OrderBy::Rank => Arc::clone(&of),
            by => Arc::new(of.ordered(by)),
        };
        let ordered = Ordered { version: self.versions, by: self.by, of, listing };
        let shown = (ordered.version, Arc::clone(&ordered.listing));
        self.ordered = Some(ordered);
        shown
    }

    /// Which clusters of a run are told from chance: found once for every run.
    fn told(&mut self, analysis: &Analysis) -> Told {
        let run = analysis.run.at;
        let known = self.told.filter(|(of, _)| *of == run);
        let (_, told) = known.unwrap_or_else(|| (run, Told::among(&analysis.clusters)));
        self.told = Some((run, told));
        told
    }

    /// Draws what the detectors say of somebody, for another screen.
    pub fn proof(
        &mut self,
        ui: &mut Ui,
        (analysis, subject): (&Arc<Analysis>, Subject),
        scene: &mut Scene<'_>,
    ) {
        self.detail.proof(ui, (analysis, subject), scene);
    }

    /// Draws what speaks against it, for another screen.
    pub fn why_not(&mut self, ui: &mut Ui, analysis: &Analysis, subject: Subject) {
        let told = self.told(analysis);
        detail::why_not::show(ui, detail::Whom { analysis, subject }, told);
    }

    /// Draws the accounts of a cluster, for another screen.
    pub fn accounts(&mut self, ui: &mut Ui, whom: detail::Whom<'_>, scene: &mut Scene<'_>) {
        self.detail.members(ui, whom, scene);
    }

    /// What the next finding of the list, or the one before, is selected by.
    pub fn step(&mut self, scene: &Scene<'_>, back: bool) -> Option<Selection> {
        let (analysis, (_, listing)) = (scene.analysis?, self.ordered());
        let at = listing.position(&scene.view.selection, analysis, scene.index);
        let shown = self.list.shown(&listing);
        let place = at.and_then(|at| shown.iter().position(|shown| *shown == at));
        // From several that are selected together to the first of them, or the one before that.
        let several = listing::clusters_of(&scene.view.selection, analysis);
        let is_one = |at: &usize| match listing.entries[*at].subject {
            Subject::Cluster(id) => several.binary_search(&id).is_ok(),
            Subject::Account(_) => false,
        };
        let first = shown.iter().position(is_one).unwrap_or(0);
        let next = match (place, back) {
            (None, false) => first,
            (None, true) => first.saturating_sub(1),
            (Some(place), false) => place + 1,
            (Some(place), true) => place.checked_sub(1)?,
        };
        let entry = listing.entries.get(*shown.get(next)?)?;
        Some(entry.selection())
    }

    /// Whether the proof of somebody is read.
    #[cfg(test)]
    pub fn is_proven(&self) -> bool {
        self.detail.is_settled()
    }

    /// Whether what is shown is being counted anew.
    #[cfg(test)]
    pub fn is_settled(&self) -> bool {
        self.listing.answer().is_some() && !self.listing.is_stale() && self.detail.is_settled()
    }
}

/// Asks to select somebody.
fn select(scene: &mut Scene<'_>, entry: &listing::Entry) {
    scene.ask(Action::Select(entry.selection()));
}

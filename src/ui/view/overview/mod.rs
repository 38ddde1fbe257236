//! Overview: is there something, where, and how far can the data be trusted.

pub mod first_look;
mod fitness;
mod found;
mod gather;
mod lanes;
mod mix;
mod numbers;
mod top;
mod traffic;

use std::time::Duration;

use egui::{Rect, ScrollArea, Sense, Ui, pos2, vec2};

use crate::case::FirstLook;
use crate::index::Coverage;
use crate::model::Filter;
use crate::ui::layout::{Track, columns, region, rows};
use crate::ui::scene::Scene;
use crate::ui::theme::size;
use crate::ui::view::findings::listing::Listing;
use crate::ui::widget::card::{self, Card, card};
use crate::ui::{Latest, Zone};

pub use gather::{Busiest, Facts};
pub use lanes::HONEST;
use lanes::Lanes;
use traffic::Traffic;

/// Height of the six numbers.
const NUMBERS: f32 = 78.0;
/// Height of the accounts and the mix.
const MIDDLE: f32 = 236.0;
/// Height of the data fitness, with and without its lower band.
const FITNESS: (f32, f32) = (250.0, 204.0);
/// The least height of the traffic.
const LEAST_TRAFFIC: f32 = 190.0;
/// The height of the traffic from which on more accounts are listed, and the room for them.
const TALL_TRAFFIC: f32 = 300.0;
const MORE_ACCOUNTS: f32 = 4.0 * size::LIST_ROW;
/// Width of the mix.
const MIX: f32 = 288.0;

/// How long the first frame waits for each of its answers.
const FIRST_ANSWER: Duration = Duration::from_millis(150);

/// The screen's own state.
#[derive(Default)]
pub struct Overview {
    facts: Latest<Asked, Facts>,
    lanes: Lanes,
    traffic: Traffic,
    /// Whether the accounts are listed although there are findings.
    lists_accounts: bool,
    /// With what it was made of.
    first_look: Option<((u64, usize, Zone), FirstLook)>,
}

/// Where the parts of the screen lie.
struct Places {
    numbers: Rect,
    traffic: Rect,
    top: Rect,
    mix: Rect,
    fitness: Rect,
    /// Whether the data fitness has its lower band.
    roomy: bool,
    /// All of them.
    all: Rect,
}

fn places(rect: Rect) -> Places {
    let view = rect.shrink(size::GAP);
    let roomy = view.height() >= NUMBERS + MIDDLE + FITNESS.0 + LEAST_TRAFFIC + 40.0;
    let fitness_height = if roomy { FITNESS.0 } else { FITNESS.1 };
    // A tall window shows more accounts before it stretches the traffic.
    let spare = view.height() - NUMBERS - MIDDLE - fitness_height - 3.0 * size::GAP;
    let middle_height = MIDDLE + (spare - TALL_TRAFFIC).clamp(0.0, MORE_ACCOUNTS);
    let fixed = NUMBERS + middle_height + fitness_height + 3.0 * size::GAP;
    let height = view.height().max(fixed + LEAST_TRAFFIC);
    let all = Rect::from_min_size(view.min, vec2(view.width(), height));
    let [numbers, traffic, middle, fitness] = rows(
        all,
        size::GAP,
        [
            Track::Fixed(NUMBERS),
            Track::Share(1.0),
            Track::Fixed(middle_height),
            Track::Fixed(fitness_height),
        ],
    );
    let [top, mix] = columns(middle, size::GAP, [Track::Share(1.0), Track::Fixed(MIX)]);
    Places { numbers, traffic, top, mix, fitness, roomy, all }
}

/// What the facts were counted for.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    index: u64,
    lists: u64,
    filter: Filter,
}

impl Overview {
    /// Asks for what the screen and the panel beside it show.
    pub fn ask(&mut self, ctx: &egui::Context, scene: &Scene<'_>) {
        let filter = scene.view.filter.clone();
        let asked = Asked {
            index: scene.index_version,
            lists: scene.lists_version_for(&filter),
            filter: filter.clone(),
        };
        let (index, lists) = (scene.index.clone(), scene.lists.clone());
        let stand_ins = scene.beside.stand_ins().iter();
        let stand_ins: Vec<u32> =
            stand_ins.filter_map(|id| scene.index.account_position(id)).collect();
        self.facts.ask(ctx, asked, move |p| gather::facts(&index, &lists, &filter, &stand_ins, p));
        self.facts.wait_for_first(FIRST_ANSWER);
        self.lanes.ask(ctx, scene);
    }

    /// How far each log of the case reaches, and its gaps; empty until that is known.
    pub fn coverage(&self) -> &[Coverage] {
        self.lanes.coverage()
    }

    /// The newest facts there are.
    pub fn facts(&self) -> Option<&Facts> {
        self.facts.answer()
    }

    /// Why the filter cannot be counted.
    pub fn error(&self) -> Option<&str> {
        self.facts.error()
    }

    /// Whether the facts shown belong to an earlier filter.
    pub fn is_stale(&self) -> bool {
        self.facts.is_stale()
    }

    /// What can be shown at once when the case is opened again: how the screen stands without a
    /// filter. Written anew whenever that was counted.
    fn look(&mut self, scene: &Scene<'_>, zone: Zone) {
        let version = (scene.index_version, self.coverage().len(), zone);
        let is_counted = self.facts.answered().is_some_and(|a| a.filter == Filter::default());
        let is_known = self.first_look.as_ref().is_some_and(|(known, _)| *known == version);
        // Zoomed, the bars are not those of the whole case.
        if is_known || !is_counted || self.is_stale() || scene.view.window.is_some() {
            return;
        }
        if let (Some(facts), Some(drawn)) = (self.facts(), self.traffic.drawn()) {
            let look = first_look::taken(facts, self.coverage(), drawn, scene, zone);
            self.first_look = Some((version, look));
        }
    }

    /// The same; nothing while it is not counted.
    pub fn first_look(&self) -> Option<&FirstLook> {
        self.first_look.as_ref().map(|(_, look)| look)
    }

    /// Draws the screen.
    pub fn show(&mut self, ui: &mut Ui, listing: Option<&Listing>, scene: &mut Scene<'_>) {
        ScrollArea::vertical().id_salt("overview").auto_shrink(false).show(ui, |ui| {
            let places = places(ui.max_rect());
            let Places { numbers, traffic, top, mix, fitness, roomy, all } = places;
            let facts = self.facts().filter(|_| self.facts.error().is_none());
            let missing = if self.facts.error().is_some() { "—" } else { "…" };
            numbers::show(ui, numbers, facts, missing, self.coverage(), listing, scene);
            region(ui, traffic, |ui| self.traffic.show(ui, traffic, &self.lanes, scene));
            self.lower(ui, [top, mix, fitness], roomy, listing, scene);
            self.look(scene, Zone::of(ui.ctx()));
            ui.allocate_rect(all.expand2(vec2(0.0, size::GAP)), Sense::hover());
        });
    }

    fn lower(
        &mut self,
        ui: &mut Ui,
        [top, mix, fitness]: [Rect; 3],
        roomy: bool,
        listing: Option<&Listing>,
        scene: &mut Scene<'_>,
    ) {
        let counted = self.facts().filter(|f| self.facts.error().is_none() && f.totals.rows > 0);
        if let Some(facts) = counted {
            let finds = scene.analysis.is_some() && !self.lists_accounts;
            let other = region(ui, top, |ui| match scene.analysis.cloned() {
                Some(analysis) if finds => found::show(ui, top, &analysis, listing, scene),
                analysis => top::show(ui, top, facts, analysis.is_some(), scene),
            });
            region(ui, mix, |ui| mix::show(ui, mix, facts, scene));
            region(ui, fitness, |ui| fitness::show(ui, fitness, facts, roomy));
            self.lists_accounts ^= other;
            return;
        }
        let (title, why) = match self.facts.error() {
            Some(error) => ("This filter cannot be counted", error),
            None if self.facts().is_some() => {
                ("Nothing matches the filter", "Lift the brush or take a condition away")
            }
            None => ("Counting…", ""),
        };
        for (rect, name) in [(top, "Top accounts"), (mix, "Mix"), (fitness, "Data fitness")] {
            let header = Card { title: name, note: "" };
            let body = card(ui, rect, &header, |_| {});
            card::empty(ui, body, title, why);
        }
    }
}

/// The left top of a rectangle moved by `(x, y)`.
fn at(rect: Rect, x: f32, y: f32) -> egui::Pos2 {
    pos2(rect.left() + x, rect.top() + y)
}

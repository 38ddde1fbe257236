//! Dossier: all that is known of one account or cluster, on one page, in the order of the PDF.
//!
//! On the left what the records say, on the right what follows from them and what was decided: facts
//! on plain cards, inference with a copper edge, judgement raised.

mod ask;
mod found;
mod head;
mod identity;
mod peers;
mod said;
mod section;
mod state;
mod subject;
mod templates;
mod traffic;

use egui::{Align, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};

use crate::case::dossier::Part;
use crate::model::finding::Subject;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::theme::size;
use crate::ui::view::findings::Findings;
use crate::ui::view::findings::detail::Whom as Detailed;
use crate::ui::view::network::Network;
use crate::ui::view::network::proof::Proofs;
use crate::ui::view::network::side::{self, Focus};

use ask::Counted;
use section::{Kind, section};
use subject::{About, Turn, Whom};
use traffic::Traffic;

/// Share of the width that the facts have.
const LEFT: f32 = 0.43;

/// The screen's own state.
#[derive(Default)]
pub struct Dossier {
    whom: Whom,
    counted: Counted,
    traffic: Traffic,
    proofs: Proofs,
    /// The tie whose proof is read, and on whose page it is.
    focus: Option<(Subject, Focus)>,
}

impl Dossier {
    /// Draws the screen.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        findings: &mut Findings,
        network: &mut Network,
        scene: &mut Scene<'_>,
    ) {
        let area = ui.max_rect().shrink(size::GAP);
        let about = match self.whom.turn(ui.ctx(), scene) {
            Turn::One(about) => about,
            Turn::Several(accounts) => return state::several(ui, area, &accounts, scene),
            Turn::Nobody => {
                return state::nobody(ui, area, findings.newest().as_deref(), scene);
            }
            Turn::Looking => return state::looking(ui, area, None),
            Turn::Failed(why) => return state::looking(ui, area, Some(&why)),
        };
        if self.focus.as_ref().is_some_and(|(of, _)| *of != about.subject) {
            self.focus = None;
        }
        self.counted.ask(ui.ctx(), &about, network, scene);
        let mut child = ui.new_child(UiBuilder::new().max_rect(area));
        let id = ("dossier", about.subject);
        ScrollArea::vertical().id_salt(id).auto_shrink(false).show(&mut child, |ui| {
            // The bar floats at the edge; it must not lie over the last digits.
            ui.set_max_width(ui.available_width() - 8.0);
            ui.spacing_mut().item_spacing.y = 0.0;
            self.page(ui, &about, findings, scene);
        });
    }

    fn page(&mut self, ui: &mut Ui, about: &About, findings: &mut Findings, scene: &mut Scene<'_>) {
        let said = self.counted.said().cloned().unwrap_or_default();
        let portrait = self.counted.portrait().cloned();
        head::show(ui, about, (portrait.as_deref(), &said), scene);
        self.traffic.show(ui, about, scene);
        if !section::is_wide(ui) {
            self.known(ui, about, findings, scene);
            return self.concluded(ui, about, findings, scene);
        }
        let (top, width) = (ui.cursor().min, ui.available_width());
        let left = ((width - size::GAP) * LEFT).round();
        let column = |x: f32, width: f32| {
            let rect = Rect::from_min_size(pos2(x, top.y), vec2(width, f32::INFINITY));
            UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min))
        };
        let mut facts = ui.new_child(column(top.x, left));
        self.known(&mut facts, about, findings, scene);
        let (x, rest) = (top.x + left + size::GAP, width - left - size::GAP);
        let mut rest = ui.new_child(column(x, rest));
        self.concluded(&mut rest, about, findings, scene);
        let bottom = facts.min_rect().bottom().max(rest.min_rect().bottom());
        ui.allocate_exact_size(vec2(width, bottom - top.y), Sense::hover());
    }

    /// What the records say, and what ties it to others.
    fn known(
        &mut self,
        ui: &mut Ui,
        about: &About,
        findings: &mut Findings,
        scene: &mut Scene<'_>,
    ) {
        let portrait = self.counted.portrait().cloned();
        let columns = self.counted.columns().cloned();
        let columns = columns.as_ref().map(|columns| &columns[..]);
        identity::show(ui, about, portrait.as_deref(), columns, scene);
        if let (Subject::Cluster(_), Some(analysis)) = (about.subject, scene.analysis.cloned()) {
            let n = about.ids.len() as u64;
            let note = format::counted(n, "account", "accounts");
            section(ui, Part::Accounts, (Kind::Inference, &note), |ui| {
                let whom = Detailed { analysis: &analysis, subject: about.subject };
                findings.accounts(ui, whom, scene);
            });
        }
        templates::show(ui, about, portrait.as_deref(), scene);
        let known = peers::Known {
            whole: self.counted.whole.as_deref(),
            peers: self.counted.peers().map(|peers| &**peers),
            without: self.counted.without.as_deref(),
        };
        if let Some(claim) = peers::show(ui, about, &known, scene) {
            self.focus = Some((about.subject, Focus::Line(claim)));
        }
    }

    /// What follows from it, and what a person has decided.
    fn concluded(
        &mut self,
        ui: &mut Ui,
        about: &About,
        findings: &mut Findings,
        scene: &mut Scene<'_>,
    ) {
        found::detectors(ui, about, findings, scene);
        found::innocent(ui, about, findings, scene);
        let said = self.counted.said().cloned().unwrap_or_default();
        said::standing(ui, about, &said, scene);
        let deeds = self.counted.deeds();
        said::history(ui, about, deeds.map(|deeds| deeds.map(|deeds| &deeds[..])));
    }

    /// Whether the panel on the right is this screen's: the proof of a tie.
    pub fn has_panel(&self) -> bool {
        self.focus.is_some() && self.counted.whole.is_some()
    }

    /// Draws the panel.
    pub fn panel(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let (Some((_, focus)), Some(whole)) = (self.focus.clone(), self.counted.whole.clone())
        else {
            return;
        };
        let (_, is_closed) = side::show(ui, &focus, &whole, &mut self.proofs, scene);
        if is_closed {
            self.focus = None;
        }
    }

    /// Lays the tie aside that is read; whether one was.
    pub fn lift(&mut self) -> bool {
        self.focus.take().is_some()
    }

    /// Whether everything that was asked for is there.
    #[cfg(test)]
    pub fn is_settled(&self) -> bool {
        let is_stale = self.traffic.is_stale() || self.proofs.is_stale() || self.whom.is_stale();
        self.counted.is_settled() && !is_stale
    }
}

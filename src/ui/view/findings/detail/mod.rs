//! One cluster or account: the proof, what speaks against it, what it hangs on, who it is.

pub mod band;
mod cited;
mod dismissed;
mod lead;
mod members;
mod proof;
mod repeat;
mod sensitivity;
pub mod statement;
mod tabs;
pub mod why_not;

use std::sync::Arc;

use egui::{Align, Label, Layout, Rect, ScrollArea, Ui, UiBuilder, vec2};

use crate::case::Dismissal;
use crate::detect::Told;
use crate::model::finding::{AccountScore, Analysis, Benign, Cluster, Level, Subject};
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::surface;
use crate::ui::widget::level;
use crate::ui::widget::raw::visible_text;

use super::proofs::Proofs;

pub use crate::detect::exhibit::rank;
pub use tabs::Tab;
pub use why_not::{is_evidence, marked, standing};

/// Whom the detail is about, with everything concluded.
#[derive(Clone, Copy)]
pub struct Whom<'a> {
    /// The run.
    pub analysis: &'a Analysis,
    /// A cluster or an account.
    pub subject: Subject,
}

impl<'a> Whom<'a> {
    /// The cluster, where it is one.
    pub fn cluster(self) -> Option<&'a Cluster> {
        match self.subject {
            Subject::Cluster(id) => self.analysis.cluster(id),
            Subject::Account(_) => None,
        }
    }

    /// The account, where it stands alone.
    pub fn account(self) -> Option<&'a AccountScore> {
        match self.subject {
            Subject::Account(account) => self.analysis.account(account),
            Subject::Cluster(_) => None,
        }
    }

    /// How far the evidence carries.
    pub fn level(self) -> Level {
        let of_account = || self.account().map(|score| score.level);
        self.cluster().map(|cluster| cluster.level).or_else(of_account).unwrap_or_default()
    }

    /// Both scores: coordinated, harvesting.
    pub fn scores(self) -> (f64, f64) {
        let of_account = || self.account().map(|a| (a.coordination, a.harvesting));
        let of_cluster = self.cluster().map(|c| (c.coordination, c.harvesting));
        of_cluster.or_else(of_account).unwrap_or_default()
    }

    /// Innocent explanations that were looked at.
    pub fn benign(self) -> &'a [Benign] {
        let of_account = || self.account().map(|score| &score.benign[..]);
        self.cluster().map(|cluster| &cluster.benign[..]).or_else(of_account).unwrap_or(&[])
    }

    /// Its accounts, by position.
    pub fn members(self) -> Vec<u32> {
        match (self.cluster(), self.subject) {
            (Some(cluster), _) => cluster.members.iter().map(|m| m.account).collect(),
            (None, Subject::Account(account)) => vec![account],
            (None, Subject::Cluster(_)) => Vec::new(),
        }
    }
}

/// The detail's own state.
#[derive(Default)]
pub struct Detail {
    proofs: Proofs,
    members: members::Members,
}

/// Who is shown, and what is known of them beside the findings.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// Who.
    pub subject: Subject,
    /// Which clusters are told from chance.
    pub told: Told,
    /// What is remembered from before the last imports.
    pub dismissal: Option<&'a Dismissal>,
}

impl Detail {
    /// Draws the card.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        analysis: &Arc<Analysis>,
        Shown { subject, told, dismissal }: Shown<'_>,
        scene: &mut Scene<'_>,
    ) {
        self.proofs.ask(ui.ctx(), scene, analysis, subject);
        let whom = Whom { analysis, subject };
        let tab = scene.view.tab.of(whom);
        surface(ui, rect);
        let head = Rect::from_min_size(rect.min, vec2(rect.width(), size::CARD_HEADER));
        header(ui, head, (whom, tab), scene);
        let body = rect.with_min_y(head.bottom()).shrink(1.0);
        region(ui, body, |ui| {
            let id = ("detail", subject, tab as u8);
            ScrollArea::vertical().id_salt(id).auto_shrink(false).show(ui, |ui| {
                let inner = ui.max_rect().shrink2(vec2(size::CARD_PADDING + 4.0, 0.0));
                let mut child = ui.new_child(
                    UiBuilder::new().max_rect(inner).layout(Layout::top_down(Align::Min)),
                );
                child.spacing_mut().item_spacing.y = 4.0;
                child.spacing_mut().interact_size.y = 18.0;
                child.add_space(14.0);
                match tab {
                    Tab::Proof => {
                        if let Some(dismissal) = dismissal {
                            dismissed::show(&mut child, dismissal, scene);
                        }
                        proof::show(&mut child, whom, &self.proofs, scene);
                    }
                    Tab::WhyNot => why_not::show(&mut child, whom, told),
                    Tab::Sensitivity => sensitivity::show(&mut child, whom),
                    Tab::Accounts => self.members.show(&mut child, whom, scene),
                    Tab::Rows => cited::show(&mut child, whom, &self.proofs, scene),
                }
                child.add_space(16.0);
                let used = child.min_rect().height();
                ui.allocate_space(vec2(ui.available_width(), used));
            });
        });
    }

    /// Draws what each detector says, without a card of its own.
    pub fn proof(
        &mut self,
        ui: &mut Ui,
        (analysis, subject): (&Arc<Analysis>, Subject),
        scene: &mut Scene<'_>,
    ) {
        self.proofs.ask(ui.ctx(), scene, analysis, subject);
        proof::show(ui, Whom { analysis, subject }, &self.proofs, scene);
    }

    /// Draws the accounts of a cluster, without a card of their own.
    pub fn members(&mut self, ui: &mut Ui, whom: Whom<'_>, scene: &mut Scene<'_>) {
        self.members.show(ui, whom, scene);
    }

    /// Whether everything shown is read.
    #[cfg(test)]
    pub fn is_settled(&self) -> bool {
        !self.proofs.is_stale()
    }
}

/// Whose proof it is, how far it carries, and the tabs.
fn header(ui: &mut Ui, rect: Rect, (whom, tab): (Whom<'_>, Tab), scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    ui.painter().hline(rect.shrink(1.0).x_range(), rect.bottom() - 0.5, theme.hairline());
    let inner = rect.shrink2(vec2(size::CARD_PADDING + 4.0, 0.0));
    let layout = Layout::right_to_left(Align::Center);
    let mut child = ui.new_child(UiBuilder::new().max_rect(inner).layout(layout));
    child.shrink_clip_rect(inner);
    let is_narrow = inner.width() < 560.0;
    child.spacing_mut().item_spacing.x = if is_narrow { 11.0 } else { 16.0 };
    let level = whom.level();
    for (other, name, n) in tabs::of(whom).into_iter().rev() {
        if tabs::show(&mut child, name, n, other == tab, is_narrow) {
            scene.ask(Action::Turn(other));
        }
    }
    child.with_layout(Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 7.0;
        let title = title(whom, scene);
        level::here(ui, level);
        ui.add(Label::new(Face::Card.text(&title)).truncate())
            .on_hover_text(format!("{title}: {}", level_word(level)));
        let ink = level::color(theme, level);
        let ink = if level == Level::None { theme.muted } else { ink };
        if !is_narrow {
            ui.add(Label::new(Face::Body.text(level_word(level)).color(ink)).truncate());
        }
    });
}

/// `Cluster 7`, or the id of an account.
pub fn title(whom: Whom<'_>, scene: &Scene<'_>) -> String {
    match whom.subject {
        Subject::Cluster(id) => format!("Cluster {id}"),
        Subject::Account(account) => {
            let id = scene.index.accounts().get(account as usize);
            id.map_or_else(String::new, |id| visible_text(id).into_owned())
        }
    }
}

/// The word for a level.
pub fn level_word(level: Level) -> &'static str {
    if level == Level::None { "below indicative" } else { level.as_str() }
}

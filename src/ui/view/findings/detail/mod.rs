//! One cluster or account: the proof, what speaks against it, what it hangs on, who it is.

mod band;
mod cited;
mod lead;
mod members;
mod proof;
mod sensitivity;
mod statement;
mod why_not;

use std::sync::Arc;

use egui::{Align, Label, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, vec2};

use crate::detect::Told;
use crate::model::finding::{AccountScore, Analysis, Benign, Cluster, Level, Subject};
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::surface;
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::{level, text};

use super::listing::about;
use super::proofs::Proofs;

pub use crate::detect::exhibit::rank;
pub use why_not::{is_evidence, marked, standing};

/// What is shown of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    /// What the detectors say, and the pictures.
    #[default]
    Proof,
    /// Innocent explanations, and what would be needed for more.
    WhyNot,
    /// What the level hangs on.
    Sensitivity,
    /// Its accounts.
    Accounts,
    /// The records it rests on.
    Rows,
}

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
    tab: Tab,
    proofs: Proofs,
    members: members::Members,
}

impl Detail {
    /// Draws the card.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        analysis: &Arc<Analysis>,
        (subject, told): (Subject, Told),
        scene: &mut Scene<'_>,
    ) {
        self.proofs.ask(ui.ctx(), scene, analysis, subject);
        let whom = Whom { analysis, subject };
        // An account alone has neither.
        if whom.cluster().is_none() && matches!(self.tab, Tab::Sensitivity | Tab::Accounts) {
            self.tab = Tab::Proof;
        }
        surface(ui, rect);
        let header = Rect::from_min_size(rect.min, vec2(rect.width(), size::CARD_HEADER));
        self.header(ui, header, whom, scene);
        let body = rect.with_min_y(header.bottom()).shrink(1.0);
        region(ui, body, |ui| {
            let id = ("detail", subject, self.tab as u8);
            ScrollArea::vertical().id_salt(id).auto_shrink(false).show(ui, |ui| {
                let inner = ui.max_rect().shrink2(vec2(size::CARD_PADDING + 4.0, 0.0));
                let mut child = ui.new_child(
                    UiBuilder::new().max_rect(inner).layout(Layout::top_down(Align::Min)),
                );
                child.spacing_mut().item_spacing.y = 4.0;
                child.spacing_mut().interact_size.y = 18.0;
                child.add_space(14.0);
                match self.tab {
                    Tab::Proof => proof::show(&mut child, whom, &self.proofs, scene),
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

    fn header(&mut self, ui: &mut Ui, rect: Rect, whom: Whom<'_>, scene: &Scene<'_>) {
        let theme = Theme::of(ui);
        ui.painter().hline(rect.shrink(1.0).x_range(), rect.bottom() - 0.5, theme.hairline());
        let inner = rect.shrink2(vec2(size::CARD_PADDING + 4.0, 0.0));
        let layout = Layout::right_to_left(Align::Center);
        let mut child = ui.new_child(UiBuilder::new().max_rect(inner).layout(layout));
        child.shrink_clip_rect(inner);
        let is_narrow = inner.width() < 560.0;
        child.spacing_mut().item_spacing.x = if is_narrow { 11.0 } else { 16.0 };
        let level = whom.level();
        for (tab, name, n) in self.tabs(whom).into_iter().rev() {
            if self::tab(&mut child, name, n, self.tab == tab, is_narrow) {
                self.tab = tab;
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

    /// The tabs there are, each with a number.
    fn tabs(&self, whom: Whom<'_>) -> Vec<(Tab, &'static str, Option<u64>)> {
        let found = about(whom.analysis, whom.subject).count() as u64;
        let standing = standing(whom.benign()) as u64;
        let mut tabs = vec![
            (Tab::Proof, "Proof", Some(found)),
            (Tab::WhyNot, "Why not?", Some(standing).filter(|n| *n > 0)),
        ];
        if let Some(cluster) = whom.cluster() {
            tabs.push((Tab::Sensitivity, "Sensitivity", None));
            tabs.push((Tab::Accounts, "Accounts", Some(cluster.members.len() as u64)));
        }
        tabs.push((Tab::Rows, "Rows", None));
        tabs
    }

    /// Whether everything shown is read.
    #[cfg(test)]
    pub fn is_settled(&self) -> bool {
        !self.proofs.is_stale()
    }
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

/// One tab; whether it was clicked.
fn tab(ui: &mut Ui, name: &str, n: Option<u64>, on: bool, is_narrow: bool) -> bool {
    let theme = Theme::of(ui);
    let number = n.filter(|_| !is_narrow).map(format::count).unwrap_or_default();
    let ink = if on { theme.text } else { theme.muted };
    let width = text::width(ui, name, Face::Body);
    let gap = if number.is_empty() { 0.0 } else { 5.0 };
    let more = text::width(ui, &number, Face::Small);
    let (rect, response) =
        ui.allocate_exact_size(vec2(width + gap + more, size::CARD_HEADER), Sense::click());
    response.widget_info(|| WidgetInfo::selected(egui::Role::Tab, true, on, name));
    let lit = response.hovered() || response.has_focus();
    let ink = if lit { theme.text } else { ink };
    let (at, left) = (rect.left_center(), egui::Align2::LEFT_CENTER);
    text::paint(ui.painter(), at, left, name, Face::Body, ink);
    let at = at + vec2(width + gap, 0.5);
    text::paint(ui.painter(), at, left, &number, Face::Small, theme.muted);
    if on {
        let line = egui::Stroke::new(2.0, theme.accent);
        ui.painter().hline(rect.x_range(), rect.bottom() - 1.5, line);
    }
    response.clicked()
}

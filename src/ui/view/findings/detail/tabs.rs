//! The tabs of one cluster or account.

use egui::{Sense, Ui, WidgetInfo, vec2};
use serde::{Deserialize, Serialize};

use crate::ui::format;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::text;

use super::super::listing::about;
use super::{Whom, standing};

/// What is shown of a cluster or an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
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

impl Tab {
    /// The one that is shown of somebody: an account alone has no accounts, and no ties to leave
    /// out.
    pub(super) fn of(self, whom: Whom<'_>) -> Self {
        match self {
            Self::Sensitivity | Self::Accounts if whom.cluster().is_none() => Self::Proof,
            tab => tab,
        }
    }
}

/// The tabs there are, each with a number.
pub(super) fn of(whom: Whom<'_>) -> Vec<(Tab, &'static str, Option<u64>)> {
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

/// One tab; whether it was clicked.
pub(super) fn show(ui: &mut Ui, name: &str, n: Option<u64>, on: bool, is_narrow: bool) -> bool {
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

//! What is remembered of a cluster that was cleared before others joined it: a judgement, and the
//! one step that extends it.

use egui::Ui;

use crate::case::Dismissal;
use crate::model::Selection;
use crate::ui::Zone;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Judgement};
use crate::ui::theme::{Face, Theme, frame};
use crate::ui::widget::{Press, text};

/// Draws it.
pub fn show(ui: &mut Ui, dismissal: &Dismissal, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    let joined = dismissal.joined.len() as u64;
    frame::raised(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.label(Face::Section.text("Dismissed before").color(theme.muted));
        let words = match joined {
            1 => "1 account joined it with a later import".to_owned(),
            n => format!("{} accounts joined it with a later import", format::count(n)),
        };
        text::wrapped(ui, Face::Entry.text(words));
        let said = said(dismissal, Zone::of(ui.ctx()));
        text::wrapped(ui, Face::Small.text(said).color(theme.muted));
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            if scene.read_only {
                return select(ui, dismissal, scene);
            }
            let these = format!("Clear {} too", format::counted(joined, "account", "accounts"));
            if ui.add(Press::new(&these)).clicked() {
                let verdict = &dismissal.verdict;
                let judgement = Judgement::Verdict {
                    verdict: Some(verdict.verdict),
                    confidence: verdict.confidence,
                    reason: verdict.reason.clone(),
                };
                scene.ask(Action::Judge { accounts: ids(dismissal, scene), judgement });
            }
            select(ui, dismissal, scene);
        });
    });
    ui.add_space(8.0);
}

fn select(ui: &mut Ui, dismissal: &Dismissal, scene: &mut Scene<'_>) {
    if ui.add(Press::new("Select those that joined")).clicked() {
        let selection = Selection::accounts(ids(dismissal, scene));
        scene.ask(Action::Select(selection));
    }
}

fn ids(dismissal: &Dismissal, scene: &Scene<'_>) -> Vec<String> {
    let id = |account: &u32| scene.index.accounts().get(*account as usize).cloned();
    dismissal.joined.iter().filter_map(id).collect()
}

/// `24 accounts cleared, the last by Ann on 12 Mar 2026, high confidence: “campus gateway”`.
fn said(dismissal: &Dismissal, zone: Zone) -> String {
    let verdict = &dismissal.verdict;
    let cleared = format::counted(dismissal.cleared, "account", "accounts");
    let reason = match verdict.reason.as_str() {
        "" => String::new(),
        reason => format!(": “{}”", format::display(reason)),
    };
    format!(
        "{cleared} cleared, the last by {} on {}, {} confidence{reason}",
        format::display(&verdict.actor),
        format::date(zone.wall(verdict.at)),
        verdict.confidence.as_str(),
    )
}

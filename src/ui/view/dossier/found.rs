//! What the detectors say, and what would make it innocent: the pictures and sheets of the findings.

use std::sync::Arc;

use egui::Ui;

use crate::case::dossier::Part;
use crate::detect::registry;
use crate::model::finding::{AccountScore, Analysis, Finding, Subject};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme};
use crate::ui::view::findings::Findings;
use crate::ui::view::findings::detail::{band, rank, statement};
use crate::ui::view::findings::listing::{self, about as findings_about};
use crate::ui::widget::{button, text};

use super::section::{Kind, absent, section};
use super::subject::About;

/// Draws what the detectors say.
pub fn detectors(ui: &mut Ui, about: &About, findings: &mut Findings, scene: &mut Scene<'_>) {
    let Some(analysis) = scene.analysis.cloned() else {
        return section(ui, Part::Detectors, (Kind::Inference, ""), |ui| {
            absent(ui, "The detectors have not been run on this case");
        });
    };
    let n = findings_about(&analysis, about.subject).count() as u64;
    let note = match (n, of_account(&analysis, about.subject).and_then(|score| score.cluster)) {
        (0, Some(_)) => "none about it alone".to_owned(),
        _ => format::counted(n, "finding", "findings"),
    };
    section(ui, Part::Detectors, (Kind::Inference, &note), |ui| {
        let score = of_account(&analysis, about.subject);
        if n > 0 || score.is_none_or(|score| score.cluster.is_none()) {
            if n == 0 && score.is_none() && matches!(about.subject, Subject::Account(_)) {
                return absent(ui, "No detector says anything of this account");
            }
            findings.proof(ui, (&analysis, about.subject), scene);
        }
        if let Some((id, score)) = score.and_then(|score| Some((score.cluster?, score))) {
            as_member(ui, (id, score), &analysis, scene);
        }
    });
}

fn of_account(analysis: &Analysis, subject: Subject) -> Option<&AccountScore> {
    match subject {
        Subject::Account(account) => analysis.account(account),
        Subject::Cluster(_) => None,
    }
}

/// What is found about the cluster of an account, as far as it speaks of the account.
fn as_member(
    ui: &mut Ui,
    (id, score): (u32, &AccountScore),
    analysis: &Arc<Analysis>,
    scene: &mut Scene<'_>,
) {
    let theme = Theme::of(ui);
    ui.add_space(6.0);
    let cluster = analysis.cluster(id);
    let member = cluster.and_then(|c| c.members.iter().find(|m| m.account == score.account));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        text::section(ui, "As a member of");
        if button::link(ui, format!("Cluster {id}")).on_hover_text("Its dossier").clicked() {
            scene.ask(Action::Select(listing::cluster(id)));
        }
        if let Some(member) = member {
            let words = format!(
                "{}, in {:.0} % of clusterings",
                member.membership.as_str(),
                100.0 * member.stability
            );
            text::line(ui, Face::Small.text(words).color(theme.muted));
        }
    });
    let mut all: Vec<(u64, &Finding)> = findings_about(analysis, Subject::Cluster(id)).collect();
    let of_all = all.len() as u64;
    all.retain(|(_, finding)| {
        finding.accounts.is_empty() || finding.accounts.contains(&score.account)
    });
    all.sort_by_key(|(_, finding)| rank(finding));
    let words = format!(
        "{} of {} about it speak of this account",
        format::count(all.len() as u64),
        format::counted(of_all, "finding", "findings")
    );
    text::wrapped(ui, Face::Small.text(words).color(theme.muted));
    for (number, finding) in all {
        brief(ui, number, finding, scene);
    }
}

/// A finding without its pictures: the sentence, what chance gives, the measure.
fn brief(ui: &mut Ui, number: u64, finding: &Finding, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    ui.separator();
    ui.horizontal(|ui| {
        let title = registry::by_id(&finding.detector).map_or("", |d| d.definition().title);
        ui.label(Face::Card.text(title).color(theme.text));
        ui.label(Face::MonoSmall.text(&finding.detector).color(theme.muted));
        if finding.is_exact {
            ui.label(Face::Section.text("exact").color(theme.copper));
        }
    });
    statement::show(ui, number, finding, scene);
    band::show(ui, finding);
    text::wrapped(ui, Face::Small.text(format::display(&finding.measure())).color(theme.muted));
}

/// Draws what speaks against it.
pub fn innocent(ui: &mut Ui, about: &About, findings: &mut Findings, scene: &Scene<'_>) {
    let Some(analysis) = scene.analysis else { return };
    let of_cluster = of_account(analysis, about.subject).and_then(|score| {
        // What is tested of a cluster is said of its accounts.
        score.cluster.filter(|_| score.benign.is_empty())
    });
    let is_unknown = matches!(about.subject, Subject::Account(a) if analysis.account(a).is_none());
    let (subject, note) = match of_cluster {
        Some(id) => (Subject::Cluster(id), format!("of cluster {id}, to which it belongs")),
        None => (about.subject, String::new()),
    };
    section(ui, Part::Innocent, (Kind::Inference, &note), |ui| match is_unknown {
        true => absent(ui, "Nothing was found about it that would need an explanation"),
        false => findings.why_not(ui, analysis, subject),
    });
}

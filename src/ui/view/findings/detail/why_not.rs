//! What speaks against it: innocent explanations and what became of each, and what keeps the level
//! from being higher.

use egui::{Align, Layout, Ui, UiBuilder, vec2};

use crate::detect::definition::Strength;
use crate::detect::fusion::{self, Among, Case, Condition, Controlled, Weighed};
use crate::detect::{Told, benign as look_alikes, registry};
use crate::model::finding::{Benign, DetectorState, Finding, Level, Tested};
use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::text;

use super::super::listing::about;
use super::{Whom, statement};

/// Innocent explanations that take a level away.
pub fn standing(benign: &[Benign]) -> usize {
    benign.iter().filter(|benign| benign.takes_level()).count()
}

/// Draws it.
pub fn show(ui: &mut Ui, whom: Whom<'_>, told: Told) {
    higher(ui, whom, told);
    ui.add_space(12.0);
    let benign = whom.benign();
    if benign.is_empty() {
        text::section(ui, "Innocent explanations");
        let words = "None was looked at: no finding about it is evidence";
        text::wrapped(ui, Face::Body.text(words).color(Theme::of(ui).muted));
    }
    for tested in [Tested::NotExcluded, Tested::NotTestable, Tested::Excluded] {
        group(ui, benign, tested);
    }
    ui.add_space(12.0);
    blind(ui, whom);
}

/// What keeps the level from being higher, or that nothing does.
fn higher(ui: &mut Ui, whom: Whom<'_>, told: Told) {
    let title = match whom.level() {
        Level::Strong => "Why strong, the highest level there is".to_owned(),
        Level::Probable => "Why probable and not strong".to_owned(),
        Level::Indicative => "Why indicative and not probable".to_owned(),
        Level::None => "Why not even indicative".to_owned(),
    };
    text::section(ui, &title);
    for condition in conditions(whom, told) {
        line(ui, condition.holds, &condition.words);
    }
}

/// The conditions of the highest level, as what decides it says them.
fn conditions(whom: Whom<'_>, told: Told) -> Vec<Condition> {
    let found: Vec<Weighed<'_>> =
        about(whom.analysis, whom.subject).filter_map(|(_, finding)| weighed(finding)).collect();
    let (is_told, among) = match whom.cluster() {
        Some(cluster) => (told.has(cluster), Among::Clusters(whom.analysis.clusters.len())),
        None => (false, Among::Accounts),
    };
    let controlled = Controlled::all(is_told);
    let accounts = whom.members().len();
    fusion::conditions(
        Case { findings: &found, benign: whom.benign(), accounts, controlled },
        among,
    )
}

fn weighed(finding: &Finding) -> Option<Weighed<'_>> {
    let definition = registry::by_id(&finding.detector)?.definition();
    Some(Weighed { finding, definition })
}

/// Whether a finding makes its family one that has evidence.
pub fn is_evidence(finding: &Finding) -> bool {
    weighed(finding).is_some_and(|weighed| weighed.is_evidence())
}

/// A line with a tick, or with a mark that something is missing.
fn line(ui: &mut Ui, holds: bool, words: &str) {
    let theme = Theme::of(ui);
    let (sign, ink) = if holds { ("✓", theme.ok) } else { ("!", theme.warn) };
    marked(ui, sign, ink, |ui| {
        text::wrapped(ui, Face::Body.text(words));
    });
}

/// Something with a mark before it.
pub fn marked(ui: &mut Ui, sign: &str, ink: egui::Color32, add: impl FnOnce(&mut Ui)) {
    let top = ui.cursor().min;
    let anchor = egui::Align2::LEFT_TOP;
    text::paint(ui.painter(), top + vec2(0.0, 1.0), anchor, sign, Face::Medium, ink);
    let width = ui.available_width() - 16.0;
    let rect = egui::Rect::from_min_size(top + vec2(16.0, 0.0), vec2(width, f32::INFINITY));
    let layout = Layout::top_down(Align::Min);
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
    add(&mut child);
    let height = child.min_rect().height();
    ui.allocate_exact_size(vec2(width + 16.0, height), egui::Sense::hover());
}

/// Those of one outcome, first what takes a level away.
fn in_order(benign: &[Benign], tested: Tested) -> Vec<&Benign> {
    let mut of: Vec<&Benign> = benign.iter().filter(|benign| benign.tested == tested).collect();
    of.sort_by_key(|benign| !benign.takes_level());
    of
}

/// All explanations of one outcome.
fn group(ui: &mut Ui, benign: &[Benign], tested: Tested) {
    let of = in_order(benign, tested);
    if of.is_empty() {
        return;
    }
    let theme = Theme::of(ui);
    ui.add_space(8.0);
    let title = format!("{} · {}", format::capitalised(tested.words()), of.len());
    text::section(ui, &title);
    for benign in of {
        let (sign, ink) = match tested {
            _ if benign.takes_level() => ("!", theme.warn),
            Tested::Excluded => ("✓", theme.ok),
            _ => ("?", theme.indicative),
        };
        marked(ui, sign, ink, |ui| {
            let title = look_alikes::ALL.iter().find(|known| known.id == benign.id);
            let title = title.map_or(benign.id.as_str(), |known| known.title);
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                text::line(ui, Face::Medium.text(title));
                ui.label(Face::MonoSmall.text(&benign.id).color(theme.muted));
            });
            ui.scope(|ui| {
                ui.visuals_mut().override_text_color = Some(theme.muted);
                statement::plain(ui, &benign.facts, Face::Body);
            });
        });
        ui.add_space(3.0);
    }
}

/// Detectors that could not look: what they would have seen is not known.
fn blind(ui: &mut Ui, whom: Whom<'_>) {
    let theme = Theme::of(ui);
    let runs = &whom.analysis.run.detectors;
    let blind = runs.iter().filter_map(|run| match &run.state {
        DetectorState::NotRun { why } => Some((run, why.as_str())),
        DetectorState::LeftOut => Some((run, "not asked for")),
        DetectorState::Ran => None,
    });
    let blind: Vec<_> = blind.collect();
    if !blind.is_empty() {
        text::section(ui, &format!("Not looked at · {}", blind.len()));
    }
    for (run, why) in blind {
        let title = registry::by_id(&run.detector).map_or("", |d| d.definition().title);
        marked(ui, "–", theme.muted, |ui| {
            let words = format!("{} {title}: {}", run.detector, format::display(why));
            text::wrapped(ui, Face::Body.text(words).color(theme.muted));
        });
    }
    let silent = runs.iter().filter(|run| run.state == DetectorState::Ran);
    let spoke: Vec<&str> =
        about(whom.analysis, whom.subject).map(|(_, finding)| finding.detector.as_str()).collect();
    let silent: Vec<String> = silent
        .filter(|run| !spoke.contains(&run.detector.as_str()))
        .filter_map(|run| registry::by_id(&run.detector))
        .filter(|d| d.definition().strength > Strength::Context)
        .map(|d| format!("{} {}", d.definition().id, d.definition().title.to_lowercase()))
        .collect();
    if !silent.is_empty() {
        ui.add_space(10.0);
        text::section(ui, &format!("Looked and found nothing · {}", silent.len()));
        text::wrapped(ui, Face::Body.text(silent.join(" · ")).color(theme.muted));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::{Recipe, Statement, Unit};

    #[test]
    fn what_takes_a_level_stands_first_of_its_outcome() {
        let benign = |id: &str, tested, facts| Benign { id: id.into(), tested, facts };
        let what = Recipe::Case { what: "accounts".into() };
        let blind = Statement::new("{owners}").with(Benign::OWNERS, 0.0, Unit::Count, what);
        let all = [
            benign("L01", Tested::Excluded, Statement::default()),
            benign("L04", Tested::NotTestable, Statement::default()),
            benign("L06", Tested::NotTestable, blind),
            benign("L11", Tested::NotTestable, Statement::default()),
        ];
        let ids: Vec<&str> =
            in_order(&all, Tested::NotTestable).iter().map(|benign| benign.id.as_str()).collect();
        assert_eq!(ids, ["L06", "L04", "L11"]);
    }
}

//! What speaks against it: innocent explanations and what became of each, and what keeps the level
//! from being higher.

use egui::{Align, Layout, Ui, UiBuilder, vec2};

use crate::detect::benign as look_alikes;
use crate::detect::definition::Strength;
use crate::detect::is_told_from_chance;
use crate::detect::registry;
use crate::model::finding::{Benign, Cluster, DetectorState, Family, Finding, Level, Tested};
use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::text;

use super::super::listing::about;
use super::{Whom, statement};

/// Innocent explanations that the facts do not exclude.
pub fn standing(benign: &[Benign]) -> usize {
    benign.iter().filter(|benign| benign.tested == Tested::NotExcluded).count()
}

/// Draws it.
pub fn show(ui: &mut Ui, whom: Whom<'_>) {
    higher(ui, whom);
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
fn higher(ui: &mut Ui, whom: Whom<'_>) {
    let title = match whom.level() {
        Level::Strong => "Why strong, the highest level there is".to_owned(),
        Level::Probable => "Why probable and not strong".to_owned(),
        Level::Indicative => "Why indicative and not probable".to_owned(),
        Level::None => "Why not even indicative".to_owned(),
    };
    text::section(ui, &title);
    for reason in reasons(whom) {
        line(ui, reason.holds, &reason.words);
    }
}

/// A condition of the next level.
struct Reason {
    holds: bool,
    words: String,
}

fn reasons(whom: Whom<'_>) -> Vec<Reason> {
    let evidence = || about(whom.analysis, whom.subject).filter(|(_, f)| is_evidence(f));
    let mut families: Vec<Family> = evidence().map(|(_, finding)| finding.family).collect();
    families.sort_unstable();
    families.dedup();
    let names: Vec<&str> = families.iter().map(|family| family.as_str()).collect();
    let beyond_clock = families.iter().any(|family| *family != Family::Timing);
    let exact = evidence().filter(|(_, finding)| finding.is_exact).count();
    let stands = standing(whom.benign());
    let mut reasons = vec![
        Reason {
            holds: families.len() >= 2,
            words: match names.len() {
                0 => "no family of evidence; one makes it indicative".to_owned(),
                1 => format!("one family of evidence, {}; probable needs two", names[0]),
                n => format!("{n} families of evidence: {}", names.join(", ")),
            },
        },
        Reason {
            holds: beyond_clock,
            words: match beyond_clock {
                true => "one of them is neither volume nor clock".to_owned(),
                false => "nothing but volume or clock".to_owned(),
            },
        },
        Reason {
            holds: stands == 0,
            words: match stands {
                0 => "no innocent explanation stands".to_owned(),
                1 => "an innocent explanation is not excluded, which takes a level away".to_owned(),
                n => {
                    format!("{n} innocent explanations are not excluded, which takes a level away")
                }
            },
        },
        Reason {
            holds: exact > 0,
            words: match exact {
                0 => "no exact evidence (replayed block, disjoint shards, ban succession), which \
                      strong needs"
                    .to_owned(),
                n => format::counted(n as u64, "exact proof", "exact proofs"),
            },
        },
    ];
    reasons.push(match whom.cluster() {
        Some(cluster) => chance(whom, cluster),
        None => Reason {
            holds: false,
            words:
                "an account that stands alone is never more than probable, and that only where two \
                    families tell it from chance"
                    .to_owned(),
        },
    });
    reasons
}

/// Whether it is told from chance among as many clusters as there are; one that is not is never more
/// than indicative.
fn chance(whom: Whom<'_>, cluster: &Cluster) -> Reason {
    let clusters = &whom.analysis.clusters;
    let holds = is_told_from_chance(clusters, cluster);
    let n = format::counted(clusters.len() as u64, "cluster", "clusters");
    let words = match holds {
        true => format!("told from chance among {n} (false ones held at 5 %)"),
        false => format!(
            "not told from chance among {n}, beside the tie that chose it: never more than indicative"
        ),
    };
    Reason { holds, words }
}

/// Whether a finding makes its family one that has evidence.
pub fn is_evidence(finding: &Finding) -> bool {
    let Some(detector) = registry::by_id(&finding.detector) else { return false };
    let definition = detector.definition();
    crate::detect::fusion::Weighed { finding, definition }.is_evidence()
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

/// All explanations of one outcome.
fn group(ui: &mut Ui, benign: &[Benign], tested: Tested) {
    let of: Vec<&Benign> = benign.iter().filter(|benign| benign.tested == tested).collect();
    if of.is_empty() {
        return;
    }
    let theme = Theme::of(ui);
    let (sign, ink) = match tested {
        Tested::NotExcluded => ("!", theme.warn),
        Tested::NotTestable => ("?", theme.indicative),
        Tested::Excluded => ("✓", theme.ok),
    };
    ui.add_space(8.0);
    let title = format!("{} · {}", format::capitalised(tested.words()), of.len());
    text::section(ui, &title);
    for benign in of {
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

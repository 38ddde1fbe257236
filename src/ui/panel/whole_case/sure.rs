//! How sure: what the detectors found, in numbers, and how many of it chance would make.

use egui::Ui;

use crate::case::{AnalysisDue, expected_false};
use crate::detect::short_of_collecting;
use crate::model::finding::{Analysis, Cluster, Level, Subject};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{card, text};

/// Draws it with the copper edge of inference, where detectors were run.
pub fn show(ui: &mut Ui, scene: &Scene<'_>) {
    let Some(analysis) = scene.analysis else { return };
    card::inferred(ui, 12.0, |ui| {
        text::section(ui, "How sure");
        for words in sentences(analysis) {
            super::paragraph(ui, &words);
        }
        if let Some(due) = &scene.analysis_due {
            let words = format!("{}.", format::capitalised(&AnalysisDue::sentence(due)));
            text::wrapped(ui, Face::Small.text(words).color(Theme::of(ui).warn));
        }
    });
    ui.add_space(14.0);
}

/// What was found; numbers between `*`.
fn sentences(analysis: &Analysis) -> Vec<String> {
    let [_, indicative, probable, strong] = analysis.standing();
    if strong + probable == 0 {
        let more = format::counted(indicative, "finding is", "findings are");
        return vec![match indicative {
            0 => "Nothing that deserves a look was found by the detectors that could run.".into(),
            _ => format!("*{more}* indicative, and none is more than that."),
        }];
    }
    let (shown, scored) = in_both(analysis);
    let mut all = vec![format!("*{strong} strong* and *{probable} probable* findings.")];
    if !shown.is_empty() {
        let accounts = shown.iter().map(|c| c.members.len() as u64).sum();
        all.push(format!(
            "*{}* of them, *{}*, both act as one and collect answers.",
            shown.len(),
            format::counted(accounts, "account", "accounts")
        ));
    }
    if !scored.is_empty() {
        let n = scored.len() as u64;
        let who = match shown.is_empty() {
            true => format::counted(n, "of them has", "of them have"),
            false => format::counted(n, "more of them has", "more of them have"),
        };
        all.push(format!(
            "*{who}* both scores, without a detector that shows answers being collected."
        ));
    }
    let listed = analysis.clusters.iter().filter(|c| c.level >= Level::Probable).count();
    if listed > 0 {
        let expected = expected_false(analysis);
        all.push(format!(
            "At most *{expected:.1}* of the *{listed}* clusters would be expected by chance \
             (q = 0.05)."
        ));
    }
    all
}

/// Clusters from probable on with both scores, which lie in the quarter "Both" of the board: those of
/// which something shows that they collect answers, and those of which only the score says so.
fn in_both(analysis: &Analysis) -> (Vec<&Cluster>, Vec<&Cluster>) {
    let both =
        |c: &&Cluster| c.level >= Level::Probable && c.coordination >= 0.5 && c.harvesting >= 0.5;
    let is_shown = |c: &&Cluster| {
        let about = analysis.about(Subject::Cluster(c.id)).map(|(_, finding)| finding);
        short_of_collecting(about).is_none()
    };
    analysis.clusters.iter().filter(both).partition(is_shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Claim, registry};
    use crate::model::finding::testkit;

    /// A probable cluster with scores for both questions, about which a detector found something.
    fn analysis(detector: &str) -> Analysis {
        let definition = registry::by_id(detector).expect("a detector").definition();
        let claim = Claim { effect: 2.0, ln_p: Some(-20.0), ..Claim::default() };
        let found = claim.finding(definition, Subject::Cluster(1)).into_iter().collect();
        let mut analysis = testkit::analysis(1, found);
        analysis.clusters[0].harvesting = 0.9;
        analysis
    }

    #[test]
    fn blocks_handed_over_alone_are_not_said_to_be_collected_answers() {
        let collects = |detector| {
            sentences(&analysis(detector)).iter().any(|words| words.contains("collect answers"))
        };
        assert!(collects("D23"));
        assert!(!collects("D20"));
    }

    #[test]
    fn a_cluster_that_only_scores_as_if_it_collected_answers_is_counted_by_itself() {
        let has = |detector, words: &str| {
            sentences(&analysis(detector)).iter().any(|sentence| sentence.contains(words))
        };
        assert!(has("D20", "*1 of them has* both scores"));
        assert!(!has("D23", "both scores"));
    }
}

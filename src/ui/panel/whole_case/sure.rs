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
    let collects = |c: &Cluster| {
        let about = analysis.about(Subject::Cluster(c.id)).map(|(_, finding)| finding);
        c.harvesting >= 0.5 && short_of_collecting(about).is_none()
    };
    let both = |c: &&Cluster| c.level >= Level::Probable && c.coordination >= 0.5 && collects(c);
    let both: Vec<&Cluster> = analysis.clusters.iter().filter(both).collect();
    let accounts: u64 = both.iter().map(|c| c.members.len() as u64).sum();
    let mut all = vec![format!("*{strong} strong* and *{probable} probable* findings.")];
    if !both.is_empty() {
        all.push(format!(
            "*{}* of them, *{}*, both act as one and collect answers.",
            both.len(),
            format::counted(accounts, "account", "accounts")
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
}

//! How sure: what the detectors found, in numbers, and how many of it chance would make.

use egui::{Rect, Sense, Ui, UiBuilder, vec2};

use crate::case::{AnalysisDue, expected_false};
use crate::model::finding::{Analysis, Cluster, Level};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::text;

/// Draws it with the copper edge of inference, where detectors were run.
pub fn show(ui: &mut Ui, scene: &Scene<'_>) {
    let Some(analysis) = scene.analysis else { return };
    let theme = Theme::of(ui);
    let top = ui.cursor().min;
    let width = ui.available_width();
    let rect = Rect::from_min_size(top + vec2(12.0, 0.0), vec2(width - 12.0, f32::INFINITY));
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    child.spacing_mut().item_spacing.y = 4.0;
    text::section(&mut child, "How sure");
    for words in sentences(analysis) {
        super::paragraph(&mut child, &words);
    }
    if let Some(due) = &scene.analysis_due {
        let words = format!("{}.", format::capitalised(&AnalysisDue::sentence(due)));
        text::wrapped(&mut child, Face::Small.text(words).color(theme.warn));
    }
    let height = child.min_rect().height();
    let edge = Rect::from_min_size(top, vec2(2.0, height));
    ui.painter().rect_filled(edge, 1.0, theme.copper);
    ui.allocate_exact_size(vec2(width, height), Sense::hover());
    ui.add_space(14.0);
}

/// What was found; numbers between `*`.
fn sentences(analysis: &Analysis) -> Vec<String> {
    let of = |level: Level| {
        let clusters = analysis.clusters.iter().filter(|c| c.level == level).count();
        let alone = analysis.accounts.iter().filter(|a| a.cluster.is_none() && a.level == level);
        (clusters + alone.count()) as u64
    };
    let (strong, probable, indicative) =
        (of(Level::Strong), of(Level::Probable), of(Level::Indicative));
    if strong + probable == 0 {
        let more = format::counted(indicative, "finding is", "findings are");
        return vec![match indicative {
            0 => "Nothing that deserves a look was found by the detectors that could run.".into(),
            _ => format!("*{more}* indicative, and none is more than that."),
        }];
    }
    let both =
        |c: &&Cluster| c.level >= Level::Probable && c.coordination >= 0.5 && c.harvesting >= 0.5;
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

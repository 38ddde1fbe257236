//! What the level hangs on: each family left out, and how firmly the accounts belong together.

use egui::{Align2, Rect, Sense, Ui, vec2};

use crate::model::finding::{Cluster, Family};
use crate::report::p_value;
use crate::ui::format;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::{bar, level, text};

use super::members::DOUBTFUL;
use super::{Whom, level_word};

/// Draws it.
pub fn show(ui: &mut Ui, whom: Whom<'_>) {
    let Some(cluster) = whom.cluster() else { return };
    text::section(ui, "Evidence families, and what is left without each");
    captions(ui);
    for family in Family::ALL {
        row(ui, cluster, *family);
    }
    ui.add_space(4.0);
    let words = format!("{}.", format::capitalised(&cluster.sensitivity()));
    text::wrapped(ui, Face::Body.text(words));
    ui.add_space(12.0);
    text::section(ui, "What holds it together");
    text::wrapped(ui, Face::Body.text(format::display(&cluster.held_by)));
    ui.add_space(12.0);
    text::section(ui, "How firmly accounts belong to it");
    memberships(ui, cluster);
    if let Some(log10_p) = cluster.log10_p {
        ui.add_space(12.0);
        text::section(ui, "Beside the tie that chose it");
        let words = format!(
            "p {}: how often groups that such a tie puts together by chance would have as much \
             evidence besides it",
            p_value(log10_p)
        );
        text::wrapped(ui, Face::Body.text(words));
    }
}

/// Width of a column of scores.
const SCORE: f32 = 78.0;
/// A bar that is shorter is not drawn.
const LEAST_BAR: f32 = 40.0;

/// What the columns of scores are.
fn captions(ui: &mut Ui) {
    let theme = Theme::of(ui);
    let (rect, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::ROW * 0.75), Sense::hover());
    for (right, words) in [(rect.right() - SCORE, "coordinated"), (rect.right(), "harvesting")] {
        let at = egui::pos2(right, rect.center().y);
        text::paint(ui.painter(), at, Align2::RIGHT_CENTER, words, Face::Small, theme.muted);
    }
}

fn row(ui: &mut Ui, cluster: &Cluster, family: Family) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::ROW), Sense::hover());
    let painter = ui.painter();
    painter.hline(rect.x_range(), rect.bottom() - 0.5, theme.hairline());
    let left = Align2::LEFT_CENTER;
    text::paint(painter, rect.left_center(), left, family.as_str(), Face::Body, theme.text);
    let score = cluster.family(family);
    // Where there is no room for a bar, the number says it.
    let length = (width - 330.0 - 2.0 * SCORE).min(200.0);
    let is_drawn = length >= LEAST_BAR;
    let start = rect.left() + if is_drawn { 110.0 } else { 92.0 };
    let track = Rect::from_min_size(
        egui::pos2(start, rect.center().y - 2.5),
        vec2(if is_drawn { length } else { 0.0 }, 5.0),
    );
    let at = egui::pos2(track.right() + 44.0, rect.center().y);
    let words = match score {
        Some(score) => {
            if is_drawn {
                bar::paint(painter, track, theme.ghost, score as f32, theme.copper);
            }
            format!("{score:.2}")
        }
        None => "not run".to_owned(),
    };
    text::paint(painter, at, Align2::RIGHT_CENTER, &words, Face::Body, theme.muted);
    let rest = cluster.without.iter().find(|of| of.family == family);
    let without = rest.map(|of| of.level);
    let scores = rest.and_then(|of| of.coordination.zip(of.harvesting));
    if let Some((coordination, harvesting)) = scores {
        for (right, score) in [(rect.right() - SCORE, coordination), (rect.right(), harvesting)] {
            let at = egui::pos2(right, rect.center().y);
            let words = format!("{score:.2}");
            text::paint(painter, at, Align2::RIGHT_CENTER, &words, Face::Body, theme.muted);
        }
    }
    let x = track.right() + 66.0;
    let spoken = match without {
        Some(without) => {
            let centre = egui::pos2(x + 5.0, rect.center().y);
            level::paint(painter, centre, 5.0, without, theme);
            let falls = without < cluster.level;
            let ink = if falls { theme.text } else { theme.muted };
            let words = match falls {
                true => format!("falls to {}", level_word(without)),
                false => format!("stays {}", level_word(without)),
            };
            let at = egui::pos2(x + 17.0, rect.center().y);
            text::paint(painter, at, left, &words, Face::Body, ink);
            words
        }
        None => {
            let at = egui::pos2(x, rect.center().y);
            text::paint(painter, at, left, "no evidence of it", Face::Body, theme.muted);
            "no evidence of it".to_owned()
        }
    };
    let mut label = format!("{}: {words}; without it {spoken}", family.as_str());
    if let Some((coordination, harvesting)) = scores {
        label.push_str(&format!(", coordinated {coordination:.2}, harvesting {harvesting:.2}"));
    }
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &label));
}

fn memberships(ui: &mut Ui, cluster: &Cluster) {
    let theme = Theme::of(ui);
    let words: Vec<String> = cluster
        .memberships()
        .into_iter()
        .map(|(kind, n)| format!("{} {}", format::count(n), kind.as_str()))
        .collect();
    text::wrapped(ui, Face::Body.text(words.join(" · ")));
    let what = "Core: stays with the others in at least 90 % of clusterings with other seeds and \
                resolutions; fringe: in at least half.";
    let what = format!("{what} {DOUBTFUL}");
    text::wrapped(ui, Face::Small.text(what).color(theme.muted));
}

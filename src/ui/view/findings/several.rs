//! Several clusters that are selected together: what each detector says of one after the other.

mod lines;

use std::sync::Arc;

use egui::{Align, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, vec2};

use crate::detect::registry;
use crate::model::Time;
use crate::model::finding::Analysis;
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{Card, card};
use crate::ui::widget::{button, level, text};

use super::detail::level_word;
use super::listing;

use lines::Line;

/// Room of a cluster's name, points.
const NAME: f32 = 96.0;
/// Height of a line, points.
const LINE: f32 = 20.0;

/// What lines were made for: a run, and clusters of it.
type LinesOf = (Time, Vec<u32>);

/// The card's own state.
#[derive(Default)]
pub struct Several {
    /// The lines.
    lines: Option<(LinesOf, Arc<[Line]>)>,
}

impl Several {
    /// Draws the card of some clusters of a run, by number and rising.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        analysis: &Analysis,
        ids: &[u32],
        scene: &mut Scene<'_>,
    ) {
        let title = format::counted(ids.len() as u64, "cluster", "clusters");
        let note = "read together: what each detector says of them\nread together";
        let body = card(ui, rect, &Card { title: &title, note }, |_| {});
        let lines = self.lines(analysis, ids);
        region(ui, body, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let area = ScrollArea::vertical().id_salt(("several", ids)).auto_shrink(false);
            area.show_rows(ui, LINE, lines.len(), |ui, range| {
                for at in range {
                    let size = vec2(ui.available_width(), LINE);
                    let (row, _) = ui.allocate_exact_size(size, Sense::hover());
                    let inner = row.shrink2(vec2(size::CARD_PADDING + 4.0, 0.0));
                    let layout = Layout::left_to_right(Align::Center);
                    let place = UiBuilder::new().id_salt(("line", at)).max_rect(inner);
                    let mut line = ui.new_child(place.layout(layout));
                    show(&mut line, lines[at], analysis, scene);
                }
            });
        });
    }

    /// The lines, made once for what they show.
    fn lines(&mut self, analysis: &Analysis, ids: &[u32]) -> Arc<[Line]> {
        let is_same = |(run, of): &LinesOf| *run == analysis.run.at && of == ids;
        let known = self.lines.take().filter(|(of, _)| is_same(of));
        let (of, lines) = known
            .unwrap_or_else(|| ((analysis.run.at, ids.to_vec()), lines::of(analysis, ids).into()));
        self.lines = Some((of, Arc::clone(&lines)));
        lines
    }
}

/// Selects all accounts of some clusters.
pub fn select(scene: &mut Scene<'_>, ids: &[u32]) {
    scene.ask(Action::Select(listing::clusters(ids.iter().copied())));
}

fn show(ui: &mut Ui, line: Line, analysis: &Analysis, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    match line {
        Line::Gap => {}
        Line::Words(words) => {
            text::line(ui, Face::Small.text(words).color(theme.muted));
        }
        Line::Scores => {
            text::section(ui, "Accounts and scores");
        }
        Line::Member(id) => member(ui, analysis, id, scene),
        Line::Detector { first, clusters, of } => {
            let detector = analysis.findings.get(first).map_or("", |finding| &finding.detector);
            heading(ui, detector, clusters, of);
        }
        Line::Finding(id, at) => {
            let words = analysis.findings.get(at).map(|finding| finding.statement.text());
            cluster(ui, analysis, id, &words.unwrap_or_default(), scene);
        }
    }
}

/// Who it is, and what it is held together by.
fn member(ui: &mut Ui, analysis: &Analysis, id: u32, scene: &mut Scene<'_>) {
    let Some(of) = analysis.cluster(id) else { return };
    let words = format!(
        "{}, {} · coordinated {:.2} · harvesting {:.2}",
        format::counted(of.members.len() as u64, "account", "accounts"),
        level_word(of.level),
        of.coordination,
        of.harvesting,
    );
    cluster(ui, analysis, id, &words, scene);
}

/// A detector, and of how many clusters it says something.
fn heading(ui: &mut Ui, detector: &str, clusters: usize, of: usize) {
    let theme = Theme::of(ui);
    let title = registry::by_id(detector).map_or("", |of| of.definition().title);
    ui.label(Face::Card.text(title).color(theme.text));
    ui.label(Face::MonoSmall.text(detector).color(theme.muted));
    let of = format!("{} of {}", format::count(clusters as u64), format::count(of as u64));
    text::line(ui, Face::Small.text(of).color(theme.muted));
}

/// One cluster and what is said of it; as much as fits on the line, and all of it under the pointer.
fn cluster(ui: &mut Ui, analysis: &Analysis, id: u32, words: &str, scene: &mut Scene<'_>) {
    let start = ui.cursor().left();
    level::here(ui, analysis.cluster(id).map(|of| of.level).unwrap_or_default());
    if button::link(ui, format!("Cluster {id}")).clicked() {
        scene.ask(Action::Select(listing::cluster(id)));
    }
    ui.add_space((start + NAME - ui.cursor().left()).max(0.0));
    text::line(ui, Face::Body.text(format::display(words)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::testkit;

    #[test]
    fn the_lines_are_made_once_for_a_run_and_its_clusters() {
        let (mut several, mut run) = (Several::default(), testkit::analysis(4, Vec::new()));
        let first = several.lines(&run, &[1, 2, 3]);
        assert!(Arc::ptr_eq(&first, &several.lines(&run, &[1, 2, 3])), "in the next frame");
        let fewer = several.lines(&run, &[1, 2]);
        assert!(fewer.len() < first.len());
        run.run.at = Time(8);
        assert!(!Arc::ptr_eq(&fewer, &several.lines(&run, &[1, 2])), "of another run");
    }
}

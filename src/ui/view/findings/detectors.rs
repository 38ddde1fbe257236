//! The detectors of a case: which ran and which were blind, what each sees, and the numbers that
//! decide, which can be tried before they are kept.

mod entry;
mod trial;

use egui::{Align, Layout, Rect, ScrollArea, Ui, UiBuilder, vec2};

use crate::detect::{Options, Parameters};
use crate::model::Time;
use crate::model::finding::{Analysis, DetectorRun, DetectorState, RunInfo, Subject};
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{Card, card};
use crate::ui::widget::{button, text};

/// The numbers that decided in a run, and those that the analyst would have decide.
struct Numbers {
    run: Time,
    before: Parameters,
    set: Parameters,
}

impl Numbers {
    /// Of a run, as they were.
    fn of(run: &RunInfo) -> Self {
        let before = Parameters::of_run(&run.detectors);
        Self { run: run.at, set: before.clone(), before }
    }
}

/// The screen's own state.
#[derive(Default)]
pub struct Settings {
    open: bool,
    /// What was selected when it was opened: another selection is to be seen.
    opened_at: Option<Subject>,
    /// The detector whose details are shown.
    unfolded: Option<String>,
    /// Numbers of a run, and as the analyst has set them.
    set: Option<Numbers>,
}

impl Settings {
    /// Whether it is shown although something is selected.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Shows it.
    pub fn open(&mut self, subject: Option<Subject>) {
        (self.open, self.opened_at) = (true, subject);
    }

    /// Makes room where something else is selected by now.
    pub fn turn_to(&mut self, subject: Option<Subject>) {
        self.open &= self.opened_at == subject;
    }

    /// Draws the card.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        analysis: &Analysis,
        has_subject: bool,
        scene: &mut Scene<'_>,
    ) {
        let note = note(&analysis.run.detectors);
        let body = card(ui, rect, &Card { title: "Detectors", note: &note }, |ui| {
            if has_subject && button::link(ui, "Back to the finding").clicked() {
                self.open = false;
            }
        });
        let known = self.set.take().filter(|numbers| numbers.run == analysis.run.at);
        let Numbers { run, before, mut set } = known.unwrap_or_else(|| Numbers::of(&analysis.run));
        region(ui, body, |ui| {
            ScrollArea::vertical().id_salt("detectors").auto_shrink(false).show(ui, |ui| {
                let inner = ui.max_rect().shrink2(vec2(size::CARD_PADDING + 4.0, 0.0));
                let layout = Layout::top_down(Align::Min);
                let mut child = ui.new_child(UiBuilder::new().max_rect(inner).layout(layout));
                child.spacing_mut().item_spacing.y = 3.0;
                child.spacing_mut().interact_size.y = 20.0;
                child.add_space(10.0);
                if !has_subject {
                    let words = "Select a finding on the board or in the list to see its proof. \
                                 These are the detectors that made them.";
                    let muted = Theme::of(&child).muted;
                    text::wrapped(&mut child, Face::Small.text(words).color(muted));
                    child.add_space(4.0);
                }
                let options =
                    Options { seed: analysis.run.seed, only: Vec::new(), parameters: set.clone() };
                trial::show(&mut child, analysis, &before, &options, scene);
                for run in &analysis.run.detectors {
                    let is_open = self.unfolded.as_deref() == Some(&run.detector);
                    if entry::show(&mut child, run, is_open, &mut set, scene.read_only) {
                        self.unfolded = (!is_open).then(|| run.detector.clone());
                    }
                }
                child.add_space(16.0);
                let used = child.min_rect().height();
                ui.allocate_space(vec2(ui.available_width(), used));
            });
        });
        self.set = Some(Numbers { run, before, set });
    }
}

/// `26 ran, 4 blind`.
fn note(runs: &[DetectorRun]) -> String {
    let count = |is: fn(&DetectorState) -> bool| runs.iter().filter(|r| is(&r.state)).count();
    let ran = count(|state| *state == DetectorState::Ran);
    let blind = count(|state| matches!(state, DetectorState::NotRun { .. }));
    let left_out = count(|state| *state == DetectorState::LeftOut);
    let mut words = format!("{} ran", format::count(ran as u64));
    for (n, what) in [(blind, "blind"), (left_out, "not asked for")] {
        if n > 0 {
            words.push_str(&format!(", {} {what}", format::count(n as u64)));
        }
    }
    words
}

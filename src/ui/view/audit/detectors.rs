//! The last run of the detectors and of the search for prompt templates: with what they ran, and
//! what did not.

use std::sync::Arc;

use egui::{Rect, Ui, vec2};

use crate::detect::{Parameters, registry};
use crate::index::Templates;
use crate::model::finding::{Analysis, DetectorRun, DetectorState, RunInfo};
use crate::model::{TemplateRun, Time};
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{self, Card, card};
use crate::ui::widget::table::{Cell, Column, Rows, Table, TableAction, TableState, Tone};
use crate::ui::widget::{button, text};
use crate::ui::{Command, Zone, format};

/// Height of what stands over the table, points.
const HEAD: f32 = 76.0;

const COLUMNS: [Column<'_>; 5] = [
    Column::text("Id", 52.0, 48.0).unsorted(),
    Column::text("Detector", 200.0, 130.0).unsorted().grows(),
    Column::text("Version", 76.0, 68.0).unsorted().says("That ran, and the one of this program"),
    Column::text("How it went", 190.0, 120.0).unsorted().grows(),
    Column::text("Other than usual", 150.0, 110.0)
        .unsorted()
        .says("Parameters that were not as their detector defines them"),
];

/// One detector, in words.
struct Line {
    id: String,
    title: &'static str,
    version: String,
    went: String,
    tone: Tone,
    /// Parameters that were other ones; empty where there was none.
    set: String,
}

/// The card's own state.
#[derive(Default)]
pub struct Detectors {
    table: TableState,
    /// The lines of a run, by when it was.
    lines: Option<(Time, Vec<Line>)>,
}

impl Detectors {
    /// Draws the card.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        scene: &mut Scene<'_>,
        templates: &Arc<Templates>,
    ) {
        let analysis = scene.analysis.cloned();
        let note = analysis.as_ref().map_or_else(String::new, |analysis| note(&analysis.run));
        let body = card(ui, rect, &Card { title: "Detectors", note: &note }, |ui| {
            if analysis.is_some() && button::link(ui, "See them in Findings").clicked() {
                scene.ask(Action::Go(Screen::Findings));
            }
        });
        let Some(analysis) = analysis else {
            let mut inner = body;
            if let Some(run) = &templates.run {
                let (top, rest) = body.split_top_bottom_at_y(body.top() + 32.0);
                region(ui, top.shrink2(vec2(size::CARD_PADDING, 7.0)), |ui| grouped(ui, run));
                inner = rest;
            }
            let what = Command::RunDetectors.def().text;
            let why = format!("“{what}” in the palette (Ctrl K) does that");
            return card::empty(ui, inner, "The detectors have not been run", &why);
        };
        let (top, below) = body.split_top_bottom_at_y(body.top() + HEAD);
        region(ui, top.shrink2(vec2(size::CARD_PADDING, 8.0)), |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ran(ui, &analysis, scene);
            match &templates.run {
                Some(run) => grouped(ui, run),
                None => {
                    let muted = Theme::of(ui).muted;
                    let words = "Prompt templates have not been looked for";
                    text::line(ui, Face::Body.text(words).color(muted));
                }
            }
        });
        region(ui, below, |ui| self.table(ui, &analysis.run, scene));
    }

    fn table(&mut self, ui: &mut Ui, run: &RunInfo, scene: &Scene<'_>) {
        let known = self.lines.take().filter(|(at, _)| *at == run.at);
        let (_, lines) = self.lines.insert(known.unwrap_or_else(|| (run.at, lines(run))));
        let table = Table {
            name: "Detectors of the run",
            columns: &COLUMNS,
            rows: lines.len() as u64,
            sort: None,
            empty: "No detector",
            listens: !scene.keys.covered,
        };
        let done = table.show(ui, &mut self.table, &mut DetectorRows(lines));
        for action in done {
            let at = self.table.cursor.and_then(|row| lines.get(row as usize));
            if let (TableAction::Copy { .. }, Some(line)) = (action, at) {
                ui.ctx().copy_text(format!("{} {} {}", line.id, line.version, line.set));
            }
        }
    }
}

/// The run as a whole.
fn ran(ui: &mut Ui, analysis: &Analysis, scene: &Scene<'_>) {
    let theme = Theme::of(ui);
    let run = &analysis.run;
    let words = format!(
        "Run of {} with seed {} over {} of {}",
        Zone::of(ui.ctx()).stamp(run.at),
        run.seed,
        format::counted(run.events, "event", "events"),
        format::counted(run.accounts, "account", "accounts"),
    );
    text::line(ui, Face::Body.text(words));
    let (words, ink) = match &scene.analysis_due {
        Some(due) => (format::capitalised(&due.sentence()), theme.warn),
        None => ("Nothing that it was made from has changed since".to_owned(), theme.muted),
    };
    text::line(ui, Face::Body.text(words).color(ink));
}

/// How prompt templates were found.
fn grouped(ui: &mut Ui, run: &TemplateRun) {
    let theme = Theme::of(ui);
    let left_out = match run.left_out {
        0 => String::new(),
        n => format!(", {} found and not kept", format::count(n)),
    };
    let words = format!(
        "Prompt templates of {}, method {}: {} of {} in templates{left_out}",
        Zone::of(ui.ctx()).stamp(run.at),
        run.version,
        format::count(run.in_templates),
        format::counted(run.prompts, "prompt", "prompts"),
    );
    let response = text::line(ui, Face::Body.text(words).color(theme.muted));
    response.on_hover_text(format::display(&run.parameters));
}

/// `26 ran, 4 could not, 1 not asked for`.
fn note(run: &RunInfo) -> String {
    let count = |is: fn(&DetectorState) -> bool| {
        run.detectors.iter().filter(|run| is(&run.state)).count() as u64
    };
    let ran = count(|state| *state == DetectorState::Ran);
    let blind = count(|state| matches!(state, DetectorState::NotRun { .. }));
    let left_out = count(|state| *state == DetectorState::LeftOut);
    let rest = [(blind, "could not"), (left_out, "not asked for")];
    let words = format!("{} ran", format::count(ran));
    rest.iter()
        .filter(|(n, _)| *n > 0)
        .fold(words, |words, (n, what)| format!("{words}, {} {what}", format::count(*n)))
}

fn lines(run: &RunInfo) -> Vec<Line> {
    let set = Parameters::of_run(&run.detectors);
    run.detectors.iter().map(|run| line(run, set.words(&run.detector))).collect()
}

fn line(run: &DetectorRun, set: String) -> Line {
    let definition = registry::by_id(&run.detector).map(|detector| detector.definition());
    let version = match definition.map(|definition| definition.version) {
        Some(now) if now != run.version => format!("{}, now {now}", run.version),
        _ => run.version.to_string(),
    };
    let (went, tone) = match &run.state {
        DetectorState::Ran if run.findings == 0 => ("nothing found".to_owned(), Tone::Muted),
        DetectorState::Ran => (format::counted(run.findings, "finding", "findings"), Tone::Plain),
        DetectorState::NotRun { why } => (format!("not run: {why}"), Tone::Notable),
        DetectorState::LeftOut => ("not asked for".to_owned(), Tone::Muted),
    };
    let title = definition.map_or("no longer part of Stillwatch", |d| d.title);
    Line { id: run.detector.clone(), title, version, went, tone, set }
}

struct DetectorRows<'a>(&'a [Line]);

impl Rows for DetectorRows<'_> {
    fn cell(&mut self, row: u64, column: usize) -> Cell<'_> {
        let Some(line) = self.0.get(row as usize) else { return Cell::None };
        match column {
            0 => Cell::mono(&line.id),
            1 => Cell::text(line.title),
            2 => Cell::text(&line.version),
            3 => Cell::Text(line.went.as_str().into(), Face::Body, line.tone),
            _ if line.set.is_empty() => Cell::None,
            _ => Cell::Text(line.set.as_str().into(), Face::Mono, Tone::Notable),
        }
    }

    fn selected(&self, _row: u64) -> bool {
        false
    }

    fn key(&self, row: u64) -> Option<u64> {
        Some(row)
    }

    fn menu(&mut self, ui: &mut Ui, key: u64, _column: usize) {
        let Some(line) = self.0.get(key as usize) else { return };
        if ui.button("Copy").clicked() {
            let text = format!("{} {}, version {}", line.id, line.title, line.version);
            ui.ctx().copy_text(text);
        }
    }

    fn tooltip(&self, row: u64, column: usize) -> Option<String> {
        let line = self.0.get(row as usize)?;
        match column {
            3 => Some(format::display(&line.went)),
            4 if !line.set.is_empty() => Some(format::display(&line.set)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_as_usual_and_what_could_not_run_is_said() {
        let run = |id: &str, version, parameters: &str, state| DetectorRun {
            detector: id.into(),
            version,
            parameters: parameters.into(),
            state,
            findings: 0,
        };
        let blind = DetectorState::NotRun { why: "column ip absent".into() };
        let now = registry::by_id("D20").expect("there").definition().version;
        let runs = vec![
            run("D20", now, r#"{"least_hand_overs":5.0}"#, DetectorState::Ran),
            run("D20", now + 7, r#"{"least_hand_overs":5.0}"#, blind),
            run("D99", 1, "{}", DetectorState::LeftOut),
        ];
        let info = RunInfo {
            at: Time(1),
            seed: 1,
            up_to: 1,
            events: 1,
            accounts: 1,
            inputs: Default::default(),
            detectors: runs,
        };
        let lines = lines(&info);
        assert_eq!(lines[0].set, "least_hand_overs 5 (usually 3)");
        assert_eq!(
            (lines[0].version.clone(), lines[0].went.as_str()),
            (now.to_string(), "nothing found")
        );
        assert_eq!(lines[1].version, format!("{}, now {now}", now + 7));
        assert_eq!(lines[1].went, "not run: column ip absent");
        assert_eq!(lines[2].title, "no longer part of Stillwatch");
    }
}

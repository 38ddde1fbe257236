//! What the tests of the screen stand it on: a window with nothing but the screen and its panel.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui_kittest::Harness;

use crate::case::{Annotations, TemplatesDue};
use crate::index::{Index, Lists};
use crate::job::open_jobs;
use crate::model::time::DAY_US;
use crate::model::{Field, Marker, MarkerKind, Note, Time, TimeNote, VerdictRecord};
use crate::ui::app::detect::Detecting;
use crate::ui::beside::Beside;
use crate::ui::panel::selection::SelectionPanel;
use crate::ui::scene::{
    ReadCited, ReadJournal, ReadMarks, ReadPrompt, ReadRecord, ReadTies, Scene,
};
use crate::ui::search::Searches;
use crate::ui::state::{Action, Hover, Judgement, Screen, ViewState};
use crate::ui::theme::{self, Theme, frame, size};
use crate::ui::widget::raw::{Paths, RawText};
use crate::ui::{Command, Keys, Zone};

use super::Explore;
use super::test_case::{self, MARCH};
use super::tiles::Pane;

/// A window with nothing but the screen and its panel: applies what is asked for.
pub struct Stand {
    pub explore: Explore,
    pub panel: SelectionPanel,
    pub index: Arc<Index>,
    pub index_version: u64,
    pub lists: Arc<Lists>,
    pub lists_version: u64,
    pub annotations: Arc<Annotations>,
    pub markers: Vec<Marker>,
    pub time_notes: Vec<TimeNote>,
    pub zone: Zone,
    pub view: ViewState,
    pub hover: Hover,
    pub beside: Beside,
    pub read_record: ReadRecord,
    pub searches: Searches,
    pub read_prompt: ReadPrompt,
    pub templates_due: Option<TemplatesDue>,
    /// What was asked for, in order.
    pub asked: Vec<Action>,
    pub shell: bool,
    pub themed: bool,
    /// The card that is shown alone, if one is.
    pub alone: Option<Pane>,
    typed: bool,
}

impl Stand {
    pub fn new(index: Index) -> Self {
        let index = Arc::new(index);
        let prompts = Arc::clone(&index);
        let record = br#"{"timestamp":"2026-03-02T10:00:00Z","account_id":"ac1","model":"a","usage":{"input_tokens":120,"output_tokens":44},"prompt":"Implement the following.\n<work>\u202e</work>","tools":["search"],"temperature":0.2,"cached":null}"#;
        Self {
            explore: Explore::default(),
            panel: SelectionPanel::default(),
            index,
            index_version: 1,
            lists: Arc::default(),
            lists_version: 1,
            annotations: Arc::default(),
            markers: Vec::new(),
            time_notes: Vec::new(),
            zone: Zone::UTC,
            view: ViewState { screen: Screen::Explore, ..ViewState::default() },
            hover: Hover::default(),
            beside: Beside::default(),
            read_prompt: Arc::new(move |event| Ok(test_case::prompt(&prompts, event))),
            templates_due: None,
            read_record: always(record.to_vec()),
            searches: Searches::default(),
            asked: Vec::new(),
            shell: true,
            themed: false,
            alone: None,
            typed: false,
        }
    }

    /// The same with one card by itself.
    pub fn of_card(index: Index, card: Pane) -> Self {
        Self { alone: Some(card), shell: false, ..Self::new(index) }
    }

    fn draw(&mut self, ui: &mut egui::Ui) {
        if !self.themed {
            theme::apply(ui.ctx());
            self.themed = true;
            ui.ctx().request_discard("fonts");
            return;
        }
        let mut actions = Vec::new();
        let ctx = ui.ctx().clone();
        self.zone.apply(&ctx);
        let keys = Keys {
            covered: egui::Popup::is_any_open(&ctx),
            typing: self.typed || ctx.text_edit_focused(),
        };
        let theme = Theme::of(ui);
        ui.painter().rect_filled(ui.max_rect(), 0.0, theme.bg);
        let whole = crate::ui::search::whole(&self.view.filter, &self.view.selection);
        self.searches.follow(&ctx, &self.index, &whole);
        let detecting = Detecting::default();
        let read_cited: ReadCited = Arc::new(|_| Ok(Vec::new()));
        let read_marks: ReadMarks = Arc::new(|_, _, _| Ok(None));
        let read_ties: ReadTies = Arc::new(|| Ok(Default::default()));
        let read_journal: ReadJournal = Arc::new(|| Ok(Vec::new()));
        let mut scene = Scene {
            index: &self.index,
            index_version: self.index_version,
            lists: &self.lists,
            lists_version: self.lists_version,
            annotations: &self.annotations,
            markers: &self.markers,
            time_notes: &self.time_notes,
            book: &[],
            sources: &[],
            beside: &self.beside,
            read_only: false,
            view: &self.view,
            hover: &self.hover,
            keys,
            read_record: &self.read_record,
            read_prompt: &self.read_prompt,
            templates_due: self.templates_due.clone(),
            finding_templates: None,
            analysis: None,
            analysis_due: None,
            detecting: &detecting,
            read_cited: &read_cited,
            read_marks: &read_marks,
            read_ties: &read_ties,
            read_journal: &read_journal,
            unwritten: 0,
            edits: 0,
            actions: &mut actions,
        };
        if self.shell {
            let margin = egui::Margin::same(14);
            egui::Panel::right("panel")
                .exact_size(size::SIDE_PANEL)
                .resizable(false)
                .frame(frame::panel(theme).inner_margin(margin))
                .show(ui, |ui| self.panel.show(ui, &mut scene));
        }
        egui::CentralPanel::default().frame(egui::Frame::new().fill(theme.bg)).show(ui, |ui| {
            match self.alone {
                Some(card) => self.explore.alone(ui, &mut scene, card),
                None => self.explore.show(ui, &mut scene),
            }
        });
        let plain = keys.take_plain(&ctx);
        if plain.iter().any(|pressed| pressed.command == Command::ClearSelection) {
            self.view.lift();
        }
        self.typed = ctx.text_edit_focused();
        if !actions.is_empty() {
            ui.ctx().request_repaint();
        }
        for action in actions {
            self.apply(action);
        }
    }

    fn apply(&mut self, action: Action) {
        if !matches!(action, Action::Hover(_)) {
            self.asked.push(action.clone());
        }
        match action {
            Action::Filter(filter) => self.view.refine(filter),
            Action::Show { filter, selection } => {
                self.view.refine(filter);
                self.view.selection = selection;
            }
            Action::Brush(range) => self.view.refine(self.view.filter.brushed(range)),
            Action::Look(window) => self.view.window = window,
            Action::Select(selection) => self.view.selection = selection,
            Action::Hover(hover) => self.hover = hover,
            Action::Judge { accounts, judgement } => self.judge(&accounts, judgement),
            Action::ShowTimesIn(zone) => self.zone = zone,
            _ => {}
        }
    }

    fn judge(&mut self, accounts: &[String], judgement: Judgement) {
        for account in accounts {
            let entry = Arc::make_mut(&mut self.annotations).entry(account.clone()).or_default();
            let (at, actor) = (Time(MARCH), "analyst a".to_owned());
            match judgement.clone() {
                Judgement::Verdict { verdict, confidence, reason } => {
                    entry.verdict = verdict.map(|verdict| VerdictRecord {
                        verdict,
                        confidence,
                        reason,
                        at,
                        actor,
                    });
                }
                Judgement::Tag { tag, present: true } => entry.tags.push(tag),
                Judgement::Tag { tag, .. } => entry.tags.retain(|t| *t != tag),
                Judgement::Note(text) => {
                    let id = entry.notes.len() as u64 + 1;
                    entry.notes.push(Note { id, text, at, actor });
                }
                Judgement::RemoveNote { ids } => entry.notes.retain(|n| !ids.contains(&n.id)),
            }
        }
        self.relist();
    }

    pub fn relist(&mut self) {
        let all = self.annotations.iter().map(|(id, a)| (id.as_str(), a));
        self.lists = Arc::new(Lists::new(&self.index, all));
        self.lists_version += 1;
    }
}

/// Whatever event is asked for, this is its record.
pub fn always(record: Vec<u8>) -> ReadRecord {
    Arc::new(move |event| {
        let paths: Paths = [
            ("timestamp".to_owned(), Field::Timestamp),
            ("account_id".to_owned(), Field::AccountId),
            ("model".to_owned(), Field::Model),
            ("usage.input_tokens".to_owned(), Field::InputTokens),
        ]
        .into();
        let origins = paths.iter().map(|(path, field)| (*field, path.clone())).collect();
        let (name, bytes) = ("gateway.jsonl.gz".to_owned(), record.clone());
        let mut text = RawText::read_at(name, event, event * 331, bytes, &paths);
        text.origins = origins;
        text.origins.push((Field::RequestId, "id".to_owned()));
        text.request_id = Some(format!("req-{event}"));
        Ok(text)
    })
}

/// A marker some days into the made-up cases.
pub fn marker(day: i64, kind: MarkerKind, label: &str) -> Marker {
    Marker { at: Time(MARCH + day * DAY_US), kind, label: label.to_owned() }
}

pub type Walk<'a> = Harness<'a, Stand>;

pub fn walk<'a>(stand: Stand, size: [f32; 2], dark: bool) -> Walk<'a> {
    stood(stand, size, dark, Harness::builder())
}

/// The same with a device that draws, for pictures.
pub fn drawn<'a>(stand: Stand, size: [f32; 2], dark: bool) -> Walk<'a> {
    stood(stand, size, dark, Harness::builder().wgpu())
}

fn stood<'a>(
    stand: Stand,
    size: [f32; 2],
    dark: bool,
    builder: egui_kittest::HarnessBuilder<Stand>,
) -> Walk<'a> {
    let mut harness = builder
        .with_size(size)
        .with_theme(egui::Theme::from_dark_mode(dark))
        .with_max_steps(60)
        .build_ui_state(|ui, stand: &mut Stand| stand.draw(ui), stand);
    settle(&mut harness);
    harness
}

/// Longer than any answer takes on the slowest machine.
const HANGS: Duration = Duration::from_secs(300);

/// Lets answers arrive: they come from other threads, and what they show may ask for more.
pub fn settle(harness: &mut Walk<'_>) {
    let begun = Instant::now();
    let mut quiet = 0;
    while quiet < 6 {
        assert!(begun.elapsed() < HANGS, "{} answers never came", open_jobs::count());
        harness.run_steps(1);
        quiet += 1;
        if open_jobs::count() > 0 {
            std::thread::sleep(Duration::from_millis(2));
            quiet = 0;
        }
    }
    harness.check_accessibility();
}

pub fn small<'a>() -> Walk<'a> {
    walk(Stand::new(test_case::index()), [1440.0, 830.0], true)
}

//! What pictures are called, what they ask for, and that they stand in any width.

use std::sync::Arc;

use egui::{Pos2, Rect};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::case::Annotations;
use crate::detect::exhibit::gallery::{self, Shown};
use crate::detect::exhibit::{Exhibit, Picture};
use crate::index::{Index, Lists};
use crate::model::Selection;
use crate::ui::app::detect::Detecting;
use crate::ui::beside::Beside;
use crate::ui::scene::{
    ReadCited, ReadJournal, ReadMarks, ReadPrompt, ReadRecord, ReadTies, Scene,
};
use crate::ui::state::{Action, Hover, ViewState};
use crate::ui::theme::{self, Theme};
use crate::ui::widget::raw::RawText;
use crate::ui::{Keys, Zone};

/// A card with the pictures of a finding and nothing else.
pub struct Board {
    pub exhibits: Vec<Exhibit>,
    index: Arc<Index>,
    view: ViewState,
    hover: Hover,
    asked: Vec<Action>,
    zone: Zone,
    themed: bool,
}

impl Board {
    pub fn new(shown: Shown) -> Self {
        Self {
            exhibits: shown.exhibits,
            index: Arc::new(shown.index),
            view: ViewState::default(),
            hover: Hover::default(),
            asked: Vec::new(),
            zone: Zone::UTC,
            themed: false,
        }
    }

    pub fn again(&self) -> Self {
        let (exhibits, index) = (self.exhibits.clone(), Arc::clone(&self.index));
        Self {
            exhibits,
            index,
            view: ViewState::default(),
            hover: Hover::default(),
            asked: Vec::new(),
            zone: self.zone,
            themed: false,
        }
    }

    fn draw(&mut self, ui: &mut egui::Ui) {
        if !self.themed {
            theme::apply(ui.ctx());
            self.themed = true;
            ui.ctx().request_discard("fonts");
            return;
        }
        self.zone.apply(ui.ctx());
        let theme = Theme::of(ui);
        ui.painter().rect_filled(ui.max_rect(), 0.0, theme.panel);
        let mut actions = Vec::new();
        let read_record: ReadRecord = Arc::new(|_| Ok::<RawText, String>(RawText::default()));
        let read_prompt: ReadPrompt = Arc::new(|_| Ok(None));
        let detecting = Detecting::default();
        let read_cited: ReadCited = Arc::new(|_| Ok(Vec::new()));
        let read_marks: ReadMarks = Arc::new(|_, _, _| Ok(None));
        let read_ties: ReadTies = Arc::new(|| Ok(Default::default()));
        let read_journal: ReadJournal = Arc::new(|| Ok(Vec::new()));
        let (lists, annotations, beside) =
            (Arc::<Lists>::default(), Arc::<Annotations>::default(), Beside::default());
        let mut scene = Scene {
            index: &self.index,
            index_version: 1,
            lists: &lists,
            lists_version: 1,
            annotations: &annotations,
            markers: &[],
            time_notes: &[],
            book: &[],
            sources: &[],
            beside: &beside,
            read_only: false,
            view: &self.view,
            hover: &self.hover,
            keys: Keys { covered: false, typing: false },
            read_record: &read_record,
            read_prompt: &read_prompt,
            templates_due: None,
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
        egui::CentralPanel::default()
            .frame(egui::Frame::new().fill(theme.panel).inner_margin(12))
            .show(ui, |ui| {
                for exhibit in &self.exhibits {
                    super::show(ui, exhibit, &mut scene);
                    ui.add_space(16.0);
                }
            });
        for action in actions {
            match &action {
                Action::Select(selection) => self.view.selection = selection.clone(),
                Action::Hover(hover) => self.hover = hover.clone(),
                _ => {}
            }
            self.asked.push(action);
            ui.ctx().request_repaint();
        }
    }
}

pub fn drawn<'a>(board: Board, size: [f32; 2], dark: bool) -> Harness<'a, Board> {
    let mut harness = Harness::builder()
        .with_theme(egui::Theme::from_dark_mode(dark))
        .with_size(size)
        .with_max_steps(40)
        .wgpu()
        .build_ui_state(|ui, board: &mut Board| board.draw(ui), board);
    harness.run_steps(4);
    harness
}

/// Where the first picture is.
fn place(harness: &Harness<'_, Board>) -> Rect {
    let exhibit = &harness.state().exhibits[0];
    let name = format!("{}. {}", exhibit.title, exhibit.summary);
    harness.get_by_label(&name).rect()
}

fn click(harness: &mut Harness<'_, Board>, at: Pos2) {
    harness.hover_at(at);
    harness.run_steps(2);
    harness.drag_at(at);
    harness.run_steps(1);
    harness.drop_at(at);
    harness.run_steps(2);
}

#[test]
fn every_picture_is_named_by_its_title_and_summary_and_stands_in_any_width() {
    for shown in gallery::all() {
        let name = shown.name;
        let board = Board::new(shown);
        for width in [180.0, 512.0, 1_400.0] {
            let harness = drawn(board.again(), [width, 1_200.0], true);
            for exhibit in &board.exhibits {
                let label = format!("{}. {}", exhibit.title, exhibit.summary);
                let rect = harness.get_by_label(&label).rect();
                assert!(rect.right() <= width, "{name} at {width}: {rect}");
            }
        }
    }
}

#[test]
fn a_click_on_a_lane_selects_its_account_and_the_pointer_lights_it_elsewhere() {
    let board = Board::new(gallery::handed());
    let Picture::Raster(raster) = &board.exhibits[0].picture else { panic!("no raster") };
    let first = raster.lanes[0].clone();
    let mut harness = drawn(board.again(), [512.0, 400.0], true);
    let rect = place(&harness);
    // The middle of the first lane, right of the names.
    let at = egui::pos2(rect.center().x, rect.top() + 6.0);
    harness.hover_at(at);
    harness.run_steps(3);
    assert_eq!(harness.state().hover.account, Some(first.account));
    click(&mut harness, at);
    assert_eq!(harness.state().view.selection, Selection::account(first.name));
    harness.hover_at(egui::pos2(rect.center().x, rect.bottom() + 60.0));
    harness.run_steps(3);
    assert_eq!(harness.state().hover, Hover::default());
}

#[test]
fn a_click_on_a_cell_of_a_matrix_selects_both_accounts() {
    let mut board = Board::new(gallery::synchrony("synchrony", 18));
    board.exhibits.retain(|exhibit| matches!(exhibit.picture, Picture::Matrix(_)));
    let mut harness = drawn(board, [512.0, 400.0], false);
    let rect = place(&harness);
    // The second cell of the first row.
    let side = 220.0 / 18.0;
    click(&mut harness, rect.min + egui::vec2(1.5 * side, 0.5 * side));
    let Selection::Accounts(ids) = &harness.state().view.selection else { panic!("nothing") };
    assert_eq!(ids.len(), 2);
}

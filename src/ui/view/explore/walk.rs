//! The screen driven through its accessibility tree, and drawn for people to look at.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Key, Modifiers, pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::case::Annotations;
use crate::index::{Index, Lists};
use crate::model::time::DAY_US;
use crate::model::{
    Annotation, Confidence, Filter, Marker, MarkerKind, Note, Selection, Time, TimeSpan, Verdict,
    VerdictRecord,
};
use crate::ui::panel::selection::SelectionPanel;
use crate::ui::scene::{ReadRecord, Scene};
use crate::ui::state::{Action, Hover, Judgement, Screen, ViewState};
use crate::ui::theme::{self, Theme, frame, size};
use crate::ui::widget::raw::RawText;

use super::Explore;
use super::test_case::{self, MARCH};

/// A window with nothing but the screen and its panel: applies what is asked for.
struct Stand {
    explore: Explore,
    panel: SelectionPanel,
    index: Arc<Index>,
    lists: Arc<Lists>,
    lists_version: u64,
    annotations: Annotations,
    markers: Vec<Marker>,
    view: ViewState,
    hover: Hover,
    read_record: ReadRecord,
    /// What was asked for, in order.
    asked: Vec<Action>,
    shell: bool,
    themed: bool,
}

impl Stand {
    fn new(index: Index) -> Self {
        let record = br#"{"timestamp":"2026-03-02T10:00:00Z","account_id":"ac1","model":"a","usage":{"input_tokens":120,"output_tokens":44},"prompt":"Implement the following.\n<work>\u202e</work>","tools":["search"],"temperature":0.2,"cached":null}"#;
        Self {
            explore: Explore::default(),
            panel: SelectionPanel::default(),
            index: Arc::new(index),
            lists: Arc::default(),
            lists_version: 1,
            annotations: Annotations::new(),
            markers: Vec::new(),
            view: ViewState { screen: Screen::Explore, ..ViewState::default() },
            hover: Hover::default(),
            read_record: Arc::new(|event| {
                Ok(RawText::new("gateway.jsonl.gz".into(), event, event * 331, record.to_vec()))
            }),
            asked: Vec::new(),
            shell: true,
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
        let mut actions = Vec::new();
        let theme = Theme::of(ui);
        ui.painter().rect_filled(ui.max_rect(), 0.0, theme.bg);
        let mut scene = Scene {
            index: &self.index,
            index_version: 1,
            lists: &self.lists,
            lists_version: self.lists_version,
            annotations: &self.annotations,
            markers: &self.markers,
            sources: &[],
            read_only: false,
            view: &self.view,
            hover: &self.hover,
            read_record: &self.read_record,
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
        egui::CentralPanel::default()
            .frame(egui::Frame::new().fill(theme.bg))
            .show(ui, |ui| self.explore.show(ui, &mut scene));
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
            Action::Filter(filter) => self.view.filter = filter,
            Action::Brush(range) => self.view.filter.time = range,
            Action::Look(window) => self.view.window = window,
            Action::Select(selection) => self.view.selection = selection,
            Action::Hover(hover) => self.hover = hover,
            Action::Judge { accounts, judgement } => self.judge(&accounts, judgement),
            _ => {}
        }
    }

    fn judge(&mut self, accounts: &[String], judgement: Judgement) {
        for account in accounts {
            let entry = self.annotations.entry(account.clone()).or_default();
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
                Judgement::RemoveNote { id } => entry.notes.retain(|n| n.id != id),
            }
        }
        self.relist();
    }

    fn relist(&mut self) {
        let all = self.annotations.iter().map(|(id, a)| (id.as_str(), a));
        self.lists = Arc::new(Lists::new(&self.index, all));
        self.lists_version += 1;
    }
}

type Walk<'a> = Harness<'a, Stand>;

fn walk<'a>(stand: Stand, size: [f32; 2], dark: bool) -> Walk<'a> {
    let mut harness = Harness::builder()
        .with_size(size)
        .with_theme(egui::Theme::from_dark_mode(dark))
        .with_max_steps(60)
        .wgpu()
        .build_ui_state(|ui, stand: &mut Stand| stand.draw(ui), stand);
    settle(&mut harness);
    harness
}

/// Lets answers arrive: they come from other threads.
fn settle(harness: &mut Walk<'_>) {
    for _ in 0..12 {
        std::thread::sleep(std::time::Duration::from_millis(15));
        harness.run_steps(3);
    }
    harness.check_accessibility();
}

fn small<'a>() -> Walk<'a> {
    walk(Stand::new(test_case::index()), [1440.0, 830.0], true)
}

fn cells(harness: &Walk<'_>, grid: &str) -> Vec<String> {
    let grid = harness.get_by_role_and_label(Role::Grid, grid).rect();
    harness
        .query_all_by_role(Role::Row)
        .filter(|row| grid.contains(row.rect().center()))
        .map(|row| row.accesskit_node().label().unwrap_or_default())
        .collect()
}

fn plot(harness: &Walk<'_>) -> egui::Rect {
    harness.get_by_role_and_label(Role::Canvas, "Traffic").rect()
}

fn drag(harness: &mut Walk<'_>, from: egui::Pos2, to: egui::Pos2) {
    harness.hover_at(from);
    harness.run_steps(1);
    harness.drag_at(from);
    harness.run_steps(1);
    for i in 1..=4 {
        harness.hover_at(from.lerp(to, i as f32 / 4.0));
        harness.run_steps(1);
    }
    harness.drop_at(to);
    settle(harness);
}

fn last_brush(harness: &Walk<'_>) -> Option<TimeSpan> {
    harness.state().view.filter.time
}

#[test]
fn a_drag_on_the_timeline_filters_every_table_and_escape_lifts_it() {
    let mut harness = small();
    let all = cells(&harness, "Accounts");
    assert_eq!(all.len(), 5);
    let plot = plot(&harness);
    let y = plot.center().y;
    let at = |share: f32| pos2(plot.left() + share * plot.width(), y);
    drag(&mut harness, at(0.45), at(0.55));
    let range = last_brush(&harness).expect("a range");
    let asked: Vec<&Action> = harness.state().asked.iter().collect();
    assert_eq!(asked.len(), 1, "one step to go back to, not one a frame: {asked:?}");
    let inside = harness.state().index.histogram(harness.state().index.everything(), range, 1);
    let first = cells(&harness, "Exchanges").len();
    assert!(first > 0);
    harness.get_by_label_contains(&format!("· {} exchanges", inside.total()));
    assert_ne!(cells(&harness, "Accounts"), all);
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert_eq!(last_brush(&harness), None);
    assert_eq!(cells(&harness, "Accounts"), all);
}

#[test]
fn the_edges_of_a_range_can_be_dragged() {
    let mut harness = small();
    let plot = plot(&harness);
    let at = |share: f32| pos2(plot.left() + share * plot.width(), plot.center().y);
    drag(&mut harness, at(0.3), at(0.6));
    let before = last_brush(&harness).expect("a range");
    drag(&mut harness, at(0.6), at(0.8));
    let after = last_brush(&harness).expect("a range");
    assert!(after.end > before.end, "{before:?} {after:?}");
    assert_eq!(after.start, before.start);
}

#[test]
fn the_keyboard_alone_zooms_pans_and_selects_a_range() {
    let mut harness = small();
    harness.get_by_role_and_label(Role::Canvas, "Traffic").focus();
    settle(&mut harness);
    harness.key_press(Key::W);
    settle(&mut harness);
    let zoomed = harness.state().view.window.expect("zoomed");
    harness.key_press(Key::D);
    settle(&mut harness);
    assert!(harness.state().view.window.is_some_and(|w| w.start > zoomed.start));
    harness.key_press(Key::ArrowRight);
    for _ in 0..3 {
        harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
        harness.run_steps(2);
    }
    settle(&mut harness);
    assert!(last_brush(&harness).is_some_and(|range| range.len_us() > 0));
    harness.key_press(Key::F);
    settle(&mut harness);
    let fitted = harness.state().view.window.expect("fitted");
    let range = last_brush(&harness).expect("a range");
    assert!(fitted.start <= range.start && fitted.end >= range.end);
}

#[test]
fn an_account_narrows_exchanges_and_traffic_and_is_let_go_again() {
    let mut harness = small();
    harness.get_by_label_contains("ac3, active").click();
    settle(&mut harness);
    assert_eq!(harness.state().view.selection, Selection::account("ac3"));
    assert!(cells(&harness, "Exchanges").iter().all(|row| row.contains("ac3")));
    assert_eq!(cells(&harness, "Accounts").len(), 5);
    harness.key_press(Key::ArrowDown);
    settle(&mut harness);
    assert_ne!(harness.state().view.selection, Selection::account("ac3"));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    settle(&mut harness);
    harness.get_by_label(
        "applies to 5 accounts".to_owned().as_str().replace("applies", "· applies").as_str(),
    );
}

#[test]
fn a_header_sorts_and_sorts_the_other_way() {
    let mut harness = small();
    harness.get_by_label("Accounts: Account").click();
    settle(&mut harness);
    let rising = cells(&harness, "Accounts");
    assert!(rising[0].starts_with("ac0"));
    harness.get_by_label("Accounts: Account").click();
    settle(&mut harness);
    let falling: Vec<String> = cells(&harness, "Accounts");
    assert!(falling[0].starts_with("ac4"));
}

#[test]
fn a_search_finds_accounts_and_says_when_there_is_none() {
    let mut harness = small();
    let field = harness.get_by_label("Find an account");
    field.focus();
    harness.run_steps(2);
    harness.get_by_label("Find an account").type_text("C2");
    settle(&mut harness);
    assert_eq!(cells(&harness, "Accounts").len(), 1);
    harness.get_by_label("Find an account").type_text("nobody");
    settle(&mut harness);
    assert!(cells(&harness, "Accounts").is_empty());
}

#[test]
fn a_facet_filters_and_a_second_click_takes_it_back() {
    let mut harness = small();
    let row = |harness: &Walk<'_>| {
        let grid = harness.get_by_role_and_label(Role::Grid, "Facets").rect();
        let rows: Vec<egui::Rect> = harness
            .query_all_by_role(Role::Row)
            .map(|r| r.rect())
            .filter(|r| grid.contains(r.center()))
            .collect();
        assert_eq!(rows.len(), 2, "both models stay in sight");
        rows[0].center()
    };
    for expected in ["model:a", ""] {
        let at = row(&harness);
        harness.hover_at(at);
        harness.drag_at(at);
        harness.drop_at(at);
        settle(&mut harness);
        assert_eq!(harness.state().view.filter.to_string(), expected);
    }
}

#[test]
fn a_click_on_an_exchange_shows_its_original_bytes_with_nothing_hidden() {
    let mut harness = small();
    let grid = harness.get_by_role_and_label(Role::Grid, "Exchanges").rect();
    let at = pos2(grid.left() + 40.0, grid.top() + 13.0);
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    settle(&mut harness);
    harness.get_by_label_contains("gateway.jsonl.gz · line 1");
    harness.get_by_label_contains("\\u202e");
    harness.get_by_label("Copy the original record");
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert!(harness.query_by_label_contains("gateway.jsonl.gz").is_none());
}

#[test]
fn a_verdict_carries_confidence_and_reason_and_tags_and_notes_follow() {
    let mut harness = small();
    harness.get_by_label_contains("ac2, active").click();
    settle(&mut harness);
    harness.get_by_label("high").click();
    harness.run_steps(2);
    harness.get_by_label("Reason for the verdict").focus();
    harness.run_steps(2);
    harness.get_by_label("Reason for the verdict").type_text("one prompt, all night");
    settle(&mut harness);
    harness.get_by_label("Mark as suspicious").click();
    settle(&mut harness);
    let record = harness.state().annotations["ac2"].verdict.clone().expect("a verdict");
    assert_eq!((record.verdict, record.confidence), (Verdict::Suspicious, Confidence::High));
    assert_eq!(record.reason, "one prompt, all night");
    assert!(cells(&harness, "Accounts").iter().any(|row| row.contains("suspicious")));
    harness.get_by_label("Add a tag").focus();
    harness.run_steps(2);
    harness.get_by_label("Add a tag").type_text("night shift");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    settle(&mut harness);
    assert_eq!(harness.state().annotations["ac2"].tags, ["night shift"]);
    harness.get_by_label("Write a note").focus();
    harness.run_steps(2);
    harness.get_by_label("Write a note").type_text("ask for the contract");
    settle(&mut harness);
    harness.get_by_label("Add the note").click();
    settle(&mut harness);
    assert_eq!(harness.state().annotations["ac2"].notes[0].text, "ask for the contract");
    harness.get_by_label("Take the tag night shift off").click();
    settle(&mut harness);
    harness.get_by_label("Remove this note").click();
    settle(&mut harness);
    harness.get_by_label("Take it away").click();
    settle(&mut harness);
    assert!(harness.state().annotations["ac2"].is_empty());
}

#[test]
fn a_filter_that_matches_nothing_says_which_condition_is_to_blame() {
    let mut stand = Stand::new(test_case::index());
    stand.view.filter = Filter::parse("model:zebra").expect("a filter");
    let harness = walk(stand, [1280.0, 740.0], true);
    assert!(cells(&harness, "Accounts").is_empty());
    assert!(harness.state().view.filter.to_string().contains("zebra"));
}

#[test]
fn no_rows_one_row_and_one_instant_are_drawn_without_harm() {
    for (accounts, rows) in [(1, 0), (1, 1), (2, 2)] {
        let harness = walk(Stand::new(test_case::large(accounts, rows, 1)), [960.0, 600.0], true);
        assert!(cells(&harness, "Exchanges").len() <= rows as usize);
    }
}

// ---- pictures -------------------------------------------------------------------------------

fn dressed(accounts: u32, rows: u32) -> Stand {
    let mut stand = Stand::new(test_case::large(accounts, rows, 45));
    let marker = |day: i64, kind, label: &str| Marker {
        at: Time(MARCH + day * DAY_US),
        kind,
        label: label.to_owned(),
    };
    stand.markers = vec![
        marker(13, MarkerKind::Release, "atlas-4 released"),
        marker(30, MarkerKind::Ban, "ban wave"),
        marker(38, MarkerKind::Policy, "terms updated"),
    ];
    let verdict = |verdict, reason: &str| Annotation {
        verdict: Some(VerdictRecord {
            verdict,
            confidence: Confidence::High,
            reason: reason.to_owned(),
            at: Time(MARCH + 50 * DAY_US),
            actor: "analyst a".into(),
        }),
        tags: vec!["proxy pool".into()],
        notes: vec![Note {
            id: 1,
            text: "Same prompt as the others; ask the reseller for the contract".into(),
            at: Time(MARCH + 50 * DAY_US),
            actor: "analyst a".into(),
        }],
    };
    for (i, v) in [(0, Verdict::Suspicious), (2, Verdict::Watch), (3, Verdict::Cleared)] {
        if let Some(id) = stand.index.accounts().get(i).cloned() {
            stand.annotations.insert(id, verdict(v, "One prompt, all night, from many addresses"));
        }
    }
    stand.relist();
    stand
}

fn save(harness: &mut Walk<'_>, name: &str) {
    let folder = std::env::var_os("STILLWATCH_LOOK")
        .map_or_else(|| std::path::PathBuf::from("target/look"), Into::into);
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    let picture = harness.render().expect("a picture");
    picture.save(folder.join(format!("{name}.png"))).expect("the picture is saved");
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_explore() {
    let day = |d: i64| Time(MARCH + d * DAY_US);
    for (name, size, dark) in [
        ("explore", [1272.0, 830.0], true),
        ("explore-light", [1272.0, 830.0], false),
        ("explore-1280", [1112.0, 730.0], true),
        ("explore-2560", [2392.0, 1370.0], true),
    ] {
        let mut stand = dressed(1_200, 60_000);
        stand.view.filter.time = Some(TimeSpan::new(day(19), day(24)));
        let first = stand.index.accounts()[0].clone();
        stand.view.selection = Selection::account(first);
        let mut harness = walk(stand, size, dark);
        save(&mut harness, name);
    }
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_states() {
    let size = [1272.0, 830.0];
    let mut harness = walk(dressed(24_000, 400_000), size, true);
    save(&mut harness, "explore-24k");
    let grid = harness.get_by_role_and_label(Role::Grid, "Exchanges").rect();
    let at = pos2(grid.left() + 40.0, grid.top() + 13.0);
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    settle(&mut harness);
    let plot = plot(&harness);
    for _ in 0..4 {
        harness.key_press(Key::W);
        harness.run_steps(2);
    }
    harness.hover_at(plot.center());
    settle(&mut harness);
    save(&mut harness, "explore-record");
    let mut stand = dressed(1_200, 60_000);
    stand.view.filter = Filter::parse("model:zebra country:DE").expect("a filter");
    save(&mut walk(stand, size, true), "explore-nothing");
    save(&mut walk(dressed(1, 1), size, true), "explore-one");
    let mut stand = dressed(1_200, 60_000);
    stand.view.filter = Filter::parse("model:atlas-4 country:DE").expect("a filter");
    let ids = stand.index.accounts()[..40].to_vec();
    stand.view.selection = Selection::accounts(ids);
    save(&mut walk(stand, size, false), "explore-many");
}

//! The tables of the screen driven through their accessibility tree: columns, stacks, going to
//! places, copying, exporting, the record.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, OutputCommand, pos2};
use egui_kittest::kittest::Queryable;

use crate::job::Progress;
use crate::model::{Filter, Selection, Verdict};
use crate::ui::Command;
use crate::ui::state::Action;

use super::stand::{Stand, Walk, settle, small, walk};
use super::test_case;
use super::walk::{cells, drag};

pub fn run(harness: &mut Walk<'_>, command: Command) {
    harness.state_mut().explore.run(command);
    settle(harness);
}

pub fn filter(harness: &mut Walk<'_>, text: &str) {
    harness.state_mut().view.filter = Filter::parse(text).expect("readable");
    settle(harness);
}

/// A window in which every card has room for its columns.
fn wide<'a>() -> Walk<'a> {
    walk(Stand::new(test_case::index()), [2600.0, 900.0], true)
}

/// Clicks the row of a table with this number in sight.
pub fn click_row(harness: &mut Walk<'_>, grid: &str, row: usize) {
    let grid = harness.get_by_role_and_label(Role::Grid, grid).rect();
    let at = pos2(grid.left() + 40.0, grid.top() + 13.0 + 26.0 * row as f32);
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    settle(harness);
}

fn menu_of_header(harness: &mut Walk<'_>, header: &str, entry: &str) {
    harness.get_by_label(header).click_secondary();
    settle(harness);
    harness.get_by_label(entry).click();
    settle(harness);
}

/// What the next key or event puts on the clipboard.
fn copied(harness: &mut Walk<'_>, modifiers: Modifiers) -> Option<String> {
    harness.event(Event::ModifiersChanged(modifiers));
    harness.step();
    // What a window makes of the keys: a copy of Ctrl C, and with Shift nothing but the key.
    match modifiers.shift {
        true => harness.event(Event::Key {
            key: Key::C,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers,
        }),
        false => harness.event(Event::Copy),
    }
    harness.step();
    let commands = &harness.output().platform_output.commands;
    let text = commands.iter().find_map(|command| match command {
        OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    harness.event(Event::ModifiersChanged(Modifiers::NONE));
    harness.step();
    text
}

#[test]
fn a_column_is_switched_on_counted_and_sorted_by() {
    let mut harness = wide();
    harness.get_by_label_contains("Accounts: 9 of").click();
    settle(&mut harness);
    harness.get_by_role_and_label(Role::CheckBox, "Models").click();
    settle(&mut harness);
    harness.key_press(Key::Escape);
    settle(&mut harness);
    harness.get_by_label("Accounts: Models").click();
    settle(&mut harness);
    let index = harness.state().index.clone();
    let profiles = index.profiles(index.everything(), &Progress::default()).expect("not cancelled");
    let most = (0..5).map(|account| profiles.of(account).models).max().expect("accounts");
    let first = &cells(&harness, "Accounts")[0];
    assert!(first.ends_with(&format!(", {most}")), "{first}");
}

#[test]
fn a_title_dragged_elsewhere_takes_its_column_along_and_a_menu_does_the_same() {
    let mut harness = small();
    let left = |harness: &Walk<'_>, title: &str| harness.get_by_label(title).rect().left();
    let (from, to) = (
        harness.get_by_label("Exchanges: Model").rect().center(),
        harness.get_by_label("Exchanges: Time").rect().left_center() + egui::vec2(6.0, 0.0),
    );
    drag(&mut harness, from, to);
    assert!(left(&harness, "Exchanges: Model") < left(&harness, "Exchanges: Time"));
    menu_of_header(&mut harness, "Exchanges: Model", "Move right");
    assert!(left(&harness, "Exchanges: Model") > left(&harness, "Exchanges: Time"));
    menu_of_header(&mut harness, "Exchanges: Model", "Hide this column");
    assert!(harness.query_by_label("Exchanges: Model").is_none());
}

#[test]
fn a_stack_lists_every_value_rare_first_and_a_click_filters() {
    let mut harness = wide();
    menu_of_header(&mut harness, "Exchanges: Address", "Stack by this column");
    let index = harness.state().index.clone();
    let all = index
        .stacked(index.everything(), crate::model::Field::ClientIp, &Progress::default())
        .expect("not cancelled");
    harness.get_by_label_contains(&format!("{} values", all.len()));
    let least = all.iter().map(|s| s.rows).min().expect("values");
    let rows = |line: &str| -> u32 {
        let parts: Vec<&str> = line.rsplit(", ").collect();
        parts[2].parse().expect("a count")
    };
    assert_eq!(rows(&cells(&harness, "Stack")[0]), least);
    harness.get_by_label_contains("Rare values first").click();
    settle(&mut harness);
    let most = all.iter().map(|s| s.rows).max().expect("values");
    assert_eq!(rows(&cells(&harness, "Stack")[0]), most);
    click_row(&mut harness, "Stack", 0);
    assert!(harness.state().view.filter.to_string().starts_with("ip:"));
    let close = |harness: &mut Walk<'_>, with_key: bool| {
        match with_key {
            true => harness.key_press(Key::Escape),
            false => harness.get_by_label("Close the stack").click(),
        }
        settle(harness);
        assert!(harness.query_by_role_and_label(Role::Grid, "Stack").is_none());
    };
    close(&mut harness, false);
    menu_of_header(&mut harness, "Exchanges: Address", "Stack by this column");
    let before = harness.state().view.clone();
    close(&mut harness, true);
    assert_eq!(harness.state().view, before, "Escape lifts nothing else");
}

#[test]
fn a_stack_of_accounts_selects_those_that_have_the_value() {
    let mut harness = small();
    Arc::make_mut(&mut harness.state_mut().annotations)
        .entry("ac2".into())
        .or_default()
        .tags
        .push("pool".into());
    harness.state_mut().relist();
    settle(&mut harness);
    menu_of_header(&mut harness, "Accounts: Tags", "Stack by this column");
    let lines = cells(&harness, "Stack");
    assert!(lines[0].starts_with("pool, ") && lines[1].starts_with("none, "), "{lines:?}");
    click_row(&mut harness, "Stack", 0);
    assert_eq!(harness.state().view.selection, Selection::account("ac2"));
}

#[test]
fn the_current_row_stays_when_the_filter_keeps_it_and_else_the_nearest_is_said() {
    let mut harness = small();
    click_row(&mut harness, "Exchanges", 3);
    let event = harness.state().explore.current().expect("a current row");
    let index = harness.state().index.clone();
    let row = index.row_of_event(event).expect("its row");
    let own = index.row(row).model().expect("a model").to_owned();
    let other = if own == "a" { "b" } else { "a" };
    filter(&mut harness, &format!("model:{own}"));
    assert_eq!(harness.state().explore.current(), Some(event));
    assert!(harness.query_by_label_contains("nearest in").is_none());
    filter(&mut harness, &format!("model:{other}"));
    let nearest = harness.state().explore.current().expect("a current row");
    assert_ne!(nearest, event);
    harness.get_by_label_contains("nearest in");
    filter(&mut harness, "");
    assert_eq!(harness.state().explore.current(), Some(event), "the one that was chosen is back");
    assert!(harness.query_by_label_contains("nearest in").is_none());
}

#[test]
fn a_row_or_a_time_is_gone_to_and_what_is_neither_is_said() {
    let mut harness = small();
    run(&mut harness, Command::GoTo);
    let field = "Go to a time or row";
    harness.get_by_label(field).type_text("row 200");
    settle(&mut harness);
    harness.key_press(Key::Enter);
    settle(&mut harness);
    assert_eq!(harness.state().explore.current(), Some(200));
    run(&mut harness, Command::GoTo);
    harness.get_by_label(field).type_text("2026-03-02 12:00");
    settle(&mut harness);
    harness.key_press(Key::Enter);
    settle(&mut harness);
    let index = harness.state().index.clone();
    let noon = Filter::parse("time:2026-03-02T12:00").expect("readable").time.expect("a time");
    let row = index.row_at(noon.start);
    assert_eq!(harness.state().explore.current(), Some(index.event_id(row)));
    run(&mut harness, Command::GoTo);
    harness.get_by_label(field).type_text("row 9999");
    settle(&mut harness);
    harness.key_press(Key::Enter);
    settle(&mut harness);
    harness.get_by_label_contains("The last row is row 300");
}

#[test]
fn minutes_around_a_row_are_shown_in_one_step_with_the_row_still_current() {
    let mut harness = small();
    run(&mut harness, Command::AroundAccount);
    harness.get_by_label_contains("Choose a row first");
    filter(&mut harness, "model:a");
    click_row(&mut harness, "Exchanges", 2);
    let event = harness.state().explore.current();
    let asked = harness.state().asked.len();
    run(&mut harness, Command::AroundAccount);
    assert_eq!(harness.state().asked.len(), asked + 1);
    let shown = harness.state().view.filter.clone();
    assert!(shown.to_string().contains("account:ac"), "{shown}");
    assert_eq!(shown.time.map(|t| t.len_us()), Some(600_000_001));
    assert_eq!(harness.state().explore.current(), event);
    run(&mut harness, Command::AroundEverything);
    assert_eq!(harness.state().view.filter.expr, None);
    assert_eq!(harness.state().explore.current(), event);
}

#[test]
fn steps_lead_to_rows_that_mean_the_same_around_the_end_and_out_of_the_filter() {
    let mut harness = small();
    click_row(&mut harness, "Exchanges", 0);
    let index = harness.state().index.clone();
    let account = |event: Option<u64>| {
        let row = event.and_then(|event| index.row_of_event(event)).expect("a row");
        index.row(row).account().to_owned()
    };
    let first = harness.state().explore.current();
    run(&mut harness, Command::NextOfAccount);
    let second = harness.state().explore.current();
    assert!(second > first);
    assert_eq!(account(second), account(first));
    run(&mut harness, Command::PreviousLike);
    assert_eq!(harness.state().explore.current(), first);
    run(&mut harness, Command::PreviousLike);
    harness.get_by_label_contains("Around the end");
    run(&mut harness, Command::NextOfKey);
    harness.get_by_label_contains("This row has no key");
    let own = account(harness.state().explore.current());
    filter(&mut harness, &format!("account:{own}"));
    run(&mut harness, Command::NextError);
    let failed = harness.state().explore.current().and_then(|e| index.row_of_event(e));
    assert!(failed.is_some_and(|row| index.row(row).is_error()));
    filter(&mut harness, &format!("account:{own} status:200"));
    run(&mut harness, Command::NextError);
    harness.get_by_label_contains("There is no other row that failed among those shown");
    run(&mut harness, Command::NextLikeInCase);
    harness.get_by_label_contains("It is outside the filter");
    assert!(harness.state().view.filter.is_everything());
}

#[test]
fn a_step_leads_to_the_next_prompt_of_the_same_template() {
    let mut harness = small();
    let index = harness.state().index.clone();
    let template = |harness: &Walk<'_>| {
        let row = harness.state().explore.current().and_then(|event| index.row_of_event(event));
        row.and_then(|row| index.row(row).template())
    };
    filter(&mut harness, "template:3");
    click_row(&mut harness, "Exchanges", 0);
    let first = harness.state().explore.current();
    filter(&mut harness, "");
    run(&mut harness, Command::NextOfTemplate);
    assert_ne!(harness.state().explore.current(), first);
    assert_eq!(template(&harness), Some(3));
    run(&mut harness, Command::PreviousLike);
    assert_eq!(harness.state().explore.current(), first);
    filter(&mut harness, "template:free");
    click_row(&mut harness, "Exchanges", 0);
    run(&mut harness, Command::NextOfTemplate);
    harness.get_by_label_contains("This row has no template");
}

#[test]
fn a_stack_of_moments_is_drawn_as_the_table_draws_them_and_days_say_that_they_are_utc() {
    let mut harness = wide();
    menu_of_header(&mut harness, "Accounts: First seen", "Stack by this column");
    for line in cells(&harness, "Stack") {
        assert!(!line.contains('T') && !line.contains('Z'), "{line}");
    }
    menu_of_header(&mut harness, "Exchanges: Time", "Stack by this column");
    harness.get_by_label_contains("days (UTC)");
}

#[test]
fn other_columns_sort_the_rows_in_the_background_and_the_last_row_is_reached() {
    let mut harness = small();
    harness.get_by_label("Exchanges: Input").click();
    settle(&mut harness);
    let index = harness.state().index.clone();
    let tokens = |row: u32| index.row(row).input_tokens().unwrap_or(0);
    let most = (0..index.len() as u32).map(tokens).max().expect("rows");
    let most = crate::ui::format::count(most.into());
    assert!(cells(&harness, "Exchanges")[0].contains(&format!(", {most},")));
    harness.get_by_role_and_label(Role::Grid, "Exchanges").focus();
    harness.run_steps(2);
    harness.key_press(Key::End);
    settle(&mut harness);
    let least = index.row_of_event(harness.state().explore.current().expect("a row"));
    let fewest = (0..index.len() as u32).map(tokens).min();
    assert_eq!(least.map(tokens), fewest);
}

#[test]
fn rows_and_cells_are_copied_with_exact_values() {
    let mut harness = small();
    click_row(&mut harness, "Exchanges", 0);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
    settle(&mut harness);
    let record = format!("line {}", harness.state().explore.current().expect("a row"));
    assert!(record != "line 0" && harness.query_by_label_contains(&record).is_some());
    let text = copied(&mut harness, Modifiers::COMMAND).expect("on the clipboard");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[0].starts_with("timestamp\taccount_id\tmodel"));
    assert!(lines[1].starts_with("2026-03-01T"));
    settle(&mut harness);
    harness.get_by_label_contains("2 rows copied");
    harness.key_press(Key::ArrowRight);
    settle(&mut harness);
    let cell = copied(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT).expect("a cell");
    assert!(cell.starts_with("ac"), "{cell}");
}

#[test]
fn what_is_exported_is_what_is_shown_all_of_it() {
    let mut harness = small();
    filter(&mut harness, "model:a -status:429");
    for (button, rows_are) in [
        ("Exchanges: export what is shown…", "exchanges"),
        ("Accounts: export what is shown…", "accounts"),
    ] {
        harness.get_by_label(button).click();
        settle(&mut harness);
        let Some(Action::ExportShown(shown)) = harness.state().asked.last().cloned() else {
            panic!("{:?}", harness.state().asked.last());
        };
        let dir = tempfile::tempdir().expect("a scratch directory");
        let (case, path) = (dir.path().join("c"), dir.path().join("t.csv"));
        std::fs::write(&case, b"a case").expect("written");
        let by = ("analyst", "now".to_owned());
        let about = shown.write(&path, &case, by, &Progress::default()).expect("written");
        assert_eq!(
            (about.rows_are.as_str(), about.filter.as_str()),
            (rows_are, "model:a -status:429")
        );
        let text = std::fs::read_to_string(&path).expect("a table");
        assert_eq!(text.lines().count() as u64, about.rows + 1);
        assert_eq!(text.lines().next().map(|l| l.split(',').count()), Some(about.columns.len()));
        let index = harness.state().index.clone();
        if rows_are == "exchanges" {
            let lists = harness.state().lists.clone();
            let kept = crate::index::compile(&harness.state().view.filter, &index, &lists);
            assert_eq!(about.rows, kept.expect("compiles").len());
            assert_eq!(about.of, index.everything().len());
            assert!(!text.contains(",429,"));
        }
    }
}

#[test]
fn a_record_says_what_was_read_from_it_and_its_text_is_found() {
    let mut harness = wide();
    click_row(&mut harness, "Exchanges", 0);
    harness.get_by_label_contains("\"input_tokens\": 120").click_secondary();
    settle(&mut harness);
    assert!(harness.query_all_by_label_contains("At least").count() > 0);
    harness.key_press(Key::Escape);
    settle(&mut harness);
    click_row(&mut harness, "Exchanges", 0);
    run(&mut harness, Command::FindInRecord);
    harness.get_by_label("Find in the record").type_text("WORK");
    settle(&mut harness);
    harness.get_by_label_contains("1 of 2");
    harness.key_press(Key::Enter);
    settle(&mut harness);
    harness.get_by_label_contains("2 of 2");
    harness.get_by_label("original").click();
    settle(&mut harness);
    assert!(harness.query_all_by_label_contains("{\"timestamp\":\"2026-03-02").count() > 0);
    harness.get_by_label("fields").click();
    settle(&mut harness);
    let fields = cells(&harness, "Fields of the record");
    assert!(fields.iter().any(|row| row.ends_with("usage.input_tokens")), "{fields:?}");
    assert!(fields.contains(&"request_id, req-1, id".to_owned()), "{fields:?}");
}

#[test]
fn a_cell_offers_to_tag_mark_and_note_its_account() {
    let mut harness = small();
    Arc::make_mut(&mut harness.state_mut().annotations)
        .entry("ac4".into())
        .or_default()
        .tags
        .push("pool".into());
    harness.state_mut().relist();
    settle(&mut harness);
    harness.get_by_label_contains("ac1, active").click_secondary();
    settle(&mut harness);
    harness.get_by_label("Mark ac1 as watch").click();
    settle(&mut harness);
    let verdict = harness.state().annotations["ac1"].verdict.as_ref().map(|v| v.verdict);
    assert_eq!(verdict, Some(Verdict::Watch));
    harness.get_by_label_contains("ac1, active").click_secondary();
    settle(&mut harness);
    harness.get_by_label_contains("Write a note on ac1").click();
    settle(&mut harness);
    assert_eq!(harness.state().view.selection, Selection::account("ac1"));
    assert_eq!(harness.state().asked.last(), Some(&Action::Run(Command::Note)));
}

#[test]
fn the_keyboard_opens_the_menu_of_the_cell_it_is_on() {
    let mut harness = small();
    harness.get_by_role_and_label(Role::Grid, "Exchanges").focus();
    harness.run_steps(2);
    for key in [Key::ArrowDown, Key::ArrowRight, Key::ArrowRight, Key::ArrowRight] {
        harness.key_press(key);
        settle(&mut harness);
    }
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F10);
    settle(&mut harness);
    assert!(harness.query_all_by_label_contains("Only model").count() > 0);
}

//! What the tables of the screen do while something else changes: the filter, what stands in front,
//! the zone of times, what the panel speaks of.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};

use crate::model::filter::{Expr, Value};
use crate::model::{Field, Filter, Selection};
use crate::ui::state::Action;
use crate::ui::{Command, Zone};

use super::stand::{Stand, Walk, settle, small, walk};
use super::test_case;
use super::walk::cells;
use super::walk_tables::{click_row, filter, run};

/// A window that shows the accounts tagged `pool`: ac1 and ac2.
fn on_the_pool<'a>() -> Walk<'a> {
    let mut harness = small();
    for account in ["ac1", "ac2"] {
        let said =
            Arc::make_mut(&mut harness.state_mut().annotations).entry(account.into()).or_default();
        said.tags.push("pool".into());
    }
    harness.state_mut().relist();
    let pool = Expr::term(Field::AccountId, Value::List("pool".into()));
    harness.state_mut().view.selection = Selection::Where(pool);
    harness
}

#[test]
fn a_verdict_on_a_condition_goes_to_the_accounts_that_meet_it_under_the_filter_of_now() {
    let mut harness = on_the_pool();
    filter(&mut harness, "account:ac1");
    harness.get_by_label_contains("1 account ·");
    filter(&mut harness, "account:ac2");
    harness.get_by_label("Mark as suspicious").click();
    settle(&mut harness);
    let marked = |account: &str| harness.state().annotations[account].verdict.is_some();
    assert!(marked("ac2") && !marked("ac1"));
}

#[test]
fn what_is_counted_of_an_earlier_filter_cannot_be_judged() {
    let mut harness = on_the_pool();
    filter(&mut harness, "account:ac1");
    let is_off = |harness: &Walk<'_>| {
        harness.get_by_label("Mark as suspicious").accesskit_node().is_disabled()
    };
    assert!(!is_off(&harness));
    harness.state_mut().view.filter = Filter::parse("account:ac2").expect("readable");
    harness.step();
    assert!(is_off(&harness), "the accounts in sight are those of the filter before");
    settle(&mut harness);
    assert!(!is_off(&harness));
}

#[test]
fn sorted_rows_find_the_place_again_under_another_filter_and_steps_wait_for_them() {
    let mut harness = small();
    harness.get_by_label("Exchanges: Input").click();
    settle(&mut harness);
    filter(&mut harness, "model:a");
    click_row(&mut harness, "Exchanges", 2);
    let chosen = harness.state().explore.current();
    filter(&mut harness, "model:b");
    harness.get_by_label_contains("this is the nearest in time");
    assert_ne!(harness.state().explore.current(), chosen);
    harness.state_mut().view.filter = Filter::parse("model:a").expect("readable");
    harness.state_mut().explore.run(Command::NextOfAccount);
    settle(&mut harness);
    assert_eq!(harness.state().view.filter.to_string(), "model:a", "a step lifts nothing");
}

#[test]
fn what_a_step_lifts_is_called_what_it_is() {
    let mut harness = small();
    click_row(&mut harness, "Exchanges", 0);
    let index = harness.state().index.clone();
    let own = |harness: &Walk<'_>| {
        let row = harness.state().explore.current().and_then(|event| index.row_of_event(event));
        index.row(row.expect("a row")).account().to_owned()
    };
    let account = own(&harness);
    harness.state_mut().view.selection = Selection::account(account.as_str());
    settle(&mut harness);
    run(&mut harness, Command::NextError);
    let failed = own(&harness);
    assert_eq!(failed, account);
    // Until the next that failed is of another account.
    for _ in 0..200 {
        run(&mut harness, Command::NextLikeInCase);
        if harness.state().view.selection.is_nothing() {
            harness.get_by_label_contains("It is outside the selection, which is lifted");
            return;
        }
    }
    panic!("all that failed is of one account");
}

#[test]
fn leaving_the_field_that_goes_to_a_row_does_not_take_the_keyboard_along() {
    let mut harness = small();
    let is_focused =
        |harness: &Walk<'_>| harness.get_by_role_and_label(Role::Grid, "Exchanges").is_focused();
    run(&mut harness, Command::GoTo);
    harness.get_by_label("Find an account").focus();
    settle(&mut harness);
    assert!(harness.query_by_label("Go to a time or row").is_none());
    assert!(!is_focused(&harness) && harness.get_by_label("Find an account").is_focused());
    run(&mut harness, Command::GoTo);
    harness.key_press(Key::Escape);
    settle(&mut harness);
    assert!(is_focused(&harness));
}

#[test]
fn the_field_that_finds_text_comes_and_goes_with_the_record() {
    let mut harness = walk(Stand::new(test_case::index()), [2600.0, 900.0], true);
    let field = "Find in the record";
    run(&mut harness, Command::FindInRecord);
    harness.get_by_label_contains("Choose a row first: text is found in its record");
    click_row(&mut harness, "Exchanges", 0);
    assert!(harness.query_by_label(field).is_none());
    run(&mut harness, Command::FindInRecord);
    harness.get_by_label(field).type_text("WORK");
    settle(&mut harness);
    harness.key_press(Key::Enter);
    settle(&mut harness);
    harness.get_by_label_contains("2 of 2");
    click_row(&mut harness, "Exchanges", 1);
    harness.get_by_label_contains("1 of 2");
    harness.get_by_label("Close the original record").click();
    settle(&mut harness);
    click_row(&mut harness, "Exchanges", 0);
    assert!(harness.query_by_label(field).is_none());
}

#[test]
fn the_table_in_front_is_exported_and_not_the_one_behind_it() {
    // In this room accounts and exchanges stand one behind the other.
    let mut harness = walk(Stand::new(test_case::index()), [1112.0, 730.0], true);
    let exported = |harness: &Walk<'_>| match harness.state().asked.last() {
        Some(Action::ExportShown(shown)) => shown.0.rows_are,
        other => panic!("{other:?}"),
    };
    run(&mut harness, Command::AccountsTable);
    run(&mut harness, Command::ExportShown);
    assert_eq!(exported(&harness), "accounts");
    run(&mut harness, Command::AccountsTable);
    run(&mut harness, Command::ExchangesTable);
    run(&mut harness, Command::ExportShown);
    assert_eq!(exported(&harness), "exchanges");
}

#[test]
fn a_count_stands_after_the_title_of_its_own_card_and_nothing_lies_over_a_title() {
    let mut harness = walk(Stand::new(test_case::index()), [1112.0, 730.0], true);
    let accounts = harness.state().index.accounts().len().to_string();
    let rect = |harness: &Walk<'_>, tab: &str| harness.get_by_role_and_label(Role::Tab, tab).rect();
    for (card, behind) in [("Accounts", "Exchanges"), ("Accounts over time", "Heat map")] {
        let (own, other) = (rect(&harness, card), rect(&harness, behind));
        assert!(own.right() < other.left());
        let between = own.with_min_x(own.right()).with_max_x(other.left());
        let all = harness.query_all_by_label(&accounts);
        assert_eq!(card == "Accounts", all.into_iter().any(|n| between.contains_rect(n.rect())));
        for button in harness.query_all_by_role(Role::Button) {
            assert!(!button.rect().shrink(1.0).intersects(other), "{button:?}");
        }
    }
    run(&mut harness, Command::ExchangesTable);
    let (own, other) = (rect(&harness, "Exchanges"), rect(&harness, "Accounts"));
    assert!(other.right() < own.left(), "titles keep their order");
}

#[test]
fn titles_stand_still_while_a_button_of_the_pointer_is_down() {
    let mut harness = walk(Stand::new(test_case::index()), [1112.0, 730.0], true);
    let at = |harness: &Walk<'_>| harness.get_by_role_and_label(Role::Tab, "Exchanges").rect();
    let before = at(&harness);
    let beside = egui::pos2(4.0, 4.0);
    harness.hover_at(beside);
    harness.drag_at(beside);
    harness.step();
    filter(&mut harness, "-model:zebra");
    assert_eq!(at(&harness), before);
    harness.drop_at(beside);
    settle(&mut harness);
    assert!(at(&harness).left() > before.left(), "there is more to say");
    harness.get_by_label_contains("5 under the filter");
}

#[test]
fn the_columns_exported_are_those_on_screen_in_any_room() {
    let mut harness = small();
    for width in (1_440..1_600).step_by(20) {
        harness.set_size(egui::vec2(width as f32, 830.0));
        settle(&mut harness);
        for table in ["Accounts", "Exchanges"] {
            harness.get_by_label(&format!("{table}: export what is shown…")).click();
            settle(&mut harness);
            let Some(Action::ExportShown(shown)) = harness.state().asked.last() else {
                panic!("{:?}", harness.state().asked.last());
            };
            let is_own = |label: Option<String>| {
                label.is_some_and(|label| label.starts_with(&format!("{table}: ")))
            };
            let headers = harness
                .query_all_by_role(Role::ColumnHeader)
                .filter(|header| is_own(header.accesskit_node().label()))
                .count();
            assert_eq!(shown.0.columns.len(), headers, "{table} at {width}");
        }
    }
}

#[test]
fn times_follow_the_zone_and_what_is_copied_stays_utc() {
    let mut harness = small();
    let in_utc = cells(&harness, "Exchanges")[0].clone();
    assert!(in_utc.starts_with("1 Mar 00:"), "{in_utc}");
    harness.state_mut().zone = Zone::berlin();
    settle(&mut harness);
    let here = cells(&harness, "Exchanges")[0].clone();
    assert_eq!(here, in_utc.replacen("1 Mar 00:", "1 Mar 01:", 1));
    click_row(&mut harness, "Exchanges", 0);
    harness.event(Event::Copy);
    harness.step();
    let commands = &harness.output().platform_output.commands;
    let copied = commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    assert!(copied.is_some_and(|text| text.contains("2026-03-01T00:")));
}

#[test]
fn what_is_copied_is_said_for_a_moment_and_the_count_comes_back() {
    let mut harness = small();
    harness.state_mut().view.filter = Filter::parse("-model:zebra").expect("a filter");
    settle(&mut harness);
    harness.get_by_label_contains("5 under the filter");
    click_row(&mut harness, "Accounts", 0);
    harness.event(Event::ModifiersChanged(Modifiers::COMMAND));
    harness.event(Event::Copy);
    harness.step();
    harness.event(Event::ModifiersChanged(Modifiers::NONE));
    harness.run_steps(2);
    harness.get_by_label_contains("1 row copied");
    // Frames of the harness are a sixtieth of a second apart or more.
    harness.run_steps(400);
    harness.get_by_label_contains("5 under the filter");
}

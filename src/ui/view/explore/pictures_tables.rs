//! The tables of the screen drawn, for people to look at; see `pictures`.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::pos2;
use egui_kittest::kittest::Queryable;

use crate::model::Filter;
use crate::ui::Command;

use super::pictures::{dressed, save};
use super::stand::{Stand, Walk, always, drawn, settle};

const SIZES: [([f32; 2], &str); 2] = [([1112.0, 730.0], "1280"), ([2392.0, 1370.0], "2560")];
const THEMES: [(bool, &str); 2] = [(true, "dark"), (false, "light")];

fn each(name: &str, stand: impl Fn() -> Stand, act: impl Fn(&mut Walk<'_>)) {
    for (size, size_name) in SIZES {
        for (dark, theme) in THEMES {
            let mut harness = drawn(stand(), size, dark);
            act(&mut harness);
            save(&mut harness, &format!("tables-{name}-{size_name}-{theme}"));
        }
    }
}

fn click_row(harness: &mut Walk<'_>, row: usize) {
    // Where there is little room the exchanges stand behind the accounts.
    harness.state_mut().explore.run(Command::ExchangesTable);
    settle(harness);
    let grid = harness.get_by_role_and_label(Role::Grid, "Exchanges").rect();
    let at = pos2(grid.left() + 40.0, grid.top() + 13.0 + 26.0 * row as f32);
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    settle(harness);
}

fn with_record(record: Vec<u8>) -> Stand {
    let mut stand = dressed(1_200, 60_000);
    stand.read_record = always(record);
    stand
}

fn record_of(prompt: &str) -> Vec<u8> {
    let prompt = serde_json::to_string(prompt).expect("text");
    format!(
        "{{\"timestamp\":\"2026-03-02T10:00:00Z\",\"account_id\":\"ac1\",\"model\":\"atlas-4\",\
         \"usage\":{{\"input_tokens\":120,\"output_tokens\":44}},\"prompt\":{prompt},\
         \"trace_flags\":{{\"b3\":\"80f198ee56343ba8\"}}}}"
    )
    .into_bytes()
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_accounts_with_many_columns() {
    each(
        "many",
        || dressed(1_200, 60_000),
        |harness| {
            let columns = harness.state_mut().explore.columns();
            let shown = [
                "account_id",
                "activity",
                "events",
                "output_tokens",
                "keys",
                "models",
                "addresses",
                "networks",
                "active_days",
                "span_days",
                "error_share",
                "median_latency_ms",
                "verdict",
                "confidence",
                "tags",
                "notes",
            ];
            columns.into_iter().next().expect("accounts").1.shown =
                Some(shown.map(String::from).into());
            settle(harness);
            harness.get_by_label("Accounts: Exchanges").click();
            settle(harness);
        },
    );
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_stacks() {
    each(
        "stack",
        || dressed(1_200, 60_000),
        |harness| {
            for (table, header) in [
                (Command::AccountsTable, "Accounts: Verdict"),
                (Command::ExchangesTable, "Exchanges: Model"),
            ] {
                harness.state_mut().explore.run(table);
                settle(harness);
                harness.get_by_label(header).click_secondary();
                settle(harness);
                harness.get_by_label("Stack by this column").click();
                settle(harness);
            }
        },
    );
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_records() {
    each(
        "record",
        || with_record(record_of("Implement the following.\n<work>parse</work>")),
        |h| {
            click_row(h, 2);
            h.state_mut().explore.run(Command::FindInRecord);
            settle(h);
            h.get_by_label("Find in the record").type_text("work");
            settle(h);
        },
    );
    let long = "Rewrite the lesson for a ten-year-old, keep every number, name each step. ";
    each("long", || with_record(record_of(&long.repeat(14_000))), |h| click_row(h, 2));
    // Other scripts come from the fonts of the system, which pictures have none of.
    let mixed = "Привет, мир — Καλημέρα — e\u{301}e\u{301} — \u{202e}txet desrever\u{202c} — \
                 \u{200f}mark\u{2067}isolate\u{2069}";
    each("scripts", || with_record(record_of(mixed)), |h| click_row(h, 2));
    each(
        "fields",
        || with_record(record_of("Hello")),
        |h| {
            click_row(h, 2);
            h.get_by_label("fields").click();
            settle(h);
        },
    );
}

#[test]
#[ignore = "draws pictures for people to look at"]
fn look_at_tables_that_have_something_to_say() {
    each(
        "empty",
        || {
            let mut stand = dressed(1_200, 60_000);
            stand.view.filter = Filter::parse("model:zebra country:DE").expect("a filter");
            stand
        },
        |_| {},
    );
    each(
        "error",
        || {
            let mut stand = dressed(1_200, 60_000);
            stand.read_record = Arc::new(|_| {
                Err("the source was imported without its records (--no-raw)".to_owned())
            });
            stand
        },
        |harness| click_row(harness, 1),
    );
    each(
        "nearest",
        || dressed(1_200, 60_000),
        |harness| {
            click_row(harness, 1);
            harness.state_mut().view.filter = Filter::parse("status:429").expect("a filter");
            settle(harness);
        },
    );
    each(
        "go-to",
        || dressed(1_200, 60_000),
        |harness| {
            harness.state_mut().explore.run(Command::GoTo);
            settle(harness);
            harness.get_by_label("Exchanges: Latency").click();
            settle(harness);
            harness.state_mut().explore.run(Command::GoTo);
            settle(harness);
        },
    );
}

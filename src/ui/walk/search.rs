//! A phrase typed into the omnibox of a window on a real case.

use egui::Key;
use egui_kittest::kittest::Queryable as _;

use super::{counted, until, window};
use crate::case::{Author, ImportOptions, import};
use crate::job::Progress;
use crate::model::Time;
use crate::ui::Action;

const LOG: &str = "{\"timestamp\":\"2026-03-01T10:00:00Z\",\"account_id\":\"ann\",\"prompt\":\"Reason step by step\"}\n\
    {\"timestamp\":\"2026-03-01T11:00:00Z\",\"account_id\":\"bob\",\"prompt\":\"hello\"}\n\
    {\"timestamp\":\"2026-03-01T12:00:00Z\",\"account_id\":\"eve\",\"prompt\":\"step by step, please\"}\n";

#[test]
fn a_phrase_in_the_omnibox_searches_the_prompts_of_the_case() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let log = scratch.path().join("day.jsonl");
    std::fs::write(&log, LOG).expect("written");
    let case = scratch.path().join("day.stillwatch");
    let author = Author { actor: "tester".into(), at: Time(0) };
    import(&case, &[log], &ImportOptions::default(), &author, &Progress::default())
        .expect("imported");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.state_mut().actions.push(Action::Open(vec![case]));
    until(&mut harness, "the case", counted);
    harness.key_press(Key::Slash);
    harness.run_steps(3);
    harness.get_by_label("Search or filter").type_text("\"STEP by step\"");
    harness.run_steps(3);
    harness.key_press(Key::Enter);
    until(&mut harness, "the hits", |h| h.query_all_by_label("2 of 3 exchanges").next().is_some());
    until(&mut harness, "the accounts", |h| {
        h.query_all_by_label("2 of 3 accounts").next().is_some()
    });
}

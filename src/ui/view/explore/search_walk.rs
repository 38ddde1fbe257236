//! Searching prompts on the screen, driven through its accessibility tree.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::index::{Index, Phrases, SearchState};
use crate::job::Progress;
use crate::model::filter::Expr;
use crate::model::{Filter, Selection};

use super::stand::{Stand, Walk, drawn, settle, walk};
use super::test_case;

/// The small case, where every seventh prompt says so. The search goes as far as `gate` events and
/// waits there.
fn searched(index: Index, gate: &Arc<AtomicUsize>) -> Index {
    let last = index.len() as u64;
    let gate = Arc::clone(gate);
    let search = move |phrase: &str, progress: &Progress, found: &(dyn Fn(u64) + Sync)| {
        progress.set_phase("searching prompts", last);
        for event in 1..=last {
            while event as usize > gate.load(Ordering::Relaxed) {
                progress.check().map_err(|e| e.to_string())?;
                std::thread::sleep(Duration::from_millis(1));
            }
            if "buy now".contains(phrase) && event % 7 == 0 {
                found(event);
            }
            progress.advance(1);
        }
        Ok(())
    };
    index.with_phrases(Phrases::new(search, Progress::default()))
}

fn stand(gate: usize) -> (Walk<'static>, Arc<AtomicUsize>) {
    let gate = Arc::new(AtomicUsize::new(gate));
    let index = searched(test_case::index(), &gate);
    (walk(Stand::new(index), [1440.0, 830.0], true), gate)
}

fn ask(harness: &mut Walk<'_>, filter: &str) {
    harness.state_mut().view.filter = Filter::parse(filter).expect("a filter");
}

fn says(harness: &Walk<'_>, what: &str) -> bool {
    harness.query_all_by_label_contains(what).next().is_some()
}

/// Steps until it is said; searches go on meanwhile.
fn until_said(harness: &mut Walk<'_>, what: &str) {
    for _ in 0..2_000 {
        harness.run_steps(1);
        if says(harness, what) {
            return;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    panic!("waited in vain for {what}");
}

fn summary(harness: &Walk<'_>) -> String {
    let plot = harness.get_by_role_and_label(Role::Canvas, "Traffic");
    plot.accesskit_node().value().unwrap_or_default()
}

#[test]
fn a_phrase_narrows_the_tables_and_marks_the_timeline() {
    let (mut harness, _) = stand(usize::MAX);
    ask(&mut harness, "\"Buy NOW\"");
    settle(&mut harness);
    // 300 exchanges, every seventh.
    assert!(says(&harness, "42 exchanges · "));
    assert!(
        summary(&harness).contains("42 hits of the search in prompts"),
        "{}",
        summary(&harness)
    );
    // The marks are of the phrase, whatever else is asked.
    ask(&mut harness, "\"buy now\" account:ac1");
    settle(&mut harness);
    assert!(!says(&harness, "42 exchanges · "));
    assert!(
        summary(&harness).contains("42 hits of the search in prompts"),
        "{}",
        summary(&harness)
    );
}

#[test]
fn what_is_found_shows_while_the_search_goes_on_and_says_that_it_is_part() {
    let (mut harness, gate) = stand(0);
    let rows = harness.query_all_by_role(Role::Row).count();
    ask(&mut harness, "\"buy now\"");
    until_said(&mut harness, "searching prompts, nothing found so far");
    assert_eq!(harness.query_all_by_role(Role::Row).count(), rows, "what was there stays");
    gate.store(100, Ordering::Relaxed);
    until_said(&mut harness, "14 exchanges so far");
    gate.store(usize::MAX, Ordering::Relaxed);
    settle(&mut harness);
    assert!(says(&harness, "42 exchanges · "));
    assert!(!says(&harness, "so far"));
}

#[test]
fn a_search_that_is_stopped_keeps_what_it_found_and_goes_on_when_asked() {
    let (mut harness, gate) = stand(100);
    ask(&mut harness, "\"buy now\"");
    until_said(&mut harness, "14 exchanges so far");
    let state = harness.state();
    let search = state.index.searches(&state.view.filter).pop().expect("a search");
    harness.state_mut().searches.stop(&search);
    settle(&mut harness);
    assert_eq!(search.state(), SearchState::Stopped);
    assert!(says(&harness, "14 exchanges so far · "));
    let words = crate::ui::search::words(&search).expect("not over");
    assert_eq!(words, "14 hits, stopped at 33 %: there may be more");
    gate.store(usize::MAX, Ordering::Relaxed);
    harness.state_mut().searches.go_on(&search);
    settle(&mut harness);
    assert_eq!(search.state(), SearchState::Done);
    assert!(says(&harness, "42 exchanges · "));
}

#[test]
fn a_search_that_is_stopped_as_soon_as_it_is_asked_for_stays_stopped() {
    let (mut harness, _gate) = stand(0);
    ask(&mut harness, "\"buy now\"");
    harness.run_steps(1);
    let state = harness.state();
    let search = state.index.searches(&state.view.filter).pop().expect("a search");
    // Its thread may not have begun.
    harness.state_mut().searches.stop(&search);
    settle(&mut harness);
    assert_eq!(search.state(), SearchState::Stopped);
}

#[test]
fn a_phrase_that_is_taken_out_stops_its_search() {
    let (mut harness, _gate) = stand(30);
    ask(&mut harness, "\"buy now\"");
    until_said(&mut harness, "4 exchanges so far");
    let state = harness.state();
    let search = state.index.searches(&state.view.filter).pop().expect("a search");
    ask(&mut harness, "");
    settle(&mut harness);
    assert_eq!(search.state(), SearchState::Stopped);
    assert!(says(&harness, "300 exchanges · "));
}

#[test]
fn a_phrase_that_is_left_out_waits_for_the_end_of_its_search() {
    let (mut harness, gate) = stand(0);
    let rows = harness.query_all_by_role(Role::Row).count();
    ask(&mut harness, "-\"buy now\"");
    gate.store(100, Ordering::Relaxed);
    until_said(&mut harness, "searching the prompts that are left out");
    assert_eq!(harness.query_all_by_role(Role::Row).count(), rows, "what was there stays");
    gate.store(usize::MAX, Ordering::Relaxed);
    settle(&mut harness);
    assert!(says(&harness, "258 exchanges · "));
}

#[test]
fn a_phrase_of_the_selection_is_searched_too() {
    let (mut harness, _) = stand(usize::MAX);
    harness.state_mut().view.selection = Selection::Where(Expr::Phrase("buy now".into()));
    settle(&mut harness);
    assert!(says(&harness, "42 exchanges · "));
}

#[test]
fn a_phrase_that_is_nowhere_says_so() {
    let (mut harness, _) = stand(usize::MAX);
    ask(&mut harness, "\"nowhere\"");
    settle(&mut harness);
    let node = harness.get_by_role_and_label(Role::Grid, "Accounts");
    let why = node.accesskit_node().description().unwrap_or_default();
    assert!(why.contains("nowhere"), "{why}");
    assert!(summary(&harness).contains("0 hits of the search in prompts"), "{}", summary(&harness));
}

#[test]
#[ignore = "draws pictures to be looked at"]
fn look_at_a_search() {
    for (dark, size, name) in [
        (true, [1272.0, 740.0], "explore-search"),
        (false, [2552.0, 1380.0], "explore-search-large-light"),
    ] {
        let gate = Arc::new(AtomicUsize::new(usize::MAX));
        let index = searched(test_case::large(1_200, 60_000, 45), &gate);
        let mut stand = Stand::new(index);
        stand.view.filter = Filter::parse("\"buy now\" model:atlas-4").expect("a filter");
        super::pictures::save(&mut drawn(stand, size, dark), name);
    }
}

#[test]
#[ignore = "draws pictures to be looked at"]
fn look_at_a_search_that_has_found_nothing_yet() {
    for (dark, size, name) in [
        (true, [1272.0, 740.0], "explore-searching"),
        (false, [1272.0, 740.0], "explore-searching-light"),
    ] {
        let gate = Arc::new(AtomicUsize::new(0));
        let index = searched(test_case::large(1_200, 60_000, 45), &gate);
        let mut harness = drawn(Stand::new(index), size, dark);
        settle(&mut harness);
        ask(&mut harness, "\"buy now\"");
        until_said(&mut harness, "searching prompts, nothing found so far");
        harness.run_steps(4);
        super::pictures::save(&mut harness, name);
        gate.store(usize::MAX, Ordering::Relaxed);
    }
}

//! What the analyst keeps: views under a name, lists, the layout.

use super::*;
use crate::case::{Author, Edit};
use crate::model::{Filter, Note, SavedView};
use crate::ui::Command;
use crate::ui::state::Action;

fn act(harness: &mut Harness<'_, App>, action: Action) {
    harness.state_mut().actions.push(action);
    harness.run_steps(3);
}

fn filter(harness: &Harness<'_, App>) -> String {
    harness.state().view.filter.to_string()
}

#[test]
fn a_view_is_saved_reopened_after_the_case_was_closed_and_removed_with_undo() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    let set = Filter::parse("time:2026-03-17..2026-03-18 model:atlas-4").expect("readable");
    act(&mut harness, Action::Filter(set.clone()));
    act(&mut harness, Action::Go(Screen::Explore));
    until(&mut harness, "the count", counted);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::D);
    harness.run_steps(3);
    harness.get_by_label("Name of the view").type_text("Night burst");
    harness.run_steps(2);
    harness.get_by_label("Remark on the view").focus();
    harness.run_steps(1);
    harness.get_by_label("Remark on the view").type_text("36 accounts take turns");
    harness.run_steps(2);
    until(&mut harness, "the count of what is saved", |h| {
        h.query_by_label_contains("exchanges, ").is_some()
    });
    harness.get_by_label("Save").click();
    harness.run_steps(3);
    harness.get_by_label("Night burst");

    // Closed and opened again, it is there, and leads back to where it was.
    let path = harness.state().session.as_ref().expect("a case").case.path.clone();
    act(&mut harness, Action::Run(Command::CloseCase));
    until(&mut harness, "the case to close", |h| h.state().session.is_none());
    act(&mut harness, Action::Open(vec![path]));
    until(&mut harness, "the case again", counted);
    assert_eq!(filter(&harness), "");
    harness.get_by_label("Night burst").click();
    harness.run_steps(3);
    assert_eq!(harness.state().view.filter, set);
    assert_eq!(harness.state().view.screen, Screen::Explore);
    until(&mut harness, "the comparison", |h| {
        h.query_by_label_contains("as when it was saved").is_some()
    });

    let view = harness.state().session.as_ref().expect("a case").case.saved_views()[0].clone();
    assert_eq!(view.note.text, "36 accounts take turns");
    assert!(view.rows > 0 && view.accounts > 0);
    act(&mut harness, Action::RemoveView(view.note.id));
    assert!(harness.query_by_label("Night burst").is_none());
    act(&mut harness, Action::Run(Command::Undo));
    harness.get_by_label("Night burst");
}

#[test]
fn a_tag_makes_a_list_that_filters() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    let accounts = {
        let index = &harness.state().session.as_ref().expect("a case").case.index;
        index.accounts()[..3].to_vec()
    };
    let tag = crate::ui::state::Judgement::Tag { tag: "Proxy pool".into(), present: true };
    act(&mut harness, Action::Judge { accounts, judgement: tag });
    harness.get_by_label("$proxy_pool").click();
    harness.run_steps(3);
    assert_eq!(filter(&harness), "account:$proxy_pool");
    until(&mut harness, "the count", |h| {
        let session = h.state().session.as_ref();
        counted(h) && session.is_some_and(|s| s.overview.facts().is_some_and(|f| f.accounts == 3))
    });
}

#[test]
fn a_layout_stays_with_the_case() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    act(&mut harness, Action::Go(Screen::Explore));
    let tab = egui::accesskit::Role::Tab;
    harness.get_by_role_and_label(tab, "Facets").click_secondary();
    harness.run_steps(3);
    harness.get_by_label("Hide facets").click();
    harness.run_steps(3);
    let path = harness.state().session.as_ref().expect("a case").case.path.clone();
    act(&mut harness, Action::Run(Command::CloseCase));
    until(&mut harness, "the case to close", |h| h.state().session.is_none());
    act(&mut harness, Action::Open(vec![path]));
    until(&mut harness, "the case again", counted);
    act(&mut harness, Action::Go(Screen::Explore));
    assert!(harness.query_by_role_and_label(tab, "Facets").is_none());
    act(&mut harness, Action::Run(Command::ResetLayout));
    harness.get_by_role_and_label(tab, "Facets");
}

#[test]
fn of_many_saved_views_the_last_is_in_a_menu_and_in_the_palette() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    for id in 1..=12 {
        let author = Author { actor: "analyst".into(), at: Time(0) };
        let state = serde_json::to_string(&harness.state().view).expect("json");
        let note = Note { id, text: String::new(), at: Time(0), actor: "analyst".into() };
        let view = SavedView { name: format!("View {id}"), note, state, rows: 1, accounts: 1 };
        let case = &mut harness.state_mut().session.as_mut().expect("a case").case;
        let edit = Edit::save_view(case.saved_views(), view);
        case.edit(edit, author).expect("kept");
    }
    harness.run_steps(2);
    assert!(harness.query_by_label("View 12").is_none());
    harness.get_by_label("4 more saved views…").click();
    harness.run_steps(3);
    harness.get_by_label("View 12").click();
    until(&mut harness, "the view to be said", |h| {
        h.state().done.as_ref().is_some_and(|(words, _)| words.contains("View 12"))
    });
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    act(&mut harness, Action::Run(Command::Palette));
    harness.get_by_label("Type a command").type_text("view 11");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let said = harness.state().done.as_ref().map(|(words, _)| words.clone()).unwrap_or_default();
    assert!(said.contains("View 11"), "{said}");
}

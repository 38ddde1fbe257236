//! Two analysts judged the sample apart: what the other said is taken over, what both said is
//! decided, and one step takes it back.

use std::path::{Path, PathBuf};

use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{busiest, counted, until, window};
use crate::case::{Author, Edit, OpenCase};
use crate::job::Progress;
use crate::model::{Confidence, Time, Verdict};
use crate::ui::app::sheet::Sheet;
use crate::ui::{Action, App, Command};

fn judge(case: &mut OpenCase, account: &str, verdict: Verdict, actor: &str) {
    let author = Author { actor: actor.to_owned(), at: Time(1_775_000_000_000_000) };
    let given = Some((verdict, Confidence::High, "as I see it"));
    let edit = Edit::verdict(case.annotations(), &[account.to_owned()], given, &author);
    case.edit(edit, author).expect("kept");
}

/// The sample, judged, and what another analyst made of a copy of it.
pub(in crate::ui) fn two(harness: &mut Harness<'_, App>, scratch: &Path) -> (PathBuf, [String; 2]) {
    let (first, _) = busiest(harness);
    let session = harness.state_mut().session.as_mut().expect("a case");
    let ids = session.case.index.accounts();
    let second = ids.iter().find(|id| **id != first).expect("another").clone();
    let other = scratch.join("mara.stillwatch");
    std::fs::copy(&session.case.path, &other).expect("copied");
    judge(&mut session.case, &first, Verdict::Suspicious, "ann");
    let mut theirs = OpenCase::load(&other, &Progress::default()).expect("a case");
    judge(&mut theirs, &first, Verdict::Cleared, "mara");
    judge(&mut theirs, &second, Verdict::Watch, "mara");
    theirs.close().expect("written");
    (other, [first, second])
}

fn verdict(harness: &Harness<'_, App>, account: &str) -> Option<Verdict> {
    let case = &harness.state().session.as_ref().expect("a case").case;
    Some(case.annotations().get(account)?.verdict.as_ref()?.verdict)
}

fn is_planned(harness: &Harness<'_, App>) -> bool {
    matches!(&harness.state().sheet, Some(Sheet::Merge(sheet)) if sheet.plan().is_some())
}

#[test]
fn what_both_said_is_decided_and_the_rest_is_taken_over_in_one_step() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    until(&mut harness, "the edits to be on disk", |h| {
        h.state().session.as_ref().is_some_and(|s| s.case.save_state().pending == 0)
    });
    let (other, [first, second]) = two(&mut harness, scratch.path());
    harness.state_mut().open_merge(other);
    until(&mut harness, "the plan", is_planned);
    harness.get_by_label("Taken over");
    harness.get_by_label_contains("1 account judged by both, each for themselves, 0 alike");
    assert!(harness.get_by_label("Merge").accesskit_node().is_disabled(), "one is to be decided");
    harness.get_by_label(&format!("Theirs of {first}")).click();
    harness.run_steps(3);
    harness.get_by_label("Merge").click();
    harness.run_steps(3);
    harness.get_by_label("Merged");
    assert_eq!(verdict(&harness, &first), Some(Verdict::Cleared));
    assert_eq!(verdict(&harness, &second), Some(Verdict::Watch));
    harness.state_mut().actions.push(Action::Run(Command::Undo));
    harness.run_steps(3);
    assert_eq!(verdict(&harness, &first), Some(Verdict::Suspicious));
    assert_eq!(verdict(&harness, &second), None);
    harness.get_by_label("Close").click();
    harness.run_steps(3);
    assert!(harness.state().sheet.is_none());
}

#[test]
fn a_case_that_cannot_be_merged_says_why_beside_the_data() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.get_by_label("Open sample case").click();
    until(&mut harness, "the sample", counted);
    let own = harness.state().session.as_ref().expect("a case").case.path.clone();
    harness.state_mut().open_merge(own);
    until(&mut harness, "the reason", |h| h.query_by_label("It cannot be merged").is_some());
    harness.get_by_label_contains("is the case itself");
}

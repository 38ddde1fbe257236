use std::path::Path;

use super::*;
use crate::case::{Annotations, Edit, StepKind};
use crate::store::{Mode, Other};

fn author() -> Author {
    Author { actor: "analyst a".into(), at: Time(1_770_000_000_000_000) }
}

fn tag(name: &str) -> Step {
    let edit = Edit::tag(&Annotations::new(), &["ac1".to_owned()], name, true);
    Step { kind: StepKind::Edit, edit }
}

fn case_in(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("a.stillwatch");
    CaseFile::create(&path).expect("a case");
    path
}

fn wait(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..12_000 {
        if done() {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("waited in vain for {what}");
}

#[test]
fn edits_wait_for_a_reader_however_long_it_takes_and_none_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = case_in(folder.path());
    let reader = Other::reading(&path);
    let recorder = Recorder::start(CaseFile::open(&path, Mode::ReadWrite).expect("writable"));
    recorder.record(tag("first"), author());
    recorder.record(tag("second"), author());
    wait("the writer to meet the reader", || recorder.state().busy);
    let state = recorder.state();
    assert_eq!((state.pending, state.failed), (2, None));
    reader.let_go();
    wait("the edits", || recorder.state().pending == 0);
    let case = recorder.finish().expect("written");
    assert_eq!(case.annotations().expect("readable")["ac1"].tags, ["first", "second"]);
}

#[test]
fn what_failed_is_tried_again_when_asked_and_in_the_same_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = case_in(folder.path());
    let case = CaseFile::open(&path, Mode::ReadWrite).expect("writable");
    let other = Other::refusing(&path, "tag");
    let recorder = Recorder::start(case);
    recorder.record(tag("first"), author());
    recorder.record(tag("second"), author());
    wait("the failure", || recorder.state().failed.is_some());
    assert_eq!(recorder.state().pending, 2, "nothing is dropped");
    other.allow();
    recorder.retry();
    wait("the edits", || recorder.state().pending == 0);
    let case = recorder.finish().expect("written");
    assert_eq!(case.annotations().expect("readable")["ac1"].tags, ["first", "second"]);
}

#[test]
fn what_is_given_up_is_not_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = case_in(folder.path());
    let reader = Other::reading(&path);
    let recorder = Recorder::start(CaseFile::open(&path, Mode::ReadWrite).expect("writable"));
    recorder.record(tag("first"), author());
    wait("the writer to meet the reader", || recorder.state().busy);
    recorder.give_up();
    let _reader = reader;
    assert!(recorder.finish().is_err());
}

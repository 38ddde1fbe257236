//! Logs that deserve a look: what they are read as is seen, changed, saved, and only then
//! imported.

use std::path::{Path, PathBuf};

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{counted, until, window};
use crate::case::SavedMappings;
use crate::ingest::Mapping;
use crate::ui::{Action, App};

const TABLE: &str = "day,clock,org,person,model,in,out\n\
                     2026-03-01,10:00:00,acme,ann,atlas-4,5,6\n\
                     2026-03-01,10:00:01,acme,bob,atlas-4,7,8\n\
                     2026-03-02,10:00:02,blue,ann,atlas-4,9,1\n";

fn log(scratch: &Path, name: &str, text: &str) -> PathBuf {
    let path = scratch.join(name);
    std::fs::write(&path, text).expect("written");
    path
}

fn drop_on(harness: &mut Harness<'_, App>, path: PathBuf) {
    harness.state_mut().actions.push(Action::Open(vec![path]));
}

/// Waits for the review to have looked, and for nothing to move any more.
fn in_review(harness: &mut Harness<'_, App>) {
    until(harness, "the review", |h| {
        h.state().review.as_ref().is_some_and(|r| !r.is_looking())
            && h.query_by_label("Their field").is_some()
    });
    harness.run_steps(4);
}

/// The values that the first record has.
fn shaped(harness: &Harness<'_, App>, field: &str) -> Option<String> {
    let review = harness.state().review.as_ref()?;
    let record = *review.shown().first()?;
    record.row.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone())
}

fn click(harness: &mut Harness<'_, App>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(4);
}

fn name_path(harness: &mut Harness<'_, App>, path: &str) {
    harness.get_by_label("Path to read").focus();
    harness.run_steps(2);
    harness.get_by_label("Path to read").type_text(path);
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(4);
}

#[test]
fn a_table_is_looked_at_its_fields_are_changed_and_it_is_imported_so() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    let table = TABLE.replace("day,clock", "timestamp,clock");
    drop_on(&mut harness, log(scratch.path(), "day.csv", &table));
    in_review(&mut harness);
    assert!(!scratch.path().join("day.stillwatch").exists(), "nothing is written meanwhile");
    assert_eq!(shaped(&harness, "account_id").as_deref(), Some("day"), "no account is recognised");

    // The account becomes organisation and person, joined.
    click(&mut harness, "Field account_id");
    name_path(&mut harness, "org");
    name_path(&mut harness, "person");
    click(&mut harness, "All joined");
    until(&mut harness, "the rows to change", |h| {
        shaped(h, "account_id").as_deref() == Some("acme/ann")
    });
    // A column that is not there is named, and the rows stay as they were.
    click(&mut harness, "Field model");
    name_path(&mut harness, "xyzzy");
    click(&mut harness, "All joined");
    until(&mut harness, "the mistake", |h| h.query_by_label_contains("no column").is_some());
    assert_eq!(shaped(&harness, "model").as_deref(), Some("atlas-4"));
    click(&mut harness, "Remove xyzzy");
    until(&mut harness, "the mistake to be gone", |h| {
        h.query_by_label_contains("no column").is_none()
    });
    click(&mut harness, "Import 1 file");
    until(&mut harness, "the case", counted);
    let session = harness.state().session.as_ref().expect("a case is open");
    assert!(session.case.index.account_position("acme/ann").is_some());
    assert_eq!(session.case.index.accounts().len(), 3);
    let kept = &session.case.sources[0].mapping;
    assert!(kept.contains("join = \"/\""), "how it was read is in the case: {kept}");
}

#[test]
fn a_table_whose_time_nobody_recognises_is_read_once_its_columns_are_joined() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    drop_on(&mut harness, log(scratch.path(), "day.csv", TABLE));
    in_review(&mut harness);
    click(&mut harness, "Field timestamp");
    name_path(&mut harness, "day");
    name_path(&mut harness, "clock");
    click(&mut harness, "All joined");
    until(&mut harness, "times", |h| {
        shaped(h, "timestamp").as_deref() == Some("2026-03-01T10:00:00Z")
    });
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    click(&mut harness, "Cancel");
    until(&mut harness, "the start screen", |h| h.query_by_label("Drop logs here").is_some());
    assert!(harness.state().review.is_none() && !scratch.path().join("day.stillwatch").exists());
}

#[test]
fn a_table_is_one_whatever_separates_its_cells() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    // No column that anybody would know for a time.
    let table = TABLE.replace("day,clock", "Tag,Uhr").replace(',', ";");
    drop_on(&mut harness, log(scratch.path(), "day.csv", &table));
    in_review(&mut harness);
    let seen = harness.state().review.as_ref().and_then(|r| r.look()).expect("a look");
    assert_eq!(seen.inspection.format, "csv");
    let unknown = "Not known before the file can be read";
    assert!(harness.query_by_label(unknown).is_some());
}

#[test]
fn a_saved_mapping_is_offered_for_a_log_with_its_columns() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let toml = "format = \"csv\"\n\
                columns = [\"day\", \"clock\", \"org\", \"person\", \"model\", \"in\", \"out\"]\n\
                [fields]\ntimestamp = { from = [\"day\", \"clock\"], join = \" \" }\n\
                account_id = \"person\"\n";
    let saved = SavedMappings::in_config(&scratch.path().join("config"));
    saved.save("night shift", &Mapping::from_toml(toml).expect("valid")).expect("saved");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    drop_on(&mut harness, log(scratch.path(), "day.csv", TABLE));
    let offer = "Use saved mapping \u{201c}night shift\u{201d}";
    until(&mut harness, "the offer", |h| h.query_by_label(offer).is_some());
    harness.run_steps(4);
    click(&mut harness, offer);
    until(&mut harness, "the mapping", |h| shaped(h, "account_id").as_deref() == Some("ann"));
    assert_eq!(shaped(&harness, "timestamp").as_deref(), Some("2026-03-01T10:00:00Z"));
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    until(&mut harness, "the case", counted);
}

#[test]
fn what_is_sure_goes_straight_into_a_case_unless_a_look_is_asked_for() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let line = "{\"timestamp\":\"2026-03-03T00:00:00Z\",\"account_id\":\"a\",\"model\":\"m\"}\n";
    let path = log(scratch.path(), "a.jsonl", line);
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    harness.state_mut().actions.push(Action::Review(vec![path.clone()]));
    in_review(&mut harness);
    click(&mut harness, "Cancel");
    drop_on(&mut harness, path);
    until(&mut harness, "the case", counted);
    assert!(harness.state().review.is_none());
}

#[test]
fn a_mapping_is_saved_from_the_review_and_listed_there() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    let table = TABLE.replace("day,clock", "timestamp,clock");
    drop_on(&mut harness, log(scratch.path(), "day.csv", &table));
    in_review(&mut harness);
    click(&mut harness, "Saved mappings");
    click(&mut harness, "Save under a name…");
    harness.get_by_label("Name of the mapping").type_text("gateway");
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::NONE, Key::Enter);
    let saved = SavedMappings::in_config(&scratch.path().join("config"));
    until(&mut harness, "the file", |_| saved.read("gateway").is_ok());
    let columns = saved.read("gateway").expect("saved").columns;
    assert_eq!(columns, ["timestamp", "clock", "org", "person", "model", "in", "out"]);
    click(&mut harness, "Saved mappings");
    assert!(harness.query_by_label("gateway").is_some());
}

#[test]
fn the_mapping_of_rejects_is_fixed_and_only_they_are_read_again() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    let table = "timestamp,user,input_tokens,more\n2026-03-01 10:00:00,ann,5,\n\
                 2026-03-01 10:00:01,bob,6,\n2026-03-01 10:00:02,eve,many,7\n";
    drop_on(&mut harness, log(scratch.path(), "day.csv", table));
    in_review(&mut harness);
    click(&mut harness, "Import 1 file");
    until(&mut harness, "the case", counted);
    harness.state_mut().actions.push(Action::Run(crate::ui::Command::Rejects));
    until(&mut harness, "the ledger", |h| h.query_by_label("Read rejects again").is_some());
    harness.run_steps(4);
    click(&mut harness, "Read rejects again");
    click(&mut harness, "day.csv…");
    in_review(&mut harness);
    click(&mut harness, "Field input_tokens");
    click(&mut harness, "Remove input_tokens");
    name_path(&mut harness, "more");
    until(&mut harness, "the tokens", |h| shaped(h, "input_tokens").as_deref() == Some("7"));
    click(&mut harness, "Import what can be read");
    until(&mut harness, "the case again", |h| {
        h.state().session.as_ref().is_some_and(|s| s.case.sources.len() == 2)
    });
    let session = harness.state().session.as_ref().expect("a case is open");
    assert_eq!(session.case.info.rejects, 0);
    assert!(session.case.index.account_position("eve").is_some());
}

#[test]
fn what_is_in_an_archive_is_looked_at_mapped_and_imported_so() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in
        [("logs/day.csv", TABLE.replace("day,", "timestamp,")), ("readme.md", "# Logs".into())]
    {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
        std::io::Write::write_all(&mut zip, text.as_bytes()).expect("written");
    }
    let bytes = zip.finish().expect("ended").into_inner();
    std::fs::write(scratch.path().join("evidence.zip"), bytes).expect("written");
    let mut harness = window(scratch.path());
    harness.run_steps(2);
    drop_on(&mut harness, scratch.path().join("evidence.zip"));
    in_review(&mut harness);
    let names: Vec<String> =
        harness.state().review.iter().flat_map(|r| &r.files).map(|f| f.name.clone()).collect();
    assert_eq!(names, ["evidence.zip/logs/day.csv", "evidence.zip/readme.md"]);
    assert_eq!(shaped(&harness, "account_id").as_deref(), Some("day"), "no account is recognised");
    click(&mut harness, "Field account_id");
    name_path(&mut harness, "person");
    until(&mut harness, "the rows to change", |h| {
        shaped(h, "account_id").as_deref() == Some("ann")
    });
    harness.state_mut().actions.push(Action::StartImport);
    until(&mut harness, "the case", counted);
    let session = harness.state().session.as_ref().expect("a case");
    assert_eq!(session.case.index.accounts(), ["ann", "bob"]);
}

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::case::{ImportOptions, ImportReport, find_templates, import};
use crate::model::{Confidence, Time, Verdict};
use crate::store::Other;

fn author() -> Author {
    Author { actor: "analyst a".into(), at: Time(1_770_000_000_000_000) }
}

fn log(lines: &[(&str, &str)]) -> String {
    lines
        .iter()
        .map(|(at, account)| {
            format!(
                "{{\"timestamp\":\"{at}\",\"account_id\":\"{account}\",\"model\":\"atlas-4\"}}\n"
            )
        })
        .collect()
}

fn import_text(folder: &Path, name: &str, text: &str) -> ImportReport {
    fs::write(folder.join(name), text).expect("the folder takes files");
    import_paths(folder, &[folder.join(name)]).expect("the import runs")
}

fn import_paths(
    folder: &Path,
    paths: &[PathBuf],
) -> Result<ImportReport, crate::case::ImportError> {
    let case = folder.join("a.stillwatch");
    import(&case, paths, &ImportOptions::default(), &author(), &Progress::default())
}

fn open(folder: &Path) -> OpenCase {
    OpenCase::load(&folder.join("a.stillwatch"), &Progress::default()).expect("the case opens")
}

const TWO: [(&str, &str); 3] = [
    ("2026-03-01T10:00:00Z", "ac1"),
    ("2026-03-01T09:00:00Z", "ac2"),
    ("2026-03-01T11:00:00Z", "ac1"),
];

#[test]
fn an_imported_log_opens_with_its_rows_in_time_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = import_text(folder.path(), "a.jsonl", &(log(&TWO) + "not json\n"));
    assert_eq!((report.rows(), report.rejects(), report.created), (3, 1, true));
    assert_eq!(report.sources[0].reject_reasons.values().sum::<u64>(), 1);
    let case = open(folder.path());
    assert_eq!(case.index.len(), 3);
    assert_eq!(case.index.row(0).account(), "ac2");
    assert_eq!(case.info.accounts, 2);
    let raw = case.reader().expect("it reads").raw_record(case.index.event_id(0)).expect("raw");
    assert_eq!(raw.event.line, 2);
    assert!(raw.bytes.starts_with(b"{\"timestamp\":\"2026-03-01T09:00:00Z\""));
}

#[test]
fn request_ids_are_filtered_by_and_counted_although_they_stay_in_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = |hour: u32, account: &str, id: &str| {
        let id = if id.is_empty() { String::new() } else { format!(",\"request_id\":\"{id}\"") };
        format!(
            "{{\"timestamp\":\"2026-03-01T{hour:02}:00:00Z\",\"account_id\":\"{account}\"{id}}}\n"
        )
    };
    let some = record(10, "ac1", "req-7") + &record(12, "ac2", "") + &record(14, "ac3", "req-8");
    import_text(folder.path(), "a.jsonl", &some);
    import_text(folder.path(), "b.jsonl", &(record(11, "ac4", "") + &record(13, "ac5", "")));
    import_text(folder.path(), "c.jsonl", &record(9, "ac6", "d41d8cd98f00b204e9800998ecf8427e"));
    let case = open(folder.path());
    let accounts = |filter: &str| -> Vec<String> {
        let filter = crate::model::Filter::parse(filter).expect("a filter");
        let mask = index::compile(&filter, &case.index, case.lists()).expect("it compiles");
        mask.rows().map(|row| case.index.row(row).account().to_owned()).collect()
    };
    assert_eq!(accounts("request:req-7"), ["ac1"]);
    assert_eq!(accounts("request:req-*"), ["ac1", "ac3"]);
    assert_eq!(accounts("request:d41d8cd98f00b204e9800998ecf8427e"), ["ac6"]);
    assert_eq!(accounts("request:absent"), ["ac4", "ac2", "ac5"]);
    assert_eq!(accounts("request:absent,req-8"), ["ac4", "ac2", "ac5", "ac3"]);
    assert_eq!(accounts("-request:absent"), ["ac6", "ac1", "ac3"]);
    assert_eq!(accounts("request:nobody"), Vec::<String>::new());
    let fitness = case.index.fitness(case.index.everything());
    let of = fitness.iter().find(|f| f.field == Field::RequestId);
    assert_eq!(of.map(|f| (f.present, f.rows)), Some((3, 6)));
}

#[test]
fn edits_and_their_undo_survive_closing() {
    let folder = tempfile::tempdir().expect("a folder");
    import_text(folder.path(), "a.jsonl", &log(&TWO));
    let accounts = ["ac1".to_owned(), "ac2".to_owned()];
    let mut case = open(folder.path());
    let verdict = Some((Verdict::Suspicious, Confidence::High, "takes turns"));
    let edit = Edit::verdict(case.annotations(), &accounts, verdict, &author());
    case.edit(edit, author()).expect("writable");
    let note = Edit::note(&accounts[..1], "see 1 March", case.next_note_id(), &author());
    case.edit(note, author()).expect("writable");
    case.undo(author()).expect("writable");
    case.close().expect("everything is written");

    let mut case = open(folder.path());
    assert_eq!(case.annotations().len(), 2);
    assert!(case.annotations()["ac1"].notes.is_empty());
    assert_eq!(case.history().depth(), 1);
    assert_eq!(case.redo(author()).expect("writable").as_deref(), Some("note on ac1"));
    case.undo(author()).expect("writable");
    case.undo(author()).expect("writable");
    assert!(case.annotations().is_empty());
    let file = case.close().expect("everything is written").expect("it was writable");
    let actions: Vec<String> =
        file.journal().expect("a journal").into_iter().map(|e| e.action).collect();
    assert_eq!(actions, ["import", "edit", "edit", "undo", "redo", "undo", "undo"]);
}

#[test]
fn a_second_window_reads_and_cannot_write() {
    let folder = tempfile::tempdir().expect("a folder");
    import_text(folder.path(), "a.jsonl", &log(&TWO));
    let first = open(folder.path());
    let mut second = open(folder.path());
    assert!(!first.is_read_only() && second.is_read_only());
    let edit = Edit::tag(second.annotations(), &["ac1".to_owned()], "pool", true);
    assert!(matches!(second.edit(edit, author()), Err(StoreError::ReadOnly(_))));
    assert!(second.annotations().is_empty());
}

#[test]
fn the_same_bytes_are_not_imported_twice_under_any_name() {
    let folder = tempfile::tempdir().expect("a folder");
    import_text(folder.path(), "a.jsonl", &log(&TWO));
    let again = import_text(folder.path(), "b.jsonl", &log(&TWO));
    assert!(again.sources.is_empty());
    assert!(again.failed[0].error.contains("same file"), "{}", again.failed[0].error);
    assert_eq!(open(folder.path()).index.len(), 3);
}

#[test]
fn the_same_records_packed_differently_are_not_imported_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    import_text(folder.path(), "a.jsonl", &log(&TWO));
    let packed = zstd::encode_all(log(&TWO).as_bytes(), 3).expect("packed");
    fs::write(folder.path().join("a.jsonl.zst"), packed).expect("written");
    let again = import_paths(folder.path(), &[folder.path().join("a.jsonl.zst")]).expect("it runs");
    assert!(again.sources.is_empty());
    let error = &again.failed[0].error;
    assert!(error.contains("same records") && error.contains("source 1 ("), "{error}");
    // The same number of other records at the same places is another log.
    let other = log(&TWO).replace("ac2", "ac9");
    assert_eq!(import_text(folder.path(), "b.jsonl", &other).rows(), 3);
}

#[test]
fn a_folder_gives_files_behind_links_and_nothing_hidden_and_no_case() {
    let folder = tempfile::tempdir().expect("a folder");
    let inside = folder.path().join("logs");
    fs::create_dir_all(inside.join(".git")).expect("folders");
    fs::write(inside.join(".git/old.jsonl"), log(&TWO)).expect("written");
    fs::write(inside.join("a.jsonl"), log(&TWO)).expect("written");
    let case = inside.join("a.stillwatch");
    let run = || {
        let options = ImportOptions::default();
        let inputs = std::slice::from_ref(&inside);
        import(&case, inputs, &options, &author(), &Progress::default()).expect("it runs")
    };
    let report = run();
    assert_eq!((report.sources.len(), report.failed.len(), report.skipped.len()), (1, 0, 0));
    fs::remove_file(inside.join("a.jsonl")).expect("removed");
    fs::write(inside.join("a.stillwatch-journal"), "").expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        let outside = folder.path().join("outside.jsonl");
        fs::write(&outside, log(&[("2026-03-05T00:00:00Z", "ac7")])).expect("written");
        symlink(&outside, inside.join("linked.jsonl")).expect("linked");
        symlink(folder.path().join("nowhere"), inside.join("broken.jsonl")).expect("linked");
        symlink(&inside, inside.join("loop")).expect("linked");
        let made = std::process::Command::new("mkfifo").arg(inside.join("pipe")).status();
        assert!(made.expect("mkfifo runs").success());
        let report = run();
        assert_eq!((report.sources.len(), report.failed.len()), (1, 0), "{report:?}");
        assert!(report.sources[0].info.path.ends_with("linked.jsonl"));
        let words: Vec<&str> = report.skipped.iter().map(|s| s.error.as_str()).collect();
        assert_eq!(words.len(), 3, "{words:?}");
        assert!(words[0].contains("leads nowhere") && words[1].contains("folder"), "{words:?}");
        assert!(words[2].contains("pipe: a pipe"), "{words:?}");
    }
}

#[test]
fn a_log_taken_for_an_accounts_table_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows: String = (0..50).map(|i| format!("ac{},pro\n", i % 5)).collect();
    let table = folder.path().join("accounts.csv");
    fs::write(&table, format!("account_id,plan\n{rows}")).expect("written");
    fs::write(folder.path().join("a.jsonl"), log(&TWO)).expect("written");
    let options = ImportOptions { accounts: Some(table), ..ImportOptions::default() };
    let case = folder.path().join("a.stillwatch");
    let inputs = [folder.path().join("a.jsonl")];
    let refused = import(&case, &inputs, &options, &author(), &Progress::default());
    let refused = refused.expect_err("a log").to_string();
    assert!(refused.contains("50 rows about 5 accounts"), "{refused}");
}

#[test]
fn a_case_into_which_nothing_could_be_imported_is_not_left_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = import_text(folder.path(), "picture.jsonl", "\u{89}PNG\r\n\u{1a}\n");
    assert_eq!((report.failed.len(), report.created), (1, false));
    let missing = import_paths(folder.path(), &[folder.path().join("none.jsonl")]);
    assert_eq!(missing.expect("listed, not fatal").failed.len(), 1);
    let left: Vec<_> = fs::read_dir(folder.path()).expect("list").flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn sources_of_a_folder_are_imported_one_by_one_and_a_bad_one_stops_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = folder.path().join("logs");
    fs::create_dir(&logs).expect("a folder inside");
    fs::write(logs.join("1.jsonl"), log(&TWO)).expect("a log");
    fs::write(logs.join("2.bin"), [0u8, 1, 2, 3]).expect("no log");
    fs::write(logs.join("3.jsonl"), log(&[("2026-03-02T00:00:00Z", "ac3")])).expect("a log");
    let report = import_paths(folder.path(), &[logs]).expect("the import runs");
    assert_eq!((report.sources.len(), report.failed.len()), (2, 1));
    let case = open(folder.path());
    assert_eq!((case.index.len(), case.info.sources, case.info.accounts), (4, 2, 3));
}

#[test]
fn accounts_and_releases_tables_come_into_the_case_with_their_own_rejects() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("the folder takes files");
        folder.path().join(name)
    };
    let options = ImportOptions {
        accounts: Some(write("accounts.csv", "account_id,plan,shoe\nac1,team,42\n,free,1\n")),
        releases: Some(write("releases.csv", "model,released_at\natlas-4,2026-03-01\n")),
        ..ImportOptions::default()
    };
    let log = write("a.jsonl", &log(&TWO));
    let case = folder.path().join("a.stillwatch");
    let report =
        import(&case, &[log], &options, &author(), &Progress::default()).expect("the import runs");
    assert_eq!((report.accounts_described, report.markers_added), (1, 1));
    assert_eq!(report.table_rejects[0].reject.line, 3);
    let case = open(folder.path());
    assert_eq!(case.markers[0].label, "atlas-4");
    let attributes = case.reader().and_then(|f| f.account_attributes()).expect("it reads");
    assert_eq!(attributes["ac1"]["shoe"], "42");
}

#[test]
fn a_folder_gives_logs_and_tables_as_what_they_are_and_names_what_it_skips() {
    let folder = tempfile::tempdir().expect("a folder");
    let inside = folder.path().join("export");
    fs::create_dir(&inside).expect("a folder in it");
    for (name, text) in [
        ("a.jsonl", log(&TWO).as_str()),
        ("accounts.csv", "account_id,created_at,plan\nac1,2026-01-01,team\n"),
        ("labels.csv", "account_id,role\nac1,background\n"),
        ("moments.csv", "label,kind,at\nfirst wave,ban,2026-03-02\n"),
        ("notes.txt", "nothing but words"),
    ] {
        fs::write(inside.join(name), text).expect("the folder takes files");
    }
    let report = import_paths(folder.path(), std::slice::from_ref(&inside)).expect("it runs");
    assert_eq!((report.sources.len(), report.rows(), report.failed.len()), (1, 3, 0));
    assert_eq!((report.accounts_described, report.markers_added), (1, 1));
    let skipped: Vec<String> = report.skipped.iter().map(|s| s.path.clone()).collect();
    assert_eq!(skipped.len(), 2, "{skipped:?}");
    assert!(skipped[0].ends_with("labels.csv") && skipped[1].ends_with("notes.txt"));
    // Named on its own, what is no log is a mistake.
    let named = import_paths(folder.path(), &[inside.join("notes.txt")]).expect("it runs");
    assert_eq!((named.failed.len(), named.skipped.len()), (1, 0));
}

#[test]
fn a_table_without_a_log_makes_no_case_and_a_broken_one_stops_before_anything_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = folder.path().join("accounts.csv");
    fs::write(&table, "account_id,plan\nac1,team\n").expect("written");
    let report = import_paths(folder.path(), std::slice::from_ref(&table)).expect("it runs");
    assert!(report.failed[0].error.contains("no log"), "{:?}", report.failed);
    assert!(!folder.path().join("a.stillwatch").exists());
    let log_file = folder.path().join("a.jsonl");
    fs::write(&log_file, log(&TWO)).expect("written");
    let options = ImportOptions {
        accounts: Some(folder.path().join("missing.csv")),
        ..ImportOptions::default()
    };
    let case = folder.path().join("a.stillwatch");
    import(&case, &[log_file], &options, &author(), &Progress::default())
        .expect_err("the table is missing");
    assert!(!case.exists(), "nothing half-done");
}

#[test]
fn what_stands_for_accounts_is_read_from_the_mapping() {
    let source = |mapping: &str| SourceInfo { mapping: mapping.into(), ..SourceInfo::default() };
    let sources = [
        source("format = \"csv\"\n[fields]\naccount_id = { constant = \"trace.csv\" }\n"),
        source("format = \"csv\"\n[fields]\naccount_id = \"WHO\"\n"),
        source("no mapping"),
    ];
    assert_eq!(stand_ins(&sources), ["trace.csv"]);
}

#[test]
fn damaged_templates_leave_a_case_open_and_are_to_be_found_again() {
    let folder = tempfile::tempdir().expect("a folder");
    import_text(folder.path(), "a.jsonl", &log(&TWO));
    let find = |case: &OpenCase| {
        let found = find_templates(&case.texts, &case.index, &Progress::default()).expect("found");
        case.take_templates(found, author()).expect("taken");
    };
    let case = open(folder.path());
    assert_eq!(case.templates_due(), Some(TemplatesDue::Never));
    find(&case);
    assert_eq!(case.templates_due(), None);
    case.close().expect("written");
    assert_eq!(open(folder.path()).templates_due(), None);
    Other::damages_templates(&folder.path().join("a.stillwatch"));
    let case = open(folder.path());
    let Some(TemplatesDue::Damaged(why)) = case.templates_due() else { panic!("they are damaged") };
    assert!(case.index.len() == 3 && !why.is_empty(), "{why}");
    find(&case);
    case.close().expect("written");
    assert_eq!(open(folder.path()).templates_due(), None);
}

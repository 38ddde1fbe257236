//! The package as a whole.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::manifest::REPORT;
use super::testing::{MARCH, MadeUp, autumn, empty, hostile};
use super::*;
use crate::index::{Coverage, Feed, Gap};
use crate::job::Progress;
use crate::model::time::DAY_US;
use crate::model::{Time, TimeSpan};

fn options() -> ExportOptions {
    ExportOptions::new(Time(MARCH + 46 * DAY_US), "analyst A")
}

fn without_pdf() -> ExportOptions {
    ExportOptions { only: [Output::Csv, Output::Figures, Output::Json].into(), ..options() }
}

fn export_to(case: &MadeUp, folder: &Path, options: &ExportOptions) -> Manifest {
    export(case, folder, options, &Progress::default()).expect("exported")
}

/// Where a developer can look at what a test has made.
fn keep(folder: &Path, name: &str) {
    if let Some(place) = std::env::var_os("STILLWATCH_KEEP_REPORTS") {
        let target = Path::new(&place).join(name);
        for entry in walk::files_under(folder).unwrap() {
            let to = target.join(&entry.path);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(folder.join(&entry.path), to).unwrap();
        }
    }
}

fn bytes_of(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = walk::files_under(folder).unwrap();
    entries.into_iter().map(|e| (e.path.clone(), fs::read(folder.join(&e.path)).unwrap())).collect()
}

fn named(report: &VerifyReport) -> BTreeSet<&str> {
    report.differences.iter().map(|d| d.file.as_str()).collect()
}

#[test]
fn a_package_has_every_file_its_manifest_names_and_verifies() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    let manifest = export_to(&autumn(60, 4), &folder, &options());
    keep(&folder, "full");
    for file in ["accounts.csv", "events.csv", "journal.csv", "rejects.csv", "figures/index.json"] {
        assert!(manifest.file(file).is_some(), "{file}");
    }
    assert_eq!(manifest.file(REPORT).is_some(), cfg!(feature = "pdf"));
    let report = verify(&folder).unwrap();
    assert_eq!(report.differences, []);
    assert_eq!(report.files, manifest.files.len() as u64);
    assert_eq!(report.content_hash, manifest.content_hash);
    let left: Vec<_> = fs::read_dir(temp.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing is left beside the package");
}

#[test]
fn without_a_selection_the_events_are_those_of_flagged_accounts() {
    let temp = tempfile::tempdir().unwrap();
    let mut case = autumn(60, 4);
    let manifest = export_to(&case, &temp.path().join("whole"), &without_pdf());
    let flagged: BTreeSet<&String> = case.recorded.annotations.keys().collect();
    let of_flagged = |e: &&EventRow<'_>| flagged.contains(&e.exchange.account_id.to_string());
    let expected = case.events.iter().filter(of_flagged).count() as u64;
    assert_eq!(manifest.file("events.csv").unwrap().rows, Some(expected));
    assert_eq!(manifest.file("accounts.csv").unwrap().rows, Some(60));
    case.recorded.selection.filter = "model:*".into();
    let manifest = export_to(&case, &temp.path().join("selected"), &without_pdf());
    assert_eq!(manifest.file("events.csv").unwrap().rows, Some(case.events.len() as u64));
}

#[test]
fn accounts_csv_has_the_columns_of_the_contract_and_empty_detector_columns() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    let case = autumn(9, 2);
    export_to(&case, &folder, &without_pdf());
    let mut reader = ::csv::Reader::from_path(folder.join("accounts.csv")).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(
        header.join(", "),
        "account_id, org_id, events, input_tokens, output_tokens, first_seen, last_seen, \
         coordination, harvesting, level, cluster, membership, detectors, explanation, verdict, \
         confidence, reason, tags, notes"
    );
    let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 9);
    for row in &rows {
        assert!((7..14).all(|column| row[column].is_empty()), "{row:?}");
    }
    let sum: usize = rows.iter().map(|r| r[2].parse::<usize>().unwrap()).sum();
    assert_eq!(sum, case.events.len());
    let flagged =
        rows.iter().find(|r| r[0] == *case.recorded.annotations.keys().next().unwrap()).unwrap();
    assert_eq!(&flagged[17], "grading; night");
}

#[test]
fn the_same_case_and_clock_give_the_same_bytes_and_another_clock_does_not() {
    let temp = tempfile::tempdir().unwrap();
    let case = autumn(40, 3);
    let [a, b, c] = ["a", "b", "c"].map(|name| temp.path().join(name));
    export_to(&case, &a, &options());
    export_to(&case, &b, &options());
    assert!(bytes_of(&a) == bytes_of(&b));
    export_to(&case, &c, &ExportOptions { at: Time(MARCH + 47 * DAY_US), ..options() });
    assert!(bytes_of(&a) != bytes_of(&c));
}

#[test]
fn an_empty_case_has_a_package_too() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    export_to(&empty(), &folder, &options());
    keep(&folder, "empty");
    assert!(verify(&folder).unwrap().is_intact());
}

#[test]
fn hostile_text_breaks_neither_pages_nor_tables() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    let case = hostile();
    export_to(&case, &folder, &options());
    keep(&folder, "hostile");
    assert_eq!(verify(&folder).unwrap().differences, []);
    let mut reader = ::csv::Reader::from_path(folder.join("accounts.csv")).unwrap();
    let ids: BTreeSet<String> = reader.records().map(|r| csv::original(&r.unwrap()[0])).collect();
    let expected: BTreeSet<String> =
        case.events.iter().map(|e| e.exchange.account_id.to_string()).collect();
    assert_eq!(ids, expected, "the tables hold the original text");
}

#[test]
fn an_earlier_package_is_replaced_and_nothing_else_is() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    export_to(&autumn(20, 2), &folder, &without_pdf());
    export_to(&autumn(20, 1), &folder, &without_pdf());
    assert!(verify(&folder).unwrap().is_intact(), "no file of the first is left");
    fs::write(folder.join("my notes.txt"), "mine").unwrap();
    let before = bytes_of(&folder);
    let refused = export(&empty(), &folder, &without_pdf(), &Progress::default());
    let message = refused.unwrap_err().to_string();
    assert!(message.contains("my notes.txt"), "{message}");
    assert!(bytes_of(&folder) == before);
    assert_eq!(named(&verify(&folder).unwrap()), ["my notes.txt"].into());
}

#[test]
fn a_folder_of_something_else_and_a_file_are_refused() {
    let temp = tempfile::tempdir().unwrap();
    fs::write(temp.path().join("thesis.tex"), "mine").unwrap();
    let refused = export(&empty(), temp.path(), &without_pdf(), &Progress::default());
    assert!(matches!(refused, Err(ReportError::Occupied { found, .. }) if found == "thesis.tex"));
    let file = temp.path().join("thesis.tex");
    let refused = export(&empty(), &file, &without_pdf(), &Progress::default());
    assert!(matches!(refused, Err(ReportError::IsFile(path)) if path == file));
}

#[test]
fn a_cancelled_export_leaves_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let progress = Progress::default();
    progress.cancel();
    let result = export(&autumn(20, 2), &temp.path().join("package"), &options(), &progress);
    assert!(matches!(result, Err(ReportError::Cancelled(_))));
    assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 0);
}

#[test]
fn missing_renamed_and_extra_files_are_named() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    export_to(&autumn(20, 2), &folder, &without_pdf());
    fs::rename(folder.join("rejects.csv"), folder.join("rejects2.csv")).unwrap();
    assert_eq!(named(&verify(&folder).unwrap()), ["rejects.csv", "rejects2.csv"].into());
    fs::rename(folder.join("rejects2.csv"), folder.join("rejects.csv")).unwrap();
    fs::create_dir(folder.join("figures/more")).unwrap();
    assert_eq!(named(&verify(&folder).unwrap()), ["figures/more"].into());
    fs::remove_file(folder.join(MANIFEST)).unwrap();
    assert_eq!(named(&verify(&folder).unwrap()), [MANIFEST].into());
}

#[test]
fn a_folder_that_never_was_a_package_is_an_error_and_a_cancelled_check_too() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("other");
    fs::create_dir(&folder).unwrap();
    for manifest in [None, Some("{\"name\":\"an extension\"}")] {
        if let Some(text) = manifest {
            fs::write(folder.join(MANIFEST), text).unwrap();
        }
        assert!(matches!(verify(&folder), Err(ReportError::NotAPackage(path)) if path == folder));
    }
    let package = temp.path().join("package");
    export_to(&autumn(20, 2), &package, &without_pdf());
    let progress = Progress::default();
    let report = verify_with(&package, &progress).unwrap();
    assert_eq!((progress.done(), progress.total()), (report.bytes, report.bytes));
    progress.cancel();
    assert!(matches!(verify_with(&package, &progress), Err(ReportError::Cancelled(_))));
}

#[test]
#[cfg(unix)]
fn a_pipe_in_place_of_the_manifest_is_not_waited_for() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    export_to(&autumn(20, 2), &folder, &without_pdf());
    fs::remove_file(folder.join(MANIFEST)).unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.join(MANIFEST)).status();
    assert!(made.is_ok_and(|status| status.success()));
    assert_eq!(verify(&folder).unwrap().differences[0].what, "is not an ordinary file");
    let refused = export(&empty(), &folder, &without_pdf(), &Progress::default());
    assert!(matches!(refused, Err(ReportError::Occupied { .. })));
}

#[test]
fn of_an_earlier_package_only_what_we_have_written_is_replaced() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    let again = || export(&empty(), &folder, &without_pdf(), &Progress::default());
    let mut manifest = export_to(&autumn(20, 2), &folder, &without_pdf());
    // A manifest that claims somebody's file as its own.
    fs::write(folder.join("mine.txt"), "mine").unwrap();
    let entry = FileEntry {
        path: "mine.txt".into(),
        bytes: 4,
        sha256: hash::sha256_hex(b"mine"),
        ..manifest.files[0].clone()
    };
    manifest.files.push(entry);
    manifest.seal();
    fs::write(folder.join(MANIFEST), manifest.to_bytes()).unwrap();
    assert!(matches!(again(), Err(ReportError::Occupied { found, .. }) if found == "mine.txt"));
    fs::remove_file(folder.join("mine.txt")).unwrap();
    // A table somebody has worked in.
    let place = folder.join("accounts.csv");
    let table = fs::read(&place).unwrap();
    fs::write(&place, [&table[..], b"my remark"].concat()).unwrap();
    assert!(matches!(again(), Err(ReportError::Edited { file, .. }) if file == "accounts.csv"));
    fs::write(&place, table).unwrap();
    again().expect("replaced");
}

#[test]
fn two_exports_at_once_do_not_disturb_one_another_and_what_a_killed_one_left_goes() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    let progress = Progress::default();
    let dead = temp.path().join(".package.partial-dead");
    fs::create_dir(&dead).unwrap();
    fs::write(dead.join("lock"), "").unwrap();
    let one = package::Draft::begin(&folder, None, &progress).unwrap();
    assert!(!dead.exists(), "nobody holds its lock");
    export_to(&autumn(20, 2), &folder, &without_pdf());
    assert!(one.files().is_empty() && verify(&folder).unwrap().is_intact());
    assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 2, "the other is still at work");
    drop(one);
    assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
}

#[test]
#[cfg(unix)]
fn a_link_to_a_folder_stays_a_link_and_a_disk_is_refused() {
    let temp = tempfile::tempdir().unwrap();
    let (real, link) = (temp.path().join("real"), temp.path().join("link"));
    fs::create_dir(&real).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    export_to(&autumn(20, 2), &link, &without_pdf());
    assert!(link.is_symlink() && verify(&real).unwrap().is_intact());
    let refused = export(&empty(), Path::new("/"), &without_pdf(), &Progress::default());
    assert!(matches!(refused, Err(ReportError::NoName(_))));
}

/// `report.json` of a case, as one string.
fn said(case: &MadeUp, only: &[Output]) -> String {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    let only = only.iter().copied().collect();
    export_to(case, &folder, &ExportOptions { only, ..options() });
    fs::read_to_string(folder.join("report.json")).unwrap()
}

#[test]
fn the_pages_say_where_the_rest_of_a_table_is_or_that_it_is_not_there() {
    let case = autumn(20, 2);
    let with = said(&case, &[Output::Json, Output::Csv]);
    assert!(with.contains("15 of 30, all in journal.csv"), "{with}");
    let without = said(&case, &[Output::Json]);
    assert!(without.contains("15 of 30; journal.csv, which has all, is not in this package"));
    assert!(!without.contains("all in journal.csv") && !without.contains("all in events.csv"));
}

#[test]
fn the_journal_extract_has_the_first_entry_and_the_newest() {
    let said = said(&autumn(20, 2), &[Output::Json]);
    let pages: serde_json::Value = serde_json::from_str(&said).unwrap();
    let ids: Vec<&str> = pages["journal"]["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["id"].as_str().unwrap())
        .collect();
    assert_eq!((ids.len(), ids[0], ids[1], ids[14]), (15, "1", "17", "30"));
}

#[test]
fn the_pages_say_what_the_accounts_table_says_of_a_flagged_account() {
    let mut case = autumn(20, 2);
    let id = case.recorded.annotations.keys().next().unwrap().clone();
    let table = [("zeta", "9"), ("plan", "team"), ("allowlist_reason", "nightly evaluation")];
    let table = table.map(|(name, value)| (name.to_owned(), value.to_owned()));
    case.recorded.attributes.insert(id, table.into());
    let said = said(&case, &[Output::Json]);
    let expected =
        "From the accounts table: allow-list reason nightly evaluation; plan team; zeta 9";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn accounts_without_rows_are_listed_and_not_counted_among_those_that_called() {
    let mut case = autumn(20, 2);
    case.idle = vec!["idle".into()];
    case.recorded.case.accounts += 1;
    case.recorded.annotations.insert("idle".into(), Default::default());
    let said = said(&case, &[Output::Json]);
    assert!(said.contains("20 accounts made") && said.contains("; 1 more made none"), "{said}");
    assert!(said.contains("It has no exchanges"), "{said}");
}

#[test]
fn a_manifest_cannot_point_outside_its_folder() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    let mut manifest = export_to(&empty(), &folder, &without_pdf());
    fs::write(temp.path().join("secret"), "x").unwrap();
    let entry = FileEntry { path: "../secret".into(), ..manifest.files[0].clone() };
    manifest.files.push(entry);
    manifest.seal();
    fs::write(folder.join(MANIFEST), manifest.to_bytes()).unwrap();
    let report = verify(&folder).unwrap();
    assert_eq!(named(&report), ["../secret"].into());
    assert_eq!(report.differences[0].what, "is missing");
}

#[test]
#[cfg(feature = "pdf")]
fn a_manifest_fitted_to_other_files_does_not_fit_the_report() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    let mut manifest = export_to(&autumn(20, 2), &folder, &options());
    let forged = b"source,line\r\n";
    fs::write(folder.join("rejects.csv"), forged).unwrap();
    let entry = manifest.files.iter_mut().find(|f| f.path == "rejects.csv").unwrap();
    entry.bytes = forged.len() as u64;
    entry.sha256 = hash::sha256_hex(forged);
    manifest.seal();
    fs::write(folder.join(MANIFEST), manifest.to_bytes()).unwrap();
    assert_eq!(named(&verify(&folder).unwrap()), [REPORT].into());
}

/// Changes one bit of one byte, looks, and puts it back.
fn flip(folder: &Path, path: &str, at: usize, bit: u8) -> VerifyReport {
    let place = folder.join(path);
    let original = fs::read(&place).unwrap();
    let mut changed = original.clone();
    changed[at % original.len()] ^= 1 << bit;
    fs::write(&place, changed).unwrap();
    let report = verify(folder).unwrap();
    fs::write(&place, original).unwrap();
    report
}

#[test]
fn any_single_changed_byte_of_any_file_is_found_and_its_file_named() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    export_to(&autumn(20, 2), &folder, &options());
    let files = walk::files_under(&folder).unwrap();
    let strategy = (0..files.len(), any::<usize>(), 0u8..8);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    runner
        .run(&strategy, |(file, at, bit)| {
            let path = &files[file].path;
            let report = flip(&folder, path, at, bit);
            prop_assert!(named(&report).contains(path.as_str()), "{path} byte {at} bit {bit}");
            Ok(())
        })
        .unwrap();
    assert!(verify(&folder).unwrap().is_intact());
}

#[test]
fn every_byte_of_the_manifest_counts() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    let only = ExportOptions { only: [Output::Figures].into(), ..options() };
    let manifest = export_to(&empty(), &folder, &only);
    for at in 0..manifest.to_bytes().len() {
        let report = flip(&folder, MANIFEST, at, (at % 7) as u8);
        assert!(named(&report).contains(MANIFEST), "byte {at}");
    }
}

#[test]
fn the_scope_says_where_the_logs_have_nothing() {
    let mut case = autumn(20, 2);
    assert!(!said(&case, &[Output::Json]).contains("no records from"), "no gap, no word");
    let start = Time(1_772_424_600_000_000);
    let span = TimeSpan { start, end: Time(start.0 + 20_700_000_000) };
    let source = &case.recorded.sources[0];
    let feed = Feed { format: source.format.clone(), sources: vec![source.id] };
    let gaps = vec![Gap { span, meanwhile: 9 }];
    case.recorded.coverage = vec![Coverage { feed, rows: 9, span, gaps }];
    let said = said(&case, &[Output::Json]);
    let words = "no records from 2026-03-02 04:10 to 09:55 UTC (5 h 45 min). A gap may be a \
                 quiet time or a lost export: no log says which";
    assert!(said.contains("The logs have 1 gap, the longest first: ") && said.contains(words));
}

#[test]
fn a_section_that_is_left_out_is_in_no_file_of_the_pages_and_the_first_page_says_so() {
    let temp = tempfile::tempdir().unwrap();
    let said = |name: &str, without: &[Section]| {
        let only = [Output::Json].into();
        let without = without.iter().copied().collect();
        let folder = temp.path().join(name);
        export_to(&autumn(60, 4), &folder, &ExportOptions { only, without, ..options() });
        let text = fs::read_to_string(folder.join("report.json")).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    let left_out = |said: &serde_json::Value| {
        let meta = said["meta"].as_array().unwrap();
        meta.iter().find(|pair| pair["label"] == "Left out").map(|pair| pair["value"].clone())
    };
    let whole = said("whole", &[]);
    assert!(!whole["dossiers"]["rows"].as_array().unwrap().is_empty());
    assert_eq!(left_out(&whole), None);
    let part = said("part", &[Section::Flagged, Section::Activity]);
    assert!(part["dossiers"]["rows"].as_array().unwrap().is_empty());
    assert!(part["flagged"]["rows"].as_array().unwrap().is_empty() && part["top"].is_null());
    assert_eq!(left_out(&part).unwrap(), "activity, flagged, by who prepared it");
    assert_eq!(part["without"], serde_json::json!(["activity", "flagged"]));
    for section in Section::ALL {
        assert_eq!(Section::parse(section.as_str()), Some(section));
    }
}

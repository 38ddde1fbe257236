//! The report as other programs see it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::testing::{MARCH, MadeUp, autumn, empty, hostile, partly_untimed};
use super::*;
use crate::job::Progress;
use crate::model::Time;
use crate::model::time::DAY_US;

fn export_to(case: &MadeUp, folder: &Path) -> Manifest {
    let options = ExportOptions::new(Time(MARCH + 46 * DAY_US), "analyst A");
    export(case, folder, &options, &Progress::default()).expect("exported")
}

/// What a program prints about a file; `None` where the program is not installed, which is an
/// error when everything is required.
fn ask(program: &str, arguments: &[&str], file: &Path) -> Option<String> {
    let output = match Command::new(program).args(arguments).arg(file).output() {
        Ok(output) => output,
        Err(error) => {
            assert!(std::env::var_os("STILLWATCH_REQUIRE_ALL").is_none(), "{program}: {error}");
            // Said aloud: a check that did not run must not look like one that passed.
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                format!("not run: {program} is not installed\n").as_bytes(),
            );
            return None;
        }
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{program}: {said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(said)
}

fn field<'a>(info: &'a str, name: &str) -> &'a str {
    info.lines().find_map(|l| l.strip_prefix(name)).unwrap_or_default().trim()
}

#[test]
fn pdfinfo_says_tagged_a4_titled_and_dated_by_the_clock_given() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    let manifest = export_to(&autumn(40, 3), &folder);
    let Some(info) = ask("pdfinfo", &["-isodates"], &folder.join("report.pdf")) else { return };
    assert_eq!(field(&info, "Title:"), "Autumn review");
    assert_eq!(field(&info, "Tagged:"), "yes");
    assert_eq!(field(&info, "CreationDate:"), "2026-04-16T00:00:00Z");
    assert!(field(&info, "Page size:").ends_with("(A4)"), "{info}");
    assert!(field(&info, "Keywords:").contains(&manifest.content_hash));
}

#[test]
fn the_metadata_claims_pdf_a_3a_and_pdf_ua_1() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    export_to(&empty(), &folder);
    let pdf = fs::read(folder.join("report.pdf")).unwrap();
    let text = String::from_utf8_lossy(&pdf);
    for claim in [
        "<pdfaid:part>3</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
    ] {
        assert!(text.contains(claim), "{claim}");
    }
}

#[test]
fn qpdf_finds_no_error_in_full_empty_and_hostile_reports() {
    let temp = tempfile::tempdir().unwrap();
    for (name, case) in [("full", autumn(40, 3)), ("empty", empty()), ("hostile", hostile())] {
        let folder = temp.path().join(name);
        export_to(&case, &folder);
        let Some(said) = ask("qpdf", &["--check"], &folder.join("report.pdf")) else { return };
        assert!(said.contains("No syntax or stream encoding errors"), "{name}: {said}");
    }
}

#[test]
fn pdftotext_finds_facts_hash_and_what_was_not_run() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    let case = autumn(40, 3);
    let manifest = export_to(&case, &folder);
    let place = folder.join("report.pdf");
    let Some(text) = ask_to_stdout(&place) else { return };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        "Autumn review",
        &format!("40 accounts made {} exchanges", text::count(case.events.len() as u64)),
        &manifest.content_hash,
        "Not run: no detector has looked at this case",
        "never that the output was used for training",
        "the zstd stream ends after",
        "all in events.csv",
        "This report counts exchanges; exchanges, activities and usage buckets are never added",
        "Sends one grading instruction",
        "page 1 of",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
}

#[test]
fn every_page_says_its_own_number() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    export_to(&autumn(40, 3), &folder);
    let Some(text) = ask_to_stdout(&folder.join("report.pdf")) else { return };
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert!(pages.len() > 3, "{text}");
    for (n, page) in (1..).zip(&pages) {
        assert!(page.contains(&format!("page {n} of {}", pages.len())), "{n}: {page}");
    }
}

#[test]
fn the_pages_say_how_many_exchanges_have_no_time_and_never_when_those_were() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    export_to(&partly_untimed(12), &folder);
    let Some(text) = ask_to_stdout(&folder.join("report.pdf")) else { return };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        "12 of them have no time: they are counted, and stand in no figure over time",
        "Not drawn, for want of a time: 12.",
        "12 rows have no time",
    ] {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
    assert!(!text.contains("9999"), "{text}");
}

fn ask_to_stdout(place: &Path) -> Option<String> {
    // pdftotext takes its output after the file; a dash is standard output.
    ask(
        "sh",
        &["-c", "command -v pdftotext >/dev/null && pdftotext -layout \"$0\" - || echo absent"],
        place,
    )
    .filter(|said| {
        let absent = said.trim() == "absent";
        assert!(!absent || std::env::var_os("STILLWATCH_REQUIRE_ALL").is_none());
        if absent {
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                b"not run: pdftotext is not installed\n",
            );
        }
        !absent
    })
}

#[test]
fn the_tables_travel_inside_the_report() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    export_to(&autumn(40, 3), &folder);
    let place = folder.join("report.pdf");
    let Some(said) = ask("qpdf", &["--list-attachments"], &place) else { return };
    let names: BTreeSet<&str> = said.lines().filter_map(|l| l.split(" -> ").next()).collect();
    assert_eq!(names, ["accounts.csv", "events.csv", "journal.csv", "rejects.csv"].into());
    let inside = ask("qpdf", &["--show-attachment=accounts.csv"], &place).unwrap();
    assert_eq!(inside, fs::read_to_string(folder.join("accounts.csv")).unwrap());
}

#[test]
fn what_is_copied_from_the_pages_is_what_was_written_there() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    let mut case = autumn(40, 3);
    // Nothing in it that a line could break at by itself, and far too long for its column.
    let name = "gateway2026".repeat(10);
    case.recorded.sources[0].path = format!("/logs/{name}");
    export_to(&case, &folder);
    let Some(text) = ask_to_stdout(&folder.join("report.pdf")) else { return };
    assert!(!text.contains('\u{200b}'), "no character that draws nothing");
    let pieces: Vec<&str> = text.split_whitespace().filter(|w| w.contains("gateway2")).collect();
    // Whole lines, without a space where one may break, and no line over the edge of the page.
    assert!((32..name.len()).contains(&pieces[0].len()), "{pieces:?}");
    assert!(pieces.concat().starts_with(&name), "what is left are the ends of lines: {pieces:?}");
}

#[test]
fn a_report_that_comes_alone_says_that_it_has_no_content_hash() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    let only = [Output::Pdf].into();
    let options =
        ExportOptions { only, ..ExportOptions::new(Time(MARCH + 46 * DAY_US), "analyst A") };
    let manifest = export(&autumn(40, 3), &folder, &options, &Progress::default()).unwrap();
    assert_eq!(verify(&folder).unwrap().differences, []);
    let Some(text) = ask_to_stdout(&folder.join("report.pdf")) else { return };
    assert!(text.contains("content hash: not in this package"), "{text}");
    assert!(!text.contains(&manifest.content_hash));
}

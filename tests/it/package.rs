//! The evidence package from the command line: complete, repeatable, and any changed byte is
//! found.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Bench, native, not_run};

/// A case with a flagged account, exported.
fn exported(only: Option<&str>) -> Bench {
    let bench = Bench::new();
    bench.file("a.jsonl", native(200));
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch"]).ok();
    let reason = "sends the same question; see note";
    let flag =
        ["flag", "c.stillwatch", "account:ac001", "--verdict", "suspicious", "--reason", reason];
    bench.run(&flag).ok();
    bench.run(&["note", "c.stillwatch", "account:ac001", "=1+1 is not a formula here"]).ok();
    let mut export = vec!["export", "c.stillwatch", "--out", "p"];
    export.extend(only.iter().flat_map(|list| ["--only", list]));
    bench.run(&export).ok();
    bench
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn a_package_verifies_and_a_changed_byte_in_any_file_is_found_and_named() {
    let bench = exported(Some("csv,figures,json"));
    bench.run(&["verify", "p"]).ok().says("intact");
    let files = files(&bench.path("p"));
    assert!(files.len() >= 6, "{files:?}");
    for file in files {
        let whole = fs::read(&file).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap();
        for at in [0, whole.len() / 2, whole.len() - 1] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(&file, &bytes).unwrap();
            bench.run(&["verify", "p"]).ends(3).says(name);
        }
        fs::write(&file, &whole).unwrap();
    }
    bench.run(&["verify", "p"]).ok();
    fs::write(bench.path("p/extra.txt"), "x").unwrap();
    bench.run(&["verify", "p"]).ends(3).says("extra.txt");
    fs::remove_file(bench.path("p/extra.txt")).unwrap();
    fs::remove_file(bench.path("p/accounts.csv")).unwrap();
    let ran = bench.run(&["verify", "p", "--json"]).ends(3);
    assert_eq!(ran.json()["differences"][0]["file"], "accounts.csv");
}

#[test]
fn the_same_case_and_clock_give_the_same_bytes() {
    let bench = exported(Some("csv,figures,json"));
    let export = ["export", "c.stillwatch", "--out", "q", "--only", "csv,figures,json"];
    bench.run(&export).ok();
    for file in files(&bench.path("p")) {
        let twin = bench.path("q").join(file.strip_prefix(bench.path("p")).unwrap());
        assert!(fs::read(&file).unwrap() == fs::read(&twin).unwrap(), "{}", twin.display());
    }
}

#[test]
fn accounts_csv_has_the_columns_of_the_contract_and_no_formula_runs() {
    let bench = exported(Some("csv"));
    let text = fs::read_to_string(bench.path("p/accounts.csv")).unwrap();
    let header = text.lines().next().unwrap();
    assert!(
        header.starts_with(
            "account_id,org_id,events,input_tokens,output_tokens,first_seen,last_seen,"
        )
    );
    for column in ["verdict", "confidence", "reason", "tags", "notes"] {
        assert!(header.split(',').any(|name| name == column), "{column}");
    }
    assert!(text.contains("suspicious"));
    let cells = csv::Reader::from_path(bench.path("p/accounts.csv")).unwrap().into_records();
    for cell in cells.flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()) {
        assert!(!cell.starts_with(['=', '+', '@']), "{cell}");
    }
}

#[test]
fn a_folder_with_something_else_in_it_is_left_alone() {
    let bench = exported(Some("csv"));
    bench.file("mine/diary.txt", "dear diary");
    bench
        .run(&["export", "c.stillwatch", "--out", "mine", "--only", "csv"])
        .ends(1)
        .says("diary.txt");
    assert_eq!(fs::read_to_string(bench.path("mine/diary.txt")).unwrap(), "dear diary");
    assert_eq!(files(&bench.path("mine")).len(), 1);
}

#[test]
fn a_selection_of_nobody_writes_nothing_and_a_negated_one_is_understood() {
    let bench = exported(Some("csv"));
    let export = |select: &str| {
        bench.run(&["export", "c.stillwatch", "--out", "s", "--only", "csv", "--select", select])
    };
    export("account:nobody").ends(1).says("no account in this case fulfils account:nobody");
    assert!(!bench.path("s").exists());
    export("-account:ac001").ok();
    let text = fs::read_to_string(bench.path("s/accounts.csv")).unwrap();
    assert!(!text.contains("ac001") && text.contains("ac002"), "{text}");
}

#[test]
fn a_folder_that_is_no_package_is_no_difference_but_a_failure() {
    let bench = exported(Some("csv"));
    bench.file("mine/diary.txt", "dear diary");
    bench.run(&["verify", "mine"]).ends(1).says("is no evidence package");
}

#[cfg(feature = "pdf")]
#[test]
fn the_report_is_a_tagged_archival_pdf_that_other_programs_read() {
    let bench = exported(None);
    let pdf = bench.path("p/report.pdf");
    let tool = |name: &str, arguments: &[&str]| -> Option<String> {
        let output = Command::new(name).args(arguments).arg(&pdf).output();
        let Ok(output) = output else {
            not_run("the report is read by other programs", &format!("{name} is not installed"));
            return None;
        };
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{name}: {text}");
        Some(text)
    };
    if let Some(info) = tool("pdfinfo", &[]) {
        assert!(info.lines().any(|l| l.starts_with("Tagged:") && l.ends_with("yes")), "{info}");
        assert!(info.lines().any(|l| l.starts_with("Title:")), "{info}");
    }
    if let Some(checked) = tool("qpdf", &["--check"]) {
        assert!(checked.contains("No syntax or stream encoding errors"), "{checked}");
    }
    let whole = fs::read(&pdf).unwrap();
    let mut bytes = whole.clone();
    let at = bytes.len() / 3;
    bytes[at] ^= 0x20;
    fs::write(&pdf, bytes).unwrap();
    bench.run(&["verify", "p"]).ends(3).says("report.pdf");
    fs::write(&pdf, whole).unwrap();
    let Ok(output) = Command::new("pdftotext").arg(&pdf).arg("-").output() else {
        return not_run("the report as text", "pdftotext is not installed");
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("ac001") && text.contains("suspicious"), "{text}");
}

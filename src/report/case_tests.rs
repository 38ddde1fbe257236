use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::*;
use crate::case::{Author, Edit, ImportOptions, OpenCase, import};
use crate::model::{Confidence, Verdict};
use crate::report::{export, verify};

fn author() -> Author {
    Author { actor: "analyst a".into(), at: Time(1_772_400_000_000_000) }
}

fn options() -> ExportOptions {
    ExportOptions::new(author().at, "analyst a")
}

/// A case of two sources with 40 + 40 exchanges of four accounts, one of them flagged.
fn flagged_case(folder: &Path) -> OpenCase {
    let line = |n: usize| {
        format!(
            "{{\"timestamp\":\"2026-03-01T{:02}:{:02}:00Z\",\"account_id\":\"ac{}\",\
             \"request_id\":\"r{n}\",\"org_id\":\"o1\",\"model\":\"atlas-4\",\"status\":200,\
             \"input_tokens\":{n},\"client_ip\":\"203.0.113.7\"}}\n",
            n % 24,
            n % 60,
            n % 4
        )
    };
    let logs: Vec<PathBuf> = ["a", "b"].map(|n| folder.join(n).with_extension("jsonl")).into();
    fs::write(&logs[0], (0..40).map(line).collect::<String>() + "not json\n").unwrap();
    fs::write(&logs[1], (40..80).map(line).collect::<String>()).unwrap();
    let path = folder.join("night-burst.stillwatch");
    let progress = Progress::default();
    import(&path, &logs, &ImportOptions::default(), &author(), &progress).expect("imported");
    let mut case = OpenCase::load(&path, &progress).expect("opened");
    let verdict = Some((Verdict::Suspicious, Confidence::High, "every four minutes"));
    let edit = Edit::verdict(case.annotations(), &["ac1".to_owned()], verdict, &author());
    case.edit(edit, author()).expect("writable");
    case.close().expect("written");
    OpenCase::load(&path, &progress).expect("opened again")
}

fn export_filtered(case: &OpenCase, filter: &str, to: &Path) -> Manifest {
    let filter = Filter::parse(filter).expect("readable");
    export_case(&case.path, &case.index, &filter, to, &options(), &Progress::default())
        .expect("exported")
        .manifest
}

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = ::csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn a_real_case_is_exported_with_the_rows_of_its_flagged_account_and_their_places() {
    let temp = tempfile::tempdir().unwrap();
    let case = flagged_case(temp.path());
    let package = temp.path().join("package");
    let manifest = export_filtered(&case, "", &package);
    assert_eq!(verify(&package).unwrap().differences, []);
    assert_eq!((manifest.title.as_str(), manifest.sources.len()), ("night-burst", 2));
    let events = rows(&package.join("events.csv"));
    assert_eq!(events.len(), 20);
    for event in &events {
        assert_eq!(event["account_id"], "ac1");
        let source = fs::read_to_string(&event["source"]).unwrap();
        let line = source.lines().nth(event["line"].parse::<usize>().unwrap() - 1).unwrap();
        assert!(line.contains(&format!("\"request_id\":\"{}\"", event["request_id"])), "{event:?}");
        let offset: usize = event["byte_offset"].parse().unwrap();
        assert!(source[offset..].starts_with(line));
        assert_eq!(event["byte_length"], line.len().to_string());
        assert_eq!(event["record_sha256"], sha256_hex(line.as_bytes()));
    }
    let accounts = rows(&package.join("accounts.csv"));
    let ac1 = &accounts[1];
    assert_eq!(
        ["account_id", "org_id", "events", "verdict", "confidence", "reason"].map(|c| &ac1[c]),
        ["ac1", "o1", "20", "suspicious", "high", "every four minutes"]
    );
    let sum: u64 = (0..80).filter(|n| n % 4 == 1).sum();
    assert_eq!(ac1["input_tokens"], sum.to_string());
    assert_eq!(ac1["output_tokens"], "", "missing is never zero");
    let rejects = rows(&package.join("rejects.csv"));
    assert_eq!((rejects.len(), rejects[0]["line"].as_str()), (1, "41"));
}

#[test]
fn a_selection_exports_all_its_rows_and_only_its_accounts() {
    let temp = tempfile::tempdir().unwrap();
    let case = flagged_case(temp.path());
    let package = temp.path().join("package");
    let manifest = export_filtered(&case, "account:ac2,ac3", &package);
    assert_eq!(manifest.file("events.csv").unwrap().rows, Some(40));
    assert_eq!(manifest.file("events.csv").unwrap().rows_in_case, Some(80));
    assert_eq!(manifest.file("accounts.csv").unwrap().rows, Some(2));
    let none = temp.path().join("none");
    let manifest = export_filtered(&case, "account:nobody", &none);
    assert_eq!(manifest.file("events.csv").unwrap().rows, Some(0));
    assert_eq!(verify(&none).unwrap().differences, []);
}

#[test]
fn the_chain_of_an_exported_journal_is_recomputed() {
    let temp = tempfile::tempdir().unwrap();
    let case = flagged_case(temp.path());
    let package = temp.path().join("package");
    let mut manifest = export_filtered(&case, "", &package);
    assert!(verify(&package).unwrap().journal_entries >= 2);
    // Somebody who fits the hashes of the manifest still cannot fit the chain.
    let place = package.join("journal.csv");
    let forged = fs::read_to_string(&place).unwrap().replace("analyst a", "analyst b");
    fs::write(&place, &forged).unwrap();
    let entry = manifest.files.iter_mut().find(|f| f.path == "journal.csv").unwrap();
    entry.bytes = forged.len() as u64;
    entry.sha256 = sha256_hex(forged.as_bytes());
    manifest.seal();
    fs::write(package.join("manifest.json"), manifest.to_bytes()).unwrap();
    let report = verify(&package).unwrap();
    assert!(report.differences.iter().any(|d| d.file == "journal.csv"), "{report:?}");
}

#[test]
fn a_case_that_was_changed_since_it_was_read_is_not_exported() {
    let temp = tempfile::tempdir().unwrap();
    let mut case = flagged_case(temp.path());
    let open = || {
        let index = Arc::clone(&case.index);
        CaseInput::open(&case.path, index, &Filter::everything(), &Progress::default())
    };
    let input = open().expect("readable");
    input.check_unchanged().expect("unchanged");
    let edit = Edit::tag(case.annotations(), &["ac1".to_owned()], "late", true);
    case.edit(edit, author()).expect("writable");
    case.close().expect("written");
    assert!(matches!(input.check_unchanged(), Err(ReportError::Changed)));
    let package = temp.path().join("package");
    let result = export(&input, &package, &options(), &Progress::default());
    assert!(matches!(result, Err(ReportError::Changed)) && !package.exists());
}

#[test]
fn a_place_that_cannot_be_written_is_refused_before_the_case_is_read() {
    let temp = tempfile::tempdir().unwrap();
    let case = flagged_case(temp.path());
    let (everything, progress) = (Filter::everything(), Progress::default());
    let gone = temp.path().join("gone.stillwatch");
    let to = |place: &str| {
        export_case(&gone, &case.index, &everything, Path::new(place), &options(), &progress)
    };
    assert!(matches!(to("/"), Err(ReportError::NoName(_))));
    let package = temp.path().join("package");
    assert!(to(&package.to_string_lossy()).is_err() && !package.exists());
}

#[test]
fn a_case_with_more_rows_than_the_index_in_memory_is_not_exported() {
    let temp = tempfile::tempdir().unwrap();
    let case = flagged_case(temp.path());
    let (path, index) = (case.path.clone(), Arc::clone(&case.index));
    case.close().expect("written");
    let more = temp.path().join("more.jsonl");
    fs::write(&more, "{\"timestamp\":\"2026-03-02T00:00:00Z\",\"account_id\":\"ac9\"}\n").unwrap();
    let progress = Progress::default();
    import(&path, &[more], &ImportOptions::default(), &author(), &progress).expect("imported");
    let result = CaseInput::open(&path, index, &Filter::everything(), &progress);
    assert!(matches!(result, Err(ReportError::Changed)));
}

/// A case where one account only has activities, and where an accounts table knows two.
fn case_with_a_table(folder: &Path, drop_raw: bool) -> OpenCase {
    let log = folder.join("log.jsonl");
    let exchange = |account: &str, org: &str| {
        format!(
            "{{\"timestamp\":\"2026-03-01T00:00:00Z\",\"account_id\":\"{account}\",\
             \"org_id\":\"{org}\",\"model\":\"atlas-4\",\"input_tokens\":5}}\n"
        )
    };
    fs::write(&log, exchange("busy", "o1") + &exchange("busy", "o2").replace('4', "3")).unwrap();
    let trail = folder.join("trail.json");
    let record = "{\"eventVersion\":\"1.08\",\"eventTime\":\"2026-03-01T00:00:00Z\",\
        \"eventSource\":\"bedrock.amazonaws.com\",\"eventName\":\"ListFoundationModels\",\
        \"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"198.51.100.7\",\
        \"userIdentity\":{\"type\":\"IAMUser\",\"accountId\":\"111122223333\",\
        \"arn\":\"arn:aws:iam::111122223333:user/idle\",\"userName\":\"idle\"},\
        \"eventID\":\"e1\",\"eventType\":\"AwsApiCall\"}";
    fs::write(&trail, format!("{{\"Records\":[{record}]}}")).unwrap();
    let table = folder.join("accounts.csv");
    fs::write(&table, "account_id,plan,allowlist_reason,=note\nbusy,team,nightly evaluation,x\n")
        .unwrap();
    let path = folder.join("table.stillwatch");
    let options = ImportOptions { accounts: Some(table), drop_raw, ..ImportOptions::default() };
    let progress = Progress::default();
    import(&path, &[log, trail], &options, &author(), &progress).expect("imported");
    OpenCase::load(&path, &progress).expect("opened")
}

#[test]
fn the_whole_case_lists_accounts_without_rows_of_the_kind_counted() {
    let temp = tempfile::tempdir().unwrap();
    let case = case_with_a_table(temp.path(), false);
    let all = case.index.accounts().len() as u64;
    assert_eq!((all, case.index.count_of(Granularity::Activity)), (2, 1));
    let package = temp.path().join("package");
    let manifest = export_filtered(&case, "", &package);
    assert_eq!(manifest.file("accounts.csv").unwrap().rows, Some(all));
    let accounts = rows(&package.join("accounts.csv"));
    let idle = accounts.iter().find(|a| a["account_id"] != "busy").unwrap();
    assert_eq!(["events", "input_tokens", "first_seen"].map(|c| idle[c].as_str()), ["0", "", ""]);
}

#[test]
fn what_the_accounts_table_says_and_the_organisations_of_the_selection_are_exported() {
    let temp = tempfile::tempdir().unwrap();
    let case = case_with_a_table(temp.path(), false);
    let package = temp.path().join("package");
    export_filtered(&case, "", &package);
    let of = |package: &Path| {
        let accounts = rows(&package.join("accounts.csv"));
        accounts.into_iter().find(|a| a["account_id"] == "busy").unwrap()
    };
    let busy = of(&package);
    assert_eq!(
        ["org_id", "attr_plan", "attr_allowlist_reason"].map(|c| busy[c].as_str()),
        ["o1; o2", "team", "nightly evaluation"]
    );
    let header = fs::read_to_string(package.join("accounts.csv")).unwrap();
    assert!(header.starts_with(&crate::report::ACCOUNT_COLUMNS.join(",")), "{header}");
    let some = temp.path().join("some");
    export_filtered(&case, "model:atlas-4", &some);
    assert_eq!(of(&some)["org_id"], "o1");
}

#[test]
fn without_originals_there_is_no_hash_of_a_record() {
    let temp = tempfile::tempdir().unwrap();
    let case = case_with_a_table(temp.path(), true);
    let package = temp.path().join("package");
    export_filtered(&case, "account:busy", &package);
    let events = rows(&package.join("events.csv"));
    assert!(events.len() == 2 && events.iter().all(|e| e["record_sha256"].is_empty()));
}

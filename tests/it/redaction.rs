//! What a package hides: planted values stand in no byte of it, and pseudonyms are the same in every
//! file.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Bench, not_run};

/// What names somebody.
const NAMES: [&str; 8] = [
    "canary-account-one",
    "canary-account-two",
    "Canary Organisation, Ltd",
    "canary-user-77",
    "canary-key-0a1b",
    "canary-device-9",
    "canary-card-4711",
    "canary-crm-0815",
];
/// Where somebody called from.
const ADDRESSES: [&str; 2] = ["198.51.100.23", "2001:db8:77:88::99"];
/// What was asked.
const PROMPT: &str = "canary question about";
/// What people wrote.
const WORDS: [&str; 6] = [
    "canary reason",
    "canary-tag",
    "canary note \"quoted\" & <b>",
    "canary claim",
    "canary-file-name",
    "canary outage, INC-2291",
];

/// A case in which every value that may be hidden stands in every place that it can.
fn case() -> Bench {
    let bench = Bench::new();
    let mut lines = String::new();
    for i in 0..400 {
        let account = NAMES[i % 2];
        let line = serde_json::json!({
            "timestamp": format!("2026-03-{:02}T{:02}:{:02}:00Z", 1 + i / 40, i % 24, i % 60),
            "request_id": format!("canary-request-{i}"),
            "account_id": account,
            "org_id": NAMES[2],
            "user_id": NAMES[3],
            "api_key_id": NAMES[4],
            "session_id": format!("canary-session-{}", i / 7),
            "device_id": NAMES[5],
            "client_ip": ADDRESSES[i % 2],
            "model": "atlas-4",
            "status": 200,
            "input_tokens": 100 + i,
            "output_tokens": 300 + i,
            "prompt": format!("{PROMPT} {i}: what did {account} say?"),
        });
        lines += &format!("{line}\n");
    }
    lines += "{\"timestamp\": \"canary-broken\", \"account_id\": \"canary-account-one\"\n";
    bench.file("canary-file-name.jsonl", lines);
    let attributes = format!(
        "account_id,payment_fingerprint,crm_number,plan\n{},{},{},pro\n{},{},{},pro\n\
         Catalog,,,\nendstream,,,\nrdf:li,,,\nghost,,,\n",
        NAMES[0], NAMES[6], NAMES[7], NAMES[1], NAMES[6], NAMES[7]
    );
    bench.file("accounts.csv", attributes);
    let import = ["import", "canary-file-name.jsonl", "--case", "c.stillwatch"];
    let moment = format!("label,kind,at\n\"{}\",incident,2026-03-04T10:00:00Z\n", WORDS[5]);
    bench.file("moments.csv", moment);
    let tables = ["--accounts", "accounts.csv", "--releases", "moments.csv"];
    bench.run(&[&import[..], &tables].concat()).ok();
    bench.run(&["analyze", "c.stillwatch"]).ok();
    let flag = ["flag", "c.stillwatch", "account:canary-account-one", "--verdict", "suspicious"];
    let reason =
        "canary reason: canary-account-two too, CANARY-ACCOUNT-TWO, of CANARY ORGANISATION, LTD";
    let said = ["--reason", reason, "--tag", "canary-tag"];
    bench.run(&[&flag[..], &said].concat()).ok();
    bench.run(&["note", "c.stillwatch", "account:canary-account-two", WORDS[2]]).ok();
    let evidence = ["book", "c.stillwatch", "evidence", "canary claim", "--select"];
    bench.run(&[&evidence[..], &["ip:198.51.100.23"]].concat()).ok();
    // What a clause says in one place would be known in all.
    let clause = "[[term]]\nprovider = \"Atlas\"\ndocument = \"Terms\"\nclause = \"4\"\n\
                  paraphrase = \"Customers such as Canary Organisation, Ltd may not train\"\n";
    bench.file("terms.toml", clause);
    bench.run(&["book", "c.stillwatch", "terms", "terms.toml"]).ok();
    bench
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> =
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    found.sort();
    found
}

/// Every text of a package, by file; of the pages what another program reads.
fn texts(folder: &Path) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for path in files(folder) {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        let bytes = fs::read(&path).unwrap();
        if name.ends_with(".pdf") {
            match Command::new("pdftotext").arg(&path).arg("-").output() {
                Ok(out) => {
                    // Lines of a page break words that a reader sees as one.
                    let text = String::from_utf8_lossy(&out.stdout).replace('\n', "");
                    all.push((format!("{name} as text"), text));
                }
                Err(_) => not_run("a redacted report is read", "pdftotext is not installed"),
            }
        }
        all.push((name, String::from_utf8_lossy(&bytes).into_owned()));
    }
    all
}

/// Fails where any of some values stands in a package, however it is escaped.
fn has_none(folder: &Path, hidden: &[&str]) {
    for (name, text) in texts(folder) {
        let text = text.to_lowercase();
        for value in hidden {
            let escaped = [
                (*value).to_owned(),
                value.replace('"', "\"\""),
                value.replace('"', "\\\""),
                value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;"),
            ];
            let found = escaped.iter().find(|value| text.contains(&value.to_lowercase()));
            assert!(found.is_none(), "{name} holds {value:?}");
        }
    }
}

fn export(bench: &Bench, profile: &str, out: &str) {
    let export = ["export", "c.stillwatch", "--out", out, "--key", "k.key", "--redact", profile];
    let only =
        if cfg!(feature = "pdf") { "pdf,csv,figures,json,gexf,stix" } else { "csv,json,gexf,stix" };
    bench.run(&[&export[..], &["--only", only]].concat()).ok();
    bench.run(&["verify", out]).ok().says("intact");
}

#[test]
fn planted_values_stand_in_no_byte_of_a_package_that_hides_them() {
    let bench = case();
    let requests: Vec<String> = (0..400).map(|i| format!("canary-request-{i}")).collect();
    let sessions: Vec<String> = (0..58).map(|i| format!("canary-session-{i}")).collect();
    let mut names: Vec<&str> = NAMES.to_vec();
    names.extend(requests.iter().chain(&sessions).map(String::as_str));
    export(&bench, "pseudonymise", "p1");
    has_none(&bench.path("p1"), &names);
    export(&bench, "subnets", "p2");
    has_none(&bench.path("p2"), &ADDRESSES);
    export(&bench, "mask-prompts", "p3");
    has_none(&bench.path("p3"), &[PROMPT]);
    export(&bench, "metadata-only", "p4");
    let all: Vec<&str> =
        names.iter().chain(&ADDRESSES).chain(&[PROMPT]).chain(&WORDS).copied().collect();
    has_none(&bench.path("p4"), &all);
}

#[test]
fn a_very_long_id_is_hidden_in_sentences_and_models_are_no_ids() {
    let bench = Bench::new();
    let long = "a1".repeat(600);
    let line = |account: &str, model: &str| {
        format!(
            "{{\"timestamp\":\"2026-03-01T00:00:00Z\",\"account_id\":\"{account}\",\"model\":\"{model}\",\
             \"session_id\":\"endobj\"}}\n"
        )
    };
    bench.file("a.jsonl", line(&long, "atlas-3") + &line("b", "atlas-3"));
    bench.file("accounts.csv", "account_id,default_model,vertical\nb,atlas-3,Registry\n");
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch", "--accounts", "accounts.csv"]).ok();
    let reason = format!("as {long} says");
    let flag = ["flag", "c.stillwatch", "account:b", "--verdict", "watch", "--reason", &reason];
    bench.run(&flag).ok();
    export(&bench, "pseudonymise", "p");
    has_none(&bench.path("p"), &[&long[..900]]);
    let events = fs::read_to_string(bench.path("p/events.csv")).unwrap();
    assert!(events.contains("atlas-3"), "{events}");
}

#[test]
fn a_pseudonym_is_the_same_in_every_file_and_every_package_of_one_key() {
    let bench = case();
    export(&bench, "pseudonymise", "p1");
    let accounts = |folder: &str, file: &str, column: &str| -> BTreeSet<String> {
        let mut reader = csv::Reader::from_path(bench.path(folder).join(file)).unwrap();
        let at = reader.headers().unwrap().iter().position(|name| name == column).unwrap();
        reader.records().map(|row| row.unwrap()[at].to_owned()).collect()
    };
    let known = accounts("p1", "accounts.csv", "account_id");
    assert_eq!(known.len(), 2, "{known:?}");
    assert!(accounts("p1", "events.csv", "account_id").is_subset(&known));
    export(&bench, "pseudonymise+subnets", "p2");
    assert_eq!(accounts("p2", "accounts.csv", "account_id"), known, "the key is the same");
    let export = ["export", "c.stillwatch", "--out", "p3", "--only", "csv", "--redact"];
    let made = bench.run(&[&export[..], &["pseudonymise"]].concat()).ok();
    made.says("keep it apart");
    assert!(bench.path("p3.key").is_file(), "beside the package, not in it");
    assert!(!files(&bench.path("p3")).iter().any(|path| path.ends_with("p3.key")));
    let other = accounts("p3", "accounts.csv", "account_id");
    assert!(other.is_disjoint(&known), "another key");
    let text = fs::read_to_string(bench.path("p1/bundle.stix.json")).unwrap();
    assert!(known.iter().any(|account| text.contains(account.as_str())));
}

#[test]
fn what_is_hidden_is_said_in_the_manifest_and_on_every_check() {
    let bench = case();
    export(&bench, "pseudonymise", "p");
    let text = fs::read_to_string(bench.path("p/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(manifest["redaction"]["profile"], "pseudonymise");
    let key = fs::read_to_string(bench.path("k.key")).unwrap();
    let print = manifest["redaction"]["key"].as_str().unwrap();
    assert!(!print.is_empty() && !text.contains(key.trim()), "the key is not in the package");
    bench.run(&["verify", "p"]).ok().says("redacted: Account, organisation");
    let refused = |arguments: &[&str], status: i32, why: &str| {
        let export = ["export", "c.stillwatch", "--out", "q", "--only", "csv"];
        bench.run(&[&export[..], arguments].concat()).ends(status).says(why);
        assert!(!bench.path("q").exists());
    };
    refused(&["--redact", "everything"], 2, "metadata-only");
    refused(&["--key", "k.key"], 2, "--redact");
    refused(&["--redact", "subnets", "--key", "q/k.key"], 2, "must not lie in the package");
    bench.file("bad.key", "no key");
    refused(&["--redact", "subnets", "--key", "bad.key"], 1, "bad.key");
}

#[test]
fn a_package_may_be_one_file_and_any_changed_byte_of_its_files_is_named() {
    let bench = case();
    let export = ["export", "c.stillwatch", "--out", "p.zip", "--only", "csv,json"];
    bench.run(&export).ok().says("p.zip");
    bench.run(&["verify", "p.zip"]).ok().says("intact");
    let first = fs::read(bench.path("p.zip")).unwrap();
    // Again, over the earlier one: the same bytes.
    bench.run(&export).ok();
    assert!(fs::read(bench.path("p.zip")).unwrap() == first);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&first)).unwrap();
    let mut text = String::new();
    archive.by_name("manifest.json").unwrap().read_to_string(&mut text).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(archive.len(), manifest["files"].as_array().unwrap().len() + 1);
    // A file is swapped for another of the same name.
    let mut changed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).unwrap();
        let name = member.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        if name == "accounts.csv" {
            bytes[40] ^= 1;
        }
        changed.start_file(&*name, options).unwrap();
        std::io::Write::write_all(&mut changed, &bytes).unwrap();
    }
    changed.start_file("../evil.csv", options).unwrap();
    let changed = changed.finish().unwrap().into_inner();
    bench.file("changed.zip", changed);
    let ran = bench.run(&["verify", "changed.zip"]).ends(3);
    assert!(ran.err.contains("accounts.csv: was changed"), "{}", ran.err);
    assert!(ran.err.contains("evil.csv"), "{}", ran.err);
    assert!(!bench.path("../evil.csv").exists());
    // Folders that another program keeps are none of our business; a second manifest is.
    let mut changed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    changed.add_directory("figures/", options).unwrap();
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).unwrap();
        let name = member.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        changed.start_file(&*name, options).unwrap();
        std::io::Write::write_all(&mut changed, &bytes).unwrap();
    }
    let packed_again = changed.finish().unwrap().into_inner();
    bench.file("again.zip", &packed_again);
    let again = bench.run(&["verify", "again.zip"]).ends(3);
    let again = again.says("again.zip: is not packed as Stillwatch packs these files");
    assert!(!again.err.contains(".csv:"), "every file in it is as it was: {}", again.err);
    // One byte, wherever it is: between members, in their heads, anywhere in the directory.
    let directory = first.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    for at in (0..directory).step_by(directory / 40).chain(directory..first.len()) {
        let mut changed = first.clone();
        changed[at] ^= 0x10;
        bench.file("flipped.zip", &changed);
        let code = bench.run(&["verify", "flipped.zip"]).code;
        assert_eq!(code, Some(3), "byte {at}");
    }
    for length in [first.len() - 1, first.len() / 2, first.len() * 9 / 10] {
        bench.file("cut.zip", &first[..length]);
        bench.run(&["verify", "cut.zip"]).ends(3).says("cut.zip: cannot be opened");
    }
    bench.file("behind.zip", [first.as_slice(), packed_again.as_slice()].concat());
    bench.run(&["verify", "behind.zip"]).ends(3).says("stands behind something else");
    bench.file("before.zip", [b"before", first.as_slice()].concat());
    bench.run(&["verify", "before.zip"]).ends(3).says("or before it");
    // What is no package is left alone.
    bench.file("mine.zip", "PK\u{3}\u{4} but not really");
    bench.run(&["verify", "mine.zip"]).ends(1).says("no evidence package");
    bench
        .run(&["export", "c.stillwatch", "--out", "mine.zip", "--only", "csv"])
        .ends(1)
        .says("choose another name");
    assert!(fs::read(bench.path("mine.zip")).unwrap().starts_with(b"PK"));
}

#[test]
fn a_package_of_a_case_with_findings_replaces_an_earlier_one() {
    let bench = case();
    let export = ["export", "c.stillwatch", "--out", "p", "--only", "csv,figures,gexf,stix,json"];
    bench.run(&export).ok();
    bench.run(&export).ok();
    bench.run(&["verify", "p"]).ok();
}

#[test]
fn what_a_filter_a_title_or_a_short_name_would_show_is_hidden_too() {
    let bench = Bench::new();
    let mut lines = String::new();
    for i in 0..600 {
        let line = serde_json::json!({
            "timestamp": format!("2026-03-{:02}T{:02}:00:00Z", 1 + i / 40, i % 24),
            "account_id": format!("a{:02}", i % 100),
            "org_id": "DeepSeek",
            "session_id": "secret-session",
            "user_agent": "client/1 (secret-session)",
            "model": "atlas-4",
            "output_tokens": i,
            "client_ip": format!("203.0.113.{}", i % 100),
            "prompt": format!("secret merger {i}"),
        });
        lines += &format!("{line}\n");
    }
    bench.file("a.jsonl", lines);
    bench.run(&["import", "a.jsonl", "--case", "c.stillwatch"]).ok();
    bench.run(&["book", "c.stillwatch", "terms"]).ok();
    bench.run(&["flag", "c.stillwatch", "account:a01", "--verdict", "watch"]).ok();
    let only = if cfg!(feature = "pdf") { "pdf,csv,figures,gexf,stix" } else { "csv,gexf,stix" };
    let export = |out: &str, profile: &str, more: &[&str]| {
        let export = ["export", "c.stillwatch", "--out", out, "--redact", profile, "--only", only];
        bench.run(&[&export[..], more].concat()).ok();
        bench.path(out)
    };
    has_none(&export("p1", "metadata-only", &["--select", "\"secret merger\""]), &["merger"]);
    let session = ["--select", "session:secret-session"];
    has_none(&export("p2", "pseudonymise", &session), &["secret-session"]);
    let reader = fs::read_to_string(bench.path("p2/journal.csv")).unwrap();
    assert!(reader.contains(",[masked: "), "on whom and how is masked: {reader}");
    let title = ["--title", "what a07 of 203.0.113.7 did"];
    let folder = export("p3", "pseudonymise+subnets", &title);
    let manifest = fs::read_to_string(folder.join("manifest.json")).unwrap();
    // Not the text of the manifest: one in seven has a07 in one of its hashes.
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let hidden = manifest["redaction"]["sentence"].as_str().unwrap();
    assert!(hidden.ends_with("(/24 in IPv4, /48 in IPv6)."), "nothing is left: {hidden}");
    // The register of terms names a provider that is called like an organisation of the case.
    has_none(&folder, &["DeepSeek"]);
    let title = manifest["title"].as_str().unwrap();
    assert!(
        title.starts_with("what acct-") && title.ends_with(" of 203.0.113.0/24 did"),
        "{title}"
    );
    let shown = export("p4", "pseudonymise", &["--select", "model:atlas-4 time:2026-03-01.."]);
    let manifest = fs::read_to_string(shown.join("manifest.json")).unwrap();
    assert!(manifest.contains("model:atlas-4"), "a filter that names nobody is shown");
    // A key of no package is left nowhere.
    bench.file("mine/diary.txt", "dear diary");
    let failed =
        ["export", "c.stillwatch", "--out", "mine", "--redact", "subnets", "--only", "csv"];
    bench.run(&failed).ends(1);
    assert!(!bench.path("mine.key").exists());
}

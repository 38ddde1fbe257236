use std::fs;
use std::path::Path;

use super::*;
use crate::case::{Author, ImportOptions, OpenCase, find, import};
use crate::detect::Options;
use crate::model::finding::Level;
use crate::model::{Filter, Time};
use crate::report::{ExportOptions, Manifest, Output, export_case};

fn author() -> Author {
    Author { actor: "analyst a".into(), at: Time(1_772_400_000_000_000) }
}

/// Sixty accounts; the first twelve pass reasoning blocks on in rings of four, and are taken for
/// probable.
fn rings(folder: &Path) -> OpenCase {
    let mut log = String::new();
    for i in 0..300 {
        let (account, turn) = (i % 60, i / 60);
        let from = if account < 12 { account / 4 * 4 + (account + 1) % 4 } else { account };
        let mut record = serde_json::json!({
            "timestamp": format!("2026-03-{:02}T{:02}:{:02}:00Z", 1 + turn, i / 40 % 24, i % 60),
            "account_id": format!("ac{account:02}"),
            "model": "atlas-3",
            "prompt": format!("How far is it from town {i} to town {}?", i * 7),
            "reasoning_signature": format!("block-{account}-{turn}"),
        });
        if turn > 0 {
            record["replayed_signature"] = format!("block-{from}-{}", turn - 1).into();
        }
        log += &format!("{record}\n");
    }
    let (file, path) = (folder.join("log.jsonl"), folder.join("rings.stillwatch"));
    fs::write(&file, log).expect("written");
    let progress = Progress::default();
    import(&path, &[file], &ImportOptions::default(), &author(), &progress).expect("imported");
    let mut case = OpenCase::load(&path, &progress).expect("opened");
    let mut found = find(&case.looked_at(), &Options::default(), &progress).expect("it runs");
    found.outcome.clusters.iter_mut().for_each(|cluster| cluster.level = Level::Probable);
    case.take_analysis(found, author()).expect("taken");
    case.close().expect("written");
    OpenCase::load(&path, &progress).expect("opened again")
}

fn exported(case: &OpenCase, to: &Path) -> Manifest {
    let mut options = ExportOptions::new(author().at, "analyst a");
    options.only.insert(Output::Json);
    let everything = Filter::default();
    export_case(&case.path, &case.index, &everything, to, &options, &Progress::default())
        .expect("exported")
        .manifest
}

#[test]
fn a_report_draws_what_says_most_of_each_cluster_and_says_what_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = rings(folder.path());
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let manifest = exported(&case, &one);
    assert_eq!(manifest, exported(&case, &two), "the same bytes again");
    let drawn: Vec<&str> = manifest
        .files
        .iter()
        .map(|file| file.path.as_str())
        .filter(|path| path.starts_with("figures/finding-") && path.ends_with(".svg"))
        .collect();
    assert_eq!(drawn.len(), 3, "one of each ring: {drawn:?}");
    let svg = fs::read_to_string(one.join(drawn[0])).expect("a figure");
    assert!(svg.contains("<title>Cluster 1: Blocks on their way</title>"), "{svg:.600}");
    let report = fs::read(one.join("report.json")).expect("what the pages say");
    let report: serde_json::Value = serde_json::from_slice(&report).expect("JSON");
    let plates = &report["inferred"]["parts"]["rows"][0]["plates"];
    assert_eq!(plates.as_array().map(Vec::len), Some(1), "{plates}");
    assert_eq!(plates[0]["file"], drawn[0]);
    let caption = plates[0]["caption"].as_str().expect("words");
    assert!(caption.starts_with("D20 Reasoning blocks handed over. 16 requests"), "{caption}");
    assert!(!plates[0]["exhibits"].as_array().expect("exhibits").is_empty());
}

#[test]
fn pictures_of_a_report_are_those_of_the_findings_and_no_more_than_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = rings(folder.path());
    let progress = Progress::default();
    let index = std::sync::Arc::clone(&case.index);
    let input =
        CaseInput::open(&case.path, index, &Filter::default(), &progress).expect("it opens");
    let pictures =
        |clusters: &[u32], most| input.pictures(clusters, most, &progress).expect("nobody cancels");
    let all = pictures(&[2, 1], 2);
    assert_eq!(all.iter().map(|of| of.cluster).collect::<Vec<_>>(), [2, 1]);
    assert!(pictures(&[1, 2, 3], 0).is_empty() && pictures(&[99], 2).is_empty());
    for of in all {
        let analysis = case.analysis().expect("a run");
        let finding = &analysis.findings[of.finding as usize - 1];
        assert_eq!(finding.subject, Subject::Cluster(of.cluster));
        let Picture::Raster(raster) = &of.exhibit.picture else { panic!("no raster") };
        let n = finding.statement.number("n").expect("said").value;
        assert!((raster.threads.len() as f64 - n).abs() < 1e-9);
    }
    progress.cancel();
    assert!(input.pictures(&[1], 2, &progress).is_err());
}

/// `STILLWATCH_LOOK_CASE=a.stillwatch cargo test look_at_a_report -- --ignored` writes the package of
/// a case to `target/look/report`.
#[test]
#[ignore = "exports a case for people to look at"]
fn look_at_a_report() {
    let Some(named) = std::env::var_os("STILLWATCH_LOOK_CASE") else { return };
    let folder = std::env::var_os("STILLWATCH_LOOK")
        .map_or_else(|| std::path::PathBuf::from("target/look"), Into::into);
    let case = OpenCase::load(Path::new(&named), &Progress::default()).expect("opened");
    exported(&case, &folder.join("report"));
}

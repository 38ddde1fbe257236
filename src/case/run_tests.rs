//! What is read of a run after it was written: by its own rules, and of no other run.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::analysis::{find, find_by, find_templates_if_due, rules_of};
use super::{Author, ImportOptions, NewFindings, OpenCase, import};
use crate::detect::exhibit::{self, Picture};
use crate::detect::rules::Rules;
use crate::detect::{Attributes, Look, Material, Options, Parameters, Reads};
use crate::index;
use crate::job::Progress;
use crate::model::finding::Finding;
use crate::model::{Filter, Time};

const RULES: &str = "version = \"house-7\"\n[terms]\nfar = [\"how far\"]\n[[groups]]\nid = \"far\"\n\
                     title = \"distances asked for\"\nrules = [[\"far\"]]\n";

fn author(second: i64) -> Author {
    Author { actor: "analyst a".into(), at: Time(1_770_000_000_000_000 + second * 1_000_000) }
}

/// Sixty accounts with forty prompts each; the first asks for distances in most of them.
fn imported(folder: &Path) -> OpenCase {
    let mut log = String::new();
    for i in 0..40 {
        for account in 0..60 {
            let asks = account == 0 && i % 4 != 0;
            let prompt = match asks {
                true => format!("how far is it from place {i} to the sea"),
                false => format!("tell {account} something about number {i}, please"),
            };
            let at = format!("2026-03-01T10:{i:02}:{account:02}Z");
            log.push_str(&format!(
                "{{\"timestamp\":\"{at}\",\"account_id\":\"ac{account:02}\",\"prompt\":\"{prompt}\"}}\n"
            ));
        }
    }
    let file = folder.join("a.jsonl");
    fs::write(&file, log).expect("the folder takes files");
    let (case, options) = (folder.join("a.stillwatch"), ImportOptions::default());
    import(&case, &[file], &options, &author(0), &Progress::default()).expect("imported");
    open(folder)
}

fn open(folder: &Path) -> OpenCase {
    OpenCase::load(&folder.join("a.stillwatch"), &Progress::default()).expect("the case opens")
}

fn options() -> Options {
    let mut parameters = Parameters::default();
    parameters.set("D23", "least_prompts", 20.0);
    Options { seed: 3, only: vec!["D23".into(), "D25".into()], parameters }
}

/// A run by rules of its own, written into the case.
fn run(folder: &Path) -> OpenCase {
    let mut case = imported(folder);
    let progress = Progress::default();
    if let Some(templates) = find_templates_if_due(&case, &progress).expect("they are found") {
        case.take_templates(templates, author(1)).expect("taken");
    }
    let rules = Rules::parse(RULES).expect("rules");
    let found = find_by(&case.looked_at(), &options(), &rules, &progress).expect("it runs");
    case.take_analysis(found, author(2)).expect("taken");
    case.close().expect("written");
    open(folder)
}

fn finding(case: &OpenCase) -> (u64, Finding) {
    let analysis = case.analysis().expect("a run");
    let found = (1..).zip(&analysis.findings).find(|(_, finding)| finding.detector == "D23");
    let (number, finding) = found.expect("distances are asked for");
    let evidence = case.read_cited()(number).expect("it reads");
    (number, Finding { evidence, ..finding.clone() })
}

#[test]
fn a_picture_is_made_by_the_rules_and_from_the_texts_that_the_run_has_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = run(folder.path());
    let run = &case.analysis().expect("a run").run;
    let rules = rules_of(run).expect("they are kept").expect("rules of its own");
    assert_eq!((&*rules.version, rules.groups.len()), ("house-7", 1));
    let (_, finding) = finding(&case);
    let reads = exhibit::reads(&finding);
    assert!(reads.rules && !reads.items);
    let (none, progress) = (Attributes::new(), Progress::default());
    let parameters = Parameters::of_run(&run.detectors);
    assert_eq!(parameters, options().parameters, "words beside numbers do not hide them");
    let marks = case.read_marks();
    let material = || Material::new(&case.index, &none, &[]).with_rules(&rules);
    let (parameters, seed, progress) = (&parameters, run.seed, &progress);
    let unread = material();
    let look = Look { material: &unread, parameters, seed, progress };
    let accounts = exhibit::read_of(&look, &finding, &finding.accounts);
    assert!(accounts.len() > 30 && accounts.contains(&finding.accounts[0]), "{accounts:?}");
    let read = marks(&accounts, (&rules, reads), progress).expect("it reads").expect("prompts");
    let material = material().with_marks(read);
    let look = Look { material: &material, ..look };
    let all = exhibit::of_finding(&look, &finding, &finding.accounts).expect("pictures");
    let Picture::Bars(bars) = &all[0].picture else { panic!("no bars") };
    let of: Vec<(&str, &str)> = bars.bars.iter().map(|bar| (&*bar.name, &*bar.note)).collect();
    assert_eq!(of, [("any of them", "30 prompts"), ("distances asked for", "30 prompts")]);
    let share = finding.statement.number("share").expect("said").value;
    assert!((bars.bars[0].observed - share).abs() < 1e-9 && bars.more.is_empty());
    assert_eq!(bars.bars[0].usual, Some(0.0), "nobody else asks");
    assert!(all[0].summary.contains("rules version house-7"), "{}", all[0].summary);
}

#[test]
fn only_prompts_of_the_accounts_concerned_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = imported(folder.path());
    let reads = Reads { rules: true, ..Reads::default() };
    let rules = Rules::parse(RULES).expect("rules");
    let account = case.index.account_position("ac07").expect("it is there");
    let marks = case.read_marks()(&[account], (&rules, reads), &Progress::default());
    let marks = marks.expect("it reads").expect("prompts");
    let read = (0..case.index.len() as u32).filter(|row| marks.groups(*row).is_some());
    let read: Vec<u32> = read.map(|row| case.index.account_of(row)).collect();
    assert_eq!(read, [account; 40]);
}

#[test]
fn detectors_run_again_go_by_the_rules_of_the_run_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = run(folder.path());
    let again = find(&case.looked_at(), &options(), &Progress::default()).expect("it runs");
    assert_eq!(again.run.inputs.rules, RULES);
    let text = |found: &NewFindings| {
        let of = found.outcome.findings.iter().find(|finding| finding.detector == "D23");
        of.map(|finding| finding.statement.text())
    };
    assert!(text(&again).is_some_and(|text| text.contains("rules version house-7, ")));
    let rules = Rules::built_in();
    let other = find_by(&case.looked_at(), &options(), rules, &Progress::default());
    let other = other.expect("it runs");
    assert!(other.run.inputs.rules.is_empty() && text(&other).is_none());
}

#[test]
fn rules_of_another_version_of_the_program_are_not_taken_for_those_of_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = run(folder.path());
    let mut run = case.analysis().expect("a run").run.clone();
    run.inputs.rules.clear();
    let why = rules_of(&run).expect_err("they are not known");
    assert!(why.contains("another version"), "{why}");
    run.inputs.rules = "version = 7".into();
    assert!(rules_of(&run).is_err());
    run.detectors.clear();
    run.inputs.rules.clear();
    assert!(rules_of(&run).expect("nothing went by rules").is_none());
}

#[test]
fn a_window_that_only_reads_does_not_take_findings_of_another_writers_run_for_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut writer = run(folder.path());
    let reader = open(folder.path());
    assert!(reader.is_read_only() && !writer.is_read_only());
    let (number, finding) = finding(&reader);
    let count = |case: &OpenCase| {
        let filter = Filter::parse(&format!("cited:{number}")).expect("a filter");
        index::compile(&filter, &case.index, case.lists()).map(|mask| mask.rows().count())
    };
    assert_eq!(count(&reader).expect("rows"), finding.events().len());
    let found = find(&writer.looked_at(), &options(), &Progress::default()).expect("it runs");
    writer.take_analysis(found, author(60)).expect("taken");
    writer.close().expect("written");
    let why = reader.read_cited()(number).expect_err("it is another run's");
    assert!(why.contains("another run"), "{why}");
    // What was read before stays what it was; what was not is not read from the other run.
    let again = Arc::clone(reader.lists());
    let filter = Filter::parse(&format!("cited:{number}/asking*")).expect("a filter");
    assert!(index::compile(&filter, &reader.index, &again).is_err());
    let anew = open(folder.path());
    assert!(anew.read_cited()(number).is_ok());
}

//! What detectors found: written as a whole, read as it was written, readable by anybody's SQLite.

use crate::job::Progress;
use crate::model::Time;
use crate::model::finding::{
    AccountScore, Benign, Circle, Cited, Cluster, DetectorRun, DetectorState, Evidence, Family,
    Finding, Layer, Level, Link, Measured, Member, Membership, NullBand, Recipe, RunInfo,
    Statement, Subject, Tested, Unit, Without,
};

use super::tests::{import, place, problems, select};
use super::{CaseFile, Cell, Mode, NewAnalysis, StoreError};

/// A case of three accounts with an event each.
fn case_of_three() -> (tempfile::TempDir, CaseFile) {
    let (folder, path) = place();
    let mut case = CaseFile::create(&path).expect("new");
    import(&mut case, "a", &[&[(1, "ac1", "r1"), (2, "ac2", "r2"), (3, "ac'3", "r3")]])
        .expect("imported");
    (folder, case)
}

fn statement() -> Statement {
    Statement::new("{hits} of {all} share a card; DROP TABLE finding")
        .with("hits", 2.0, Unit::Count, Recipe::Tied { kind: "indicator".into() })
        .with("all", 0.1 + 0.2, Unit::Share, Recipe::Members)
}

fn finding(subject: Subject, detector: &str) -> Finding {
    Finding {
        subject,
        detector: detector.into(),
        version: 3,
        family: Family::LifeCycle,
        accounts: vec![0, 2],
        statement: statement(),
        statistic: 1.0 / 3.0,
        threshold: "at least 0.25".into(),
        effect: 14.7,
        null: Some(NullBand {
            made_from: "39 days".into(),
            low: 0.0,
            median: 0.1,
            high: 0.3,
            n: 39,
        }),
        log10_p: Some(-12.25),
        is_exact: true,
        evidence: vec![
            Evidence { role: "issued".into(), events: vec![1, 3] },
            Evidence { role: "replayed".into(), events: vec![2] },
        ],
    }
}

struct Found {
    run: RunInfo,
    clusters: Vec<Cluster>,
    accounts: Vec<AccountScore>,
    findings: Vec<Finding>,
    links: Vec<Link>,
    circles: Vec<Circle>,
    measured: Vec<Measured>,
}

fn found(case: &CaseFile) -> Found {
    let benign = Benign { id: "L10".into(), tested: Tested::NotExcluded, facts: statement() };
    let member = |account| Member { account, stability: 0.7, membership: Membership::of(0.7) };
    let run = |detector: &str, state| DetectorRun {
        detector: detector.into(),
        version: 3,
        parameters: r#"{"least":5.0}"#.into(),
        state,
        findings: 1,
    };
    Found {
        run: RunInfo {
            at: Time(77),
            seed: u64::MAX,
            up_to: 3,
            events: 3,
            accounts: 3,
            inputs: case.inputs().expect("read"),
            detectors: vec![
                run("D07", DetectorState::Ran),
                run("D10", DetectorState::NotRun { why: "no record has client_ip".into() }),
                run("D20", DetectorState::LeftOut),
            ],
        },
        clusters: vec![Cluster {
            id: 1,
            members: vec![member(0), member(2)],
            level: Level::Strong,
            coordination: 0.93,
            harvesting: 0.0,
            families: [Some(0.5), None, None, Some(0.0), Some(0.9)],
            held_by: "one card".into(),
            log10_p: None,
            benign: vec![benign.clone()],
            without: vec![Without {
                family: Family::Content,
                level: Level::Indicative,
                coordination: Some(0.25),
                harvesting: Some(0.0),
            }],
        }],
        accounts: vec![
            AccountScore { account: 0, cluster: Some(1), ..AccountScore::default() },
            AccountScore { account: 1, benign: vec![benign], ..AccountScore::default() },
        ],
        findings: vec![
            finding(Subject::Cluster(1), "D07"),
            Finding {
                null: None,
                log10_p: None,
                evidence: Vec::new(),
                ..finding(Subject::Account(1), "D20")
            },
        ],
        links: vec![Link::new(2, 0, Layer::Indicator, 3.5, "card x".into())],
        circles: vec![Circle::new(vec![2, 0, 1], Layer::Template, 2.5, "a template".into())],
        measured: vec![Measured {
            detector: "D23".into(),
            what: "asks so".into(),
            of: vec![(0, 1.0), (2, 0.25)],
        }],
    }
}

fn write(case: &mut CaseFile, found: &Found) -> Result<(), StoreError> {
    let Found { run, clusters, accounts, findings, links, circles, measured } = found;
    let new = NewAnalysis { run, clusters, accounts, findings, links, circles, measured };
    case.transaction(|tx| tx.replace_analysis(new, "ann", &Progress::default()).map(drop))
}

#[test]
fn findings_are_read_as_they_were_written_and_replaced_as_a_whole() {
    let (_folder, mut case) = case_of_three();
    assert_eq!(case.analysis().expect("none"), None);
    assert_eq!(problems(&case), Vec::<String>::new());
    let first = found(&case);
    write(&mut case, &first).expect("written");
    assert_eq!(problems(&case), Vec::<String>::new());
    let read = case.analysis().expect("read").expect("some");
    assert_eq!((&read.run, &read.clusters), (&first.run, &first.clusters));
    assert_eq!(read.accounts, first.accounts);
    let without = |f: &Finding| Finding { evidence: Vec::new(), ..f.clone() };
    assert_eq!(read.findings, first.findings.iter().map(without).collect::<Vec<_>>());
    let cited = |role: &str, events| Cited { role: role.into(), events };
    assert_eq!(read.cited, [vec![cited("issued", 2), cited("replayed", 1)], vec![]]);
    assert_eq!(case.evidence_of(1).expect("read"), first.findings[0].evidence);
    assert_eq!(case.evidence_of(2).expect("read"), []);
    let (links, circles) = case.ties().expect("read");
    assert_eq!((links, circles), (first.links, first.circles));
    assert_eq!(case.measured().expect("read"), first.measured);
    let mut second = found(&case);
    (second.clusters, second.findings) = (Vec::new(), Vec::new());
    second.accounts = Vec::new();
    write(&mut case, &second).expect("replaced");
    let read = case.analysis().expect("read").expect("some");
    assert!(read.findings.is_empty() && read.clusters.is_empty() && read.accounts.is_empty());
    assert_eq!(case.evidence_of(1).expect("read"), []);
    assert_eq!(problems(&case), Vec::<String>::new());
}

#[test]
fn what_a_finding_cites_is_read_of_the_run_it_belongs_to_and_of_no_other() {
    let (_folder, mut case) = case_of_three();
    let first = found(&case);
    write(&mut case, &first).expect("written");
    let of_first = |case: &CaseFile| case.evidence_of_run(first.run.at, 1).expect("read");
    assert_eq!(of_first(&case).as_ref(), Some(&first.findings[0].evidence));
    let mut second = found(&case);
    second.run.at = Time(first.run.at.0 + 1);
    write(&mut case, &second).expect("replaced");
    assert_eq!(of_first(&case), None, "finding 1 is another one by now");
    assert!(case.evidence_of_run(second.run.at, 1).expect("read").is_some());
}

#[test]
fn anybody_reads_findings_with_plain_sql() {
    let (_folder, mut case) = case_of_three();
    let found = found(&case);
    write(&mut case, &found).expect("written");
    let text = |t: &str| Cell::Text(t.into());
    let rows = select(
        &case,
        "SELECT subject_kind, subject, detector, accounts, records FROM view_finding",
    );
    assert_eq!(
        rows,
        [
            [text("cluster"), text("1"), text("D07"), Cell::Integer(2), Cell::Integer(3)],
            [text("account"), text("ac2"), text("D20"), Cell::Integer(2), Cell::Null],
        ]
    );
    let sentence = select(&case, "SELECT sentence FROM view_finding WHERE finding = 1");
    assert_eq!(sentence, [[text("2 of 30 % share a card; DROP TABLE finding")]]);
    let rows =
        select(&case, "SELECT role, event_id, source, line FROM view_evidence WHERE finding = 1");
    let row =
        |role: &str, event| vec![text(role), Cell::Integer(event), text("a"), Cell::Integer(event)];
    assert_eq!(rows, [row("issued", 1), row("issued", 3), row("replayed", 2)]);
    let rows = select(&case, "SELECT cluster, level, content, timing, accounts FROM view_cluster");
    let (one, half) = (Cell::Integer(1), Cell::Real(0.5));
    assert_eq!(rows, [[one.clone(), text("strong"), half, Cell::Null, Cell::Integer(2)]]);
    let rows = select(&case, "SELECT account_id, membership FROM view_account_score");
    assert_eq!(rows, [[text("ac1"), text("fringe")], [text("ac2"), Cell::Null]]);
    let rows = select(&case, "SELECT account_a, account_b, kind FROM view_link");
    assert_eq!(rows, [[text("ac1"), text("ac'3"), text("indicator")]]);
    let rows = select(&case, "SELECT account_id FROM view_finding_account WHERE finding = 1");
    assert_eq!(rows, [[text("ac1")], [text("ac'3")]]);
    let rows = select(&case, "SELECT subject, id, tested FROM view_benign");
    let row = |subject: &str| [text(subject), text("L10"), text("not_excluded")];
    assert_eq!(rows, [row("1"), row("ac2")]);
    let rows = select(&case, "SELECT detector, state, why FROM view_detector LIMIT 2");
    let why = text("no record has client_ip");
    assert_eq!(
        rows,
        [vec![text("D07"), text("ran"), Cell::Null], vec![text("D10"), text("not_run"), why]]
    );
}

#[test]
fn a_run_that_is_stopped_leaves_the_case_as_it_was() {
    let (_folder, mut case) = case_of_three();
    let found = found(&case);
    write(&mut case, &found).expect("written");
    let before = (case.analysis().expect("read"), case.journal_hash().expect("read"));
    let progress = Progress::default();
    progress.cancel();
    let Found { run, clusters, accounts, findings, links, circles, measured } = &found;
    let new = NewAnalysis { run, clusters, accounts, findings, links, circles, measured };
    let stopped = case.transaction(|tx| tx.replace_analysis(new, "ann", &progress).map(drop));
    assert!(matches!(stopped, Err(StoreError::Cancelled(_))), "{stopped:?}");
    assert_eq!((case.analysis().expect("read"), case.journal_hash().expect("read")), before);
    assert_eq!(problems(&case), Vec::<String>::new());
}

#[test]
fn what_is_not_a_number_is_not_written_and_says_who_found_it() {
    let (_folder, mut case) = case_of_three();
    let mut found = found(&case);
    found.findings[0].effect = f64::NAN;
    let refused = write(&mut case, &found).expect_err("refused").to_string();
    assert!(refused.contains("D07"), "{refused}");
    assert_eq!(case.analysis().expect("as before"), None);
}

#[test]
fn findings_that_were_changed_behind_the_journal_are_noticed() {
    let tampered = [
        "UPDATE cluster SET level = 'none'",
        "UPDATE account_score SET coordination = 0.1",
        "UPDATE finding SET sentence = 'all is well'",
        "UPDATE evidence SET ids = '[2, 1]'",
        "DELETE FROM link",
        "UPDATE benign SET tested = 'excluded'",
        "UPDATE analysis_run SET seed = 4",
    ];
    for sql in tampered {
        let (_folder, mut case) = case_of_three();
        let found = found(&case);
        write(&mut case, &found).expect("written");
        case.conn.execute(sql, []).expect("tampered");
        assert_eq!(problems(&case), ["findings"], "{sql}");
    }
}

#[test]
fn what_nobody_ever_wrote_is_damage_and_not_a_panic() {
    let damage = [
        "UPDATE cluster_member SET account = 0 WHERE account = 1",
        "UPDATE cluster SET cluster = 5",
        "UPDATE cluster SET level = 'certain'",
        "UPDATE finding SET numbers = '[{}]'",
        "UPDATE finding SET accounts = '[0]'",
        "UPDATE finding SET cluster = NULL, account = NULL",
        "UPDATE benign SET account = 9, cluster = NULL",
        "UPDATE evidence SET finding = 40",
        "UPDATE analysis_run SET inputs = 'x'",
        "UPDATE detector_run SET state = 'asleep'",
    ];
    for sql in damage {
        let (_folder, mut case) = case_of_three();
        let found = found(&case);
        write(&mut case, &found).expect("written");
        case.conn.execute(sql, []).expect("tampered");
        assert!(case.analysis().is_err(), "{sql}");
    }
    let (_folder, mut case) = case_of_three();
    let found = found(&case);
    write(&mut case, &found).expect("written");
    let ids = "UPDATE evidence SET ids = '[18446744073709551615, 1]'";
    case.conn.execute(ids, []).expect("tampered");
    assert!(matches!(case.evidence_of(1), Err(StoreError::Damaged(_))));
}

#[test]
fn what_a_run_was_made_from_tells_what_has_changed_since() {
    let (_folder, mut case) = case_of_three();
    let then = case.inputs().expect("read");
    assert_eq!(case.inputs().expect("read").changed_since(&then), Vec::<&str>::new());
    import(&mut case, "b", &[&[(5, "ac3", "r9")]]).expect("extended");
    assert_eq!(case.inputs().expect("read").changed_since(&then), ["records"]);
}

#[test]
fn a_case_of_an_older_version_has_no_findings_and_takes_some_once_it_is_a_current_one() {
    for version in 1..5 {
        let (_folder, path) = place();
        super::migrate_tests::older(&path, version);
        let case = CaseFile::open(&path, Mode::ReadOnly).expect("open");
        assert_eq!(case.analysis().expect("read"), None);
        assert_eq!(select(&case, "SELECT * FROM view_finding"), Vec::<Vec<Cell>>::new());
        assert_eq!(problems(&case), Vec::<String>::new());
        drop(case);
        let mut case = CaseFile::open(&path, Mode::ReadWrite).expect("open");
        let found = found(&case);
        write(&mut case, &found).expect("written");
        assert_eq!(problems(&case), Vec::<String>::new());
        assert_eq!(case.analysis().expect("read").expect("some").run, found.run);
    }
}

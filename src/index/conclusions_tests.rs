//! Conditions on what detectors concluded.

use super::*;
use crate::index::testkit::random_index;
use crate::index::{compile, matching_accounts};
use crate::model::Filter;
use crate::model::finding::{AccountScore, Cluster, Member, testkit};

/// Accounts 0 and 1 are a cluster, 2 stands alone, of all others nothing is known.
fn lists() -> Lists {
    let member =
        |account, stability| Member { account, stability, membership: Membership::of(stability) };
    let score = |account, coordination, level, cluster| AccountScore {
        account,
        coordination,
        level,
        cluster,
        ..AccountScore::default()
    };
    let members = vec![member(0, 1.0), member(1, 0.3)];
    let cluster = Cluster { members, level: Level::Strong, harvesting: 0.0, ..testkit::cluster(1) };
    let finding = |subject, detector: &str, accounts| Finding {
        accounts,
        ..testkit::finding(detector, subject)
    };
    let findings = vec![
        finding(Subject::Cluster(1), "D20", vec![0]),
        finding(Subject::Account(2), "D31", vec![2]),
    ];
    let run = testkit::run_info();
    let accounts = vec![
        score(0, 0.9, Level::Strong, Some(1)),
        score(1, 0.6, Level::Indicative, Some(1)),
        score(2, 0.0, Level::Indicative, None),
    ];
    let cited = Analysis::cited_by(&findings);
    let analysis = Analysis {
        run,
        clusters: vec![cluster],
        accounts,
        findings,
        cited,
        by_subject: Default::default(),
    };
    let mut lists = Lists::default();
    lists.conclude(Some(&analysis));
    lists
}

fn index() -> Index {
    (0..).map(|seed| random_index(seed, 60)).find(|i| i.accounts().len() > 3).expect("one")
}

#[test]
fn filters_keep_the_accounts_they_name() {
    let (index, lists) = (index(), lists());
    let others: Vec<u32> = (3..index.accounts().len() as u32).collect();
    let with = |accounts: &[u32]| [accounts, &others[..]].concat();
    for (filter, expected) in [
        ("cluster:1", vec![0, 1]),
        ("cluster:2", vec![]),
        ("cluster:none", with(&[2])),
        ("-cluster:1", with(&[2])),
        ("level:strong", vec![0]),
        ("level:>=indicative", vec![0, 1, 2]),
        ("level>=indicative", vec![0, 1, 2]),
        ("level<strong", with(&[1, 2])),
        ("level:none", others.clone()),
        ("level:none,strong", with(&[0])),
        ("coordination>0.5", vec![0, 1]),
        // Detectors looked at all of them.
        ("coordination:0", with(&[2])),
        ("coordination:absent", vec![]),
        ("level:absent", vec![]),
        ("cluster:absent", with(&[2])),
        ("harvesting<=0", with(&[0, 1, 2])),
        ("membership:core", vec![0]),
        ("membership:Doubtful", vec![1]),
        ("membership:none", with(&[2])),
        ("detector:d20", vec![0]),
        ("detector:D*", vec![0, 2]),
        ("detector:none", with(&[1])),
        ("cluster:1 -detector:D20", vec![1]),
    ] {
        let parsed = Filter::parse(filter).expect(filter);
        let accounts = matching_accounts(&parsed, &index, &lists).expect(filter);
        assert_eq!(accounts, expected, "{filter}");
        let again = Filter::parse(&parsed.to_string()).expect("what is printed is read");
        assert_eq!(again, parsed, "{filter}");
        // The rows are those of these accounts.
        let rows = compile(&parsed, &index, &lists).expect(filter);
        let of = |row: &u32| accounts.contains(&index.account_of(*row));
        let naive: Vec<u32> = index.everything().rows().filter(of).collect();
        assert_eq!(rows.rows().collect::<Vec<_>>(), naive, "{filter}");
    }
}

#[test]
fn without_a_run_nobody_is_clean() {
    let filter = Filter::parse("level:none").expect("a filter");
    let error = compile(&filter, &index(), &Lists::default()).expect_err("nothing is known");
    assert!(error.to_string().contains("detectors have not been run"), "{error}");
}

#[test]
fn what_can_be_asked_for_is_counted() {
    let lists = lists();
    let all = lists.concluded().expect("a run");
    assert_eq!(all.clusters().iter().collect::<Vec<_>>(), [(&1, &2)]);
    let found: Vec<_> = all.by_detector().iter().map(|(id, n)| (id.as_str(), *n)).collect();
    assert_eq!(found, [("D20", 1), ("D31", 1)]);
}

use super::*;
use crate::detect::registry;
use crate::model::finding::{
    Benign, Family, Finding, Hypothesis, Level, Recipe, Statement, Subject, Tested, Unit,
};

/// A finding of a detector with that probability by chance.
fn found(detector: &str, log10_p: f64) -> Finding {
    let definition = registry::by_id(detector).expect("a detector").definition();
    Finding {
        subject: Subject::Cluster(1),
        detector: definition.id.into(),
        version: definition.version,
        family: definition.family,
        accounts: vec![0, 1],
        statement: Statement::default(),
        statistic: 1.0,
        threshold: String::new(),
        effect: 2.0,
        null: None,
        log10_p: Some(log10_p),
        is_exact: false,
        evidence: Vec::new(),
    }
}

fn exact(detector: &str) -> Finding {
    Finding { is_exact: true, log10_p: None, ..found(detector, 0.0) }
}

fn weighed(findings: &[Finding]) -> Vec<Weighed<'_>> {
    let mut all = Vec::new();
    for finding in findings {
        let definition = registry::by_id(&finding.detector).expect("a detector").definition();
        all.push(Weighed { finding, definition });
    }
    all
}

fn level_of(findings: &[Finding], benign: &[Benign], is_controlled: bool) -> Level {
    let controlled = Controlled::all(is_controlled);
    level(Case { findings: &weighed(findings), benign, accounts: 1, controlled })
}

fn innocent(tested: Tested) -> Vec<Benign> {
    vec![Benign { id: "L10".into(), tested, facts: Statement::default() }]
}

#[test]
fn one_family_is_indicative_two_are_probable_and_exact_evidence_beside_another_is_strong() {
    let (cards, templates, turns) = (found("D10", -9.0), found("D21", -9.0), found("D01", -9.0));
    assert_eq!(level_of(&[], &[], true), Level::None);
    assert_eq!(level_of(std::slice::from_ref(&cards), &[], true), Level::Indicative);
    let one_kind = [templates.clone(), found("D22", -9.0)];
    assert_eq!(level_of(&one_kind, &[], true), Level::Indicative);
    assert_eq!(level_of(&[cards.clone(), templates], &[], true), Level::Probable);
    assert_eq!(level_of(&[turns, cards.clone()], &[], true), Level::Probable);
    assert_eq!(level_of(&[exact("D20")], &[], true), Level::Indicative, "one family");
    assert_eq!(level_of(&[exact("D20"), cards], &[], true), Level::Strong);
}

#[test]
fn context_and_supporting_findings_and_what_chance_gives_make_no_family() {
    let cards = found("D10", -9.0);
    for more in [found("D08", -9.0), found("D25", -9.0), found("D21", -2.0)] {
        assert_eq!(level_of(&[cards.clone(), more], &[], true), Level::Indicative);
    }
}

#[test]
fn exact_evidence_about_a_few_does_not_make_the_others_strong() {
    let mut replay = exact("D20");
    replay.accounts = vec![1, 2];
    let findings = [replay, found("D10", -9.0)];
    let controlled = Controlled::all(true);
    let of = |accounts: usize| {
        let case = Case { findings: &weighed(&findings), benign: &[], accounts, controlled };
        (level(case), conditions(case, Among::Clusters(1)).iter().all(|c| c.holds))
    };
    assert_eq!(of(4), (Level::Strong, true), "half of them");
    assert_eq!(of(5), (Level::Probable, false));
}

#[test]
fn what_nothing_says_the_chance_of_is_no_evidence_unless_it_is_exact() {
    let unknown = |detector: &str| Finding { log10_p: None, ..found(detector, 0.0) };
    let cards = found("D10", -9.0);
    assert_eq!(level_of(&[unknown("D01")], &[], true), Level::None);
    assert_eq!(level_of(&[cards.clone(), unknown("D03")], &[], true), Level::Indicative);
    assert_eq!(level_of(&[cards, exact("D20")], &[], true), Level::Strong);
    let few = [unknown("D02")];
    assert_eq!(score(&weighed(&few), Hypothesis::Coordinated), 0.0, "it does not rank either");
}

#[test]
fn what_is_not_told_from_chance_without_a_family_hangs_on_it() {
    let findings = [found("D10", -9.0), found("D21", -9.0), found("D01", -9.0)];
    let mut controlled = Controlled::all(true);
    controlled.without[Family::Timing as usize] = false;
    let case = Case { findings: &weighed(&findings), benign: &[], accounts: 1, controlled };
    assert_eq!(level(case), Level::Probable);
    let hangs = without(case);
    assert!(hangs.contains(&(Family::Timing, Level::Indicative)), "{hangs:?}");
    assert!(hangs.contains(&(Family::Content, Level::Probable)), "{hangs:?}");
}

#[test]
fn where_an_innocent_explanation_stands_it_is_indicative_and_one_that_cannot_be_tested_takes_nothing()
 {
    let probable = [found("D10", -9.0), found("D21", -9.0)];
    let strong = [exact("D20"), found("D10", -9.0)];
    for tested in [Tested::Excluded, Tested::NotTestable] {
        assert_eq!(level_of(&probable, &innocent(tested), true), Level::Probable);
    }
    let stands = innocent(Tested::NotExcluded);
    assert_eq!(level_of(&probable, &stands, true), Level::Indicative);
    assert_eq!(level_of(&strong, &stands, true), Level::Indicative, "exact, but explained");
    assert_eq!(level_of(&strong, &[], false), Level::Indicative, "not told from the others");
}

#[test]
fn what_could_not_be_tested_is_counted_beside_what_does_not_stand() {
    let findings = [found("D10", -9.0), exact("D20")];
    let said = |benign: &[Benign]| {
        let case = Case {
            findings: &weighed(&findings),
            benign,
            accounts: 1,
            controlled: Controlled::all(true),
        };
        let all = conditions(case, Among::Clusters(7));
        all[2].words.clone()
    };
    let (open, excluded) = (innocent(Tested::NotTestable), innocent(Tested::Excluded));
    assert_eq!(said(&excluded), "no innocent explanation stands");
    assert_eq!(
        said(&[open, excluded].concat()),
        "no innocent explanation stands; 1 could not be tested"
    );
}

#[test]
fn where_no_account_of_the_case_has_an_owner_one_owner_takes_a_level() {
    let probable = [found("D10", -9.0), found("D21", -9.0)];
    let strong = [exact("D20"), found("D10", -9.0)];
    let owners = |n: f64| {
        let what = Recipe::Case { what: "accounts".into() };
        let facts = Statement::new("{owners}").with(Benign::OWNERS, n, Unit::Count, what);
        vec![Benign { id: "L06".into(), tested: Tested::NotTestable, facts }]
    };
    assert_eq!(level_of(&probable, &owners(0.0), true), Level::Indicative);
    assert_eq!(level_of(&strong, &owners(0.0), true), Level::Probable);
    assert_eq!(level_of(&probable, &owners(7.0), true), Level::Probable, "of others it is known");
    let both = [owners(0.0), innocent(Tested::NotExcluded)].concat();
    assert_eq!(level_of(&strong, &both, true), Level::Indicative, "explained");
    let case = Case {
        findings: &weighed(&probable),
        benign: &owners(0.0),
        accounts: 1,
        controlled: Controlled::all(true),
    };
    let all = conditions(case, Among::Clusters(7));
    let said = all.iter().find(|condition| condition.words.contains("one owner")).expect("said");
    assert!(!said.holds);
}

#[test]
fn a_level_says_on_which_family_it_hangs() {
    let findings = [found("D10", -9.0), found("D21", -9.0), found("D01", -9.0)];
    let all = weighed(&findings);
    let controlled = Controlled::all(true);
    let hangs =
        |of: &[Weighed<'_>]| without(Case { findings: of, benign: &[], accounts: 1, controlled });
    assert_eq!(
        hangs(&all),
        [Family::Content, Family::Timing, Family::Commerce].map(|f| (f, Level::Probable))
    );
    assert_eq!(
        hangs(&all[..2]),
        [Family::Content, Family::Commerce].map(|f| (f, Level::Indicative))
    );
}

#[test]
fn the_two_questions_are_scored_apart_and_removing_a_finding_lowers_what_it_spoke_to() {
    let findings = [found("D10", -6.0), found("D23", -6.0)];
    let both = weighed(&findings);
    let (cards, asked) = (&both[..1], &both[1..]);
    assert!(score(&both, Hypothesis::Coordinated) > 0.9);
    assert!(score(&both, Hypothesis::Harvesting) > 0.9);
    assert_eq!(score(cards, Hypothesis::Harvesting), 0.0, "a card says nothing of what is asked");
    assert_eq!(score(asked, Hypothesis::Coordinated), 0.0);
    assert_eq!(score(&[], Hypothesis::Coordinated), 0.0);
    let families = family_scores(cards, |family| family != Family::Timing);
    assert_eq!(families[Family::Timing as usize], None, "nobody looked");
    assert_eq!(families[Family::Content as usize], Some(0.0), "looked, and found nothing");
    assert!(families[Family::Commerce as usize].is_some_and(|score| score > 0.9));
}

#[test]
fn templates_in_common_rank_as_harvesting_and_decide_nothing_of_it() {
    let (templates, batch) = ([found("D21", -9.0)], [found("D21", -9.0), found("D30", -9.0)]);
    let hinted = score(&weighed(&templates), Hypothesis::Harvesting);
    assert!((0.4..0.45).contains(&hinted) && HINT.contains("below 0.45"), "{hinted}");
    let coordinated = |log10_p| score(&weighed(&[found("D21", log10_p)]), Hypothesis::Coordinated);
    assert!(coordinated(-9.0) > 0.9, "which it speaks to");
    let alone = score(&weighed(&batch[1..]), Hypothesis::Harvesting);
    assert!(alone > hinted);
    assert_eq!(
        score(&weighed(&batch), Hypothesis::Harvesting),
        alone,
        "adds to nothing that speaks"
    );
    let by_chance = [found("D21", -2.0)];
    assert_eq!(score(&weighed(&by_chance), Hypothesis::Harvesting), 0.0, "no evidence, no hint");
}

/// Whatever is found: the level is strong where every condition holds, and each that does not says
/// what is missing.
#[test]
fn what_keeps_a_level_from_being_higher_is_said_by_what_decides_it() {
    let sets: [&[Finding]; 5] = [
        &[],
        &[found("D01", -9.0)],
        &[exact("D20")],
        &[found("D10", -9.0), found("D21", -9.0)],
        &[found("D10", -9.0), exact("D20")],
    ];
    for findings in sets {
        for benign in [Vec::new(), innocent(Tested::NotExcluded)] {
            for is_told in [false, true] {
                let findings = weighed(findings);
                let controlled = Controlled::all(is_told);
                let case = Case { findings: &findings, benign: &benign, accounts: 1, controlled };
                let all = conditions(case, Among::Clusters(7));
                let holds = |at: usize| all[at].holds;
                assert_eq!(all.iter().all(|c| c.holds), level(case) == Level::Strong);
                let is_probable = holds(0) && holds(1) && holds(4) && holds(2);
                assert_eq!(is_probable, level(case) >= Level::Probable, "{all:?}");
            }
        }
    }
    let case = Case { findings: &[], benign: &[], accounts: 1, controlled: Controlled::all(true) };
    let words = |among| conditions(case, among).pop().expect("chance").words;
    assert!(words(Among::Clusters(1)).contains("among 1 cluster ("));
    assert!(words(Among::Accounts).contains("never more than probable"));
}

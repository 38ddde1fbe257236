use super::*;
use crate::detect::Parameters;
use crate::detect::material::Attributes;
use crate::detect::testkit::{Line, attributes, index};
use crate::job::Progress;

const LIMITS: Limits =
    Limits { most_accounts: 50, most_agents: 30, least_weight: 8.0, rare_accounts: 5 };

/// A thousand accounts, each with an address of its own.
fn crowd(more: &[Line]) -> Vec<Line> {
    let own = |i: u32| (i64::from(i), i, "", "browser", 0, 0);
    (0..1_000).map(own).chain(more.iter().copied()).collect()
}

fn tied(lines: &[Line], attributes: &Attributes) -> Vec<(u32, u32, String)> {
    let index = index(1_000, lines);
    let material = Material::new(&index, attributes, &[]);
    let (links, _) = links(&material, &shared(&material, LIMITS), LIMITS);
    links.into_iter().map(|link| (link.a, link.b, link.proof)).collect()
}

#[test]
fn a_card_of_few_accounts_ties_them_and_says_so() {
    let cards = attributes(&[
        (3, "payment_fingerprint", "card91"),
        (7, "payment_fingerprint", "card91"),
        (9, "payment_fingerprint", "card12"),
    ]);
    assert_eq!(tied(&crowd(&[]), &cards), [(3, 7, "card card91 (2 accounts)".to_owned())]);
}

#[test]
fn what_many_share_or_a_gateway_stands_before_ties_nobody() {
    let all = (0..60u32).map(|i| (i, "payment_fingerprint", "processor")).collect::<Vec<_>>();
    assert!(tied(&crowd(&[]), &attributes(&all)).is_empty());
    // Four accounts behind one address with forty client builds.
    const AGENTS: [&str; 40] = [
        "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "b0", "b1", "b2", "b3", "b4",
        "b5", "b6", "b7", "b8", "b9", "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9",
        "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9",
    ];
    let campus: Vec<Line> = AGENTS
        .iter()
        .zip(0..)
        .map(|(agent, i): (&&'static str, u32)| (2_000, i % 4, "203.0.113.7", *agent, 0, 0))
        .collect();
    let ties = tied(&crowd(&campus), &Attributes::new());
    assert!(ties.is_empty(), "{ties:?}");
    // A household shares an address and its network, which are one; a client build besides ties.
    let home = [(2_000, 0, "203.0.113.7", "", 0, 0), (2_001, 1, "203.0.113.7", "", 0, 0)];
    assert!(tied(&crowd(&home), &Attributes::new()).is_empty());
    let same = [(2_000, 0, "203.0.113.7", "x", 0, 0), (2_001, 1, "203.0.113.7", "x", 0, 0)];
    assert_eq!(tied(&crowd(&same), &Attributes::new()).len(), 1);
}

#[test]
fn an_organisation_that_shares_a_card_is_no_network() {
    let firm = attributes(&[
        (3, "payment_fingerprint", "card91"),
        (7, "payment_fingerprint", "card91"),
        (3, "org_id", "o1"),
        (7, "org_id", "o1"),
    ]);
    assert!(tied(&crowd(&[]), &firm).is_empty());
}

#[test]
fn an_address_of_a_carriers_translator_or_of_a_private_network_ties_nobody() {
    for ip in ["100.86.90.87", "10.1.2.3", "192.168.0.9", "172.20.1.1", "fd00::7"] {
        let lines = crowd(&[(1, 3, ip, "bot", 0, 0), (2, 4, ip, "bot", 0, 0)]);
        assert!(tied(&lines, &Attributes::new()).is_empty(), "{ip}");
    }
    let ip = "198.51.100.7";
    let public = crowd(&[(1, 3, ip, "bot", 0, 0), (2, 4, ip, "bot", 0, 0)]);
    assert_eq!(tied(&public, &Attributes::new()).len(), 1);
}

#[test]
fn a_proof_names_its_values_and_their_kinds_whatever_stands_in_them() {
    let lines = crowd(&[
        (2_000, 3, "192.0.2.7", "build (x, y)", 0, 0),
        (2_001, 7, "192.0.2.7", "build (x, y)", 0, 0),
    ]);
    let (.., proof) = tied(&lines, &Attributes::new()).pop().expect("tied");
    let kinds: Vec<&str> = values(&proof).filter_map(kind_of).collect();
    assert_eq!(kinds, ["address", "network", "client build"], "{proof}");
    assert!(values(&proof).all(|value| value.ends_with("(2 accounts)")), "{proof}");
    assert_eq!(values("a tie of another kind").map(kind_of).collect::<Vec<_>>(), [None]);
}

#[test]
fn a_value_that_reads_like_several_is_one_of_its_kind_and_weighs_no_more() {
    const AGENT: &str = "x (2 accounts), card c (2 accounts)";
    let calls = |agent: &'static str| {
        let call = |account: u32| (2_000 + i64::from(account), account, "192.0.2.7", agent, 0, 0);
        crowd(&(3..7).map(call).collect::<Vec<_>>())
    };
    let said = |agent| {
        let (index, none) = (index(1_000, &calls(agent)), Attributes::new());
        let material = Material::new(&index, &none, &[]);
        let (parameters, progress) = (Parameters::default(), Progress::default());
        let look =
            Look { material: &material, parameters: &parameters, seed: 1, progress: &progress };
        let seen = SharedIndicators.look(&look).expect("not cancelled");
        let group = Group { id: 1, members: &[3, 4, 5, 6] };
        let finding = seen.cluster(group).expect("not cancelled").expect("all are tied");
        (finding.family, finding.statement.text())
    };
    let plain = said("x");
    assert_eq!(plain.0, Family::Infrastructure);
    assert!(plain.1.contains("; address, client build)"), "{}", plain.1);
    assert_eq!(said(AGENT), plain);
    // Whoever takes a proof apart again finds three values, too.
    let (.., proof) = tied(&calls(AGENT), &Attributes::new()).pop().expect("tied");
    let kinds: Vec<_> = values(&proof).map(kind_of).collect();
    assert_eq!(kinds, [Some("address"), Some("network"), Some("client build")], "{proof}");
}

/// What is said of accounts 0 to 3 of a crowd with these lines besides.
fn said(more: &[Line], known: &Attributes) -> Option<Finding> {
    let index = index(1_000, &crowd(more));
    let material = Material::new(&index, known, &[]);
    let (parameters, progress) = (Parameters::default(), Progress::default());
    let look = Look { material: &material, parameters: &parameters, seed: 1, progress: &progress };
    let seen = SharedIndicators.look(&look).expect("nobody cancels");
    let group = Group { id: 1, members: &[0, 1, 2, 3] };
    seen.cluster(group).expect("nobody cancels")
}

#[test]
fn calls_with_a_shared_address_are_cited_and_of_a_card_there_are_none() {
    let at = 5_000;
    // Three share one address and call from it twice, the fourth calls from one that nobody shares.
    let lines: Vec<Line> = (0..4)
        .flat_map(|account: u32| {
            let ip = if account < 3 { "198.51.100.7" } else { "203.0.113.9" };
            let time = at + i64::from(account);
            [(time, account, ip, "bot", 0, 0), (time + 100, account, ip, "browser", 0, 0)]
        })
        .collect();
    let known = attributes(&[0, 1, 2, 3].map(|account| (account, "payment_fingerprint", "card91")));
    let found = said(&lines, &known).expect("all four share a card");
    let cited: Vec<(&str, usize)> =
        found.evidence.iter().map(|of| (&*of.role, of.events.len())).collect();
    // Its network says nothing besides; the client build ties all four.
    assert_eq!(cited, [("with a shared address", 6), ("with a shared client build", 4)]);
    let by_card = said(&[], &known).expect("a card alone");
    assert_eq!(by_card.evidence, []);
    assert_eq!(by_card.family, Family::Commerce);
}

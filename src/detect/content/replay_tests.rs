use super::*;
use crate::detect::material::Attributes;
use crate::detect::testkit::{attributes, index, index_in_sessions};

fn handed<'a>(material: &'a Material<'a>) -> Handed<'a> {
    Handed::new(material, 3.0)
}

#[test]
fn a_block_submitted_by_another_account_is_a_hand_over_and_going_on_is_none() {
    let index = index(
        4,
        &[
            (1, 0, "", "", 71, 0),
            // Going on with one's own block.
            (2, 0, "", "", 72, 71),
            (3, 1, "", "", 0, 71),
            (4, 2, "", "", 0, 72),
            (5, 3, "", "", 0, 71),
            // Issued later than submitted, or nowhere: nothing is known of it.
            (6, 3, "", "", 0, 74),
            (7, 0, "", "", 74, 99),
        ],
    );
    let none = Attributes::new();
    let material = Material::new(&index, &none, &[]);
    let found = hand_overs(&material);
    let rows: Vec<(u32, u32)> = found.iter().map(|h| (h.issued, h.submitted)).collect();
    assert_eq!(rows, [(0, 2), (1, 3), (0, 4)]);
    let tied: Vec<(u32, u32)> = links(&material, &found).iter().map(|l| (l.a, l.b)).collect();
    assert_eq!(tied, [(0, 1), (0, 2), (0, 3)]);
    let finding =
        of_group(&handed(&material), Group { id: 1, members: &[0, 1, 2, 3] }).expect("three");
    assert_eq!(
        finding.statement.text(),
        "3 requests submitted a reasoning block that had been issued to another account. Accounts \
         that submitted one: 3; accounts these were issued to: 1; no block went between accounts \
         known to be of one organisation. Nearly all come from one account or stay in one session, \
         as where a conversation is shared or moved: no exact evidence."
    );
    assert_eq!(finding.events_of("issued"), [1, 2]);
    assert_eq!(finding.events_of("submitted"), [3, 4, 5]);
    assert!(
        !finding.is_exact && finding.log10_p.is_none(),
        "one conversation, gone on with by three"
    );
    assert_eq!(of_group(&handed(&material), Group { id: 1, members: &[0, 1] }), None, "only one");
}

#[test]
fn what_is_issued_to_several_customers_is_what_stands_where_there_is_no_block() {
    let lines = [(1, 0, "", "", 71, 0), (2, 1, "", "", 71, 0), (3, 2, "", "", 0, 71)];
    let index = index(3, &lines);
    let none = Attributes::new();
    assert!(hand_overs(&Material::new(&index, &none, &[])).is_empty());
    let firm = attributes(&[(0, "org_id", "o1"), (1, "org_id", "o1")]);
    assert_eq!(hand_overs(&Material::new(&index, &firm, &[])).len(), 1, "one customer's");
}

#[test]
fn of_two_lines_of_one_moment_neither_comes_first() {
    let none = Attributes::new();
    for lines in [
        [(1, 0, "", "", 71, 0), (1, 1, "", "", 0, 71)],
        [(1, 1, "", "", 0, 71), (1, 0, "", "", 71, 0)],
    ] {
        let index = index(2, &lines);
        assert_eq!(hand_overs(&Material::new(&index, &none, &[])).len(), 1);
    }
}

#[test]
fn blocks_that_stay_in_one_session_are_a_conversation_that_is_shared() {
    // Eight blocks, issued to one of two accounts each and submitted by the other one.
    let lines: Vec<crate::detect::testkit::Line> = (0..16)
        .map(|at: u32| {
            let (block, is_taken) = (u64::from(at / 2 + 1), at % 2 == 1);
            let account = (at / 2 + u32::from(is_taken)) % 2;
            let (issued, submitted) = if is_taken { (0, block) } else { (block, 0) };
            (i64::from(at), account, "", "", issued, submitted)
        })
        .collect();
    let said = |sessions: &[u32]| {
        let index = index_in_sessions(2, &lines, sessions);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        of_group(&handed(&material), Group { id: 1, members: &[0, 1] }).expect("eight")
    };
    assert!(said(&[]).is_exact, "nobody knows of sessions");
    assert!(said(&(0..16).collect::<Vec<u32>>()).is_exact, "each in another one");
    let shared = said(&[5; 16]);
    assert!(!shared.is_exact && shared.log10_p.is_none());
    let words = shared.statement.text();
    assert!(words.contains("Of them 8 stay in the session the block was issued in."), "{words}");
}

#[test]
fn conversations_restored_inside_one_organisation_are_no_hand_over() {
    let index = index(2, &[(1, 0, "", "", 71, 0), (2, 1, "", "", 0, 71)]);
    let of_one = attributes(&[(0, "org_id", "o1"), (1, "org_id", "o1")]);
    assert!(hand_overs(&Material::new(&index, &of_one, &[])).is_empty());
    let of_two = attributes(&[(0, "org_id", "o1"), (1, "org_id", "o2")]);
    assert_eq!(hand_overs(&Material::new(&index, &of_two, &[])).len(), 1);
}

#[test]
fn without_the_columns_it_says_what_is_missing() {
    let lone = index(1, &[(1, 0, "", "", 0, 0)]);
    let index = index(2, &[(1, 0, "", "", 0, 0)]);
    let none = Attributes::new();
    let why =
        Material::new(&index, &none, &[]).missing(DEFINITION.needs, |_| 0.0).expect("not run");
    assert_eq!(why, "no record has reasoning_signature; no record has replayed_signature");
    let why = Material::new(&lone, &none, &[]).missing(DEFINITION.needs, |_| 0.0);
    assert!(why.is_some_and(|why| why.starts_with("the case has one account; ")));
}

#[test]
fn blocks_that_go_round_tie_a_pool_and_published_ones_tie_nobody() {
    // Round between 0, 1 and 2; 3 has one of 0 and of 1; 4 has one of 0 alone; 5 gave 6 and 7.
    let index = index(
        8,
        &[
            (1, 0, "", "", 71, 0),
            (2, 1, "", "", 72, 71),
            (3, 2, "", "", 73, 72),
            (4, 0, "", "", 74, 73),
            (5, 3, "", "", 0, 71),
            (6, 3, "", "", 0, 72),
            (7, 4, "", "", 0, 74),
            (8, 5, "", "", 75, 0),
            (9, 6, "", "", 76, 75),
            (10, 7, "", "", 0, 75),
        ],
    );
    let none = Attributes::new();
    let material = Material::new(&index, &none, &[]);
    let ties = handed(&material).ties().expect("nobody cancels");
    let circles: Vec<&[u32]> = ties.circles.iter().map(|circle| &circle.accounts[..]).collect();
    assert_eq!(circles, [&[0, 1, 2, 3][..]]);
    assert!(ties.circles[0].weight <= Layer::Replay.cap());
    assert_eq!(ties.links.len(), 8, "each hand-over ties its two, as before");
}

#[test]
fn blocks_of_several_accounts_are_exact_evidence() {
    let rows = [
        (1, 0, "", "", 71, 0),
        (2, 1, "", "", 72, 71),
        (3, 2, "", "", 73, 72),
        (4, 0, "", "", 0, 73),
        (5, 2, "", "", 0, 71),
    ];
    let none = Attributes::new();
    let said = |rows: &[crate::detect::testkit::Line]| {
        let index = index(3, rows);
        let material = Material::new(&index, &none, &[]);
        of_group(&handed(&material), Group { id: 1, members: &[0, 1, 2] })
    };
    assert!(said(&rows).is_some_and(|found| found.is_exact), "two of 0, one of 1 and one of 2");
    assert_eq!(said(&rows[..3]), None, "two are not enough");
}

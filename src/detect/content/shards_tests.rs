use super::*;
use crate::detect::material::Attributes;
use crate::detect::testkit::{Asked, attributes, case};
use crate::index::Index;
use crate::model::rng::Rng;

const MEMBERS: [u32; 10] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const LIMITS: Limits = Limits { parties: 3, expected: 20.0, most: 0.1, log10_p: -9.0 };

/// Rows of one template, in time order: account and item.
fn rows(of: &[(u32, u64)]) -> Index {
    let asked = |(second, (account, item)): (usize, &(u32, u64))| {
        Asked::of(second as i64, *account, 1, *item + 1)
    };
    let rows: Vec<Asked> = of.iter().enumerate().map(asked).collect();
    case(40, &["Work out item … in every detail"], &rows)
}

fn found(index: &Index, known: &Attributes, numbers: Option<Vec<u32>>) -> Option<Finding> {
    let material = Material::new(index, known, &[]);
    let material = match numbers {
        Some(items) => {
            let marks = crate::detect::marks::Marks { items, ..Default::default() };
            material.with_marks(marks)
        }
        None => material,
    };
    of_group(&Lists { material: &material, limits: LIMITS }, Group { id: 1, members: &MEMBERS })
}

/// Ten accounts work through so many items, one after the other, twice.
fn divided(items: u64) -> Vec<(u32, u64)> {
    let mut rng = Rng::new(&[5]);
    (0..2 * items).map(|i| (rng.below(10) as u32, i % items)).collect()
}

/// Ten accounts draw from so many items, each by itself.
fn drawn(items: u64, n: usize) -> Vec<(u32, u64)> {
    let mut rng = Rng::new(&[6]);
    (0..n).map(|_| (rng.below(10) as u32, rng.below(items))).collect()
}

fn items(of: &[(u32, u64)]) -> Option<Vec<u32>> {
    Some(of.iter().map(|(_, item)| *item as u32).collect())
}

#[test]
fn a_list_that_ten_accounts_divide_and_come_back_to_is_found_and_drawing_from_it_is_not() {
    let none = Attributes::new();
    let list = divided(500);
    let finding = found(&rows(&list), &none, None).expect("nothing in common within a half");
    let text = finding.statement.text();
    assert!(
        text.starts_with(
            "10 accounts sent prompts of template 1. Within the same half of the time, 0 times"
        ),
        "{text}"
    );
    assert!(finding.is_exact && finding.log10_p.is_some_and(|p| p < -9.0), "{text}");
    assert_eq!(
        finding.events_of("first half").len() + finding.events_of("second half").len(),
        1_000
    );
    assert_eq!(found(&rows(&drawn(500, 1_000)), &none, None), None);
}

#[test]
fn numbers_that_accounts_take_in_turn_are_found_and_ranges_of_their_own_are_not() {
    let none = Attributes::new();
    let mut rng = Rng::new(&[7]);
    let taken: Vec<(u32, u64)> = (0..1_000).map(|i| (rng.below(10) as u32, i)).collect();
    assert_eq!(found(&rows(&taken), &none, None), None, "nothing says how many there are");
    let finding = found(&rows(&taken), &none, items(&taken)).expect("a divided list");
    let text = finding.statement.text();
    let said = "they asked 1,000 different numbers of items, 0 of them by more than one";
    assert!(text.contains(said), "{text}");
    let own: Vec<(u32, u64)> =
        (0..1_000).map(|i| ((i % 10) as u32, i % 10 * 900 + i / 10)).collect();
    assert_eq!(found(&rows(&own), &none, items(&own)), None, "counters of their own");
    let loose = drawn(1_000, 800);
    assert_eq!(found(&rows(&loose), &none, items(&loose)), None);
}

#[test]
fn a_batch_that_one_organisation_splits_is_no_finding() {
    let list = divided(500);
    let firm: Vec<(u32, &str, &str)> = MEMBERS.iter().map(|a| (*a, "org_id", "o1")).collect();
    assert_eq!(found(&rows(&list), &attributes(&firm), items(&list)), None);
}

#[test]
fn what_only_others_have_in_common_says_nothing_of_these() {
    let none = Attributes::new();
    let mut rng = Rng::new(&[8]);
    let mut list: Vec<(u32, u64)> = (0..400).map(|i| (rng.below(10) as u32, i)).collect();
    list.extend((0..400).map(|_| (10 + rng.below(30) as u32, rng.below(400))));
    assert_eq!(found(&rows(&list), &none, None), None);
}

#[test]
fn texts_that_are_unique_by_nature_say_nothing() {
    let none = Attributes::new();
    let unique: Vec<(u32, u64)> = (0..2_000).map(|i| ((i % 10) as u32, i)).collect();
    assert_eq!(found(&rows(&unique), &none, None), None);
    assert_eq!(found(&rows(&[(0, 1)]), &none, None), None);
    // Each asks its own again and again.
    let again: Vec<(u32, u64)> = (0..2_000).map(|i| ((i % 10) as u32, i % 50)).collect();
    assert_eq!(found(&rows(&again), &none, None), None);
}

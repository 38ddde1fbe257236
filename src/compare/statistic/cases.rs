//! Cases by hand: printed examples, edges, and what sentences say.

use super::delta::asymmetric;
use super::tests::{WORDING, is_sound, numbers, reads};
use super::*;

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("plain")
}

#[test]
fn the_interval_of_a_published_example_is_what_effsize_prints() {
    // Hess and Kromrey, 2004: delta −0.25 with an unbiased variance of 0.0980556 on 14 degrees of
    // freedom.
    let reach = student::reach(14.0);
    let (low, high) = asymmetric(-0.25, reach * reach * 0.098_055_555_555_555_56);
    assert!((low + 0.726_584_6).abs() < 5e-8 && (high - 0.389_006_2).abs() < 5e-8, "{low} {high}");
}

#[test]
fn a_side_that_exceeds_the_other_everywhere_has_a_delta_of_one_with_an_end_inside() {
    let five = [10.0, 11.0, 12.0, 13.0, 14.0];
    let got = numbers(&five, &[1.0, 2.0, 2.0, 3.0, 4.0, 5.0]).delta;
    let z2 = 1.959_963_984_540_054_f64.powi(2);
    assert_eq!((got.value, got.high, got.reason), (Some(1.0), Some(1.0), None));
    assert!((got.low.expect("an end") - (5.0 - z2) / (5.0 + z2)).abs() < 1e-15);
    let one = numbers(&[3.0], &[1.0]);
    assert_eq!((one.delta.value, one.delta.low), (Some(1.0), None));
    assert_eq!(one.delta.reason, Some(Reason::FewAccounts));
    assert_eq!(one.test.map(|test| test.p), Some(1.0));
    let equal = numbers(&[1.0; 9], &[1.0; 8]);
    assert_eq!((equal.delta.value, equal.delta.reason), (Some(0.0), Some(Reason::AllEqual)));
    assert_eq!((equal.shift.reason, equal.test), (Some(Reason::AllEqual), None));
    assert_eq!(numbers(&[], &[1.0]).delta.reason, Some(Reason::Empty));
}

#[test]
fn a_few_accounts_against_thousands_have_an_interval_of_their_own_size() {
    // Two of six below the middle of the rest: n_a + n_b − 2 degrees of freedom would make it a
    // third shorter.
    let rest: Vec<f64> = (0..5_000).map(f64::from).collect();
    let got = numbers(&[400.0, 1_900.0, 3_600.0, 4_100.0, 4_800.0, 4_900.0], &rest).delta;
    assert!(got.low.is_some_and(|low| low < -0.3), "{got:?}");
    // All six among the highest: hardly any variance, and still six accounts.
    let got = numbers(&[4_980.0, 4_982.5, 4_985.0, 4_990.0, 4_993.0, 4_997.0], &rest).delta;
    assert!(got.low.is_some_and(|low| (0.4..0.8).contains(&low)), "{got:?}");
}

#[test]
fn the_largest_counts_there_are_overflow_nothing() {
    let most = u64::MAX;
    let got = Shares::of((most, most), (0, 9)).expect("parts");
    assert!(got.difference.value == Some(1.0) && got.test.is_none(), "{got:?}");
    assert!(is_sound(&got.difference) && reads(&got.words(&WORDING)));
    assert_eq!(PairedShares::of(most, 1, 0, 0), None);
    assert_eq!((Shares::of((2, 1), (0, 1)), fisher((most, most), (1, 1))), (None, None));
}

#[test]
fn limits_of_size_are_those_of_romano() {
    let sizes = [0.146, -0.147, 0.33, -0.473, 0.474].map(Size::of);
    let want = [Size::Negligible, Size::Small, Size::Medium, Size::Medium, Size::Large];
    assert_eq!(sizes, want);
}

#[test]
fn sentences_say_what_was_found_and_no_more() {
    let a: Vec<f64> = (0..40).map(|i| 900.0 + f64::from(i * 17)).collect();
    let b: Vec<f64> = (0..300).map(|i| 100.0 + f64::from(i * 3)).chain([f64::NAN]).collect();
    let got = numbers(&a, &b);
    assert_eq!(
        got.words(&WORDING),
        "Accounts of cluster 3 write more output tokens per exchange than those of the rest: the \
         median is 1,232 against 549; a random account of cluster 3 exceeds one of the rest in \
         99 % of pairs and equals it in under 0.1 % (Cliff's delta 0.98, large, 95 % interval \
         0.95 to 0.99); 1 account without a usable number is left out"
    );
    assert!(numbers(&b, &a).words(&WORDING).contains("rest: the median is 549 against 1,232"));
    let alike = numbers(&a[..20], &a[1..21]).words(&WORDING);
    assert!(
        alike.starts_with("Accounts of cluster 3 and the rest do not differ clearly"),
        "{alike}"
    );
    let few = numbers(&a[..2], &b).words(&WORDING);
    assert!(few.contains("no interval: a side has fewer than 5 accounts"), "{few}");
    assert_eq!(numbers(&[], &b).words(&WORDING), "There is no account in cluster 3 to compare");

    let used = Wording { more: "used the model x", ..WORDING };
    let shares = Shares::of((36, 40), (3, 1_160)).expect("parts");
    assert_eq!(
        shares.words(&used),
        "Accounts that used the model x: 36 of 40 (90 %) in cluster 3 against 3 of 1,160 (0.3 %) \
         in the rest, +89.7 percentage points, 348 times the share (95 % interval +76.7 to +95.8)"
    );
    let pairs = Pairs::of((0..30).map(|i| (f64::from(i % 7), f64::from(i % 5) + 2.0)));
    let words = Paired::of(&pairs).words(&WORDING);
    assert!(words.starts_with("Of 30 accounts on both sides 10 write more"), "{words}");
    let changed = PairedShares::of(20, 3, 12, 5).expect("few").words(&used);
    assert!(changed.starts_with("Of 40 accounts on both sides 3 used the model x only in"));
}

#[test]
fn results_are_plain_json_without_nulls_where_there_is_a_value() {
    let got = numbers(&[1.0, 2.0, 3.0, 4.0, 9.0], &[0.0, 1.0, 2.0, 5.0, 6.0]);
    let text = json(&got);
    assert!(text.contains("\"reason\":null") && text.contains("\"size\":\"small\""), "{text}");
    assert!(json(&numbers(&[], &[1.0])).contains("\"reason\":\"empty\""));
    let open = Shares::of((9, 40), (0, 90)).expect("parts").ratio;
    let words = open.words(wording::plain);
    assert!(words.starts_with("unbounded (95 % interval from "), "{words}");
    assert!(open.low > Some(1.0) && json(&open).contains("\"reason\":\"unbounded\""));
}

#[test]
fn a_category_of_a_side_alone_ranks_above_a_common_one_that_is_a_little_more_frequent() {
    let tally = |accounts_a, accounts_b| Tally { accounts_a, accounts_b, ..Tally::default() };
    let given = [tally(40, 0), tally(30, 2_000), tally(8, 2_000), tally(40, 10_000), tally(0, 0)];
    let got = Categories::of(&given, tally(40, 10_000)).expect("parts");
    let z: Vec<f64> = got.categories.iter().filter_map(|c| c.z).collect();
    assert!(z[0] > z[1] && z[1] > 1.0 && z[2].abs() < 1e-9 && z[3..] == [0.0, 0.0], "{z:?}");
    let q: Vec<f64> = got.categories.iter().filter_map(|c| c.q).collect();
    assert!(q[0] < 1e-80 && q[1] < 1e-10 && q[2..] == [1.0, 1.0, 1.0], "{q:?}");
    assert_eq!(Categories::of(&given, tally(39, 10_000)), None);
    let few = Categories::of(&given[..1], tally(40, 4)).expect("parts");
    assert_eq!((few.reason, few.categories[0].p), (Some(Reason::FewAccounts), None));
    assert!(few.categories[0].difference.value == Some(1.0));
}

#[test]
fn what_the_same_accounts_changed_is_tested_by_those_that_changed() {
    let tally = |accounts_a, accounts_b| Tally { accounts_a, accounts_b, ..Tally::default() };
    let changed = |only_a, only_b| Changed { only_a, only_b };
    let given = [
        (tally(12, 20), changed(0, 8)),
        (tally(15, 15), changed(5, 5)),
        (tally(9, 9), changed(0, 0)),
    ];
    let got = Categories::of_pairs(&given, tally(40, 40)).expect("parts");
    let p: Vec<Option<f64>> = got.categories.iter().map(|c| c.p).collect();
    // Eight of eight signs alike: 2 / 2⁸.
    assert!((p[0].expect("eight changed") - 0.007_812_5).abs() < 1e-12, "{p:?}");
    assert_eq!((p[1], p[2]), (Some(1.0), None));
    let q: Vec<Option<f64>> = got.categories.iter().map(|c| c.q).collect();
    assert!((q[0].expect("tested") - 2.0 * 0.007_812_5).abs() < 1e-12 && q[2].is_none(), "{q:?}");
    assert_eq!(got.categories[0].difference.value, Some(-0.2));
    // Two groups of the same size would not have been told apart.
    let alone = Categories::of(&[tally(12, 20)], tally(40, 40)).expect("parts");
    assert!(alone.categories[0].p > Some(0.05));
    // More changed than have it, or sides of different sizes, are no pairs.
    assert_eq!(Categories::of_pairs(&[(tally(1, 0), changed(2, 0))], tally(9, 9)), None);
    assert_eq!(Categories::of_pairs(&given, tally(40, 41)), None);
}

#[test]
fn small_samples_of_one_mix_are_said_to_be_small() {
    let tally = |accounts_a, accounts_b| Tally { accounts_a, accounts_b, ..Tally::default() };
    let few: Vec<Tally> = [(3, 1), (1, 2), (0, 2), (2, 1)].map(|(a, b)| tally(a, b)).into();
    let got = Distance::of(&few, tally(6, 6));
    assert_eq!((got.reason, got.kinds, got.events), (Some(Reason::SmallSample), 4, None));
    assert!(got.accounts > Some(0.2) && got.by_chance > Some(0.2), "{got:?}");
    let apart = Distance::of(&[tally(90, 0), tally(0, 80)], tally(90, 80));
    assert_eq!((apart.accounts, apart.reason), (Some(1.0), None));
    let same = Distance::of(&[tally(90, 45), tally(10, 5)], tally(100, 50));
    assert_eq!((same.accounts, same.corrected), (Some(0.0), Some(0.0)));
    let empty = Distance::of(&[], tally(9, 9));
    assert_eq!(empty.reason, Some(Reason::Empty));
    let words = got.words(&Wording { measure: "models", ..WORDING });
    assert!(words.starts_with("By models cluster 3 and the rest are 0."), "{words}");
    assert!(words.ends_with("chance alone makes profiles nearly as different"), "{words}");
    assert_eq!(empty.words(&WORDING), "cluster 3 or the rest has none to compare");
}

#[test]
fn a_design_is_paired_where_most_accounts_are_on_both_sides() {
    assert_eq!(Design::of(10, 20, 0), Design::Separate);
    assert_eq!(Design::of(10, 20, 9), Design::Overlapping);
    assert_eq!(Design::of(10, 20, 10), Design::Paired);
    assert_eq!(Design::of(7, 7, 3), Design::Overlapping);
    assert_eq!(Design::of(0, 0, 0), Design::Separate);
}

#[test]
fn rates_are_of_accounts_with_active_days() {
    let sample = rates([(10, 2), (0, 4), (7, 0)]);
    assert_eq!((sample.values(), sample.left_out()), (&[0.0, 5.0][..], 1));
    let quiet = ratio_of_means(&rates([(0, 1); 6]), &rates([(3, 1); 6]));
    assert_eq!((quiet.value, quiet.reason), (Some(0.0), Some(Reason::NoMean)));
    let none = ratio_of_means(&rates([(3, 1); 6]), &rates([(0, 1); 6]));
    assert_eq!((none.value, none.reason), (None, Some(Reason::NoMean)));
    let words = ratio_words(&none, &WORDING);
    assert_eq!(words, "A mean of 0 or negative numbers have no ratio with an interval");
    let wording = Wording { measure: "exchanges per active day", ..WORDING };
    let found = ratio_of_means(
        &rates([(30, 1), (10, 1), (40, 2), (60, 2), (70, 2)]),
        &rates([(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)]),
    );
    assert_eq!(
        ratio_words(&found, &wording),
        "The mean of accounts of cluster 3 in exchanges per active day is 8.33 times that of the \
         rest (95 % interval 4.18 to 16.6)"
    );
    let same = ratio_of_means(&rates([(3, 1); 6]), &rates([(2, 1); 6]));
    assert_eq!((same.value, same.reason), (Some(1.5), Some(Reason::NoSpread)));
}

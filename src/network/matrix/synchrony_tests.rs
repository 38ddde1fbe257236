use proptest::prelude::*;

use super::*;
use crate::model::rng::Rng;

const A_DAY: u32 = 144;

fn of(bins: &[Vec<u32>]) -> Synchrony {
    Synchrony::of(bins, BIN_US, &Progress::default()).expect("nobody cancels")
}

/// Working hours of so many days, each slot with a chance.
fn habits(rng: &mut Rng, days: u32, chance: f64) -> Vec<u32> {
    let slots = (0..days * A_DAY).filter(|slot| (54..108).contains(&(slot % A_DAY)));
    slots.filter(|_| rng.chance(chance)).collect()
}

proptest! {
    #[test]
    fn a_value_is_the_share_of_slots_in_common_on_the_days_of_both(
        bins in prop::collection::vec(prop::collection::btree_set(0..40 * A_DAY, 0..200), 2..6),
    ) {
        let bins: Vec<Vec<u32>> = bins.into_iter().map(|of| of.into_iter().collect()).collect();
        let found = of(&bins);
        for (i, a) in bins.iter().enumerate() {
            prop_assert_eq!(found.get(i, i), Some(1.0));
            for (k, b) in bins.iter().enumerate().filter(|(k, _)| *k != i) {
                prop_assert_eq!(found.get(i, k), found.get(k, i));
                let naive = Window::of(a, b, A_DAY).and_then(|days| {
                    let (a, b) = (days.held(a), days.held(b));
                    let shared = a.iter().filter(|bin| b.contains(bin)).count();
                    let fewer = a.len().min(b.len());
                    (fewer > 0).then(|| shared as f32 / fewer as f32)
                });
                prop_assert_eq!(found.get(i, k), naive);
            }
        }
    }
}

#[test]
fn partners_share_more_than_on_shifted_days_and_strangers_do_not() {
    let mut rng = Rng::new(&[8]);
    for days in [20, 60] {
        let one = habits(&mut rng, days, 0.2);
        let strangers = of(&[one.clone(), habits(&mut rng, days, 0.2)]);
        let (value, usual) = (strangers.get(0, 1).expect("days"), strangers.usual.expect("days"));
        assert!((value - usual).abs() < 0.06, "{value} {usual}");
        let partners = of(&[one.clone(), one]);
        assert!(partners.get(0, 1) == Some(1.0) && partners.usual < Some(0.3));
    }
}

#[test]
fn accounts_that_are_hardly_there_together_are_not_compared() {
    let early: Vec<u32> = (0..9 * A_DAY).collect();
    let late: Vec<u32> = (8 * A_DAY..30 * A_DAY).collect();
    let found = of(&[early, late, Vec::new()]);
    assert_eq!([found.get(0, 1), found.get(0, 2), found.get(5, 0)], [None; 3]);
    assert_eq!((found.get(2, 2), found.usual), (Some(1.0), None));
    assert_eq!(of(&[]), Synchrony::default());
}

#[test]
fn the_number_of_threads_changes_no_bit_and_who_cancels_gets_nothing() {
    let mut rng = Rng::new(&[3]);
    let bins: Vec<Vec<u32>> = (0..40).map(|_| habits(&mut rng, 30, 0.1)).collect();
    let in_threads = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| of(&bins))
    };
    let one = in_threads(1);
    assert_eq!(one, in_threads(3));
    assert_eq!(one.in_order(&[1, 0])[1].to_bits(), one.values[1].to_bits());
    let progress = Progress::default();
    progress.cancel();
    assert_eq!(Synchrony::of(&bins, BIN_US, &progress), Err(Cancelled));
}

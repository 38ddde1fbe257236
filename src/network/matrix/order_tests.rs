use proptest::prelude::*;

use super::*;
use crate::model::rng::Rng;

fn order(values: &[f32], n: usize) -> Vec<usize> {
    by_likeness(values, n, &Progress::default()).expect("nobody cancels")
}

fn shuffled(n: usize, rng: &mut Rng) -> Vec<usize> {
    let mut all: Vec<usize> = (0..n).collect();
    for i in (1..n).rev() {
        all.swap(i, rng.below(i as u64 + 1) as usize);
    }
    all
}

fn symmetric(n: usize, mut of: impl FnMut(usize, usize) -> f32) -> Vec<f32> {
    let mut values = vec![1.0; n * n];
    for i in 0..n {
        for k in i + 1..n {
            let value = of(i, k);
            (values[i * n + k], values[k * n + i]) = (value, value);
        }
    }
    values
}

proptest! {
    #[test]
    fn an_order_is_a_permutation_whatever_the_values(
        n in 0_usize..12, values in prop::collection::vec(any::<f32>(), 0..160),
    ) {
        let mut found = order(&values, n);
        found.sort_unstable();
        prop_assert_eq!(found, (0..n).collect::<Vec<_>>());
        let groups: Vec<Option<u32>> = (0..n).map(|i| (i % 3 > 0).then_some(i as u32 % 3)).collect();
        let found = by_likeness_within(&values, &groups, &Progress::default());
        let mut found = found.expect("nobody cancels");
        let changes = found.windows(2).filter(|two| groups[two[0]] != groups[two[1]]).count();
        prop_assert!(changes < 3, "groups stay together");
        found.sort_unstable();
        prop_assert_eq!(found, (0..n).collect::<Vec<_>>());
    }

    #[test]
    fn blocks_whose_rows_were_shuffled_come_out_as_blocks(seed: u64, blocks in 1_usize..6) {
        let mut rng = Rng::new(&[seed]);
        let n = blocks * 7;
        let block_of: Vec<usize> = shuffled(n, &mut rng).into_iter().map(|i| i / 7).collect();
        let values = symmetric(n, |i, k| {
            let noise = 0.2 * rng.unit() as f32;
            if block_of[i] == block_of[k] { 0.6 + noise } else { noise }
        });
        let found = order(&values, n);
        let changes = found.windows(2).filter(|two| block_of[two[0]] != block_of[two[1]]).count();
        prop_assert_eq!(changes, blocks - 1);
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(seed: u64, n in 2_usize..40) {
        let mut rng = Rng::new(&[seed]);
        let values = symmetric(n, |_, _| rng.unit() as f32);
        let renamed = shuffled(n, &mut rng);
        let other = symmetric(n, |i, k| values[renamed[i] * n + renamed[k]]);
        let found = order(&values, n);
        let mut again: Vec<usize> = order(&other, n).into_iter().map(|row| renamed[row]).collect();
        if again[0] != found[0] {
            again.reverse();
        }
        prop_assert_eq!(again, found);
    }
}

#[test]
fn rows_that_are_like_no_other_come_last() {
    let values = symmetric(5, |i, k| if (i, k) == (0, 4) { 0.5 } else { f32::NAN });
    assert_eq!(order(&values, 5), [0, 4, 1, 2, 3]);
}

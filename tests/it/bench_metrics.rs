//! The metrics that the bench of findings prints, on examples that can be worked out by hand.

#[path = "../bench/findings/metrics.rs"]
mod metrics;

use metrics::{adjusted_rand, average_precision, b_cubed, jaccard, recall_at};

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn average_precision_is_the_mean_precision_at_each_true_one_and_ties_count_together() {
    let scored = [(0.9, true), (0.8, false), (0.7, true)];
    assert!(near(average_precision(&scored).unwrap(), (1.0 + 2.0 / 3.0) / 2.0));
    assert!(near(average_precision(&[(1.0, true), (1.0, false)]).unwrap(), 0.5));
    assert_eq!(average_precision(&[(1.0, false)]), None);
}

#[test]
fn recall_at_a_false_positive_rate_counts_only_what_is_above_the_innocents_left() {
    let scored = [(0.9, true), (0.8, false), (0.7, true), (0.6, false)];
    assert!(near(recall_at(&scored, 0.0).unwrap(), 0.5));
    assert!(near(recall_at(&scored, 0.5).unwrap(), 1.0));
    // As high as an innocent is not above it.
    assert!(near(recall_at(&[(1.0, true), (1.0, false)], 0.0).unwrap(), 0.0));
}

#[test]
fn clusterings_are_compared_as_published() {
    let (found, truth) = ([0, 0, 1, 1], [0, 0, 1, 2]);
    // scikit-learn: adjusted_rand_score([0, 0, 1, 1], [0, 0, 1, 2])
    assert!(near(adjusted_rand(&found, &truth), 0.571_428_571_428_571_4));
    let (precision, recall) = b_cubed(&found, &truth);
    assert!(near(precision, 0.75) && near(recall, 1.0));
    assert!(near(jaccard(2, 3, 4), 0.4));
}

use proptest::prelude::*;

use super::*;

/// Twice the area of the triangle; positive where it turns the way of growing angles.
fn turn(a: Point, b: Point, c: Point) -> f64 {
    let v = |p: Point, q: Point| [f64::from(q[0] - p[0]), f64::from(q[1] - p[1])];
    let (ab, bc) = (v(a, b), v(b, c));
    ab[0] * bc[1] - ab[1] * bc[0]
}

fn on_rim(disc: &(Point, f32), k: usize) -> Point {
    let [x, y] = way(k);
    [disc.0[0] + disc.1 * x as f32, disc.0[1] + disc.1 * y as f32]
}

#[test]
fn without_discs_there_is_no_outline_and_nothing_lies_in_it() {
    assert!(hull(&[], 10.0).is_empty());
    assert!(!contains(&[], [0.0, 0.0]));
}

#[test]
fn around_one_disc_it_is_a_circle() {
    for p in hull(&[([7.0, -3.0], 10.0)], 26.0) {
        let far = (p[0] - 7.0).hypot(p[1] + 3.0);
        assert!((35.9..36.5).contains(&far), "{far}");
    }
}

#[test]
fn flat_sides_bulge_only_a_little() {
    let outline = hull(&[([0.0, 0.0], 10.0), ([200.0, 0.0], 10.0)], 20.0);
    let highest = outline.iter().map(|p| p[1]).fold(0.0, f32::max);
    assert!((31.0..46.0).contains(&highest), "{highest}");
}

#[test]
fn what_is_no_number_is_left_out() {
    let odd = [([f32::NAN, 0.0], 4.0), ([1.0, f32::INFINITY], 4.0), ([5.0, 5.0], f32::NAN)];
    let outline = hull(&odd, f32::NAN);
    assert!(outline.iter().all(|p| *p == [5.0, 5.0]), "{outline:?}");
    assert!(hull(&odd[..2], 3.0).is_empty());
    assert!(!contains(&hull(&odd, 9.0), [f32::NAN, 0.0]));
}

#[test]
fn the_same_discs_elsewhere_have_the_same_outline_there() {
    let discs = [([0.0, 0.0], 8.0), ([90.0, 10.0], 20.0), ([40.0, 70.0], 4.0)];
    let moved = discs.map(|(p, r)| ([p[0] + 512.0, p[1] - 256.0], r));
    for (a, b) in hull(&discs, 26.0).iter().zip(hull(&moved, 26.0)) {
        assert!((a[0] + 512.0 - b[0]).abs() < 1e-2 && (a[1] - 256.0 - b[1]).abs() < 1e-2);
    }
}

proptest! {
    #[test]
    fn it_is_convex_and_contains_every_grown_disc(
        discs in prop::collection::vec(
            (prop::array::uniform2(-500.0_f32..500.0), 0.0_f32..40.0), 1..40),
        margin in 1.0_f32..40.0,
    ) {
        let outline = hull(&discs, margin);
        prop_assert_eq!(outline.len(), WAYS);
        let at = |i: usize| outline[i % WAYS];
        for i in 0..WAYS {
            prop_assert!(turn(at(i), at(i + 1), at(i + 2)) > -0.05, "{i}");
        }
        for disc in &discs {
            let grown = (disc.0, disc.1 + margin - 0.01);
            for k in 0..WAYS {
                prop_assert!(contains(&outline, on_rim(&grown, k)));
            }
        }
    }
}

//! Components side by side: rows of boxes, the highest first.

use super::fit::bounds;
use super::part::Point;

/// Space between two components, in px.
pub const COMPONENT_GAP: f32 = 48.0;
/// Width of the whole to its height, about that of a window.
const ASPECT: f32 = 1.5;

/// A box with a size, in px.
pub(super) type Size = [f32; 2];

/// The box around discs: its lower corner and its size.
pub(super) fn around(places: &[Point], radii: impl Iterator<Item = f32>) -> (Point, Size) {
    let (mut corners, mut at) = (Vec::with_capacity(2 * places.len()), places.iter());
    for (p, r) in at.by_ref().zip(radii) {
        corners.push([p[0] - r, p[1] - r]);
        corners.push([p[0] + r, p[1] + r]);
    }
    let (low, high) = bounds(&corners);
    (low, [high[0] - low[0], high[1] - low[1]])
}

/// The lower corners of boxes in rows, which do not overlap and leave `gap` between them. Boxes
/// keep their order but for their height: higher ones come first. Rows are as wide as makes the
/// whole about as wide as a window, and at least as the widest box.
pub(super) fn rows(sizes: &[Size], gap: f32) -> Vec<Point> {
    let area: f32 = sizes.iter().map(|s| (s[0] + gap) * (s[1] + gap)).sum();
    let widest = sizes.iter().map(|s| s[0]).fold(0.0, f32::max);
    let width = (area * ASPECT).sqrt().max(widest);
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|a, b| sizes[*b][1].total_cmp(&sizes[*a][1]).then(a.cmp(b)));
    let mut corners = vec![[0.0; 2]; sizes.len()];
    let (mut x, mut y, mut height) = (0.0_f32, 0.0_f32, 0.0_f32);
    for i in order {
        if x > 0.0 && x + sizes[i][0] > width {
            (x, y, height) = (0.0, y + height + gap, 0.0);
        }
        corners[i] = [x, y];
        x += sizes[i][0] + gap;
        height = height.max(sizes[i][1]);
    }
    corners
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn boxes_in_rows_keep_their_distance(
            sizes in prop::collection::vec(prop::array::uniform2(0.0_f32..300.0), 0..60)
        ) {
            let corners = rows(&sizes, 10.0);
            for i in 0..sizes.len() {
                for j in 0..i {
                    let apart = (0..2).any(|axis| {
                        let (a, b) = (corners[i][axis], corners[j][axis]);
                        a + sizes[i][axis] + 9.9 <= b || b + sizes[j][axis] + 9.9 <= a
                    });
                    prop_assert!(apart, "{i} {j}");
                }
            }
        }
    }
}

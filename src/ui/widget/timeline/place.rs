//! Where labels beside vertical lines stand, so that no two touch.

/// Space between a line and its label, and between labels, points.
pub(super) const LABEL_GAP: f32 = 4.0;
/// Rows of labels.
const ROWS: usize = 2;
/// Things nearer to each other than this are one place, points.
const ONE_PLACE: f32 = 6.0;

/// Where a label stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub left: f32,
    pub row: usize,
}

/// Joins what stands at nearly the same x, given in rising order: ranges of positions.
pub(super) fn groups(x: &[f32]) -> Vec<std::ops::Range<usize>> {
    let mut out: Vec<std::ops::Range<usize>> = Vec::new();
    for (i, at) in x.iter().enumerate() {
        match out.last_mut() {
            Some(last) if *at - x[last.start] <= ONE_PLACE => last.end = i + 1,
            _ => out.push(i..i + 1),
        }
    }
    out
}

/// Where each label goes, given the x of its line and its width, lines in rising order: right
/// of its line in the first row that is free there, else left of it, else nowhere.
pub(super) fn place(wanted: &[(f32, f32)], left: f32, right: f32) -> Vec<Option<Place>> {
    let mut taken: [Vec<(f32, f32)>; ROWS] = Default::default();
    let mut out = Vec::with_capacity(wanted.len());
    for (i, (x, width)) in wanted.iter().enumerate() {
        let candidates = [x + LABEL_GAP, x - LABEL_GAP - width];
        let found =
            (0..ROWS).flat_map(|row| candidates.map(|start| (row, start))).find(|(row, start)| {
                let end = start + width;
                let inside = *start >= left && end <= right;
                let free = taken[*row]
                    .iter()
                    .all(|(a, b)| end + LABEL_GAP <= *a || *start >= b + LABEL_GAP);
                // Another line through a label makes both unreadable.
                let crossed = wanted
                    .iter()
                    .enumerate()
                    .any(|(j, (other, _))| j != i && *other > *start && *other < end);
                inside && free && !crossed
            });
        out.push(found.map(|(row, start)| {
            taken[row].push((start, start + width));
            Place { left: start, row }
        }));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_never_touch_each_other_a_line_or_the_border() {
        let wanted: Vec<(f32, f32)> =
            (0..21).map(|i| ((i * i) as f32 * 2.2, 40.0 + (i % 5) as f32 * 12.0)).collect();
        let places = place(&wanted, 0.0, 900.0);
        assert!(places.iter().flatten().count() >= 5);
        let boxes: Vec<(usize, f32, f32)> = places
            .iter()
            .zip(&wanted)
            .filter_map(|(p, (_, w))| p.map(|p| (p.row, p.left, p.left + w)))
            .collect();
        for (i, a) in boxes.iter().enumerate() {
            assert!(a.1 >= 0.0 && a.2 <= 900.0);
            assert!(boxes.iter().skip(i + 1).all(|b| a.0 != b.0 || a.2 <= b.1 || a.1 >= b.2));
        }
    }

    #[test]
    fn a_lone_label_stands_right_of_its_line_and_left_of_it_at_the_border() {
        assert_eq!(place(&[(100.0, 50.0)], 0.0, 900.0), [Some(Place { left: 104.0, row: 0 })]);
        assert_eq!(place(&[(880.0, 50.0)], 0.0, 900.0), [Some(Place { left: 826.0, row: 0 })]);
    }

    #[test]
    fn what_stands_at_one_place_is_one_group_and_nothing_is_left_out() {
        let x = [1.0, 3.0, 7.0, 7.5, 30.0];
        assert_eq!(groups(&x), [0..3, 3..4, 4..5]);
        assert!(groups(&[]).is_empty());
    }
}

//! A row's activity in a few points of height: one bar a bin.

use egui::{Color32, Mesh, Painter, Rect};

use crate::ui::format::{count as grouped, counted};

/// How many bins suit a width: a bar and its gap are 2.6 points, as in the tables.
pub fn bins_for(width: f32) -> usize {
    (width / 2.6).floor().clamp(1.0, 120.0) as usize
}

/// Draws `counts` as bars over the width of `rect`, the tallest as high as `rect`. A bin with
/// anything in it is visible however small it is; an empty bin leaves a faint foot, so that
/// silence is seen as silence and not as a missing chart.
pub fn paint(painter: &Painter, rect: Rect, counts: &[u32], color: Color32) {
    let most = counts.iter().copied().max().unwrap_or(0);
    if counts.is_empty() || rect.width() <= 0.0 {
        return;
    }
    let pitch = rect.width() / counts.len() as f32;
    let gap = if pitch >= 2.5 { 0.6 } else { 0.0 };
    let foot = color.gamma_multiply(0.35);
    let mut mesh = Mesh::default();
    for (i, n) in counts.iter().enumerate() {
        let left = rect.left() + i as f32 * pitch;
        let share = if most == 0 { 0.0 } else { *n as f32 / most as f32 };
        let (height, color) =
            if *n == 0 { (0.75, foot) } else { ((share * rect.height()).max(2.0), color) };
        let bar = Rect::from_x_y_ranges(
            left..=left + pitch - gap,
            rect.bottom() - height..=rect.bottom(),
        );
        mesh.add_colored_rect(bar, color);
    }
    painter.add(mesh);
}

/// The same in words.
pub fn words(counts: &[u32]) -> String {
    let most = counts.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return "no activity".to_owned();
    }
    let busy = counts.iter().filter(|n| **n > 0).count() as u64;
    let at = counts.iter().position(|n| *n == most).unwrap_or(0);
    format!(
        "active in {} of {}, at most {} in the {}. of them",
        grouped(busy),
        counted(counts.len() as u64, "interval", "intervals"),
        grouped(u64::from(most)),
        at + 1
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_how_often_and_how_much() {
        assert_eq!(words(&[0, 0]), "no activity");
        assert_eq!(words(&[0, 3, 1, 0]), "active in 2 of 4 intervals, at most 3 in the 2. of them");
    }
}

//! From times and counts to points and short texts.

use egui::Rect;

use crate::model::{Time, TimeSpan};

/// The map between times and x positions of a plot.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    start_us: i64,
    length_us: f64,
    left: f64,
    width: f64,
}

impl Scale {
    /// `span` over the width of `plot`.
    pub fn new(span: TimeSpan, plot: Rect) -> Self {
        Self {
            start_us: span.start.0,
            length_us: (span.len_us().max(1)) as f64,
            left: f64::from(plot.left()),
            width: f64::from(plot.width().max(1.0)),
        }
    }

    /// Where `at_us` is drawn; may be far outside the plot. The subtraction is done on integers,
    /// so a microsecond keeps its place even decades from the epoch.
    pub fn x(&self, at_us: i64) -> f32 {
        let offset = at_us.saturating_sub(self.start_us) as f64;
        let x = self.left + offset / self.length_us * self.width;
        x.clamp(self.left - 1e5, self.left + self.width + 1e5) as f32
    }

    /// The time drawn at `x`.
    pub fn time(&self, x: f32) -> Time {
        let share = (f64::from(x) - self.left) / self.width;
        Time(self.start_us.saturating_add((share * self.length_us) as i64))
    }

    /// How much time `points` are, µs.
    pub fn length_us(&self, points: f32) -> i64 {
        (f64::from(points) / self.width * self.length_us) as i64
    }
}

/// The smallest of 1, 2, 2.5, 5, 10, 20, 25, 50 … that is at least `n`.
pub fn nice_ceiling(n: u64) -> u64 {
    let mut unit = 1_u64;
    loop {
        for tenths in [10, 20, 25, 50] {
            let candidate = unit.saturating_mul(tenths) / 10;
            if candidate >= n && (unit > 1 || tenths != 25) {
                return candidate;
            }
        }
        match unit.checked_mul(10) {
            Some(next) => unit = next,
            None => return u64::MAX,
        }
    }
}

/// `950`, `1.2k`, `24k`, `3.4M`, `16M`: a count where room is short.
pub fn short_count(n: u64) -> String {
    const UNITS: [(u64, &str); 4] =
        [(1_000_000_000_000, "T"), (1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")];
    for (unit, name) in UNITS {
        if n >= unit {
            let tenths = n / (unit / 10);
            return if tenths >= 100 || tenths.is_multiple_of(10) {
                format!("{}{name}", tenths / 10)
            } else {
                format!("{}.{}{name}", tenths / 10, tenths % 10)
            };
        }
    }
    n.to_string()
}

/// Whether [`short_count`] says `n` without rounding.
pub(super) fn says_exactly(n: u64) -> bool {
    match n {
        0..1_000 => true,
        1_000..1_000_000 if n >= 10_000 => n.is_multiple_of(1_000),
        1_000..1_000_000 => n.is_multiple_of(100),
        _ => short_count(n).len() <= 4 && n.is_multiple_of(100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::{DAY_US, SECOND_US};
    use egui::{pos2, vec2};

    #[test]
    fn a_time_and_its_place_are_inverse_even_for_microseconds() {
        let start = 1_772_323_200 * SECOND_US;
        let plot = Rect::from_min_size(pos2(50.0, 0.0), vec2(1000.0, 100.0));
        let wide = Scale::new(TimeSpan::new(Time(start), Time(start + 45 * DAY_US)), plot);
        assert!((wide.x(start) - 50.0).abs() < 1e-3);
        assert!((wide.x(start + 45 * DAY_US) - 1050.0).abs() < 1e-3);
        let close = Scale::new(TimeSpan::new(Time(start), Time(start + 1_000)), plot);
        for us in [0, 1, 499, 1_000] {
            let back = close.time(close.x(start + us)).0 - start;
            assert!((back - us).abs() <= 1, "{us} came back as {back}");
        }
        let _ = (close.x(i64::MAX), close.x(i64::MIN), close.time(f32::MAX));
    }

    #[test]
    fn the_axis_ends_on_a_round_number() {
        let pairs = [(1, 1), (2, 2), (3, 5), (6, 10), (21, 25), (24_311, 25_000), (51, 100)];
        for (n, nice) in pairs {
            assert_eq!(nice_ceiling(n), nice, "{n}");
        }
        assert_eq!(nice_ceiling(u64::MAX), u64::MAX);
    }

    #[test]
    fn a_count_fits_where_room_is_short() {
        let pairs = [
            (0, "0"),
            (999, "999"),
            (1_000, "1k"),
            (1_250, "1.2k"),
            (24_311, "24k"),
            (3_400_000, "3.4M"),
            (16_041_337, "16M"),
        ];
        for (n, text) in pairs {
            assert_eq!(short_count(n), text);
        }
    }
}

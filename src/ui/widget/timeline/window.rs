//! The visible stretch of a time axis, and how zoom and pan change it.

use crate::model::{Time, TimeSpan};

use super::axis::{MILLISECOND_US, bin_start_us, bin_width_us};

/// The shortest stretch that can be looked at, µs.
const SHORTEST_US: i64 = 20 * MILLISECOND_US;
/// Room left free on either side of the whole span, as a share of it.
const MARGIN: f64 = 0.01;

/// The visible stretch, within limits given by the data.
///
/// `start < end` always holds, whatever the data: no rows, one instant, a zero-length range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    visible: TimeSpan,
    limits: TimeSpan,
}

impl Window {
    /// Everything that `data` spans, with a little air. One instant gets half a minute either
    /// side; no data gets one day from the epoch.
    pub fn whole(data: Option<TimeSpan>) -> Self {
        let limits = match data {
            None => TimeSpan::new(Time(0), Time(crate::model::time::DAY_US)),
            Some(span) if span.len_us() < SHORTEST_US => {
                let half = 30 * crate::model::time::SECOND_US;
                TimeSpan::new(Time(span.start.0 - half), Time(span.end.0.saturating_add(half)))
            }
            Some(span) => {
                let air = (span.len_us() as f64 * MARGIN) as i64 + 1;
                TimeSpan::new(Time(span.start.0 - air), Time(span.end.0.saturating_add(air)))
            }
        };
        Self { visible: limits, limits }
    }

    /// The visible stretch.
    pub fn visible(self) -> TimeSpan {
        self.visible
    }

    /// The furthest that can be seen.
    pub fn limits(self) -> TimeSpan {
        self.limits
    }

    /// Whether less than everything is visible.
    pub fn is_zoomed(self) -> bool {
        self.visible != self.limits
    }

    /// Shows `span`, clamped to the limits and not shorter than can be drawn.
    pub fn show(self, span: TimeSpan) -> Self {
        let most = self.limits.len_us();
        let length = span.len_us().clamp(SHORTEST_US.min(most), most);
        // Keep the middle when the length had to change.
        let middle = span.start.0.saturating_add(span.len_us() / 2);
        let start =
            if length == span.len_us() { span.start.0 } else { middle.saturating_sub(length / 2) };
        let start = start.clamp(self.limits.start.0, self.limits.end.0 - length);
        Self { visible: TimeSpan { start: Time(start), end: Time(start + length) }, ..self }
    }

    /// Shows `span` with a tenth of air on each side.
    pub fn fit(self, span: TimeSpan) -> Self {
        let air = span.len_us() / 10 + 1;
        self.show(TimeSpan::new(
            Time(span.start.0.saturating_sub(air)),
            Time(span.end.0.saturating_add(air)),
        ))
    }

    /// Zooms by `factor` (above 1 = closer) keeping `at` where it is on screen.
    pub fn zoom(self, at: Time, factor: f64) -> Self {
        if !factor.is_finite() || factor <= 0.0 {
            return self;
        }
        let length = self.visible.len_us() as f64;
        let at = at.clamp(self.visible.start, self.visible.end);
        let share = (at.0 - self.visible.start.0) as f64 / length;
        let most = self.limits.len_us();
        let new = ((length / factor) as i64).clamp(SHORTEST_US.min(most), most);
        let start = at.0 - (share * new as f64) as i64;
        self.show(TimeSpan { start: Time(start), end: Time(start + new) })
    }

    /// Moves by `us` without changing the length.
    pub fn pan(self, us: i64) -> Self {
        let length = self.visible.len_us();
        let start = self.visible.start.0.saturating_add(us);
        let start = start.clamp(self.limits.start.0, self.limits.end.0 - length);
        Self { visible: TimeSpan { start: Time(start), end: Time(start + length) }, ..self }
    }

    /// Everything.
    pub fn reset(self) -> Self {
        Self { visible: self.limits, ..self }
    }

    /// The bins to count for this window drawn `width` points wide.
    pub fn bins(self, width: f32) -> BinSpec {
        BinSpec::covering(self.visible, width)
    }
}

/// Equal bins on round times: bin `i` holds `first_us + i·bin_us <= t < first_us + (i+1)·bin_us`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BinSpec {
    /// Start of the first bin, µs.
    pub first_us: i64,
    /// Width of a bin, µs; above 0.
    pub bin_us: i64,
    /// How many.
    pub count: usize,
}

impl BinSpec {
    /// Points a bar gets at least, gap included.
    const NARROWEST: f32 = 3.5;

    /// Bins that cover `span` drawn `width` points wide.
    pub fn covering(span: TimeSpan, width: f32) -> Self {
        let most = (width / Self::NARROWEST).clamp(1.0, 4_000.0) as usize;
        Self::of_width(span, bin_width_us(span.len_us(), most))
    }

    /// Bins of a given width that cover `span`.
    pub fn of_width(span: TimeSpan, bin_us: i64) -> Self {
        let first_us = bin_start_us(span.start.0, bin_us);
        let count = (span.end.0 - first_us + bin_us - 1).div_euclid(bin_us).max(1) as usize;
        Self { first_us, bin_us, count }
    }

    /// The same bins with as many again on either side, starting on a multiple of the visible
    /// number: panning a little asks for the same bins, so the last answer still fits.
    pub fn padded(self) -> Self {
        let block = self.bin_us * self.count.next_power_of_two() as i64;
        let first_us = bin_start_us(self.first_us - block, self.bin_us);
        let snapped = first_us - (first_us - bin_start_us(0, self.bin_us)).rem_euclid(block);
        Self { first_us: snapped, bin_us: self.bin_us, count: 4 * self.count.next_power_of_two() }
    }

    /// The bin that holds `at`, if any.
    pub fn at(self, at: Time) -> Option<usize> {
        let index = (at.0 - self.first_us).div_euclid(self.bin_us);
        usize::try_from(index).ok().filter(|i| *i < self.count)
    }

    /// The stretch of bin `index`.
    pub fn span(self, index: usize) -> TimeSpan {
        let start = self.first_us + index as i64 * self.bin_us;
        TimeSpan { start: Time(start), end: Time(start + self.bin_us) }
    }

    /// The nearest bin edge.
    pub fn snap(self, at: Time) -> Time {
        let start = bin_start_us(at.0, self.bin_us);
        let after = at.0 - start > self.bin_us / 2;
        Time(if after { start + self.bin_us } else { start })
    }

    /// Whether every bin of `other` is among these.
    pub fn contains(self, other: Self) -> bool {
        self.bin_us == other.bin_us
            && self.first_us <= other.first_us
            && self.end_us() >= other.end_us()
    }

    /// End of the last bin, µs.
    pub fn end_us(self) -> i64 {
        self.first_us + self.count as i64 * self.bin_us
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::{DAY_US, HOUR_US, SECOND_US};

    const T0: i64 = 1_772_323_200 * SECOND_US;

    fn window() -> Window {
        Window::whole(Some(TimeSpan::new(Time(T0), Time(T0 + 45 * DAY_US))))
    }

    #[test]
    fn no_data_and_one_instant_still_give_a_window() {
        assert!(Window::whole(None).visible().len_us() > 0);
        let one = Window::whole(Some(TimeSpan::new(Time(T0), Time(T0))));
        assert_eq!(one.visible().len_us(), 60 * SECOND_US);
        assert!(one.fit(TimeSpan::new(Time(T0), Time(T0))).visible().len_us() > 0);
        let open = TimeSpan::new(Time(i64::MIN), Time(i64::MAX));
        assert_eq!(window().fit(open), window());
    }

    #[test]
    fn zoom_keeps_the_instant_under_the_pointer() {
        let at = Time(T0 + 10 * DAY_US);
        let before = window();
        let after = before.zoom(at, 4.0);
        let share = |w: Window| (at.0 - w.visible().start.0) as f64 / w.visible().len_us() as f64;
        assert!((share(before) - share(after)).abs() < 1e-6);
        assert!(after.is_zoomed());
        assert_eq!(after.zoom(at, 1e-9), before);
    }

    #[test]
    fn nothing_moves_the_window_out_of_its_limits() {
        let mut w = window().zoom(Time(T0), 1e12);
        assert!(w.visible().len_us() >= SHORTEST_US);
        for us in [i64::MIN, -DAY_US, DAY_US, i64::MAX] {
            w = w.pan(us);
            assert!(w.visible().start >= w.limits().start && w.visible().end <= w.limits().end);
        }
        assert_eq!(w.zoom(Time(0), f64::NAN), w);
    }

    #[test]
    fn bins_cover_the_window_and_hold_at_most_one_bar_per_three_points() {
        let w = window();
        let bins = w.bins(900.0);
        assert!(bins.first_us <= w.visible().start.0 && bins.end_us() >= w.visible().end.0);
        assert!(bins.count <= 900 / 3);
        assert_eq!(bins.bin_us, 6 * HOUR_US);
        assert_eq!(bins.at(Time(T0)).map(|i| bins.span(i).start), Some(Time(T0)));
    }

    #[test]
    fn a_small_pan_asks_for_the_same_padded_bins() {
        let w = window().zoom(Time(T0 + 20 * DAY_US), 8.0);
        let answer = w.bins(900.0).padded();
        assert!(answer.contains(w.bins(900.0)));
        assert!(answer.contains(w.pan(HOUR_US).bins(900.0)));
        assert_eq!(answer, w.pan(HOUR_US).bins(900.0).padded());
    }

    #[test]
    fn edges_snap_to_bins() {
        let bins = BinSpec { first_us: T0, bin_us: HOUR_US, count: 10 };
        assert_eq!(bins.snap(Time(T0 + HOUR_US / 3)), Time(T0));
        assert_eq!(bins.snap(Time(T0 + HOUR_US * 2 / 3)), Time(T0 + HOUR_US));
    }
}

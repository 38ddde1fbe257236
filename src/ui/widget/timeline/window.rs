//! The visible stretch of a time axis, and how zoom and pan change it.

use crate::model::{Time, TimeSpan};
use crate::ui::Zone;

use super::Grid;
use super::axis::{MILLISECOND_US, bin_width_us};

/// The shortest stretch that can be looked at, µs: about as many of the smallest bins as there
/// is room for.
const SHORTEST_US: i64 = 100;
/// Data shorter than this is shown with half a minute on either side.
const INSTANT_US: i64 = 20 * MILLISECOND_US;
/// Room left free on either side of the whole span, as a share of it.
const MARGIN: f64 = 0.01;

/// The visible stretch, within limits given by the data.
///
/// `start < end` always holds, whatever the data: no rows, one instant, a zero-length range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    visible: TimeSpan,
    limits: TimeSpan,
    zone: Zone,
}

impl Window {
    /// Everything that `data` spans, with a little air. One instant gets half a minute either
    /// side; no data gets one day from the epoch.
    pub fn whole(data: Option<TimeSpan>) -> Self {
        let limits = match data {
            None => TimeSpan::new(Time(0), Time(crate::model::time::DAY_US)),
            Some(span) if span.len_us() < INSTANT_US => {
                let half = 30 * crate::model::time::SECOND_US;
                TimeSpan::new(Time(span.start.0 - half), Time(span.end.0.saturating_add(half)))
            }
            Some(span) => {
                let air = (span.len_us() as f64 * MARGIN) as i64 + 1;
                TimeSpan::new(Time(span.start.0 - air), Time(span.end.0.saturating_add(air)))
            }
        };
        Self { visible: limits, limits, zone: Zone::UTC }
    }

    /// The same stretch by the clock of a zone: its bins and ticks are on that clock's round
    /// times.
    pub fn in_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// Whose clock it follows.
    pub fn zone(self) -> Zone {
        self.zone
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
        BinSpec::covering(self.visible, width, self.zone)
    }
}

/// Bins on round times: bin `i` holds `edge(i) <= t < edge(i + 1)`. Equal in length but for days
/// on which clocks change; see [`Grid`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BinSpec {
    grid: Grid,
    /// The grid's number of the first bin.
    first: i64,
    /// How many.
    pub count: usize,
}

impl BinSpec {
    /// Points a bar gets at least, gap included.
    const NARROWEST: f32 = 3.5;

    /// Bins that cover `span` drawn `width` points wide.
    pub fn covering(span: TimeSpan, width: f32, zone: Zone) -> Self {
        let most = (width / Self::NARROWEST).clamp(1.0, 4_000.0) as usize;
        Self::of_width(span, bin_width_us(span.len_us(), most), zone)
    }

    /// Bins of a given width that cover `span`.
    pub fn of_width(span: TimeSpan, bin_us: i64, zone: Zone) -> Self {
        let grid = Grid::new(zone, bin_us, span.start);
        let first = grid.index(span.start);
        let last = grid.index(Time(span.end.0.saturating_sub(1).max(span.start.0)));
        Self { grid, first, count: (last - first + 1).max(1) as usize }
    }

    /// `count` bins of `bin_us` µs from `start` on.
    pub fn from_start(start: Time, bin_us: i64, count: usize) -> Self {
        let grid = Grid::through(start, bin_us);
        Self { grid, first: grid.index(start), count }
    }

    /// The same bins with as many again on either side, starting on a multiple of the visible
    /// number: panning a little asks for the same bins, so the last answer still fits.
    pub fn padded(self) -> Self {
        let block = self.count.next_power_of_two();
        let first = (self.first.div_euclid(block as i64) - 1) * block as i64;
        Self { first, count: 4 * block, ..self }
    }

    /// The length of a bin, µs.
    pub fn bin_us(self) -> i64 {
        self.grid.step_us()
    }

    /// The round times its bins are on.
    pub fn grid(self) -> Grid {
        self.grid
    }

    /// Where bin `index` begins, µs; that of `count` is the end.
    pub fn edge(self, index: usize) -> i64 {
        self.grid.edge(self.first.saturating_add(index as i64))
    }

    /// Where all bins begin, and where the last ends, µs.
    pub fn edges(self) -> Vec<i64> {
        (0..=self.count).map(|i| self.edge(i)).collect()
    }

    /// The bin that holds `at`, if any.
    pub fn at(self, at: Time) -> Option<usize> {
        let index = self.grid.index(at).saturating_sub(self.first);
        usize::try_from(index).ok().filter(|i| *i < self.count)
    }

    /// The stretch of bin `index`.
    pub fn span(self, index: usize) -> TimeSpan {
        TimeSpan { start: Time(self.edge(index)), end: Time(self.edge(index + 1)) }
    }

    /// The bins that touch `span`.
    pub fn touching(self, span: TimeSpan) -> std::ops::Range<usize> {
        let bound = |index: i64| index.saturating_sub(self.first).clamp(0, self.count as i64);
        let last = self.grid.index(Time(span.end.0.saturating_sub(1)));
        let from = bound(self.grid.index(span.start)) as usize;
        from..(bound(last.saturating_add(1)) as usize).max(from)
    }

    /// Whether every bin of `other` is among these.
    pub fn contains(self, other: Self) -> bool {
        self.grid == other.grid
            && self.first <= other.first
            && self.first + self.count as i64 >= other.first + other.count as i64
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
        assert!(bins.edge(0) <= w.visible().start.0);
        assert!(bins.edge(bins.count) >= w.visible().end.0);
        assert!(bins.count <= 900 / 3);
        assert_eq!(bins.bin_us(), 6 * HOUR_US);
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
        let bins = BinSpec::from_start(Time(T0), HOUR_US, 10);
        assert_eq!(bins.grid().snap(Time(T0 + HOUR_US / 3)), Time(T0));
        assert_eq!(bins.grid().snap(Time(T0 + HOUR_US * 2 / 3)), Time(T0 + HOUR_US));
    }

    #[test]
    fn sixty_years_and_a_microsecond_are_both_few_bins() {
        let years = TimeSpan::new(Time(T0 - 60 * 365 * DAY_US), Time(T0));
        let whole = Window::whole(Some(years)).in_zone(Zone::berlin());
        assert!(whole.bins(900.0).count <= 260);
        let close = whole.zoom(Time(T0 - DAY_US), 1e15);
        assert_eq!(close.visible().len_us(), SHORTEST_US);
        assert_eq!(close.bins(900.0).bin_us(), 1);
        assert!(close.bins(900.0).padded().contains(close.bins(900.0)));
    }

    #[test]
    fn days_of_a_zone_are_counted_from_its_midnight_over_a_change_of_clocks() {
        let w = window().in_zone(Zone::berlin());
        let bins = BinSpec::of_width(w.visible(), DAY_US, Zone::berlin());
        let lengths: Vec<i64> = (0..bins.count).map(|i| bins.span(i).len_us() / HOUR_US).collect();
        assert_eq!(lengths.iter().filter(|hours| **hours == 23).count(), 1);
        assert!(lengths.iter().all(|hours| *hours == 23 || *hours == 24));
        for i in 0..bins.count {
            assert_eq!(bins.at(bins.span(i).start), Some(i));
            assert_eq!(bins.at(Time(bins.span(i).end.0 - 1)), Some(i));
        }
    }
}

//! Events crowded into a window: the scan statistic against the rate of everybody else.
//!
//! Each event opens a window; given that event, those that fall into its window are binomial
//! with the share of the population's events that do. The chance that any window of any width is
//! as crowded is at most the sum over windows (Bonferroni), so the p value errs on the side of
//! innocence.

use libm::log;

use super::binomial;

/// The most crowded window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crowd {
    /// Where it begins: the time of its first event, in the unit of the input.
    pub start: i64,
    /// The width of the window that was scanned with.
    pub width: i64,
    /// Events in it.
    pub observed: u64,
    /// Events to expect in it if these came like everybody's.
    pub expected: f64,
    /// ln of the chance of one such window, given the event that opens it.
    pub ln_p_one: f64,
    /// ln p over all windows of all widths.
    pub ln_p: f64,
    /// How many windows were looked at.
    pub windows: u64,
}

/// Events of a population: some of all, without others of them; both ascending.
#[derive(Clone, Copy, Debug)]
pub struct Others<'a> {
    all: &'a [i64],
    but: &'a [i64],
}

impl<'a> Others<'a> {
    /// All events but some, each of which is among them.
    pub fn of(all: &'a [i64], but: &'a [i64]) -> Self {
        Self { all, but }
    }

    fn len(self) -> usize {
        self.all.len().saturating_sub(self.but.len())
    }

    /// Events before a time.
    fn before(self, at: i64) -> usize {
        let before = |events: &[i64]| events.partition_point(|t| *t < at);
        before(self.all).saturating_sub(before(self.but))
    }

    /// The first and the last of them.
    fn ends(self) -> Option<(i64, i64)> {
        let skipped = self.all.iter().zip(self.but).take_while(|(a, b)| a == b).count();
        let backwards = self.all.iter().rev().zip(self.but.iter().rev());
        let behind = backwards.take_while(|(a, b)| a == b).count();
        Some((*self.all.get(skipped)?, *self.all.get(self.all.len().checked_sub(behind + 1)?)?))
    }
}

impl<'a, T: AsRef<[i64]> + ?Sized> From<&'a T> for Others<'a> {
    fn from(all: &'a T) -> Self {
        Self::of(all.as_ref(), &[])
    }
}

/// Scans `events` with windows of these `widths` against the `population`, which must not hold
/// the events themselves; both ascending. `None` for fewer than 2 events, without a population,
/// and without widths.
///
/// A population of few events leaves windows empty by chance: one event is added to it for every
/// width of time it spans. A window that is crowded counts as what is in it, however many windows
/// there are.
pub fn scan<'a>(
    events: &[i64],
    population: impl Into<Others<'a>>,
    widths: &[i64],
) -> Option<Crowd> {
    let population = population.into();
    let (first, last) = population.ends()?;
    let n = events.len() as u64;
    if n < 2 {
        return None;
    }
    let windows = n * widths.len() as u64;
    let mut best: Option<Crowd> = None;
    for width in widths.iter().copied().filter(|w| *w > 0) {
        let span =
            last.saturating_sub(first).max(events[events.len() - 1].saturating_sub(events[0]));
        let parts = (span as f64 / width as f64).max(1.0);
        let mut end = 0;
        for (i, start) in events.iter().enumerate() {
            let inside = |t: &&i64| t.saturating_sub(*start) < width;
            end += events[end..].iter().take_while(inside).count();
            let among = population.before(start.saturating_add(width)) - population.before(*start);
            let observed = (end - i) as u64;
            let share = share_inside(among, population.len(), parts);
            let ln_p_one = binomial::ln_at_least(observed - 1, n - 1, share)?;
            if best.is_none_or(|b| ln_p_one < b.ln_p_one) {
                let expected = share * n as f64;
                let ln_p = (ln_p_one + log(windows as f64)).min(0.0);
                let start = *start;
                best = Some(Crowd { start, width, observed, expected, ln_p_one, ln_p, windows });
            }
        }
    }
    best
}

/// The share of a population in a window of which it holds so many, `parts` windows being what it
/// spans: with one event more for each of them, and no less than it is.
pub fn share_inside(inside: usize, population: usize, parts: f64) -> f64 {
    let (inside, population) = (inside as f64, population as f64);
    let smoothed = (inside + 1.0) / (population + parts.max(1.0));
    smoothed.max(inside / population.max(1.0)).min(1.0)
}

/// The times of one sorted list that are not in another, which is part of it.
pub fn without(all: &[i64], part: &[i64]) -> Vec<i64> {
    let mut skip = part.iter().peekable();
    let is_other = |at: &&i64| skip.next_if(|next| *next == *at).is_none();
    all.iter().filter(is_other).copied().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sixty_starts_in_eleven_minutes_stand_out_of_steady_sign_ups() {
        let population: Vec<i64> = (0..20_000).map(|i| i * 120).collect();
        let mut events: Vec<i64> = (0..63).map(|i| 1_000_000 + i * 10).collect();
        let crowd = scan(&events, &population, &[660, 3600]).expect("enough");
        assert_eq!((crowd.start, crowd.width, crowd.observed), (1_000_000, 660, 63));
        assert!(crowd.expected < 0.1 && crowd.ln_p < -300.0, "{crowd:?}");
        // The same on the day everybody signs up is no news.
        let launch: Vec<i64> = (0..20_000).map(|i| 1_000_000 + i * 660 / 20_000).collect();
        let crowd = scan(&events, &launch, &[660]).expect("enough");
        assert!(crowd.ln_p > -1.0, "{crowd:?}");
        // Nor is it in a surge of sign-ups of an hour in years.
        let mut surge: Vec<i64> = (0..2_000).map(|i| i * 60_000).collect();
        surge.splice(17..17, (0..40).map(|i| 1_000_000 + i * 16));
        let crowd = scan(&events[..10], &surge, &[660]).expect("enough");
        assert!(crowd.expected > 10.0 * 0.9 * 40.0 / 2_040.0, "{crowd:?}");
        events.truncate(1);
        assert_eq!(scan(&events, &population, &[660]), None);
    }

    proptest! {
        #[test]
        fn windows_hold_what_counting_one_by_one_gives(
            mut events in prop::collection::vec(0_i64..500, 2..30),
            mut population in prop::collection::vec(0_i64..500, 1..60),
            width in 1_i64..200,
        ) {
            events.sort_unstable();
            population.sort_unstable();
            let crowd = scan(&events, &population, &[width]).expect("enough");
            let inside = |t: &&i64| (crowd.start..crowd.start + width).contains(*t);
            // Ties count from each of their places: the first of them holds them all.
            prop_assert_eq!(crowd.observed, events.iter().filter(inside).count() as u64);
            let near = population.iter().filter(inside).count() as f64;
            let span = (population[population.len() - 1] - population[0])
                .max(events[events.len() - 1] - events[0]);
            let parts = (span as f64 / width as f64).max(1.0);
            let smoothed = (near + 1.0) / (population.len() as f64 + parts);
            let share = smoothed.max(near / population.len() as f64).min(1.0);
            prop_assert!((crowd.expected - share * events.len() as f64).abs() < 1e-9);
            prop_assert!(crowd.ln_p <= 0.0 && crowd.ln_p >= crowd.ln_p_one);
        }
    }
}

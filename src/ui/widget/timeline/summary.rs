//! The timeline in words: for screen readers, for the clipboard and for the read-out.

use crate::model::{Time, TimeSpan};
use crate::ui::format::count as grouped;

use super::axis::{bin_name, day_label, span_label};
use super::{Timeline, max_in};

impl Timeline<'_> {
    /// What is visible, in a sentence or two.
    pub fn summary(&self) -> String {
        let visible = self.window.visible();
        let total = self.total.sum(visible);
        let untimed = match self.untimed.all {
            0 => String::new(),
            _ => format!("; {}", self.untimed.words(self.unit)),
        };
        if total == 0 {
            return format!("No {} in {}{untimed}", self.unit, span_label(whole_bins(visible)));
        }
        let bins = self.total.bins;
        let peak = max_in(bins, visible, |i| self.total.counts[i]);
        let at = self.total.counts.iter().position(|n| *n == peak).unwrap_or(0);
        let mut out = format!(
            "{} {} from {} to {}, at most {} per {} ({})",
            grouped(total),
            self.unit,
            day_label(visible.start.0),
            day_label(visible.end.0 - 1),
            grouped(peak),
            bin_name(bins.bin_us),
            span_label(bins.span(at)),
        );
        if let Some(range) = self.range {
            out += &format!("; selected {}", span_label(range));
        }
        out += &untimed;
        for marker in self.markers.iter().filter(|m| visible.contains(m.at)) {
            out += &format!("; {} {}", day_label(marker.at.0), marker.label);
        }
        out
    }

    /// The bin at `at`, line by line: its time, its counts, its series.
    pub(super) fn read_out(&self, at: Time) -> Vec<String> {
        let bins = self.total.bins;
        let Some(index) = bins.at(at) else { return Vec::new() };
        let total = self.total.counts.get(index).copied().unwrap_or(0);
        let mut out = vec![span_label(bins.span(index))];
        // Counts of another zoom would be of another stretch: better none than wrong.
        let stack = self.stack.filter(|s| s.bins.bin_us == bins.bin_us);
        let filtered = stack.and_then(|s| s.bins.at(at).map(|i| (s, i, s.total(i))));
        match filtered {
            Some((_, _, n)) if n != total => {
                out.push(format!("{} of {} {}", grouped(n), grouped(total), self.unit));
            }
            _ => out.push(format!("{} {}", grouped(total), self.unit)),
        }
        if let Some((stack, i, _)) = filtered {
            let shown =
                stack.series.iter().rev().filter(|s| s.counts.get(i).is_some_and(|n| *n > 0));
            out.extend(shown.map(|s| format!("{} {}", grouped(u64::from(s.counts[i])), s.name)));
        }
        out
    }
}

/// `span` without the fraction of a second that only air around the data has.
fn whole_bins(span: TimeSpan) -> TimeSpan {
    let second = crate::model::time::SECOND_US;
    let floor = |t: Time| Time(t.0.div_euclid(second) * second);
    TimeSpan { start: floor(span.start), end: floor(span.end) }
}

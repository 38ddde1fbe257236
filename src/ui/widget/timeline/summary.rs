//! The timeline in words: for screen readers, for the clipboard and for the read-out.

use crate::model::{Time, TimeSpan};
use crate::ui::format::count as grouped;

use super::Timeline;
use super::axis::{bin_name, day_label, span_label};

impl Timeline<'_> {
    /// What is visible, in a sentence or two.
    pub fn summary(&self) -> String {
        let (visible, zone) = (self.window.visible(), self.window.zone());
        let day = |t: Time| day_label(zone.wall(t).0);
        let total = self.total.sum(visible);
        let untimed = match self.untimed.all {
            0 => String::new(),
            _ => format!("; {}", self.untimed.words(self.unit)),
        };
        if total == 0 {
            return format!(
                "No {} in {}{untimed}",
                self.unit,
                span_label(zone.wall_span(whole_bins(visible)))
            );
        }
        let bins = self.total.bins;
        let peak = self.total.max_in(visible);
        let at = self.total.counts.iter().position(|n| *n == peak).unwrap_or(0);
        let mut out = format!(
            "{} {} from {} to {}, at most {} per {} ({})",
            grouped(total),
            self.unit,
            day(visible.start),
            day(Time(visible.end.0 - 1)),
            grouped(peak),
            bin_name(bins.bin_us()),
            span_label(zone.wall_span(bins.span(at))),
        );
        if let Some(range) = self.range {
            out += &format!("; selected {}", span_label(zone.wall_span(range)));
        }
        if let Some(hits) = self.hits_summary() {
            out += &format!("; {hits}");
        }
        out += &untimed;
        for marker in self.markers.iter().filter(|m| visible.contains(m.at)) {
            out += &format!("; {} {}", day(marker.at), marker.label);
        }
        for note in self.notes.iter().filter(|n| n.span.start < visible.end) {
            out += &format!("; {}", self.note_words(note));
        }
        out
    }

    /// The bin at `at`, line by line: its time, the same by another clock, its counts, its
    /// series.
    pub(super) fn read_out(&self, at: Time) -> Vec<String> {
        let bins = self.total.bins;
        let Some(index) = bins.at(at) else { return Vec::new() };
        let total = self.total.counts.get(index).copied().unwrap_or(0);
        let (span, zone) = (bins.span(index), self.window.zone());
        let clocks = std::iter::once(zone).chain(zone.other());
        let mut out: Vec<String> = clocks
            .map(|z| format!("{} {}", span_label(z.wall_span(span)), z.short(span.start)))
            .collect();
        // Counts of another zoom would be of another stretch: better none than wrong.
        let stack = self.stack.filter(|s| s.bins.grid() == bins.grid());
        let filtered = stack.and_then(|s| s.bins.at(at).map(|i| (s, i, s.total(i, self.hidden))));
        match filtered {
            Some((_, _, n)) if n != total => {
                out.push(format!("{} of {} {}", grouped(n), grouped(total), self.unit));
            }
            _ => out.push(format!("{} {}", grouped(total), self.unit)),
        }
        if let Some((stack, i, _)) = filtered {
            let here = |s: &super::Series| s.counts.get(i).copied().unwrap_or(0);
            let shown = stack.shown(self.hidden).rev().filter(|s| here(s) > 0);
            out.extend(shown.map(|s| format!("{} {}", grouped(u64::from(here(s))), s.name)));
            let hidden = stack.total(i, &[]) - stack.total(i, self.hidden);
            if hidden > 0 {
                out.push(format!("{} hidden", grouped(hidden)));
            }
        }
        out.extend(self.hits_at(at));
        out
    }
}

/// `span` without the fraction of a second that only air around the data has.
fn whole_bins(span: TimeSpan) -> TimeSpan {
    let second = crate::model::time::SECOND_US;
    let floor = |t: Time| Time(t.0.div_euclid(second) * second);
    TimeSpan { start: floor(span.start), end: floor(span.end) }
}

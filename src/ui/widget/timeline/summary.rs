//! The timeline in words: for screen readers, for the clipboard and for the read-out.

use crate::model::{Marker, Time, TimeNote, TimeSpan};
use crate::ui::format::count as grouped;

use super::Timeline;
use super::axis::{self, bin_name};

/// Markers and notes that are read out; of more, how many.
const LISTED: usize = 20;

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
            return format!("No {} in {}{untimed}", self.unit, self.when(whole_bins(visible)));
        }
        let bins = self.total.bins;
        let peak = self.total.max_in(visible);
        let at = self.total.counts.iter().position(|n| *n == peak).unwrap_or(0);
        // The bars at the ends may begin before what is visible, and end after it.
        let seen = bins.touching(visible);
        let (start, end) = (bins.edge(seen.start), bins.edge(seen.end));
        let mut out = format!(
            "{} {} from {} to {}, at most {} per {} ({})",
            grouped(total),
            self.unit,
            self.day(Time(start)),
            self.day(Time(end - 1)),
            grouped(peak),
            bin_name(bins.bin_us()),
            self.when(bins.span(at)),
        );
        if let Some(range) = self.range {
            out += &format!("; selected {}", self.when(range));
        }
        if let Some(hits) = self.hits_summary() {
            out += &format!("; {hits}");
        }
        out += &untimed;
        let markers = self.markers.iter().filter(|m| visible.contains(m.at));
        let markers: Vec<&Marker> = markers.collect();
        let notes = self.notes.iter().filter(|n| n.span.start < visible.end);
        let notes: Vec<&TimeNote> = notes.collect();
        let said = some(&markers, |m| format!("{} {}", self.day(m.at), m.label));
        for words in said.into_iter().chain(some(&notes, |note| self.note_words(note))) {
            out += &format!("; {words}");
        }
        out
    }

    /// A stretch of time in words.
    pub(super) fn when(&self, span: TimeSpan) -> String {
        axis::words(span, self.window.zone(), self.window.limits())
    }

    /// The day of a time in words.
    pub(super) fn day(&self, at: Time) -> String {
        axis::day(at, self.window.zone(), self.window.limits())
    }

    /// The bin at `at`, line by line: its time, the same by another clock, its counts, its
    /// series.
    pub(super) fn read_out(&self, at: Time) -> Vec<String> {
        let bins = self.total.bins;
        let Some(index) = bins.at(at) else { return Vec::new() };
        let total = self.total.counts.get(index).copied().unwrap_or(0);
        let (span, zone) = (bins.span(index), self.window.zone());
        let clocks = std::iter::once(zone).chain(zone.other());
        let mut out: Vec<String> =
            clocks.map(|z| axis::words(span, z, self.window.limits())).collect();
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

/// Some of many in words, as many as can be listened to, and how many more there are.
pub(super) fn some<T>(all: &[&T], words: impl Fn(&T) -> String) -> Vec<String> {
    let more = all.len().saturating_sub(LISTED) as u64;
    let more = (more > 0).then(|| format!("and {} more", grouped(more)));
    all.iter().take(LISTED).map(|one| words(one)).chain(more).collect()
}

/// `span` without the fraction of a second that only air around the data has.
fn whole_bins(span: TimeSpan) -> TimeSpan {
    let second = crate::model::time::SECOND_US;
    let floor = |t: Time| Time(t.0.div_euclid(second) * second);
    TimeSpan { start: floor(span.start), end: floor(span.end) }
}

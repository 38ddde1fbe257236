//! The traffic card: counts over time, unfiltered behind filtered, with the brush.

mod hits;
mod legend;
mod measure;
mod options;
mod range;
#[cfg(test)]
mod walk;

use egui::{Rect, Ui};

use crate::model::{Granularity, Marker, TimeSpan};
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::view::traffic::{Split, answer, split, within};
use crate::ui::widget::timeline::{
    BinSpec, Counts, Stack, Timeline, TimelineAction, TimelineState, Untimed, Window, axis,
};
use crate::ui::widget::{Card, card, key_cap};
use crate::ui::{Latest, Zone};

use super::query::{Masks, Query};
use super::times;
use hits::Hits;
use measure::Measuring;
use options::Options;
use range::RangeText;

/// The card's own state.
#[derive(Default)]
pub struct Traffic {
    timeline: TimelineState,
    stack: Latest<StackKey, Stack>,
    hits: Hits,
    /// Unfiltered counts of the window drawn last.
    total: Option<((u64, Granularity, BinSpec), Counts)>,
    whole: Option<((u64, Granularity, BinSpec), Counts)>,
    options: Options,
    /// Names of series that are not drawn.
    hidden: Vec<String>,
    measuring: Measuring,
    range_text: RangeText,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct StackKey {
    masks: u64,
    /// Version of the verdicts and tags, where it is split by them.
    lists: u64,
    bins: BinSpec,
    by: Split,
}

impl Traffic {
    /// Draws the card.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        scene: &mut Scene<'_>,
        query: &Query,
        dragged: &mut Option<Option<TimeSpan>>,
    ) {
        let masks = query.masks().cloned();
        let counted = masks.as_ref().map_or(Granularity::Exchange, |m| m.population.counted());
        let unit = counted.plural();
        let window = times::window(scene, Zone::of(ui.ctx()));
        let untimed = masks.as_ref().map(|masks| untimed(scene, masks)).unwrap_or_default();
        let width = Timeline::plot_width(rect.width() - 2.0, untimed);
        let bins = window.bins(width);
        let note = self.note(unit, bins);
        let inner = card(ui, rect, &Card { title: "Traffic", note: &note }, |ui| {
            key_cap(ui, "W A S D").on_hover_text(HOW);
            let (by, before) = (self.options.by, self.options.measure);
            self.options.show(ui, scene, dragged.is_some());
            if self.options.by != by {
                self.hidden.clear();
            }
            if before && !self.options.measure {
                self.measuring.end();
            }
            self.range_text.show(ui, scene, query, *dragged, counted);
        });
        self.hits.ask(ui, scene, counted, bins);
        let Some(masks) = masks else { return query.show_error(ui, inner) };
        self.count(ui, scene, &masks, window, bins, width);
        self.measuring.ask(ui, scene, &masks);
        let (Some((_, total)), Some((_, whole))) = (&self.total, &self.whole) else { return };
        let markers: Vec<Marker> = self.options.shown(scene.markers).cloned().collect();
        let measured = self.measuring.measured(scene, &masks);
        let timeline = Timeline {
            name: "Traffic",
            unit,
            window,
            total,
            stack: self.stack.answer(),
            hidden: &self.hidden,
            whole: Some(whole),
            markers: &markers,
            hits: self.hits.answer(),
            notes: if self.options.notes { scene.time_notes } else { &[] },
            range: dragged.unwrap_or(scene.view.filter.time).map(|r| within(r, window.limits())),
            hover: scene.hover.time,
            height_of: self.options.height_of,
            untimed,
            measuring: self.options.measure,
            measured: measured.as_ref(),
            listens: scene.keys.are_free(),
        };
        let legend = self.stack.answer().filter(|s| s.series.len() > 1);
        let room = legend::height(inner, legend);
        let (plot, below) = inner.split_top_bottom_at_y(inner.bottom() - room);
        let output = region(ui, plot, |ui| timeline.show(ui, &mut self.timeline));
        if let Some(stack) = legend.filter(|_| room > 0.0) {
            region(ui, below, |ui| legend::show(ui, stack, &mut self.hidden));
        }
        for action in output.actions {
            self.apply(action, scene, dragged);
        }
    }

    /// What exactly is drawn.
    fn note(&self, unit: &str, bins: BinSpec) -> String {
        if self.options.measure {
            return "drag to measure".to_owned();
        }
        let per = axis::bin_name(bins.bin_us());
        match self.options.by {
            Split::Nothing => format!("{unit} per {per}"),
            by => format!("{unit} per {per}, split by {}", by.name()),
        }
    }

    /// Asks for the stack and counts the grey totals, which cost a binary search a bar.
    fn count(
        &mut self,
        ui: &Ui,
        scene: &Scene<'_>,
        masks: &Masks,
        window: Window,
        bins: BinSpec,
        width: f32,
    ) {
        let index = scene.index;
        let counted = masks.population.counted();
        let count = |bins: BinSpec| {
            let counts = index.counts_between(&masks.population, &bins.edges());
            Counts { bins, counts: counts.into_iter().map(u64::from).collect() }
        };
        let key = (scene.index_version, counted, bins);
        if self.total.as_ref().is_none_or(|(old, _)| *old != key) {
            self.total = Some((key, count(bins)));
        }
        let all = window.reset().bins(width);
        let key = (scene.index_version, counted, all);
        if self.whole.as_ref().is_none_or(|(old, _)| *old != key) {
            self.whole = Some((key, count(all)));
        }
        // Room on either side, so that a small pan finds its bars already counted.
        let padded = if window.is_zoomed() { bins.padded() } else { bins };
        let by = self.options.by;
        let lists = if by.reads_lists() { scene.lists_version } else { 0 };
        let key = StackKey { masks: masks.traffic_id, lists, bins: padded, by };
        let same = |k: &StackKey| StackKey { bins: padded, ..*k } == key;
        if !self.stack.has(|k| same(k) && k.bins.contains(bins)) {
            let (index, mask, lists) = (index.clone(), masks.traffic.clone(), scene.lists.clone());
            self.stack.ask(ui.ctx(), key, move |_| {
                Ok::<_, String>(split(&index, &lists, &mask, padded, by))
            });
        }
    }

    fn apply(
        &mut self,
        action: TimelineAction,
        scene: &mut Scene<'_>,
        dragged: &mut Option<Option<TimeSpan>>,
    ) {
        match action {
            TimelineAction::Measure(span) => self.measuring.span = span,
            action => answer(action, dragged, scene),
        }
    }
}

const HOW: &str = "W and S zoom, A and D pan, Ctrl with the wheel zooms at the pointer, Shift with \
                   a drag pans. Drag to select a range, drag it or its edges to change it, \
                   double-click or Esc to lift it, F to fit it. M with a drag measures, N writes a \
                   note on the range";

/// What has no place on the axis: of everything, and of what the filter keeps.
fn untimed(scene: &Scene<'_>, masks: &Masks) -> Untimed {
    Untimed {
        all: scene.index.without_time(&masks.population),
        kept: scene.index.without_time(&masks.shown),
        chosen: scene.view.filter.is_only_untimed(),
    }
}

//! The top of the overview as it was when the case was last closed, while the case is being opened.

use egui::{Rect, Ui, vec2};

use crate::case::first_look::{Bars, FirstLook, Number};
use crate::index::Coverage;
use crate::model::{Time, TimeSpan};
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::card::{self, Card, card};
use crate::ui::widget::stat::Stat;
use crate::ui::widget::timeline::{
    BinSpec, Counts, Series, Stack, Timeline, TimelineState, Window, axis,
};
use crate::ui::{Zone, view::overview};

use super::traffic::Drawn;
use super::{Facts, lanes, numbers};

/// What is to be kept of the overview as it stands.
pub(super) fn taken(
    facts: &Facts,
    coverage: &[Coverage],
    drawn: &Drawn,
    scene: &Scene<'_>,
    zone: Zone,
) -> FirstLook {
    let number = |s: Stat| Number {
        title: s.title,
        value: s.value,
        note: s.note,
        is_inferred: s.is_inferred,
    };
    let bars = |s: &Series| Bars {
        name: format::display(&s.name).chars().take(100).collect(),
        category: s.category,
        counts: s.counts.clone(),
    };
    let bins = drawn.stack.bins;
    FirstLook {
        events: scene.index.len() as u64,
        numbers: numbers::six(facts, coverage, scene, zone, None).map(number).to_vec(),
        unit: drawn.counted.plural().into(),
        span_us: scene.index.span().map(|span| (span.start.0, span.end.0)),
        start_us: bins.edges().first().copied().unwrap_or(0),
        bin_us: bins.bin_us(),
        series: drawn.stack.series.iter().map(bars).collect(),
    }
}

/// Draws it, where the overview will be.
pub fn show(ui: &mut Ui, look: &FirstLook) {
    let overview::Places { numbers, traffic, top, mix, fitness, .. } =
        overview::places(ui.max_rect());
    let stats: Vec<Stat> = look.numbers.iter().map(stat).collect();
    numbers::cells(ui, numbers, &stats);
    let title = "Traffic and sources";
    let note = format!("{} per {}, by model", look.unit, axis::bin_name(look.bin_us));
    let body = card(ui, traffic, &Card { title, note: &format::display(&note) }, |ui| {
        ui.label(Face::Small.text("as it was last closed").color(Theme::of(ui).muted));
    });
    let axis = Rect::from_min_max(body.min + vec2(lanes::NAMES, 0.0), body.max);
    region(ui, axis, |ui| bars(ui, look));
    for (rect, title) in [(top, "Top accounts"), (mix, "Mix"), (fitness, "Data fitness")] {
        let body = card(ui, rect, &Card { title, note: "" }, |_| {});
        card::empty(ui, body, "Loading…", "");
    }
}

fn stat(number: &Number) -> Stat {
    Stat {
        title: format::display(&number.title),
        value: format::display(&number.value),
        note: format::display(&number.note),
        tooltip: String::new(),
        is_inferred: number.is_inferred,
    }
}

fn bars(ui: &mut Ui, look: &FirstLook) {
    let Some((start, end)) = look.span_us else { return };
    let bars = look.series.first().map_or(1, |s| s.counts.len().max(1));
    let bins = BinSpec::from_start(Time(look.start_us), look.bin_us, bars);
    let series = |s: &Bars| Series {
        name: format::display(&s.name),
        category: s.category,
        counts: s.counts.clone(),
    };
    let stack = Stack { bins, series: look.series.iter().map(series).collect() };
    let sums = (0..bars).map(|bar| look.series.iter().map(|s| u64::from(s.counts[bar])).sum());
    let total = Counts { bins, counts: sums.collect() };
    let span = TimeSpan { start: Time(start), end: Time(end) };
    let window = Window::whole(Some(span)).in_zone(Zone::of(ui.ctx()));
    let timeline =
        Timeline { stack: Some(&stack), ..Timeline::of("Traffic", &look.unit, window, &total) };
    timeline.show(ui, &mut TimelineState::default());
}

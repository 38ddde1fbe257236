//! The traffic card: counts over time, unfiltered behind filtered, with the brush.

use egui::{Rect, Ui};

use crate::model::{Granularity, Time, TimeSpan};
use crate::ui::Latest;
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Hover};
use crate::ui::theme::{Face, Theme};
use crate::ui::view::traffic::{by_model, within};
use crate::ui::widget::timeline::{
    BinSpec, Counts, HeightOf, Stack, Timeline, TimelineAction, TimelineState, Untimed, Window,
    axis,
};
use crate::ui::widget::{Card, button, card, glyph, key_cap};

use super::query::{Masks, Query};

/// The card's own state.
#[derive(Default)]
pub struct Traffic {
    timeline: TimelineState,
    stack: Latest<StackKey, Stack>,
    /// Unfiltered counts of the window drawn last.
    total: Option<((u64, Granularity, BinSpec), Counts)>,
    whole: Option<((u64, Granularity, BinSpec), Counts)>,
    height_of: HeightOf,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct StackKey {
    masks: u64,
    bins: BinSpec,
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
        let window = window(scene);
        let untimed = masks.as_ref().map(|masks| untimed(scene, masks)).unwrap_or_default();
        let width = Timeline::plot_width(rect.width() - 2.0, untimed);
        let bins = window.bins(width);
        let note = format!("{unit} per {}, by model", axis::bin_name(bins.bin_us));
        let selected = selected_text(scene, query, *dragged, counted);
        let inner = card(ui, rect, &Card { title: "Traffic", note: &note }, |ui| {
            key_cap(ui, "W A S D").on_hover_text(
                "W and S zoom, A and D pan, drag to select a range, F to fit it, Esc to lift it",
            );
            self.height_choice(ui, scene, dragged.is_some());
            ui.label(Face::Body.text(selected).color(Theme::of(ui).muted));
        });
        let Some(masks) = masks else { return query.show_error(ui, inner) };
        self.count(ui, scene, &masks, window, bins, width);
        let (Some((_, total)), Some((_, whole))) = (&self.total, &self.whole) else { return };
        let timeline = Timeline {
            name: "Traffic",
            unit,
            window,
            total,
            stack: self.stack.answer(),
            whole: Some(whole),
            markers: scene.markers,
            range: dragged.unwrap_or(scene.view.filter.time).map(|r| within(r, window.limits())),
            height_of: self.height_of,
            untimed,
            listens: scene.keys.are_free(),
        };
        let legend = self.stack.answer().filter(|s| s.series.len() > 1);
        let room = legend_height(inner, legend);
        let (plot, below) = inner.split_top_bottom_at_y(inner.bottom() - room);
        let output = region(ui, plot, |ui| timeline.show(ui, &mut self.timeline));
        if let Some(stack) = legend.filter(|_| room > 0.0) {
            region(ui, below, |ui| show_legend(ui, stack));
        }
        for action in output.actions {
            apply(action, scene, dragged);
        }
    }

    /// A switch that appears once there is something to switch.
    fn height_choice(&mut self, ui: &mut Ui, scene: &Scene<'_>, dragging: bool) {
        let filtered = !scene.view.filter.is_everything() || !scene.view.selection.is_nothing();
        if !filtered && !dragging {
            self.height_of = HeightOf::Either;
            return;
        }
        let options =
            [(HeightOf::Filtered, "filtered"), (HeightOf::All, "all"), (HeightOf::Either, "auto")];
        if let Some(choice) = button::choice(ui, self.height_of, &options) {
            self.height_of = choice;
        }
        ui.label(Face::Small.text("height").color(Theme::of(ui).muted));
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
            let span = TimeSpan { start: Time(bins.first_us), end: Time(bins.end_us()) };
            let histogram = index.histogram(&masks.population, span, bins.count);
            Counts { bins, counts: histogram.bins.into_iter().map(u64::from).collect() }
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
        if !self.stack.has(|k| k.masks == masks.id && k.bins.contains(bins)) {
            let (index, mask) = (index.clone(), masks.traffic.clone());
            let key = StackKey { masks: masks.id, bins: padded };
            self.stack
                .ask(ui.ctx(), key, move |_| Ok::<_, String>(by_model(&index, &mask, padded)));
        }
    }
}

/// What has no place on the axis: of everything, and of what the filter keeps.
fn untimed(scene: &Scene<'_>, masks: &Masks) -> Untimed {
    Untimed {
        all: scene.index.without_time(&masks.population),
        kept: scene.index.without_time(&masks.shown),
        chosen: scene.view.filter.is_only_untimed(),
    }
}

/// The visible part of the time axis.
fn window(scene: &Scene<'_>) -> Window {
    let whole = Window::whole(scene.index.span());
    scene.view.window.map_or(whole, |visible| whole.show(visible))
}

fn apply(action: TimelineAction, scene: &mut Scene<'_>, dragged: &mut Option<Option<TimeSpan>>) {
    match action {
        TimelineAction::SetRange { range, finished: false } => *dragged = Some(range),
        TimelineAction::SetRange { range, finished: true } => {
            *dragged = None;
            scene.ask(Action::Brush(range));
        }
        TimelineAction::OnlyUntimed(only) => {
            scene.ask(Action::Filter(scene.view.filter.with_only_untimed(only)));
        }
        TimelineAction::SetWindow(window) => {
            scene.ask(Action::Look(window.is_zoomed().then(|| window.visible())));
        }
        TimelineAction::Hover(time) => {
            scene.ask(Action::Hover(Hover { time, ..scene.hover.clone() }));
        }
    }
}

fn selected_text(
    scene: &Scene<'_>,
    query: &Query,
    dragged: Option<Option<TimeSpan>>,
    counted: Granularity,
) -> String {
    let Some(shown) = query.shown() else { return String::new() };
    let mut parts = Vec::new();
    if let Some(range) = dragged.unwrap_or(scene.view.filter.time) {
        let inside = scene.index.span().map_or(range, |all| within(range, all));
        parts.push(format!("{} selected", axis::length_label(inside.len_us())));
    }
    let rows = u64::from(shown.totals.rows);
    parts.push(format!("{} {}", format::count(rows), counted.word(rows)));
    parts.push(format::counted(shown.accounts, "account", "accounts"));
    if rows == 0 && !scene.view.selection.is_nothing() {
        parts.push("the selection is outside the filter".into());
    }
    parts.join(" · ")
}

const LEGEND: f32 = 20.0;

/// A legend needs a line; without room for it the read-out names the colours.
fn legend_height(inner: Rect, legend: Option<&Stack>) -> f32 {
    if legend.is_some() && inner.height() > 130.0 { LEGEND } else { 0.0 }
}

fn show_legend(ui: &mut Ui, stack: &Stack) {
    ui.horizontal_centered(|ui| {
        ui.add_space(44.0);
        ui.spacing_mut().item_spacing.x = 6.0;
        let theme = Theme::of(ui);
        for series in &stack.series {
            glyph::swatch(ui, theme.category(series.category));
            let name = crate::ui::widget::raw::visible_text(&series.name);
            ui.label(Face::Small.text(name).color(theme.muted));
            ui.add_space(8.0);
        }
    });
}

//! Traffic by model with markers, and the lanes of the logs below it on the same axis.

use egui::{Rect, Sense, Ui, pos2, vec2};

use crate::index::{self, Index, Mask};
use crate::model::{Filter, Granularity, TimeSpan};
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::view::traffic::{answer, by_model, within};
use crate::ui::widget::card::{self, Card, card};
use crate::ui::widget::timeline::{
    BinSpec, Counts, HeightOf, Stack, Timeline, TimelineState, Untimed, Window, axis,
};
use crate::ui::widget::{glyph, outline};
use crate::ui::{Latest, Zone};

use super::FIRST_ANSWER;
use super::lanes::{self, Lanes};

/// Names in the legend.
const LEGEND: usize = 4;
/// The card's own state.
#[derive(Default)]
pub struct Traffic {
    timeline: TimelineState,
    counts: Latest<CountsKey, Drawn>,
    /// The range being dragged.
    dragged: Option<Option<TimeSpan>>,
}

#[derive(Clone, Debug, PartialEq)]
struct CountsKey {
    index: u64,
    lists: u64,
    filter: Filter,
    bins: BinSpec,
}

/// The bars of one window.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    pub counted: Granularity,
    total: Counts,
    pub stack: Stack,
    /// Rows without a time: of all, and of those kept.
    untimed: (u64, u64),
}

impl Traffic {
    /// The bars of the whole case, where these are the ones in sight.
    pub(super) fn drawn(&self) -> Option<&Drawn> {
        let is_all = self.counts.answered().is_some_and(|key| key.filter == Filter::default());
        self.counts.answer().filter(|_| is_all && !self.counts.is_stale())
    }

    /// Draws the card.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, lanes: &Lanes, scene: &mut Scene<'_>) {
        let zone = Zone::of(ui.ctx());
        let whole = Window::whole(scene.index.span()).in_zone(zone);
        let window = scene.view.window.map_or(whole, |visible| whole.show(visible));
        let untimed = self.untimed(scene);
        let bars = Timeline::plot_width(rect.width() - 2.0 - lanes::NAMES, untimed);
        let bins = window.bins(bars);
        self.ask(ui, scene, bins);
        let unit = self.counts.answer().map_or(Granularity::Exchange, |d| d.counted).plural();
        let note = format!("{unit} per {}, by model", axis::bin_name(bins.bin_us()));
        let has_gaps = lanes.coverage().iter().any(|c| !c.gaps.is_empty());
        let body = card(ui, rect, &Card { title: "Traffic and sources", note: &note }, |ui| {
            legend(ui, self.counts.answer().map(|d| &d.stack), has_gaps);
        });
        let split = (body.bottom() - lanes.height()).max(body.top() + 80.0);
        let upper =
            Rect::from_min_max(body.min + vec2(lanes::NAMES, 0.0), pos2(body.right(), split));
        let lower = Rect::from_min_max(pos2(body.left(), split), body.max);
        self.bars(ui, upper, window, unit, scene);
        lanes.show(ui, lower, untimed.room(), window, scene);
    }

    /// What has no place on the axis. A brush keeps none of it.
    fn untimed(&self, scene: &Scene<'_>) -> Untimed {
        let (all, kept) = self.counts.answer().map_or((0, 0), |drawn| drawn.untimed);
        let filter = &scene.view.filter;
        let kept = if filter.time.is_some() { 0 } else { kept };
        Untimed { all, kept, chosen: filter.is_only_untimed() }
    }

    fn ask(&mut self, ui: &Ui, scene: &Scene<'_>, bins: BinSpec) {
        let mut filter = scene.view.filter.clone();
        // The brush is drawn over all bars; what it leaves out stays visible behind it.
        filter.time = None;
        let lists_version = scene.lists_version_for(&filter);
        let key = CountsKey {
            index: scene.index_version,
            lists: lists_version,
            filter: filter.clone(),
            bins,
        };
        let (index, lists) = (scene.index.clone(), scene.lists.clone());
        self.counts.ask(ui.ctx(), key, move |_| {
            let mask = index::compile(&filter, &index, &lists)?;
            Ok::<_, crate::model::FilterError>(draw(&index, &mask, bins))
        });
        self.counts.wait_for_first(FIRST_ANSWER);
    }

    fn bars(&mut self, ui: &mut Ui, rect: Rect, window: Window, unit: &str, scene: &mut Scene<'_>) {
        let drawn = self.counts.answer().filter(|_| self.counts.error().is_none());
        let Some(drawn) = drawn else {
            let (title, why) = match self.counts.error() {
                Some(error) => ("This filter cannot be counted", error),
                None => ("Counting…", ""),
            };
            card::empty(ui, rect, title, why);
            return;
        };
        let range = self.dragged.unwrap_or(scene.view.filter.time);
        let timeline = Timeline {
            name: "Traffic",
            unit,
            window,
            total: &drawn.total,
            stack: Some(&drawn.stack),
            whole: None,
            markers: scene.markers,
            hidden: &[],
            notes: scene.time_notes,
            hits: None,
            range: range.map(|r| within(r, window.limits())),
            hover: scene.hover.time,
            height_of: HeightOf::All,
            measuring: false,
            measured: None,
            untimed: self.untimed(scene),
            listens: scene.keys.are_free(),
        };
        let output = region(ui, rect, |ui| timeline.show(ui, &mut self.timeline));
        for action in output.actions {
            answer(action, &mut self.dragged, scene);
        }
    }
}

fn draw(index: &Index, mask: &Mask, bins: BinSpec) -> Drawn {
    let counted = mask.counted();
    let all = index.counts_between(index.population(counted), &bins.edges());
    let total = Counts { bins, counts: all.into_iter().map(u64::from).collect() };
    let stack = by_model(index, mask, bins);
    let untimed = (index.without_time(index.population(counted)), index.without_time(mask));
    Drawn { counted, total, stack, untimed }
}

fn legend(ui: &mut Ui, stack: Option<&Stack>, has_gaps: bool) {
    let theme = Theme::of(ui);
    let mut key = |name: &str, draw: &dyn Fn(&mut Ui)| {
        ui.label(Face::Small.text(format::display(name)).color(theme.muted));
        ui.spacing_mut().item_spacing.x = 6.0;
        draw(ui);
        ui.add_space(8.0);
    };
    if has_gaps {
        key("gap", &|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(14.0, 9.0), Sense::hover());
            outline::hatch(ui.painter(), rect, theme.warn);
        });
    }
    let series = stack.map_or(&[][..], |s| &s.series);
    // Laid out from the right, so the last comes first.
    for one in series.iter().take(LEGEND).rev() {
        key(&one.name, &|ui| glyph::swatch(ui, theme.category(one.category)));
    }
}

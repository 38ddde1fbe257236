//! Traffic by model with markers, and one lane a source below it on the same axis.

use std::collections::BTreeMap;

use egui::{Align, Rect, Sense, Ui, pos2, vec2};

use crate::index::{self, Index, Mask};
use crate::ingest;
use crate::model::{Filter, Granularity, SourceInfo, Time, TimeSpan};
use crate::ui::Latest;
use crate::ui::app::session::file_name;
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Hover};
use crate::ui::theme::{Face, Theme};
use crate::ui::view::traffic::{by_model, within};
use crate::ui::widget::card::{self, Card, card};
use crate::ui::widget::timeline::{
    BinSpec, Counts, HeightOf, Scale, Stack, Timeline, TimelineAction, TimelineState, Untimed,
    Window, axis,
};
use crate::ui::widget::{glyph, outline, text};

use super::FIRST_ANSWER;
use super::gather::{self, LANE_BINS, Lane};

/// Names in the legend.
const LEGEND: usize = 4;
/// Room for the names of lanes, left of the plot.
const NAMES: f32 = 84.0;
/// What the timeline keeps free left and right of its bars.
const GUTTERS: (f32, f32) = (44.0, 12.0);
/// Height of a lane.
const LANE: f32 = 18.0;
/// Lanes shown one by one; beyond, sources of one format share a lane.
const MOST_LANES: usize = 4;

/// The card's own state.
#[derive(Default)]
pub struct Traffic {
    timeline: TimelineState,
    counts: Latest<CountsKey, Drawn>,
    lanes: Latest<(u64, Vec<Vec<u32>>), Vec<Lane>>,
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
struct Drawn {
    counted: Granularity,
    total: Counts,
    stack: Stack,
    /// Rows without a time: of all, and of those kept.
    untimed: (u64, u64),
}

impl Traffic {
    /// Draws the card.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>) {
        let groups = groups(scene.sources);
        let whole = Window::whole(scene.index.span());
        let window = scene.view.window.map_or(whole, |visible| whole.show(visible));
        let untimed = self.untimed(scene);
        let bars = rect.width() - 2.0 - NAMES - GUTTERS.0 - GUTTERS.1 - untimed.room();
        let bins = window.bins(bars.max(1.0));
        self.ask(ui, scene, &groups, bins);
        let unit = self.counts.answer().map_or(Granularity::Exchange, |d| d.counted).plural();
        let note = format!("{unit} per {}, by model", axis::bin_name(bins.bin_us));
        let has_gaps = self.lanes.answer().is_some_and(|l| l.iter().any(|l| !l.gaps.is_empty()));
        let body = card(ui, rect, &Card { title: "Traffic and sources", note: &note }, |ui| {
            legend(ui, self.counts.answer().map(|d| &d.stack), has_gaps);
        });
        let lanes_height = 8.0 + LANE * groups.len() as f32;
        let split = (body.bottom() - lanes_height).max(body.top() + 80.0);
        let upper = Rect::from_min_max(body.min + vec2(NAMES, 0.0), pos2(body.right(), split));
        let lower = Rect::from_min_max(pos2(body.left(), split), body.max);
        self.bars(ui, upper, window, unit, scene);
        self.lanes(ui, lower, window, &groups, scene);
    }

    /// What has no place on the axis. A brush keeps none of it.
    fn untimed(&self, scene: &Scene<'_>) -> Untimed {
        let (all, kept) = self.counts.answer().map_or((0, 0), |drawn| drawn.untimed);
        let filter = &scene.view.filter;
        let kept = if filter.time.is_some() { 0 } else { kept };
        Untimed { all, kept, chosen: filter.is_only_untimed() }
    }

    fn ask(&mut self, ui: &Ui, scene: &Scene<'_>, groups: &[Vec<u32>], bins: BinSpec) {
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
        let (index, wanted) = (scene.index.clone(), groups.to_vec());
        let key = (scene.index_version, wanted.clone());
        self.lanes.ask(ui.ctx(), key, move |p| gather::lanes(&index, &wanted, p));
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
            range: range.map(|r| within(r, window.limits())),
            height_of: HeightOf::All,
            untimed: self.untimed(scene),
            listens: scene.keys.are_free(),
        };
        let output = region(ui, rect, |ui| timeline.show(ui, &mut self.timeline));
        for action in output.actions {
            self.apply(action, scene);
        }
    }

    fn apply(&mut self, action: TimelineAction, scene: &mut Scene<'_>) {
        match action {
            TimelineAction::SetRange { range, finished: false } => self.dragged = Some(range),
            TimelineAction::SetRange { range, finished: true } => {
                self.dragged = None;
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

    fn lanes(
        &self,
        ui: &mut Ui,
        rect: Rect,
        window: Window,
        groups: &[Vec<u32>],
        scene: &Scene<'_>,
    ) {
        let theme = Theme::of(ui);
        ui.painter().hline(rect.x_range(), rect.top(), theme.hairline());
        let Some(span) = scene.index.span() else { return };
        let lanes = self.lanes.answer().map_or(&[][..], |l| l);
        let right = rect.right() - GUTTERS.1 - self.untimed(scene).room();
        let x = rect.left() + NAMES + GUTTERS.0..=right;
        for (i, group) in groups.iter().enumerate() {
            let top = rect.top() + 5.0 + i as f32 * LANE;
            let row = Rect::from_x_y_ranges(rect.x_range(), top..=top + LANE);
            let track = Rect::from_x_y_ranges(x.clone(), top + 4.0..=top + 13.0);
            let sources: Vec<&SourceInfo> =
                scene.sources.iter().filter(|s| group.contains(&s.id)).collect();
            names(ui, row, track.left(), &sources);
            let lane = lanes.iter().find(|lane| lane.sources == *group);
            paint_lane(ui, track, window, span, lane, theme);
            tooltip(ui, row, &sources, lane, i);
        }
        let plot = Rect::from_x_y_ranges(x, rect.top()..=rect.bottom() - 4.0);
        let scale = Scale::new(window.visible(), plot);
        for marker in scene.markers {
            let x = scale.x(marker.at.0);
            if plot.x_range().contains(x) {
                let color = crate::ui::widget::timeline::marker_color(theme, marker.kind);
                outline::dotted_vline(ui.painter(), x.round() + 0.5, plot.y_range(), color);
            }
        }
    }
}

fn draw(index: &Index, mask: &Mask, bins: BinSpec) -> Drawn {
    let span = TimeSpan { start: Time(bins.first_us), end: Time(bins.end_us()) };
    let counted = mask.counted();
    let all = index.histogram(index.population(counted), span, bins.count);
    let total = Counts { bins, counts: all.bins.into_iter().map(u64::from).collect() };
    let stack = by_model(index, mask, bins);
    let untimed = (index.without_time(index.population(counted)), index.without_time(mask));
    Drawn { counted, total, stack, untimed }
}

/// One lane a source while they are few; then one a format, in the order of import.
fn groups(sources: &[SourceInfo]) -> Vec<Vec<u32>> {
    if sources.len() <= MOST_LANES {
        return sources.iter().map(|s| vec![s.id]).collect();
    }
    let mut by_format: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for source in sources {
        by_format.entry(&source.format).or_default().push(source.id);
    }
    let mut groups: Vec<Vec<u32>> = by_format.into_values().collect();
    groups.sort_by_key(|group| group[0]);
    groups.truncate(MOST_LANES);
    groups
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

/// The name of a lane and its rows, left of it.
fn names(ui: &mut Ui, row: Rect, right: f32, sources: &[&SourceInfo]) {
    let theme = Theme::of(ui);
    let rows: u64 = sources.iter().map(|s| s.rows).sum();
    let end = Rect::from_x_y_ranges(right - 62.0..=right - 8.0, row.y_range());
    let number = Face::Tiny.text(format::compact(rows)).color(theme.muted);
    let number = text::in_rect(ui, end, Align::Max, number);
    let room = Rect::from_x_y_ranges(row.left() + 12.0..=number.rect.left() - 6.0, row.y_range());
    text::in_rect(ui, room, Align::Min, Face::Tiny.text(lane_name(sources)).color(theme.text));
}

/// A file by its name; several by their format.
fn lane_name(sources: &[&SourceInfo]) -> String {
    match sources {
        [one] => file_name(one.path.as_ref()),
        [first, ..] => {
            let title = ingest::format::by_id(&first.format).map_or(&*first.format, |f| f.title());
            format!("{} × {title}", sources.len())
        }
        [] => String::new(),
    }
}

fn paint_lane(
    ui: &Ui,
    track: Rect,
    window: Window,
    span: TimeSpan,
    lane: Option<&Lane>,
    theme: &Theme,
) {
    let painter = ui.painter().with_clip_rect(track.intersect(ui.clip_rect()));
    painter.rect_filled(track, 2.0, theme.raised);
    if let Some(lane) = lane {
        let scale = Scale::new(window.visible(), track);
        let edges = index::bin_edges(span, LANE_BINS);
        let part = |from: usize, to: usize| {
            Rect::from_x_y_ranges(scale.x(edges[from])..=scale.x(edges[to]) + 0.3, track.y_range())
        };
        let most = lane.bins.iter().copied().max().unwrap_or(0).max(1) as f32;
        for (i, n) in lane.bins.iter().enumerate().filter(|(_, n)| **n > 0) {
            // Darker where more; the root keeps quiet hours from looking empty.
            let strength = 0.3 + 0.6 * (*n as f32 / most).sqrt();
            painter.rect_filled(part(i, i + 1), 0.0, theme.neutral().gamma_multiply(strength));
        }
        for gap in &lane.gaps {
            outline::hatch(&painter, part(gap.start, gap.end), theme.warn);
        }
    }
}

fn tooltip(ui: &Ui, row: Rect, sources: &[&SourceInfo], lane: Option<&Lane>, i: usize) {
    let response = ui.interact(row, ui.scope_id().with(("lane", i)), Sense::hover());
    let [first, ..] = sources else { return };
    let title = ingest::format::by_id(&first.format).map_or(&*first.format, |f| f.title());
    let rows: u64 = sources.iter().map(|s| s.rows).sum();
    let rejects: u64 = sources.iter().map(|s| s.rejects).sum();
    let mut lines = vec![
        if sources.len() == 1 {
            format::display(&first.path)
        } else {
            format!("{} files", sources.len())
        },
        format!("{title}, {} rows, {} rejected", format::count(rows), format::count(rejects)),
    ];
    let gaps = lane.map_or(0, |l| l.gaps.len());
    if gaps > 0 {
        lines.push(format::counted(gaps as u64, "gap without records", "gaps without records"));
    }
    response.on_hover_text(lines.join("\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(id: u32, format: &str) -> SourceInfo {
        SourceInfo { id, format: format.into(), ..SourceInfo::default() }
    }

    #[test]
    fn few_sources_have_a_lane_each_and_many_share_one_by_format() {
        let few: Vec<SourceInfo> = (1..4).map(|i| source(i, "bedrock")).collect();
        assert_eq!(groups(&few), [[1], [2], [3]]);
        let many: Vec<SourceInfo> =
            (1..8).map(|i| source(i, if i % 2 == 0 { "bedrock" } else { "cloudtrail" })).collect();
        assert_eq!(groups(&many), [vec![1, 3, 5, 7], vec![2, 4, 6]]);
    }
}

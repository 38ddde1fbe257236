//! The logs of a case over its time: where each has records, where it has none although it
//! should, and where it has not begun or has ended.

use egui::{Align, Rect, Role, Sense, Stroke, Ui, WidgetInfo};
use rustc_hash::FxHashMap;

use crate::index::{self, Coverage, Feed, Gap, Index};
use crate::ingest;
use crate::job::{Cancelled, Progress};
use crate::model::time::MINUTE_US;
use crate::model::{SourceInfo, Time, TimeSpan};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::timeline::{GUTTER_LEFT, GUTTER_RIGHT, Scale, Window, marker_color};
use crate::ui::widget::{outline, text};
use crate::ui::{Latest, Zone};

/// Room for the names of lanes, left of the plot.
pub const NAMES: f32 = 84.0;
/// Height of a lane.
const LANE: f32 = 18.0;
/// Lanes at most; of more logs, those with the fewest rows share the last.
const MOST: usize = 4;
/// Parts a lane's time is divided into.
const BINS: usize = 180;
/// Said of every gap: what no log can tell.
pub const HONEST: &str = "A gap may be a quiet time or a lost export: no log says which";

/// What the lanes show.
#[derive(Default)]
pub struct Lanes {
    version: u64,
    heads: Vec<Head>,
    counted: Latest<u64, Counted>,
}

/// One log or several, and what is said of them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Head {
    feeds: Vec<Feed>,
    name: String,
    about: String,
    rows: u64,
}

/// What was counted of all rows.
struct Counted {
    coverage: Vec<Coverage>,
    /// Rows in each of [`BINS`] parts, a lane.
    bins: Vec<Vec<u32>>,
}

impl Lanes {
    /// Asks for what is shown, once for every index.
    pub fn ask(&mut self, ctx: &egui::Context, scene: &Scene<'_>) {
        let version = scene.index_version;
        if self.version != version {
            self.version = version;
            self.heads = heads(scene.sources);
        }
        if self.counted.answered() == Some(&version) {
            return;
        }
        let (index, sources) = (scene.index.clone(), scene.sources.to_vec());
        let feeds: Vec<Vec<Feed>> = self.heads.iter().map(|head| head.feeds.clone()).collect();
        self.counted.ask(ctx, version, move |progress| {
            let coverage = index.coverage(&sources, progress)?;
            let bins = bins(&index, &feeds, progress)?;
            Ok::<_, Cancelled>(Counted { coverage, bins })
        });
    }

    /// How far each log reaches, and its gaps.
    pub fn coverage(&self) -> &[Coverage] {
        self.counted.answer().map_or(&[], |counted| &counted.coverage)
    }

    /// The height of all lanes.
    pub fn height(&self) -> f32 {
        8.0 + LANE * self.heads.len() as f32
    }

    /// Draws them, with the markers of the case across. `aside` is left free on the right, below
    /// what has no time.
    pub fn show(&self, ui: &mut Ui, rect: Rect, aside: f32, window: Window, scene: &Scene<'_>) {
        let theme = Theme::of(ui);
        ui.painter().hline(rect.x_range(), rect.top(), theme.hairline());
        let Some(span) = scene.index.span() else { return };
        let x = rect.left() + NAMES + GUTTER_LEFT..=rect.right() - GUTTER_RIGHT - aside;
        for (i, head) in self.heads.iter().enumerate() {
            let top = rect.top() + 5.0 + i as f32 * LANE;
            let row = Rect::from_x_y_ranges(rect.left()..=rect.right() - aside, top..=top + LANE);
            let track = Rect::from_x_y_ranges(x.clone(), top + 4.0..=top + 13.0);
            names(ui, row, track.left(), head);
            let bins = self.counted.answer().and_then(|counted| counted.bins.get(i));
            let lane = Lane {
                head,
                bins: bins.map_or(&[], Vec::as_slice),
                edges: index::bin_edges(span, BINS),
                covered: self.covered(head),
                scale: Scale::new(window.visible(), track),
                zone: window.zone(),
            };
            lane.paint(ui, track, theme);
            self.read_out(ui, row, &lane, scene);
        }
        let plot = Rect::from_x_y_ranges(x, rect.top()..=rect.bottom() - 4.0);
        let scale = Scale::new(window.visible(), plot);
        for marker in scene.markers {
            let x = scale.x(marker.at.0);
            if plot.x_range().contains(x) {
                let color = marker_color(theme, marker.kind);
                outline::dotted_vline(ui.painter(), x.round() + 0.5, plot.y_range(), color);
            }
        }
    }

    /// The coverage of a lane of one log; several have none together.
    fn covered(&self, head: &Head) -> Option<&Coverage> {
        match &head.feeds[..] {
            [feed] => self.coverage().iter().find(|c| c.feed == *feed),
            _ => None,
        }
    }

    /// What the pointer is on, in numbers, and the same for who does not see it.
    fn read_out(&self, ui: &Ui, row: Rect, lane: &Lane<'_>, scene: &Scene<'_>) {
        let id = ui.scope_id().with(("lane", &lane.head.name));
        let response = ui.interact(row, id, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, lane.summary()));
        let Some(at) = response.hover_pos() else { return };
        let inside = at.x >= row.left() + NAMES + GUTTER_LEFT && at.x <= row.right() - GUTTER_RIGHT;
        let mut lines = Vec::new();
        lines.extend(inside.then(|| lane.at(lane.scale.time(at.x))).flatten());
        lines.push(lane.head.about.clone());
        lines.extend(lane.covered.map(|c| stretch(lane.zone, c.span)));
        lines.extend(self.beside(lane));
        let ids = lane.head.feeds.iter().flat_map(|feed| &feed.sources);
        let is_its = |id: u32| ids.clone().any(|own| *own == id);
        let clocks = scene.beside.clocks().iter();
        let clocks = clocks.filter(|c| is_its(c.source) || is_its(c.reference));
        lines.extend(clocks.map(|c| format::capitalised(&c.sentence())));
        response.on_hover_text_at_pointer(lines.join("\n"));
    }

    /// Which other logs have records in the same time.
    fn beside(&self, lane: &Lane<'_>) -> Vec<String> {
        let Some(own) = lane.covered else { return Vec::new() };
        let others = self.heads.iter().filter(|head| head.name != lane.head.name);
        let others = others.filter_map(|head| Some((head, self.covered(head)?.span)));
        let both = others.filter_map(|(head, span)| {
            let start = span.start.max(own.span.start);
            let end = span.end.min(own.span.end);
            (start < end).then(|| {
                format!("Beside it {}, {}", head.name, stretch(lane.zone, TimeSpan { start, end }))
            })
        });
        both.collect()
    }
}

/// `1 Mar 10:00 – 14 Mar 12:30 UTC`, in whole minutes that hold it.
fn stretch(zone: Zone, span: TimeSpan) -> String {
    let (start, end) = (span.start.0, span.end.0);
    let start = Time(start - start.rem_euclid(MINUTE_US));
    let end = Time(end.saturating_add((-end).rem_euclid(MINUTE_US)));
    let wall = zone.wall_span(TimeSpan { start, end });
    format!("{} {}", format::range(wall), zone.short(start))
}

/// One lane in a frame.
struct Lane<'a> {
    head: &'a Head,
    bins: &'a [u32],
    edges: Vec<i64>,
    covered: Option<&'a Coverage>,
    scale: Scale,
    zone: Zone,
}

impl Lane<'_> {
    fn gaps(&self) -> &[Gap] {
        self.covered.map_or(&[], |c| &c.gaps)
    }

    fn paint(&self, ui: &Ui, track: Rect, theme: &Theme) {
        let painter = ui.painter().with_clip_rect(track.intersect(ui.clip_rect()));
        // Before its first and after its last record there is only a thread.
        painter.hline(track.x_range(), track.center().y, Stroke::new(1.0, theme.line));
        let part = |from: i64, to: i64| {
            let x = self.scale.x(from)..=self.scale.x(to) + 0.3;
            Rect::from_x_y_ranges(x, track.y_range())
        };
        match self.covered {
            Some(c) => {
                _ = painter.rect_filled(part(c.span.start.0, c.span.end.0), 2.0, theme.raised)
            }
            None => _ = painter.rect_filled(track, 2.0, theme.raised),
        }
        let most = self.bins.iter().copied().max().unwrap_or(0).max(1) as f32;
        for (i, n) in self.bins.iter().enumerate().filter(|(_, n)| **n > 0) {
            // Darker where more; the root keeps quiet hours from looking empty.
            let strength = 0.3 + 0.6 * (*n as f32 / most).sqrt();
            let color = theme.neutral().gamma_multiply(strength);
            painter.rect_filled(part(self.edges[i], self.edges[i + 1]), 0.0, color);
        }
        for gap in self.gaps() {
            // A short gap in a long case is still seen.
            let mut area = part(gap.span.start.0, gap.span.end.0);
            area = area.expand2(egui::vec2(((4.0 - area.width()) / 2.0).max(0.0), 0.0));
            painter.rect_filled(area, 0.0, theme.panel);
            outline::hatch(&painter, area, theme.warn);
        }
    }

    /// The lane in words.
    fn summary(&self) -> String {
        let mut words = format!("{}: {} rows", self.head.name, format::count(self.head.rows));
        if let Some(covered) = self.covered {
            words.push_str(&format!(", {}", stretch(self.zone, covered.span)));
        }
        for gap in self.gaps() {
            words.push_str(&format!(", {}", gap.sentence()));
        }
        words
    }

    /// What there is at a time.
    fn at(&self, time: Time) -> Option<String> {
        if let Some(gap) = self.gaps().iter().find(|gap| gap.span.contains(time)) {
            let meanwhile = match gap.meanwhile {
                0 => "No other log has records meanwhile".to_owned(),
                n => format!("{} elsewhere meanwhile", format::counted(n, "record", "records")),
            };
            return Some(format!(
                "{}\n{meanwhile}\n{HONEST}",
                format::capitalised(&gap.sentence())
            ));
        }
        if let Some(covered) = self.covered.filter(|c| !c.span.contains(time)) {
            let first = time < covered.span.start;
            return Some(if first { "Not begun here" } else { "Ended before here" }.into());
        }
        let bin = self.edges.partition_point(|edge| *edge <= time.0).checked_sub(1)?;
        let rows = self.bins.get(bin)?;
        let span = TimeSpan { start: Time(self.edges[bin]), end: Time(self.edges[bin + 1]) };
        let rows = format::counted(u64::from(*rows), "record", "records");
        Some(format!("{rows}, {}", stretch(self.zone, span)))
    }
}

/// The name of a lane and its rows, left of it.
fn names(ui: &mut Ui, row: Rect, right: f32, head: &Head) {
    let theme = Theme::of(ui);
    let end = Rect::from_x_y_ranges(right - 62.0..=right - 8.0, row.y_range());
    let number = Face::Tiny.text(format::compact(head.rows)).color(theme.muted);
    let number = text::in_rect(ui, end, Align::Max, number);
    let room = Rect::from_x_y_ranges(row.left() + 12.0..=number.rect.left() - 6.0, row.y_range());
    text::in_rect(ui, room, Align::Min, Face::Tiny.text(&head.name).color(theme.text));
}

/// A lane for each log while they are few; then the largest, and one for the others.
fn heads(sources: &[SourceInfo]) -> Vec<Head> {
    let by_id: FxHashMap<u32, &SourceInfo> = sources.iter().map(|s| (s.id, s)).collect();
    let mut heads: Vec<Head> =
        index::feeds(sources).into_iter().map(|feed| head(vec![feed], sources, &by_id)).collect();
    if heads.len() > MOST {
        let mut largest: Vec<usize> = (0..heads.len()).collect();
        largest.sort_by_key(|i| std::cmp::Reverse(heads[*i].rows));
        largest.truncate(MOST - 1);
        let (mut kept, mut others) = (Vec::new(), Vec::new());
        for (i, head) in heads.into_iter().enumerate() {
            if largest.contains(&i) { kept.push(head) } else { others.extend(head.feeds) }
        }
        kept.push(head(others, sources, &by_id));
        heads = kept;
    }
    heads
}

fn head(feeds: Vec<Feed>, sources: &[SourceInfo], by_id: &FxHashMap<u32, &SourceInfo>) -> Head {
    let of = || feeds.iter().flat_map(|feed| &feed.sources).filter_map(|id| by_id.get(id));
    let rows = of().map(|s| s.rows).sum();
    let rejects: u64 = of().map(|s| s.rejects).sum();
    let (name, what) = match &feeds[..] {
        [feed] => {
            let title = ingest::format::by_id(&feed.format).map_or(&*feed.format, |f| f.title());
            let files = match &feed.sources[..] {
                [id] => by_id.get(id).map_or("", |s| &s.path).to_owned(),
                ids => format!("{} files that follow each other", ids.len()),
            };
            (feed.name(sources), format!("{}\n{title}", format::display(&files)))
        }
        several => {
            let name = format!("{} others", several.len());
            (name, format!("{} smaller logs together", several.len()))
        }
    };
    let numbers = format!("{} rows, {} rejected", format::count(rows), format::count(rejects));
    Head { name: format::display(&name), about: format!("{what}, {numbers}"), rows, feeds }
}

/// Rows of every kind over the time of the case, a lane.
fn bins(
    index: &Index,
    lanes: &[Vec<Feed>],
    progress: &Progress,
) -> Result<Vec<Vec<u32>>, Cancelled> {
    let Some(span) = index.span() else { return Ok(Vec::new()) };
    let edges = index::bin_edges(span, BINS);
    let mut lane_of = FxHashMap::default();
    for (lane, feeds) in lanes.iter().enumerate() {
        let sources = feeds.iter().flat_map(|feed| &feed.sources);
        lane_of.extend(sources.map(|source| (*source, lane)));
    }
    let mut counts = vec![vec![0u32; BINS]; lanes.len()];
    for bin in 0..BINS {
        progress.check()?;
        let (from, to) = (index.row_at(Time(edges[bin])), index.row_at(Time(edges[bin + 1])));
        // Rows of one source mostly stand together, so the map is rarely asked.
        let mut last = (0, None);
        for row in from..to {
            let source = index.source_id(row);
            if last.0 != source {
                last = (source, lane_of.get(&source).copied());
            }
            if let Some(lane) = last.1 {
                counts[lane][bin] += 1;
            }
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(id: u32, format: &str, rows: u64) -> SourceInfo {
        let span = Some(TimeSpan { start: Time(0), end: Time(9) });
        let path = format!("logs/{id}.jsonl");
        SourceInfo { id, format: format.into(), rows, span, path, ..SourceInfo::default() }
    }

    #[test]
    fn few_logs_have_a_lane_each_and_the_smallest_of_many_share_one() {
        let names = |sources: &[SourceInfo]| -> Vec<String> {
            heads(sources).into_iter().map(|head| head.name).collect()
        };
        let few: Vec<SourceInfo> = (1..4).map(|i| source(i, "bedrock", 1)).collect();
        assert_eq!(names(&few), ["1.jsonl", "2.jsonl", "3.jsonl"]);
        let many: Vec<SourceInfo> =
            [5, 1, 9, 2, 7].into_iter().zip(1..).map(|(rows, i)| source(i, "kong", rows)).collect();
        assert_eq!(names(&many), ["1.jsonl", "3.jsonl", "5.jsonl", "2 others"]);
        assert_eq!(heads(&many)[3].rows, 3);
    }

    #[test]
    fn a_time_is_read_out_as_a_gap_as_outside_or_as_a_count() {
        let at = |minute: i64| Time(1_772_323_200_000_000 + minute * 60_000_000);
        let gap = Gap { span: TimeSpan { start: at(20), end: at(60) }, meanwhile: 3 };
        let coverage = Coverage {
            feed: Feed::default(),
            rows: 9,
            span: TimeSpan { start: at(10), end: at(90) },
            gaps: vec![gap],
        };
        let head = Head { name: "a.jsonl".into(), rows: 9, ..Head::default() };
        let lane = Lane {
            head: &head,
            bins: &[0, 5, 4],
            edges: vec![at(0).0, at(5).0, at(15).0, at(100).0],
            covered: Some(&coverage),
            scale: Scale::new(coverage.span, Rect::EVERYTHING),
            zone: Zone::UTC,
        };
        let words = lane.at(at(30)).expect("a gap");
        let wanted = "No records from 2026-03-01 00:20 to 01:00 UTC (40 min)\n3 records elsewhere";
        assert!(words.starts_with(wanted) && words.ends_with(HONEST), "{words}");
        assert_eq!(lane.at(at(2)).as_deref(), Some("Not begun here"));
        assert_eq!(lane.at(at(95)).as_deref(), Some("Ended before here"));
        let bin = lane.at(at(12)).expect("a bin");
        assert_eq!(bin, "5 records, 1 Mar 00:05 – 00:15 UTC");
        assert!(lane.summary().contains("9 rows") && lane.summary().contains("no records from"));
    }
}

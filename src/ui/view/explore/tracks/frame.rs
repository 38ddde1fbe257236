//! Where everything of the card stands, and what stands under a point.

use egui::{Pos2, Rangef, Rect, pos2};

use crate::model::{Granularity, Time, TimeSpan};
use crate::ui::view::explore::times;
use crate::ui::widget::table::{Extent, Position};
use crate::ui::widget::timeline::{BinSpec, Scale, Window};

use super::list::{Lane, Lanes};
use super::zoom::Zoom;

/// Room for names.
const NAMES: f32 = 104.0;
/// Room for what has no time, where there is any, with the gap before it.
const UNTIMED: f32 = 58.0;
/// The gap.
const UNTIMED_GAP: f32 = 12.0;
/// Room for the scrollbar.
const BAR: f32 = 12.0;
/// Height of the time axis.
const AXIS: f32 = 20.0;
/// Height of the line with the legend.
const FOOT: f32 = 22.0;
/// Pinned lanes are at least so tall, while they leave half of the room to the others.
const PINNED: f32 = 14.0;
/// The least height of a lane.
const LEAST: f32 = 3.0;
/// Air between pinned lanes and the others.
const PIN_GAP: f32 = 5.0;

/// Where things are.
#[derive(Clone, Copy, Debug)]
pub struct Areas {
    /// Pinned lanes.
    pub pinned: Rect,
    /// Lanes that scroll.
    pub scroll: Rect,
    /// What the pointer acts on: both, from the names to what has no time.
    pub body: Rect,
    /// Names, left to right.
    pub names: Rangef,
    /// Times, left to right.
    pub plot: Rangef,
    /// What has no time, left to right; empty where all have one.
    pub untimed: Rangef,
    /// The scrollbar.
    pub bar: Rect,
    /// Tick labels.
    pub axis: Rect,
    /// Legend and what is folded.
    pub foot: Rect,
}

/// The card as it is drawn in this frame.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The lanes.
    pub lanes: Lanes<'a>,
    /// How close.
    pub zoom: Zoom,
    /// Height of a scrolling lane.
    pub height: f32,
    /// Where.
    pub areas: Areas,
    /// Height of a pinned lane.
    pub pin_height: f32,
    /// Times to points.
    pub scale: Scale,
    /// The visible stretch of time.
    pub window: Window,
    /// The bins in sight.
    pub bins: BinSpec,
    /// Where the scrolling lanes are scrolled to.
    pub position: Position,
    /// What is counted.
    pub counted: Granularity,
}

impl Areas {
    /// Divides the card's inside.
    pub fn of(rect: Rect, pinned: f32, untimed: bool) -> Self {
        let foot = Rect::from_min_max(pos2(rect.left(), rect.bottom() - FOOT), rect.max);
        let axis = Rect::from_min_max(pos2(rect.left(), foot.top() - AXIS), foot.right_top());
        let names = Rangef::new(rect.left() + 10.0, rect.left() + NAMES);
        let right = rect.right() - BAR;
        let room = if untimed { UNTIMED } else { 0.0 };
        let plot = Rangef::new(names.max, (right - room - 2.0).max(names.max + 1.0));
        let untimed = Rangef::new(
            plot.max + if untimed { UNTIMED_GAP } else { 0.0 },
            (right - 2.0).max(plot.max),
        );
        let (top, bottom) = (rect.top() + 6.0, axis.top());
        let gap = if pinned > 0.0 { PIN_GAP } else { 0.0 };
        let x = rect.left()..=right;
        Self {
            pinned: Rect::from_x_y_ranges(x.clone(), top..=top + pinned),
            scroll: Rect::from_x_y_ranges(x.clone(), (top + pinned + gap).min(bottom)..=bottom),
            body: Rect::from_x_y_ranges(x, top..=bottom.max(top)),
            names,
            plot,
            untimed,
            bar: Rect::from_x_y_ranges(right..=rect.right() - 1.0, top + pinned + gap..=bottom),
            axis,
            foot,
        }
    }

    /// The room that lanes have together.
    pub fn room(rect: Rect) -> f32 {
        (rect.height() - FOOT - AXIS - 6.0).max(LEAST)
    }
}

/// How many pinned lanes stand still at most, so that they take at most half of the room.
pub fn most_pinned(room: f32) -> usize {
    ((room / 2.0 / PINNED) as usize).max(1)
}

/// How tall a pinned lane is, so that all of them take at most half of the room.
pub fn pin_height(zoom: Zoom, pinned: usize, room: f32) -> f32 {
    let most = room / 2.0 / pinned.max(1) as f32;
    zoom.height().max(PINNED).min(most.floor()).max(LEAST)
}

impl Frame<'_> {
    /// What scrolling is about.
    pub fn extent(&self) -> Extent {
        Extent {
            rows: self.lanes.scrolling() as u64,
            row_height: self.height,
            height: self.areas.scroll.height(),
        }
    }

    /// First scrolling lane in sight and the one after the last.
    pub fn visible(&self) -> (usize, usize) {
        let first = self.position.row as usize;
        let room = self.areas.scroll.height() + self.position.hidden;
        let count = (room / self.height).ceil().max(0.0) as usize;
        (first, (first + count).min(self.lanes.scrolling()))
    }

    /// The lanes in sight, from the top, with the room of each.
    pub fn in_sight(&self) -> impl Iterator<Item = (Lane, Rect)> + '_ {
        let pinned = (0..self.lanes.list.pinned.len()).map(Lane::Pinned);
        let (first, after) = self.visible();
        let scrolling = (first..after).filter_map(|i| self.lanes.scrolling_at(i));
        pinned.chain(scrolling).map(|lane| (lane, self.rect(lane)))
    }

    /// The room of a lane; that of a scrolled one may reach out of sight.
    pub fn rect(&self, lane: Lane) -> Rect {
        let (area, at, height) = match lane {
            Lane::Pinned(i) => (self.areas.pinned, i as f32 * self.pin_height, self.pin_height),
            Lane::Scrolling(_) | Lane::Folded => {
                let i = self.lanes.place(lane) - self.lanes.list.pinned.len();
                // The difference is of whole numbers: the last of millions stands as exactly as
                // the first.
                let rows = i as i64 - self.position.row as i64;
                let height = self.height;
                (self.areas.scroll, rows as f32 * height - self.position.hidden, height)
            }
        };
        let top = area.top() + at;
        Rect::from_x_y_ranges(area.x_range(), top..=top + height)
    }

    /// The part of a lane's area that is seen.
    pub fn clip(&self, lane: Lane) -> Rect {
        if matches!(lane, Lane::Pinned(_)) { self.areas.pinned } else { self.areas.scroll }
    }

    /// The lane under a point.
    pub fn lane_at(&self, pos: Pos2) -> Option<Lane> {
        if self.areas.pinned.y_range().contains(pos.y) && !self.lanes.list.pinned.is_empty() {
            let i = ((pos.y - self.areas.pinned.top()) / self.pin_height) as usize;
            return (i < self.lanes.list.pinned.len()).then_some(Lane::Pinned(i));
        }
        if !self.areas.scroll.y_range().contains(pos.y) {
            return None;
        }
        let down = pos.y - self.areas.scroll.top() + self.position.hidden;
        let i = self.position.row as usize + (down / self.height) as usize;
        self.lanes.scrolling_at(i)
    }

    /// The lane at the height of a point, or the nearest in sight above or below.
    pub fn lane_near(&self, pos: Pos2) -> Option<Lane> {
        let (first, after) = self.visible();
        self.lane_at(pos).or_else(|| {
            let i = if pos.y < self.areas.scroll.top() { first } else { after.checked_sub(1)? };
            self.lanes.scrolling_at(i)
        })
    }

    /// The time under a point, where there is one.
    pub fn time_at(&self, pos: Pos2) -> Option<Time> {
        self.areas.plot.contains(pos.x).then(|| self.scale.time(pos.x))
    }

    /// Whole bins from the one that holds `a` to the one that holds `b`, inside the window.
    pub fn whole_bins(&self, a: Time, b: Time) -> TimeSpan {
        let visible = self.window.visible();
        let inside = |t: Time| t.clamp(visible.start, Time(visible.end.0 - 1));
        times::whole_bins(self.bins, inside(a), inside(b))
    }
}

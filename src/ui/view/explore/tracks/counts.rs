//! Counts of the lanes in sight: asked for a few screens of lanes and of time at once, kept
//! while the next are counted.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::index::{self, LaneQuestion};
use crate::model::{Field, Time, TimeSpan};
use crate::ui::Latest;
use crate::ui::scene::Scene;
use crate::ui::view::explore::query::Masks;
use crate::ui::widget::timeline::BinSpec;

use super::list::{Lane, Lanes};

/// What was counted.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Key {
    index: u64,
    timeless: u64,
    list: u64,
    per_lane: usize,
    /// First lane and the one after the last.
    lanes: (usize, usize),
    bins: BinSpec,
    by: Option<Field>,
}

/// What is to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// All lanes.
    pub lanes: Lanes<'a>,
    /// Those that scroll and are in sight.
    pub visible: (usize, usize),
    /// Bins in sight.
    pub bins: BinSpec,
    /// The same with room on either side.
    pub padded: BinSpec,
    /// The field to colour by.
    pub by: Option<Field>,
}

/// Counted lanes.
pub struct Block {
    /// The counts.
    pub counts: index::Lanes,
    /// Which bins.
    pub bins: BinSpec,
    /// Rows in the fullest cell.
    max: u32,
    /// The lane that holds an account by itself.
    alone: FxHashMap<u32, usize>,
}

/// The counts of one lane.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    block: &'a Block,
    lane: usize,
}

impl<'a> Line<'a> {
    /// Which bins.
    pub fn bins(self) -> BinSpec {
        self.block.bins
    }

    /// Rows in each bin.
    pub fn counts(self) -> &'a [u32] {
        self.block.counts.line(self.lane)
    }

    /// The slot of the value that leads in each bin; empty without a field.
    pub fn leading(self) -> &'a [u8] {
        self.block.counts.leading(self.lane)
    }

    /// Rows without a time.
    pub fn untimed(self) -> u32 {
        self.block.counts.untimed.get(self.lane).copied().unwrap_or(0)
    }

    /// Rows in the bin at a time.
    pub fn at(self, at: Time) -> Option<(TimeSpan, u32)> {
        let bin = self.block.bins.at(at)?;
        Some((self.block.bins.span(bin), self.counts().get(bin).copied()?))
    }

    /// The name of what leads in the bin at a time.
    pub fn leader_at(self, at: Time) -> Option<&'a str> {
        let slot = *self.leading().get(self.block.bins.at(at)?)?;
        self.block.counts.values.get(usize::from(slot)).map(String::as_str)
    }
}

/// The counts there are.
#[derive(Default)]
pub struct Counts {
    scrolling: Latest<Key, Block>,
    /// Pinned lanes, then the folded one.
    standing: Latest<Key, Block>,
}

impl Counts {
    /// Asks for what is in sight and not there.
    pub fn ask(
        &mut self,
        ctx: &egui::Context,
        scene: &Scene<'_>,
        masks: &Masks,
        wanted: &Wanted<'_>,
    ) {
        let Wanted { lanes, visible, bins, padded, by } = *wanted;
        let key = |per_lane, lanes| Key {
            index: scene.index_version,
            timeless: masks.timeless_id,
            list: wanted.lanes.list.id,
            per_lane,
            lanes,
            bins: padded,
            by,
        };
        let fits = |asked: &Key, lanes: (usize, usize), per_lane| {
            let same = key(per_lane, asked.lanes);
            *asked == Key { bins: asked.bins, ..same }
                && asked.bins.contains(bins)
                && asked.lanes.0 <= lanes.0
                && asked.lanes.1 >= lanes.1
        };
        let all = lanes.list.scrolling.len().div_ceil(lanes.per_lane);
        let visible = (visible.0.min(all), visible.1.min(all));
        if !self.scrolling.has(|asked| fits(asked, visible, lanes.per_lane)) {
            // A page before and a page after, from a multiple of a page on.
            let page = (visible.1 - visible.0).max(1).next_power_of_two();
            let first = (visible.0 / page).saturating_sub(1) * page;
            let after = (visible.1.div_ceil(page) + 1).saturating_mul(page).min(all);
            let range =
                first * lanes.per_lane..(after * lanes.per_lane).min(lanes.list.scrolling.len());
            let accounts = lanes.list.scrolling.clone();
            let ends = ends(range.len(), lanes.per_lane);
            let job = self.job(scene, masks, (accounts, range), ends, padded, by);
            self.scrolling
                .ask(ctx, key(lanes.per_lane, (first, after)), move |_| Ok::<_, String>(job()));
        }
        self.standing.poll();
        let standing = lanes.list.pinned.len() + usize::from(lanes.has_folded());
        if standing > 0 && !self.standing.has(|asked| fits(asked, (0, standing), 1)) {
            let pinned = lanes.list.pinned.len();
            let mut accounts = lanes.list.pinned.to_vec();
            accounts.extend(lanes.list.folded.iter());
            let mut ends = ends(pinned, 1);
            ends.extend(lanes.has_folded().then_some(accounts.len() as u32));
            let range = 0..accounts.len();
            let job = self.job(scene, masks, (Arc::new(accounts), range), ends, padded, by);
            self.standing.ask(ctx, key(1, (0, standing)), move |_| Ok::<_, String>(job()));
        }
    }

    fn job(
        &self,
        scene: &Scene<'_>,
        masks: &Masks,
        (accounts, range): (Arc<Vec<u32>>, Range<usize>),
        ends: Vec<u32>,
        bins: BinSpec,
        by: Option<Field>,
    ) -> impl FnOnce() -> Block + Send + 'static {
        let (index, mask) = (scene.index.clone(), masks.timeless.clone());
        move || {
            let accounts = &accounts[range];
            let edges = bins.edges();
            let question = LaneQuestion { accounts, ends: &ends, edges: &edges, by };
            let counts = index.lanes(&mask, &question);
            let starts = [0].into_iter().chain(ends.iter().copied());
            let single =
                starts.zip(&ends).enumerate().filter(|(_, (start, end))| **end - start == 1);
            let alone = single.map(|(lane, (start, _))| (accounts[start as usize], lane)).collect();
            Block { max: counts.max(), counts, bins, alone }
        }
    }

    /// The counts of a lane; those of an earlier question where they still say the same of it.
    pub fn line(
        &self,
        scene: &Scene<'_>,
        masks: &Masks,
        lanes: Lanes<'_>,
        lane: Lane,
    ) -> Option<Line<'_>> {
        let (latest, at, per_lane) = match lane {
            Lane::Scrolling(i) => (&self.scrolling, i, lanes.per_lane),
            Lane::Pinned(i) => (&self.standing, i, 1),
            Lane::Folded => (&self.standing, lanes.list.pinned.len(), 1),
        };
        let (key, block) = latest.answered().zip(latest.answer())?;
        if (key.index, key.timeless) != (scene.index_version, masks.timeless_id) {
            return None;
        }
        if key.list == lanes.list.id && key.per_lane == per_lane {
            let lane = at.checked_sub(key.lanes.0).filter(|i| *i < block.counts.len())?;
            return Some(Line { block, lane });
        }
        // A lane of one account says the same in whatever list it stands.
        let lane = *block.alone.get(&lanes.single(lane)?)?;
        Some(Line { block, lane })
    }

    /// What a full cell stands for: of the lanes that scroll, or where there are none of the
    /// others.
    pub fn max(&self) -> u32 {
        let max = |latest: &Latest<Key, Block>| latest.answer().map_or(0, |b| b.max);
        match max(&self.scrolling) {
            0 => max(&self.standing),
            n => n,
        }
    }

    /// The values that are told apart.
    pub fn values(&self) -> &[String] {
        self.scrolling.answer().or(self.standing.answer()).map_or(&[], |b| &b.counts.values)
    }
}

/// Ends of lanes of `per_lane` accounts each.
fn ends(accounts: usize, per_lane: usize) -> Vec<u32> {
    let lanes = accounts.div_ceil(per_lane);
    (1..=lanes).map(|lane| (lane * per_lane).min(accounts) as u32).collect()
}

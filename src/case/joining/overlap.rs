//! What two sources have in common decides whether rows that may be one call are.

use std::collections::BTreeMap;

use petgraph::unionfind::UnionFind;

use super::rules::{Again, Facts, Sources, ahead_us, is_near};
use crate::model::{JoinBasis, JoinKind, JoinPair, NO_TIME};

/// Rows that may describe one call, and what says whether they do.
#[derive(Debug, Default)]
pub(super) struct Maybe {
    pub pairs: Vec<Again>,
    /// Of two sources, how far the later one is ahead on each call that both may describe, µs.
    ahead_us: BTreeMap<Sources, Vec<i64>>,
}

/// The rows of two sources in the time that both have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Common {
    pub rows: (u64, u64),
    /// How long that is, µs.
    pub length_us: i64,
}

/// What the calls of two sources say of their clocks.
#[derive(Clone, Copy)]
struct Clock {
    sources: Sources,
    ahead_us: i64,
    calls: u64,
    common: Common,
}

impl Clock {
    /// Whether at least half of the rows that one of the two has in the time of both have their like
    /// in the other. Rows of two logs that merely read alike are fewer.
    fn is_shared(&self) -> bool {
        2 * self.calls >= self.common.rows.0.min(self.common.rows.1)
    }

    /// Whether that time is so long that the later source cannot merely hold the last steps of what
    /// the earlier one began.
    fn is_long(&self) -> bool {
        let least_us = self.ahead_us.saturating_abs() / 2 * 3;
        is_near(self.ahead_us, 0) || self.common.length_us >= least_us
    }

    /// Whether it is of one of the same sources and says the same.
    fn agrees(&self, other: &Self) -> bool {
        let ((a, b), (c, d)) = (self.sources, other.sources);
        (a == c || b == d || a == d || b == c) && is_near(self.ahead_us, other.ahead_us)
    }
}

impl Maybe {
    /// Takes note of rows that may describe one call.
    pub fn saw(&mut self, rows: &[&Facts]) {
        for (i, a) in rows.iter().enumerate() {
            for b in &rows[i + 1..] {
                let (later, earlier) = if a.source > b.source { (a, b) } else { (b, a) };
                let ahead_us = ahead_us(later, earlier);
                if ahead_us != NO_TIME && a.source != b.source {
                    let of = self.ahead_us.entry((later.source, earlier.source)).or_default();
                    of.push(ahead_us);
                }
            }
        }
    }

    /// Of what may be one call those between sources that overlap indeed, one clock set by the
    /// median of the differences, or that both overlap with a third. Of the others, those with a
    /// request id repeat each other whose records are the same, byte for byte. Rows without a time do
    /// not say whether sources overlap, and are one call where others say so.
    ///
    /// `common` says what two sources have in common, when the first is ahead of the second by so
    /// many µs; nothing where one of them has no times.
    pub fn overlapping<E>(
        mut self,
        sources: usize,
        common: impl FnMut(u32, u32, i64) -> Result<Option<Common>, E>,
        mut identical: impl FnMut(&JoinPair) -> Result<bool, E>,
    ) -> Result<Vec<JoinPair>, E> {
        let clocks = self.clocks(common)?;
        let long: Vec<&Clock> = clocks.iter().filter(|clock| clock.is_long()).collect();
        // Files end in the middle of what they share: others of the same two logs say more.
        let is_known = |clock: &&Clock| clock.is_long() || long.iter().any(|of| clock.agrees(of));
        let mut joined = UnionFind::<usize>::new(sources);
        for clock in clocks.iter().filter(is_known) {
            joined.union(clock.sources.0 as usize, clock.sources.1 as usize);
        }
        let ahead_us: BTreeMap<Sources, i64> =
            clocks.iter().map(|clock| (clock.sources, clock.ahead_us)).collect();
        let mut found = Vec::with_capacity(self.pairs.len());
        for again in self.pairs {
            let (pair, (a, b)) = (again.pair, again.sources);
            let fits = match ahead_us.get(&(a, b)) {
                Some(ahead_us) => again.fits(*ahead_us),
                None => !again.counted,
            };
            let overlap = fits && joined.equiv(a as usize, b as usize);
            let mut same = || Ok::<_, E>(pair.kind == JoinKind::Repeat && identical(&pair)?);
            if overlap || pair.basis == JoinBasis::RequestId && same()? {
                found.push(pair);
            }
        }
        Ok(found)
    }

    /// Of any two sources that share calls: how far one is ahead of the other. Calls of a counter
    /// count where they say the same.
    fn clocks<E>(
        &mut self,
        mut common: impl FnMut(u32, u32, i64) -> Result<Option<Common>, E>,
    ) -> Result<Vec<Clock>, E> {
        let mut strays: BTreeMap<Sources, u64> = BTreeMap::new();
        let mut medians = BTreeMap::new();
        for (sources, ahead_us) in &mut self.ahead_us {
            ahead_us.sort_unstable();
            medians.insert(*sources, ahead_us[ahead_us.len() / 2]);
        }
        for again in &self.pairs {
            if medians.get(&again.sources).is_some_and(|median| !again.fits(*median)) {
                *strays.entry(again.sources).or_default() += 1;
            }
        }
        let mut clocks = Vec::new();
        for (sources, ahead_us) in medians {
            let calls = self.ahead_us.get(&sources).map_or(0, |all| all.len() as u64);
            let calls = calls.saturating_sub(strays.get(&sources).copied().unwrap_or(0));
            if let Some(common) = common(sources.0, sources.1, ahead_us)? {
                clocks.push(Clock { sources, ahead_us, calls, common });
            }
        }
        clocks.retain(Clock::is_shared);
        Ok(clocks)
    }
}

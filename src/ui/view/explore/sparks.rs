//! Sparklines of the accounts in sight: asked for row by row, computed for all rows in sight at
//! once, kept until the filter changes.

use std::collections::HashMap;

use crate::index::Sparklines;
use crate::ui::Latest;
use crate::ui::scene::Scene;

use super::query::Masks;

/// More lines than any screen shows; when there are more, they are forgotten and begun anew.
const MOST_KEPT: usize = 4_096;

/// What the lines were counted for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Key {
    index: u64,
    mask: u64,
    bins: usize,
}

/// The lines counted so far.
#[derive(Default)]
pub struct Sparks {
    key: Key,
    lines: HashMap<u32, Vec<u32>>,
    wanted: Vec<u32>,
    counting: Latest<(Key, Vec<u32>), Sparklines>,
}

impl Sparks {
    /// Takes in what was counted since the last frame. `bins` is how many bars a line has.
    pub fn begin(&mut self, scene: &Scene<'_>, masks: &Masks, bins: usize) {
        let key = Key { index: scene.index_version, mask: masks.timeless_id, bins };
        if key != self.key || self.lines.len() > MOST_KEPT {
            self.key = key;
            self.lines.clear();
        }
        self.wanted.clear();
        self.counting.poll();
        if let (Some((counted, accounts)), Some(answer)) =
            (self.counting.answered(), self.counting.answer())
            && *counted == self.key
        {
            for (account, line) in accounts.iter().zip(&answer.lines) {
                self.lines.entry(*account).or_insert_with(|| line.clone());
            }
        }
    }

    /// The line of an account; `None` until it is counted.
    pub fn line(&mut self, account: u32) -> Option<&[u32]> {
        if !self.lines.contains_key(&account) {
            self.wanted.push(account);
        }
        self.lines.get(&account).map(Vec::as_slice)
    }

    /// Has the lines counted that were asked for and not there.
    pub fn end(&mut self, ctx: &egui::Context, scene: &Scene<'_>, masks: &Masks) {
        // An answer that is there is taken in by the next `begin`.
        if self.wanted.is_empty() {
            return;
        }
        let Some(span) = scene.index.span() else { return };
        let wanted = std::mem::take(&mut self.wanted);
        let (index, mask, bins) = (scene.index.clone(), masks.timeless.clone(), self.key.bins);
        self.counting.ask(ctx, (self.key, wanted.clone()), move |_| {
            Ok::<_, String>(index.sparklines(&mask, &wanted, span, bins))
        });
    }
}

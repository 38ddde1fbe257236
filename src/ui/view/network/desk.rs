//! What lies on the desk: the picture, the steps that led to it, and the way back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use egui::{Rect, Vec2, pos2, vec2};

use crate::job::{Cancelled, Progress};
use crate::model::finding::Level;
use crate::network::layout::Point;
use crate::network::picture::hull::hull;
use crate::network::picture::{Drawn, Evidence, Key, Picture, Sketch, What, Whole, holds};
use crate::ui::Latest;
use crate::ui::format::counted;

/// Pictures made so far.
static NUMBERS: AtomicU64 = AtomicU64::new(1);
/// Room between nodes and the outline of their block, px.
const HULL: f32 = 24.0;
/// Steps that can be taken back.
const DEPTH: usize = 200;

/// The outline of a block.
#[derive(Clone, Debug)]
pub struct Outline {
    /// The block.
    pub block: u32,
    /// A closed polygon, px; empty where the block is one node.
    pub points: Vec<Point>,
    /// Its highest point, px.
    pub top: Point,
    /// Its nodes.
    pub nodes: Vec<u32>,
}

/// A picture with the places of its nodes.
#[derive(Debug)]
pub struct Made {
    /// Another one for every picture: by it others know whether what they kept is of this one.
    pub number: u64,
    /// Of what.
    pub whole: Arc<Whole>,
    /// As the analyst made it.
    pub sketch: Arc<Sketch>,
    /// The accounts in it.
    pub accounts: u64,
    /// Nodes and lines.
    pub picture: Picture,
    /// Where each node lies, px.
    pub places: Vec<Point>,
    /// Blocks, the one that deserves a look most first.
    pub outlines: Vec<Outline>,
    /// Around everything, px.
    pub bounds: Rect,
    /// The things without which a block that is open falls apart, and into parts of how many
    /// accounts.
    pub holds: BTreeMap<u32, Vec<u32>>,
    /// The kinds of evidence that lines are made of.
    pub kinds: BTreeSet<Evidence>,
    /// The lines at each node.
    pub at_node: Vec<Vec<u32>>,
    /// What is painted of the lines, those that say most first.
    pub strands: Vec<Strand>,
    /// What is painted of the nodes, those of accounts that carry most evidence last: they are
    /// painted on top.
    pub spots: Vec<Spot>,
    /// The levels of its accounts.
    pub levels: BTreeSet<Level>,
    /// The picture in words.
    pub words: String,
}

/// What is painted of a line, side by side with the others: all of them are looked at in each frame
/// while the picture moves.
#[derive(Clone, Copy, Debug)]
pub struct Strand {
    /// The line.
    pub at: u32,
    /// Its nodes.
    pub ends: [u32; 2],
    /// How wide it is where nothing is drawn smaller, points.
    pub width: f32,
}

/// What is painted of a node, side by side with the others likewise.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    /// The node.
    pub at: u32,
    /// Its radius, px.
    pub radius: f32,
    /// How far the evidence carries, where it is of accounts.
    pub level: Option<Level>,
}

impl Made {
    /// Lays a sketch out.
    ///
    /// # Errors
    /// When cancelled.
    pub fn of(
        whole: &Arc<Whole>,
        sketch: &Arc<Sketch>,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let picture = Picture::of(whole, sketch);
        progress.check()?;
        let placed = picture.arranged(sketch, progress)?;
        let place = |key: &Key| placed.get(key).copied().unwrap_or_default();
        let places: Vec<Point> = picture.nodes.iter().map(|node| place(&node.key)).collect();
        let mut at_node = vec![Vec::new(); picture.nodes.len()];
        for (at, line) in (0..).zip(&picture.lines) {
            for end in [line.a, line.b] {
                at_node[end as usize].push(at);
            }
        }
        let (strands, spots) = (strands(&picture), spots(&picture));
        let levels = spots.iter().filter_map(|spot| spot.level).collect();
        let outlines = outlines(&picture, &places);
        let bounds = bounds(&picture, &places, &outlines);
        let kinds = picture.lines.iter().map(|line| line.evidence).collect();
        let open = sketch.open.iter().filter_map(|at| whole.blocks.get(*at as usize));
        let holds = open.flat_map(|block| holds(whole, &block.accounts)).collect();
        let words = words(&picture, sketch, outlines.len());
        let accounts = sketch.accounts() as u64;
        let (whole, sketch) = (Arc::clone(whole), Arc::clone(sketch));
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        Ok(Self {
            number,
            whole,
            sketch,
            accounts,
            picture,
            holds,
            kinds,
            places,
            outlines,
            bounds,
            strands,
            at_node,
            spots,
            levels,
            words,
        })
    }

    /// The outline of a block that is drawn.
    pub fn outline(&self, block: u32) -> Option<&Outline> {
        let at = self.outlines.binary_search_by_key(&block, |outline| outline.block).ok()?;
        self.outlines.get(at)
    }

    /// The nodes that are known by some keys.
    pub fn with_keys(&self, keys: &BTreeSet<Key>) -> BTreeSet<u32> {
        let all = (0..).zip(&self.picture.nodes);
        all.filter(|(_, node)| keys.contains(&node.key)).map(|(at, _)| at).collect()
    }

    /// The nodes that hold any of some accounts, which rise.
    pub fn with_accounts(&self, accounts: &[u32]) -> BTreeSet<u32> {
        let has = |account: &u32| accounts.binary_search(account).is_ok();
        let is_one = |node: &Drawn| node.what == What::Accounts && node.members.iter().any(has);
        let all = (0..).zip(&self.picture.nodes);
        all.filter(|(_, node)| is_one(node)).map(|(at, _)| at).collect()
    }

    /// The accounts of the picture that have one of some things, rising; where none has, all of the
    /// case that do.
    pub fn holders_of(&self, things: &[u32]) -> Vec<u32> {
        let drawn = self.sketch.group_of();
        let all = things.iter().flat_map(|thing| self.whole.holders(*thing));
        let mut all: Vec<u32> = all.map(|(holder, _)| holder.account).collect();
        all.sort_unstable();
        all.dedup();
        let seen: Vec<u32> = all.iter().copied().filter(|a| drawn.contains_key(a)).collect();
        if seen.is_empty() { all } else { seen }
    }

    /// The nodes that lines lead to from some nodes, and these.
    pub fn around(&self, nodes: &BTreeSet<u32>) -> BTreeSet<u32> {
        let lines = nodes.iter().filter_map(|at| self.at_node.get(*at as usize)).flatten();
        let ends = lines.filter_map(|line| self.picture.lines.get(*line as usize));
        let ends = ends.flat_map(|line| [line.a, line.b]);
        ends.chain(nodes.iter().copied()).collect()
    }
}

fn spots(picture: &Picture) -> Vec<Spot> {
    let spot = |(at, node): (u32, &Drawn)| {
        let level = (node.what == What::Accounts).then_some(node.level);
        Spot { at, radius: node.radius, level }
    };
    let mut spots: Vec<Spot> = (0..).zip(&picture.nodes).map(spot).collect();
    spots.sort_by_key(|spot| spot.level);
    spots
}

fn strands(picture: &Picture) -> Vec<Strand> {
    let lines = &picture.lines;
    let mut by_weight: Vec<u32> = (0..lines.len() as u32).collect();
    let weight = |at: &u32| lines[*at as usize].weight;
    by_weight.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then(a.cmp(b)));
    let strand = |at: u32| {
        let line = &lines[at as usize];
        let width = (0.8 + 0.55 * (line.ties as f32).ln()).clamp(1.0, 4.0);
        Strand { at, ends: [line.a, line.b], width }
    };
    by_weight.into_iter().map(strand).collect()
}

fn outlines(picture: &Picture, places: &[Point]) -> Vec<Outline> {
    let mut of_block: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (at, node) in (0..).zip(&picture.nodes) {
        if let Some(home) = node.home {
            of_block.entry(home).or_default().push(at);
        }
    }
    let outline = |(block, nodes): (u32, Vec<u32>)| {
        let disc = |at: &u32| (places[*at as usize], picture.nodes[*at as usize].radius);
        let discs: Vec<(Point, f32)> = nodes.iter().map(disc).collect();
        let points = if nodes.len() > 1 { hull(&discs, HULL) } else { Vec::new() };
        let rims = discs.iter().map(|(place, radius)| [place[0], place[1] - radius - 4.0]);
        let all = points.iter().copied().chain(rims);
        let top = all.min_by(|a, b| a[1].total_cmp(&b[1])).unwrap_or_default();
        let across = discs.iter().map(|(place, _)| place[0]);
        let (low, high) = across.fold((f32::MAX, f32::MIN), |(l, h), x| (l.min(x), h.max(x)));
        Outline { block, points, top: [(low + high) / 2.0, top[1]], nodes }
    };
    of_block.into_iter().map(outline).collect()
}

fn bounds(picture: &Picture, places: &[Point], outlines: &[Outline]) -> Rect {
    let mut all = Rect::NOTHING;
    for (node, place) in picture.nodes.iter().zip(places) {
        // Room for its name.
        let room = if matches!(node.what, What::Common(_)) { vec2(70.0, 30.0) } else { Vec2::ZERO };
        let reach = room + Vec2::splat(node.radius);
        all.extend_with(pos2(place[0], place[1]) - reach);
        all.extend_with(pos2(place[0], place[1]) + reach);
    }
    for outline in outlines {
        outline.points.iter().for_each(|p| all.extend_with(pos2(p[0], p[1])));
        all.extend_with(pos2(outline.top[0], outline.top[1] - 20.0));
    }
    all
}

/// A picture in words.
fn words(picture: &Picture, sketch: &Sketch, clusters: usize) -> String {
    let things = picture.nodes.iter().filter(|node| matches!(node.what, What::Things(_)));
    let things: usize = things.map(|node| node.members.len()).sum();
    format!(
        "Network: {} in {}, {} in common, {}",
        counted(sketch.accounts() as u64, "account", "accounts"),
        counted(clusters as u64, "cluster", "clusters"),
        counted(things as u64, "thing", "things"),
        counted(picture.lines.len() as u64, "line", "lines"),
    )
}

/// A step that can be taken back.
#[derive(Clone, Debug)]
struct Past {
    title: String,
    sketch: Arc<Sketch>,
    /// Edits of the case that stood when it was made.
    edits: usize,
}

/// The picture and the way back.
pub struct Desk {
    /// Everything that could be seen.
    pub whole: Arc<Whole>,
    /// What the analyst made of it.
    pub sketch: Arc<Sketch>,
    /// Another number for every other sketch.
    version: u64,
    past: Vec<Past>,
    future: Vec<Past>,
    /// The run of the detectors that it is of.
    pub run: Option<i64>,
    /// Whether the analyst has made anything of it.
    pub is_touched: bool,
    /// Edits of the case that stood in the last frame.
    edits: usize,
    made: Latest<u64, Arc<Made>>,
    /// The picture whose places are kept.
    kept: u64,
}

impl Desk {
    /// With the picture that a case begins with, or one that was kept.
    pub fn new(whole: Arc<Whole>, kept: Option<Sketch>) -> Self {
        let is_touched = kept.is_some();
        let sketch = Arc::new(kept.unwrap_or_else(|| Sketch::start(&whole)));
        Self {
            whole,
            sketch,
            version: 1,
            past: Vec::new(),
            future: Vec::new(),
            run: None,
            is_touched,
            edits: 0,
            made: Latest::default(),
            kept: 0,
        }
    }

    /// Takes another whole up, as after another run: what the analyst made stays, as far as it is
    /// still there; without a step of hers the picture begins anew. Steps before it name what is no
    /// longer there, and cannot be taken back.
    pub fn go_on(&mut self, whole: Arc<Whole>, kept: Option<Sketch>) {
        let (version, is_touched) = (self.version, self.is_touched);
        let kept = kept.filter(|_| is_touched);
        *self = Self { version: version + 1, is_touched, ..Self::new(whole, kept) };
    }

    /// Notes how many edits of the case stand: after one more, steps that were taken back are not what
    /// is done again next.
    pub fn notice(&mut self, edits: usize) {
        if edits > self.edits {
            self.future.clear();
        }
        self.edits = edits;
    }

    /// Takes a step, which can be taken back. `edits` is how many edits of the case stand.
    pub fn change(&mut self, title: String, edits: usize, step: impl FnOnce(&Whole, &mut Sketch)) {
        let before = Arc::clone(&self.sketch);
        step(&self.whole, Arc::make_mut(&mut self.sketch));
        if self.sketch == before {
            return;
        }
        self.is_touched = true;
        self.make_room(&before);
        self.past.push(Past { title, sketch: before, edits });
        if self.past.len() > DEPTH {
            self.past.remove(0);
        }
        self.future.clear();
        self.version += 1;
    }

    /// A block that has many more nodes than before is laid out anew, where it was: among its few old
    /// places there is no room for them.
    fn make_room(&mut self, before: &Sketch) {
        let count = |sketch: &Sketch| {
            let mut of_home: BTreeMap<u32, usize> = BTreeMap::new();
            for home in sketch.groups.values().filter_map(|group| group.home) {
                *of_home.entry(home).or_default() += 1;
            }
            of_home
        };
        let known = count(before);
        let has_grown = |home: u32, n: usize| n > 2 * known.get(&home).copied().unwrap_or(n);
        let grown = count(&self.sketch).into_iter().filter(|(home, n)| has_grown(*home, *n));
        let grown: BTreeSet<u32> = grown.map(|(home, _)| home).collect();
        let Some(made) = self.made.answer().filter(|_| !grown.is_empty()) else { return };
        let sketch = Arc::make_mut(&mut self.sketch);
        let is_free =
            |node: &&Drawn| node.what != What::Accounts && !sketch.pinned.contains(&node.key);
        let of_grown = |node: &&Drawn| node.home.is_some_and(|home| grown.contains(&home));
        let nodes = made.picture.nodes.iter().filter(of_grown).filter(is_free);
        let keys: Vec<Key> = nodes.map(|node| node.key.clone()).collect();
        for key in keys {
            sketch.places.remove(&key);
        }
    }

    /// Lays out what is not laid out yet; keeps where it lies. The newest picture there is.
    pub fn made(&mut self, ctx: &egui::Context) -> Option<Arc<Made>> {
        let (whole, sketch) = (Arc::clone(&self.whole), Arc::clone(&self.sketch));
        self.made.ask(ctx, self.version, move |progress| {
            Made::of(&whole, &sketch, progress).map(Arc::new)
        });
        self.made.wait_for_first(std::time::Duration::from_millis(30));
        let made = self.made.answer().cloned()?;
        if made.number != self.kept && self.made.has(|version| *version == self.version) {
            self.kept = made.number;
            self.keep_places(&made);
        }
        Some(made)
    }

    /// What is laid out now is where the next picture starts.
    fn keep_places(&mut self, made: &Made) {
        let known = |key: &Key| self.sketch.places.contains_key(key);
        if made.picture.nodes.iter().all(|node| known(&node.key)) {
            return;
        }
        let sketch = Arc::make_mut(&mut self.sketch);
        let keys = made.picture.nodes.iter().map(|node| node.key.clone());
        sketch.places.extend(keys.zip(made.places.iter().copied()));
    }

    /// Whether it lies there already: what is read of it is of the newest sketch.
    pub fn is_newest(&self, made: &Made) -> bool {
        self.made.has(|version| *version == self.version) && Arc::ptr_eq(&made.whole, &self.whole)
    }

    /// Whether the picture is being laid out anew.
    pub fn is_stale(&self) -> bool {
        self.made.is_stale()
    }

    /// Whether the last thing done is a step here, and not one of `edits` edits of the case.
    pub fn can_undo(&self, edits: usize) -> bool {
        self.past.last().is_some_and(|past| past.edits >= edits)
    }

    /// Whether a step that was taken back can be done again.
    pub fn can_redo(&self, edits: usize) -> bool {
        self.future.last().is_some_and(|next| next.edits >= edits)
    }

    /// Takes the last step back; its title.
    pub fn undo(&mut self) -> Option<String> {
        let Past { title, sketch, edits } = self.past.pop()?;
        let sketch = std::mem::replace(&mut self.sketch, sketch);
        self.future.push(Past { title: title.clone(), sketch, edits });
        self.version += 1;
        Some(title)
    }

    /// Does a step again that was taken back; its title.
    pub fn redo(&mut self) -> Option<String> {
        let Past { title, sketch, edits } = self.future.pop()?;
        let sketch = std::mem::replace(&mut self.sketch, sketch);
        self.past.push(Past { title: title.clone(), sketch, edits });
        self.version += 1;
        Some(title)
    }

    /// Steps that can be taken back.
    pub fn depth(&self) -> usize {
        self.past.len()
    }
}

//! What is written on the canvas: titles of blocks first, then what ties most, as far as there is
//! room.

use std::sync::Arc;

use egui::{Align2, Color32, Galley, Painter, Rect, pos2, vec2};

use crate::network::picture::{Drawn, Key, What, Whole};
use crate::ui::format;
use crate::ui::theme::Face;
use crate::ui::widget::raw::visible_text;

use super::desk::Spot;
use super::look::Look;
use super::paint;

/// Labels drawn at most: what more would say is in the table beside.
const MOST: usize = 160;
/// Zoom from which single accounts are named.
const NAMED: f32 = 1.1;
/// Nodes that are looked at for a label.
const LOOKED_AT: usize = 1_500;
/// How opaque the ground behind a title is, which may lie on thousands of dots, and behind a label.
const TITLE_GROUND: f32 = 0.6;
const LABEL_GROUND: f32 = 0.5;
/// Characters of a value that are written.
const LONGEST: usize = 24;

/// Writes what there is room for.
pub fn paint(painter: &Painter, look: &Look<'_>) {
    let mut taken = Taken { rects: nodes(look), labels: 0 };
    for outline in &look.made.outlines {
        title(painter, look, outline, &mut taken);
    }
    // Of many thousands few have a name as large as they are drawn: no other is looked up.
    let may_be_named = |spot: &&Spot| {
        spot.level.is_none() || look.camera.zoom >= NAMED || is_pointed_at(look, spot.at)
    };
    let spots = look.made.spots.iter().filter(may_be_named);
    let in_sight = spots.filter(|spot| look.canvas.contains(look.at(spot.at)));
    let wish = |at: u32| (is_pointed_at(look, at), weight(look, at), at);
    let mut wanted: Vec<(bool, f64, u32)> =
        in_sight.map(|spot| wish(spot.at)).filter(|(_, weight, _)| *weight > 0.0).collect();
    wanted.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
    for (is_pointed_at, _, at) in wanted.into_iter().take(LOOKED_AT) {
        label(painter, look, at, is_pointed_at, &mut taken);
    }
}

/// Room that is taken.
struct Taken {
    rects: Vec<Rect>,
    labels: usize,
}

impl Taken {
    fn is_free(&self, rect: Rect) -> bool {
        self.rects.iter().all(|taken| !taken.intersects(rect))
    }
}

/// Nodes that a label must not lie on: all of a small picture, the large ones of a big one.
fn nodes(look: &Look<'_>) -> Vec<Rect> {
    let many = look.made.picture.nodes.len() > 1_000;
    let grow = look.camera.grow();
    let large = look.made.spots.iter().filter(|spot| !many || spot.radius * grow > 8.0);
    let in_sight = large.map(|spot| spot.at).filter(|at| look.canvas.contains(look.at(*at)));
    let rect =
        |at: u32| Rect::from_center_size(look.at(at), vec2(1.5, 1.5) * look.radius(at).min(26.0));
    in_sight.map(rect).collect()
}

fn is_pointed_at(look: &Look<'_>, at: u32) -> bool {
    look.hovered == Some(at) || (look.picks <= MOST && look.is_picked(at))
}

/// How much a label is wanted; 0 for none.
fn weight(look: &Look<'_>, at: u32) -> f64 {
    let node = look.node(at);
    let zoom = look.camera.zoom;
    match node.what {
        _ if is_pointed_at(look, at) => 1e9,
        What::Accounts if node.members.len() == 1 && zoom < NAMED => 0.0,
        What::Accounts if node.members.len() == 1 => 0.1,
        // Its number stands in it, and what the number counts is known.
        What::Accounts => 0.0,
        What::Common(_) => 1e6,
        What::Things(_) if zoom < 0.42 => 0.0,
        What::Things(_) => node.weight * f64::from(node.accounts).sqrt(),
    }
}

/// `Cluster 3  318 accounts` above its outline.
fn title(painter: &Painter, look: &Look<'_>, outline: &super::desk::Outline, taken: &mut Taken) {
    let block = &look.whole.blocks[outline.block as usize];
    let name = block_name(look.whole, outline.block);
    let theme = look.theme;
    if let (true, [only]) = (outline.points.is_empty(), &outline.nodes[..]) {
        return closed(painter, look, &name, *only, taken);
    }
    let top = look.camera.on_screen(outline.top, look.canvas) - vec2(0.0, 9.0);
    if !look.canvas.contains(top) {
        return;
    }
    let count = format::counted(block.accounts.len() as u64, "account", "accounts");
    let count = format!("· {count}");
    let name = painter.layout_no_wrap(name, Face::Card.font(), theme.text);
    let count = painter.layout_no_wrap(count, Face::Small.font(), theme.muted);
    let width = 16.0 + name.size().x + 6.0 + count.size().x;
    let rect = Align2::CENTER_CENTER.anchor_size(top, vec2(width, 16.0));
    // Without its count, before it is not written at all.
    let short = Align2::CENTER_CENTER.anchor_size(top, vec2(16.0 + name.size().x, 16.0));
    let inside = |rect: Rect| {
        let x = (look.canvas.left() + 4.0 - rect.left()).max(0.0);
        rect.translate(vec2(x - (rect.right() + 4.0 - look.canvas.right()).max(0.0), 0.0))
    };
    let (rect, short) = (inside(rect), inside(short));
    let (rect, has_count) = match (taken.is_free(rect), taken.is_free(short)) {
        (true, _) => (rect, true),
        (false, true) => (short, false),
        (false, false) => return,
    };
    halo(painter, rect, look.theme.panel.gamma_multiply(TITLE_GROUND));
    paint::level_dot(painter, rect.left_center() + vec2(5.0, 0.0), block.level, look);
    let at = |x: f32, height: f32| pos2(rect.left() + x, rect.center().y - height / 2.0);
    let (x, height) = (16.0 + name.size().x + 6.0, name.size().y);
    painter.galley(at(16.0, height), name, theme.text);
    if has_count {
        painter.galley(at(x, count.size().y), count, theme.muted);
    }
    taken.rects.push(rect);
    taken.labels += 1;
}

/// The name of a block that is one node, beside it. Without a sign of its level, which would look
/// like another node.
fn closed(painter: &Painter, look: &Look<'_>, name: &str, at: u32, taken: &mut Taken) {
    if taken.labels >= MOST {
        return;
    }
    let above = look.at(at) - vec2(0.0, look.radius(at) + 4.0);
    let galley = painter.layout_no_wrap(name.to_owned(), Face::Tiny.font(), look.theme.muted);
    let rect = Align2::CENTER_BOTTOM.anchor_size(above, galley.size());
    if look.canvas.contains_rect(rect) && taken.is_free(rect) {
        halo(painter, rect, look.theme.panel.gamma_multiply(LABEL_GROUND));
        painter.galley(rect.min, galley, look.theme.muted);
        taken.rects.push(rect);
        taken.labels += 1;
    }
}

/// What a block is called.
pub fn block_name(whole: &Whole, block: u32) -> String {
    let number = whole.blocks[block as usize].number;
    let word = if whole.are_found { "Cluster" } else { "Community" };
    format!("{word} {number}")
}

/// A value, shortened where it is long.
pub fn short(text: &str) -> String {
    let shown = visible_text(text).into_owned();
    match shown.chars().count() > LONGEST {
        true => format!("{}…", shown.chars().take(LONGEST - 1).collect::<String>()),
        false => shown,
    }
}

/// What a node is called.
pub fn name(whole: &Whole, node: &Drawn, ids: &[String]) -> String {
    let only = node.members.first().map(|at| *at as usize);
    match (node.what, node.members.len(), only) {
        (What::Accounts, 1, Some(only)) => short(ids.get(only).map_or("", String::as_str)),
        (What::Accounts, many, _) => format::counted(many as u64, "account", "accounts"),
        (What::Things(_) | What::Common(_), 1, Some(only)) => short(&whole.things[only].label()),
        (What::Things(evidence) | What::Common(evidence), many, _) => evidence.counted(many),
    }
}

/// The same in full, by which a node is known in files: no two are called the same.
pub fn full_name(whole: &Whole, node: &Drawn, ids: &[String]) -> String {
    let only = node.members.first().map(|at| *at as usize);
    let blocks = |homes: &[u32]| {
        let named = homes.iter().filter_map(|home| whole.blocks.get(*home as usize));
        named.map(|block| block.number.to_string()).collect::<Vec<_>>().join(", ")
    };
    match (&node.key, node.members.len(), only) {
        (Key::Accounts(_), 1, Some(only)) => ids.get(only).cloned().unwrap_or_default(),
        (Key::Accounts(_), many, Some(only)) => {
            let first = ids.get(only).map_or("", String::as_str);
            format!("{many} accounts from {first} on")
        }
        (Key::Thing(_), _, Some(only)) => whole.things[only].label(),
        (Key::Things(evidence, homes), many, _) => {
            format!("{} of {}", evidence.counted(many), blocks(homes))
        }
        _ => String::new(),
    }
}

fn label(painter: &Painter, look: &Look<'_>, at: u32, is_pointed_at: bool, taken: &mut Taken) {
    if taken.labels >= MOST && !is_pointed_at {
        return;
    }
    let node = look.node(at);
    let words = name(look.whole, node, look.ids);
    let is_mono = node.what == What::Accounts && node.members.len() == 1;
    let face = if is_mono { Face::MonoSmall } else { Face::Tiny };
    let color = if is_pointed_at { look.theme.text } else { look.theme.muted };
    let color = color.gamma_multiply(look.strength(at).max(0.4));
    let galley = painter.layout_no_wrap(words, face.font(), color);
    let note = hub_note(painter, look, at);
    let mut size = galley.size();
    if let Some(note) = &note {
        size = vec2(size.x.max(note.size().x), size.y + note.size().y);
    }
    let (centre, r) = (look.at(at), look.radius(at).min(24.0));
    let places = [
        Align2::CENTER_TOP.anchor_size(centre + vec2(0.0, r + 3.0), size),
        Align2::LEFT_CENTER.anchor_size(centre + vec2(r + 5.0, 0.0), size),
        Align2::RIGHT_CENTER.anchor_size(centre - vec2(r + 5.0, 0.0), size),
        Align2::CENTER_BOTTOM.anchor_size(centre - vec2(0.0, r + 3.0), size),
    ];
    let fits = |rect: &Rect| taken.is_free(*rect) && look.canvas.contains_rect(*rect);
    let free = places.into_iter().find(fits);
    let Some(rect) = free.or(is_pointed_at.then_some(places[0])) else { return };
    halo(painter, rect, look.theme.panel.gamma_multiply(LABEL_GROUND));
    let below = galley.size().y;
    let middle = |width: f32| rect.center().x - width / 2.0;
    painter.galley(pos2(middle(galley.size().x), rect.top()), galley, color);
    if let Some(note) = note {
        let at = pos2(middle(note.size().x), rect.top() + below);
        painter.galley(at, note, look.theme.muted);
    }
    taken.rects.push(rect);
    taken.labels += 1;
}

/// What is said below the name of a thing that ties nobody.
fn hub_note(painter: &Painter, look: &Look<'_>, at: u32) -> Option<Arc<Galley>> {
    let What::Common(_) = look.node(at).what else { return None };
    let many = format::counted(look.node(at).accounts.into(), "account", "accounts");
    let words = format!("{many}, too common to link");
    Some(painter.layout_no_wrap(words, Face::Tiny.font(), look.theme.muted))
}

/// The ground behind words that lines and dots would make hard to read.
fn halo(painter: &Painter, rect: Rect, ground: Color32) {
    painter.rect_filled(rect.expand2(vec2(2.0, -1.0)), 3.0, ground);
}

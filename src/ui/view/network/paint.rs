//! Painting the picture: outlines, lines, nodes.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Align2, Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2, vec2};

use crate::model::finding::Level;
use crate::network::picture::What;
use crate::ui::format;
use crate::ui::theme::Face;
use crate::ui::widget::{level, text};

use super::cloth::Cloth;
use super::desk::{Spot, Strand};
use super::hue::By;
use super::look::Look;
use super::{dots, sign};

/// Lines up to which each gets soft edges; more are drawn as plain strips, which cost a tenth.
const SOFT: usize = 3_000;
/// Lines that are drawn while the picture moves, the ones that say most.
pub const MOVING: usize = 6_000;
/// Lines that are drawn while it stands still: more are a grey cloth, and would not be read.
const STILL: usize = 60_000;
/// Nodes in sight up to which each is drawn with its ring and sign; of more, the small ones are dots.
const SIGNED: usize = 2_500;
/// Corners of a plain outline that are nearer to each other are one, points.
const COARSE: f32 = 4.0;
/// Width of the line that is read, points.
const READ: f32 = 2.25;
/// Radius of a node that is no dot, points.
const LARGE: f32 = 9.0;

/// The colour of a node of accounts.
pub fn ink(look: &Look<'_>, at: u32, level: Level) -> Color32 {
    let color = look.hue.ink(at, look.theme);
    faded(color.unwrap_or_else(|| level::color(look.theme, level)), look.strength(at))
}

/// A colour, the weaker the less of it is drawn. Most nodes are drawn in full.
pub fn faded(color: Color32, strength: f32) -> Color32 {
    if strength >= 1.0 { color } else { color.gamma_multiply(strength) }
}

/// Whether there are so many nodes that soft edges are given up while the picture moves.
pub fn is_large(look: &Look<'_>) -> bool {
    look.made.picture.nodes.len() > SIGNED
}

/// Paints the outlines of blocks; `is_plain` without soft edges.
pub fn outlines(painter: &Painter, look: &Look<'_>, is_plain: bool) {
    let mut mesh = Mesh::default();
    for outline in &look.made.outlines {
        if outline.points.len() < 3 {
            continue;
        }
        let level = look.whole.blocks[outline.block as usize].level;
        let ink = level::color(look.theme, level);
        let corners = outline.points.iter().map(|p| look.camera.on_screen(*p, look.canvas));
        let points = dots::corners(corners, if is_plain { COARSE } else { 0.0 });
        let bounds = Rect::from_points(&points);
        if !bounds.intersects(look.canvas) {
            continue;
        }
        let strongest = || outline.nodes.iter().map(|at| look.strength(*at)).fold(0.0, f32::max);
        let strength = if look.is_full() { 1.0 } else { strongest() };
        let fill = ink.gamma_multiply(0.085 * strength);
        let line = Stroke::new(1.0, ink.gamma_multiply(0.32 * strength));
        if is_plain {
            dots::polygon(&mut mesh, &points, fill);
            let ends = points.iter().zip(points.iter().cycle().skip(1));
            ends.for_each(|(a, b)| strip(&mut mesh, [*a, *b], line));
        } else {
            painter.add(Shape::convex_polygon(points, fill, line));
        }
    }
    if !mesh.is_empty() {
        painter.add(mesh);
    }
}

/// How lines are drawn.
struct Pen<'a> {
    look: &'a Look<'a>,
    grow: f32,
    /// Of a line between nodes that are drawn in full: at those that are selected, and elsewhere.
    full: [Color32; 2],
}

impl<'a> Pen<'a> {
    fn new(look: &'a Look<'a>) -> Self {
        let theme = look.theme;
        let full = [theme.muted.gamma_multiply(0.95), theme.faint.gamma_multiply(0.5)];
        Self { look, grow: look.camera.grow().min(1.0), full }
    }

    fn stroke(&self, strand: &Strand) -> Stroke {
        let Self { look, grow, full } = self;
        let is_of = |node: u32| look.is_picked(node) || look.hovered == Some(node);
        let [a, b] = strand.ends;
        let color = if is_of(a) || is_of(b) { full[0] } else { full[1] };
        let strength = look.strength(a).min(look.strength(b));
        Stroke::new((strand.width * grow).max(0.7), faded(color, strength))
    }
}

/// Paints the lines; how many are left out, the ones that say least: of those in sight, or, while the
/// picture moves and not all in sight are drawn, of all.
pub fn lines(painter: &Painter, look: &Look<'_>, cloth: &mut Cloth, is_moving: bool) -> usize {
    let ends: Vec<Pos2> = (0..look.made.places.len() as u32).map(|at| look.at(at)).collect();
    let all = &look.made.strands;
    let most = if is_moving { MOVING } else { STILL };
    // Seen whole, every line is in sight, and those that say most are the first.
    if look.until.is_none() && all.len() > most && look.sees_all() {
        draw(painter, look, cloth, &ends, all[..most].iter().collect());
        return all.len() - most;
    }
    // A line is out of sight where both ends lie beyond the same edge of the canvas (Cohen and
    // Sutherland's outcodes).
    let sides: Vec<u8> = ends.iter().map(|at| sides(look.canvas.expand(2.5), *at)).collect();
    let is_in_sight = |[a, b]: [u32; 2]| sides[a as usize] & sides[b as usize] == 0;
    let line = |strand: &Strand| &look.made.picture.lines[strand.at as usize];
    let has_come = |strand: &Strand| look.until.is_none() || look.line_has_come(line(strand));
    let mut in_sight = all.iter().filter(|strand| is_in_sight(strand.ends) && has_come(strand));
    let seen: Vec<&Strand> = in_sight.by_ref().take(most).collect();
    let is_all = seen.len() < most;
    let left_out = match is_moving && look.until.is_none() {
        // To count those in sight takes as long as to draw the others.
        true if is_all => 0,
        true => all.len() - most,
        false => in_sight.count(),
    };
    draw(painter, look, cloth, &ends, seen);
    left_out
}

/// Beyond which edges of a rectangle a point lies: a bit each.
fn sides(rect: Rect, at: Pos2) -> u8 {
    u8::from(at.x < rect.left())
        | u8::from(at.x > rect.right()) << 1
        | u8::from(at.y < rect.top()) << 2
        | u8::from(at.y > rect.bottom()) << 3
}

/// Paints some lines, and the one that is read on top of them.
fn draw(painter: &Painter, look: &Look<'_>, cloth: &mut Cloth, ends: &[Pos2], seen: Vec<&Strand>) {
    let pen = Pen::new(look);
    let is_read = |strand: &Strand| look.line == Some(strand.at);
    let between = |strand: &Strand| strand.ends.map(|end| ends[end as usize]);
    // What says most lies on top.
    let others = seen.iter().rev().filter(|strand| !is_read(strand));
    if seen.len() <= SOFT {
        others.for_each(|strand| {
            painter.line_segment(between(strand), pen.stroke(strand));
        });
    } else {
        cloth.lines.fill(painter, |strips| {
            strips.vertices.reserve(4 * seen.len());
            strips.indices.reserve(6 * seen.len());
            others.for_each(|strand| strip(strips, between(strand), pen.stroke(strand)));
        });
    }
    let lines = &look.made.picture.lines;
    let read = look.line.filter(|line| look.line_has_come(&lines[*line as usize]));
    if let Some(line) = read.map(|line| &lines[line as usize]) {
        let stroke = Stroke::new(READ, look.theme.accent);
        painter.line_segment([line.a, line.b].map(|end| ends[end as usize]), stroke);
    }
}

fn strip(mesh: &mut Mesh, [a, b]: [Pos2; 2], stroke: Stroke) {
    let along = b - a;
    // Twice as fast as `Vec2::normalized`, which guards against lengths that no screen has.
    let length = along.length_sq().sqrt().max(f32::MIN_POSITIVE);
    let aside = along.rot90() * (stroke.width * 0.5 / length);
    let first = mesh.vertices.len() as u32;
    for pos in [a + aside, a - aside, b - aside, b + aside] {
        mesh.vertices.push(Vertex { pos, uv: WHITE_UV, color: stroke.color });
    }
    mesh.indices.extend([first, first + 1, first + 2, first, first + 2, first + 3]);
}

/// Paints the nodes.
pub fn nodes(painter: &Painter, look: &Look<'_>, cloth: &mut Cloth, is_moving: bool) {
    let sight = look.canvas.expand(40.0);
    let spots = look.made.spots.iter().map(|spot| (look.at(spot.at), spot));
    let in_sight = spots.filter(|(at, _)| sight.contains(*at));
    if is_large(look) && in_sight.clone().count() > SIGNED {
        let most = LARGE / look.camera.grow();
        let is_small = |spot: &Spot| spot.radius <= most;
        let small = in_sight.clone().filter(|(_, spot)| is_small(spot));
        cloth.dots.fill(painter, |mesh| dots::paint(mesh, look, small, is_moving));
        let large = in_sight.filter(|(_, spot)| !is_small(spot));
        for at in large.map(|(_, spot)| spot.at) {
            match look.node(at).what {
                What::Common(_) => ring(painter, look, at),
                _ => node(painter, look, at),
            }
        }
        return look.hovered.into_iter().for_each(|at| rings(painter, look, at));
    }
    in_sight.clone().for_each(|(_, spot)| node(painter, look, spot.at));
    in_sight.for_each(|(_, spot)| rings(painter, look, spot.at));
}

fn node(painter: &Painter, look: &Look<'_>, at: u32) {
    match look.node(at).what {
        What::Accounts => accounts(painter, look, at),
        What::Things(_) => things(painter, look, at),
        What::Common(_) => common(painter, look, at),
    }
}

fn rings(painter: &Painter, look: &Look<'_>, at: u32) {
    let (centre, radius) = (look.at(at), look.radius(at));
    let ring = |width: f32, color: Color32, off: f32| {
        let stroke = Stroke::new(width, color);
        match look.node(at).what {
            What::Accounts => painter.circle_stroke(centre, radius + off, stroke),
            _ => painter.rect_stroke(
                Rect::from_center_size(centre, Vec2::splat(2.0 * (radius.min(17.0) + off - 1.0))),
                5.0,
                stroke,
                egui::StrokeKind::Middle,
            ),
        };
    };
    if look.is_picked(at) {
        ring(2.0, look.theme.accent, 3.5);
    }
    if look.hovered == Some(at) {
        ring(1.2, look.theme.text, 2.5);
    }
}

fn accounts(painter: &Painter, look: &Look<'_>, at: u32) {
    let node = look.node(at);
    let (centre, radius, ink) = (look.at(at), look.radius(at), ink(look, at, node.level));
    // What lies behind must not shine through.
    painter.circle_filled(centre, radius + 0.5, look.theme.panel);
    if node.members.len() == 1 {
        let is_level = look.hue.by == By::Level;
        if is_level && look.strength(at) >= 1.0 {
            level::paint(painter, centre, radius, node.level, look.theme);
        } else {
            painter.circle_filled(centre, radius, ink);
        }
        return;
    }
    painter.circle(centre, radius, ink.gamma_multiply(0.2), Stroke::new(1.6, ink));
    if radius > 6.0 {
        painter.circle_stroke(centre, radius + 2.6, Stroke::new(1.0, ink.gamma_multiply(0.45)));
    }
    let words = format::compact(node.members.len() as u64);
    let face = if radius > 15.0 { Face::Card } else { Face::Tiny };
    let room = 2.0 * radius - 2.0;
    let color = look.theme.text.gamma_multiply(look.strength(at));
    let galley = painter.layout_no_wrap(words, face.font(), color);
    if galley.size().x <= room {
        let rect = Align2::CENTER_CENTER.anchor_size(centre, galley.size());
        painter.galley(rect.min, galley, color);
    }
}

fn things(painter: &Painter, look: &Look<'_>, at: u32) {
    let node = look.node(at);
    let What::Things(evidence) = node.what else { return };
    let (centre, size, strength) = (look.at(at), 1.82 * look.radius(at), look.strength(at));
    let line = Stroke::new(1.0, look.theme.faint.gamma_multiply(strength));
    let is_several = node.members.len() > 1;
    sign::square(painter, centre, size, is_several, (look.theme.raised, line));
    if size > 7.0 {
        let ink = look.theme.text.gamma_multiply(0.86 * strength);
        sign::paint(painter, centre, 0.62 * size, evidence, ink);
    }
    if node.members.iter().any(|thing| look.made.holds.contains_key(thing)) {
        let at = centre + 0.5 * vec2(size, -size);
        let sign = [vec2(0.0, -3.6), vec2(4.0, 3.2), vec2(-4.0, 3.2)].map(|by| at + by);
        let ink = look.theme.warn.gamma_multiply(strength);
        let line = Stroke::new(1.0, look.theme.panel);
        painter.add(Shape::convex_polygon(sign.to_vec(), ink, line));
    }
}

/// The same where there are many nodes: a ring.
fn ring(painter: &Painter, look: &Look<'_>, at: u32) {
    let ink = look.theme.faint.gamma_multiply(0.8 * look.strength(at));
    painter.circle_stroke(look.at(at), 0.6 * look.radius(at), Stroke::new(1.0, ink));
}

/// A grey ring of stubs that reach nobody.
fn common(painter: &Painter, look: &Look<'_>, at: u32) {
    let What::Common(evidence) = look.node(at).what else { return };
    let (centre, radius, strength) = (look.at(at), look.radius(at), look.strength(at));
    let ink = look.theme.faint.gamma_multiply(0.8 * strength);
    let stubs = look.node(at).accounts.clamp(8, 60);
    for i in 0..stubs {
        let angle = std::f32::consts::TAU * i as f32 / stubs as f32;
        let way = Vec2::angled(angle);
        // Of uneven length, by a fixed pattern, as if cut off.
        let reach = 0.78 + 0.22 * ((i * 7) % 5) as f32 / 4.0;
        let ends = [centre + 0.56 * radius * way, centre + reach * radius * way];
        painter.line_segment(ends, Stroke::new(1.0, ink.gamma_multiply(0.75)));
    }
    let ring: Vec<Pos2> = (0..=40)
        .map(|i| centre + 0.47 * radius * Vec2::angled(std::f32::consts::TAU * i as f32 / 40.0))
        .collect();
    painter.extend(Shape::dashed_line(&ring, Stroke::new(1.0, ink), 2.5, 2.5));
    sign::paint(painter, centre, 0.36 * radius, evidence, ink);
}

/// A numbered pill on a line of a route, with what it says.
pub fn pill(painter: &Painter, look: &Look<'_>, at: Pos2, number: usize, words: &str) {
    let theme = look.theme;
    let galley = painter.layout_no_wrap(words.to_owned(), Face::Small.font(), theme.text);
    let size = vec2(galley.size().x + 34.0, 22.0);
    let rect = Rect::from_center_size(at, size);
    let line = Stroke::new(1.0, theme.accent);
    painter.rect(rect, 11.0, theme.panel, line, egui::StrokeKind::Inside);
    let badge = rect.left_center() + vec2(12.0, 0.0);
    painter.circle_filled(badge, 7.5, theme.accent);
    let number = number.to_string();
    text::paint(painter, badge, Align2::CENTER_CENTER, &number, Face::Section, theme.on_accent);
    let place = rect.left_center() + vec2(25.0, -galley.size().y / 2.0);
    painter.galley(place, galley, theme.text);
}

/// What is said of a block beside its outline.
pub fn level_dot(painter: &Painter, at: Pos2, of: Level, look: &Look<'_>) {
    level::paint(painter, at, 5.0, of, look.theme);
}

#[cfg(test)]
mod tests {
    use egui::pos2;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_line_may_be_seen_where_the_box_around_it_meets_the_canvas(
            (ax, ay) in (-3_i8..13, -3_i8..13), (bx, by) in (-3_i8..13, -3_i8..13)
        ) {
            let canvas = Rect::from_min_max(pos2(0.0, 0.0), pos2(10.0, 10.0));
            let [a, b] = [(ax, ay), (bx, by)].map(|(x, y)| pos2(x.into(), y.into()));
            let naive = canvas.intersects(Rect::from_two_pos(a, b));
            prop_assert_eq!(sides(canvas, a) & sides(canvas, b) == 0, naive);
        }
    }
}

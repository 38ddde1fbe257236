//! What is said before there is a picture, where there is nothing to draw, and of a node under the
//! pointer.

use std::sync::Arc;

use egui::{Align, Layout, Rect, Ui, vec2};

use crate::index::Facet;
use crate::model::Field;
use crate::network::kind::{self, Source};
use crate::network::picture::{What, Whole};
use crate::ui::format;
use crate::ui::latest::Latest;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::card::{Card, card};
use crate::ui::widget::{bar, text};

use super::Of;
use super::look::Look;

/// Kinds of ties that are named of a node.
const NAMED: usize = 6;

/// Draws the screen while the network is put together, or where it cannot be.
pub fn without(ui: &mut Ui, area: Rect, whole: &Latest<Of, Arc<Whole>>, scene: &Scene<'_>) {
    let error = whole.error();
    let phase = whole.progress().map(|progress| progress.phase().to_string());
    let (title, why) = match (error, phase) {
        (Some(error), _) => ("The network cannot be put together", format::display(error)),
        (None, Some(phase)) => ("Putting the network together", phase),
        (None, None) if scene.beside.attributes().is_none() => {
            ("Putting the network together", "reading what is known of the accounts".to_owned())
        }
        (None, None) => ("Putting the network together", String::new()),
    };
    let fraction = whole.progress().and_then(|progress| progress.fraction());
    said(ui, area, title, &why, |ui| {
        if error.is_none() {
            let theme = Theme::of(ui);
            ui.add_space(8.0);
            let (track, _) = ui.allocate_exact_size(vec2(260.0, 4.0), egui::Sense::hover());
            bar::paint(ui.painter(), track, theme.ghost, fraction.unwrap_or(0.0), theme.accent);
            ui.ctx().request_repaint_after_secs(0.2);
        }
    });
}

/// Draws the screen of a case in which no two accounts have anything in common, and which columns
/// would give something.
pub fn nothing_shared(ui: &mut Ui, area: Rect, whole: &Whole, scene: &Scene<'_>) {
    let accounts = format::counted(whole.accounts as u64, "account", "accounts");
    let title = match whole.accounts {
        0 => "The case holds no accounts",
        _ => "Nothing ties the accounts of this case",
    };
    let absent: Vec<String> = kind::ALL
        .iter()
        .filter(|kind| !is_there(kind.source, scene))
        .map(|kind| format!("{} ({})", kind.name, column(kind.source)))
        .collect();
    let why = match absent.is_empty() {
        true => format!("{accounts}; no value of any kind is that of two of them"),
        false => format!(
            "{accounts}. Columns that would tie them and are not in the case: {}. Import logs or an \
             accounts table that have them",
            absent.join(", ")
        ),
    };
    said(ui, area, title, &why, |_| {});
}

/// Says on the canvas that nothing is drawn, and what would be.
pub fn nothing_drawn(ui: &Ui, canvas: Rect) {
    let words = "No accounts are drawn. Clusters, above, draws those of a level; G, with accounts \
                 selected on any screen, draws them";
    let room = Rect::from_center_size(canvas.center(), vec2(canvas.width().min(360.0), 60.0));
    text::paint_middle(ui.painter(), room, words, Face::Body, Theme::of(ui).muted);
}

fn column(source: Source) -> String {
    match source {
        Source::Facet(facet) => facet.field().name().to_owned(),
        Source::Attribute(name) => format!("{name} of the accounts table"),
        Source::Organisation => "org_id".to_owned(),
    }
}

fn is_there(source: Source, scene: &Scene<'_>) -> bool {
    let known = |name: &str| {
        let attributes = scene.beside.attributes();
        attributes.is_some_and(|all| all.values().any(|of| of.contains_key(name)))
    };
    let has = |field| scene.index.has_any(scene.index.everything(), field);
    match source {
        Source::Facet(Facet::Template) => !scene.index.templates().all.is_empty(),
        Source::Facet(Facet::Network) => has(Field::ClientIp),
        Source::Facet(Facet::Field(field)) => has(field),
        Source::Attribute(name) => known(name),
        Source::Organisation => {
            known("org_id") || scene.index.organisations().iter().any(Option::is_some)
        }
    }
}

fn said(ui: &mut Ui, area: Rect, title: &str, why: &str, more: impl FnOnce(&mut Ui)) {
    let body = card(ui, area, &Card { title: "Network", note: "" }, |_| {});
    let middle = Rect::from_center_size(body.center(), vec2(body.width().min(520.0), 170.0));
    region(ui, middle, |ui| {
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            let theme = Theme::of(ui);
            ui.label(Face::Title.text(title).color(theme.text));
            ui.add_space(4.0);
            text::wrapped(ui, Face::Body.text(why).color(theme.muted));
            more(ui);
        });
    });
}

/// What is said of a node under the pointer.
pub fn about(look: &Look<'_>, at: u32) -> String {
    let node = look.node(at);
    let name = super::labels::name(look.whole, node, look.ids);
    let mut lines = vec![match (node.what, node.home) {
        (What::Accounts, Some(home)) => {
            let block = super::labels::block_name(look.whole, home);
            let level = look.whole.blocks[home as usize].level;
            let level = match level {
                crate::model::finding::Level::None => String::new(),
                level => format!(", {}", level.as_str()),
            };
            format!("{name} · {block}{level}")
        }
        _ => name,
    }];
    match node.what {
        What::Common(_) => {
            let many = format::counted(node.accounts.into(), "account", "accounts");
            lines.push(format!("{many} of the case have it: too common to link, weight 0"));
        }
        What::Things(_) => {
            let many = format::counted(node.accounts.into(), "tie", "ties");
            lines.push(format!("{many} to accounts of the picture, up to {:.2} nats", node.weight));
            lines.extend(alone(look, &node.members));
        }
        What::Accounts => lines.extend(tied_by(look, at)),
    }
    lines.join("\n")
}

/// Of things without each of which a cluster falls apart, into what.
fn alone(look: &Look<'_>, things: &[u32]) -> Option<String> {
    let mut held = things.iter().filter_map(|thing| Some((thing, look.made.holds.get(thing)?)));
    let (thing, parts) = held.next()?;
    let more = held.count();
    let parts: Vec<String> = parts.iter().take(NAMED).map(|n| format::count((*n).into())).collect();
    let name = super::labels::short(&look.whole.things[*thing as usize].label());
    let words = format!("Without {name} the cluster falls into parts of {}", parts.join(", "));
    Some(match more {
        0 => words,
        more => format!("{words} accounts; {more} more like it"),
    })
}

/// `tied by 4 cards, 41 templates`.
fn tied_by(look: &Look<'_>, at: u32) -> Option<String> {
    let mut things: std::collections::BTreeMap<_, usize> = Default::default();
    for line in &look.made.at_node[at as usize] {
        let line = &look.made.picture.lines[*line as usize];
        let other = if line.a == at { line.b } else { line.a };
        let node = look.node(other);
        let many =
            if node.what == What::Accounts { line.ties as usize } else { node.members.len() };
        *things.entry(line.evidence).or_default() += many;
    }
    // What was found between two of the accounts themselves is no line.
    let members = &look.node(at).members;
    let is_one = |account: u32| members.binary_search(&account).is_ok();
    if members.len() > 1 {
        for pair in look.whole.pairs.iter().filter(|pair| is_one(pair.a) && is_one(pair.b)) {
            *things.entry(pair.evidence).or_default() += 1;
        }
    }
    let words = things.iter().take(NAMED).map(|(evidence, n)| evidence.counted(*n));
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| format!("tied by {}", words.join(", ")))
}

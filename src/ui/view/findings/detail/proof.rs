//! What each detector says: the sentence, what chance gives, the pictures, the rows.

use egui::{Align, Layout, Sense, Ui, vec2};

use crate::detect::definition::Strength;
use crate::detect::exhibit::{Exhibit, rank, strength};
use crate::detect::registry;
use crate::model::finding::Finding;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{bar, button, text};

use super::super::listing::about;
use super::super::picture;
use super::super::proofs::{Pictures, Proofs};
use super::repeat::{self, Cards};
use super::{Whom, band, lead, statement};

/// From this width on two pictures stand beside each other, with so much between them, points.
const BESIDE: f32 = 640.0;
const GAP: f32 = 20.0;

/// Draws all of them.
pub fn show(ui: &mut Ui, whom: Whom<'_>, proofs: &Proofs, scene: &mut Scene<'_>) {
    // An account that belongs to a cluster does not stand alone.
    let is_member = whom.account().is_some_and(|score| score.cluster.is_some());
    if !is_member {
        lead::show(ui, whom, scene);
    }
    let mut found: Vec<(u64, &Finding)> = about(whom.analysis, whom.subject).collect();
    found.sort_by_key(|(_, finding)| rank(finding));
    if found.is_empty() && !is_member {
        let words = "Ties between these accounts made a group; no detector has more to say of it";
        text::wrapped(ui, Face::Body.text(words).color(Theme::of(ui).muted));
    }
    if let Some(error) = proofs.error() {
        let words = format!("The records behind this cannot be read: {error}");
        text::wrapped(ui, Face::Body.text(words).color(Theme::of(ui).bad));
    }
    let (mut before, mut cards) = (None, Cards::default());
    for (number, finding) in found {
        let strength = strength(finding);
        if before != Some(strength) && strength < Strength::Evidence {
            heading(ui, strength);
        }
        before = Some(strength);
        block(ui, whom, (number, finding), (proofs, &mut cards), scene);
    }
}

/// What a kind of finding counts for, where it is no evidence by itself.
fn heading(ui: &mut Ui, strength: Strength) {
    let words = match strength {
        Strength::Context => "Context: shown, and counted nowhere",
        _ => "Supporting: adds to a score, and is no evidence by itself",
    };
    ui.add_space(10.0);
    text::section(ui, words);
}

fn block<'a>(
    ui: &mut Ui,
    whom: Whom<'a>,
    (number, finding): (u64, &'a Finding),
    (proofs, cards): (&'a Proofs, &mut Cards<'a>),
    scene: &mut Scene<'_>,
) {
    let theme = Theme::of(ui);
    ui.add_space(8.0);
    let (line, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    ui.painter().hline(line.x_range(), line.top(), theme.hairline());
    ui.add_space(6.0);
    let read = proofs.of(whom.analysis.run.at, whom.subject);
    let proof = read.and_then(|read| read.proofs.iter().find(|p| p.number == number));
    let cites = whom.analysis.cited.get(number as usize - 1).is_some_and(|all| !all.is_empty());
    head(ui, number, finding, proof.map(|proof| proof.records), cites, scene);
    statement::show(ui, number, finding, scene);
    match proofs.pictures(whom.analysis.run.at, whom.subject, finding, number) {
        Some(Pictures::Made(exhibits)) => pictures(ui, exhibits, (&finding.detector, cards), scene),
        Some(Pictures::Later(doing, share)) => later(ui, doing, share),
        Some(Pictures::Failed(why)) => {
            let words = format!("No picture: {}", format::display(why));
            text::wrapped(ui, Face::Small.text(words).color(theme.muted));
        }
        None => {}
    }
    band::show(ui, finding);
    text::wrapped(ui, Face::Small.text(format::display(&finding.measure())).color(theme.muted));
}

/// What is said while a picture is made that takes longer than the others.
fn later(ui: &mut Ui, doing: &str, share: Option<f32>) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        ui.label(Face::Small.text(doing).color(theme.muted));
        let (track, _) = ui.allocate_exact_size(vec2(120.0, 4.0), Sense::hover());
        bar::paint(ui.painter(), track, theme.ghost, share.unwrap_or(0.0), theme.muted);
    });
    ui.ctx().request_repaint_after_secs(0.2);
}

/// The pictures of a finding, beside each other where there is room; after them where those are that
/// are drawn already.
fn pictures<'a>(
    ui: &mut Ui,
    exhibits: &'a [Exhibit],
    (detector, cards): (&'a str, &mut Cards<'a>),
    scene: &mut Scene<'_>,
) {
    let width = ui.available_width();
    let (mut new, mut drawn) = (Vec::new(), Vec::new());
    for exhibit in exhibits {
        match cards.drawn(detector, exhibit) {
            Some(under) => drawn.push((exhibit, under)),
            None => new.push(exhibit),
        }
    }
    for pair in new.chunks(if width >= BESIDE { 2 } else { 1 }) {
        ui.add_space(4.0);
        let [first, second] = pair else {
            pair.iter().for_each(|exhibit| picture::show(ui, exhibit, scene));
            continue;
        };
        let room = (width - GAP) / 2.0;
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            for exhibit in [first, second] {
                ui.allocate_ui_with_layout(vec2(room, 0.0), Layout::top_down(Align::Min), |ui| {
                    ui.set_width(room);
                    picture::show(ui, exhibit, scene);
                });
            }
        });
    }
    for (exhibit, under) in drawn {
        ui.add_space(4.0);
        repeat::show(ui, exhibit, under);
    }
}

/// Title, detector, and the way to the rows.
fn head(
    ui: &mut Ui,
    number: u64,
    finding: &Finding,
    records: Option<u64>,
    cites: bool,
    scene: &mut Scene<'_>,
) {
    let theme = Theme::of(ui);
    let definition = registry::by_id(&finding.detector).map(|d| d.definition());
    ui.allocate_ui_with_layout(
        vec2(ui.available_width(), 20.0),
        Layout::right_to_left(Align::Center),
        |ui| {
            if cites {
                let counted = |n: u64| format::counted(n, "row", "rows");
                let words = records.map_or_else(|| "rows".to_owned(), counted);
                if button::link(ui, words).on_hover_text("The records it rests on").clicked() {
                    statement::go_to(scene, number, None);
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let title = definition.map_or("", |definition| definition.title);
                let title = ui.label(Face::Card.text(title).color(theme.text));
                if let Some(definition) = definition {
                    title.on_hover_text(format!(
                        "Sees {}.\nCannot see {}.\n{}",
                        definition.sees, definition.cannot_see, definition.source
                    ));
                }
                ui.label(Face::MonoSmall.text(&finding.detector).color(theme.muted));
                let family = finding.family.as_str();
                text::line(ui, Face::Small.text(family).color(theme.muted));
                if finding.is_exact {
                    ui.label(Face::Section.text("exact").color(theme.copper));
                }
            });
        },
    );
}

//! Hypotheses: a claim, how it stands, what speaks for it and against it.

use egui::{Align, Layout, Ui};

use crate::model::book::{self, Entry, Evidence, Hypothesis, Item, Status};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{button, drop_down, glyph, text};

use super::field::{Drafts, Look, Of};
use super::{add, change, remove};

/// Draws them, and the field for a new one.
pub fn show(ui: &mut Ui, drafts: &mut Drafts, scene: &mut Scene<'_>) {
    let book = scene.book;
    let evidence = book::evidence(book);
    for (entry, hypothesis) in book::hypotheses(book) {
        one(ui, drafts, scene, (entry, hypothesis), &evidence);
    }
    if scene.read_only {
        return;
    }
    let look = Look {
        name: "New hypothesis",
        hint: "A claim that could turn out to be wrong…",
        face: Face::Body,
        lines: 1,
    };
    if let Some(claim) = drafts.field(ui, Of { entry: 0, name: "claim" }, "", look) {
        add(scene, Item::Hypothesis(Hypothesis { claim, ..Hypothesis::default() }));
    }
}

fn one(
    ui: &mut Ui,
    drafts: &mut Drafts,
    scene: &mut Scene<'_>,
    (entry, now): (&Entry, &Hypothesis),
    evidence: &[(&Entry, &Evidence)],
) {
    let mut new = now.clone();
    let mut gone = false;
    ui.add_enabled_ui(!scene.read_only, |ui| {
        let of = |name| Of { entry: entry.id, name };
        let face = Face::Medium;
        let look = Look { name: "Claim", hint: "The claim", face, lines: 1 };
        if let Some(claim) = drafts.field(ui, of("claim"), &now.claim, look)
            && !claim.is_empty()
        {
            new.claim = claim;
        }
        ui.horizontal(|ui| {
            ui.add_space(6.0);
            status(ui, &mut new);
            ui.add_space(8.0);
            cited(ui, "for", (&mut new.supports, &mut new.against), evidence);
            ui.add_space(8.0);
            cited(ui, "against", (&mut new.against, &mut new.supports), evidence);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let cross = |p: &egui::Painter, r: egui::Rect, c| glyph::cross(p, r.shrink(3.0), c);
                gone = button::icon(ui, "Take out this hypothesis", cross).clicked();
            });
        });
        let hint = "What else there is to say";
        let look = Look { name: "Remark on the claim", hint, face: Face::Small, lines: 1 };
        if let Some(remark) = drafts.field(ui, of("remark"), &now.remark, look) {
            new.remark = remark;
        }
    });
    ui.add_space(2.0);
    ui.separator();
    if gone {
        remove(scene, entry.id);
    } else if new != *now {
        change(scene, entry.id, Item::Hypothesis(new));
    }
}

fn status(ui: &mut Ui, hypothesis: &mut Hypothesis) {
    let name = format!("How it stands: {}", hypothesis.status.as_str());
    drop_down(ui, hypothesis.status.as_str(), &name, false, |ui| {
        for status in Status::ALL {
            if ui.button(status.as_str()).clicked() {
                hypothesis.status = status;
            }
        }
    });
}

/// `for 1, 3 ⌄`: a menu of the evidence, in which what is cited is ticked. What speaks for a claim
/// does not speak against it.
fn cited(
    ui: &mut Ui,
    word: &str,
    (own, other): (&mut Vec<u64>, &mut Vec<u64>),
    evidence: &[(&Entry, &Evidence)],
) {
    let theme = Theme::of(ui);
    if evidence.is_empty() {
        text::line(ui, Face::Small.text(format!("{word}: no evidence kept")).color(theme.muted));
        return;
    }
    let numbers: Vec<String> = (1..)
        .zip(evidence)
        .filter(|(_, (entry, _))| own.contains(&entry.id))
        .map(|(number, _): (u64, _)| number.to_string())
        .collect();
    let words = match numbers.is_empty() {
        true => format!("{word}: none"),
        false => format!("{word}: {}", numbers.join(", ")),
    };
    let name = format!("Evidence {words}");
    drop_down(ui, &words, &name, true, |ui| {
        for (number, (entry, kept)) in (1..).zip(evidence) {
            let mut on = own.contains(&entry.id);
            let title = format!("{number}  {}", format::display(&kept.title));
            if ui.checkbox(&mut on, title).changed() {
                own.retain(|id| *id != entry.id);
                if on {
                    own.push(entry.id);
                    own.sort_unstable();
                    other.retain(|id| *id != entry.id);
                }
            }
        }
    });
}

//! Tags: chips that can be taken off, and a field to add one.

use egui::{Key, TextEdit, Ui};

use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Judgement};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::{hold, text};

use super::draft::Draft;

/// Tags shown at most; more than that are counted.
const SHOWN: usize = 24;

pub(super) fn show(
    ui: &mut Ui,
    scene: &mut Scene<'_>,
    accounts: &[String],
    draft: &mut Draft,
    carried: &[(String, usize)],
    focus: bool,
) {
    let theme = Theme::of(ui);
    text::section(ui, "Tags");
    if !carried.is_empty() {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = egui::vec2(6.0, 6.0);
            for (tag, n) in carried.iter().take(SHOWN) {
                let all = *n == accounts.len();
                if chip(ui, tag, *n, all, !scene.read_only) {
                    let judgement = Judgement::Tag { tag: tag.clone(), present: false };
                    scene.ask(Action::Judge { accounts: accounts.to_vec(), judgement });
                }
            }
            if carried.len() > SHOWN {
                let more = format!("and {} more", format::count((carried.len() - SHOWN) as u64));
                ui.label(Face::Small.text(more).color(theme.muted));
            }
        });
    }
    if scene.read_only {
        return;
    }
    let field = TextEdit::singleline(&mut draft.tag)
        .id_salt("tag")
        .hint_text(Face::Body.text("Add a tag, then Enter").color(theme.muted))
        .font(Face::Body.font())
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(8, 5));
    let response = ui.add(field).accessible_name("Add a tag");
    hold(ui, &response, focus);
    // The field is left with it: the next key is one of the review again.
    if response.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter)) {
        let tag = draft.tag.trim().to_owned();
        draft.tag.clear();
        if !tag.is_empty() {
            let judgement = Judgement::Tag { tag, present: true };
            scene.ask(Action::Judge { accounts: accounts.to_vec(), judgement });
        }
    }
}

/// A tag with a cross; returns whether it is to be taken off. One that only some of the accounts
/// carry says how many.
fn chip(ui: &mut Ui, tag: &str, n: usize, all: bool, removable: bool) -> bool {
    let theme = Theme::of(ui);
    let shown = visible_text(tag);
    let count = if all { String::new() } else { format!("  {}", format::count(n as u64)) };
    let cross = if removable { "  ×" } else { "" };
    let job = text::pieces(&[
        (&shown, Face::Small, theme.text),
        (&count, Face::Small, theme.muted),
        (cross, Face::Small, theme.muted),
    ]);
    let response = ui.add(
        egui::Button::new(job)
            .fill(theme.raised)
            .stroke(theme.hairline())
            .corner_radius(11)
            .min_size(egui::vec2(0.0, 22.0)),
    );
    let label = format!("Take the tag {shown} off");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, removable, &label));
    let response = if removable { response.on_hover_text(label) } else { response };
    removable && response.clicked()
}

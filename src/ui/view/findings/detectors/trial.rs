//! Numbers that were changed: what would be found with them, beside what was found, before
//! anything is kept.

use egui::{Align, Layout, Ui, vec2};

use crate::detect::{Options, Parameters};
use crate::model::finding::{Analysis, Level};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Detect};
use crate::ui::theme::{Face, Theme, frame, size};
use crate::ui::widget::{Press, button, level, text};

/// Draws it, where numbers were changed or tried.
pub fn show(
    ui: &mut Ui,
    analysis: &Analysis,
    before: &Parameters,
    options: &Options,
    scene: &mut Scene<'_>,
) {
    let trial = scene.detecting.trial();
    if *before == options.parameters && trial.is_none() {
        return;
    }
    let theme = Theme::of(ui);
    let is_tried = trial.is_some_and(|trial| trial.options == *options);
    let busy = scene.detecting.is_busy();
    let mut asked = None;
    frame::raised(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        text::section(ui, "Numbers as you set them");
        for (detector, name, value) in options.parameters.all_set() {
            let words = format!("{detector}.{name} = {value}");
            ui.label(Face::Mono.text(words).color(theme.text));
        }
        if let Some(trial) = trial {
            ui.add_space(6.0);
            compare(ui, analysis, &trial.analysis);
            if !is_tried {
                let words = "What was tried had other numbers than these";
                text::wrapped(ui, Face::Small.text(words).color(theme.warn));
            }
        }
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            if busy {
                ui.label(Face::Body.text("at work…").color(theme.muted));
                return;
            }
            let try_it = Press::new("Try: what would be found");
            let try_it = if is_tried { try_it } else { try_it.primary() };
            if !is_tried && ui.add(try_it).clicked() {
                asked = Some(Detect::Try(options.clone()));
            }
            if trial.is_none() {
                return;
            }
            let keep = Press::new("Keep these findings");
            let keep = if is_tried { keep.primary() } else { keep };
            if !scene.read_only && ui.add(keep).clicked() {
                asked = Some(Detect::Keep);
            }
            if button::link(ui, "Forget the trial").clicked() {
                asked = Some(Detect::ForgetTrial);
            }
        });
    });
    ui.add_space(8.0);
    if let Some(asked) = asked {
        scene.ask(Action::Detect(asked));
    }
}

/// Clusters and accounts by level, now and as tried.
fn compare(ui: &mut Ui, now: &Analysis, tried: &Analysis) {
    let theme = Theme::of(ui);
    let columns = ["Clusters", "would be", "Accounts", "would be"];
    line(
        ui,
        |ui| ui.label(Face::Column.text("Level").color(theme.muted)),
        columns.map(str::to_owned),
    );
    let all = [
        now.clusters_by_level(),
        tried.clusters_by_level(),
        now.accounts_by_level(),
        tried.accounts_by_level(),
    ];
    for level in Level::ALL.iter().rev().filter(|level| **level != Level::None) {
        let n = all.each_ref().map(|by| {
            let of = by.iter().find(|(known, _)| known == level);
            format::count(of.map_or(0, |(_, n)| *n))
        });
        let name = |ui: &mut Ui| {
            level::here(ui, *level);
            ui.label(Face::Body.text(level.as_str()))
        };
        line(ui, name, n);
    }
}

fn line(ui: &mut Ui, name: impl FnOnce(&mut Ui) -> egui::Response, values: [String; 4]) {
    let size = vec2(ui.available_width(), size::ROW - 4.0);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.allocate_ui_with_layout(
            vec2(110.0, size.y),
            Layout::left_to_right(Align::Center),
            |ui| {
                ui.set_min_width(110.0);
                name(ui);
            },
        );
        for value in values {
            let (rect, _) = ui.allocate_exact_size(vec2(72.0, size.y), egui::Sense::hover());
            text::number(ui, rect, &value, Face::Body, Theme::of(ui).text);
        }
    });
}

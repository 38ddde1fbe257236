//! What is said before there are findings, while detectors are at work, and when what is shown is
//! out of date.

use egui::{Align, Layout, Rect, Ui, UiBuilder, pos2, vec2};

use crate::case::AnalysisDue;
use crate::ui::Command;
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Detect};
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{Card, card, surface};
use crate::ui::widget::{Press, bar, button, text};

/// Height of the line that says findings are out of date.
const LINE: f32 = 34.0;

/// Draws the screen of a case in which detectors were not run.
pub fn without_findings(ui: &mut Ui, area: Rect, scene: &mut Scene<'_>) {
    let body = card(ui, area, &Card { title: "Findings", note: "" }, |_| {});
    let is_busy = scene.detecting.is_busy();
    // What is found stands below.
    let down = if is_busy { 0.25 } else { 0.5 };
    let center = pos2(body.center().x, body.top() + down * body.height());
    let middle = Rect::from_center_size(center, vec2(body.width().min(460.0), 150.0));
    if is_busy {
        let half = body.width().min(WIDE) / 2.0;
        let below = Rect::from_min_max(
            pos2(middle.center().x - half, middle.bottom() + size::GAP),
            pos2(middle.center().x + half, body.bottom() - size::CARD_PADDING),
        );
        so_far(ui, below, scene);
    }
    region(ui, middle, |ui| {
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            if is_busy {
                return at_work(ui, scene);
            }
            let damaged = match &scene.analysis_due {
                Some(AnalysisDue::Damaged(why)) => Some(why.clone()),
                _ => None,
            };
            let theme = Theme::of(ui);
            let (title, why) = match &damaged {
                None if scene.index.is_empty() => (
                    "Nothing to look at",
                    "The case holds no records; import a log first".to_owned(),
                ),
                None => (
                    "The detectors have not been run on this case",
                    "They look for accounts that act as one, and for answers that are collected. \
                     What they need and the records do not have is named with the result."
                        .to_owned(),
                ),
                Some(why) => ("The findings cannot be read", format::display(why)),
            };
            ui.label(Face::Title.text(title).color(theme.text));
            ui.add_space(4.0);
            text::wrapped(ui, Face::Body.text(why).color(theme.muted));
            ui.add_space(14.0);
            if scene.read_only {
                let words = "The case is read-only here: nothing that is found could be kept";
                text::wrapped(ui, Face::Small.text(words).color(theme.muted));
            } else if !scene.index.is_empty()
                && ui.add(Press::command(Command::RunDetectors).primary().large()).clicked()
            {
                scene.ask(Action::Run(Command::RunDetectors));
            }
        });
    });
}

/// Draws a line above the screen where findings are out of date or being made; the room that is
/// left below it.
pub fn due(ui: &mut Ui, area: Rect, scene: &mut Scene<'_>) -> Rect {
    let busy = scene.detecting.is_busy();
    let Some(due) =
        scene.analysis_due.as_ref().map(AnalysisDue::sentence).or(busy.then(String::new))
    else {
        return area;
    };
    let line = Rect::from_min_size(area.min, vec2(area.width(), LINE));
    surface(ui, line);
    let inner = line.shrink2(vec2(size::CARD_PADDING, 0.0));
    let layout = Layout::left_to_right(Align::Center);
    let mut child = ui.new_child(UiBuilder::new().max_rect(inner).layout(layout));
    if busy {
        at_work_in_line(&mut child, scene);
    } else {
        let theme = Theme::of(&child);
        let words = format!("{}.", format::capitalised(&due));
        child.label(Face::Body.text(words).color(theme.warn));
        if !scene.read_only && button::link(&mut child, "Run the detectors again").clicked() {
            scene.ask(Action::Run(Command::RunDetectors));
        }
    }
    Rect::from_min_max(pos2(area.left(), line.bottom() + size::GAP), area.max)
}

/// What is being done, and how far it is, 0…1 where that is known.
fn doing(scene: &Scene<'_>) -> (String, Option<f32>) {
    let progress = scene.detecting.progress().or(scene.finding_templates);
    let first = scene.finding_templates.map(|_| "prompt templates first".to_owned());
    let Some(progress) = progress else { return ("waiting".to_owned(), None) };
    let phase = Some(progress.phase().to_string()).filter(|phase| !phase.is_empty());
    let words: Vec<String> = first.into_iter().chain(phase).collect();
    (words.join(": "), progress.fraction())
}

fn at_work(ui: &mut Ui, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    let (phase, share) = doing(scene);
    ui.label(Face::Title.text("The detectors are at work").color(theme.text));
    ui.add_space(4.0);
    ui.label(Face::Body.text(phase).color(theme.muted));
    ui.add_space(10.0);
    let (track, _) = ui.allocate_exact_size(vec2(260.0, 4.0), egui::Sense::hover());
    bar::paint(ui.painter(), track, theme.ghost, share.unwrap_or(0.0), theme.accent);
    ui.add_space(12.0);
    if ui.add(Press::new("Stop")).clicked() {
        scene.ask(Action::Detect(Detect::Stop));
    }
    ui.ctx().request_repaint_after_secs(0.2);
}

/// Width of what was found so far, and height of a line of it, points.
const WIDE: f32 = 660.0;
const SAID: f32 = 20.0;

/// What was found so far, the last first; levels are told when everything is weighed.
fn so_far(ui: &mut Ui, area: Rect, scene: &Scene<'_>) {
    let Some(progress) = scene.detecting.progress() else { return };
    let room = (area.height() / SAID) as usize;
    let (said, all) = progress.told(room.saturating_sub(2));
    if said.is_empty() {
        return;
    }
    let theme = Theme::of(ui);
    region(ui, area, |ui| {
        let n = match said.len() < all {
            true => format!("the last {} of {}", said.len(), format::count(all as u64)),
            false => "before it is weighed".to_owned(),
        };
        let head = format!("Found so far, {n}");
        ui.label(Face::Small.text(head).color(theme.muted));
        ui.add_space(4.0);
        for line in said.iter().rev() {
            text::line(ui, Face::Body.text(format::display(line)).color(theme.text));
        }
    });
}

fn at_work_in_line(ui: &mut Ui, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    let (phase, share) = doing(scene);
    ui.label(Face::Medium.text("The detectors are at work").color(theme.text));
    let (track, _) = ui.allocate_exact_size(vec2(120.0, 4.0), egui::Sense::hover());
    bar::paint(ui.painter(), track, theme.ghost, share.unwrap_or(0.0), theme.accent);
    ui.label(Face::Body.text(phase).color(theme.muted));
    if button::link(ui, "Stop").clicked() {
        scene.ask(Action::Detect(Detect::Stop));
    }
    ui.ctx().request_repaint_after_secs(0.2);
}

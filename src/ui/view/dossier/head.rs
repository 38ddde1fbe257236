//! The head of the page: who, how far the evidence carries, what was decided, how much there is.

use egui::{Align, Layout, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::case::dossier::Portrait;
use crate::model::finding::{Level, Subject};
use crate::model::{Time, Verdict};
use crate::ui::panel::selection::said::Said;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme, frame};
use crate::ui::view::findings::detail::{Whom, level_word};
use crate::ui::view::findings::listing;
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::{bar, button, level, text};
use crate::ui::{Command, Zone, format};

use super::section::{Kind, framed};
use super::subject::About;

/// Width of the box with the verdict, points.
const VERDICT: f32 = 268.0;
/// Width and height of a number with its name, points.
const NUMBER: (f32, f32) = (118.0, 36.0);

/// Draws it.
pub fn show(
    ui: &mut Ui,
    about: &About,
    (portrait, said): (Option<&Portrait>, &Said),
    scene: &mut Scene<'_>,
) {
    framed(ui, Kind::Facts, |ui| {
        let (width, top) = (ui.available_width(), ui.cursor().min);
        let right =
            Rect::from_min_size(pos2(top.x + width - VERDICT, top.y), vec2(VERDICT, f32::INFINITY));
        let mut beside = ui.new_child(egui::UiBuilder::new().max_rect(right));
        verdict(&mut beside, about, said);
        let used = beside.min_rect().height();
        let left = Rect::from_min_size(top, vec2(width - VERDICT - 16.0, f32::INFINITY));
        let mut child = ui
            .new_child(egui::UiBuilder::new().max_rect(left).layout(Layout::top_down(Align::Min)));
        child.spacing_mut().item_spacing.y = 4.0;
        name(&mut child, about, scene);
        ways(&mut child, about, scene);
        let height = used.max(child.min_rect().height());
        ui.allocate_exact_size(vec2(width, height), Sense::hover());
        ui.add_space(6.0);
        numbers(ui, about, portrait, scene);
    });
    ui.add_space(crate::ui::theme::size::GAP);
}

/// `● Cluster 7  strong`, and both scores.
fn name(ui: &mut Ui, about: &About, scene: &Scene<'_>) {
    let theme = Theme::of(ui);
    let scored = scene.analysis.map(|analysis| scores(analysis, about.subject));
    let of = scored.flatten();
    let line = (vec2(ui.available_width(), 28.0), Layout::left_to_right(Align::Center));
    ui.allocate_ui_with_layout(line.0, line.1, |ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        if let Some((of, ..)) = of {
            level::here(ui, of);
        }
        let title = match about.subject {
            Subject::Cluster(id) => format!("Cluster {id}"),
            Subject::Account(_) => {
                about.ids.first().map_or_else(String::new, |id| visible_text(id).into_owned())
            }
        };
        text::line(ui, Face::Hero.text(title).color(theme.text));
        if let Some((of, ..)) = of {
            let ink = if of == Level::None { theme.muted } else { level::color(theme, of) };
            ui.label(Face::Medium.text(level_word(of)).color(ink));
        }
    });
    match of {
        Some((_, coordination, harvesting)) => {
            score(ui, "coordinated", coordination);
            score(ui, "harvesting", harvesting);
        }
        None if scene.analysis.is_some() => {
            let words = "No detector says anything of this account";
            text::wrapped(ui, Face::Small.text(words).color(theme.muted));
        }
        None => {
            let words = "The detectors have not been run on this case";
            text::wrapped(ui, Face::Small.text(words).color(theme.muted));
        }
    }
}

/// Level and scores of somebody; an account of a cluster has its own.
fn scores(
    analysis: &crate::model::finding::Analysis,
    subject: Subject,
) -> Option<(Level, f64, f64)> {
    let whom = Whom { analysis, subject };
    whom.cluster().map(|_| ()).or(whom.account().map(|_| ()))?;
    let (coordination, harvesting) = whom.scores();
    Some((whom.level(), coordination, harvesting))
}

/// A score with its bar, in the colour of what is inferred.
fn score(ui: &mut Ui, name: &str, value: f64) {
    let theme = Theme::of(ui);
    let width = ui.available_width().min(300.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 17.0), Sense::hover());
    let words = format!("{name} {value:.2}");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
    let (painter, left) = (ui.painter(), egui::Align2::LEFT_CENTER);
    text::paint(painter, rect.left_center(), left, name, Face::Body, theme.muted);
    let track = Rect::from_min_max(
        pos2(rect.left() + 88.0, rect.center().y - 2.5),
        pos2(rect.right() - 40.0, rect.center().y + 2.5),
    );
    bar::paint(painter, track, theme.ghost, value as f32, theme.copper);
    let (end, right) = (rect.right_center(), egui::Align2::RIGHT_CENTER);
    text::paint(painter, end, right, &format!("{value:.2}"), Face::Body, theme.text);
}

/// Where else it can be looked at.
fn ways(ui: &mut Ui, about: &About, scene: &mut Scene<'_>) {
    let ways = [
        (Command::Findings, "Show the proof", Action::Go(Screen::Findings)),
        (Command::Explore, "Show its records", Action::Go(Screen::Explore)),
        (Command::ShowSelection, "Draw the network", Action::Run(Command::ShowSelection)),
    ];
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        let account = match about.subject {
            Subject::Account(account) => Some(account),
            Subject::Cluster(_) => None,
        };
        let analysis = scene.analysis.cloned();
        let cluster = account.and_then(|account| analysis?.account(account)?.cluster);
        if let Some(id) = cluster
            && button::link(ui, format!("Cluster {id}")).on_hover_text("Its dossier").clicked()
        {
            scene.ask(Action::Select(listing::cluster(id)));
        }
        for (command, words, way) in ways {
            if button::link(ui, words).on_hover_text(command.key_text()).clicked() {
                scene.ask(way);
            }
        }
    });
}

/// What was decided, by whom and when: a person's judgement, in a box of its own.
fn verdict(ui: &mut Ui, about: &About, said: &Said) {
    let theme = Theme::of(ui);
    frame::raised(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.label(Face::Section.text("Verdict").color(theme.muted));
        let (verdict, more) = standing(ui, about, said);
        let ink = if said.standing.given() > 0 { theme.text } else { theme.muted };
        text::line(ui, Face::Entry.text(verdict).color(ink));
        text::wrapped(ui, Face::Small.text(more).color(theme.muted));
    });
}

/// `Suspicious`, and `high confidence · analyst · 14 Apr 2026 13:02`.
fn standing(ui: &Ui, about: &About, said: &Said) -> (String, String) {
    let standing = &said.standing;
    let keys = [Command::Suspicious, Command::Watch, Command::Cleared].map(Command::key_text);
    match (&standing.same, &standing.by) {
        (Some((verdict, confidence, _)), by) => {
            let mut parts = vec![format!("{} confidence", confidence.as_str())];
            if let Some((who, at)) = by {
                let at = Zone::of(ui.ctx()).wall(*at);
                parts.push(format!("{who} · {} {}", format::date(at), format::clock(at)));
            } else {
                let n = about.ids.len() as u64;
                parts.push(format!("on all {}", format::counted(n, "account", "accounts")));
            }
            (format::capitalised(Verdict::as_str(*verdict)), parts.join(" · "))
        }
        (None, _) if let Some(verdict) = alike(said, about) => (
            format::capitalised(verdict.as_str()),
            format!("{}, for several reasons", standing.words()),
        ),
        (None, _) if standing.given() > 0 => ("Mixed".to_owned(), standing.words()),
        (None, _) => {
            ("None yet".to_owned(), format!("{}, {} or {} gives one", keys[0], keys[1], keys[2]))
        }
    }
}

/// The verdict that all its accounts have, for whatever reasons.
fn alike(said: &Said, about: &About) -> Option<Verdict> {
    let all = about.ids.len();
    Verdict::ALL.into_iter().find(|verdict| all > 0 && said.standing.all_are(*verdict, all))
}

/// How much there is.
fn numbers(ui: &mut Ui, about: &About, portrait: Option<&Portrait>, scene: &Scene<'_>) {
    let all = told(about, portrait, scene, Zone::of(ui.ctx()));
    let width = ui.available_width();
    let fit = ((width / NUMBER.0) as usize).clamp(1, all.len());
    // Rows of the same length, where one is too short.
    let in_row = all.len().div_ceil(all.len().div_ceil(fit));
    for row in all.chunks(in_row) {
        let (line, _) = ui.allocate_exact_size(vec2(width, NUMBER.1), Sense::hover());
        for (i, (name, value)) in row.iter().enumerate() {
            let cell = width / in_row as f32;
            let left = line.left() + cell * i as f32;
            let rect = Rect::from_min_size(pos2(left, line.top()), vec2(cell - 8.0, NUMBER.1));
            number(ui, rect, name, value);
        }
    }
}

fn number(ui: &mut Ui, rect: Rect, name: &str, value: &str) {
    let theme = Theme::of(ui);
    let (upper, lower) = rect.split_top_bottom_at_fraction(0.45);
    text::in_rect(ui, upper, Align::Min, Face::Tiny.text(name).color(theme.muted));
    let ink = if value == "absent" { theme.muted } else { theme.text };
    text::in_rect(ui, lower, Align::Min, Face::Entry.text(value).color(ink))
        .on_hover_text(format!("{name}: {value}"));
}

/// Each number with its name and unit.
fn told(
    about: &About,
    portrait: Option<&Portrait>,
    scene: &Scene<'_>,
    zone: Zone,
) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    if matches!(about.subject, Subject::Cluster(_)) {
        all.push(("Accounts", format::count(about.ids.len() as u64)));
    }
    let Some(portrait) = portrait else {
        all.push(("Records", "…".to_owned()));
        return all;
    };
    let totals = &portrait.totals;
    let tokens = |n: Option<u64>| n.map_or_else(|| "absent".to_owned(), format::count);
    let moment = |at: Option<Time>| {
        let at = at.map(|at| (zone.wall(at), zone.short(at)));
        at.map_or_else(
            || "absent".to_owned(),
            |(at, name)| format!("{} {} {name}", format::day(at), format::clock(at)),
        )
    };
    let (first, last) = (totals.first_seen(scene.index), totals.last_seen(scene.index));
    let rows = u64::from(totals.rows);
    all.extend([
        ("Records", format!("{} {}", format::count(rows), portrait.counted.word(rows))),
        ("Input tokens", tokens(totals.input_tokens())),
        ("Output tokens", tokens(totals.output_tokens())),
        ("First seen", moment(first)),
        ("Last seen", moment(last)),
    ]);
    if let (Some(first), Some(last)) = (first, last) {
        let span = crate::model::TimeSpan { start: first, end: Time(last.0.saturating_add(1)) };
        all.push(("Span", format::length(span)));
    }
    if portrait.without_time > 0 {
        all.push(("Without a time", format::count(portrait.without_time)));
    }
    all
}

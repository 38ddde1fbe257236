//! The bar at the bottom: rows, accounts, rejects, jobs, undo, saved, custody.

use egui::{Align, Layout, Response, Sense, Ui, UiBuilder, vec2};

use crate::index::SearchState;
use crate::job::Progress;
use crate::ui::Command;
use crate::ui::app::App;
use crate::ui::app::sheet::Sheet;
use crate::ui::format;
use crate::ui::search;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::{bar, glyph};

/// How long what was done stays in the bar, seconds.
const SHOWN_S: f64 = 8.0;

/// Draws it.
pub fn status_bar(app: &mut App, ui: &mut Ui) {
    let bar = ui.max_rect();
    let inner = bar.shrink2(vec2(12.0, 0.0));
    let mut row =
        ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::left_to_right(Align::Center)));
    row.spacing_mut().item_spacing.x = 18.0;
    let mut far =
        ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center)));
    far.spacing_mut().item_spacing.x = 18.0;
    if app.has_case() {
        counts(app, &mut row);
        states(app, &mut far);
    } else {
        let words = if app.review.is_some() {
            "nothing is written before you press Import"
        } else if app.import.is_some() {
            "sources are only read"
        } else if app.opening.loading().is_some() {
            "opening…"
        } else {
            "No case open"
        };
        fact(&mut row, words);
        let theme = Theme::of(&far);
        state(&mut far, "offline: no connections", theme.ok);
        fact(&mut far, concat!("version ", env!("CARGO_PKG_VERSION")));
    }
    jobs(app, &mut far);
    ui.allocate_rect(bar, Sense::hover());
}

fn counts(app: &mut App, ui: &mut Ui) {
    let theme = Theme::of(ui);
    let Some(session) = &app.session else { return };
    let all_accounts = session.case.index.accounts().len() as u64;
    if session.overview.error().is_some() {
        fact(ui, "this filter cannot be counted");
    } else if let Some(facts) = session.overview.facts() {
        let unit = facts.counted.word(facts.all);
        let rows = format::count(facts.totals.rows.into());
        let stale = session.overview.is_stale();
        // The count of an earlier filter is not part of this one's.
        let so_far = search::so_far(&session.case.index, &app.view.filter);
        let so_far = if stale { "" } else { so_far };
        let words = format!("{rows} of {} {unit}{so_far}", format::count(facts.all));
        let color = if stale { theme.faint } else { theme.muted };
        ui.add(egui::Label::new(Face::Small.text(words).color(color)).extend());
        let accounts = if facts.accounts < all_accounts {
            format!("{} of {} accounts", format::count(facts.accounts), format::count(all_accounts))
        } else {
            format::counted(all_accounts, "account", "accounts")
        };
        fact(ui, &accounts);
    } else {
        fact(ui, "counting…");
    }
    let without = session.case.without_prompts;
    let whole = search::whole(&app.view.filter, &app.view.selection);
    if without > 0 && search::asks(&whole) {
        let words = format::counted(without, "record", "records");
        let label = Face::Small.text(format!("{words} without a prompt to search"));
        let why = "Their logs hold no prompts, or were imported with --no-raw";
        ui.add(egui::Label::new(label.color(theme.warn)).extend()).on_hover_text(why);
    }
    let rejects = session.case.info.rejects;
    if rejects > 0 {
        let words = format!("{} rejected", format::count(rejects));
        let response = clickable(ui, &words, theme.warn, |ui, rect| {
            glyph::warning(ui.painter(), rect.center(), theme.warn);
        });
        let hint = Command::Rejects.def().tooltip;
        if response.on_hover_text(hint).clicked() {
            app.actions.push(Action::Run(Command::Rejects));
        }
    }
}

fn states(app: &mut App, ui: &mut Ui) {
    let theme = Theme::of(ui);
    let Some(session) = &app.session else { return };
    let (words, color) = match (session.custody.answer(), session.custody.error()) {
        _ if session.verified == Some(false) => ("custody broken", theme.bad),
        (Some(None), _) => ("custody ok", theme.ok),
        (Some(Some(_)), _) => ("journal broken", theme.bad),
        (None, Some(_)) => ("journal unread", theme.warn),
        (None, None) => ("checking custody", theme.muted),
    };
    let why = match session.custody.answer() {
        _ if session.verified == Some(false) => {
            "The case is not what its journal and hashes say; click to see where".to_owned()
        }
        Some(Some(problem)) => problem.clone(),
        _ => "The journal's hash chain holds; click to verify every hash in the case".to_owned(),
    };
    let clicked = clickable(ui, words, color, |ui, rect| {
        glyph::dot(ui.painter(), rect.center(), color);
    });
    if clicked.on_hover_text(why).clicked() {
        app.actions.push(Action::Run(Command::VerifyCase));
    }
    saved(app, ui);
    undo(app, ui);
    if let Some((words, at)) = &app.done {
        let age = ui.input(|i| i.time) - at;
        if age < SHOWN_S {
            fact(ui, &visible_text(words));
            ui.ctx().request_repaint_after_secs((SHOWN_S - age) as f32);
        }
    }
}

fn saved(app: &mut App, ui: &mut Ui) {
    let theme = Theme::of(ui);
    let Some(session) = &app.session else { return };
    if session.case.is_read_only() && session.changed.answer() == Some(&true) {
        let words = "changed since it was opened here";
        let clicked = clickable(ui, words, theme.warn, |ui, rect| {
            glyph::dot(ui.painter(), rect.center(), theme.warn);
        });
        let why = "Another window has changed the case; click to open it again";
        if clicked.on_hover_text(why).clicked() {
            app.actions.push(Action::Open(vec![session.case.path.clone()]));
        }
        return;
    }
    if session.case.is_read_only() {
        fact(ui, "read-only").on_hover_text("Nothing can be changed in this case");
        return;
    }
    let save = session.case.save_state();
    let joins = session.joins.uncounted() as u64;
    if let Some(error) = &save.failed {
        let label = egui::Label::new(Face::Small.text("not saved").color(theme.bad)).extend();
        ui.add(label).on_hover_text(format::display(error));
    } else if save.busy {
        let why = "Another program has the case; your edits are written when it lets go";
        fact(ui, "waiting to save").on_hover_text(why);
    } else if save.pending > 0 {
        fact(ui, "saving…");
    } else if let Some(words) = session.ungiven().words() {
        let clicked = clickable(ui, &words, theme.warn, |ui, rect| {
            glyph::dot(ui.painter(), rect.center(), theme.warn);
        });
        if let Some((whose, way)) = session.first_ungiven() {
            let hint = format!(
                "Typed of {whose}, and not given yet: it is not part of the case; click to go there"
            );
            if clicked.on_hover_text(hint).clicked() {
                app.actions.extend(way);
            }
        }
    } else if joins > 0 {
        let words = format!("{} not counted yet", format::counted(joins, "join", "joins"));
        let clicked = clickable(ui, &words, theme.warn, |ui, rect| {
            glyph::dot(ui.painter(), rect.center(), theme.warn);
        });
        if clicked.clicked() {
            app.actions.push(Action::Run(Command::Joins));
        }
    } else if let Some(at) = save.saved_at {
        let local = crate::model::Time(at.0.saturating_add(app.setup.offset_us));
        fact(ui, &format!("saved {}", format::clock_seconds(local)));
    } else {
        fact(ui, "all saved");
    }
}

fn undo(app: &mut App, ui: &mut Ui) {
    let theme = Theme::of(ui);
    let Some(session) = &app.session else { return };
    let history = session.case.history();
    let depth = history.depth();
    if depth == 0 {
        return;
    }
    let hint = format!("Undo: {}", visible_text(history.undo_title().unwrap_or_default()));
    let response = clickable(ui, &depth.to_string(), theme.muted, |ui, rect| {
        glyph::undo(ui.painter(), rect.expand(1.0), theme.muted);
    });
    if response.on_hover_text(hint).clicked() {
        app.actions.push(Action::Run(Command::Undo));
    }
}

/// What runs in the background, how far it is, and how to stop it.
fn jobs(app: &mut App, ui: &mut Ui) {
    let sheet = match &app.sheet {
        Some(Sheet::Verify(sheet)) => sheet.job.as_ref().map(|job| ("verifying", job.progress())),
        Some(Sheet::Export(sheet)) => sheet.progress().map(|p| ("exporting", p)),
        Some(Sheet::Shown(sheet)) => sheet.progress().map(|p| ("exporting", p)),
        Some(Sheet::Merge(_)) | None => None,
    };
    let finding = app.session.as_ref().and_then(|session| session.finding.as_ref());
    let is_finding = finding.is_some();
    if let Some(finding) = finding {
        job(ui, "finding templates", finding.progress(), "finding templates");
    }
    let detecting = app.session.as_ref().and_then(|session| session.detecting.progress());
    let is_finding = is_finding || detecting.is_some();
    if let Some(progress) = detecting {
        job(ui, "detectors", progress, "running the detectors");
    }
    if let Some((name, progress)) = sheet {
        job(ui, name, progress, name);
    } else if !searching(app, ui) && app.has_case() && app.done.is_none() && !is_finding {
        fact(ui, "idle");
    }
}

/// How far the first search of prompts is that is not over, and how to stop it or go on; whether
/// there is one.
fn searching(app: &mut App, ui: &mut Ui) -> bool {
    let Some(session) = &mut app.session else { return false };
    let first = session.searches.unfinished().find_map(|s| Some((s.clone(), search::words(s)?)));
    let Some((search, words)) = first else { return false };
    let theme = Theme::of(ui);
    if search.state() == SearchState::Stopped {
        let hint = "Search the rest of the prompts";
        let go_on = clickable(ui, "Go on", theme.accent, |ui, rect| {
            glyph::dot(ui.painter(), rect.center(), theme.accent);
        });
        if go_on.on_hover_text(hint).clicked() {
            session.searches.go_on(&search);
        }
        let label = egui::Label::new(Face::Small.text(words).color(theme.warn)).extend();
        ui.add(label).on_hover_text("What was found until then is shown");
    } else if job(ui, "the search", search.progress(), &words) {
        session.searches.stop(&search);
    }
    true
}

/// A job with its share and some words; whether it was cancelled.
fn job(ui: &mut Ui, name: &str, progress: &Progress, words: &str) -> bool {
    let theme = Theme::of(ui);
    let close = |ui: &mut Ui| {
        let (rect, response) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::click());
        let label = format!("Cancel {name}");
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &label));
        glyph::cross(ui.painter(), rect.shrink(4.0), theme.muted);
        response.on_hover_text(label)
    };
    // Words before it come and go; a click on the cross must not depend on them.
    let id = egui::Id::unique(("job", name));
    let drawn = ui.scope_builder(UiBuilder::new().scope_id(id), |ui| {
        ui.spacing_mut().item_spacing.x = 7.0;
        let cancelled = close(ui).clicked();
        if cancelled {
            progress.cancel();
        }
        let (rect, _) = ui.allocate_exact_size(vec2(70.0, 5.0), Sense::hover());
        let done = progress.fraction().unwrap_or(0.0);
        bar::paint(ui.painter(), rect, theme.ghost, done, theme.accent);
        fact(ui, words);
        cancelled
    });
    drawn.inner
}

/// A piece of plain status.
fn fact(ui: &mut Ui, text: &str) -> Response {
    let theme = Theme::of(ui);
    ui.add(egui::Label::new(Face::Small.text(text).color(theme.muted)).extend())
}

/// A state in words with a dot of its colour.
fn state(ui: &mut Ui, text: &str, color: egui::Color32) -> Response {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.add(egui::Label::new(Face::Small.text(text).color(color)).extend());
        let (rect, _) = ui.allocate_exact_size(vec2(8.0, 12.0), Sense::hover());
        glyph::dot(ui.painter(), rect.center(), color);
    })
    .response
}

/// Words with a sign before them that do something when clicked.
fn clickable(
    ui: &mut Ui,
    words: &str,
    color: egui::Color32,
    sign: impl FnOnce(&Ui, egui::Rect),
) -> Response {
    let galley = ui.painter().layout_no_wrap(words.to_owned(), Face::Small.font(), color);
    let size = vec2(galley.size().x + 15.0, 20.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, words));
    let mark = egui::Rect::from_center_size(
        egui::pos2(rect.left() + 5.0, rect.center().y),
        vec2(10.0, 10.0),
    );
    sign(ui, mark);
    let at = egui::pos2(rect.left() + 15.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, color);
    if response.hovered() || response.has_focus() {
        let line = egui::Stroke::new(1.0, color);
        ui.painter().hline(rect.left() + 15.0..=rect.right(), rect.bottom() - 2.0, line);
    }
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

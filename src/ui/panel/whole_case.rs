//! The panel when nothing is selected: what happened, the verdicts so far, what next.

mod gaps;
mod sure;

use egui::text::LayoutJob;
use egui::{Align, Label, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, vec2};

use crate::index::Coverage;
use crate::model::{Field, JoinCounts, JoinKind, JoinState, Selection, Verdict};
use crate::ui::format;
use crate::ui::panel::time_notes::TimeNotes;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme, frame};
use crate::ui::view::overview::Facts;
use crate::ui::widget::{key_cap, text};
use crate::ui::{Command, Zone};

/// Draws it.
pub fn show(
    ui: &mut Ui,
    scene: &mut Scene<'_>,
    facts: Option<&Facts>,
    coverage: &[Coverage],
    time_notes: &mut TimeNotes,
) {
    let theme = Theme::of(ui);
    ScrollArea::vertical().id_salt("whole case").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.label(Face::Title.text("Whole case"));
        let (words, narrowed) = match facts {
            Some(f) if u64::from(f.totals.rows) < f.all => ("nothing selected, filtered", true),
            _ => ("nothing selected", false),
        };
        ui.label(Face::Body.text(words).color(theme.muted));
        ui.add_space(13.0);
        if let Some(facts) = facts {
            happened(ui, scene, facts, narrowed);
            ui.add_space(14.0);
        }
        sure::show(ui, scene);
        gaps::show(ui, scene, coverage);
        time_notes.show(ui, scene);
        verdicts(ui, scene);
        ui.add_space(14.0);
        if let Some(facts) = facts {
            next(ui, scene, facts);
        }
        ui.add_space(14.0);
        ui.horizontal(|ui| {
            for (command, what) in [(Command::Export, "export"), (Command::Help, "keys")] {
                key_cap(ui, &command.key_text());
                ui.label(Face::Body.text(what).color(theme.muted));
                ui.add_space(6.0);
            }
        });
    });
}

/// A paragraph with numbers in medium weight: the pieces between `*` stand out.
fn paragraph(ui: &mut Ui, words: &str) {
    let theme = Theme::of(ui);
    let mut job = LayoutJob::default();
    for (i, piece) in words.split('*').enumerate() {
        let face = if i % 2 == 1 { Face::Card } else { Face::Body };
        let mut format = face.format(theme.text);
        format.line_height = Some(17.0);
        job.append(piece, 0.0, format);
    }
    ui.add(Label::new(job).wrap());
    ui.add_space(4.0);
}

fn happened(ui: &mut Ui, scene: &Scene<'_>, facts: &Facts, narrowed: bool) {
    text::section(ui, if narrowed { "What happened, within the filter" } else { "What happened" });
    ui.add_space(4.0);
    if facts.totals.rows == 0 {
        paragraph(ui, &format!("No {} match the filter.", facts.counted.plural()));
        return;
    }
    paragraph(ui, &volume(facts, Zone::of(ui.ctx())));
    let zone = Zone::of(ui.ctx());
    if let Some(busiest) = facts.busiest.filter(|b| b.times() >= 1.5) {
        paragraph(
            ui,
            &format!(
                "The busiest {}, {} {} {}, had *{}*: *{:.1}* times the median {}.",
                busiest.unit,
                format::day(zone.wall(busiest.span.start)),
                format::clock(zone.wall(busiest.span.start)),
                zone.short(busiest.span.start),
                format::count(busiest.rows.into()),
                busiest.times(),
                busiest.unit,
            ),
        );
    }
    if let Some(first) = facts.top.first().filter(|_| facts.accounts > 1) {
        let rows = u64::from(facts.totals.rows);
        let id = scene.index.accounts().get(first.account as usize).map_or("", String::as_str);
        paragraph(
            ui,
            &format!(
                "{} alone made *{}* of them; the {} busiest accounts *{}*.",
                format::display(id).replace('*', "·"),
                format::percent(first.stats.rows.into(), rows),
                facts.top.len(),
                format::percent(facts.held, rows),
            ),
        );
    }
    if !narrowed {
        twice(&scene.beside.joins).iter().for_each(|words| paragraph(ui, words));
    }
    let theme = Theme::of(ui);
    let honest = "Logs show how an API was used, never what the answers were used for";
    text::wrapped(ui, Face::Small.text(honest).color(theme.muted));
}

/// Records that describe a call that another one describes, too: those that are not counted, and
/// those that are until somebody decides.
fn twice(joins: &JoinCounts) -> Vec<String> {
    let of = |kind| joins.of(kind, JoinState::Accepted);
    let (repeats, joined) = (of(JoinKind::Repeat), of(JoinKind::Join) + of(JoinKind::Probable));
    let mut said = Vec::new();
    for (n, one, many) in [
        (repeats, "record repeats another", "records repeat others"),
        (joined, "record is joined with another log's", "records are joined with another log's"),
    ] {
        if n > 0 {
            let words = if n == 1 { one } else { many };
            said.push(format!("*{}* {words}: not counted.", format::count(n)));
        }
    }
    let offered = joins.of(JoinKind::Probable, JoinState::Offered);
    if offered > 0 {
        said.push(format!(
            "*{}* probably {} of other logs: counted twice until decided.",
            format::counted(offered, "record", "records"),
            if offered == 1 { "tells of a call" } else { "tell of calls" },
        ));
    }
    said
}

/// Who made how many in what time, and how many have none.
fn volume(facts: &Facts, zone: Zone) -> String {
    let rows = u64::from(facts.totals.rows);
    let when = facts.span.map_or_else(String::new, |span| {
        format!(" in *{}*, {}", format::length(span), format::days(zone.wall_span(span)))
    });
    let untimed = match facts.without_time {
        0 => String::new(),
        n if n == rows => " None of them has a time.".to_owned(),
        1 => " *1* of them has no time.".to_owned(),
        n => format!(" *{}* of them have no time.", format::count(n)),
    };
    format!(
        "*{}* made *{}* {}{when}.{untimed}",
        format::counted(facts.accounts, "account", "accounts"),
        format::count(rows),
        facts.counted.word(rows),
    )
}

fn verdicts(ui: &mut Ui, scene: &Scene<'_>) {
    let theme = Theme::of(ui);
    let mut counts = [0u64; 3];
    for annotation in scene.annotations.values() {
        if let Some(record) = &annotation.verdict {
            counts[record.verdict as usize] += 1;
        }
    }
    let given: u64 = counts.iter().sum();
    let left = (scene.index.accounts().len() as u64).saturating_sub(given);
    frame::raised(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        text::section(ui, "Your verdicts");
        ui.add_space(5.0);
        let colors = [theme.text, theme.neutral(), theme.none];
        share_bar(ui, &counts, left, &colors, theme);
        ui.add_space(6.0);
        for verdict in Verdict::ALL {
            let i = verdict as usize;
            let name = format::capitalised(verdict.as_str());
            count(ui, Some(colors[i]), &name, counts[i]);
        }
        count(ui, None, "Not yet reviewed", left);
    });
}

/// The verdicts given among all accounts, in proportion; the rest is an outline.
fn share_bar(
    ui: &mut Ui,
    counts: &[u64; 3],
    left: u64,
    colors: &[egui::Color32; 3],
    theme: &Theme,
) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 8.0), Sense::hover());
    let widths = shares(counts, left, rect.width());
    let mut x = rect.left();
    for (width, color) in widths.into_iter().zip(colors).filter(|(width, _)| *width > 0.0) {
        let piece = Rect::from_min_size(egui::pos2(x, rect.top()), vec2(width, 8.0));
        ui.painter().rect_filled(piece, 2.0, *color);
        x += width + 2.0;
    }
    let rest = Rect::from_min_max(egui::pos2(x.min(rect.right()), rect.top()), rect.max);
    if left > 0 {
        let stroke = egui::Stroke::new(1.0, theme.none);
        ui.painter().rect_stroke(rest, 2.0, stroke, egui::StrokeKind::Inside);
    }
}

/// The widths of the verdicts in a bar that stands for all accounts; few are still seen.
fn shares(counts: &[u64; 3], left: u64, width: f32) -> [f32; 3] {
    let all = (counts.iter().sum::<u64>() + left).max(1) as f32;
    let pieces = counts.iter().filter(|n| **n > 0).count() + usize::from(left > 0);
    let room = width - 2.0 * pieces.saturating_sub(1) as f32;
    counts.map(|n| if n == 0 { 0.0 } else { (room * n as f32 / all).max(2.0) })
}

fn count(ui: &mut Ui, color: Option<egui::Color32>, name: &str, n: u64) {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 19.0), Sense::hover());
    let label = format!("{name} {}", format::count(n));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &label));
    let square = Rect::from_center_size(text::left(rect, 4.0), vec2(8.0, 8.0));
    match color {
        Some(color) => {
            ui.painter().rect_filled(square, 2.0, color);
        }
        None => {
            let stroke = egui::Stroke::new(1.0, theme.none);
            ui.painter().rect_stroke(square, 2.0, stroke, egui::StrokeKind::Inside);
        }
    }
    let room = rect.width() - 90.0;
    text::paint_within(ui.painter(), text::left(rect, 16.0), room, name, Face::Body, theme.text);
    let end = rect.right_center();
    let number = format::count(n);
    text::paint(ui.painter(), end, egui::Align2::RIGHT_CENTER, &number, Face::Medium, theme.text);
}

/// Something to do next, and how.
struct Step {
    words: String,
    actions: Vec<Action>,
}

fn next(ui: &mut Ui, scene: &mut Scene<'_>, facts: &Facts) {
    let steps = steps(scene, facts, Zone::of(ui.ctx()));
    if steps.is_empty() {
        return;
    }
    text::section(ui, "What next");
    ui.add_space(4.0);
    let theme = Theme::of(ui);
    for (i, step) in steps.into_iter().take(5).enumerate() {
        // Known by what it says: what stands above it comes and goes.
        let id = egui::Id::unique(("next", &step.words));
        let response = ui
            .scope_builder(
                UiBuilder::new().scope_id(id).layout(Layout::left_to_right(Align::Min)),
                |ui| {
                    ui.spacing_mut().item_spacing.x = 0.0;
                    let (mark, _) = ui.allocate_exact_size(vec2(14.0, 17.0), Sense::hover());
                    let (at, anchor) = (mark.left_center(), egui::Align2::LEFT_CENTER);
                    let number = (i + 1).to_string();
                    text::paint(ui.painter(), at, anchor, &number, Face::MonoSmall, theme.muted);
                    let words = Face::Body.text(&step.words);
                    ui.add(Label::new(words).wrap().sense(Sense::click()))
                },
            )
            .inner;
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Link, true, &step.words));
        if response.hovered() || response.has_focus() {
            let line = egui::Stroke::new(1.0, theme.accent);
            ui.painter().hline(response.rect.x_range(), response.rect.bottom(), line);
        }
        let response = response.on_hover_cursor(egui::CursorIcon::PointingHand);
        if response.clicked() {
            step.actions.into_iter().for_each(|action| scene.ask(action));
        }
        ui.add_space(3.0);
    }
}

fn steps(scene: &Scene<'_>, facts: &Facts, zone: Zone) -> Vec<Step> {
    let mut steps = Vec::new();
    // First: all numbers depend on it.
    let offered = scene.beside.joins.of(JoinKind::Probable, JoinState::Offered);
    if offered > 0 {
        let joins = format::counted(offered, "probable join", "probable joins");
        steps.push(Step {
            words: format!("Look at {joins}, which may count calls twice"),
            actions: vec![Action::Go(Screen::Joins)],
        });
    }
    if let Some(busiest) = facts.busiest.filter(|b| b.times() >= 3.0) {
        steps.push(Step {
            words: format!(
                "Look at the burst of {} {} {}",
                format::day(zone.wall(busiest.span.start)),
                format::clock(zone.wall(busiest.span.start)),
                zone.short(busiest.span.start)
            ),
            actions: vec![Action::Brush(Some(busiest.span)), Action::Go(Screen::Explore)],
        });
    }
    if scene.analysis.is_some() {
        steps.push(Step {
            words: format!("Review the findings, with {}", Command::NextFinding.key_text()),
            actions: vec![Action::Run(Command::NextFinding)],
        });
    } else if !scene.read_only && !scene.index.is_empty() {
        steps.push(Step {
            words: "Look for accounts that act as one: run the detectors".into(),
            actions: vec![Action::Run(Command::RunDetectors), Action::Go(Screen::Findings)],
        });
    }
    // What stands in for accounts is nobody to review.
    let unreviewed = facts.top.iter().filter(|t| scene.lists.verdict(t.account).is_none());
    let mut ids = unreviewed.filter_map(|t| scene.index.accounts().get(t.account as usize));
    if let Some(id) = ids.find(|id| !scene.beside.stand_ins().contains(*id)) {
        steps.push(Step {
            words: format!("Review {}, the busiest account without a verdict", format::display(id)),
            actions: vec![
                Action::Select(Selection::account(id.clone())),
                Action::Go(Screen::Explore),
            ],
        });
    }
    let rejected: u64 = crate::model::SourceInfo::open_rejects(scene.sources);
    if rejected > 0 {
        steps.push(Step {
            words: format!(
                "See why {} could not be read",
                format::counted(rejected, "record", "records")
            ),
            actions: vec![Action::Run(Command::Rejects)],
        });
    }
    let empty = |f: &crate::index::Fitness| f.rows > 0 && f.present == 0;
    let absent = |field: Field| facts.fitness.iter().any(|f| f.field == field && empty(f));
    if absent(Field::ClientIp) {
        steps.push(Step {
            words: "Add a log of the same days that has addresses: none is known here".into(),
            actions: vec![Action::Run(Command::OpenLogs)],
        });
    }
    if !scene.annotations.is_empty() {
        steps.push(Step {
            words: "Export the evidence package".into(),
            actions: vec![Action::Run(Command::Export)],
        });
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_one_call_are_told_of_whether_they_count_or_not() {
        let mut joins = JoinCounts::default();
        assert_eq!(twice(&joins), [""; 0]);
        joins.add(JoinKind::Repeat, JoinState::Accepted, 50_007);
        joins.add(JoinKind::Probable, JoinState::Accepted, 1);
        joins.add(JoinKind::Probable, JoinState::Offered, 2);
        joins.add(JoinKind::Repeat, JoinState::Rejected, 9);
        let [repeats, joined, offered] = &twice(&joins)[..] else { panic!("three") };
        assert_eq!(repeats, "*50,007* records repeat others: not counted.");
        assert_eq!(joined, "*1* record is joined with another log's: not counted.");
        assert!(
            offered.starts_with("*2 records* probably tell of calls of other logs"),
            "{offered}"
        );
    }

    #[test]
    fn a_few_verdicts_among_many_accounts_do_not_fill_the_bar() {
        let widths = shares(&[3, 1, 0], 1_196, 600.0);
        assert!(widths.iter().sum::<f32>() < 10.0, "{widths:?}");
        assert!(widths[1] >= 2.0 && widths[2] == 0.0, "{widths:?}");
        let widths = shares(&[1, 0, 1], 0, 600.0);
        assert_eq!(widths, [299.0, 0.0, 299.0]);
    }
}

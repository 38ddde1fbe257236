//! What another analyst said of the same logs, in the panel on the right: what is taken over, and
//! what somebody has to decide.

use egui::{Frame, Margin, ScrollArea, Ui};

use crate::case::merge::{Conflict, Plan, Standing};
use crate::ui::Zone;
use crate::ui::app::App;
use crate::ui::app::merge::MergeSheet;
use crate::ui::app::session::file_name;
use crate::ui::app::sheet::Sheet;
use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{Press, button, text};

/// Accounts that are named where they are left out.
const NAMED: usize = 20;

/// What was asked for in the sheet.
enum Asked {
    Merge,
    Close,
}

/// Draws it; true when it is to be closed.
pub fn show(app: &mut App, ui: &mut Ui) -> bool {
    let Some(Sheet::Merge(sheet)) = &mut app.sheet else { return false };
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.y = 4.0;
    ui.label(Face::Title.text("Merge another case"));
    text::line(ui, Face::Body.text(file_name(&sheet.path)).color(theme.muted))
        .on_hover_text(format::display(&sheet.path.display().to_string()));
    ui.add_space(10.0);
    let asked = match (sheet.done.clone(), sheet.error(), sheet.plan().cloned()) {
        (Some(done), ..) => {
            ui.label(Face::Lead.text("Merged").color(theme.ok));
            text::wrapped(ui, Face::Body.text(format::display(&done)));
            let words = "One edit: Ctrl Z takes all of it back";
            text::wrapped(ui, Face::Small.text(words).color(theme.muted));
            None
        }
        (_, Some(error), _) => {
            ui.label(Face::Lead.text("It cannot be merged").color(theme.bad));
            text::wrapped(ui, Face::Body.text(format::display(error)));
            None
        }
        (_, _, Some(plan)) => planned(ui, sheet, &plan),
        (_, _, None) => {
            text::wrapped(ui, Face::Body.text("Reading the other case…"));
            None
        }
    };
    if matches!(asked, Some(Asked::Merge)) {
        app.merge(ui.ctx());
    }
    ui.add_space(10.0);
    let is_over = matches!(asked, Some(Asked::Close));
    let is_planned =
        matches!(&app.sheet, Some(Sheet::Merge(s)) if s.done.is_none() && s.error().is_none());
    is_over || (!is_planned && ui.add(Press::new("Close")).clicked())
}

fn planned(ui: &mut Ui, sheet: &mut MergeSheet, plan: &Plan) -> Option<Asked> {
    let height = (ui.available_height() - 92.0).max(80.0);
    ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        facts(ui, plan);
        conflicts(ui, sheet, plan);
    });
    let theme = Theme::of(ui);
    ui.add_space(8.0);
    let (open, nothing) = (sheet.open(plan), plan.changes.is_empty() && plan.conflicts.is_empty());
    let mut asked = None;
    ui.horizontal(|ui| {
        let merge = Press::new("Merge").primary().width(120.0);
        if ui.add_enabled(open == 0 && !nothing, merge).clicked() {
            asked = Some(Asked::Merge);
        }
        if ui.add(Press::new("Close")).clicked() {
            asked = Some(Asked::Close);
        }
    });
    let why = match (nothing, open) {
        (true, _) => "Nothing to merge: this case says all of it already".to_owned(),
        (false, 0) => String::new(),
        (false, n) => format!("{} to decide", format::counted(n as u64, "conflict", "conflicts")),
    };
    text::wrapped(ui, Face::Small.text(why).color(theme.warn));
    asked
}

/// What is common, what is taken over, and how far the two agree.
fn facts(ui: &mut Ui, plan: &Plan) {
    let theme = Theme::of(ui);
    let (both, ours, theirs) = plan.entries;
    let entries = |n: usize| format::counted(n as u64, "entry", "entries");
    let words = format!(
        "The journals have {} in common; since then {} here and {} there",
        entries(both),
        format::count(ours as u64),
        format::count(theirs as u64)
    );
    text::wrapped(ui, Face::Body.text(words));
    if let Some(words) = plan.merged_before_words() {
        let words = format::capitalised(&words);
        text::wrapped(ui, Face::Small.text(words).color(theme.warn));
    }
    let (shared, here, there) = plan.sources;
    if shared < here.max(there) {
        let words = format!("{shared} sources are in both, of {here} here and {there} there");
        text::wrapped(ui, Face::Small.text(words).color(theme.warn));
    }
    let authors: Vec<String> = plan.authors().iter().map(|name| format::display(name)).collect();
    if !authors.is_empty() {
        let words = format!("What is theirs was said by {}", authors.join(", "));
        text::wrapped(ui, Face::Small.text(words).color(theme.muted));
    }
    ui.add_space(10.0);
    text::section(ui, "Taken over");
    let taken = plan.taken();
    let kinds = [
        (taken.verdicts, "verdict", "verdicts"),
        (taken.tags, "tag", "tags"),
        (taken.notes, "note", "notes"),
        (taken.views, "view", "views"),
        (taken.entries, "entry of the case book", "entries of the case book"),
    ];
    let some = kinds.iter().filter(|(n, ..)| *n > 0);
    let words: Vec<String> = some.map(|(n, one, many)| format::counted(*n, one, many)).collect();
    let words = if words.is_empty() { "nothing".to_owned() } else { words.join(", ") };
    text::wrapped(ui, Face::Body.text(words));
    if !plan.unknown.is_empty() {
        let few: Vec<String> =
            plan.unknown.iter().take(NAMED).map(|id| format::display(id)).collect();
        let more = if plan.unknown.len() > NAMED { ", …" } else { "" };
        let many = format::counted(plan.unknown.len() as u64, "account", "accounts");
        let words =
            format!("Left out: {many} that this case does not have: {}{more}", few.join(", "));
        text::wrapped(ui, Face::Small.text(words).color(theme.warn));
    }
    ui.add_space(10.0);
    text::section(ui, "Agreement");
    text::wrapped(ui, Face::Body.text(plan.agreement.words()));
}

fn conflicts(ui: &mut Ui, sheet: &mut MergeSheet, plan: &Plan) {
    if plan.conflicts.is_empty() {
        return;
    }
    ui.add_space(10.0);
    text::section(ui, &format!("Conflicts · {}", format::count(plan.conflicts.len() as u64)));
    let mut all = None;
    ui.horizontal(|ui| {
        for (theirs, words) in [(false, "Keep ours in all"), (true, "Take theirs in all")] {
            if button::link(ui, words).clicked() {
                all = Some(theirs);
            }
            ui.add_space(8.0);
        }
    });
    if let Some(theirs) = all {
        plan.conflicts.iter().for_each(|conflict| sheet.decide(conflict, theirs));
    }
    for conflict in &plan.conflicts {
        ui.add_space(8.0);
        one(ui, sheet, conflict);
    }
}

fn one(ui: &mut Ui, sheet: &mut MergeSheet, conflict: &Conflict) {
    let subject = format::display(&conflict.subject());
    text::wrapped(ui, Face::Medium.text(&subject));
    let now = sheet.takes_theirs(conflict);
    for ((standing, theirs), whose) in
        conflict.sides().iter().zip([false, true]).zip(["Ours", "Theirs"])
    {
        if side(ui, (whose, &subject), standing, now == Some(theirs)) {
            sheet.decide(conflict, theirs);
        }
    }
}

/// One side of a conflict; whether it was chosen.
fn side(ui: &mut Ui, (whose, subject): (&str, &str), standing: &Standing, is_on: bool) -> bool {
    let theme = Theme::of(ui);
    let mut chosen = false;
    let edge = if is_on { theme.accent_line } else { theme.line };
    let frame = Frame::new()
        .inner_margin(Margin::symmetric(10, 6))
        .corner_radius(5)
        .stroke(egui::Stroke::new(1.0, edge));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let radio = ui.radio(is_on, Face::Small.text(whose));
        let name = format!("{whose} of {subject}");
        radio.widget_info(|| {
            egui::WidgetInfo::selected(egui::Role::RadioButton, true, is_on, &name)
        });
        chosen = radio.clicked();
        text::wrapped(ui, Face::Body.text(format::display(&standing.words)));
        if let Some((actor, at)) = &standing.by {
            let words = format!("{}, {}", format::display(actor), Zone::of(ui.ctx()).stamp(*at));
            text::wrapped(ui, Face::Small.text(words).color(theme.muted));
        }
    });
    chosen
}

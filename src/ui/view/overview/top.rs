//! The accounts with most exchanges.

use egui::{Align, Rect, Sense, Ui, pos2, vec2};

use crate::model::Selection;
use crate::ui::Command;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{self, Card, card};
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::{button, key_cap, sparkline, text};

use super::gather::{Facts, TopAccount};

/// Left edges of the columns from the left, or right edges from the right, of a row.
struct Columns {
    id: (f32, f32),
    rows: f32,
    share: f32,
    tokens: f32,
    line: (f32, f32),
    verdict: (f32, f32),
}

impl Columns {
    /// Numbers end where their column ends; the id takes what is left.
    fn of(width: f32) -> Self {
        let verdict = (width - 90.0, width - 12.0);
        let line = (verdict.0 - 112.0, verdict.0 - 16.0);
        let tokens = line.0 - 18.0;
        // A narrow card does without the share, then without the tokens.
        let share = if width < 430.0 { tokens } else { tokens - 92.0 };
        let rows = if width < 540.0 { share } else { share - 56.0 };
        Self { id: (12.0, rows - 76.0), rows, share, tokens, line, verdict }
    }
}

/// Draws the card; whether the findings are asked for in its place, where there are any.
pub fn show(
    ui: &mut Ui,
    rect: Rect,
    facts: &Facts,
    has_findings: bool,
    scene: &mut Scene<'_>,
) -> bool {
    let mut other = false;
    let unit = facts.counted.plural();
    let room = rect.height() - size::CARD_HEADER - size::ROW;
    let shown = ((room / size::LIST_ROW) as usize).min(facts.top.len());
    let note = format!("by {unit}, first {shown} of {}", format::count(facts.accounts));
    let body = card(ui, rect, &Card { title: "Top accounts", note: &note }, |ui| {
        key_cap(ui, &Command::Explore.key_text());
        if button::link(ui, "all in Explore").clicked() {
            scene.ask(Action::Go(Screen::Explore));
        }
        other = has_findings && button::link(ui, "findings").clicked();
    });
    if shown == 0 {
        let why = "Lift the brush or change the filter";
        card::empty(ui, body, "Nothing matches the filter", why);
        return other;
    }
    let columns = Columns::of(body.width());
    header(ui, body, facts, &columns);
    for (i, top) in facts.top.iter().take(shown).enumerate() {
        let at = body.top() + size::ROW + i as f32 * size::LIST_ROW;
        let row = Rect::from_min_size(pos2(body.left(), at), vec2(body.width(), size::LIST_ROW));
        account(ui, row, top, facts, &columns, scene);
    }
    other
}

fn header(ui: &mut Ui, body: Rect, facts: &Facts, columns: &Columns) {
    let theme = Theme::of(ui);
    let row = Rect::from_min_size(body.min, vec2(body.width(), size::ROW));
    ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
    let mut title = |from: f32, to: f32, align: Align, words: &str| {
        let cell = Rect::from_x_y_ranges(row.left() + from..=row.left() + to, row.y_range());
        text::in_rect(ui, cell, align, Face::Column.text(words).color(theme.muted));
    };
    let unit = format::capitalised(facts.counted.plural());
    title(columns.id.0, columns.id.1, Align::Min, "Account");
    title(columns.rows - 100.0, columns.rows, Align::Max, &unit);
    if columns.rows < columns.share {
        title(columns.share - 54.0, columns.share, Align::Max, "Share");
    }
    if columns.share < columns.tokens {
        title(columns.tokens - 90.0, columns.tokens, Align::Max, "Output tokens");
    }
    title(columns.line.0, columns.line.1, Align::Min, "When");
    title(columns.verdict.0, columns.verdict.1, Align::Min, "Verdict");
}

fn account(
    ui: &mut Ui,
    row: Rect,
    top: &TopAccount,
    facts: &Facts,
    columns: &Columns,
    scene: &mut Scene<'_>,
) {
    let theme = Theme::of(ui);
    let Some(id) = scene.index.accounts().get(top.account as usize) else { return };
    let selected = scene.view.selection.has_account(id);
    let response =
        ui.interact(row, ui.scope_id().with(("top account", top.account)), Sense::click());
    let rows = u64::from(top.stats.rows);
    response.widget_info(|| {
        let label = format!(
            "{id}, {}",
            format::counted(rows, facts.counted.word(1), facts.counted.plural())
        );
        egui::WidgetInfo::selected(egui::Role::Row, true, selected, label)
    });
    let fill = if selected {
        theme.accent_soft
    } else if response.hovered() || response.has_focus() {
        theme.hover
    } else {
        egui::Color32::TRANSPARENT
    };
    ui.painter().rect_filled(row, 0.0, fill);
    ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
    let cell = |from: f32, to: f32| {
        Rect::from_x_y_ranges(row.left() + from..=row.left() + to, row.y_range())
    };
    let name = Face::Mono.text(format::display(id)).color(theme.text);
    text::in_rect(ui, cell(columns.id.0, columns.id.1), Align::Min, name);
    let mut number = |right: f32, words: &str, color| {
        text::number(ui, cell(right - 90.0, right), words, Face::Body, color);
    };
    number(columns.rows, &format::count(rows), theme.text);
    if columns.rows < columns.share {
        number(columns.share, &format::percent(rows, facts.totals.rows.into()), theme.muted);
    }
    match top.stats.output_tokens() {
        _ if columns.share >= columns.tokens => {}
        Some(tokens) => number(columns.tokens, &format::count(tokens), theme.text),
        None => {
            let absent = Face::Body.text("absent").italics().color(theme.muted);
            text::in_rect(ui, cell(columns.tokens - 90.0, columns.tokens), Align::Max, absent);
        }
    }
    let line = cell(columns.line.0, columns.line.1).shrink2(vec2(0.0, 6.0));
    sparkline::paint(ui.painter(), line, &top.line, theme.category(0));
    let verdict = scene.lists.verdict(top.account).map_or("new", |v| v.as_str());
    let words = Face::Body.text(verdict).color(theme.muted);
    text::in_rect(ui, cell(columns.verdict.0, columns.verdict.1), Align::Min, words);
    // Two long names may look the same where they are cut off.
    let response = response.on_hover_text(visible_text(id));
    let id = id.clone();
    if response.double_clicked() {
        scene.ask(Action::Select(Selection::account(id)));
        scene.ask(Action::Go(Screen::Explore));
    } else if response.clicked() {
        let add = ui.input(|i| i.modifiers.command);
        let selection =
            if add { scene.view.selection.toggled(&id) } else { Selection::account(id) };
        scene.ask(Action::Select(selection));
    }
}

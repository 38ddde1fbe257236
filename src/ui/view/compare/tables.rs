//! Templates, models, networks and the like: those that differ most, with the share of the accounts
//! of each side that has them.

use egui::{Align2, Rect, ScrollArea, Sense, Ui, pos2, vec2};

use crate::compare::{CategoryTable, Comparison, Differing};
use crate::model::Filter;
use crate::model::filter::Expr;
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::card::{Card, card};
use crate::ui::widget::{bar, text};

/// Categories shown of a table; the command line prints all.
const SHOWN: usize = 12;
/// Height of a category, points.
const ROW: f32 = 34.0;
/// Width of the bars, points.
const BARS: f32 = 130.0;
/// Below it a difference is not taken for chance.
const SURE: f64 = 0.05;

/// Draws them.
pub fn show(ui: &mut Ui, rect: Rect, found: &Comparison, scene: &mut Scene<'_>) {
    let note =
        "share of accounts that have it; those that differ most first\nthose that differ most";
    let body = card(ui, rect, &Card { title: "What they use", note }, |_| {});
    region(ui, body, |ui| {
        ScrollArea::vertical().id_salt("what they use").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for table in &found.tables {
                heading(ui, table);
                let total = (found_accounts(table, true), found_accounts(table, false));
                for differing in table.categories.iter().take(SHOWN) {
                    one(ui, table, differing, total, scene);
                }
                foot(ui, table);
            }
        });
    });
}

/// Accounts of a side that were compared.
fn found_accounts(table: &CategoryTable, is_a: bool) -> u64 {
    let first = table.categories.first().map(|differing| &differing.category.difference);
    first.map_or(0, |estimate| if is_a { estimate.n_a } else { estimate.n_b })
}

fn heading(ui: &mut Ui, table: &CategoryTable) {
    let theme = Theme::of(ui);
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), 30.0), Sense::hover());
    let distance = match (table.distance.accounts, table.distance.by_chance) {
        (Some(own), Some(chance)) => format!("distance {own:.2}, by chance {chance:.2}"),
        (Some(own), None) => format!("distance {own:.2}"),
        _ => String::new(),
    };
    let at = pos2(row.left() + 12.0, row.bottom() - 11.0);
    let name = format::capitalised(table.name);
    text::paint(ui.painter(), at, Align2::LEFT_CENTER, &name, Face::Section, theme.text);
    let at = pos2(row.right() - 12.0, row.bottom() - 11.0);
    text::paint(ui.painter(), at, Align2::RIGHT_CENTER, &distance, Face::Tiny, theme.muted);
}

fn one(
    ui: &mut Ui,
    table: &CategoryTable,
    differing: &Differing,
    (all_a, all_b): (u64, u64),
    scene: &mut Scene<'_>,
) {
    let theme = Theme::of(ui);
    let category = &differing.category;
    let tally = &category.tally;
    let share = |of: u64, all: u64| if all > 0 { of as f32 / all as f32 } else { 0.0 };
    let (a, b) = (share(tally.accounts_a, all_a), share(tally.accounts_b, all_b));
    let value = format::display(&differing.value);
    let words = format!(
        "{value}: {} of {} in A, {} of {} in B",
        format::count(tally.accounts_a),
        format::counted(all_a, "account", "accounts"),
        format::count(tally.accounts_b),
        format::counted(all_b, "account", "accounts"),
    );
    let (row, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &words));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(row, 0.0, theme.hover);
    }
    ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
    let inner = row.shrink2(vec2(12.0, 0.0));
    let bars = Rect::from_min_max(pos2(inner.right() - BARS, inner.top()), inner.max);
    let is_sure = category.q.is_some_and(|q| q < SURE);
    let mark = match category.q {
        Some(q) if q >= SURE => " · may be chance",
        // Of the same accounts, none changed in it: there is nothing to test.
        None if category.difference.value == Some(0.0) => "",
        Some(_) => "",
        None => " · not tested",
    };
    let room = bars.left() - inner.left() - if is_sure { 60.0 } else { 140.0 };
    let at = pos2(inner.left(), inner.center().y);
    text::paint_within(ui.painter(), at, room, &value, Face::Mono, theme.text);
    let at = pos2(bars.left() - 10.0, inner.center().y);
    let gap = format!("{:+.0} %{mark}", 100.0 * (a - b));
    text::paint(ui.painter(), at, Align2::RIGHT_CENTER, &gap, Face::Tiny, theme.muted);
    for (letter, y, of, ink) in [("A", 10.0, a, theme.copper), ("B", 22.0, b, theme.accent)] {
        let at = pos2(bars.left(), inner.top() + y);
        text::paint(ui.painter(), at, Align2::LEFT_CENTER, letter, Face::Tiny, theme.muted);
        let track = Rect::from_min_size(
            pos2(bars.left() + 12.0, inner.top() + y - 3.0),
            vec2(bars.width() - 12.0, 6.0),
        );
        bar::paint(ui.painter(), track, theme.ghost, of, ink);
    }
    let clicked = response.on_hover_text(words).clicked();
    if clicked {
        let values = vec![table.facet.condition(&differing.value)];
        let expr = Expr::one_of(table.facet.field(), values);
        let condition = Filter { expr, ..Filter::default() };
        scene.ask(Action::Filter(scene.view.filter.clone().narrowed_by(condition)));
    }
}

fn foot(ui: &mut Ui, table: &CategoryTable) {
    let theme = Theme::of(ui);
    let more = table.categories.len().saturating_sub(SHOWN) as u64;
    let mut words = Vec::new();
    if more > 0 {
        words.push(format!("{} more: stillwatch compare --json lists them", format::count(more)));
    }
    if table.rare > 0 {
        let rare = format::count(table.rare);
        words.push(format!("{rare} that a single account has are left out"));
    }
    if !words.is_empty() {
        let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let at = pos2(row.left() + 12.0, row.center().y);
        let (words, room) = (words.join(" · "), row.width() - 24.0);
        text::paint_within(ui.painter(), at, room, &words, Face::Tiny, theme.muted);
    }
}

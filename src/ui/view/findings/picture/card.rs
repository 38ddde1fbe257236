//! A template: fixed words, slots lit, and what each account puts into them.

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Rect, Response, StrokeKind, Ui, pos2, vec2};

use crate::detect::exhibit::kind::{Card, Holder, Part};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::{bar, text};

use super::frame::{height_of, paint_lines, room};
use super::point::{Pointed, react};

/// Share of the width of the template where accounts stand beside it.
const BESIDE: f32 = 0.64;
/// Below this width accounts stand under it, points.
const LEAST_BESIDE: f32 = 420.0;
/// Between the two, points.
const GAP: f32 = 16.0;
/// Lines of a template that are drawn.
const MOST_LINES: usize = 10;
/// Characters of a fixed text that are laid out: more is never seen.
const MOST_TEXT: usize = 1_200;
/// Height of an account, points.
const ROW: f32 = 20.0;
/// Room of a count, points.
const COUNT: f32 = 56.0;
/// Room of an id, as a share.
const ID: f32 = 0.44;

/// Draws it.
pub fn show(ui: &mut Ui, card: &Card, shown: &str, scene: &mut Scene<'_>) {
    let is_beside = ui.available_width() >= LEAST_BESIDE && !card.holders.is_empty();
    let full = ui.available_width();
    let width = if is_beside { full * BESIDE } else { full };
    let wrap = width - 2.0 * size::CARD_PADDING;
    let galley = ui.painter().layout_job(words(ui, card, wrap));
    let height = galley.size().y + 2.0 * size::CARD_PADDING;
    let beside = if is_beside { full - width - GAP } else { full };
    let list = match card.holders.len() {
        0 => 0.0,
        n => n as f32 * ROW + 24.0 + height_of(ui, &card.more, Face::Tiny, beside),
    };
    let total = if is_beside { height.max(list) } else { height + GAP + list };
    let (rect, response) = room(ui, total);
    let theme = Theme::of(ui);
    let body = Rect::from_min_size(rect.min, vec2(width, height));
    ui.painter().rect(body, size::RADIUS, theme.raised, theme.hairline(), StrokeKind::Inside);
    let at = body.min + vec2(size::CARD_PADDING, size::CARD_PADDING);
    ui.painter().galley(at, galley, theme.text);
    let beside = match is_beside {
        true => Rect::from_min_max(pos2(body.right() + GAP, rect.top()), rect.max),
        false => Rect::from_min_max(pos2(rect.left(), body.bottom() + GAP), rect.max),
    };
    holders(ui, card, beside, scene);
    let pointed = pointed(card, &response, body, beside);
    react(ui, &response, shown, pointed, scene);
}

/// The template as one text.
fn words(ui: &Ui, card: &Card, wrap: f32) -> LayoutJob {
    let theme = Theme::of(ui);
    let mut job = LayoutJob {
        wrap: TextWrapping { max_width: wrap, max_rows: MOST_LINES, ..TextWrapping::default() },
        ..LayoutJob::default()
    };
    let mut fixed = Face::Mono.format(theme.muted);
    fixed.line_height = Some(20.0);
    fixed.valign = egui::Align::Center;
    let mut marked = fixed.clone();
    marked.color = theme.copper;
    let mut slot = Face::Mono.format(theme.text);
    // Lower than the line, so that slots on two lines do not touch.
    slot.line_height = Some(16.0);
    slot.valign = egui::Align::Center;
    slot.background = theme.copper_soft;
    slot.expand_bg = 0.0;
    for part in &card.parts {
        match part {
            Part::Fixed(text) => {
                let cut: String = text.chars().take(MOST_TEXT).collect();
                job.append(&one_space(&format::display(&cut)), 0.0, fixed.clone());
            }
            Part::Marked(text) => {
                let cut: String = text.chars().take(MOST_TEXT).collect();
                job.append(&one_space(&format::display(&cut)), 0.0, marked.clone());
            }
            Part::Slot { name, distinct, is_exact, .. } => {
                // A chip stays on one line.
                let name = name.replace(' ', "\u{a0}");
                let about = if *is_exact { "" } else { "≈" };
                let name = format::display(&name);
                // No break within: it is one thing.
                let words = match distinct {
                    0 => format!("\u{a0}{name}\u{a0}"),
                    n => format!("\u{a0}{name}\u{a0}·\u{a0}{about}{}\u{a0}", format::count(*n)),
                };
                job.append(&words, 0.0, slot.clone());
            }
        }
    }
    job
}

/// White space as one space each, but for line breaks, which are one break.
fn one_space(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = String::new();
    for c in text.chars() {
        if c.is_whitespace() {
            gap.push(c);
            continue;
        }
        if !gap.is_empty() {
            out.push(if gap.contains('\n') { '\n' } else { ' ' });
            gap.clear();
        }
        out.push(c);
    }
    if !gap.is_empty() {
        out.push(if gap.contains('\n') { '\n' } else { ' ' });
    }
    out
}

fn value(holder: &Holder) -> u64 {
    if holder.distinct > 0 { holder.distinct } else { holder.prompts }
}

fn holders(ui: &Ui, card: &Card, rect: Rect, scene: &Scene<'_>) {
    if card.holders.is_empty() {
        return;
    }
    let theme = Theme::of(ui);
    let painter = ui.painter();
    let head = pos2(rect.left(), rect.top() + 8.0);
    let words = format!("{} by account", card.holders_note);
    text::paint_within(painter, head, rect.width(), &words, Face::Tiny, theme.muted);
    let most = card.holders.iter().map(value).max().unwrap_or(1).max(1);
    let id = rect.width() * ID;
    for (i, holder) in card.holders.iter().enumerate() {
        let row = holder_row(rect, i);
        if scene.view.selection.has_account(&holder.name) {
            painter.rect_filled(row, 2.0, theme.accent_soft);
        } else if scene.hover.account == Some(holder.account) {
            painter.rect_filled(row, 2.0, theme.hover);
        }
        let at = pos2(row.left(), row.center().y);
        let name = format::display(&holder.name);
        text::paint_within(painter, at, id - 8.0, &name, Face::MonoSmall, theme.text);
        let y = row.center().y;
        let track = Rect::from_x_y_ranges(
            row.left() + id..=(row.right() - COUNT).max(row.left() + id + 1.0),
            y - 3.0..=y + 3.0,
        );
        let share = value(holder) as f32 / most as f32;
        bar::paint(painter, track, theme.ghost, share, theme.copper);
        let at = pos2(row.right(), y);
        let count = format::count(value(holder));
        text::paint(painter, at, Align2::RIGHT_CENTER, &count, Face::Tiny, theme.muted);
    }
    let at = pos2(rect.left(), holder_row(rect, card.holders.len()).top() + 2.0);
    paint_lines(ui, at, rect.width(), &card.more, Face::Tiny);
}

fn holder_row(rect: Rect, i: usize) -> Rect {
    let top = rect.top() + 20.0 + i as f32 * ROW;
    Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), ROW))
}

/// The slots with examples on the template, the account beside it.
fn pointed(card: &Card, response: &Response, body: Rect, beside: Rect) -> Option<Pointed> {
    let pos = response.hover_pos()?;
    if body.contains(pos) {
        let lines = card.parts.iter().filter_map(|part| match part {
            Part::Slot { name, distinct, examples, .. } => Some(format!(
                "{name}: {}{}",
                format::counted(*distinct, "value", "values"),
                if examples.is_empty() {
                    String::new()
                } else {
                    format!(", such as {}", cut(examples))
                },
            )),
            Part::Fixed(_) | Part::Marked(_) => None,
        });
        let mut all = vec![format!(
            "Template {}, {}",
            card.template,
            format::counted(card.words, "fixed word", "fixed words")
        )];
        all.extend(lines.take(8));
        return Some(Pointed { lines: all, ..Pointed::default() });
    }
    let at = |i: &usize| holder_row(beside, *i).contains(pos);
    let holder = card.holders.get((0..card.holders.len()).find(at)?)?;
    let mut lines = vec![holder.name.clone(), format::counted(holder.prompts, "prompt", "prompts")];
    if holder.distinct > 0 {
        lines.push(format!("{} of them different", format::count(holder.distinct)));
    }
    Some(Pointed { accounts: vec![holder.account], time: None, lines })
}

/// Examples in a row, each as far as a tooltip has room for.
fn cut(examples: &[String]) -> String {
    const MOST: usize = 40;
    let one = |text: &String| {
        let mut out: String = text.chars().take(MOST).collect();
        if text.chars().nth(MOST).is_some() {
            out.push('…');
        }
        format!("“{out}”")
    };
    examples.iter().map(one).collect::<Vec<_>>().join(", ")
}

//! What an import has read so far: the numbers and the traffic that the overview will show.

use egui::{Align, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::case::tally::Kind;
use crate::case::{Tally, Traffic};
use crate::model::Granularity;
use crate::ui::format;
use crate::ui::layout::{Track, columns, region};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::card::{self, Card, card, surface};
use crate::ui::widget::stat::{self, Stat};
use crate::ui::widget::timeline::{
    BinSpec, Counts, Series, Stack, Timeline, TimelineState, Untimed, Window, axis,
};
use crate::ui::widget::{bar, text};

/// Height of the six numbers.
pub const NUMBERS: f32 = 78.0;
/// Width of the lists beside the traffic.
const LISTS: f32 = 300.0;
/// Height of a line in them.
const LINE: f32 = 19.0;
/// The card of the lists.
const LISTED: Card<'static> = Card { title: "Models and rejects", note: "" };
/// Points that a bar gets at least.
const BAR: f32 = 3.5;

/// Draws the numbers.
pub fn numbers(ui: &mut Ui, rect: Rect, tally: &Tally, goes_on: bool) {
    let theme = Theme::of(ui);
    surface(ui, rect);
    let cells = columns(rect, 0.0, [Track::Share(1.0); 6]);
    for (i, (cell, stat)) in cells.into_iter().zip(six(tally, goes_on)).enumerate() {
        if i > 0 {
            let y = egui::Rangef::new(rect.top() + 1.0, rect.bottom() - 1.0);
            ui.painter().vline(cell.left(), y, theme.hairline());
        }
        stat::show(ui, cell, &stat);
    }
}

fn six(tally: &Tally, goes_on: bool) -> [Stat; 6] {
    let (kind, read) = tally.counted();
    let stat = |title: &str, value: String, note: String| Stat {
        title: title.into(),
        value,
        note,
        tooltip: String::new(),
        is_inferred: false,
    };
    let so_far = if goes_on { "so far" } else { "read" };
    let apart: Vec<String> = tally
        .apart()
        .map(|(kind, n)| format!("+ {} {}", format::compact(n), kind.word(n)))
        .collect();
    let note = if apart.is_empty() { so_far.to_owned() } else { apart.join(", ") };
    let mut rows = stat(&format::capitalised(kind.plural()), format::count(read.rows), note);
    rows.tooltip = "Before repeats and records of one call are looked for: that comes last".into();
    let accounts = stat("Accounts", format::count(tally.accounts), "in the case".into());
    let models = match read.models.len() as u64 {
        0 => "absent".to_owned(),
        n => format::count(n),
    };
    let models = stat("Models", models, busiest_model(read));
    let rejected: u64 = tally.rejects.values().sum();
    let share = match rejected {
        0 => "none of the records".to_owned(),
        n => format!("{} of the records", format::percent(n, n + read.rows)),
    };
    let rejects = stat("Rejected", format::count(rejected), share);
    let six = [rows, accounts, tokens(read), models, period(read), rejects];
    if !is_waiting(tally, goes_on) {
        return six;
    }
    // Nothing is known yet, which is not the same as absent.
    six.map(|stat| Stat {
        value: "…".into(), note: String::new(), tooltip: String::new(), ..stat
    })
}

/// Whether an import has begun of which nothing is counted yet.
fn is_waiting(tally: &Tally, goes_on: bool) -> bool {
    goes_on && tally.counted().1.rows == 0 && tally.rejects.is_empty()
}

fn busiest_model(read: &Kind) -> String {
    match by_count(read).first() {
        Some((name, rows)) => {
            format!("{} {}", format::display(name), format::percent(*rows, read.rows))
        }
        None => "no record names one".into(),
    }
}

fn tokens(read: &Kind) -> Stat {
    let compact = |n: Option<u64>| n.map_or_else(|| "absent".into(), format::compact);
    let value = compact(read.output_tokens);
    let note = match read.input_tokens {
        Some(n) => format!("input {} tokens", format::compact(n)),
        None => "input absent".into(),
    };
    let exactly = |n: Option<u64>| n.map_or_else(|| "no".into(), format::count);
    let (output, input) = (exactly(read.output_tokens), exactly(read.input_tokens));
    let tooltip = format!("{output} output and {input} input tokens");
    Stat { title: "Output tokens".into(), value, note, tooltip, is_inferred: false }
}

fn period(read: &Kind) -> Stat {
    let (value, note, tooltip) = match read.span {
        Some(span) => (
            format::length(span),
            format::days(span),
            format!("{} to {} UTC", span.start.seconds(), span.end.seconds()),
        ),
        None => ("none".into(), "no times yet".into(), String::new()),
    };
    Stat { title: "Period".into(), value, note, tooltip, is_inferred: false }
}

/// Models, most rows first.
fn by_count(read: &Kind) -> Vec<(&str, u64)> {
    let mut models: Vec<(&str, u64)> = read.models.iter().map(|(m, n)| (m.as_str(), *n)).collect();
    models.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
    models
}

/// Draws the traffic, and beside it the models and why records were rejected.
pub fn traffic(ui: &mut Ui, rect: Rect, tally: &Tally, goes_on: bool) {
    let gap = crate::ui::theme::size::GAP;
    let [left, right] = columns(rect, gap, [Track::Share(1.0), Track::Fixed(LISTS)]);
    let (kind, read) = tally.counted();
    region(ui, left, |ui| bars(ui, left, kind, read, goes_on));
    region(ui, right, |ui| match is_waiting(tally, goes_on) {
        true => _ = card(ui, right, &LISTED, |_| {}),
        false => lists(ui, right, tally, read),
    });
}

fn bars(ui: &mut Ui, rect: Rect, kind: Granularity, read: &Kind, goes_on: bool) {
    let traffic = &read.traffic;
    let without = read.rows.saturating_sub(traffic.bins().iter().sum());
    let untimed = Untimed { all: without, kept: without, chosen: false };
    let plot = Timeline::plot_width(rect.width() - 2.0, untimed);
    let (bins, counts) = joined(traffic, (plot / BAR).max(1.0) as usize);
    let title = if goes_on { "Traffic so far" } else { "Traffic read" };
    let note = match traffic.span() {
        Some(_) => format!("{} per {}", kind.plural(), axis::bin_name(bins.bin_us())),
        None => String::new(),
    };
    let body = card(ui, rect, &Card { title, note: &note }, |ui| {
        if goes_on {
            let words = "before repeats and records of one call are looked for";
            ui.label(Face::Small.text(words).color(Theme::of(ui).muted));
        }
    });
    if traffic.span().is_none() {
        return card::empty(ui, body, "No records yet", "");
    }
    let drawn = counts.iter().map(|n| u32::try_from(*n).unwrap_or(u32::MAX)).collect();
    let series = vec![Series { name: kind.plural().into(), category: 0, counts: drawn }];
    let stack = Stack { bins, series };
    let window = Window::whole(traffic.span());
    let total = Counts { bins, counts };
    let timeline = Timeline {
        stack: Some(&stack),
        untimed,
        ..Timeline::of(title, kind.plural(), window, &total)
    };
    // Nothing is selected here; what the pointer reads is kept from frame to frame.
    let id = ui.scope_id().with("traffic so far");
    let mut state: TimelineState = ui.data(|d| d.get_temp(id)).unwrap_or_default();
    region(ui, body, |ui| timeline.show(ui, &mut state));
    ui.data_mut(|d| d.insert_temp(id, state));
}

/// Bins joined until there are at most so many.
fn joined(traffic: &Traffic, most: usize) -> (BinSpec, Vec<u64>) {
    let by = traffic.bins().len().div_ceil(most.max(1)).max(1);
    let bin_us = traffic.bin_us().saturating_mul(by as i64);
    let counts: Vec<u64> = traffic.bins().chunks(by).map(|bins| bins.iter().sum()).collect();
    let bins = BinSpec::from_start(traffic.start(), bin_us, counts.len().max(1));
    (bins, if counts.is_empty() { vec![0] } else { counts })
}

fn lists(ui: &mut Ui, rect: Rect, tally: &Tally, read: &Kind) {
    let body = card(ui, rect, &LISTED, |_| {});
    let theme = Theme::of(ui);
    let reasons = tally.reasons();
    let room = ((body.height() - 20.0) / LINE).max(2.0) as usize;
    // Two headings; the rejects have up to half of the lines, and what the models leave.
    let lines = room.saturating_sub(if reasons.is_empty() { 1 } else { 2 });
    let models = by_count(read);
    let of_models = models.len().max(1).min(lines.saturating_sub(reasons.len().min(lines / 2)));
    let of_reasons = reasons.len().min(lines.saturating_sub(of_models));
    let mut y = body.top() + 6.0;
    let heading = |ui: &mut Ui, y: &mut f32, words: &str| {
        let row =
            Rect::from_min_size(pos2(body.left() + 12.0, *y), vec2(body.width() - 24.0, LINE));
        text::in_rect(ui, row, Align::Min, Face::Section.text(words).color(theme.muted));
        *y += LINE;
    };
    heading(ui, &mut y, "Model");
    let shown = shortened(&models, of_models, "other models");
    for (name, rows) in &shown {
        line(ui, body, &mut y, name, *rows, Some(read.rows));
    }
    if models.is_empty() {
        let row = Rect::from_min_size(pos2(body.left() + 12.0, y), vec2(body.width() - 24.0, LINE));
        let absent = Face::Body.text("absent").italics().color(theme.muted);
        text::in_rect(ui, row, Align::Min, absent);
        y += LINE;
    }
    y += 6.0;
    if !reasons.is_empty() {
        heading(ui, &mut y, "Rejected because");
        for (reason, n) in &shortened(&reasons, of_reasons, "other reasons") {
            line(ui, body, &mut y, reason, *n, None);
        }
    }
}

/// The first of a list; the last of them stands for all that are not shown.
fn shortened(all: &[(&str, u64)], room: usize, others: &str) -> Vec<(String, u64)> {
    let keep = if all.len() > room { room.saturating_sub(1) } else { all.len() };
    let mut shown: Vec<(String, u64)> =
        all[..keep].iter().map(|(name, n)| (format::display(name), *n)).collect();
    if keep < all.len() && room > 0 {
        let words = format!("{} {others}", format::count((all.len() - keep) as u64));
        shown.push((words, all[keep..].iter().map(|(_, n)| n).sum()));
    }
    shown
}

/// A name and its number, with its share of all where that is told.
fn line(ui: &mut Ui, body: Rect, y: &mut f32, name: &str, n: u64, all: Option<u64>) {
    let theme = Theme::of(ui);
    let row = Rect::from_min_size(pos2(body.left() + 12.0, *y), vec2(body.width() - 24.0, LINE));
    *y += LINE;
    let response = ui.interact(row, ui.scope_id().with(("read", name, *y as i32)), Sense::hover());
    let label = format!("{name}: {}", format::count(n));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &label));
    let color = if all.is_some() { theme.text } else { theme.warn };
    let number = text::number(ui, row, &format::count(n), Face::Body, color);
    let mut right = number.rect.left() - 10.0;
    if let Some(all) = all {
        // Below each other, whatever their numbers are.
        right = right.min(row.right() - 66.0).round();
        let share = if all == 0 { 0.0 } else { n as f32 / all as f32 };
        let y = row.center().y;
        let track = Rect::from_x_y_ranges(right - 80.0..=right, y - 3.0..=y + 3.0);
        bar::paint(ui.painter(), track, theme.raised, share, theme.neutral());
        right = track.left() - 8.0;
    }
    let room = Rect::from_x_y_ranges(row.left()..=right, row.y_range());
    text::in_rect(ui, room, Align::Min, Face::Body.text(name).color(theme.text));
    response.on_hover_text(label);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_joined_until_they_can_be_seen_and_none_is_lost() {
        let mut traffic = Traffic::default();
        (0..100).for_each(|second| traffic.add(second * 1_000_000, 2));
        let (bins, counts) = joined(&traffic, 30);
        assert_eq!((bins.bin_us(), bins.count), (4_000_000, 25));
        assert_eq!(counts.iter().sum::<u64>(), 200);
        assert_eq!(joined(&Traffic::default(), 30).1, [0]);
    }

    #[test]
    fn what_does_not_fit_is_counted_in_the_last_line() {
        let all = [("a", 9), ("b", 5), ("c", 2)];
        let shown = shortened(&all, 2, "other models");
        assert_eq!(shown, [("a".to_owned(), 9), ("2 other models".to_owned(), 7)]);
        assert_eq!(shortened(&all, 3, "").len(), 3);
        assert!(shortened(&all, 0, "").is_empty());
    }
}

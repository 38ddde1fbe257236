//! What a line claims, and the way between two accounts: in the panel on the right, with the records
//! that say so.

use egui::{Align, Align2, Layout, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::model::Filter;
use crate::model::Selection;
use crate::network::picture::route::{End, Step};
use crate::network::picture::{Evidence, Route, Whole};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::{button, card, text};

use super::labels::short;
use super::proof::{Claim, LISTED, Proofs, Read};
use super::sign;

/// Ties of a folded line that are named.
const NAMED: usize = 12;

/// What is read in the panel.
#[derive(Clone, Debug, PartialEq)]
pub enum Focus {
    /// A line of the picture.
    Line(Claim),
    /// A way, and the step of it that is read.
    Route(Route, usize),
}

/// Draws it; the step that was clicked, and whether it is to be closed.
pub fn show(
    ui: &mut Ui,
    focus: &Focus,
    whole: &Whole,
    proofs: &mut Proofs,
    scene: &mut Scene<'_>,
) -> (Option<usize>, bool) {
    let mut closed = false;
    let mut asked = None;
    ScrollArea::vertical().id_salt("line").auto_shrink(false).show(ui, |ui| {
        ui.set_max_width(ui.available_width() - 10.0);
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.spacing_mut().interact_size.y = 18.0;
        let (title, claim) = match focus {
            Focus::Line(claim) => {
                let is_one = claim.accounts.len() == 1 || claim.things.is_empty();
                let title = if is_one { "Line" } else { "In common" };
                (title.to_owned(), claim.clone())
            }
            Focus::Route(route, at) => {
                let claim = route.steps.get(*at).map(|step| claim(whole, step, scene));
                let title = format!("Step {} of {}", at + 1, route.steps.len());
                (title, claim.unwrap_or_else(|| Claim::between(whole, &[], &[], scene.index)))
            }
        };
        closed = head(ui, &title);
        ends(ui, whole, &claim, scene);
        why(ui, whole, &claim);
        if let Focus::Route(route, at) = focus {
            asked = steps(ui, whole, route, *at, scene);
        }
        ties(ui, whole, &claim, scene);
        records(ui, &claim, proofs, scene);
    });
    (asked, closed)
}

/// What a step claims.
pub fn claim(whole: &Whole, step: &Step, scene: &Scene<'_>) -> Claim {
    match (step.from, step.to) {
        (End::Account(a), End::Thing(t)) | (End::Thing(t), End::Account(a)) => {
            Claim::between(whole, &[a], &[t], scene.index)
        }
        (End::Account(a), End::Account(b)) => {
            Claim { accounts: vec![a], things: Vec::new(), others: vec![b], filter: None }
        }
        (End::Thing(_), End::Thing(_)) => Claim::between(whole, &[], &[], scene.index),
    }
}

fn head(ui: &mut Ui, title: &str) -> bool {
    let mut closed = false;
    ui.horizontal(|ui| {
        ui.label(Face::Title.text(title).color(Theme::of(ui).text));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let cross = crate::ui::widget::glyph::cross;
            closed = button::icon(ui, "Close", |p, r, c| cross(p, r.shrink(3.0), c)).clicked();
        });
    });
    closed
}

fn account_name(index: &crate::index::Index, account: u32) -> String {
    short(index.accounts().get(account as usize).map_or("", String::as_str))
}

/// Who stands at one end.
fn many(index: &crate::index::Index, accounts: &[u32]) -> String {
    match accounts {
        [only] => account_name(index, *only),
        many => format::counted(many.len() as u64, "account", "accounts"),
    }
}

fn things_name(whole: &Whole, things: &[u32]) -> String {
    match things {
        [only] => short(&whole.things[*only as usize].label()),
        [first, ..] => whole.things[*first as usize].evidence.counted(things.len()),
        [] => String::new(),
    }
}

fn ends(ui: &mut Ui, whole: &Whole, claim: &Claim, scene: &Scene<'_>) {
    let theme = Theme::of(ui);
    let other = match claim.things.is_empty() {
        true => many(scene.index, &claim.others),
        false => things_name(whole, &claim.things),
    };
    let words = format!("{} – {other}", many(scene.index, &claim.accounts));
    text::wrapped(ui, Face::Mono.text(words).color(theme.text));
    ui.add_space(6.0);
}

/// How rare it is, with the formula.
fn why(ui: &mut Ui, whole: &Whole, claim: &Claim) {
    let theme = Theme::of(ui);
    card::inferred(ui, 11.0, |ui| {
        ui.label(Face::Section.text("Why it links").color(theme.muted));
        for words in reasons(whole, claim) {
            text::wrapped(ui, Face::Body.text(words).color(theme.text));
        }
        if let [thing] = claim.things[..] {
            let formula = formula(whole, thing);
            text::wrapped(ui, Face::Small.text(formula).color(theme.muted));
        }
    });
    ui.add_space(8.0);
}

fn reasons(whole: &Whole, claim: &Claim) -> Vec<String> {
    let pair = |p: &&crate::network::picture::Pair| {
        let (a, b) = (&claim.accounts, &claim.others);
        let has = |of: &Vec<u32>, x: u32| of.binary_search(&x).is_ok();
        (has(a, p.a) && has(b, p.b)) || (has(a, p.b) && has(b, p.a))
    };
    if claim.things.is_empty() {
        let found: Vec<_> = whole.pairs.iter().filter(pair).collect();
        let first = found.iter().take(NAMED).map(|pair| {
            let proof = format::display(&pair.proof);
            format!(
                "{}: {proof} ({:.2} nats)",
                format::capitalised(pair.evidence.name()),
                pair.weight
            )
        });
        return first.collect();
    }
    let of = |things: &[u32]| -> Vec<String> {
        let [thing] = *things else {
            let evidence = whole.things[things[0] as usize].evidence;
            let accounts = format::counted(claim.accounts.len() as u64, "account", "accounts");
            let verb = if claim.accounts.len() == 1 { "has" } else { "have" };
            return vec![format!("{accounts} {verb} one of {}", evidence.counted(things.len()))];
        };
        let thing = &whole.things[thing as usize];
        let (some, all) = (thing.holders.len() as u64, whole.accounts as u64);
        if thing.evidence.source().is_none() {
            return vec![format!("{}: {}", thing.evidence.name(), format::display(&thing.value))];
        }
        vec![format!(
            "{} of {} accounts of the case have this {}",
            format::count(some),
            format::count(all),
            thing.evidence.name()
        )]
    };
    of(&claim.things)
}

/// `2.0 × ln(24,018 ÷ 6) = 16.59 nats`.
fn formula(whole: &Whole, thing: u32) -> String {
    let thing = &whole.things[thing as usize];
    let ratio = whole.accounts as f64 / thing.holders.len().max(1) as f64;
    if thing.evidence.source().is_none() || thing.weight <= 0.0 {
        return format!("{:.2} nats, as the detector weighs it", thing.weight);
    }
    let factor = thing.weight / libm::log(ratio);
    format!(
        "{factor:.1} × ln({} ÷ {}) = {:.2} nats",
        format::count(whole.accounts as u64),
        format::count(thing.holders.len() as u64),
        thing.weight
    )
}

fn name_of(whole: &Whole, end: End, index: &crate::index::Index) -> String {
    match end {
        End::Account(account) => account_name(index, account),
        End::Thing(thing) => things_name(whole, &[thing]),
    }
}

/// The steps of a way; the one that was clicked.
fn steps(ui: &mut Ui, whole: &Whole, route: &Route, at: usize, scene: &Scene<'_>) -> Option<usize> {
    let theme = Theme::of(ui);
    text::section(ui, "Evidence path");
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut clicked = None;
    for (i, step) in route.steps.iter().enumerate() {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), 40.0), Sense::click());
        let from = name_of(whole, step.from, scene.index);
        let words = format!("{from} – {}", name_of(whole, step.to, scene.index));
        response.widget_info(|| {
            WidgetInfo::selected(Role::Button, true, i == at, format!("Step {}: {words}", i + 1))
        });
        let fill = match (i == at, response.hovered() || response.has_focus()) {
            (true, _) => theme.accent_soft,
            (false, true) => theme.hover,
            _ => egui::Color32::TRANSPARENT,
        };
        ui.painter().rect_filled(rect, 4.0, fill);
        step_row(ui, rect, i, step, &words);
        if response.clicked() {
            clicked = Some(i);
        }
    }
    ui.spacing_mut().item_spacing.y = 4.0;
    ui.add_space(4.0);
    for thing in &route.only {
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
            crate::ui::widget::glyph::warning(ui.painter(), rect.center(), theme.warn);
            let name = things_name(whole, &[*thing]);
            let words = format!("Without {name} no way is left");
            text::wrapped(ui, Face::Body.text(words).color(theme.text));
        });
    }
    if route.only.is_empty() {
        let words = "Without any one of these things another way still leads there";
        text::wrapped(ui, Face::Small.text(words).color(theme.muted));
    }
    ui.add_space(6.0);
    clicked
}

fn step_row(ui: &mut Ui, rect: Rect, i: usize, step: &Step, words: &str) {
    let theme = Theme::of(ui);
    let badge = pos2(rect.left() + 14.0, rect.center().y);
    ui.painter().circle_filled(badge, 8.0, theme.accent);
    let number = (i + 1).to_string();
    text::paint(
        ui.painter(),
        badge,
        Align2::CENTER_CENTER,
        &number,
        Face::Section,
        theme.on_accent,
    );
    let room = rect.with_min_x(rect.left() + 30.0).with_max_x(rect.right() - 52.0);
    let (upper, lower) = room.split_top_bottom_at_fraction(0.5);
    text::in_rect(ui, upper, Align::Min, Face::Small.text(words).color(theme.text));
    let by = format!("by {}", step.evidence.name());
    text::in_rect(ui, lower, Align::Min, Face::Tiny.text(by).color(theme.muted));
    let end = Rect::from_min_max(pos2(rect.right() - 50.0, rect.top()), rect.max);
    text::number(
        ui,
        end.shrink2(vec2(4.0, 0.0)),
        &format!("{:.2}", step.weight),
        Face::Body,
        theme.text,
    );
}

/// The single ties that a folded line is made of.
fn ties(ui: &mut Ui, whole: &Whole, claim: &Claim, scene: &Scene<'_>) {
    if claim.accounts.len() < 2 && claim.things.len() < 2 {
        return;
    }
    let is_one = |account: u32| claim.accounts.binary_search(&account).is_ok();
    let all = claim.things.iter().flat_map(|thing| {
        let holders = whole.holders(*thing).filter(|(holder, _)| is_one(holder.account));
        holders.map(|(holder, _)| (*thing, holder.account, holder.rows))
    });
    let mut all: Vec<(u32, u32, u32)> = all.collect();
    if all.len() < 2 {
        return;
    }
    let theme = Theme::of(ui);
    let count = all.len();
    all.sort_by_key(|(thing, account, rows)| (std::cmp::Reverse(*rows), *thing, *account));
    text::section(ui, &format!("Single ties · {}", format::count(count as u64)));
    for (thing, account, rows) in all.into_iter().take(NAMED) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let evidence = whole.things[thing as usize].evidence;
            sign::here(ui, evidence, theme.muted);
            let said = said(evidence, rows);
            let words = format!(
                "{} – {}",
                account_name(scene.index, account),
                things_name(whole, &[thing])
            );
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(Face::Small.text(said).color(theme.muted));
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    text::line(ui, Face::Small.text(words).color(theme.text));
                });
            });
        });
    }
    if count > NAMED {
        let more = format!("and {} more", format::count((count - NAMED) as u64));
        ui.label(Face::Small.text(more).color(theme.muted));
    }
    ui.add_space(8.0);
}

/// How many records say so.
pub fn said(evidence: Evidence, rows: u32) -> String {
    match (rows, evidence.source()) {
        (0, Some(_)) => "accounts table".to_owned(),
        (0, None) => "detector".to_owned(),
        (rows, _) => format::counted(rows.into(), "row", "rows"),
    }
}

fn records(ui: &mut Ui, claim: &Claim, proofs: &mut Proofs, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    let Some(filter) = &claim.filter else {
        let words = match claim.things.is_empty() {
            true => "A detector found it: its proof is with the findings",
            false => "The accounts table says so, which the case holds beside the logs",
        };
        text::section(ui, "Proof");
        text::wrapped(ui, Face::Body.text(words).color(theme.muted));
        if claim.things.is_empty() && button::link(ui, "Open the findings").clicked() {
            scene.ask(Action::Go(Screen::Findings));
        }
        return;
    };
    let read = proofs.of(ui.ctx(), filter, scene);
    let count = read.as_ref().map_or(String::new(), |read| {
        let shown = read.rows.min(LISTED as u64);
        format!(" · {shown} of {}", format::count(read.rows))
    });
    text::section(ui, &format!("Proof rows{count}"));
    match (read, proofs.error()) {
        (Some(read), _) => table(ui, &read, filter, scene),
        (None, Some(error)) => {
            text::wrapped(ui, Face::Small.text(format::display(error)).color(theme.bad));
        }
        (None, None) => {
            ui.label(Face::Small.text("reading…").color(theme.muted));
        }
    }
}

fn table(ui: &mut Ui, read: &Read, filter: &Filter, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    if let Some((from, to)) = read.span {
        let (from, to) = (format::date(from), format::date(to));
        let words = if from == to { from } else { format!("{from} – {to}") };
        ui.label(Face::Small.text(words).color(theme.muted));
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    for record in &read.first {
        let (row, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::click());
        let at = record.at.map_or_else(
            || "no time".to_owned(),
            |at| format!("{} {}", format::day(at), format::clock_seconds(at)),
        );
        let words = format!("{at}, {}", record.source);
        response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &words));
        if response.hovered() || response.has_focus() {
            ui.painter().rect_filled(row, 0.0, theme.hover);
        }
        ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
        let (left, right) = row.split_left_right_at_x(row.left() + 112.0);
        text::in_rect(ui, left, Align::Min, Face::MonoSmall.text(at).color(theme.text));
        text::in_rect(
            ui,
            right,
            Align::Min,
            Face::MonoSmall.text(&record.source).color(theme.muted),
        );
        if response.clicked() {
            scene.ask(Action::Show {
                filter: filter.clone(),
                selection: Selection::Event(record.event),
            });
            scene.ask(Action::Go(Screen::Explore));
        }
    }
    ui.add_space(6.0);
    let words = match read.rows {
        1 => "Open the row in Explore".to_owned(),
        rows => format!("Open all {} rows in Explore", format::count(rows)),
    };
    if button::link(ui, words).clicked() {
        scene.ask(Action::Show { filter: filter.clone(), selection: Selection::Nothing });
        scene.ask(Action::Go(Screen::Explore));
    }
}

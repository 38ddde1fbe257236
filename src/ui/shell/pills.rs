//! The filter as pills: each condition can be edited, negated, set aside, pinned and removed by
//! itself, with the pointer or, when it has the focus, with a key.

use std::borrow::Cow;
use std::sync::Arc;

use egui::{
    Color32, Key, Modifiers, Popup, Rect, Response, Sense, Stroke, StrokeKind, Ui, pos2, vec2,
};

use crate::model::filter::{Pill, PillId};
use crate::model::{Filter, Time};
use crate::ui::app::App;
use crate::ui::format;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::{glyph, outline, text};
use crate::ui::{ViewState, Zone};

use super::cited::{self, Run};

/// The longest a pill may get.
const WIDEST: f32 = 300.0;
/// Room for the cross at its end.
const CROSS: f32 = 18.0;
/// Room for the pill that stands for those that do not fit.
const MORE: f32 = 48.0;
/// Characters that are laid out of a value, more than a pill has room for.
const LONGEST: usize = 100;
/// Characters of a condition that a hint shows.
const HINT: usize = 600;

/// Filter, what is set aside, what is pinned, the clock, and the run that names what is cited.
type MadeFrom = (Filter, Vec<Filter>, Vec<String>, Zone, Option<Time>);

/// The pills as they were made last: some lists of values are long.
#[derive(Debug, Default)]
pub struct Row {
    made_from: Option<MadeFrom>,
    pills: Arc<Vec<Shown>>,
}

impl Row {
    /// The pills of the filter, then what is set aside.
    fn of(&mut self, view: &ViewState, zone: Zone, run: Option<Run<'_>>) -> Arc<Vec<Shown>> {
        let at = run.map(|run| run.analysis.run.at);
        let same = self.made_from.as_ref().is_some_and(|(filter, aside, pinned, in_zone, of)| {
            *filter == view.filter
                && *aside == view.aside
                && *pinned == view.pinned
                && *in_zone == zone
                && *of == at
        });
        if !same {
            let (filter, aside) = (view.filter.clone(), view.aside.clone());
            self.pills = Arc::new(in_place(shown(view, zone, run), &self.pills));
            self.made_from = Some((filter, aside, view.pinned.clone(), zone, at));
        }
        self.pills.clone()
    }
}

/// The pills where they stood before, so that one that is set aside or asked for again does not
/// move away from under the pointer. A new one follows the one that it follows in the filter.
fn in_place(pills: Vec<Shown>, before: &[Shown]) -> Vec<Shown> {
    let place = |text: &str| before.iter().position(|shown| shown.pill.text == text);
    // Before the first place until there is one.
    let mut last = None;
    let mut placed: Vec<((Option<usize>, usize), Shown)> = Vec::with_capacity(pills.len());
    for (i, shown) in pills.into_iter().enumerate() {
        let at = match place(&shown.pill.text) {
            Some(place) => (Some(place), 0),
            None => (last, i + 1),
        };
        last = at.0;
        placed.push((at, shown));
    }
    placed.sort_by_key(|(at, _)| *at);
    placed.into_iter().map(|(_, shown)| shown).collect()
}

/// A pill in the row.
#[derive(Debug)]
struct Shown {
    pill: Pill,
    /// Its place among the conditions that are set aside, if it is one of them.
    aside: Option<usize>,
    pinned: bool,
}

/// Draws the pills of the filter into what is left of the row.
pub fn show(app: &mut App, ui: &mut Ui) {
    let case = app.session.as_ref().map(|session| &session.case);
    let run =
        case.and_then(|case| case.analysis().map(|analysis| Run { analysis, index: &case.index }));
    let pills = app.omnibox.pills.of(&app.view, Zone::of(ui.ctx()), run);
    ui.spacing_mut().item_spacing.x = 8.0;
    let mut hidden: &[Shown] = &[];
    for (i, pill) in pills.iter().enumerate() {
        let last = i + 1 == pills.len();
        let needed = width(ui, pill) + if last { 0.0 } else { MORE };
        if needed > ui.available_width() {
            hidden = &pills[i..];
            break;
        }
        one(app, ui, pill);
    }
    if !hidden.is_empty() {
        more(app, ui, hidden);
    }
}

fn shown(view: &ViewState, zone: Zone, run: Option<Run<'_>>) -> Vec<Shown> {
    let pinned = |pill: &Pill| view.pinned.contains(&pill.text);
    let own = pills(&view.filter, zone, run).into_iter();
    let own = own.map(|pill| Shown { pinned: pinned(&pill), aside: None, pill });
    let aside = view.aside.iter().enumerate();
    let aside = aside.flat_map(|(at, condition)| {
        let one = pills(condition, zone, run).into_iter().take(1);
        one.map(move |pill| Shown { pinned: pinned(&pill), aside: Some(at), pill })
    });
    own.chain(aside).collect()
}

/// The pills of a filter, the time range as people write it. Filters are UTC: where times on
/// screen are not, the pill says so. Cited records go by the words of the run.
fn pills(filter: &Filter, zone: Zone, run: Option<Run<'_>>) -> Vec<Pill> {
    let mut pills = filter.pills();
    pills.iter_mut().for_each(|pill| cited::name(pill, filter, run));
    let bounded = filter.time.filter(|t| t.start.0 > i64::MIN && t.end.0 < i64::MAX);
    if let Some(span) = bounded
        && let Some(pill) = pills.iter_mut().find(|pill| pill.id == PillId::Time)
    {
        let utc = if zone.is_utc() { "" } else { " UTC" };
        pill.value = format!("{}{utc}", format::range(span));
    }
    pills
}

/// The words of a pill: field, value.
fn words(pill: &Pill) -> (String, String) {
    let label = if pill.negated { format!("not {}", pill.label) } else { pill.label.clone() };
    (label.trim_end().to_owned(), format::display(&cut(&pill.value, LONGEST)))
}

/// Text cut off after so many characters.
fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

fn galley(ui: &Ui, shown: &Shown) -> Arc<egui::Galley> {
    let theme = Theme::of(ui);
    let (label, value) = words(&shown.pill);
    let faded = shown.pill.negated || shown.aside.is_some();
    let ink = if faded { theme.muted } else { theme.text };
    let gap = if label.is_empty() { "" } else { "  " };
    let mut job = text::pieces(&[
        (&label, Face::Medium, ink),
        (gap, Face::Body, ink),
        (&value, Face::Body, ink),
    ]);
    if shown.aside.is_some() {
        let line = Stroke::new(1.0, theme.muted);
        job.sections.iter_mut().for_each(|section| section.format.strikethrough = line);
    }
    job.wrap = egui::text::TextWrapping::truncate_at_width(WIDEST - CROSS - 16.0);
    ui.painter().layout_job(job)
}

fn width(ui: &Ui, shown: &Shown) -> f32 {
    galley(ui, shown).size().x + 16.0 + CROSS
}

fn one(app: &mut App, ui: &mut Ui, shown: &Shown) {
    let (body, cross) = draw(ui, shown);
    let has_menu = body.context_menu_opened();
    let key = (body.has_focus() || has_menu).then(|| pressed(ui)).flatten();
    if cross.clicked() {
        remove(app, shown);
    } else if let Some(key) = key {
        act(app, shown, key);
    } else if body.clicked() {
        act(app, shown, Key::Enter);
    }
    body.context_menu(|ui| {
        menu(app, ui, shown);
        // What a key has done is done: the menu speaks of what was.
        if key.is_some() || body.clicked() {
            ui.close();
        }
    });
}

/// The key that was pressed on the pill or under its menu, of those that mean something there.
fn pressed(ui: &Ui) -> Option<Key> {
    let keys = [Key::Delete, Key::Minus, Key::D, Key::P];
    keys.into_iter().find(|key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, *key)))
}

/// Does what a key means on a pill.
fn act(app: &mut App, shown: &Shown, key: Key) {
    match (key, shown.aside) {
        (Key::Delete, _) => remove(app, shown),
        (Key::Minus, _) => negate(app, shown),
        (Key::D, _) => switch(app, shown),
        (Key::P, _) => pin(app, shown),
        (_, Some(at)) => app.actions.push(Action::TakeBack(at)),
        (_, None) => app.omnibox.edit(&shown.pill, &app.view.filter),
    }
}

fn remove(app: &mut App, shown: &Shown) {
    app.actions.push(match shown.aside {
        Some(at) => Action::DropAside(at),
        None => Action::Filter(app.view.filter.without(shown.pill.id)),
    });
}

/// The kind that is counted has no opposite.
fn negate(app: &mut App, shown: &Shown) {
    if shown.aside.is_none() && shown.pill.id != PillId::Kind {
        app.actions.push(Action::Filter(app.view.filter.with_negated(shown.pill.id)));
    }
}

fn switch(app: &mut App, shown: &Shown) {
    app.actions.push(match shown.aside {
        Some(at) => Action::TakeBack(at),
        None => Action::SetAside(shown.pill.id),
    });
}

fn pin(app: &mut App, shown: &Shown) {
    if shown.aside.is_none() {
        app.actions.push(Action::Pin(shown.pill.text.clone()));
    }
}

/// Draws one pill; the second response is its cross.
fn draw(ui: &mut Ui, shown: &Shown) -> (Response, Response) {
    let (theme, pill) = (Theme::of(ui), &shown.pill);
    let galley = galley(ui, shown);
    let (rect, body) =
        ui.allocate_exact_size(vec2(galley.size().x + 16.0 + CROSS, size::PILL), Sense::click());
    let (label, value) = words(pill);
    let verb = if shown.aside.is_some() { "Ask again for filter" } else { "Edit filter" };
    let name = format!("{verb} {label} {value}");
    body.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    let end = Rect::from_min_max(pos2(rect.right() - CROSS - 4.0, rect.top()), rect.max);
    let cross = ui.interact(end, body.id.with("remove"), Sense::click());
    let name = format!("Remove filter {label} {value}");
    cross.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    surface(ui, rect, shown, body.hovered() || body.has_focus());
    let at = pos2(rect.left() + 10.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, theme.text);
    if shown.pinned {
        ui.painter().circle_filled(pos2(rect.left() + 1.0, rect.center().y), 3.0, theme.accent);
    }
    let sign = Rect::from_center_size(pos2(rect.right() - 13.0, rect.center().y), vec2(6.0, 6.0));
    let ink = if cross.hovered() || cross.has_focus() { theme.text } else { theme.muted };
    glyph::cross(ui.painter(), sign, ink);
    let what = match (shown.aside, shown.pinned) {
        (Some(_), _) => "Set aside: click to ask for it again",
        (None, true) => "Pinned: stays when the filter is cleared",
        (None, false) => "Click to edit, right-click for more",
    };
    let body = body.on_hover_ui(|ui| {
        if !pill.text.contains(&pill.value) {
            ui.label(format!("{label} {}", format::display(&cut(&pill.value, HINT))));
        }
        ui.label(format!("{}\n{what}", format::display(&cut(&pill.text, HINT))));
    });
    (body, cross)
}

fn surface(ui: &Ui, rect: Rect, shown: &Shown, lit: bool) {
    let (theme, painter) = (Theme::of(ui), ui.painter());
    let quiet = if lit { theme.hover } else { Color32::TRANSPARENT };
    if shown.aside.is_some() {
        painter.rect(rect, 12.0, quiet, theme.hairline(), StrokeKind::Inside);
    } else if shown.pill.negated {
        painter.rect_filled(rect, 12.0, quiet);
        outline::dashed(painter, rect, 12.0, Stroke::new(1.0, theme.faint), 3.0, 2.5);
    } else {
        let line = if lit { theme.accent } else { theme.accent_line };
        painter.rect(rect, 12.0, theme.accent_soft, Stroke::new(1.0, line), StrokeKind::Inside);
    }
}

fn menu(app: &mut App, ui: &mut Ui, shown: &Shown) {
    let item = |ui: &mut Ui, text: &str, key: &str| {
        let button = egui::Button::new(text)
            .shortcut_text(Face::MonoSmall.text(key))
            .frame_when_inactive(false);
        let clicked = ui.add(button).clicked();
        if clicked {
            ui.close();
        }
        clicked
    };
    let active = shown.aside.is_none();
    let aside = if active { "Set aside" } else { "Ask for it again" };
    if active && item(ui, "Edit", "Enter") {
        app.omnibox.edit(&shown.pill, &app.view.filter);
    }
    if item(ui, aside, "D") {
        switch(app, shown);
    }
    let opposite =
        if shown.pill.negated { "Keep these instead" } else { "Leave these out instead" };
    if active && shown.pill.id != PillId::Kind && item(ui, opposite, "-") {
        negate(app, shown);
    }
    let pinned = if shown.pinned { "Take the pin out" } else { "Pin: stays when cleared" };
    if active && item(ui, pinned, "P") {
        pin(app, shown);
    }
    if item(ui, "Copy as text", "") {
        ui.ctx().copy_text(shown.pill.text.clone());
    }
    if item(ui, "Remove", "Del") {
        remove(app, shown);
    }
}

/// One pill for those that do not fit; it lists them.
fn more(app: &mut App, ui: &mut Ui, hidden: &[Shown]) {
    let name = format!("{} more filters", hidden.len());
    let button = egui::Button::new(Face::Body.text(format!("+{}", hidden.len())))
        .corner_radius(12.0)
        .min_size(vec2(0.0, size::PILL));
    let response = ui.add(button).accessible_name(name);
    Popup::menu(&response)
        .gap(4.0)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            for pill in hidden {
                one(app, ui, pill);
            }
        });
}

//! What the analyst keeps, in the navigation: saved views and lists of accounts.

use egui::{Align2, Popup, PopupCloseBehavior, ScrollArea, Sense, Ui, vec2};

use crate::model::filter::Value;
use crate::model::{Field, SavedView, Selection};
use crate::ui::app::App;
use crate::ui::format;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::text;

use super::navigation::entry;

/// Entries of each kind that are listed; a menu has the others.
const LISTED: usize = 8;
/// Height of that menu, points.
const HEIGHT: f32 = 320.0;

/// Draws them, where there are any.
pub fn show(app: &mut App, ui: &mut Ui) {
    let Some(session) = &app.session else { return };
    let (all, lists) = (session.case.saved_views().len(), session.case.lists().clone());
    if all > 0 {
        heading(ui, "Saved views");
        views(app, 0, LISTED).iter().for_each(|view| saved(app, ui, view));
        more(ui, all, "saved views", |ui| {
            views(app, LISTED, all).iter().for_each(|view| saved(app, ui, view));
        });
    }
    let mut names = lists.names().iter();
    if names.len() > 0 {
        heading(ui, "Lists");
        let entry =
            |app: &mut App, ui: &mut Ui, (name, n): (&String, &usize)| list(app, ui, name, *n);
        names.by_ref().take(LISTED).for_each(|named| entry(app, ui, named));
        more(ui, lists.names().len(), "lists", |ui| {
            names.for_each(|named| entry(app, ui, named));
        });
    }
}

/// Saved views from one on, so many at most: what is done with them changes the case.
fn views(app: &App, from: usize, most: usize) -> Vec<SavedView> {
    let views = app.session.as_ref().map_or(&[][..], |session| session.case.saved_views());
    views.iter().skip(from).take(most).cloned().collect()
}

/// The title of a section.
pub(super) fn heading(ui: &mut Ui, title: &str) {
    let theme = Theme::of(ui);
    ui.add_space(10.0);
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
    let at = text::left(head, 10.0);
    text::paint(ui.painter(), at, Align2::LEFT_CENTER, title, Face::Tiny, theme.muted);
}

/// Opens a menu of those that are not listed.
fn more(ui: &mut Ui, all: usize, what: &str, show: impl FnOnce(&mut Ui)) {
    let Some(hidden) = all.checked_sub(LISTED).filter(|n| *n > 0) else { return };
    let response = entry(ui, &format!("{hidden} more {what}…"), "", false);
    let width = response.rect.width();
    Popup::menu(&response).gap(4.0).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(
        |ui| {
            ui.set_width(width);
            ScrollArea::vertical().max_height(HEIGHT).show(ui, show);
        },
    );
}

fn saved(app: &mut App, ui: &mut Ui, view: &SavedView) {
    let name = format::display(&view.name);
    let response = entry(ui, &name, "", false);
    if response.clicked() {
        app.actions.push(Action::OpenView(view.note.id));
    }
    let remark = if view.note.text.is_empty() { "" } else { "\n" };
    let response = response.on_hover_text(format!(
        "{name}{remark}{}\nWhen saved: {} rows, {}; {}",
        format::display(&view.note.text),
        format::count(view.rows),
        format::counted(view.accounts, "account", "accounts"),
        format::display(&view.note.actor),
    ));
    response.context_menu(|ui| {
        if ui.button("Open").clicked() {
            app.actions.push(Action::OpenView(view.note.id));
        }
        if ui.button("Remove").clicked() {
            app.actions.push(Action::RemoveView(view.note.id));
        }
    });
}

fn list(app: &mut App, ui: &mut Ui, name: &str, accounts: usize) {
    let value = || Value::List(name.to_owned());
    let count = format::count(accounts as u64);
    let response = entry(ui, &format!("${}", format::display(name)), &count, false);
    let filter = &app.view.filter;
    if response.clicked() {
        let filter = filter.asking_only(Field::AccountId, value());
        app.actions.extend([Action::Filter(filter), Action::Go(Screen::Explore)]);
    }
    let response = response.on_hover_text("Only accounts on this list; right-click for more");
    response.context_menu(|ui| {
        if ui.button("Only these accounts").clicked() {
            app.actions.push(Action::Filter(filter.asking_only(Field::AccountId, value())));
        }
        if ui.button("Without these accounts").clicked() {
            app.actions.push(Action::Filter(filter.exclude(Field::AccountId, value())));
        }
        if ui.button("Select these accounts").clicked() {
            let term = crate::model::filter::Expr::term(Field::AccountId, value());
            app.actions.push(Action::Select(Selection::Where(term)));
        }
    });
}

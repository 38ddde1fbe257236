//! What a click with the secondary button offers on a value: filter in and out, copy, and on an
//! account what can be said of it.

use std::collections::BTreeSet;

use egui::Ui;

use crate::model::filter::NumberTest;
use crate::model::{Confidence, Expr, Filter, Selection, Verdict};
use crate::ui::Command;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Judgement};
use crate::ui::widget::raw::visible_text;

use super::picked::Picked;

/// Narrows the filter to records with this value.
pub fn only(scene: &mut Scene<'_>, picked: &Picked) {
    let filter = picked.only(&scene.view.filter);
    scene.ask(Action::Filter(filter));
}

/// The entries that every value has.
pub fn value(ui: &mut Ui, scene: &mut Scene<'_>, picked: &Picked) {
    let title = picked.title();
    if ui.button(format!("Only {title}")).clicked() {
        only(scene, picked);
    }
    if ui.button(format!("Without {title}")).clicked() {
        let filter = picked.taken_out(&scene.view.filter);
        scene.ask(Action::Filter(filter));
    }
    if ui.button(format!("Only {title}, nothing else asked")).clicked() {
        let filter = Filter { expr: None, ..scene.view.filter.clone() };
        scene.ask(Action::Filter(picked.only(&filter)));
    }
    if let Some(n) = picked.number() {
        for (words, test) in
            [("At least", NumberTest::AtLeast(n)), ("At most", NumberTest::AtMost(n))]
        {
            if ui.button(format!("{words} {n}")).clicked() {
                // Besides what is asked already: in a list with it, it would ask for either.
                let filter = scene.view.filter.and(Expr::term(picked.field(), test.into()));
                scene.ask(Action::Filter(filter));
            }
        }
    }
    if let Some(text) = picked.text()
        && ui.button("Copy").clicked()
    {
        ui.ctx().copy_text(text.to_owned());
    }
}

/// Those whom a verdict given from the menu of an account applies to: the selected accounts if it is
/// one of them.
pub fn concerned(selection: &Selection, id: &str) -> Selection {
    match selection {
        Selection::Accounts(ids) if ids.contains(id) => selection.clone(),
        _ => Selection::account(id),
    }
}

/// The entries that an account has besides; `concerned` holds those the verdict applies to, which
/// may be thousands: nothing of them is copied before a click.
pub fn account(ui: &mut Ui, scene: &mut Scene<'_>, id: &str, concerned: &Selection) {
    ui.separator();
    if ui.button(format!("Select {}", visible_text(id))).clicked() {
        scene.ask(Action::Select(Selection::account(id)));
    }
    let Selection::Accounts(accounts) = concerned else { return };
    if scene.read_only || accounts.is_empty() {
        return;
    }
    // By name: another row may have come to stand where the menu was opened.
    let whom = match (accounts.first(), accounts.len()) {
        (Some(one), 1) => visible_text(one).into_owned(),
        (_, many) => format::counted(many as u64, "account", "accounts"),
    };
    let all = || accounts.iter().cloned().collect();
    for verdict in Verdict::ALL {
        if ui.button(format!("Mark {whom} as {}", verdict.as_str())).clicked() {
            let judgement = Judgement::Verdict {
                verdict: Some(verdict),
                confidence: Confidence::default(),
                reason: String::new(),
            };
            scene.ask(Action::Judge { accounts: all(), judgement });
        }
    }
    ui.menu_button(format!("Tag {whom}"), |ui| tags(ui, scene, concerned, &all));
    if ui.button(format!("Write a note on {whom}…")).clicked() {
        scene.ask(Action::Select(concerned.clone()));
        scene.ask(Action::Run(Command::Note));
    }
}

/// Tags that are in use, to be put on with a click, and the way to another one.
fn tags(
    ui: &mut Ui,
    scene: &mut Scene<'_>,
    concerned: &Selection,
    accounts: &dyn Fn() -> Vec<String>,
) {
    let all: BTreeSet<&String> = scene.annotations.values().flat_map(|a| &a.tags).collect();
    let all: Vec<String> = all.into_iter().cloned().collect();
    egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
        for tag in all {
            if ui.button(visible_text(&tag).into_owned()).clicked() {
                let judgement = Judgement::Tag { tag, present: true };
                scene.ask(Action::Judge { accounts: accounts(), judgement });
            }
        }
    });
    if ui.button("Another tag…").clicked() {
        scene.ask(Action::Select(concerned.clone()));
        scene.ask(Action::Run(Command::Tag));
    }
}

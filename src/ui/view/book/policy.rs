//! The policy check beside the clauses: whose use looks like training on outputs while one was in
//! force. Inference, with a copper edge, among what people wrote.

use std::collections::BTreeSet;

use egui::Ui;

use crate::case::policy::{Calls, Checked, Use};
use crate::model::Selection;
use crate::model::finding::Subject;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme};
use crate::ui::view::findings::listing;
use crate::ui::widget::{button, card, text};

/// Clusters and accounts that are named; more are counted.
const NAMED: usize = 6;

/// How many clauses any use fell under.
pub fn clauses_with_use(checked: &Checked) -> usize {
    let under = checked.uses.iter().flat_map(|one| &one.under).map(|(clause, _)| clause);
    under.collect::<BTreeSet<_>>().len()
}

/// Draws what fell under a clause, by its place in the register.
pub fn under(ui: &mut Ui, clause: usize, checked: &Checked, scene: &mut Scene<'_>) {
    let all: Vec<(&Use, Calls)> = checked.under(clause).collect();
    if all.is_empty() {
        return;
    }
    card::inferred(ui, 10.0, |ui| {
        let words = "Looks like training on outputs while it was in force";
        text::wrapped(ui, Face::Small.text(words).color(Theme::of(ui).muted));
        for (one, calls) in all.iter().take(NAMED) {
            if button::link(ui, line(one, *calls, scene)).clicked() {
                scene.ask(Action::Select(selection(one, scene)));
            }
        }
        if let Some(more) = all.len().checked_sub(NAMED).filter(|more| *more > 0) {
            let words =
                format!("and {} more; `stillwatch policy` lists all", format::count(more as u64));
            text::wrapped(ui, Face::Small.text(words).color(Theme::of(ui).muted));
        }
    });
}

/// Draws what no clause speaks of, and what no record can show.
pub fn rest(ui: &mut Ui, checked: &Checked) {
    let ink = Theme::of(ui).muted;
    let free = checked.free();
    if !free.is_empty() {
        let models: Vec<String> = free
            .iter()
            .map(|(model, records)| {
                let model = if model.is_empty() { "no model" } else { model };
                let records = format::counted(*records, "record", "records");
                format!("{} ({records})", format::display(model))
            })
            .collect();
        let words =
            format!("Looks like collecting answers, and no clause applied: {}", models.join(", "));
        text::wrapped(ui, Face::Small.text(words).color(ink));
    }
    if !checked.uses.is_empty() {
        let words = "Records can show that answers are collected, never what is done with them";
        text::wrapped(ui, Face::Small.text(words).color(ink));
    }
}

/// `Cluster 2 · strong · 36 accounts · 1,234 records`.
fn line(one: &Use, calls: Calls, scene: &Scene<'_>) -> String {
    let accounts = format::counted(one.accounts.len() as u64, "account", "accounts");
    let records = format::counted(calls.records, "record", "records");
    let who = match one.subject {
        Subject::Cluster(id) => format!("Cluster {id}"),
        Subject::Account(account) => {
            let id = scene.index.accounts().get(account as usize);
            id.map_or_else(String::new, |id| format::display(id))
        }
    };
    match one.subject {
        Subject::Cluster(_) => format!("{who} · {} · {accounts} · {records}", one.level.as_str()),
        Subject::Account(_) => format!("{who} · {} · {records}", one.level.as_str()),
    }
}

fn selection(one: &Use, scene: &Scene<'_>) -> Selection {
    match one.subject {
        Subject::Cluster(id) => listing::cluster(id),
        Subject::Account(account) => {
            let id = scene.index.accounts().get(account as usize).cloned();
            Selection::account(id.unwrap_or_default())
        }
    }
}

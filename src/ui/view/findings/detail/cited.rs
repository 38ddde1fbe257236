//! The records that findings rest on, by detector and role, and the way to them.

use egui::{Align, Layout, Ui, vec2};

use crate::detect::registry;
use crate::model::Filter;
use crate::model::Selection;
use crate::model::filter::{Expr, FilterField, Value};
use crate::model::finding::Subject;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::{button, text};

use super::super::listing::{self, about};
use super::super::proofs::Proofs;
use super::{Whom, statement};

/// Draws it.
pub fn show(ui: &mut Ui, whom: Whom<'_>, proofs: &Proofs, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    let words = "Each opens in Explore under a filter that can be changed, saved and exported";
    text::wrapped(ui, Face::Small.text(words).color(theme.muted));
    ui.add_space(4.0);
    let numbers: Vec<u64> = about(whom.analysis, whom.subject).map(|(number, _)| number).collect();
    everything(ui, whom, &numbers, proofs, scene);
    for (number, finding) in about(whom.analysis, whom.subject) {
        let title = registry::by_id(&finding.detector).map_or("", |d| d.definition().title);
        let roles = whom.analysis.cited.get(number as usize - 1).map_or(&[][..], Vec::as_slice);
        for cited in roles {
            let words = format!("{} {title}: {}", finding.detector, format::display(&cited.role));
            if line(ui, &words, cited.events) {
                statement::go_to(scene, number, Some(&cited.role));
            }
        }
    }
}

/// All records the findings cite, each once, and all records of the accounts.
fn everything(
    ui: &mut Ui,
    whom: Whom<'_>,
    numbers: &[u64],
    proofs: &Proofs,
    scene: &mut Scene<'_>,
) {
    let read = proofs.of(whom.analysis.run.at, whom.subject);
    if let Some(records) = read.map(|read| read.records).filter(|n| *n > 0)
        && line(ui, "All that the findings cite, each record once", records)
    {
        let values = numbers.iter().map(|number| Value::text(number.to_string())).collect();
        let expr = Expr::one_of(FilterField::Cited, values);
        let filter = Filter { expr, ..Filter::default() };
        scene.ask(Action::Show { filter, selection: Selection::Nothing });
        scene.ask(Action::Go(Screen::Explore));
    }
    // Whatever is filtered and selected now.
    if button::link(ui, "All records of these accounts").clicked() {
        let (expr, selection) = match whom.subject {
            Subject::Cluster(id) => {
                let value = Value::text(id.to_string());
                (Some(Expr::term(FilterField::Cluster, value)), listing::cluster(id))
            }
            Subject::Account(account) => {
                let id = scene.index.accounts().get(account as usize);
                (id.map(Expr::account), scene.view.selection.clone())
            }
        };
        scene.ask(Action::Show { filter: Filter { expr, ..Filter::default() }, selection });
        scene.ask(Action::Go(Screen::Explore));
    }
}

/// A line with the number of rows as a link; whether it was clicked.
fn line(ui: &mut Ui, words: &str, rows: u64) -> bool {
    let theme = Theme::of(ui);
    let mut clicked = false;
    let response = ui.allocate_ui_with_layout(
        vec2(ui.available_width(), size::ROW),
        Layout::right_to_left(Align::Center),
        |ui| {
            clicked = button::link(ui, format::counted(rows, "row", "rows")).clicked();
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                text::line(ui, Face::Body.text(words).color(theme.text));
            });
        },
    );
    let rect = response.response.rect;
    ui.painter().hline(rect.x_range(), rect.bottom(), theme.hairline());
    clicked
}

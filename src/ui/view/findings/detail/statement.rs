//! A sentence whose numbers stand out and lead to their rows: the ones that count records do so at
//! a click.

use egui::{Label, Response, Sense, Ui, WidgetInfo, vec2};

use crate::model::filter::{Expr, FilterField, Value};
use crate::model::finding::{Finding, Number, Part, Recipe, Statement};
use crate::model::{Filter, Selection};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme};

/// The records a finding cites, all or those of one role, as a filter.
pub fn cited(number: u64, role: Option<&str>) -> Option<Filter> {
    let text = match role {
        Some(role) => format!("{number}/{role}"),
        None => number.to_string(),
    };
    let expr = Expr::one_of(FilterField::Cited, vec![Value::text(text)])?;
    Some(Filter { expr: Some(expr), ..Filter::default() })
}

/// Goes to the records a finding cites. Nothing stays selected: the tables would show those of the
/// selected accounts only, and fewer than the number says.
pub fn go_to(scene: &mut Scene<'_>, number: u64, role: Option<&str>) {
    let Some(filter) = cited(number, role) else { return };
    scene.ask(Action::Show { filter, selection: Selection::Nothing });
    scene.ask(Action::Go(Screen::Explore));
}

/// The role whose records a number is made from.
fn role(number: &Number) -> Option<&str> {
    match &number.recipe {
        Recipe::Records { role }
        | Recipe::Accounts { role }
        | Recipe::Distinct { role, .. }
        | Recipe::Ratio { role, .. }
        | Recipe::ShareOfEvents { role }
        | Recipe::Time { role, .. }
        | Recipe::Spread { role }
        | Recipe::Turns { role }
        | Recipe::Waits { role, .. }
        | Recipe::Sum { role, .. } => Some(role),
        _ => None,
    }
}

/// Draws the sentence of a finding.
pub fn show(ui: &mut Ui, number: u64, finding: &Finding, scene: &mut Scene<'_>) {
    let mut asked: Option<String> = None;
    sentence(ui, &finding.statement, Face::Body, |ui, part| {
        let Some(role) = role(part) else { return bold(ui, part) };
        let response = linked(ui, part, role);
        if response.clicked() {
            asked = Some(role.to_owned());
        }
        response
    });
    if let Some(role) = asked {
        go_to(scene, number, Some(&role));
    }
}

/// Draws a sentence whose numbers lead nowhere.
pub fn plain(ui: &mut Ui, statement: &Statement, face: Face) {
    sentence(ui, statement, face, bold);
}

fn bold(ui: &mut Ui, number: &Number) -> Response {
    let response = ui.add(Label::new(Face::Card.text(number.text())));
    match how(&number.recipe) {
        Some(words) => response.on_hover_text(words),
        None => response,
    }
}

fn linked(ui: &mut Ui, number: &Number, role: &str) -> Response {
    let theme = Theme::of(ui);
    let text = number.text();
    let label = Label::new(Face::Card.text(&text)).selectable(false).sense(Sense::click());
    let response = ui.add(label);
    let name = format!("{text}: rows “{role}”");
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Link, true, &name));
    let lit = response.hovered() || response.has_focus();
    let ink = if lit { theme.accent } else { theme.accent_line };
    let y = response.rect.bottom() - 2.0;
    ui.painter().hline(response.rect.x_range(), y, egui::Stroke::new(1.0, ink));
    let hint = format!("From the rows “{}”: click to see them", format::display(role));
    response.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text(hint)
}

/// Where a number comes from that counts no records of the finding.
fn how(recipe: &Recipe) -> Option<String> {
    Some(match recipe {
        Recipe::Case { what } => format!("From the whole case: {what}"),
        Recipe::Parameter { name } => format!("A parameter of the detector: {name}"),
        Recipe::Draws { .. } => "From what chance gives".to_owned(),
        Recipe::Members => "Accounts the finding speaks of".to_owned(),
        Recipe::ClusterMembers => "Accounts of the cluster".to_owned(),
        _ => return None,
    })
}

/// Words flow; numbers are drawn by `number`.
fn sentence(
    ui: &mut Ui,
    statement: &Statement,
    face: Face,
    mut number: impl FnMut(&mut Ui, &Number) -> Response,
) {
    let width = ui.available_width();
    ui.allocate_ui(vec2(width, 0.0), |ui| {
        ui.set_max_width(width);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(0.0, 2.0);
            for part in statement.parts() {
                match part {
                    Part::Words(words) => {
                        ui.add(Label::new(face.text(format::display(words))));
                    }
                    Part::Number(n) => {
                        number(ui, n);
                    }
                }
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_rows_is_a_filter_that_can_be_read_again() {
        for role in [None, Some("replayed"), Some("of the template"), Some("a/b \"c\"*")] {
            let filter = cited(12, role).expect("a filter");
            let text = filter.to_string();
            assert_eq!(Filter::parse(&text).expect(&text), filter, "{text}");
        }
    }
}

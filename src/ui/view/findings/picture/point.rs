//! What the pointer is on: read out beside it, lit in other views, selected by a click.

use egui::{Id, Response, Role, Tooltip, Ui, WidgetInfo};

use crate::model::{Selection, Time};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Hover};
use crate::ui::theme::{Face, Theme};

/// What the pointer is on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pointed {
    /// The accounts of the mark; two in a matrix.
    pub accounts: Vec<u32>,
    /// The moment, on an axis of times.
    pub time: Option<Time>,
    /// What is said, the first line as a heading.
    pub lines: Vec<String>,
}

/// Names the drawing for who does not see it, and answers the pointer.
pub fn react(
    ui: &Ui,
    response: &Response,
    name: &str,
    pointed: Option<Pointed>,
    scene: &mut Scene<'_>,
) {
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    let on = pointed.filter(|_| response.hovered());
    link(ui, response.id, on.as_ref(), scene);
    let Some(on) = on else { return };
    if !on.accounts.is_empty() {
        ui.ctx().set_cursor_icon(egui::CursorIcon::PointingHand);
    }
    if response.clicked() && !on.accounts.is_empty() {
        let id = |account: &u32| scene.index.accounts().get(*account as usize).cloned();
        let ids: Vec<String> = on.accounts.iter().filter_map(id).collect();
        scene.ask(Action::Select(Selection::accounts(ids)));
    }
    read_out(ui, response, &on);
}

/// Tells the other views once what the pointer is on, and once that it left.
fn link(ui: &Ui, id: Id, on: Option<&Pointed>, scene: &mut Scene<'_>) {
    let id = id.with("pointed");
    let now = on.map(|on| Hover { time: on.time, account: on.accounts.first().copied() });
    let before: Option<Hover> = ui.data(|data| data.get_temp(id));
    if now == before {
        return;
    }
    ui.data_mut(|data| match &now {
        Some(hover) => drop(data.insert_temp(id, hover.clone())),
        None => data.remove::<Hover>(id),
    });
    scene.ask(Action::Hover(now.unwrap_or_default()));
}

fn read_out(ui: &Ui, response: &Response, on: &Pointed) {
    if on.lines.is_empty() || ui.ctx().any_popup_open() {
        return;
    }
    let theme = Theme::of(ui);
    Tooltip::for_widget(response).at_pointer().gap(14.0).show(|ui| {
        for (i, line) in on.lines.iter().enumerate() {
            let (face, color) =
                if i == 0 { (Face::Medium, theme.text) } else { (Face::Small, theme.muted) };
            ui.label(face.text(format::display(line)).color(color));
        }
    });
}

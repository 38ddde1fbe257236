//! The bar on top: brand, case menu, omnibox with filter pills, time zone, theme and palette.

use egui::{Align, Layout, Popup, Rect, Response, Sense, Ui, UiBuilder, pos2, vec2};

use crate::ui::app::App;
use crate::ui::command::{COMMANDS, Command, Group};
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::{button, glyph};

/// Width of brand and name, so that the omnibox starts near the screen's left edge.
const BRAND: f32 = 148.0;

/// Draws the bar.
pub fn top_bar(app: &mut App, ui: &mut Ui) {
    let bar = ui.max_rect();
    let inner = bar.shrink2(vec2(12.0, 0.0));
    let mut row =
        ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::left_to_right(Align::Center)));
    row.spacing_mut().item_spacing.x = 10.0;
    brand(&mut row);
    case_menu(app, &mut row);
    let start = row.cursor().left();
    let rest = Rect::from_min_max(pos2(start, inner.top()), inner.max);
    let mut far =
        row.new_child(UiBuilder::new().max_rect(rest).layout(Layout::right_to_left(Align::Center)));
    far.spacing_mut().item_spacing.x = 10.0;
    tools(app, &mut far);
    let end = far.min_rect().left() - 10.0;
    let middle = Rect::from_min_max(rest.min, pos2(end.max(start), inner.bottom()));
    let mut field = row
        .new_child(UiBuilder::new().max_rect(middle).layout(Layout::left_to_right(Align::Center)));
    field.shrink_clip_rect(middle.expand2(vec2(4.0, 0.0)));
    super::omnibox::show(app, &mut field);
    ui.allocate_rect(bar, Sense::hover());
}

fn brand(ui: &mut Ui) {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(BRAND, size::TOP_BAR), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, "Stillwatch"));
    let mark = Rect::from_min_size(rect.left_center() - vec2(0.0, 9.0), vec2(14.0, 18.0));
    glyph::brand(ui.painter(), mark, theme.copper);
    ui.painter().text(
        pos2(mark.right() + 8.0, rect.center().y),
        egui::Align2::LEFT_CENTER,
        "Stillwatch",
        Face::Entry.font(),
        theme.text,
    );
}

/// Text with a small triangle behind it that opens a menu.
pub(super) fn menu_text(ui: &mut Ui, text: &str, name: &str) -> Response {
    let theme = Theme::of(ui);
    let galley = ui.painter().layout_no_wrap(text.to_owned(), Face::Body.font(), theme.muted);
    let size = vec2(galley.size().x + 14.0, size::CONTROL);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
    let lit = response.hovered() || response.has_focus();
    let color = if lit { theme.text } else { theme.muted };
    let at = pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
    ui.painter().galley_with_override_text_color(at, galley, color);
    glyph::chevron(ui.painter(), pos2(rect.right() - 5.0, rect.center().y), color);
    response
}

/// The case the bar speaks of.
fn case_name(app: &App) -> String {
    if let Some(review) = &app.review {
        return crate::ui::app::session::file_name(review.case());
    }
    match (&app.session, &app.import) {
        (Some(session), _) => session.title().to_owned(),
        (None, Some(import)) => crate::ui::app::session::file_name(&import.request.case),
        (None, None) => match app.opening.loading() {
            Some(case) => crate::ui::app::session::file_name(case.path),
            None => "No case open".to_owned(),
        },
    }
}

fn case_menu(app: &mut App, ui: &mut Ui) {
    let response = menu_text(ui, &case_name(app), "Case menu");
    Popup::menu(&response).gap(4.0).width(268.0).show(|ui| {
        for group in [Group::File, Group::Decide] {
            if group != Group::File {
                ui.separator();
            }
            for def in COMMANDS.iter().filter(|d| d.group == group) {
                if app.available(def.command) {
                    menu_item(app, ui, def.command);
                }
            }
        }
    });
}

/// One command as a row of a menu.
pub(super) fn menu_item(app: &mut App, ui: &mut Ui, command: Command) {
    let def = command.def();
    let button = egui::Button::new(def.text)
        .shortcut_text(Face::MonoSmall.text(command.key_text()))
        .frame_when_inactive(false);
    if ui.add(button).on_hover_text(def.tooltip).clicked() {
        app.actions.push(Action::Run(command));
        ui.close();
    }
}

fn tools(app: &mut App, ui: &mut Ui) {
    let theme = Theme::of(ui);
    let def = Command::Palette.def();
    let key = Face::MonoSmall.text(Command::Palette.key_text()).color(theme.muted);
    let key = ui.scope(|ui| {
        ui.spacing_mut().button_padding = vec2(6.0, 2.0);
        ui.spacing_mut().interact_size.y = 20.0;
        ui.add(egui::Button::new(key).corner_radius(4.0).min_size(vec2(0.0, 20.0)))
    });
    let key =
        key.inner.accessible_name(def.text).on_hover_text(format!("{}: {}", def.text, def.tooltip));
    if key.clicked() {
        app.actions.push(Action::Run(Command::Palette));
    }
    super::zones::show(app, ui);
    if button::icon(ui, Command::ToggleTheme.def().text, glyph::theme).clicked() {
        app.actions.push(Action::Run(Command::ToggleTheme));
    }
}

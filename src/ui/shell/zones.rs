//! The time zone switch: UTC, this machine's zone, or any other by name.

use egui::{Key, Popup, PopupCloseBehavior, ScrollArea, TextEdit, Ui};

use crate::ui::app::App;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme};
use crate::ui::{Latest, Zone};

use super::top_bar::menu_text;

/// Height of a row of the list, points.
const ROW: f32 = 22.0;
/// Rows in sight.
const SHOWN: f32 = 9.0;

/// What the menu remembers.
#[derive(Default)]
pub struct Zones {
    typed: String,
    is_open: bool,
    /// All zones this machine knows, read when the menu is first opened.
    names: Latest<(), Vec<String>>,
}

/// Draws the name of the zone; a click opens the menu.
pub fn show(app: &mut App, ui: &mut Ui) {
    let zone = Zone::of(ui.ctx());
    let name = format!("Times are shown in {}", zone.name());
    let response = menu_text(ui, short(zone), &name);
    let open = Popup::menu(&response)
        .gap(4.0)
        .width(248.0)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| menu(app, ui, zone))
        .is_some();
    if !open {
        app.zones.typed.clear();
    }
    app.zones.is_open = open;
    response.on_hover_text(format!("{name}\nFilters and exports stay UTC"));
}

/// `Berlin` of `Europe/Berlin`: as much as the bar has room for.
fn short(zone: Zone) -> &'static str {
    let last = zone.name().rsplit('/').next();
    last.unwrap_or_else(|| zone.name())
}

fn menu(app: &mut App, ui: &mut Ui, now: Zone) {
    let theme = Theme::of(ui);
    let mut chosen = None;
    let local = Zone::local();
    if ui.selectable_label(now.is_utc(), "UTC").clicked() {
        chosen = Some(Zone::UTC);
    }
    if !local.is_utc() {
        let words = format!("This computer, {}", local.name());
        if ui.selectable_label(now == local, words).clicked() {
            chosen = Some(local);
        }
    }
    if !now.is_utc() && now != local {
        _ = ui.selectable_label(true, now.name());
    }
    ui.separator();
    let field = TextEdit::singleline(&mut app.zones.typed)
        .hint_text(Face::Body.text("Find a time zone").color(theme.muted))
        .font(Face::Body.font())
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(8, 4));
    let field = ui.add(field).accessible_name("Find a time zone");
    if !app.zones.is_open {
        field.request_focus();
    }
    let enter = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
    app.zones.names.ask(ui.ctx(), (), |_| Ok::<_, String>(names()));
    let typed = app.zones.typed.trim().to_lowercase().replace(' ', "_");
    let all = app.zones.names.answer().map_or(&[][..], Vec::as_slice);
    let found = matching(all, &typed);
    if enter && !typed.is_empty() {
        chosen = found.first().and_then(|name| Zone::named(name));
    }
    chosen = list(ui, &found, now).or(chosen);
    if found.is_empty() && app.zones.names.answer().is_some() {
        let words = if all.is_empty() {
            "This computer has no time zone database"
        } else {
            "No time zone of this name"
        };
        ui.label(Face::Small.text(words).color(theme.muted));
    }
    let hint = "All times on screen follow it. What is typed in a filter is UTC unless it carries \
                an offset; exports are UTC";
    crate::ui::widget::text::wrapped(ui, Face::Small.text(hint).color(theme.muted));
    if let Some(zone) = chosen {
        app.actions.push(Action::ShowTimesIn(zone));
        ui.close();
    }
}

/// Names that contain what is typed, in lower case: first those with a part that begins with it,
/// as `Asia/Tokyo` for `tok`, then those with it in the middle of a part, as `Antarctica/Vostok`.
fn matching<'n>(names: &'n [String], typed: &str) -> Vec<&'n String> {
    let begins =
        |name: &String| name.to_lowercase().split(['/', '_']).any(|p| p.starts_with(typed));
    let mut found: Vec<&String> =
        names.iter().filter(|name| name.to_lowercase().contains(typed)).collect();
    found.sort_by_cached_key(|name| !(name.to_lowercase().starts_with(typed) || begins(name)));
    found
}

fn list(ui: &mut Ui, found: &[&String], now: Zone) -> Option<Zone> {
    let mut chosen = None;
    let height = ROW * SHOWN.min(found.len() as f32);
    ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show_rows(
        ui,
        ROW - ui.spacing().item_spacing.y,
        found.len(),
        |ui, rows| {
            for name in &found[rows] {
                let button = egui::Button::selectable(now.name() == name.as_str(), name.as_str());
                if ui.add(button.min_size(egui::vec2(ui.available_width(), 0.0))).clicked() {
                    chosen = Zone::named(name);
                }
            }
        },
    );
    chosen
}

/// All names, but for those that repeat others under a prefix.
fn names() -> Vec<String> {
    let names = jiff::tz::db().available().map(|name| name.as_str().to_owned());
    let plain = |name: &String| !name.starts_with("posix/") && !name.starts_with("right/");
    let mut names: Vec<String> = names.filter(plain).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::matching;

    #[test]
    fn a_part_of_a_name_that_begins_with_what_is_typed_wins_over_one_in_its_middle() {
        let names = ["Africa/Porto-Novo", "America/New_York", "Antarctica/Vostok", "Asia/Tokyo"];
        let names = names.map(String::from);
        assert_eq!(matching(&names, "tok"), ["Asia/Tokyo", "Antarctica/Vostok"]);
        assert_eq!(matching(&names, "york"), ["America/New_York"]);
        assert_eq!(matching(&names, "america/new_y"), ["America/New_York"]);
        assert_eq!(matching(&names, ""), names.iter().collect::<Vec<_>>());
    }
}

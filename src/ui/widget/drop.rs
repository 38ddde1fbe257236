//! A quiet text in a card's header that opens a menu.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{PopupCloseBehavior, Role, Ui, WidgetInfo, vec2};

use crate::ui::theme::{Face, Theme};

use super::glyph;

/// Keeps the chevron's place; plain spaces at the end would take none.
const ROOM: &str = "\u{a0}\u{a0}\u{a0}\u{a0}";

/// Draws `text` with a chevron; `name` is what it is called where it cannot be seen. With
/// `stays` the menu is closed only by a click outside, for menus of switches.
pub fn drop_down(ui: &mut Ui, text: &str, name: &str, stays: bool, menu: impl FnOnce(&mut Ui)) {
    let color = Theme::of(ui).muted;
    // The chevron is drawn: the typeface has none.
    let button = egui::Button::new(Face::Body.text(format!("{text}{ROOM}")).color(color))
        .frame(false)
        .min_size(vec2(0.0, 22.0));
    let close = if stays {
        PopupCloseBehavior::CloseOnClickOutside
    } else {
        PopupCloseBehavior::CloseOnClick
    };
    let config = MenuConfig::new().close_behavior(close);
    let (response, _) = MenuButton::from_button(button).config(config).ui(ui, menu);
    let lit = response.hovered() || response.has_focus();
    let ink = if lit { Theme::of(ui).text } else { color };
    let at = response.rect.right_center() - vec2(10.0, -1.0);
    glyph::chevron(ui.painter(), at, ink);
    let name = name.to_owned();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
}

//! A quiet text in a card's header that opens a menu.

use egui::{Color32, Popup, PopupCloseBehavior, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::ui::theme::{Face, Theme};

use super::glyph;

/// Room for the chevron, points.
const CHEVRON: f32 = 15.0;

/// Draws `text` with a chevron; `name` is what it is called where it cannot be seen. With
/// `stays` the menu is closed only by a click outside, for menus of switches.
pub fn drop_down(ui: &mut Ui, text: &str, name: &str, stays: bool, menu: impl FnOnce(&mut Ui)) {
    let theme = Theme::of(ui);
    let font = Face::Body.font();
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER);
    let size = vec2(galley.size().x + CHEVRON, 22.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let lit = response.hovered() || response.has_focus();
    let ink = if lit { theme.text } else { theme.muted };
    let y = rect.center().y;
    let chevron = pos2(rect.right() - 5.0, y + 0.5);
    ui.painter().galley(pos2(rect.left(), y - galley.size().y / 2.0), galley, ink);
    glyph::chevron(ui.painter(), chevron, ink);
    let close = if stays {
        PopupCloseBehavior::CloseOnClickOutside
    } else {
        PopupCloseBehavior::CloseOnClick
    };
    Popup::menu(&response).close_behavior(close).show(menu);
}

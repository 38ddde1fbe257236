//! A case on its way in.

use std::path::Path;

use egui::{Align, Layout, Rect, Ui, UiBuilder, vec2};

use crate::job::Progress;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme};
use crate::ui::view::start::case_name;
use crate::ui::widget::Press;
use crate::ui::widget::bar::{self, Segment};

/// Draws it in the middle.
pub fn loading(ui: &mut Ui, path: &Path, progress: &Progress, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    let area = Rect::from_center_size(ui.max_rect().center(), vec2(360.0, 120.0));
    let mut child =
        ui.new_child(UiBuilder::new().max_rect(area).layout(Layout::top_down(Align::Center)));
    child.label(Face::Title.text(format!("Opening {}", case_name(path))));
    child.label(Face::Body.text(progress.phase()).color(theme.muted));
    child.add_space(8.0);
    let done = progress.fraction().unwrap_or(0.0);
    let segment = Segment { weight: 1.0, done, color: theme.accent };
    bar::segments(&mut child, 6.0, &[segment], "Opening the case");
    child.add_space(10.0);
    if child.add(Press::new("Cancel")).clicked() {
        actions.push(Action::CancelOpening);
    }
    // Where the processor draws, a frame takes a quarter of a second from the loading itself.
    ui.ctx().request_repaint_after_secs(0.4);
}

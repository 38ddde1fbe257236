//! A case on its way in.

use egui::{Align, Layout, Rect, Ui, UiBuilder, vec2};

use crate::ui::app::OnItsWay;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme};
use crate::ui::view::start::case_name;
use crate::ui::widget::Press;
use crate::ui::widget::bar::{self, Segment};

/// Where nothing is known of the case: in the middle.
pub fn loading(ui: &mut Ui, case: OnItsWay<'_>, actions: &mut Vec<Action>) {
    let area = Rect::from_center_size(ui.max_rect().center(), vec2(360.0, 120.0));
    let mut child =
        ui.new_child(UiBuilder::new().max_rect(area).layout(Layout::top_down(Align::Center)));
    let title = format!("Opening {}", case_name(case.path));
    child.label(Face::Title.text(title));
    progress(&mut child, case, actions);
}

/// In the panel beside what the case showed when it was last closed.
pub fn loading_beside(ui: &mut Ui, case: OnItsWay<'_>, actions: &mut Vec<Action>) {
    ui.label(Face::Title.text(format!("Opening {}", case_name(case.path))));
    progress(ui, case, actions);
    ui.add_space(14.0);
    let words = "What you see is how the case was last closed. It is counted anew as soon as all \
                 events are here.";
    ui.label(Face::Small.text(words).color(Theme::of(ui).muted));
}

fn progress(ui: &mut Ui, case: OnItsWay<'_>, actions: &mut Vec<Action>) {
    let theme = Theme::of(ui);
    ui.label(Face::Body.text(case.progress.phase()).color(theme.muted));
    ui.add_space(8.0);
    let done = case.progress.fraction().unwrap_or(0.0);
    let segment = Segment { weight: 1.0, done, color: theme.accent };
    bar::segments(ui, 6.0, &[segment], "Opening the case");
    ui.add_space(10.0);
    if ui.add(Press::new("Cancel")).clicked() {
        actions.push(Action::CancelOpening);
    }
    // Where the processor draws, a frame takes time from the loading itself.
    ui.ctx().request_repaint_after_secs(0.4);
}

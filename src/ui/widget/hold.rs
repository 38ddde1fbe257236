//! Keeping the field that a key led to in sight.

use egui::{Response, Ui};

/// Gives a field the focus when it is `asked` for, and keeps it in sight from then on: what is
/// still being counted arrives above it and would push it away. Scrolling by hand ends that, and
/// so does leaving the field.
pub fn hold(ui: &Ui, field: &Response, asked: bool) {
    let id = field.id.with("held");
    if asked {
        field.request_focus();
        field.scroll_to_me(None);
        ui.data_mut(|d| d.insert_temp(id, true));
        return;
    }
    if !ui.data(|d| d.get_temp(id).unwrap_or(false)) {
        return;
    }
    let by_hand = ui.input(|i| i.smooth_scroll_delta.y != 0.0 || i.pointer.any_down());
    if by_hand || !field.has_focus() {
        ui.data_mut(|d| d.remove::<bool>(id));
        return;
    }
    let (shown, at) = (ui.clip_rect(), field.rect);
    let fits = at.height() <= shown.height();
    if fits && (at.top() < shown.top() || at.bottom() > shown.bottom()) {
        field.scroll_to_me(None);
    }
}

#[cfg(test)]
mod tests {
    use egui::{
        Event, MouseWheelSource, MouseWheelUnit, ScrollArea, TextEdit, TouchPhase, Vec2, pos2,
    };
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    /// What stands above the field, in points, and whether a key asked for the field.
    struct Panel {
        above: f32,
        asked: bool,
    }

    fn panel() -> Harness<'static, Panel> {
        let draw = |ui: &mut Ui, panel: &mut Panel| {
            ScrollArea::vertical().max_height(300.0).show(ui, |ui| {
                ui.allocate_space(egui::vec2(100.0, panel.above));
                let field = ui.add(TextEdit::singleline(&mut String::new()));
                let field = field.accessible_name("Field");
                hold(ui, &field, std::mem::take(&mut panel.asked));
                ui.allocate_space(egui::vec2(100.0, 1_000.0));
            });
        };
        Harness::builder()
            .with_size([400.0, 300.0])
            .build_ui_state(draw, Panel { above: 600.0, asked: false })
    }

    fn in_sight(harness: &Harness<'_, Panel>) -> bool {
        let field = harness.get_by_label("Field");
        field.is_focused() && field.rect().top() >= 0.0 && field.rect().bottom() <= 300.0
    }

    #[test]
    fn what_arrives_above_a_field_does_not_push_it_out_of_sight() {
        let mut harness = panel();
        harness.state_mut().asked = true;
        harness.run_steps(40);
        assert!(in_sight(&harness));
        for above in [900.0, 1_500.0, 100.0] {
            harness.state_mut().above = above;
            harness.run_steps(40);
            assert!(in_sight(&harness), "with {above} points above");
        }
    }

    #[test]
    fn a_field_is_let_go_when_the_reader_scrolls() {
        let mut harness = panel();
        harness.state_mut().asked = true;
        harness.run_steps(40);
        harness.hover_at(pos2(50.0, 150.0));
        harness.event(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: Vec2::new(0.0, 900.0),
            phase: TouchPhase::Move,
            modifiers: egui::Modifiers::NONE,
            source: MouseWheelSource::Unknown,
        });
        harness.run_steps(40);
        assert!(!in_sight(&harness));
        harness.state_mut().above = 900.0;
        harness.run_steps(40);
        assert!(!in_sight(&harness));
    }
}

//! What scrolls in a card.

use egui::{Frame, Margin, Rect, ScrollArea, Ui, Vec2};

use crate::ui::layout::region;

/// Draws contents that may be higher than their room, with a margin around them.
pub fn scrolled(ui: &mut Ui, rect: Rect, salt: &str, margin: Vec2, contents: impl FnOnce(&mut Ui)) {
    region(ui, rect, |ui| {
        ScrollArea::vertical().id_salt(salt).auto_shrink(false).show(ui, |ui| {
            // A frame, because what stands in one counts for how far there is to scroll; what a
            // child of its own holds does not.
            let margin = Margin::symmetric(margin.x as i8, margin.y as i8);
            Frame::NONE.inner_margin(margin).show(ui, |ui| {
                ui.set_width(ui.available_width());
                contents(ui);
            });
        });
    });
}

#[cfg(test)]
mod tests {
    use egui::{Event, Modifiers, MouseWheelUnit, TouchPhase, pos2, vec2};
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    #[test]
    fn the_end_of_what_is_higher_than_its_room_is_reached() {
        let mut harness = Harness::builder().with_size([300.0, 200.0]).build_ui(|ui| {
            let room = Rect::from_min_size(pos2(0.0, 0.0), vec2(300.0, 200.0));
            scrolled(ui, room, "list", vec2(12.0, 8.0), |ui| {
                for line in 0..60 {
                    ui.label(format!("line {line}"));
                }
            });
        });
        harness.run_steps(2);
        assert!(harness.get_by_label("line 59").rect().top() > 200.0);
        harness.hover_at(pos2(100.0, 100.0));
        harness.event(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: vec2(0.0, -9_000.0),
            phase: TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        });
        harness.run_steps(60);
        let last = harness.get_by_label("line 59").rect();
        assert!(last.bottom() <= 200.0 && last.top() > 100.0, "{last:?}");
    }
}

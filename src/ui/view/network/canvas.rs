//! The canvas: what the pointer and the keys do on it.

use std::collections::BTreeSet;

use egui::{
    CursorIcon, Id, Key, Modifiers, PointerButton, Pos2, Rect, Response, Role, Sense, Shape,
    Stroke, Ui, WidgetInfo, vec2,
};

use crate::network::layout::Point;

use super::camera::Camera;
use super::cloth::Cloth;
use super::look::Look;
use super::{labels, paint};

/// How long after the last move lines are drawn in full again, seconds.
const REST_S: f64 = 0.18;
/// Points that one press of an arrow moves the picture by.
const STEP: f32 = 60.0;

/// What the analyst did on the canvas.
#[derive(Clone, Debug, PartialEq)]
pub enum Did {
    /// Clicked a node; `more` keeps what was selected.
    Pick {
        /// The node.
        node: u32,
        /// With Ctrl or Shift.
        more: bool,
    },
    /// Drew a line around nodes.
    Lasso {
        /// The nodes.
        nodes: BTreeSet<u32>,
        /// With Shift: to those selected before.
        more: bool,
    },
    /// Clicked a line.
    Line(u32),
    /// Clicked a block between its nodes.
    Block(u32),
    /// Clicked beside everything.
    Nothing,
    /// Clicked twice on a node.
    Open(u32),
    /// Moved a node.
    Move(u32, Point),
}

/// The canvas's own state.
#[derive(Default)]
pub struct Canvas {
    /// From where the picture is seen.
    pub camera: Camera,
    /// Whether it is to be seen whole.
    pub fits: bool,
    /// Whether it is, and the analyst has not looked elsewhere since.
    is_fitted: bool,
    /// The node the pointer is on.
    pub hovered: Option<u32>,
    /// The node whose menu is open.
    pub menu_of: Option<u32>,
    /// The line that is drawn around nodes, on screen.
    lasso: Option<Vec<Pos2>>,
    /// The node that is being moved.
    moved: Option<(u32, Point)>,
    /// When the picture was last moved, s.
    moved_at: Option<f64>,
    /// Where it was last, on screen.
    pub rect: Option<Rect>,
    /// What many lines and dots are drawn as.
    cloth: Cloth,
    /// Lines in sight that are not drawn, and whether because it moves.
    pub thinned: (usize, bool),
}

impl Canvas {
    /// Makes the canvas listen; what was done on it.
    pub fn listen(
        &mut self,
        ui: &Ui,
        rect: Rect,
        look: &Look<'_>,
        (is_newest, listens): (bool, bool),
    ) -> (Response, Option<Did>) {
        let response = ui.interact(rect, Id::unique("network canvas"), Sense::click_and_drag());
        // What was seen whole is so in a window of another size, too.
        let is_resized = self.rect.replace(rect).is_some_and(|known| known != rect);
        if (self.fits && is_newest) || (self.is_fitted && is_resized) {
            self.camera = Camera::fit(look.made.bounds, rect);
            (self.fits, self.is_fitted) = (false, true);
        }
        let before = self.camera;
        if listens {
            self.wheel(ui, &response, rect);
            self.arrows(ui, &response, rect);
        }
        let look = Look { camera: self.camera, ..*look };
        let did = self.press(ui, &response, &look);
        if self.camera != before {
            self.is_fitted = false;
            self.moved_at = Some(ui.input(|i| i.time));
        }
        (response, did)
    }

    fn wheel(&mut self, ui: &Ui, response: &Response, rect: Rect) {
        let Some(at) = response.hover_pos() else { return };
        let (scroll, zoom) = ui.input(|i| (i.smooth_scroll_delta().y, i.zoom_delta()));
        let by = zoom * (scroll / 240.0).exp();
        if (by - 1.0).abs() > 1e-4 {
            self.camera.zoom_at(by, at, rect);
        }
    }

    fn arrows(&mut self, ui: &Ui, response: &Response, rect: Rect) {
        if !response.has_focus() {
            return;
        }
        let filter = egui::EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..egui::EventFilter::default()
        };
        ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
        let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
        for (key, by) in [
            (Key::ArrowLeft, vec2(STEP, 0.0)),
            (Key::ArrowRight, vec2(-STEP, 0.0)),
            (Key::ArrowUp, vec2(0.0, STEP)),
            (Key::ArrowDown, vec2(0.0, -STEP)),
        ] {
            if pressed(key) {
                self.camera.pan(by);
            }
        }
        for (key, by) in [(Key::Plus, 1.25), (Key::Equals, 1.25), (Key::Minus, 0.8)] {
            if pressed(key) {
                self.camera.zoom_at(by, rect.center(), rect);
            }
        }
    }

    fn press(&mut self, ui: &Ui, response: &Response, look: &Look<'_>) -> Option<Did> {
        let pointer = response.interact_pointer_pos().or(response.hover_pos());
        let is_idle = self.lasso.is_none() && self.moved.is_none();
        self.hovered = match response.hover_pos() {
            // While it is moved by hand, nobody points at anything.
            Some(at) if is_idle && !response.dragged() => look.node_at(at),
            _ => None,
        };
        let modifiers = ui.input(|i| i.modifiers);
        if response.drag_started_by(PointerButton::Primary)
            && let Some(at) = ui.input(|i| i.pointer.press_origin())
        {
            self.begin_drag(at, modifiers, look);
        }
        if response.dragged()
            && let Some(at) = pointer
        {
            self.drag(response, at, look);
        }
        if response.drag_stopped() {
            return self.end_drag(look, modifiers);
        }
        if response.secondary_clicked() {
            self.menu_of = pointer.and_then(|at| look.node_at(at));
        }
        let at = pointer?;
        if response.double_clicked() {
            return look.node_at(at).map(Did::Open);
        }
        response.clicked().then(|| clicked(look, at, modifiers))
    }

    fn begin_drag(&mut self, at: Pos2, modifiers: Modifiers, look: &Look<'_>) {
        self.lasso = None;
        self.moved = None;
        if modifiers.command || modifiers.ctrl {
            self.lasso = Some(vec![at]);
        } else if let Some(node) = look.node_at(at) {
            self.moved = Some((node, look.place(node)));
        }
    }

    fn drag(&mut self, response: &Response, at: Pos2, look: &Look<'_>) {
        let delta = response.drag_delta();
        if let Some(lasso) = &mut self.lasso {
            lasso.push(at);
        } else if let Some((_, place)) = &mut self.moved {
            *place = look.camera.in_layout(at, look.canvas);
        } else if delta != egui::Vec2::ZERO {
            self.camera.pan(delta);
        }
    }

    fn end_drag(&mut self, look: &Look<'_>, modifiers: Modifiers) -> Option<Did> {
        if let Some((node, place)) = self.moved.take() {
            return Some(Did::Move(node, place));
        }
        let lasso = self.lasso.take()?;
        let nodes = inside(&lasso, look);
        Some(Did::Lasso { nodes, more: modifiers.shift })
    }

    /// Brings a place into sight.
    pub fn reveal(&mut self, place: Point) {
        let Some(rect) = self.rect else { return };
        if !rect.shrink(24.0).contains(self.camera.on_screen(place, rect)) {
            self.camera.middle = vec2(place[0], place[1]);
            self.is_fitted = false;
        }
    }

    /// The node that is being moved, and where it is.
    pub fn moved(&self) -> Option<(u32, Point)> {
        self.moved
    }

    /// Draws the picture.
    pub fn draw(&mut self, ui: &Ui, response: &Response, look: &Look<'_>) {
        let painter = ui.painter_at(look.canvas);
        let now = ui.input(|i| i.time);
        let is_moving = self.moved_at.is_some_and(|at| now - at < REST_S);
        let is_plain = is_moving && paint::is_large(look);
        paint::outlines(&painter, look, is_plain);
        self.thinned = (paint::lines(&painter, look, &mut self.cloth, is_moving), is_moving);
        if is_moving && (is_plain || self.thinned.0 > 0) {
            ui.ctx().request_repaint_after_secs(REST_S as f32);
        }
        paint::nodes(&painter, look, &mut self.cloth, is_moving);
        labels::paint(&painter, look);
        if let Some(lasso) = &self.lasso {
            let line = Stroke::new(1.5, look.theme.accent);
            painter.add(Shape::dashed_line(lasso, line, 5.0, 4.0));
        }
        if response.has_focus() {
            let line = Stroke::new(1.0, look.theme.accent_line);
            painter.rect_stroke(look.canvas.shrink(1.0), 6.0, line, egui::StrokeKind::Inside);
        }
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &look.made.words));
        let is_grabbed = response.dragged() && self.lasso.is_none();
        if is_grabbed {
            ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
        } else if self.hovered.is_some() {
            ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
        }
    }
}

fn clicked(look: &Look<'_>, at: Pos2, modifiers: Modifiers) -> Did {
    let more = modifiers.command || modifiers.ctrl || modifiers.shift;
    if let Some(node) = look.node_at(at) {
        Did::Pick { node, more }
    } else if let Some(line) = look.line_at(at) {
        Did::Line(line)
    } else if let Some(block) = look.block_at(at) {
        Did::Block(block)
    } else {
        Did::Nothing
    }
}

/// The nodes whose middle lies inside a line that is drawn around them.
fn inside(lasso: &[Pos2], look: &Look<'_>) -> BTreeSet<u32> {
    let all = 0..look.made.picture.nodes.len() as u32;
    all.filter(|node| is_inside(lasso, look.at(*node))).collect()
}

/// Whether a point lies inside a polygon, by how often a ray to the right crosses it.
fn is_inside(polygon: &[Pos2], at: Pos2) -> bool {
    let Some(last) = polygon.last() else { return false };
    let mut from = *last;
    let mut inside = false;
    for to in polygon {
        if (from.y > at.y) != (to.y > at.y) {
            let x = from.x + (at.y - from.y) / (to.y - from.y) * (to.x - from.x);
            inside ^= at.x < x;
        }
        from = *to;
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    #[test]
    fn a_line_drawn_around_points_holds_those_inside_even_where_it_is_bent_inward() {
        let bent = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (5.0, 4.0), (0.0, 10.0)]
            .map(|(x, y)| pos2(x, y));
        assert!(is_inside(&bent, pos2(2.0, 2.0)));
        assert!(is_inside(&bent, pos2(9.0, 7.0)));
        assert!(!is_inside(&bent, pos2(5.0, 8.0)), "in the notch");
        assert!(!is_inside(&bent, pos2(-1.0, 5.0)));
        assert!(!is_inside(&[], pos2(0.0, 0.0)));
    }
}

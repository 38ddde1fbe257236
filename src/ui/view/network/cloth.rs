//! Meshes of thousands of lines and dots that are filled anew in each frame, in the memory of the
//! frame before: asking for megabytes anew costs more than filling them.

use std::sync::Arc;

use egui::epaint::Mesh;
use egui::{Painter, Shape};

/// What is drawn as one.
#[derive(Default)]
pub struct Cloth {
    /// Lines.
    pub lines: Woven,
    /// Nodes that are dots.
    pub dots: Woven,
}

/// A mesh.
#[derive(Default)]
pub struct Woven(Arc<Mesh>);

impl Woven {
    /// Fills it anew, and paints it where anything is in it.
    pub fn fill(&mut self, painter: &Painter, fill: impl FnOnce(&mut Mesh)) {
        // Whoever still holds the last one keeps it as it was.
        if Arc::get_mut(&mut self.0).is_none() {
            self.0 = Arc::default();
        }
        let Some(mesh) = Arc::get_mut(&mut self.0) else { return };
        mesh.clear();
        fill(mesh);
        if !mesh.is_empty() {
            painter.add(Shape::Mesh(Arc::clone(&self.0)));
        }
    }
}

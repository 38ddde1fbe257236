//! Pictures of findings: what was observed against what chance gives, painted.

mod axis;
mod bars;
mod card;
mod curve;
mod frame;
mod ink;
mod key;
#[cfg(test)]
mod look;
mod matrix;
mod point;
mod raster;
mod spans;
#[cfg(test)]
mod tests;

use egui::Ui;

use crate::detect::exhibit::{Exhibit, Picture};
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::text;

/// Between the title, the picture and the key, points.
const GAP: f32 = 6.0;

/// Draws it in the width that there is; what is clicked is asked of the scene.
pub fn show(ui: &mut Ui, exhibit: &Exhibit, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    ui.push_id(&exhibit.title, |ui| {
        ui.spacing_mut().item_spacing.y = GAP;
        text::wrapped(ui, Face::Column.text(exhibit.title.as_str()).color(theme.muted));
        let name = format!("{}. {}", exhibit.title, exhibit.summary);
        match &exhibit.picture {
            Picture::Raster(raster) => raster::show(ui, raster, &name, scene),
            Picture::Curve(curve) => curve::show(ui, curve, &name, scene),
            Picture::Bars(bars) => bars::show(ui, bars, &name, scene),
            Picture::Card(card) => card::show(ui, card, &name, scene),
            Picture::Matrix(matrix) => matrix::show(ui, matrix, &name, scene),
            Picture::Spans(spans) => spans::show(ui, spans, &name, scene),
        }
        key::show(ui, &exhibit.key);
    });
}

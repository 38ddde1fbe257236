//! The colours of cells. Large ones are rectangles of one mesh; small ones are points of a texture,
//! made once for each zoom, and where a cell is smaller than a point on screen the highest of
//! several counts.

use egui::{
    Color32, ColorImage, Mesh, Painter, Pos2, Rect, Shape, TextureHandle, TextureOptions, Ui, Vec2,
    pos2,
};
use rayon::prelude::*;

use super::Grid;
use super::frame::Frame;
use crate::ui::theme::Theme;

/// Cells from this size on are rectangles, points.
const LARGE: f32 = 5.0;
/// Cells from this size on have a gap between each other, points: in smaller ones it would be a
/// lattice and nothing else.
const GAPPED: f32 = 9.0;
/// Colours of the ramp.
const STEPS: usize = 256;
/// How far the ramp goes up to what chance gives.
const USUAL: f32 = 0.14;

/// Colours from nothing to full, even to the eye.
#[derive(Clone, Debug)]
pub struct Ramp {
    colors: Vec<Color32>,
    top: f32,
    usual: f32,
    /// What was not compared.
    none: Color32,
    /// The diagonal.
    own: Color32,
}

impl Ramp {
    fn new(theme: &Theme, grid: &Grid<'_>) -> Self {
        let (from, to) = (Lab::of(theme.panel), Lab::of(theme.copper));
        let color = |at: usize| from.towards(&to, at as f32 / (STEPS - 1) as f32).color();
        let top = if grid.top > 0.0 { grid.top } else { 1.0 };
        let usual = grid.usual.map_or(0.0, |(usual, _)| usual).clamp(0.0, 0.9 * top);
        let colors = (0..STEPS).map(color).collect();
        Self { colors, top, usual, none: theme.bg, own: theme.line }
    }

    /// How far along the ramp a value is, 0…1.
    fn share(&self, value: f32) -> f32 {
        let first = if self.usual > 0.0 { USUAL } else { 0.0 };
        match value > self.usual {
            true => first + (1.0 - first) * (value - self.usual) / (self.top - self.usual),
            false => first * value / self.usual.max(f32::MIN_POSITIVE),
        }
    }

    /// The colour of a value.
    pub fn color(&self, value: f32) -> Color32 {
        if value.is_nan() {
            return self.none;
        }
        let at = (self.share(value).clamp(0.0, 1.0) * (STEPS - 1) as f32).round() as usize;
        self.colors.get(at).copied().unwrap_or(self.none)
    }
}

/// A colour in Oklab (B. Ottosson, 2020), in which equal steps look equal.
struct Lab([f32; 3]);

impl Lab {
    fn of(color: Color32) -> Self {
        let linear = |c: u8| {
            let c = f32::from(c) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let [r, g, b] = [color.r(), color.g(), color.b()].map(linear);
        let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
        let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
        let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
        Self([
            0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
            1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
            0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
        ])
    }

    fn towards(&self, other: &Self, share: f32) -> Self {
        Self(std::array::from_fn(|i| self.0[i] + (other.0[i] - self.0[i]) * share))
    }

    fn color(&self) -> Color32 {
        let [light, a, b] = self.0;
        let l = (light + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
        let m = (light - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
        let s = (light - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
        let gamma = |c: f32| {
            let c = c.clamp(0.0, 1.0);
            let c = if c <= 0.003_130_8 { 12.92 * c } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 };
            (c * 255.0).round() as u8
        };
        Color32::from_rgb(
            gamma(4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_93 * s),
            gamma(-1.268_438 * l + 2.609_757_4 * m - 0.341_319_4 * s),
            gamma(-0.004_196_086 * l - 0.703_418_6 * m + 1.707_614_7 * s),
        )
    }
}

/// Of what a texture was made.
#[derive(Clone, Copy, PartialEq)]
struct Key {
    version: u64,
    step: [usize; 2],
    is_dark: bool,
}

/// What was made of the cells, for as long as it is the same.
#[derive(Default)]
pub struct Heat {
    ramp: Option<Ramp>,
    /// Of which version, and dark or light, the ramp is.
    of: Option<(u64, bool)>,
    kept: Option<(Key, TextureHandle)>,
}

impl Heat {
    /// The colours, once something was painted.
    pub fn ramp(&self) -> Option<&Ramp> {
        self.ramp.as_ref()
    }

    /// Paints the cells that are seen; how many columns and rows one point stands for.
    pub fn paint(&mut self, ui: &Ui, frame: &Frame, grid: &Grid<'_>, theme: &Theme) -> [usize; 2] {
        let of = (grid.version, theme.dark);
        if self.of != Some(of) {
            self.ramp = Some(Ramp::new(theme, grid));
            self.of = Some(of);
        }
        let Some(ramp) = &self.ramp else { return [1, 1] };
        let painter = ui.painter_at(frame.rect);
        if frame.cell.min_elem() >= LARGE {
            let scale = ui.ctx().pixels_per_point();
            painter.add(cells(frame, grid, ramp, scale));
            return [1, 1];
        }
        let step = steps(ui, frame);
        let key = Key { version: grid.version, step, is_dark: theme.dark };
        if self.kept.as_ref().is_none_or(|(known, _)| *known != key) {
            let image = image(grid, ramp, step);
            let texture = ui.ctx().load_texture("network matrix", image, TextureOptions::NEAREST);
            self.kept = Some((key, texture));
        }
        if let Some((_, texture)) = &self.kept {
            paint_texture(&painter, frame, texture, step);
        }
        step
    }
}

/// How many columns and rows come to one point: as many as share one on screen, or as a texture needs
/// that may only be so large.
fn steps(ui: &Ui, frame: &Frame) -> [usize; 2] {
    let largest = ui.input(|i| i.max_texture_side).clamp(256, 4096);
    let scale = ui.ctx().pixels_per_point();
    [0, 1].map(|axis| {
        let shared = (1.0 / (frame.cell[axis] * scale)).ceil().max(1.0) as usize;
        shared.max(frame.count[axis].div_ceil(largest))
    })
}

/// The rectangles of the cells that are seen, on whole points of the screen.
fn cells(frame: &Frame, grid: &Grid<'_>, ramp: &Ramp, scale: f32) -> Mesh {
    let mut mesh = Mesh::default();
    let snap = |x: f32| (x * scale).round() / scale;
    let gap = if frame.cell.min_elem() >= GAPPED { (1.0 / scale).max(0.5) } else { 0.0 };
    for row in frame.seen(1) {
        let (top, bottom) = (snap(frame.edge(1, row)), snap(frame.edge(1, row + 1)) - gap);
        let y = (top.max(frame.plot.top()), bottom.min(frame.plot.bottom()));
        for column in frame.seen(0) {
            let color = match grid.is_square && row == column {
                true => ramp.own,
                false => match grid.value(row, column) {
                    Some(value) if value <= 0.0 => continue,
                    value => ramp.color(value.unwrap_or(f32::NAN)),
                },
            };
            let left = snap(frame.edge(0, column)).max(frame.plot.left());
            let right = (snap(frame.edge(0, column + 1)) - gap).min(frame.plot.right());
            if left < right && y.0 < y.1 {
                let rect = Rect::from_min_max(pos2(left, y.0), pos2(right, y.1));
                mesh.add_colored_rect(rect, color);
            }
        }
    }
    mesh
}

/// The cells of a grid, which threads may share.
#[derive(Clone, Copy)]
struct Cells<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    is_square: bool,
}

/// All cells as points, the highest of those that share one.
fn image(grid: &Grid<'_>, ramp: &Ramp, step: [usize; 2]) -> ColorImage {
    let (rows, columns) = (grid.rows.len(), grid.columns.len());
    let cells = Cells { values: grid.cells, rows, columns, is_square: grid.is_square };
    let size = [columns.div_ceil(step[0]).max(1), rows.div_ceil(step[1]).max(1)];
    let mut colors = vec![ramp.none; size[0] * size[1]];
    let lines = colors.par_chunks_mut(size[0]).enumerate();
    lines.for_each(|(y, line)| cells.line(y, line, ramp, step));
    ColorImage::new(size, colors)
}

impl Cells<'_> {
    /// Colours a line of points.
    fn line(&self, y: usize, line: &mut [Color32], ramp: &Ramp, step: [usize; 2]) {
        let mut most = vec![f32::NAN; line.len()];
        let rows = y * step[1]..((y + 1) * step[1]).min(self.rows);
        for row in rows.clone() {
            let from = row * self.columns;
            let values = self.values.get(from..from + self.columns).unwrap_or_default();
            for ((x, part), most) in values.chunks(step[0]).enumerate().zip(&mut most) {
                let own = row.checked_sub(x * step[0]).filter(|_| self.is_square);
                let others = part.iter().enumerate().filter(|(at, _)| Some(*at) != own);
                *most = others.fold(*most, |most, (_, value)| most.max(*value));
            }
        }
        for ((x, color), most) in line.iter_mut().enumerate().zip(most) {
            let meets = self.is_square && rows.contains(&(x * step[0]));
            *color = if meets && most.is_nan() { ramp.own } else { ramp.color(most) };
        }
    }
}

/// Paints what is seen of a texture of all cells.
fn paint_texture(painter: &Painter, frame: &Frame, texture: &TextureHandle, step: [usize; 2]) {
    let size = texture.size();
    let all = Vec2::from(std::array::from_fn(|axis| (size[axis] * step[axis]) as f32));
    let place = |at: Vec2| -> Pos2 { (at / all).to_pos2() };
    let uv = Rect::from_min_max(place(frame.at), place(frame.at + frame.plot.size() / frame.cell));
    painter.add(Shape::image(texture.id(), frame.plot, uv, Color32::WHITE));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::{DARK, LIGHT};

    #[test]
    fn a_colour_survives_the_way_there_and_back_and_the_ramp_ends_in_copper() {
        for theme in [&DARK, &LIGHT] {
            for color in [theme.copper, theme.panel, theme.text] {
                assert_eq!(Lab::of(color).color(), color);
            }
            let halfway = Lab::of(theme.panel).towards(&Lab::of(theme.copper), 0.5).color();
            let light = |color| Lab::of(color).0[0];
            let steps =
                (light(theme.panel) - light(halfway)) - (light(halfway) - light(theme.copper));
            assert!(steps.abs() < 0.01, "even to the eye");
        }
    }

    #[test]
    fn the_highest_of_several_cells_is_drawn_and_the_diagonal_is_none_of_them() {
        let ramp = Ramp {
            colors: (0..STEPS).map(|i| Color32::from_gray(i as u8)).collect(),
            top: 1.0,
            usual: 0.0,
            none: Color32::RED,
            own: Color32::BLUE,
        };
        let nan = f32::NAN;
        let values =
            [1.0, 0.2, nan, nan, 0.2, 1.0, nan, nan, nan, nan, 1.0, 0.6, nan, nan, 0.6, 1.0];
        let cells = Cells { values: &values, rows: 4, columns: 4, is_square: true };
        let mut line = [Color32::GREEN; 2];
        cells.line(1, &mut line, &ramp, [2, 2]);
        assert_eq!(line, [Color32::RED, Color32::from_gray(153)]);
        let mut line = [Color32::GREEN; 4];
        cells.line(0, &mut line, &ramp, [1, 1]);
        let gray = Color32::from_gray(51);
        assert_eq!(line, [Color32::BLUE, gray, Color32::RED, Color32::RED]);
    }
}

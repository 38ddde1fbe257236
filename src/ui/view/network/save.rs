//! The picture as a file: what is seen as SVG or PNG, its nodes and lines as GEXF, GraphML or CSV.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use egui::layers::ShapeIdx;
use egui::{ColorImage, Rect, Ui};

use crate::model::Time;
use crate::network::export::{self, Cell, Column, Node, Sheet, Type, gexf, graphml};
use crate::network::layout::Point;
use crate::network::picture::{Drawn, Line, Since, What};
use crate::report::csv::Table;
use crate::ui::theme::Theme;
use crate::ui::widget::svg::svg;

use super::desk::Made;
use super::labels::full_name;

/// The columns of the lines.
const COLUMNS: [&str; 7] = ["from", "to", "type", "ties", "records", "weight_nats", "first_seen"];

/// What became of saving: where it lies and what it lacks, or why it failed.
pub type Saved = Result<(PathBuf, Option<String>), String>;

/// Saving that waits for the screen.
#[derive(Default)]
pub struct Saving {
    /// Where it is to go, with the next frame.
    wanted: Option<PathBuf>,
    /// The screen, where it was asked for.
    screen: Option<(PathBuf, Rect, f32, Receiver<Arc<ColorImage>>)>,
}

impl Saving {
    /// Has the picture written when it is drawn next. The ending of the path says how.
    pub fn ask(&mut self, path: PathBuf) {
        self.wanted = Some(path);
    }

    /// Whether the shapes of this frame are wanted; where they begin.
    pub fn begin(&self, ui: &Ui) -> Option<ShapeIdx> {
        self.wanted.is_some().then(|| ui.painter().add(egui::Shape::Noop))
    }

    /// Writes what was drawn since `from` within a rectangle; what became of it, once it is known.
    pub fn end(
        &mut self,
        ui: &Ui,
        from: Option<ShapeIdx>,
        rect: Rect,
        (made, ids): (&Made, &[String]),
    ) -> Option<Saved> {
        if let Some(saved) = self.poll(ui) {
            return Some(saved);
        }
        let (from, path) = (from?, self.wanted.take()?);
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("gexf") => {
                let sheet = graph(made, ids);
                Some(write(&path, |out| gexf::write(out, &sheet)).map(|()| (path, None)))
            }
            Some("graphml") => {
                let sheet = graph(made, ids);
                Some(write(&path, |out| graphml::write(out, &sheet)).map(|()| (path, None)))
            }
            Some("csv") => Some(write(&path, |out| lines(out, made, ids)).map(|()| (path, None))),
            Some("png") => {
                let (send, receive) = sync_channel(1);
                let ctx = ui.ctx().clone();
                ui.ctx().request_screenshot(move |image| {
                    let _ = send.try_send(image);
                    ctx.request_repaint();
                });
                self.screen = Some((path, rect, ui.pixels_per_point(), receive));
                None
            }
            _ => {
                let path = if ending.is_some() { path } else { path.with_extension("svg") };
                Some(shapes(ui, from, rect, &path).map(|lacks| (path, lacks)))
            }
        }
    }

    /// Writes the screen, when it has come.
    fn poll(&mut self, ui: &Ui) -> Option<Saved> {
        let (path, rect, pixels_per_point, receive) = self.screen.as_ref()?;
        let Ok(image) = receive.try_recv() else {
            ui.ctx().request_repaint_after_secs(0.05);
            return None;
        };
        let part = image.region(rect, Some(*pixels_per_point));
        let saved = write(path, |out| png(out, &part)).map(|()| (path.clone(), None));
        self.screen = None;
        Some(saved)
    }
}

fn shapes(ui: &Ui, from: ShapeIdx, rect: Rect, path: &Path) -> Result<Option<String>, String> {
    let layer = ui.layer_id();
    let all = ui.ctx().graphics(|graphics| {
        let list = graphics.get(layer)?;
        Some(list.all_entries().skip(from.0).cloned().collect::<Vec<_>>())
    });
    let ground = Theme::of(ui).panel;
    let words = "A network of accounts and what they have in common, as seen in Stillwatch";
    let picture = svg(&all.unwrap_or_default(), rect, ground, "Network", words);
    write(path, |out| out.write_all(picture.text.as_bytes()))?;
    Ok((picture.left_out > 0).then(|| format!("{} shapes are not in it", picture.left_out)))
}

fn write(
    path: &Path,
    contents: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), String> {
    let failed = |error: io::Error| format!("{}: {error}", path.display());
    let mut out = io::BufWriter::new(std::fs::File::create(path).map_err(failed)?);
    contents(&mut out).and_then(|()| out.flush()).map_err(failed)
}

fn png(out: &mut dyn Write, image: &ColorImage) -> io::Result<()> {
    let [width, height] = image.size;
    let mut encoder = png::Encoder::new(out, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let pixels: Vec<u8> = image.pixels.iter().flat_map(|p| [p.r(), p.g(), p.b()]).collect();
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    Ok(writer.finish()?)
}

fn lines(out: &mut dyn Write, made: &Made, ids: &[String]) -> io::Result<()> {
    let mut table = Table::new(out, &COLUMNS)?;
    let node = |at: u32| full_name(&made.whole, &made.picture.nodes[at as usize], ids);
    for line in &made.picture.lines {
        table.text(&node(line.a))?;
        table.text(&node(line.b))?;
        table.text(line.evidence.name())?;
        table.ours(line.ties)?;
        table.ours(line.rows)?;
        table.ours(format_args!("{:.4}", line.weight))?;
        table.number((line.since != Since::MAX).then_some(Time(line.since)))?;
        table.end_row()?;
    }
    table.finish().map(|_| ())
}

/// What is seen as a graph, with the places of its nodes.
fn graph(made: &Made, ids: &[String]) -> Sheet {
    const fn column(name: &'static str, holds: Type) -> Column {
        Column { name, holds }
    }
    let node = |(drawn, place): (&Drawn, &Point)| Node {
        place: Some(*place),
        radius: Some(drawn.radius),
        ..Node::new(full_name(&made.whole, drawn, ids), cells(drawn))
    };
    let line = |line: &Line| export::Line {
        a: line.a as usize,
        b: line.b as usize,
        weight: line.weight,
        cells: vec![
            Cell::text(line.evidence.name()),
            u64::from(line.ties).into(),
            line.rows.into(),
        ],
    };
    Sheet {
        title: "Network".into(),
        description: "A network of accounts and what they have in common, as seen in Stillwatch"
            .into(),
        node_columns: vec![
            column("type", Type::Text),
            column("accounts", Type::Whole),
            column("level", Type::Text),
        ],
        line_columns: vec![
            column("type", Type::Text),
            column("ties", Type::Whole),
            column("records", Type::Whole),
        ],
        nodes: made.picture.nodes.iter().zip(&made.places).map(node).collect(),
        lines: made.picture.lines.iter().map(line).collect(),
        ..Sheet::default()
    }
}

fn cells(drawn: &Drawn) -> Vec<Cell> {
    let (kind, level) = match drawn.what {
        What::Accounts => ("account", Cell::text(drawn.level.as_str())),
        What::Things(evidence) | What::Common(evidence) => (evidence.name(), Cell::None),
    };
    vec![Cell::text(kind), u64::from(drawn.accounts).into(), level]
}

/// A free path beside a case: `autumn-network.svg`, `autumn-network-2.svg`.
pub fn beside(case: &Path) -> PathBuf {
    let stem = case.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    let named = |n: u32| match n {
        1 => case.with_file_name(format!("{stem}-network.svg")),
        n => case.with_file_name(format!("{stem}-network-{n}.svg")),
    };
    (1..).map(named).find(|path| !path.exists()).unwrap_or_else(|| named(1))
}

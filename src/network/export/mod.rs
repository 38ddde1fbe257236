//! A network as files that other programs read.

pub mod gexf;
pub mod graphml;
pub mod places;
pub mod xml;

use std::fmt;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Text,
    /// A whole number, 0 or more.
    Whole,
    /// A number.
    Real,
}

/// A column that nodes or lines have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Type,
}

/// A value of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// A whole number.
    Whole(u64),
    /// A number; what is no number is written as if it were not known.
    Real(f64),
    /// Not known, or not of this node or line.
    None,
}

impl Cell {
    /// A text, or nothing where it is empty.
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::None } else { Self::Text(text.to_owned()) }
    }

    /// A value that may not be known.
    pub fn known<T: Into<Self>>(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }

    fn is_known(&self) -> bool {
        match self {
            Self::None => false,
            Self::Real(value) => value.is_finite(),
            Self::Text(_) | Self::Whole(_) => true,
        }
    }
}

impl From<u64> for Cell {
    fn from(value: u64) -> Self {
        Self::Whole(value)
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Whole(value) => write!(f, "{value}"),
            // The shortest digits that read back as the same number.
            Self::Real(value) => write!(f, "{value}"),
            Self::None => Ok(()),
        }
    }
}

/// A node.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is called.
    pub label: String,
    /// A cell for each of [`Sheet::node_columns`].
    pub cells: Vec<Cell>,
    /// Where it stands, px; y points down.
    pub place: Option<[f32; 2]>,
    /// How large it is drawn, px.
    pub radius: Option<f32>,
    /// Its colour, sRGB.
    pub color: Option<[u8; 3]>,
}

impl Node {
    /// A node that says nothing of how it is drawn.
    pub fn new(label: impl Into<String>, cells: Vec<Cell>) -> Self {
        Self { label: label.into(), cells, place: None, radius: None, color: None }
    }

    /// The place as Gephi has it, whose y points up; none where it is not finite.
    fn upright(&self) -> Option<[f32; 2]> {
        let place = self.place.filter(|place| place.iter().all(|value| value.is_finite()));
        place.map(upright)
    }

    /// The radius, where it is one.
    fn size(&self) -> Option<f32> {
        self.radius.filter(|radius| radius.is_finite() && *radius >= 0.0)
    }

    /// Whether it says anything of how it is drawn.
    fn is_drawn(&self) -> bool {
        self.upright().is_some() || self.size().is_some() || self.color.is_some()
    }
}

/// The same place with y the other way; no -0.
fn upright([x, y]: [f32; 2]) -> [f32; 2] {
    [x + 0.0, 0.0 - y]
}

/// A line between two nodes, without a direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// One of them, by position.
    pub a: usize,
    /// The other one.
    pub b: usize,
    /// How much it says, nats; 0 where it ties nobody.
    pub weight: f64,
    /// A cell for each of [`Sheet::line_columns`].
    pub cells: Vec<Cell>,
}

/// A graph to be written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// What it is.
    pub title: String,
    /// What it holds and what it leaves out.
    pub description: String,
    /// The day of it, `2026-03-01`.
    pub day: String,
    /// Columns of nodes besides the label.
    pub node_columns: Vec<Column>,
    /// Columns of lines besides the weight.
    pub line_columns: Vec<Column>,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The lines.
    pub lines: Vec<Line>,
}

#[cfg(test)]
mod tests;

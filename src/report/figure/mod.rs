//! Figures: drawn once with plotters, generic over its backend; written as SVG and set into the
//! pages as vectors.

pub mod activity;
pub mod bins;
pub mod canvas;
mod exhibit;
pub mod palette;
mod svg;
pub mod timeline;
pub mod top;

use serde::Serialize;

pub use bins::Bins;
pub use exhibit::exhibit_svg;

use super::ReportError;
use super::text::count;

/// Width of every figure: the text width of an A4 page of the report, pt.
pub const WIDTH_PT: f64 = 501.0;

/// What a figure shows and how it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Caption {
    /// File in the package, `figures/NAME.svg`.
    pub file: String,
    /// What it shows, as a heading.
    pub title: String,
    /// The same for readers who do not see it, with its main numbers.
    pub alt: String,
    /// The filter of its rows, as it is typed; empty for the whole case.
    pub filter: String,
    /// What is counted of them, by what.
    pub counts: String,
    /// How many rows that is.
    pub rows: u64,
    /// How many there are in the case.
    pub rows_in_case: u64,
}

impl Caption {
    /// What made it, in a line: `account:ac001 · exchanges by 6 h of time · 12 of 600 rows`.
    pub fn query(&self) -> String {
        let filter = if self.filter.is_empty() { "whole case" } else { &self.filter };
        let (rows, all) = (count(self.rows), count(self.rows_in_case));
        format!("{filter} · {} · {rows} of {all} rows", self.counts)
    }
}

/// A drawn figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What it shows.
    pub caption: Caption,
    /// The file.
    pub svg: String,
}

/// The list of figures as `figures/index.json`.
pub fn index(figures: &[Figure]) -> Vec<u8> {
    let captions: Vec<&Caption> = figures.iter().map(|f| &f.caption).collect();
    let mut bytes = serde_json::to_vec_pretty(&captions).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// Draws the timeline as SVG.
///
/// # Errors
/// [`ReportError::Figure`].
pub fn timeline_svg(
    data: &timeline::Timeline<'_>,
    caption: Caption,
) -> Result<Figure, ReportError> {
    svg::draw(caption, (WIDTH_PT, timeline::HEIGHT_PT), |canvas| timeline::paint(data, canvas))
}

/// Draws the top accounts as SVG.
///
/// # Errors
/// [`ReportError::Figure`].
pub fn top_svg(data: &top::Top, caption: Caption) -> Result<Figure, ReportError> {
    svg::draw(caption, (WIDTH_PT, data.height_pt()), |canvas| top::paint(data, canvas))
}

/// Draws one account's activity as SVG.
///
/// # Errors
/// [`ReportError::Figure`].
pub fn activity_svg(
    data: &activity::Activity<'_>,
    caption: Caption,
) -> Result<Figure, ReportError> {
    svg::draw(caption, (WIDTH_PT, activity::HEIGHT_PT), |canvas| activity::paint(data, canvas))
}

//! The kinds of pictures there are: what is drawn, as numbers, without a word about how.

pub mod bars;
pub mod card;
pub mod curve;
pub mod matrix;
pub mod moment;
pub mod raster;
pub mod spans;

pub use bars::{Bar, Bars};
pub use card::{Card, Holder, Part};
pub use curve::{Band, BandPoint, Curve, Series, Spot, Style};
pub use matrix::Matrix;
pub use moment::{Moment, Occasion};
pub use raster::{Ghost, Lane, Mark, Order, Raster, Thread};
pub use spans::{Span, Spans};

/// What a mark stands for. Colours are the window's and the report's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ink {
    /// What the finding speaks of.
    Cited,
    /// Other traffic of the same accounts, or what was before.
    Other,
    /// What chance gives, or everybody else.
    Null,
    /// What was refused, or stopped.
    Refused,
}

//! Original records on screen.

mod find;
mod light;
mod lines;
mod panel;
mod shape;
mod visible;

pub use find::{Found, find};
pub use light::light;
pub use panel::{Host, RawAction, RawState, RawText, SameCall, View, show};
pub use shape::{Kind, Line, MOST_SHOWN, Paths, Shaped, Token, as_written, shape, wrap};
pub use visible::{hides, visible_lines, visible_text};

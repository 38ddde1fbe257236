//! Original records on screen.

mod light;
mod panel;
mod shape;
mod visible;

pub use light::light;
pub use panel::{RawAction, RawText, SameCall, show};
pub use shape::{Kind, Line, MOST_SHOWN, Shaped, Token, shape, wrap};
pub use visible::{hides, visible_text};

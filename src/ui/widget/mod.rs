//! The few widgets everything is made of. Each has an accessible name.

pub mod bar;
pub mod button;
pub mod card;
pub mod complete;
pub mod drop;
pub mod families;
pub mod glyph;
pub mod hold;
pub mod level;
pub mod outline;
pub mod place;
mod question;
mod scrolled;
pub mod stat;
pub mod text;

pub use button::{Press, key_cap, link};
pub use card::{Card, card};
pub use complete::complete;
pub use drop::drop_down;
pub use hold::hold;
pub use question::question;
pub use scrolled::scrolled;
pub mod number;
pub mod raw;
pub mod sparkline;
pub mod svg;
pub mod table;
pub mod template;
pub mod timeline;

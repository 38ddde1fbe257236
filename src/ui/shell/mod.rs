//! What is always there: bars, navigation, and what opens over the screen.

mod help;
mod navigation;
mod notice;
mod omnibox;
mod palette;
mod pills;
mod status_bar;
mod top_bar;

pub use help::help;
pub use navigation::navigation;
pub use notice::notices;
pub use omnibox::Omnibox;
pub use palette::{Chosen, Palette};
pub use status_bar::status_bar;
pub use top_bar::top_bar;

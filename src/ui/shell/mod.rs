//! What is always there: bars, navigation, and what opens over the screen.

mod below;
mod cited;
mod help;
mod kept;
mod loading;
mod navigation;
mod notice;
mod omnibox;
mod palette;
mod parting;
mod path_prompt;
mod pills;
mod place;
mod save_view;
mod status_bar;
mod suggest;
mod top_bar;
mod zones;

pub use help::help;
pub use loading::{loading, loading_beside};
pub use navigation::navigation;
pub use notice::notices;
pub use omnibox::Omnibox;
pub use palette::{Chosen, Palette};
pub use parting::{Parting, ask_leave};
pub use path_prompt::{Given, PathPrompt};
pub use place::{Place, ask_where};
pub use save_view::{SaveView, Saving};
pub use status_bar::status_bar;
pub use top_bar::top_bar;
pub use zones::Zones;

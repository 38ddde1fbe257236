//! The window: the only place that knows egui.
//!
//! Views read the case and one shared [`ViewState`], and push [`Action`]s; [`App`] applies them
//! in one place, in order, before the next frame. Nothing in a frame does I/O or touches every
//! event: what takes longer is a [`Job`](crate::job::Job) or a [`Latest`] answer.

pub mod command;
pub mod latest;
pub mod layout;
pub mod state;
pub mod theme;
pub mod widget;

pub use command::Command;
pub use latest::Latest;
pub use state::{Action, Hover, Screen, Selection, ViewState};

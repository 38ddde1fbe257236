//! What is seen of a network: never all of it. Clusters are one node until they are opened, accounts
//! and what they share are folded, and every step of opening, folding and dismissing is a [`Sketch`]
//! of its own, so that each can be taken back.
//!
//! [`Whole`] holds everything that could be seen, [`Sketch`] what the analyst made of it, and
//! [`Picture`] what follows from both: nodes, lines, and how many are left out.

pub mod arrange;
mod bundle;
mod drawn;
mod evidence;
mod hold;
pub mod hull;
mod kept;
mod reach;
pub mod route;
mod sketch;
mod steps;
#[cfg(test)]
mod testing;
mod whole;

pub use drawn::{Drawn, Line, Picture, What};
pub use evidence::Evidence;
pub use hold::holds;
pub use kept::Kept;
pub use reach::{Offer, offers};
pub use route::{Route, route};
pub use sketch::{Group, Key, Sketch};
pub use whole::{Block, Pair, Since, Thing, Whole};

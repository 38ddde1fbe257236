//! Networks in a weighted graph of accounts: communities, how sure each member is, what holds
//! them together, and the path of evidence between two members.

mod aggregate;
pub mod graph;
pub mod leiden;
mod moving;
pub mod path;
mod refine;
pub mod stability;
#[cfg(test)]
mod tests;
pub mod weak;

pub use graph::Graph;
pub use leiden::{Partition, leiden};

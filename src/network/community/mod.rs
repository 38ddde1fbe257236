//! Networks in a weighted graph of accounts: communities, how sure each member is, what holds
//! them together, and the path of evidence between two members.

mod aggregate;
mod connect;
pub mod graph;
mod gumbel;
#[cfg(test)]
mod hostile;
pub mod leiden;
mod moving;
mod numbering;
pub mod path;
mod queue;
mod refine;
pub mod stability;
mod sums;
#[cfg(test)]
mod tests;
pub mod weak;

pub use graph::Graph;
pub use leiden::{Partition, leiden};

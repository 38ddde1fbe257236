//! The network of accounts: communities in a weighted graph, and how it is laid out.
//!
//! Everything here is a pure function of its inputs; seeds are parameters.

pub mod community;

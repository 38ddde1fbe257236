//! The network of accounts: what ties them, communities, how it is laid out, and what is seen of it.
//!
//! Everything here is a pure function of its inputs; seeds are parameters.

pub mod bipartite;
pub mod community;
pub mod export;
pub mod gateways;
pub mod kind;
pub mod layout;
pub mod matrix;
pub mod peers;
pub mod picture;

pub use bipartite::{Attributes, Holder, Indicator, Limits, Network, Standing};
pub use kind::Kind;

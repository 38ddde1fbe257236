//! From where and with what.

pub mod dense_block;
pub mod pathways;

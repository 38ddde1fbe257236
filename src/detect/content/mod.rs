//! What was asked: evidence that answers are collected, and content that ties accounts.

pub mod concentration;
mod contrast;
pub mod intent;
pub mod replay;
pub mod shards;
pub mod shared_templates;

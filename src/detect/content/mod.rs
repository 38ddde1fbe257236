//! What was asked: evidence that answers are collected, and content that ties accounts.

pub(crate) mod asking;
mod bundles;
pub mod concentration;
mod contrast;
mod dealt_out;
pub mod harvest_shape;
pub mod injected;
pub mod intent;
pub mod judge;
mod profile;
mod rarity;
pub mod relay;
pub mod replay;
pub mod shards;
pub mod shared_templates;
pub mod subject;
pub mod sweep;
pub mod system_prompt;

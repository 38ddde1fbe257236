//! How the window was left, which a case keeps without a word in the journal: nothing depends on it.

use crate::store::{CaseFile, StoreError};

/// The setting that holds the layout of Explore.
const EXPLORE: &str = "explore_layout";
/// The setting that holds the picture of the network.
const NETWORK: &str = "network_picture";

/// What the screens were left as; `None` where the analyst changed nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The tiles of Explore.
    pub explore: Option<String>,
    /// The picture of the network.
    pub network: Option<String>,
}

impl Layout {
    /// What a case keeps.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn of(file: &CaseFile) -> Result<Self, StoreError> {
        Ok(Self { explore: file.setting(EXPLORE)?, network: file.setting(NETWORK)? })
    }

    /// Keeps it in a case that was closed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep(&self, file: &mut CaseFile) -> Result<(), StoreError> {
        file.transaction(|tx| {
            tx.set_setting(EXPLORE, self.explore.as_deref())?;
            tx.set_setting(NETWORK, self.network.as_deref())
        })
    }
}

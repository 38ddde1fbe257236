//! Every account against every other.

use super::Lane;

/// Every account against every other. Symmetric; the diagonal is empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// The accounts, those that are alike beside each other.
    pub lanes: Vec<Lane>,
    /// Row by row; `None` where there is nothing to compare.
    pub values: Vec<Option<f32>>,
    /// What a value is: `share of ten-minute slots in common`.
    pub measure: String,
    /// The value that is drawn full.
    pub top: f32,
    /// What chance gives.
    pub usual: Option<f32>,
    /// How many accounts there are, and which are shown.
    pub note: String,
}

impl Matrix {
    /// The value of two lanes.
    pub fn get(&self, row: usize, column: usize) -> Option<f32> {
        self.values.get(row * self.lanes.len() + column).copied().flatten()
    }
}

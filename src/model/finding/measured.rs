//! What a detector measured of accounts before it spoke of any.

use serde::{Deserialize, Serialize};

/// What a detector measured of all accounts of which it can be said. Its sentences hold an account
/// or a cluster against it: whoever reads `3 % of all other accounts` finds here which they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Id of the detector.
    pub detector: String,
    /// What: `asks for it`.
    pub what: String,
    /// Account, by its position in the index, and value; rising by account. 1 and 0 where accounts do
    /// something or not.
    pub of: Vec<(u32, f64)>,
}

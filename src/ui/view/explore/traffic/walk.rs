//! The card driven through the accessibility tree.

//! The statistics that detectors are made of, one idea a file.
//!
//! Probabilities are natural logarithms wherever tails get small: `ln_…` functions stay exact
//! where the probability itself would be zero. Nothing here returns NaN: what cannot be computed
//! is `None`, and −∞ as the logarithm of a probability means that the event cannot happen.
//! Logarithms, exponentials and angles come from `libm`, not from the platform, so that the same
//! input gives the same bits everywhere.

pub mod beta_binomial;
pub mod binomial;
pub mod burstiness;
pub mod chi_square;
pub mod circular;
pub mod collisions;
pub mod combine;
pub mod divergence;
pub mod entropy;
pub mod gini;
pub mod hypergeometric;
pub mod interval;
mod mass;
pub mod multiple;
pub mod normal;
pub mod pelt;
pub mod poisson;
pub mod robust;
pub mod runs;
pub mod scan;
pub mod student;
mod tail;
#[cfg(test)]
mod tests;

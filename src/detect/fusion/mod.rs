//! Findings made a conclusion: scores for each of the two questions, a level, what it depends on.
//!
//! Within a family p values are combined after Cauchy, because detectors of one kind depend on
//! each other; across families after Stouffer. A level counts families, which is easier to explain
//! than any sum: two kinds of evidence that can be wrong for different reasons.

mod level;
mod score;
#[cfg(test)]
mod tests;

pub use level::{Case, level, without};
pub use score::{FamilyScores, Weighed, family_scores, log10_p, score};

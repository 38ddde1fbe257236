//! Findings made a conclusion: scores for each of the two questions, a level, what it depends on.
//!
//! Within a family p values of what was found are combined after Cauchy, because detectors of one
//! kind depend on each other: a scale to rank on. How likely chance gives all of it is another
//! question ([`super::chance`]). A level counts families, which is easier to explain than any sum:
//! two kinds of evidence that can be wrong for different reasons.

mod level;
mod score;
#[cfg(test)]
mod tests;

pub use level::{Among, Case, Condition, Controlled, RULE, conditions, level, without};
pub use score::{FamilyScores, HINT, Weighed, family_scores, score};

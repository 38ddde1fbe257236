//! Everything that needs the built program or more than one module.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

mod analyze;
mod bad_input;
mod bench_metrics;
mod benchmark;
mod book;
mod commands;
mod communities;
mod compare_truth;
mod containers;
mod extraction;
mod fuzz_corpus;
#[cfg(all(feature = "gui", feature = "pdf"))]
mod golden_walk;
mod help;
mod interrupted;
mod joins;
mod killed_edits;
mod layers;
mod mappings;
mod merge;
mod network;
mod no_time;
mod odd_cases;
mod package;
mod phrases;
mod real_findings;
mod real_logs;
mod real_vendors;
mod recompute;
mod redaction;
mod removed_rows;
mod sample;
mod signature;
mod statistics;
mod support;
mod tables;
mod templates;
mod text_logs;
mod turns;

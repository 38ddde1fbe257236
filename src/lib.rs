//! Stillwatch: a workbench for analysts who investigate suspected illicit distillation.
//!
//! ```text
//!             bytes on disk                              case file (SQLite)
//!                  │                                           ▲
//!    model ◄── ingest ───── blocks of exchanges ─── store ─────┘
//!      ▲                                              │ columns, dictionaries
//!      ├────────────── index ◄────────────────────────┘  in memory, immutable, Arc
//!      ├── network       what ties accounts, communities, layout, what is seen of it
//!      ├── detect        statistics, nulls, findings
//!      ├── compare       two selections side by side, effect sizes
//!      ├── case          edits, undo, journal, custody
//!      ├── report        figures, csv, pdf, package, verify
//!      ├── cli  ·  ui    the two front ends
//! ```
//!
//! Arrows point at what may be imported; `tests/it/layers.rs` holds the code to it.
//! `model` imports nothing of ours. Only `store` contains SQL. Only `ingest` reads
//! foreign bytes, but for places of a network's nodes (`network::export::places`). Only `ui` mentions egui. Only `cli` and `main` print.

pub mod case;
pub mod cli;
pub mod compare;
pub mod detect;
pub mod index;
pub mod ingest;
pub mod job;
pub mod model;
pub mod network;
pub mod report;
pub mod store;
pub mod synth;
#[cfg(feature = "gui")]
pub mod ui;

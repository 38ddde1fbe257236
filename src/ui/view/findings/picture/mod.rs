//! Pictures of proof.

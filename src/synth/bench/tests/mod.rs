//! What the benchmark promises.

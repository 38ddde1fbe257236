//! When: taking turns, acting at once, going on where another was stopped.

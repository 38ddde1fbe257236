//! Everything that needs the built program or more than one module.

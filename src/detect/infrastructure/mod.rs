//! From where and with what.

//! What releases, bans and policies did to accounts.

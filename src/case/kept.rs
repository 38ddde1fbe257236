//! What an open case keeps besides what was said of accounts.

use std::sync::Arc;

use super::OpenCase;
use crate::model::book::Book;
use crate::model::{SavedView, TimeNote};

impl OpenCase {
    /// What has been said of ranges of time, in the order written.
    pub fn time_notes(&self) -> &[TimeNote] {
        &self.time_notes
    }

    /// The id a new note on a range of time gets.
    pub fn next_time_note_id(&self) -> u64 {
        self.next_time_note_id
    }

    /// Views that have a name, in the order saved.
    pub fn saved_views(&self) -> &[SavedView] {
        &self.saved_views
    }

    /// The id a new saved view gets.
    pub fn next_saved_view_id(&self) -> u64 {
        self.next_saved_view_id
    }

    /// The case book, by id.
    pub fn book(&self) -> &Arc<Book> {
        &self.book
    }

    /// The id a new entry of the case book gets.
    pub fn next_book_id(&self) -> u64 {
        self.next_book_id
    }
}

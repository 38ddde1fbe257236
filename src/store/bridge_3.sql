-- Lets a case of schema 1 to 3 that may not be written be read like a current one: nothing was
-- written of ranges of time, and no view has a name.
CREATE TEMP TABLE time_note (
  time_note_id INTEGER PRIMARY KEY, start_us, end_us, text, at_us, actor, removed
);
CREATE TEMP TABLE saved_view (
  saved_view_id INTEGER PRIMARY KEY, name, text, state, rows, accounts, at_us, actor, removed
);
CREATE TEMP TABLE setting (name PRIMARY KEY, value);

-- From schema 3 to 4, but for the views: notes on ranges of time, views with a name, how the window
-- is laid out, and prompts grouped into templates.
-- What was written of ranges of time. A removed note stays, so that its id is never given again.
CREATE TABLE time_note (
  time_note_id INTEGER PRIMARY KEY AUTOINCREMENT,
  start_us     INTEGER NOT NULL,         -- first instant inside
  end_us       INTEGER NOT NULL,         -- first instant after
  text         TEXT NOT NULL,
  at_us        INTEGER NOT NULL,
  actor        TEXT NOT NULL,
  removed      INTEGER NOT NULL DEFAULT 0
);

-- Views that were given a name. A removed one stays, so that its id is never given again.
CREATE TABLE saved_view (
  saved_view_id INTEGER PRIMARY KEY AUTOINCREMENT,
  name          TEXT NOT NULL,
  text          TEXT NOT NULL,           -- a remark
  state         TEXT NOT NULL,           -- filter, range of time, zoom, selection: JSON
  rows          INTEGER NOT NULL,        -- shown when it was saved
  accounts      INTEGER NOT NULL,        -- likewise
  at_us         INTEGER NOT NULL,
  actor         TEXT NOT NULL,
  removed       INTEGER NOT NULL DEFAULT 0
);

-- How the window is laid out; nothing that anything is concluded from.
CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- Prompts grouped into templates: how, and over what. One row, or none before it was ever done.
CREATE TABLE template_run (
  template_run_id INTEGER PRIMARY KEY,
  version         INTEGER NOT NULL,      -- of the method
  parameters      TEXT NOT NULL,
  at_us           INTEGER NOT NULL,
  up_to           INTEGER NOT NULL,      -- last event that was read: later ones have no template
  events          INTEGER NOT NULL,      -- exchanges there were, or whatever else is counted
  prompts         INTEGER NOT NULL,      -- of them, those with a prompt
  in_templates    INTEGER NOT NULL,      -- of these, those of a template
  left_out        INTEGER NOT NULL       -- templates found and not kept: there are too many
);

-- A template: text that is the same in many prompts, and slots. Counted are exchanges, each with the
-- prompt of a record that is joined with it where its own has none.
CREATE TABLE template (
  template      INTEGER PRIMARY KEY,     -- from 1, that of most prompts read first
  text          TEXT NOT NULL,           -- on one line, … for slots
  events        INTEGER NOT NULL,
  accounts      INTEGER NOT NULL,
  first_seen_us INTEGER,
  last_seen_us  INTEGER
);

-- Its fixed texts and slots, in their order. With what stands in the slots they are the prompt.
CREATE TABLE template_piece (
  template INTEGER NOT NULL REFERENCES template,
  position INTEGER NOT NULL,             -- from 0
  fixed    TEXT,                         -- NULL for a slot
  distinct_values INTEGER,               -- of a slot
  is_estimate     INTEGER,               -- 1 where that is not exact
  examples TEXT,                         -- of a slot: [["value", events], …], JSON
  PRIMARY KEY (template, position)
) WITHOUT ROWID;

-- The template of every event, 2,036 events a chunk: event e is in chunk (e - 1) / 2036. Four
-- digits each; 0000 is a prompt of no template, ---- an event without a prompt.
CREATE TABLE template_chunk (
  template_chunk_id INTEGER PRIMARY KEY,
  data              BLOB NOT NULL
);
DROP VIEW view_event;
DROP VIEW view_account;
DROP VIEW view_source;
DROP VIEW view_join;
DROP VIEW view_journal;

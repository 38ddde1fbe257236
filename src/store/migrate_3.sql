-- From schema 3 to 4: notes on ranges of time.
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

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

-- The case book: hypotheses, evidence in the order of the report, tasks, terms of use, words of the
-- report. An entry that was taken out stays, so that its id is never given again.
CREATE TABLE book (
  book_id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind    TEXT NOT NULL,                 -- hypothesis, evidence, task, term, words
  item    TEXT NOT NULL,                 -- JSON
  at_us   INTEGER NOT NULL,              -- written, or last changed
  actor   TEXT NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0
);

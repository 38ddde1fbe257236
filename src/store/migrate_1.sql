-- From schema 1 to 2, but for the views: usage buckets say how many calls they count, and in what interval; rows that
-- describe the same call are paired.
ALTER TABLE event ADD COLUMN requests INTEGER;
ALTER TABLE call ADD COLUMN interval_s INTEGER;
-- Rows that describe a call that another row describes, too. While a pair is accepted, its
-- secondary row is not counted, and the primary row, or that row's own primary, takes from it what
-- it lacks. What was found, and what was said of it, is in the journal.
CREATE TABLE join_pair (
  secondary_event INTEGER PRIMARY KEY REFERENCES event,
  primary_event   INTEGER NOT NULL REFERENCES event,
  kind            TEXT NOT NULL,         -- repeat (the same record), join (another system's), probable
  basis           TEXT NOT NULL,         -- request_id, content, account, key: what they agree in
  state           TEXT NOT NULL          -- accepted, offered, rejected
);
DROP VIEW view_event;
DROP VIEW view_account;
DROP VIEW view_source;
DROP VIEW view_journal;

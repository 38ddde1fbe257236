-- From schema 1 to 2: usage buckets say how many calls they count, and in what interval.
ALTER TABLE event ADD COLUMN requests INTEGER;
ALTER TABLE call ADD COLUMN interval_s INTEGER;
DROP VIEW view_event;
DROP VIEW view_account;
DROP VIEW view_source;
DROP VIEW view_journal;

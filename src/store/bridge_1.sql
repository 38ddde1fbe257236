-- Lets a case of schema 1 that may not be written be read like a current one: what it lacks is
-- missing.
CREATE TEMP VIEW event AS SELECT *, NULL AS requests FROM main.event;
CREATE TEMP VIEW call AS SELECT *, NULL AS interval_s FROM main.call;
CREATE TEMP TABLE join_pair (
  secondary_event INTEGER PRIMARY KEY, primary_event, kind, basis, state
);

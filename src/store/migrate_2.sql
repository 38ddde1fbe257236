-- From schema 2 to 3: an event may have no time. A column that may be NULL changes what the table
-- accepts and nothing of what it holds, so its definition is edited in place, which takes no
-- longer with 16 million rows than with none: see "Making Other Kinds Of Table Schema Changes" in
-- SQLite's documentation of ALTER TABLE.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
  'at_us            INTEGER NOT NULL,',
  'at_us            INTEGER,              -- NULL where the record has no time: such rows stand last')
WHERE type = 'table' AND name = 'event';
PRAGMA writable_schema = RESET;

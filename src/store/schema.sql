-- A Stillwatch case file. Times are microseconds since 1970-01-01T00:00:00Z (`_us`), missing
-- values are NULL and never zero. Start with the views: view_event, view_account, view_source, view_join, view_template.

-- One row for each imported file. Its events are first_event … last_event.
CREATE TABLE source (
  source_id      INTEGER PRIMARY KEY,
  path           TEXT NOT NULL,          -- as opened, `-` is standard input; ARCHIVE/inner/name of a member
  bytes          INTEGER NOT NULL,       -- size on disk, or in the archive, unpacked
  unpacked_bytes INTEGER NOT NULL,       -- size after decompression
  sha256         TEXT NOT NULL,          -- of these bytes; that of an archive is in the journal
  format         TEXT NOT NULL,
  compression    TEXT NOT NULL,          -- none, gzip, zstd, parquet (rows became JSON lines)
  mapping        TEXT NOT NULL,          -- how fields were read, TOML
  confidence     REAL NOT NULL,          -- of the detection, 0…1
  timezone       TEXT NOT NULL,          -- assumed for times without one
  events         INTEGER NOT NULL,       -- rows of every granularity
  exchanges      INTEGER NOT NULL,
  activities     INTEGER NOT NULL,
  buckets        INTEGER NOT NULL,
  rejects        INTEGER NOT NULL,       -- records that could not be read
  repeats        INTEGER NOT NULL,       -- rows whose request id stood in an earlier row
  request_ids    INTEGER NOT NULL,       -- rows with a request id
  first_seen_us  INTEGER,                -- earliest event that has a time
  last_seen_us   INTEGER,                -- latest
  first_event    INTEGER,
  last_event     INTEGER,
  imported_at_us INTEGER NOT NULL,
  problem        TEXT,                   -- why it was not read to its end
  raw_kept       INTEGER NOT NULL,       -- 1 when original records are in raw_block
  last_account   INTEGER NOT NULL,       -- how far the dictionaries reached after it
  last_caller    INTEGER NOT NULL,
  last_origin    INTEGER NOT NULL,
  last_call      INTEGER NOT NULL,
  last_session   INTEGER NOT NULL,
  events_sha256  TEXT NOT NULL,          -- of its rows and columns: equal for equal records
  seal           TEXT NOT NULL           -- SHA-256 over this row and all that was stored of it
);
CREATE INDEX source_event ON source (first_event);

CREATE TABLE account (
  account    INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL UNIQUE
);

-- What is known of an account beside the logs.
CREATE TABLE account_attribute (
  account_id TEXT NOT NULL,
  name       TEXT NOT NULL,              -- created_at, plan, payment_fingerprint…
  value      TEXT NOT NULL,
  PRIMARY KEY (account_id, name)
) WITHOUT ROWID;

-- Who called: values that repeat together are stored once.
CREATE TABLE caller (
  caller     INTEGER PRIMARY KEY,
  account    INTEGER NOT NULL REFERENCES account,
  org_id     TEXT,
  user_id    TEXT,
  api_key_id TEXT
);

-- Where from.
CREATE TABLE origin (
  origin     INTEGER PRIMARY KEY,
  client_ip  TEXT,                       -- as the log wrote it
  asn        TEXT,
  country    TEXT,
  region     TEXT,
  user_agent TEXT,
  device_id  TEXT
);

-- What kind of call, and how it ended.
CREATE TABLE call (
  call           INTEGER PRIMARY KEY,
  granularity    TEXT NOT NULL,          -- exchange, activity, bucket
  time_quality   TEXT NOT NULL,          -- exact, zone_assumed, end_only, day, year_assumed, relative, none
  time_precision TEXT NOT NULL,          -- the unit the time was written in; none
  pathway        TEXT,
  endpoint       TEXT,
  model          TEXT,
  status         INTEGER,
  stop_reason    TEXT,
  error          TEXT,
  max_tokens     INTEGER,
  temperature    REAL,
  tools          TEXT,
  system_hash    TEXT,
  interval_s     INTEGER                 -- of a bucket: the length of what is counted
);

-- session_id: see event.request_id.
CREATE TABLE session (
  session    INTEGER PRIMARY KEY,
  session_id NOT NULL
);

-- One row for each exchange, activity or bucket, in time order within its source.
CREATE TABLE event (
  event_id         INTEGER PRIMARY KEY,
  at_us            INTEGER,              -- NULL where the record has no time: such rows stand last
  line             INTEGER NOT NULL,     -- in the unpacked source, from 1
  byte_offset      INTEGER NOT NULL,     -- in the unpacked source, from 0
  caller           INTEGER NOT NULL REFERENCES caller,
  origin           INTEGER NOT NULL REFERENCES origin,
  call             INTEGER NOT NULL REFERENCES call,
  session          INTEGER REFERENCES session,
  input_tokens     INTEGER,
  output_tokens    INTEGER,
  cached_tokens    INTEGER,
  reasoning_tokens INTEGER,
  latency_ms       INTEGER,
  cost             REAL,
  request_id,                            -- text; 16-byte blob: a UUID; other blob: 00, then hex digits
  requests         INTEGER               -- of a bucket: calls counted, where the source says
);

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

-- The same events column by column, 65,536 a chunk, compressed: what the index loads. Columns
-- are numbers from 0 into the dictionaries, and a chunk in which all is missing is not there.
CREATE TABLE column_chunk (
  column_chunk_id INTEGER PRIMARY KEY,
  source_id       INTEGER NOT NULL REFERENCES source,
  first_event     INTEGER NOT NULL,
  events          INTEGER NOT NULL,
  name            TEXT NOT NULL,
  data            BLOB NOT NULL
);
CREATE UNIQUE INDEX column_chunk_place ON column_chunk (source_id, first_event, name);

-- The unpacked source, slice after slice, compressed.
CREATE TABLE raw_block (
  raw_block_id INTEGER PRIMARY KEY,
  source_id    INTEGER NOT NULL REFERENCES source,
  first_offset INTEGER NOT NULL,
  byte_length  INTEGER NOT NULL,
  data         BLOB NOT NULL
);
CREATE UNIQUE INDEX raw_block_offset ON raw_block (source_id, first_offset);

-- Records that could not be read.
CREATE TABLE reject (
  reject_id   INTEGER PRIMARY KEY,
  source_id   INTEGER NOT NULL REFERENCES source,
  line        INTEGER NOT NULL,
  byte_offset INTEGER NOT NULL,
  byte_length INTEGER NOT NULL,
  reason      TEXT NOT NULL,
  sample      TEXT NOT NULL
);
CREATE INDEX reject_source ON reject (source_id, reject_id);

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

-- Releases, bans, policy changes, incidents.
CREATE TABLE marker (
  marker_id INTEGER PRIMARY KEY,
  at_us     INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  label     TEXT NOT NULL
);

CREATE TABLE verdict (
  account_id TEXT PRIMARY KEY,
  verdict    TEXT NOT NULL,
  confidence TEXT NOT NULL,
  reason     TEXT NOT NULL,
  at_us      INTEGER NOT NULL,
  actor      TEXT NOT NULL
) WITHOUT ROWID;

-- A removed note stays, so that its id is never given again.
CREATE TABLE note (
  note_id    INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL,
  text       TEXT NOT NULL,
  at_us      INTEGER NOT NULL,
  actor      TEXT NOT NULL,
  removed    INTEGER NOT NULL DEFAULT 0
);

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

CREATE TABLE tag (
  account_id TEXT NOT NULL,
  tag        TEXT NOT NULL,
  PRIMARY KEY (account_id, tag)
) WITHOUT ROWID;

-- What was done, by whom, when. hash = SHA-256 over `LENGTH:BYTES,` of, in this order, the hash
-- of the entry before (empty for the first), journal_id, at_us, actor, action, target, detail.
CREATE TABLE journal (
  journal_id INTEGER PRIMARY KEY,
  at_us      INTEGER NOT NULL,
  actor      TEXT NOT NULL,
  action     TEXT NOT NULL,
  target     TEXT NOT NULL,
  detail     TEXT NOT NULL,              -- JSON
  hash       TEXT NOT NULL
);
CREATE TRIGGER journal_at_the_end BEFORE INSERT ON journal
  WHEN NEW.journal_id IS NOT (SELECT ifnull(max(journal_id), 0) + 1 FROM journal)
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

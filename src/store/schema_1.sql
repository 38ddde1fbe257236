-- A Stillwatch case file. Times are microseconds since 1970-01-01T00:00:00Z (`_us`), missing
-- values are NULL and never zero. Start with the views: view_event, view_account, view_source.

-- One row for each imported file. Its events are first_event … last_event.
CREATE TABLE source (
  source_id      INTEGER PRIMARY KEY,
  path           TEXT NOT NULL,          -- as it was opened; `-` is standard input
  bytes          INTEGER NOT NULL,       -- size on disk
  unpacked_bytes INTEGER NOT NULL,       -- size after decompression
  sha256         TEXT NOT NULL,          -- of the bytes on disk
  format         TEXT NOT NULL,
  compression    TEXT NOT NULL,          -- none, gzip, zstd
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
  first_seen_us  INTEGER,                -- earliest event
  last_seen_us   INTEGER,                -- latest event
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
  time_quality   TEXT NOT NULL,          -- exact, zone_assumed, end_only, day
  time_precision TEXT NOT NULL,          -- the unit the time was written in
  pathway        TEXT,
  endpoint       TEXT,
  model          TEXT,
  status         INTEGER,
  stop_reason    TEXT,
  error          TEXT,
  max_tokens     INTEGER,
  temperature    REAL,
  tools          TEXT,
  system_hash    TEXT
);

-- session_id: see event.request_id.
CREATE TABLE session (
  session    INTEGER PRIMARY KEY,
  session_id NOT NULL
);

-- One row for each exchange, activity or bucket, in time order within its source.
CREATE TABLE event (
  event_id         INTEGER PRIMARY KEY,
  at_us            INTEGER NOT NULL,
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
  request_id                             -- text; 16-byte blob: a UUID; other blob: 00, then hex digits
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

CREATE VIEW view_event AS SELECT
  e.event_id,
  strftime('%Y-%m-%dT%H:%M:%S', e.at_us / 1000000, 'unixepoch')
    || CASE WHEN e.at_us % 1000 THEN printf('.%06d', e.at_us % 1000000)
            WHEN e.at_us % 1000000 THEN printf('.%03d', e.at_us % 1000000 / 1000)
            ELSE '' END || 'Z' AS timestamp,
  e.at_us,
  k.granularity,
  CASE typeof(e.request_id) WHEN 'blob' THEN
    CASE length(e.request_id) WHEN 16 THEN lower(
      substr(hex(e.request_id), 1, 8) || '-' || substr(hex(e.request_id), 9, 4) || '-' ||
      substr(hex(e.request_id), 13, 4) || '-' || substr(hex(e.request_id), 17, 4) || '-' ||
      substr(hex(e.request_id), 21))
    ELSE lower(substr(hex(e.request_id), 3)) END
  ELSE e.request_id END AS request_id,
  a.account_id, c.org_id, c.user_id, c.api_key_id,
  CASE typeof(s.session_id) WHEN 'blob' THEN
    CASE length(s.session_id) WHEN 16 THEN lower(
      substr(hex(s.session_id), 1, 8) || '-' || substr(hex(s.session_id), 9, 4) || '-' ||
      substr(hex(s.session_id), 13, 4) || '-' || substr(hex(s.session_id), 17, 4) || '-' ||
      substr(hex(s.session_id), 21))
    ELSE lower(substr(hex(s.session_id), 3)) END
  ELSE s.session_id END AS session_id,
  k.pathway, k.endpoint, k.model, k.status, k.stop_reason, k.error,
  e.input_tokens, e.output_tokens, e.cached_tokens, e.reasoning_tokens,
  e.latency_ms, k.max_tokens, k.temperature,
  o.client_ip, o.asn, o.country, o.region, o.user_agent, o.device_id,
  k.tools, e.cost, k.system_hash, k.time_quality, k.time_precision,
  (SELECT path FROM source WHERE first_event <= e.event_id
   ORDER BY first_event DESC LIMIT 1) AS source,
  e.line, e.byte_offset
FROM event AS e
  CROSS JOIN caller AS c ON c.caller = e.caller
  CROSS JOIN account AS a ON a.account = c.account
  CROSS JOIN origin AS o ON o.origin = e.origin
  CROSS JOIN call AS k ON k.call = e.call
  LEFT JOIN session AS s ON s.session = e.session;

-- Tokens and times are those of exchanges and activities; usage buckets, which count the same
-- calls again, stand apart.
CREATE VIEW view_account AS SELECT
  a.account_id,
  count(*) AS events,
  sum(k.granularity = 'exchange') AS exchanges,
  sum(k.granularity = 'activity') AS activities,
  sum(k.granularity = 'bucket') AS buckets,
  sum(e.input_tokens) FILTER (WHERE k.granularity <> 'bucket') AS input_tokens,
  sum(e.output_tokens) FILTER (WHERE k.granularity <> 'bucket') AS output_tokens,
  sum(e.input_tokens) FILTER (WHERE k.granularity = 'bucket') AS bucket_input_tokens,
  sum(e.output_tokens) FILTER (WHERE k.granularity = 'bucket') AS bucket_output_tokens,
  strftime('%Y-%m-%dT%H:%M:%SZ', min(e.at_us) / 1000000, 'unixepoch') AS first_seen,
  strftime('%Y-%m-%dT%H:%M:%SZ', max(e.at_us) / 1000000, 'unixepoch') AS last_seen,
  v.verdict, v.confidence, v.reason,
  (SELECT group_concat(tag, ', ') FROM tag WHERE tag.account_id = a.account_id) AS tags,
  (SELECT count(*) FROM note WHERE note.account_id = a.account_id AND NOT removed) AS notes
FROM event AS e
  CROSS JOIN caller AS c ON c.caller = e.caller
  CROSS JOIN account AS a ON a.account = c.account
  CROSS JOIN call AS k ON k.call = e.call
  LEFT JOIN verdict AS v ON v.account_id = a.account_id
GROUP BY a.account;

CREATE VIEW view_source AS SELECT
  source_id, path, format, compression, bytes, unpacked_bytes, sha256, events, exchanges,
  activities, buckets, rejects, repeats, request_ids,
  strftime('%Y-%m-%dT%H:%M:%SZ', first_seen_us / 1000000, 'unixepoch') AS first_seen,
  strftime('%Y-%m-%dT%H:%M:%SZ', last_seen_us / 1000000, 'unixepoch') AS last_seen,
  strftime('%Y-%m-%dT%H:%M:%SZ', imported_at_us / 1000000, 'unixepoch') AS imported_at,
  timezone, confidence, problem, raw_kept
FROM source;

CREATE VIEW view_journal AS SELECT
  journal_id, strftime('%Y-%m-%dT%H:%M:%SZ', at_us / 1000000, 'unixepoch') AS at,
  actor, action, target, detail, hash
FROM journal;

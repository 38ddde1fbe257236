-- What the detectors made of the case: derived from the records, replaced as a whole by every run.
-- Accounts are by number, `account.account`. Sets of numbers are kept as their differences, in a
-- JSON array: [7, 1, 5] is 7, 8, 13.
-- One row, or none before detectors were ever run.
CREATE TABLE analysis_run (
  run_id   INTEGER PRIMARY KEY,
  at_us    INTEGER NOT NULL,             -- finished
  seed     INTEGER NOT NULL,             -- everything random follows from it
  up_to    INTEGER NOT NULL,             -- last event that was looked at
  events   INTEGER NOT NULL,             -- records looked at, each call once
  accounts INTEGER NOT NULL,
  inputs   TEXT NOT NULL                 -- what it was made from, JSON: hashes, and how templates were found
);

-- Each detector there is. One that did not run has found nothing, which is not that there is nothing.
CREATE TABLE detector_run (
  detector   TEXT PRIMARY KEY,
  version    INTEGER NOT NULL,
  state      TEXT NOT NULL,              -- ran, not_run, left_out
  why        TEXT,                       -- what is missing, where it did not run
  parameters TEXT NOT NULL,              -- JSON
  findings   INTEGER NOT NULL
) WITHOUT ROWID;

-- Accounts that belong together by evidence. Scores rank; they are no probabilities.
CREATE TABLE cluster (
  cluster      INTEGER PRIMARY KEY,      -- from 1, the one that deserves a look most first
  level        TEXT NOT NULL,            -- none, indicative, probable, strong
  coordination REAL NOT NULL,            -- 0…1
  harvesting   REAL NOT NULL,            -- 0…1
  families     TEXT NOT NULL,            -- scores: content, timing, infrastructure, commerce, life cycle; JSON
  held_by      TEXT NOT NULL,
  log10_p      REAL,
  without      TEXT NOT NULL             -- the level without one family each: [["content", "none"], …], JSON
);

CREATE TABLE cluster_member (
  cluster    INTEGER NOT NULL REFERENCES cluster,
  account    INTEGER NOT NULL REFERENCES account,
  stability  REAL NOT NULL,              -- share of many clusterings in which it stays, 0…1
  membership TEXT NOT NULL,              -- core, fringe, doubtful
  PRIMARY KEY (cluster, account)
) WITHOUT ROWID;

-- Accounts with a score.
CREATE TABLE account_score (
  account      INTEGER PRIMARY KEY REFERENCES account,
  level        TEXT NOT NULL,
  coordination REAL NOT NULL,
  harvesting   REAL NOT NULL,
  cluster      INTEGER REFERENCES cluster
);

-- What one detector says of a cluster or of an account.
CREATE TABLE finding (
  finding        INTEGER PRIMARY KEY,    -- from 1
  cluster        INTEGER,                -- whom it is about: this,
  account        INTEGER,                -- or this
  detector       TEXT NOT NULL,
  version        INTEGER NOT NULL,
  family         TEXT NOT NULL,
  sentence       TEXT NOT NULL,
  words          TEXT NOT NULL,          -- of the sentence, {name} for numbers
  numbers        TEXT NOT NULL,          -- with the way each is computed again, JSON
  statistic      REAL NOT NULL,
  threshold      TEXT NOT NULL,
  effect         REAL NOT NULL,          -- in units of what chance gives
  null_made_from TEXT,
  null_low       REAL,
  null_median    REAL,
  null_high      REAL,
  null_n         INTEGER,
  log10_p        REAL,
  is_exact       INTEGER NOT NULL,
  accounts       TEXT NOT NULL           -- that it speaks of, differences
);

-- The records a finding rests on.
CREATE TABLE evidence (
  finding INTEGER NOT NULL REFERENCES finding,
  role    TEXT NOT NULL,                 -- what they are in it
  events  INTEGER NOT NULL,              -- how many
  ids     TEXT NOT NULL,                 -- differences
  PRIMARY KEY (finding, role)
) WITHOUT ROWID;

-- Ties between two accounts of a cluster.
CREATE TABLE link (
  link      INTEGER PRIMARY KEY,
  account_a INTEGER NOT NULL,
  account_b INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  weight    REAL NOT NULL,               -- nats
  proof     TEXT NOT NULL
);

-- Ties that any two of many accounts have in common.
CREATE TABLE circle (
  circle   INTEGER PRIMARY KEY,
  accounts TEXT NOT NULL,                -- differences
  kind     TEXT NOT NULL,
  weight   REAL NOT NULL,
  proof    TEXT NOT NULL
);

-- Innocent explanations that were looked at, of a cluster or of an account that stands alone.
CREATE TABLE benign (
  benign   INTEGER PRIMARY KEY,
  cluster  INTEGER,
  account  INTEGER,
  id       TEXT NOT NULL,                -- L10
  tested   TEXT NOT NULL,                -- excluded, not_excluded, not_testable
  facts    TEXT NOT NULL,
  words    TEXT NOT NULL,
  numbers  TEXT NOT NULL
);

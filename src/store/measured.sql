-- What detectors measured of all accounts of which they could, replaced with the findings. Accounts are
-- kept as in the tables of findings.
CREATE TABLE measured (
  detector TEXT NOT NULL,
  what     TEXT NOT NULL,
  accounts TEXT NOT NULL,                -- differences
  vals     TEXT NOT NULL,                -- of each account, JSON
  PRIMARY KEY (detector, what)
) WITHOUT ROWID;

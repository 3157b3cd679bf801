-- The index of ledgers: found fast, and made anew from the ledgers at any time. docs/asking-the-ledger.md says how it is used.
--
-- A position is an entry's place in the order of all logs: the number of its log * 2^42 + its index there.

CREATE TABLE audit_index.logs (
  log smallint PRIMARY KEY,
  origin text NOT NULL UNIQUE,
  -- Another one when the index was made anew: numbers that a reader remembers hold no longer.
  generation uuid NOT NULL DEFAULT gen_random_uuid(),
  -- Index of the first entry that has not been read yet, and of the epoch that it belongs to.
  next bigint NOT NULL DEFAULT 0,
  epoch bigint NOT NULL DEFAULT 0,
  -- What stands below was pruned.
  minimum bigint NOT NULL DEFAULT 0,
  -- The newest checkpoint that was seen, a signed note.
  checkpoint text NOT NULL DEFAULT '',
  size bigint NOT NULL DEFAULT 0,
  root bytea NOT NULL DEFAULT '',
  seen timestamptz NOT NULL DEFAULT now(),
  -- Entries that could not be read, or that refer to what nothing defines.
  unreadable bigint NOT NULL DEFAULT 0,
  unresolved bigint NOT NULL DEFAULT 0
);

-- Under what calls ran. What names a grant without being a call (an approval) has a place, too.
CREATE TABLE audit_index.places (
  place int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key text NOT NULL UNIQUE,
  consumer text,
  client text,
  grant_name text,
  purpose text,
  interface text,
  version text,
  operation text,
  -- Canonical JSON.
  definition text NOT NULL
);

-- Lists of names: fields, verdicts, notes. `key` is how entries refer to them.
CREATE TABLE audit_index.lists (
  list int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key text NOT NULL UNIQUE,
  names text[] NOT NULL
);

-- In which lists a field stands; of lists of fields only.
CREATE TABLE audit_index.list_names (
  name text NOT NULL,
  list int NOT NULL,
  PRIMARY KEY (name, list)
);

-- All that many entries have in common and that is asked for: there are as many as places times sets of fields.
CREATE TABLE audit_index.shapes (
  shape int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key text NOT NULL UNIQUE,
  type text NOT NULL,
  place int,
  client text,
  decision text,
  code text,
  returned int,
  masked int,
  refused int,
  written int,
  -- The entry names fewer handles than there were records.
  unlisted boolean NOT NULL
);
CREATE INDEX shapes_by_place ON audit_index.shapes (place);

CREATE TABLE audit_index.entries (
  position bigint NOT NULL PRIMARY KEY,
  time timestamptz NOT NULL,
  shape int NOT NULL,
  -- The first 64 bits of each.
  exchange bigint,
  trace bigint,
  subject bigint
);
CREATE INDEX entries_by_shape ON audit_index.entries (shape, position);
CREATE INDEX entries_by_exchange ON audit_index.entries (exchange) WHERE exchange IS NOT NULL;
CREATE INDEX entries_by_trace ON audit_index.entries (trace) WHERE trace IS NOT NULL;
CREATE INDEX entries_by_subject ON audit_index.entries (subject, position) WHERE subject IS NOT NULL;

-- Which entries speak of a record. All that a question about a record needs stands in the index itself.
CREATE TABLE audit_index.handles (
  handle bigint NOT NULL,
  position bigint NOT NULL,
  shape int NOT NULL
);
CREATE INDEX handles_by_handle ON audit_index.handles (handle, position) INCLUDE (shape);

-- The bytes of entries, some at a time (zstd), as they stand in the log: each behind its length, 16 bits.
CREATE TABLE audit_index.texts (
  position bigint NOT NULL PRIMARY KEY,
  count smallint NOT NULL,
  body bytea NOT NULL
);
ALTER TABLE audit_index.texts ALTER body SET STORAGE EXTERNAL;

-- What was used on which day (UTC): grows with days times shapes, not with the log.
CREATE TABLE audit_index.days (
  log smallint NOT NULL,
  day date NOT NULL,
  shape int NOT NULL,
  entries bigint NOT NULL,
  records bigint NOT NULL,
  first_position bigint NOT NULL,
  last_position bigint NOT NULL,
  first_time timestamptz NOT NULL,
  last_time timestamptz NOT NULL,
  PRIMARY KEY (shape, log, day)
);
CREATE INDEX days_by_day ON audit_index.days (log, day);

-- What the sources said. A snapshot is immutable but for its state; nothing here is ever deleted.
--
-- Moments are milliseconds since 1970 (UTC), days are 'YYYY-MM-DD', months 'YYYY-MM', ids are UUIDv7 made by the
-- program. Percentages are whole numbers with a count of printed decimals: 57,80 % is 5780 and 2.

-- One row for each month that was ever recorded: whoever records locks it, so that numbers have no gaps.
CREATE TABLE periods (
    period      TEXT PRIMARY KEY,
    last_number INTEGER NOT NULL CHECK (last_number >= 0)
) STRICT;

CREATE TABLE snapshots (
    id          TEXT PRIMARY KEY,
    period      TEXT NOT NULL REFERENCES periods (period),
    number      INTEGER NOT NULL CHECK (number >= 1),
    as_of       TEXT NOT NULL,
    sample      INTEGER NOT NULL CHECK (sample IN (0, 1)),
    source      TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('recorded', 'published', 'held')),
    recorded_at INTEGER NOT NULL,
    decided_at  INTEGER,
    UNIQUE (period, number)
) STRICT;
CREATE INDEX snapshots_current ON snapshots (period, as_of, number) WHERE state <> 'held';
CREATE INDEX snapshots_undecided ON snapshots (recorded_at) WHERE state = 'recorded';

-- A figure, or why there is none: never both, never neither. null is not zero.
CREATE TABLE observations (
    snapshot_id        TEXT NOT NULL REFERENCES snapshots (id),
    unit               TEXT NOT NULL,
    indicator          TEXT NOT NULL,
    position           INTEGER NOT NULL,
    numerator          INTEGER,
    numerator_absent   TEXT CHECK (numerator_absent IN ('not_occurred', 'empty', 'unreadable', 'not_published')),
    denominator        INTEGER,
    denominator_absent TEXT CHECK (denominator_absent IN ('not_occurred', 'empty', 'unreadable', 'not_published')),
    rate               INTEGER,
    rate_decimals      INTEGER,
    rate_absent        TEXT CHECK (rate_absent IN ('not_occurred', 'empty', 'unreadable', 'not_published')),
    basis              TEXT NOT NULL,
    PRIMARY KEY (snapshot_id, unit, indicator),
    CHECK ((numerator IS NULL) = (numerator_absent IS NOT NULL)),
    CHECK ((denominator IS NULL) = (denominator_absent IS NOT NULL)),
    CHECK ((rate IS NULL) = (rate_absent IS NOT NULL)),
    CHECK ((rate IS NULL) = (rate_decimals IS NULL))
) STRICT, WITHOUT ROWID;

-- Targets printed beside the figures.
CREATE TABLE printed_targets (
    snapshot_id    TEXT NOT NULL REFERENCES snapshots (id),
    position       INTEGER NOT NULL,
    unit           TEXT NOT NULL,
    indicator      TEXT NOT NULL,
    level          INTEGER NOT NULL,
    level_decimals INTEGER NOT NULL,
    decision       TEXT NOT NULL,
    valid_from     TEXT,
    valid_to       TEXT,
    origin         TEXT NOT NULL CHECK (origin IN ('catalog', 'report', 'default')),
    PRIMARY KEY (snapshot_id, position)
) STRICT, WITHOUT ROWID;

-- Averages printed in the source. The scope is 'province' or a tier's code.
CREATE TABLE published_averages (
    snapshot_id   TEXT NOT NULL REFERENCES snapshots (id),
    position      INTEGER NOT NULL,
    scope         TEXT NOT NULL,
    indicator     TEXT NOT NULL,
    rate          INTEGER NOT NULL,
    rate_decimals INTEGER NOT NULL,
    PRIMARY KEY (snapshot_id, position)
) STRICT, WITHOUT ROWID;

-- What the reader stumbled over. What follows from the figures themselves is computed again, not stored.
-- Computed values are exact fractions: '1234/56'.
CREATE TABLE reader_findings (
    snapshot_id        TEXT NOT NULL REFERENCES snapshots (id),
    position           INTEGER NOT NULL,
    kind               TEXT NOT NULL,
    scope              TEXT,
    unit               TEXT,
    indicator          TEXT,
    published          INTEGER,
    published_decimals INTEGER,
    computed           TEXT,
    approximate        INTEGER NOT NULL CHECK (approximate IN (0, 1)),
    part               INTEGER,
    whole              INTEGER,
    implied            INTEGER,
    plain_mean         TEXT,
    place              TEXT,
    text               TEXT,
    PRIMARY KEY (snapshot_id, position)
) STRICT, WITHOUT ROWID;

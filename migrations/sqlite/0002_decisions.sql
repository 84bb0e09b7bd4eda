-- What was decided and what was told. Rates are text as they were shown: '57.80' as published, '11/19' of counts.

-- One row. Whoever publishes raises the revision which the decision was made from, or publishes nothing.
CREATE TABLE decisions (
    only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
    revision   INTEGER NOT NULL,
    changed_at INTEGER
) STRICT;
INSERT INTO decisions (only_row, revision) VALUES (1, 0);

-- Conditions that hold, and when the unit was last told of each.
CREATE TABLE alerts (
    unit        TEXT NOT NULL,
    indicator   TEXT NOT NULL,
    condition   TEXT NOT NULL,
    since       TEXT NOT NULL,
    told_at     INTEGER NOT NULL,
    told_period TEXT NOT NULL,
    told_as_of  TEXT NOT NULL,
    told_rate   TEXT,
    PRIMARY KEY (unit, indicator, condition)
) STRICT, WITHOUT ROWID;

-- Figures as they were assessed when the snapshot was published: targets may change later, what was said does not.
CREATE TABLE assessments (
    snapshot_id    TEXT NOT NULL REFERENCES snapshots (id),
    unit           TEXT NOT NULL,
    indicator      TEXT NOT NULL,
    position       INTEGER NOT NULL,
    rating         TEXT NOT NULL CHECK (rating IN ('met', 'missed', 'no_activity', 'no_data')),
    actual         TEXT,
    level          INTEGER NOT NULL,
    level_decimals INTEGER NOT NULL,
    decision       TEXT NOT NULL,
    PRIMARY KEY (snapshot_id, unit, indicator)
) STRICT, WITHOUT ROWID;

-- When the program spoke of its own accord, what chats chose, and what units promised.

-- Slots of schedules that were dealt with, whether somebody got something or not. A slot fires once because it is here.
CREATE TABLE schedule_slots (
    schedule TEXT NOT NULL,
    slot     BIGINT NOT NULL,
    fired_at BIGINT NOT NULL,
    queued   BIGINT NOT NULL,
    PRIMARY KEY (schedule, slot)
);

-- A chat's own schedule of reminders. The form is NULL where the chat wants none; a chat without a row has the catalog's.
CREATE TABLE chat_schedules (
    chat_id    TEXT PRIMARY KEY REFERENCES chats (id),
    form       TEXT,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL
);

-- Pauses of alerts. The indicator is '' where all of them pause. An ended pause stays as history.
CREATE TABLE mutes (
    id         TEXT PRIMARY KEY,
    chat_id    TEXT NOT NULL REFERENCES chats (id),
    indicator  TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    started_by TEXT NOT NULL,
    until      BIGINT NOT NULL,
    ended_at   BIGINT
);
CREATE UNIQUE INDEX mutes_once ON mutes (chat_id, indicator) WHERE ended_at IS NULL;
CREATE INDEX mutes_ended ON mutes (ended_at);

-- What units promised for an indicator, and what became of it.
CREATE TABLE promises (
    id         TEXT PRIMARY KEY,
    unit       TEXT NOT NULL,
    indicator  TEXT NOT NULL,
    period     TEXT NOT NULL,
    reason     TEXT NOT NULL,
    due        TEXT NOT NULL,
    chat_id    TEXT NOT NULL REFERENCES chats (id),
    made_at    BIGINT NOT NULL,
    made_by    TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('open', 'asked', 'kept', 'broken', 'replaced')),
    changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX promises_once ON promises (unit, indicator) WHERE state IN ('open', 'asked');
CREATE INDEX promises_changed ON promises (changed_at);

-- Places people read, and what each is to receive.

CREATE TABLE chats (
    id          TEXT PRIMARY KEY,
    medium      TEXT NOT NULL,
    lane        TEXT NOT NULL,
    address     TEXT NOT NULL,
    title       TEXT NOT NULL,
    is_group    BOOLEAN NOT NULL,
    paused      TEXT,
    paused_at   BIGINT,
    -- The chat that took everything over when two turned out to be one (a group became a supergroup).
    merged_into TEXT REFERENCES chats (id),
    created_at  BIGINT NOT NULL,
    UNIQUE (medium, lane, address)
);
CREATE INDEX chats_merged ON chats (merged_into) WHERE merged_into IS NOT NULL;

-- Ended subscriptions stay as history. The unit is '' for the roles that have none, so that it can be unique.
CREATE TABLE subscriptions (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chat_id    TEXT NOT NULL REFERENCES chats (id),
    role       TEXT NOT NULL CHECK (role IN ('unit', 'leader', 'office')),
    unit       TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    started_by TEXT NOT NULL,
    ended_at   BIGINT,
    CHECK ((role = 'unit') = (unit <> ''))
);
CREATE UNIQUE INDEX subscriptions_once ON subscriptions (chat_id, role, unit) WHERE ended_at IS NULL;
CREATE INDEX subscriptions_by_role ON subscriptions (role, unit) WHERE ended_at IS NULL;

-- One-time codes: only their SHA-256, so that a copy of the database ties nobody's chat.
CREATE TABLE link_codes (
    code_hash    TEXT PRIMARY KEY,
    role         TEXT NOT NULL CHECK (role IN ('unit', 'leader', 'office')),
    unit         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    used_at      BIGINT,
    used_by      TEXT,
    used_in_chat TEXT REFERENCES chats (id),
    CHECK ((role = 'unit') = (unit <> ''))
);

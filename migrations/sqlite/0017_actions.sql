-- Who did what: every command that changes something, with what came of it. Nothing here is ever deleted.
CREATE TABLE actions (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    chat_id TEXT NOT NULL REFERENCES chats (id),
    -- As the medium calls the person.
    sender  TEXT NOT NULL,
    command TEXT NOT NULL,
    -- What stood behind the command; never a code.
    detail  TEXT NOT NULL,
    -- The name of the answer.
    outcome TEXT NOT NULL
) STRICT;
-- How often codes were guessed lately: asked for each code that somebody types.
CREATE INDEX actions_guesses ON actions (at)
    WHERE command = '/dangky' AND outcome IN ('link_refused', 'link_locked');

-- When a chat was last told how to ask, so that it is told once an hour.
CREATE TABLE chat_hints (
    chat_id TEXT PRIMARY KEY REFERENCES chats (id),
    told_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

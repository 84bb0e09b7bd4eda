-- What is done on the page and on the command line is on record as well, where there is no chat. The table is made anew,
-- because a column's NOT NULL cannot be taken back.
CREATE TABLE actions_anew (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    chat_id TEXT REFERENCES chats (id),
    -- As the medium calls the person, or the machine.
    sender  TEXT NOT NULL,
    command TEXT NOT NULL,
    -- What stood behind the command; never a code.
    detail  TEXT NOT NULL,
    -- The name of the answer.
    outcome TEXT NOT NULL,
    place   TEXT NOT NULL DEFAULT 'chat' CHECK (place IN ('chat', 'page', 'command_line')),
    CHECK ((place = 'chat') = (chat_id IS NOT NULL))
) STRICT;
INSERT INTO actions_anew (seq, at, chat_id, sender, command, detail, outcome)
    SELECT seq, at, chat_id, sender, command, detail, outcome FROM actions;
DROP TABLE actions;
ALTER TABLE actions_anew RENAME TO actions;
CREATE INDEX actions_guesses ON actions (at)
    WHERE command = '/dangky' AND outcome IN ('link_refused', 'link_locked');

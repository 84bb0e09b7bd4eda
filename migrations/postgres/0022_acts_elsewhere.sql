-- What is done on the page and on the command line is on record as well, where there is no chat.
ALTER TABLE actions ALTER COLUMN chat_id DROP NOT NULL;
ALTER TABLE actions ADD COLUMN place TEXT NOT NULL DEFAULT 'chat' CHECK (place IN ('chat', 'page', 'command_line'));
ALTER TABLE actions ADD CHECK ((place = 'chat') = (chat_id IS NOT NULL));

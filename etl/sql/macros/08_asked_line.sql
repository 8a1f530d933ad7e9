-- Lines that a reader asks for and the data does not hold, such as the stories that say 'GPT-5', each once: none, but where a page puts a
-- TEMP macro of this name in its place. Their keys restrict stories as those of line_key do.
CREATE OR REPLACE MACRO asked_line() AS TABLE SELECT CAST(NULL AS VARCHAR) AS key, CAST(NULL AS INTEGER) AS story_no WHERE false;

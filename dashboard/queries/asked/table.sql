-- What a reader asks for and the data does not hold as a line: its stories under its key. The macro stands for the snapshot's own.
CREATE OR REPLACE TEMP TABLE asked_story (key VARCHAR NOT NULL, story_no INTEGER NOT NULL);
CREATE OR REPLACE TEMP MACRO asked_line() AS TABLE FROM asked_story;

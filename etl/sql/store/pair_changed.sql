-- What changed stories told before, and in which order they are read.
DELETE FROM pair_told WHERE story_no IN (SELECT story_no FROM posting_changed);
DELETE FROM pair_story WHERE story_no IN (SELECT story_no FROM posting_changed);
CREATE OR REPLACE TEMP TABLE pair_work AS SELECT story_no, place FROM posting_changed WHERE place IS NOT NULL;

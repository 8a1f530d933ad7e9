-- The stories whose tags changed.
CREATE OR REPLACE TEMP VIEW mart_work AS SELECT DISTINCT story_no FROM line_changed;

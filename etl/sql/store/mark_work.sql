-- The stories whose tags changed, and those without marks yet.
CREATE OR REPLACE TEMP VIEW mart_work AS SELECT story_no FROM line_changed UNION SELECT story_no FROM story_fact WHERE topics IS NULL;

-- Every story: new lines have none yet.
CREATE OR REPLACE TEMP VIEW mart_work AS SELECT story_no FROM story_fact;

-- The marks of one part of the stories in view mart_work.
CREATE OR REPLACE TEMP TABLE mark_now AS
FROM story_mark((SELECT list(story_no) FROM mart_work WHERE story_no BETWEEN $first AND $last));

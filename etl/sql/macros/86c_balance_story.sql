-- The stories behind a number of balance or topic_mix, one row a story (STATISTICS 26): those of a source in these days that are on a line,
-- '*' those on any topic, NULL all.
CREATE OR REPLACE MACRO balance_story(of_key, of_source, from_day, to_day) AS TABLE
SELECT b.story_no, b.source_no, b.day
FROM base_story([of_source], from_day, to_day, false, 'story', NULL, NULL, NULL) AS b
WHERE of_key IS NULL
   OR b.story_no IN (SELECT l.story_no FROM target_line([of_key]) AS l)
   OR (of_key = '*' AND b.story_no IN (SELECT f.story_no FROM topic_fact AS f));

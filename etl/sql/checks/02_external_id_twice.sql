-- fail
-- One archive line became two stories: its id no longer says which one is meant.
SELECT external_id, count(*) AS times FROM story_fact
WHERE external_id IS NOT NULL GROUP BY source_no, external_id HAVING count(*) > 1;

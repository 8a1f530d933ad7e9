-- fail
-- One story stands under two numbers: every line that it is on counts it twice.
SELECT story_id, count(*) AS times FROM story_fact GROUP BY story_id HAVING count(*) > 1;

-- fail
-- Two stories share a number: each has the tags of both, and every line counts them for each other.
SELECT story_no, count(*) AS times FROM story_fact GROUP BY story_no HAVING count(*) > 1;

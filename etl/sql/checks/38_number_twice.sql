-- fail
-- Two stories share a number: each has the tags of both, and every line counts them for each other.
SELECT story_no, count(*) AS times FROM story_fact WHERE story_no BETWEEN $first AND $last GROUP BY story_no HAVING count(*) > 1;

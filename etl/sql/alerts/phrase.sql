-- The stories whose title or text holds the pattern, the earliest first, and how many were looked through. $part (NULL: none) is a part
-- that each of them holds as it stands: looking for that first takes a quarter of the time.
WITH looked AS (
    SELECT b.story_no, b.day, s.story_id, s.title, s.url, src.name AS source,
           CASE WHEN $part IS NULL OR contains(s.title, CAST($part AS VARCHAR)) OR contains(s.body, CAST($part AS VARCHAR))
                THEN regexp_matches(s.title || chr(10) || s.body, $pattern) ELSE false END AS holds
    FROM base_story($sources, $since, NULL, $letters, $unit, $about_any, $about_all, $about_none) AS b
    JOIN story_fact AS s USING (story_no) JOIN source AS src ON src.source_no = b.source_no
),
counted AS (SELECT count(*) AS looked_through, count(*) FILTER (holds) AS found FROM looked)
SELECT c.looked_through, c.found, l.day, l.story_id, l.title, l.url, l.source
FROM counted AS c LEFT JOIN (FROM looked WHERE holds ORDER BY day, story_no LIMIT $most) AS l ON true
ORDER BY l.day, l.story_no;

-- The topics or organizations on most of a place's stories, with the share of these and its likely range.
WITH here AS MATERIALIZED (
    SELECT story_no FROM region_story($code, $way, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
),
total AS (SELECT count(*) AS n FROM here)
SELECT l.key, count(*) AS k, t.n, count(*) / t.n AS share, wilson_low(count(*), t.n) AS low, wilson_high(count(*), t.n) AS high
FROM here JOIN story_line AS l USING (story_no) CROSS JOIN total AS t
WHERE starts_with(l.key, $kind || ':')
GROUP BY l.key, t.n ORDER BY k DESC, l.key LIMIT $at_most

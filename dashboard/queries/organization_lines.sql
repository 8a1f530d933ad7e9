-- The topics or regions (`kind`) on most of the stories of one organization, with their share of these and its likely range.
WITH base AS MATERIALIZED (
    SELECT story_no FROM organization_story([$key], $by_role, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
),
total AS (SELECT count(*) AS n FROM base)
SELECT l.key, count(*) AS k, t.n, count(*) / t.n AS share, wilson_low(count(*), t.n) AS low, wilson_high(count(*), t.n) AS high
FROM base JOIN story_line AS l USING (story_no) CROSS JOIN total AS t
WHERE starts_with(l.key, $kind || ':')
GROUP BY l.key, t.n ORDER BY k DESC, l.key LIMIT $at_most

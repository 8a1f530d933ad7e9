-- k of n by issue: a day on which a source published, for a monthly one a month. A day or month that is not over yet is left out; an
-- issue comes at once.
WITH base AS (
    SELECT b.story_no, CASE src.rhythm WHEN 'month' THEN period_start(b.day, 'month') ELSE b.day END AS period,
           CASE src.rhythm WHEN 'month' THEN period_end(period_start(b.day, 'month'), 'month') ELSE b.day END AS period_end,
           src.rhythm
    FROM base_story($sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS b
    JOIN source AS src USING (source_no)
)
SELECT period, max(period_end) AS period_end, CAST(count(*) FILTER (story_no IN (SELECT story_no FROM story_line WHERE key = $key)) AS BIGINT) AS k,
       count(*) AS n
FROM base GROUP BY period
HAVING bool_and(rhythm = 'issue' OR period_end < CAST($today AS DATE))
ORDER BY period;

-- A topic's line as it is and with the stories that come to it and go from it, over the same stories (STATISTICS 1, 7). Of a sample the
-- stories whose lot is below `part` of a million.
WITH base AS MATERIALIZED (
    SELECT story_no, period_start(day, $grain) AS period
    FROM base_story($sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
    WHERE hash(story_no) % 1000000 < $part
),
had AS (SELECT story_no FROM story_line WHERE key = $key),
has AS (
    (SELECT story_no FROM had UNION SELECT unnest(CAST($coming AS INTEGER[])))
    EXCEPT SELECT unnest(CAST($going AS INTEGER[]))
),
counted AS (
    SELECT b.period, count(*) AS n, count(h.story_no) AS before, count(a.story_no) AS after
    FROM base AS b LEFT JOIN had AS h USING (story_no) LEFT JOIN has AS a USING (story_no)
    GROUP BY b.period
),
line AS (UNPIVOT counted ON before, after INTO NAME line VALUE k)
SELECT line, period, k, n, k / n AS share, wilson_low(k, n) AS low, wilson_high(k, n) AS high
FROM line ORDER BY line DESC, period

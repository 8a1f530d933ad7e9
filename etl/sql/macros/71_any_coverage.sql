-- One line of several over time: the stories that are on any of `any_keys` (keys of view story_line), each once (STATISTICS 4), by period,
-- with share and likely range as in coverage; `weighed`: each source weighs the same, as in coverage_weighed.
CREATE OR REPLACE MACRO any_coverage(any_keys, weighed, at_grain, in_sources, from_day, to_day, with_letters, in_unit,
                                     about_any, about_all, about_none) AS TABLE
WITH hit AS MATERIALIZED (
    SELECT DISTINCT story_no FROM story_line WHERE list_contains(any_keys, key)
),
tally AS (
    SELECT b.source_no, period_start(b.day, at_grain) AS period, count(*) AS n, count(h.story_no) AS k
    FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS b
    LEFT JOIN hit AS h USING (story_no)
    GROUP BY ALL
),
pooled AS (
    SELECT period, CAST(sum(k) AS BIGINT) AS k, CAST(sum(n) AS BIGINT) AS n,
           pooled_share(k, n, weighed) AS share, pooled_n(n, weighed) AS range_n
    FROM tally GROUP BY period
)
SELECT period, k, n, share, wilson_low(share * range_n, range_n) AS low, wilson_high(share * range_n, range_n) AS high
FROM pooled;
-- The stories behind a number of it: as line_story, for several keys.
CREATE OR REPLACE MACRO any_story(any_keys, at_grain, at_period, in_sources, from_day, to_day, with_letters, in_unit,
                                  about_any, about_all, about_none) AS TABLE
SELECT b.story_no, b.source_no, b.day
FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS b
WHERE (at_period IS NULL OR period_start(b.day, at_grain) = at_period)
  AND b.story_no IN (SELECT l.story_no FROM story_line AS l WHERE list_contains(any_keys, l.key));

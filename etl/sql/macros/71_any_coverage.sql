-- One line of several over time: the stories that are on any of `any_keys` (keys of view story_line), each once (STATISTICS 4), by period,
-- with share and likely range as in coverage; `weighed`: each source weighs the same, as in coverage_weighed.
CREATE OR REPLACE MACRO any_coverage(any_keys, weighed, at_grain, in_sources, from_day, to_day, with_letters, in_unit,
                                     about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT story_no, source_no, day
    FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none)
),
total AS (
    SELECT source_no, period_start(day, at_grain) AS period, CAST(sum(n) AS BIGINT) AS n
    FROM (SELECT source_no, day, count(*) AS n FROM base GROUP BY ALL) GROUP BY ALL
),
hit AS (
    SELECT source_no, period_start(day, at_grain) AS period, count(*) AS k
    FROM base JOIN (SELECT DISTINCT l.story_no FROM story_line AS l WHERE list_contains(any_keys, l.key)) USING (story_no)
    GROUP BY ALL
),
tally AS (
    SELECT source_no, period, t.n, coalesce(h.k, 0) AS k FROM total AS t LEFT JOIN hit AS h USING (source_no, period)
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
FROM base_story(in_sources, greatest(CAST(from_day AS DATE), CAST(at_period AS DATE)), least(CAST(to_day AS DATE), period_end(CAST(at_period AS DATE), at_grain)),
                with_letters, in_unit, about_any, about_all, about_none) AS b
WHERE (at_period IS NULL OR period_start(b.day, at_grain) = at_period)
  AND b.story_no IN (SELECT l.story_no FROM story_line AS l WHERE list_contains(any_keys, l.key));

-- Lines over time: for each line (a key of view story_line) and period that took in stories, k of n, the share and its likely range
-- (STATISTICS 1, 7: sums over sums). A period with stories but none on the line is 0 with its upper end (13);
-- a period without stories has no row.
CREATE OR REPLACE MACRO coverage(of_keys, at_grain, in_sources, from_day, to_day, with_letters, in_unit,
                                 about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT story_no, day
    FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none)
),
-- Days first: to find the period of each story takes as long as to count them.
total AS (
    SELECT period_start(day, at_grain) AS period, CAST(sum(n) AS BIGINT) AS n FROM (SELECT day, count(*) AS n FROM base GROUP BY day) GROUP BY ALL
),
drawn AS MATERIALIZED (SELECT key, line_no FROM line_key WHERE list_contains(of_keys, key)),
hit AS (
    SELECT d.key, period_start(c.day, at_grain) AS period, CAST(sum(c.k) AS BIGINT) AS k
    FROM (
        SELECT f.line_no, b.day, count(*) AS k FROM base AS b JOIN (FROM line_fact JOIN drawn USING (line_no)) AS f USING (story_no) GROUP BY ALL
    ) AS c JOIN drawn AS d USING (line_no)
    GROUP BY ALL
),
line AS (SELECT unnest(list_distinct(of_keys)) AS key)
SELECT line.key, total.period, coalesce(hit.k, 0) AS k, total.n,
       coalesce(hit.k, 0) / total.n AS share,
       wilson_low(coalesce(hit.k, 0), total.n) AS low,
       wilson_high(coalesce(hit.k, 0), total.n) AS high
FROM line CROSS JOIN total
LEFT JOIN hit ON hit.key = line.key AND hit.period = total.period;

-- Lines over time: for each line and period that took in stories, k of n, the share and its likely range
-- (STATISTICS 1, 7: sums over sums). A period with stories but none on the line is 0 with its upper end (13);
-- a period without stories has no row.
CREATE OR REPLACE MACRO coverage(of_kind, of_lines, at_grain, in_sources, from_day, to_day, with_letters, in_unit,
                                 about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT story_no, period_start(day, at_grain) AS period
    FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none)
),
total AS (SELECT period, count(*) AS n FROM base GROUP BY period),
hit AS (
    SELECT l.line_id, b.period, count(*) AS k
    FROM base AS b JOIN story_line AS l USING (story_no)
    WHERE l.kind = of_kind AND list_contains(of_lines, l.line_id)
    GROUP BY l.line_id, b.period
),
line AS (SELECT unnest(list_distinct(of_lines)) AS line_id)
SELECT line.line_id, total.period, coalesce(hit.k, 0) AS k, total.n,
       coalesce(hit.k, 0) / total.n AS share,
       wilson_low(coalesce(hit.k, 0), total.n) AS low,
       wilson_high(coalesce(hit.k, 0), total.n) AS high
FROM line CROSS JOIN total
LEFT JOIN hit ON hit.line_id = line.line_id AND hit.period = total.period;

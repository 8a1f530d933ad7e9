-- Each line's share of all counted stories, without periods: k of n and the likely range (STATISTICS 1, 7). A line without stories is
-- 0 with its upper end (13). Where nothing is counted n is 0, and share and range are NULL. Arguments as in coverage.
CREATE OR REPLACE MACRO line_share(of_keys, in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT story_no FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none)
),
total AS (SELECT count(*) AS n FROM base),
drawn AS MATERIALIZED (SELECT key, line_no FROM line_key WHERE list_contains(of_keys, key)),
hit AS (
    SELECT d.key, c.k
    FROM (SELECT f.line_no, count(*) AS k FROM base JOIN (FROM line_fact JOIN drawn USING (line_no)) AS f USING (story_no) GROUP BY ALL) AS c
    JOIN drawn AS d USING (line_no)
),
line AS (SELECT unnest(list_distinct(of_keys)) AS key)
SELECT line.key, coalesce(hit.k, 0) AS k, total.n, coalesce(hit.k, 0) / nullif(total.n, 0) AS share,
       wilson_low(coalesce(hit.k, 0), total.n) AS low, wilson_high(coalesce(hit.k, 0), total.n) AS high
FROM line CROSS JOIN total LEFT JOIN hit ON hit.key = line.key;

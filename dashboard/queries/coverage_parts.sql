-- As coverage, for lines that are each of a whole of its own, all at once. The three lists are as long as there are lines: a key of view
-- story_line, the restriction of its whole ('' for the filters' alone), another such key, and the source that it is of by itself ('' for all).
-- Lines of sources by themselves are asked for alone, with $unit 'outlet' in the place of 'story': by itself a source counts a cluster
-- once, whoever else told it. A line's key names the restriction, too. $weighed: each source weighs the same in a line of several, as in coverage_weighed.
WITH line AS MATERIALIZED (
    SELECT DISTINCT key, within, source FROM (SELECT unnest($keys) AS key, unnest($withins) AS within, unnest($of_sources) AS source)
),
base AS MATERIALIZED (
    SELECT story_no, source_no, day
    FROM base_story($sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
),
-- Days first: to find the period of each story takes as long as to count them.
period AS MATERIALIZED (SELECT day, period_start(day, $grain) AS period FROM (SELECT DISTINCT day FROM base)),
dated AS MATERIALIZED (SELECT story_no, source_no, period FROM base JOIN period USING (day)),
part AS MATERIALIZED (SELECT line_no AS within_no, key AS within FROM line_key WHERE list_contains($withins, key)),
whole AS MATERIALIZED (
    SELECT 0 AS within_no, story_no, source_no, period FROM dated WHERE list_contains($withins, '')
    UNION ALL
    SELECT f.within_no, story_no, d.source_no, d.period
    FROM dated AS d JOIN (SELECT within_no, story_no FROM line_fact JOIN part ON within_no = line_no) AS f USING (story_no)
),
total AS (SELECT within_no, source_no, period, count(*) AS n FROM whole GROUP BY ALL),
drawn AS MATERIALIZED (SELECT key, line_no FROM line_key WHERE list_contains($keys, key)),
hit AS (
    SELECT d.key, h.within_no, h.source_no, h.period, h.k
    FROM (
        SELECT f.line_no, w.within_no, w.source_no, w.period, count(*) AS k
        FROM whole AS w JOIN (FROM line_fact JOIN drawn USING (line_no)) AS f USING (story_no) GROUP BY ALL
    ) AS h JOIN drawn AS d USING (line_no)
),
pooled AS (
    SELECT l.key, l.within, l.source, t.period, CAST(sum(coalesce(h.k, 0)) AS BIGINT) AS k, CAST(sum(t.n) AS BIGINT) AS n,
           pooled_share(coalesce(h.k, 0), t.n, $weighed) AS share, pooled_n(t.n, $weighed) AS range_n
    FROM line AS l LEFT JOIN part AS p USING (within) LEFT JOIN source AS s ON s.id = l.source
    JOIN total AS t ON t.within_no = CASE WHEN l.within = '' THEN 0 ELSE p.within_no END AND (l.source = '' OR t.source_no = s.source_no)
    LEFT JOIN hit AS h ON h.key = l.key AND h.within_no = t.within_no AND h.source_no = t.source_no AND h.period = t.period
    GROUP BY ALL
)
SELECT concat_ws('@', key, nullif(within, '')) AS key, within, source, period, k, n, share,
       wilson_low(share * range_n, range_n) AS low, wilson_high(share * range_n, range_n) AS high
FROM pooled
ORDER BY within, source, pooled.key, period

-- How the share of each line moved from one period to another, for a scan over many lines (STATISTICS 8, 10, 22). Periods are given by
-- their first days. Compared are the sources that have counted stories in both: k and n are sums over them.
-- low, high: Newcombe's interval of the difference. near_end: how far the interval stays from 0; above 0 the change is clear.
-- p: is there a change within sources, pooled? Cochran–Mantel–Haenszel with continuity correction, one table a source, so that a
-- change of the mix of sources is none. adjusted: p corrected by Benjamini–Hochberg for `looked_at`, the number of lines.
-- established: adjusted at most 0.05, the interval off 0, and both say the same way. same_way: in how many of the `sources` the share
-- moved as the whole did.
-- by_source, by_issue, by_cluster: where without this one the interval of the rest would hold 0, its id: the change hinges on it.
CREATE OR REPLACE MACRO movers(of_keys, at_grain, first_period, second_period, in_sources, from_day, to_day, with_letters, in_unit,
                               about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT b.story_no, b.source_no, b.document_id, s.cluster_no, period_start(b.day, at_grain) = second_period AS late
    FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS b
    JOIN story_fact AS s USING (story_no)
    WHERE period_start(b.day, at_grain) IN (first_period, second_period)
),
compared AS (
    SELECT source_no FROM base GROUP BY source_no HAVING bool_or(late) AND bool_or(NOT late)
),
counted AS MATERIALIZED (SELECT * FROM base SEMI JOIN compared USING (source_no)),
hit AS MATERIALIZED (
    SELECT l.key, c.* FROM counted AS c JOIN story_line AS l USING (story_no) WHERE list_contains(of_keys, l.key)
),
size AS (SELECT source_no, count(*) FILTER (NOT late) AS n_1, count(*) FILTER (late) AS n_2 FROM counted GROUP BY source_no),
within AS (
    SELECT line.key, z.source_no, z.n_1, z.n_2,
           count(h.story_no) FILTER (NOT h.late) AS k_1, count(h.story_no) FILTER (h.late) AS k_2
    FROM (SELECT unnest(list_distinct(of_keys)) AS key) AS line CROSS JOIN size AS z
    LEFT JOIN hit AS h ON h.key = line.key AND h.source_no = z.source_no
    GROUP BY ALL
),
pooled AS (
    SELECT key, CAST(sum(k_1) AS BIGINT) AS k_1, CAST(sum(n_1) AS BIGINT) AS n_1,
           CAST(sum(k_2) AS BIGINT) AS k_2, CAST(sum(n_2) AS BIGINT) AS n_2, count(*) AS sources,
           count(*) FILTER (k_2 / n_2 > k_1 / n_1) AS up, count(*) FILTER (k_2 / n_2 < k_1 / n_1) AS down,
           sum(k_2 - n_2 / (n_1 + n_2) * (k_1 + k_2)) AS beyond,
           sum(n_1 / (n_1 + n_2) * (n_2 / (n_1 + n_2)) * (k_1 + k_2) * ((n_1 + n_2 - k_1 - k_2) / (n_1 + n_2 - 1))) AS variance
    FROM within GROUP BY key
),
judged AS (
    SELECT *, k_1 / n_1 AS share_1, k_2 / n_2 AS share_2, k_2 / n_2 - k_1 / n_1 AS difference,
           newcombe_low(k_1, n_1, k_2, n_2) AS low, newcombe_high(k_1, n_1, k_2, n_2) AS high,
           CASE WHEN variance > 0 THEN least(1.0, two_sided(greatest(abs(beyond) - 0.5, 0.0) / sqrt(variance))) ELSE 1.0 END AS p
    FROM pooled
),
ranked AS (
    SELECT *, count(*) OVER () AS looked_at, count(*) OVER (ORDER BY p RANGE UNBOUNDED PRECEDING) AS place, greatest(low, -high) AS near_end
    FROM judged
),
corrected AS (
    SELECT *, min(least(1.0, p * looked_at / place)) OVER (ORDER BY p DESC RANGE UNBOUNDED PRECEDING) AS adjusted FROM ranked
),
piece AS (
    SELECT 'source' AS what, story_no, late, CAST(source_no AS VARCHAR) AS id FROM counted
    UNION ALL SELECT 'issue', story_no, late, document_id FROM counted
    UNION ALL SELECT 'cluster', story_no, late, CAST(cluster_no AS VARCHAR) FROM counted
              WHERE cluster_no IN (SELECT cluster_no FROM counted GROUP BY cluster_no HAVING count(*) > 1)
),
piece_size AS (SELECT what, id, count(*) FILTER (NOT late) AS n_1, count(*) FILTER (late) AS n_2 FROM piece GROUP BY ALL),
piece_hit AS (
    SELECT h.key, p.what, p.id, count(*) FILTER (NOT p.late) AS k_1, count(*) FILTER (p.late) AS k_2
    FROM hit AS h JOIN piece AS p USING (story_no) GROUP BY ALL
),
hinge AS (
    SELECT c.key, p.what, p.id, abs(p.k_2 / c.n_2 - p.k_1 / c.n_1) AS pull,
           newcombe_low(c.k_1 - p.k_1, c.n_1 - z.n_1, c.k_2 - p.k_2, c.n_2 - z.n_2) AS low,
           newcombe_high(c.k_1 - p.k_1, c.n_1 - z.n_1, c.k_2 - p.k_2, c.n_2 - z.n_2) AS high
    FROM corrected AS c JOIN piece_hit AS p USING (key) JOIN piece_size AS z USING (what, id)
    WHERE c.near_end > 0
),
hinged AS (
    SELECT key, max_by(id, pull) FILTER (what = 'source') AS source_no, max_by(id, pull) FILTER (what = 'issue') AS by_issue,
           max_by(id, pull) FILTER (what = 'cluster') AS by_cluster
    FROM hinge WHERE coalesce(low <= 0 AND high >= 0, true) GROUP BY key
)
SELECT c.key, c.k_1, c.n_1, c.k_2, c.n_2, c.share_1, c.share_2, c.difference, c.low, c.high, c.near_end, c.p, c.adjusted, c.looked_at,
       c.adjusted <= 0.05 AND c.near_end > 0 AND c.beyond * c.difference > 0 AS established,
       c.sources, CASE WHEN c.difference > 0 THEN c.up WHEN c.difference < 0 THEN c.down ELSE 0 END AS same_way,
       src.id AS by_source, h.by_issue, h.by_cluster
FROM corrected AS c LEFT JOIN hinged AS h USING (key) LEFT JOIN source AS src ON CAST(src.source_no AS VARCHAR) = h.source_no;

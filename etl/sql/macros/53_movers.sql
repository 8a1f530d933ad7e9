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
    SELECT b.story_no, b.source_no, b.document_id, b.day BETWEEN second_period AND period_end(second_period, at_grain) AS late
    FROM base_story(in_sources, greatest(from_day, least(first_period, second_period)),
                    least(to_day, period_end(greatest(first_period, second_period), at_grain)),
                    with_letters, in_unit, about_any, about_all, about_none) AS b
    WHERE b.day BETWEEN first_period AND period_end(first_period, at_grain)
       OR b.day BETWEEN second_period AND period_end(second_period, at_grain)
),
compared AS (
    SELECT source_no FROM base GROUP BY source_no HAVING bool_or(late) AND bool_or(NOT late)
),
issue AS MATERIALIZED (
    SELECT document_id, source_no, row_number() OVER (ORDER BY document_id) AS issue_no, count(*) FILTER (NOT late) AS n_1, count(*) FILTER (late) AS n_2
    FROM base SEMI JOIN compared USING (source_no) GROUP BY document_id, source_no
),
counted AS MATERIALIZED (SELECT b.story_no, b.late, i.issue_no FROM base AS b JOIN issue AS i USING (document_id, source_no)),
drawn AS MATERIALIZED (SELECT line_no, key FROM line_key WHERE list_contains(of_keys, key)),
hit AS MATERIALIZED (
    SELECT f.line_no, c.issue_no, count(*) FILTER (NOT c.late) AS k_1, count(*) FILTER (c.late) AS k_2
    FROM counted AS c JOIN (FROM line_fact SEMI JOIN drawn USING (line_no)) AS f USING (story_no) GROUP BY ALL
),
size AS (
    SELECT source_no, CAST(sum(n_1) AS BIGINT) AS n_1, CAST(sum(n_2) AS BIGINT) AS n_2 FROM issue GROUP BY source_no
),
source_hit AS (
    SELECT d.key, i.source_no, CAST(sum(h.k_1) AS BIGINT) AS k_1, CAST(sum(h.k_2) AS BIGINT) AS k_2
    FROM hit AS h JOIN issue AS i USING (issue_no) JOIN drawn AS d USING (line_no) GROUP BY ALL
),
within AS MATERIALIZED (
    SELECT line.key, z.source_no, z.n_1, z.n_2, coalesce(h.k_1, 0) AS k_1, coalesce(h.k_2, 0) AS k_2
    FROM (SELECT unnest(list_distinct(of_keys)) AS key) AS line CROSS JOIN size AS z
    LEFT JOIN source_hit AS h ON h.key = line.key AND h.source_no = z.source_no
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
copied AS MATERIALIZED (
    SELECT c.story_no, c.late, s.cluster_no
    FROM counted AS c JOIN story_fact AS s USING (story_no)
    WHERE in_unit <> 'story' AND s.cluster_no IN (SELECT o.cluster_no FROM story_fact AS o WHERE NOT o.is_lead)
    QUALIFY count(*) OVER (PARTITION BY s.cluster_no) > 1
),
cluster_size AS (
    SELECT cluster_no, count(*) FILTER (NOT late) AS n_1, count(*) FILTER (late) AS n_2 FROM copied GROUP BY cluster_no
),
-- Pieces with the same counts pull alike, so that one of them is judged; of many issues few differ.
piece AS (
    SELECT key, 'source' AS what, source_no AS id, k_1, n_1, k_2, n_2 FROM within WHERE k_1 + k_2 > 0
    UNION ALL
    SELECT d.key, 'issue', min(h.issue_no), h.k_1, i.n_1, h.k_2, i.n_2
    FROM hit AS h JOIN issue AS i USING (issue_no) JOIN drawn AS d USING (line_no) GROUP BY d.key, h.k_1, i.n_1, h.k_2, i.n_2
    UNION ALL
    SELECT d.key, 'cluster', c.cluster_no, count(*) FILTER (NOT c.late), any_value(z.n_1), count(*) FILTER (c.late), any_value(z.n_2)
    FROM copied AS c JOIN cluster_size AS z USING (cluster_no) JOIN line_fact AS f USING (story_no) JOIN drawn AS d USING (line_no)
    GROUP BY d.key, c.cluster_no
),
hinge AS (
    SELECT c.key, p.what, p.id, abs(p.k_2 / c.n_2 - p.k_1 / c.n_1) AS pull,
           newcombe_low(c.k_1 - p.k_1, c.n_1 - p.n_1, c.k_2 - p.k_2, c.n_2 - p.n_2) AS low,
           newcombe_high(c.k_1 - p.k_1, c.n_1 - p.n_1, c.k_2 - p.k_2, c.n_2 - p.n_2) AS high
    FROM corrected AS c JOIN piece AS p USING (key)
    WHERE c.near_end > 0
),
hinged AS (
    SELECT key, max_by(id, (pull, id)) FILTER (what = 'source') AS source_no, max_by(id, (pull, id)) FILTER (what = 'issue') AS issue_no,
           max_by(id, (pull, id)) FILTER (what = 'cluster') AS cluster_no
    FROM hinge WHERE coalesce(low <= 0 AND high >= 0, true) GROUP BY key
)
SELECT c.key, c.k_1, c.n_1, c.k_2, c.n_2, c.share_1, c.share_2, c.difference, c.low, c.high, c.near_end, c.p, c.adjusted, c.looked_at,
       c.adjusted <= 0.05 AND c.near_end > 0 AND c.beyond * c.difference > 0 AS established,
       c.sources, CASE WHEN c.difference > 0 THEN c.up WHEN c.difference < 0 THEN c.down ELSE 0 END AS same_way,
       src.id AS by_source, i.document_id AS by_issue, CAST(h.cluster_no AS VARCHAR) AS by_cluster
FROM corrected AS c
LEFT JOIN hinged AS h USING (key) LEFT JOIN source AS src ON src.source_no = h.source_no LEFT JOIN issue AS i ON i.issue_no = h.issue_no;

-- How much of each line our sources have, against the field: all other sources of the same days (STATISTICS 22). k and n are plain sums
-- over each side, share_… and the range of the difference (ours less the field's) are Wilson's and Newcombe's (7, 8).
-- p: do the two differ by more than chance would have? The hypergeometric mean and variance with continuity correction
-- (Mantel and Haenszel 1959, one table); adjusted: corrected by Benjamini–Hochberg for `looked_at`, the number of lines.
-- sources: how many sources of the field have it; last_day: the newest day up to to_day on which ours had it, NULL for never.
CREATE OR REPLACE MACRO ours_against(of_keys, our_sources, other_sources, from_day, to_day, with_letters, in_unit) AS TABLE
WITH line AS (SELECT unnest(list_distinct(of_keys)) AS key),
drawn AS MATERIALIZED (SELECT line_no, key FROM line_key WHERE list_contains(of_keys, key)),
our AS MATERIALIZED (SELECT story_no, day FROM base_story(our_sources, NULL, to_day, with_letters, in_unit, NULL, NULL, NULL)),
other AS MATERIALIZED (SELECT story_no, source_no FROM base_story(other_sources, from_day, to_day, with_letters, in_unit, NULL, NULL, NULL)),
total AS (SELECT (SELECT count(*) FROM our WHERE day >= from_day) AS n_1, (SELECT count(*) FROM other) AS n_2),
our_hit AS (
    SELECT d.key, count(*) FILTER (o.day >= from_day) AS k, max(o.day) AS last_day
    FROM our AS o JOIN line_fact AS f USING (story_no) JOIN drawn AS d USING (line_no) GROUP BY d.key
),
other_hit AS (
    SELECT d.key, count(*) AS k, count(DISTINCT o.source_no) AS sources
    FROM other AS o JOIN line_fact AS f USING (story_no) JOIN drawn AS d USING (line_no) GROUP BY d.key
),
counted AS (
    SELECT line.key, coalesce(o.k, 0) AS k_1, t.n_1, coalesce(h.k, 0) AS k_2, t.n_2, coalesce(h.sources, 0) AS sources, o.last_day
    FROM line CROSS JOIN total AS t LEFT JOIN our_hit AS o USING (key) LEFT JOIN other_hit AS h USING (key)
    WHERE t.n_1 > 0 AND t.n_2 > 0
),
judged AS (
    SELECT *, k_1 / n_1 AS share_1, k_2 / n_2 AS share_2, k_1 / n_1 - k_2 / n_2 AS difference,
           wilson_low(k_1, n_1) AS low_1, wilson_high(k_1, n_1) AS high_1, wilson_low(k_2, n_2) AS low_2, wilson_high(k_2, n_2) AS high_2,
           newcombe_low(k_2, n_2, k_1, n_1) AS low, newcombe_high(k_2, n_2, k_1, n_1) AS high,
           n_1 / (n_1 + n_2) * (k_1 + k_2) AS expected,
           n_1 / (n_1 + n_2) * (n_2 / (n_1 + n_2)) * (k_1 + k_2) * ((n_1 + n_2 - k_1 - k_2) / (n_1 + n_2 - 1)) AS variance
    FROM counted
),
tested AS (
    SELECT *, greatest(low, -high) AS near_end,
           CASE WHEN variance > 0 THEN least(1.0, two_sided(greatest(abs(k_1 - expected) - 0.5, 0.0) / sqrt(variance))) ELSE 1.0 END AS p
    FROM judged
),
ranked AS (
    SELECT *, count(*) OVER () AS looked_at, count(*) OVER (ORDER BY p RANGE UNBOUNDED PRECEDING) AS place FROM tested
)
SELECT * EXCLUDE (place, variance), min(least(1.0, p * looked_at / place)) OVER (ORDER BY p DESC RANGE UNBOUNDED PRECEDING) AS adjusted
FROM ranked;

-- Which organizations (of_keys: 'organization:<id>', at most 63) meet in the same stories more or less often than chance would have it
-- (STATISTICS 22, 23), each pair once (key_a < key_b): k stories on both, `expected` = k_a * k_b / n if neither knew of the other. n: all
-- counted stories, or with of_any those that count for any organization. low, high: the likely range of k (Wilson's, of n). near_end: how
-- many stories more than by chance the pair has at least, the order to rank by (10).
-- state: 'judged' with at least 5 expected; else 'few', and 'blank' where no story has both. p: hypergeometric variance, normal with
-- continuity correction; adjusted: by Benjamini–Hochberg for `looked_at`, the number of judged pairs. established: adjusted at most 0.05
-- and the range off `expected`. kin: one belongs to the other. Other arguments as in organization_share.
CREATE OR REPLACE MACRO organization_pair(of_keys, of_any, by_role, in_sources, from_day, to_day, with_letters, in_unit,
                                          about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT story_no, roles FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none)
),
total AS (
    SELECT count(*) AS n FROM base WHERE NOT of_any OR roles & role_bits(by_role) <> 0
),
line AS MATERIALIZED (
    SELECT 'organization:' || o.id AS key, o.id, o.parent_id, o.organization_no, CAST(row_number() OVER (ORDER BY o.id) - 1 AS INTEGER) AS place
    FROM organization AS o WHERE list_contains(of_keys, 'organization:' || o.id)
),
alike AS MATERIALIZED (
    SELECT bits, count(*) AS n
    FROM (SELECT f.story_no, bit_or(CAST(1 AS BIGINT) << line.place) AS bits
          FROM organization_fact AS f JOIN line USING (organization_no) JOIN base USING (story_no)
          WHERE organization_counts(f.role, by_role) GROUP BY f.story_no)
    GROUP BY bits
),
held AS MATERIALIZED (SELECT line.key, alike.bits, alike.n FROM alike JOIN line ON alike.bits >> line.place & 1 = 1),
size AS (
    SELECT line.key, any_value(line.id) AS id, any_value(line.parent_id) AS parent_id, coalesce(CAST(sum(held.n) AS BIGINT), 0) AS k
    FROM line LEFT JOIN held USING (key) GROUP BY line.key
),
meeting AS (
    SELECT a.key AS key_a, b.key AS key_b, CAST(sum(a.n) AS BIGINT) AS k FROM held AS a JOIN held AS b ON b.bits = a.bits AND a.key < b.key GROUP BY ALL
),
pair AS (
    SELECT a.key AS key_a, b.key AS key_b, coalesce(m.k, 0) AS k, a.k AS k_a, b.k AS k_b, t.n,
           coalesce(a.k / nullif(t.n, 0) * b.k, 0.0) AS expected,
           coalesce(a.id = b.parent_id OR b.id = a.parent_id, false) AS kin
    FROM size AS a JOIN size AS b ON a.key < b.key CROSS JOIN total AS t LEFT JOIN meeting AS m ON m.key_a = a.key AND m.key_b = b.key
),
ranged AS (
    SELECT *, n * wilson_low(k, n) AS low, n * wilson_high(k, n) AS high,
           CASE WHEN expected >= 5 THEN 'judged' WHEN k = 0 THEN 'blank' ELSE 'few' END AS state,
           expected * ((n - k_a) / nullif(n, 0)) * ((n - k_b) / nullif(n - 1, 0)) AS variance
    FROM pair
),
judged AS (
    SELECT *, low - expected AS near_end,
           CASE WHEN variance > 0 THEN least(1.0, two_sided(greatest(abs(k - expected) - 0.5, 0.0) / sqrt(variance))) ELSE 1.0 END AS p
    FROM ranged
),
placed AS (
    SELECT *, count(*) FILTER (state = 'judged') OVER () AS looked_at,
           count(*) OVER (PARTITION BY state ORDER BY p RANGE UNBOUNDED PRECEDING) AS place
    FROM judged
),
corrected AS (
    SELECT *, CASE WHEN state = 'judged' THEN min(least(1.0, p * looked_at / place)) OVER (PARTITION BY state ORDER BY p DESC RANGE UNBOUNDED PRECEDING) END AS adjusted
    FROM placed
)
SELECT key_a, key_b, k, k_a, k_b, n, expected, k / nullif(expected, 0) AS ratio, low, high, near_end, state, p, adjusted, looked_at,
       coalesce(adjusted <= 0.05 AND (low > expected OR high < expected), false) AS established, kin
FROM corrected;

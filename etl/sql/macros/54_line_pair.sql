-- Which lines meet in the same stories more or less often than chance would have it (STATISTICS 23), each pair once (key_a < key_b):
-- k stories on both, `expected` = k_a * k_b / n if neither knew of the other. low, high: Newcombe's interval of the share of b among
-- the stories on a minus its share among the others (NULL where one of these is empty); where it holds 0, there is no clear difference.
-- state: 'judged' with at least 5 expected; else 'few', and 'blank' where no story has both. Arguments as in coverage.
-- At most 63 keys: a story's lines are held as the bits of a number, and stories with the same lines are counted once.
CREATE OR REPLACE MACRO line_pair(of_keys, in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT story_no FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none)
),
total AS (SELECT count(*) AS n FROM base),
line AS (SELECT key, row_number() OVER (ORDER BY key) - 1 AS place FROM (SELECT unnest(list_distinct(of_keys)) AS key)),
marked AS (
    SELECT l.story_no, bit_or(CAST(1 AS BIGINT) << CAST(line.place AS INTEGER)) AS bits
    FROM story_line AS l JOIN line USING (key) WHERE list_contains(of_keys, l.key) GROUP BY l.story_no
),
alike AS MATERIALIZED (SELECT m.bits, count(*) AS n FROM base JOIN marked AS m USING (story_no) GROUP BY m.bits),
held AS MATERIALIZED (
    SELECT line.key, alike.bits, alike.n FROM alike JOIN line ON alike.bits >> CAST(line.place AS INTEGER) & 1 = 1
),
size AS (
    SELECT line.key, coalesce(CAST(sum(held.n) AS BIGINT), 0) AS k FROM line LEFT JOIN held ON held.key = line.key GROUP BY line.key
),
meeting AS (
    SELECT a.key AS key_a, b.key AS key_b, CAST(sum(a.n) AS BIGINT) AS k FROM held AS a JOIN held AS b ON b.bits = a.bits AND a.key < b.key GROUP BY ALL
),
pair AS (
    SELECT a.key AS key_a, b.key AS key_b, coalesce(m.k, 0) AS k, a.k AS k_a, b.k AS k_b, t.n, coalesce(a.k / nullif(t.n, 0) * b.k, 0.0) AS expected
    FROM size AS a JOIN size AS b ON a.key < b.key CROSS JOIN total AS t
    LEFT JOIN meeting AS m ON m.key_a = a.key AND m.key_b = b.key
)
SELECT *, k / nullif(expected, 0) AS ratio,
       newcombe_low(k_b - k, n - k_a, k, k_a) AS low, newcombe_high(k_b - k, n - k_a, k, k_a) AS high,
       CASE WHEN expected >= 5 THEN 'judged' WHEN k = 0 THEN 'blank' ELSE 'few' END AS state
FROM pair;

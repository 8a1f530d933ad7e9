-- Which lines meet in the same stories more or less often than chance would have it (STATISTICS 23), each pair once (key_a < key_b):
-- k stories on both, `expected` = k_a * k_b / n if neither knew of the other. low, high: Newcombe's interval of the share of b among
-- the stories on a minus its share among the others (NULL where one of these is empty); where it holds 0, there is no clear difference.
-- state: 'judged' with at least 5 expected; else 'few', and 'blank' where no story has both. Arguments as in coverage.
-- The lines are topics, or desks or groups of them; stories whose topics are alike are counted once.
CREATE OR REPLACE MACRO line_pair(of_keys, in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS TABLE
WITH alike AS MATERIALIZED (
    SELECT topics, count(*) AS n
    FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) GROUP BY topics
),
total AS (SELECT coalesce(CAST(sum(n) AS BIGINT), 0) AS n FROM alike),
held AS MATERIALIZED (SELECT b.key, a.topics, a.n FROM alike AS a JOIN topic_bits(of_keys) AS b ON a.topics & b.bits <> 0),
line AS (SELECT unnest(list_distinct(of_keys)) AS key),
size AS (
    SELECT line.key, coalesce(CAST(sum(held.n) AS BIGINT), 0) AS k FROM line LEFT JOIN held ON held.key = line.key GROUP BY line.key
),
meeting AS (
    SELECT a.key AS key_a, b.key AS key_b, CAST(sum(a.n) AS BIGINT) AS k FROM held AS a JOIN held AS b ON b.topics = a.topics AND a.key < b.key GROUP BY ALL
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

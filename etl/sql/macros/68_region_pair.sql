-- How often a region and a line meet in a story, against what chance would have (STATISTICS 23): a row for each of of_codes (countries,
-- areas or 'none', as in region_share) and of_lines (keys of topics, desks or groups). k stories on both, `expected` = k_a * k_b / n if
-- neither knew of the other. low, high: Newcombe's interval of the share of the line among the region's stories minus its share among
-- all others (NULL where one of these is empty); where it holds 0, there is no clear difference. state: 'judged' with at least 5
-- expected; else 'few', and 'blank' where no story has both. At most 62 codes and 62 lines: a story's are held as the bits of a number,
-- and stories alike are counted once. Other arguments as in region_share.
CREATE OR REPLACE MACRO region_pair(of_codes, of_lines, by_way, in_sources, from_day, to_day, with_letters, in_unit,
                                    about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT story_no FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none)
),
total AS (SELECT count(*) AS n FROM base),
row_of AS (SELECT code, CAST(row_number() OVER (ORDER BY code) - 1 AS INTEGER) AS place FROM (SELECT unnest(list_distinct(of_codes)) AS code)),
column_of AS (SELECT key, CAST(row_number() OVER (ORDER BY key) - 1 AS INTEGER) AS place FROM (SELECT unnest(list_distinct(of_lines)) AS key)),
inside AS (
    SELECT r.region_no, bit_or(CAST(1 AS BIGINT) << o.place) AS bits
    FROM (SELECT code, code AS held_by FROM region UNION ALL SELECT code, group_code FROM region_member) AS m
    JOIN region AS r USING (code) JOIN row_of AS o ON o.code = m.held_by GROUP BY r.region_no
),
here AS (
    SELECT p.story_no, coalesce(bit_or(i.bits) FILTER (p.holds), 0) AS bits
    FROM region_place(by_way) AS p LEFT JOIN inside AS i USING (region_no) GROUP BY p.story_no
),
topic_of AS (
    SELECT t.topic_no, bit_or(CAST(1 AS BIGINT) << c.place) AS bits
    FROM (SELECT id, 'topic:' || id AS key FROM topic
          UNION ALL SELECT m.topic_id, g.kind || ':' || g.id FROM topic_group_member AS m JOIN topic_group AS g ON g.id = m.group_id) AS k
    JOIN topic AS t USING (id) JOIN column_of AS c USING (key) GROUP BY t.topic_no
),
said AS (SELECT f.story_no, bit_or(t.bits) AS bits FROM topic_fact AS f JOIN topic_of AS t USING (topic_no) GROUP BY f.story_no),
alike AS MATERIALIZED (
    SELECT coalesce(h.bits, (SELECT CAST(1 AS BIGINT) << place FROM row_of WHERE code = 'none'), 0) AS rows, coalesce(s.bits, 0) AS columns, count(*) AS n
    FROM base LEFT JOIN here AS h USING (story_no) LEFT JOIN said AS s USING (story_no) GROUP BY ALL
),
size_a AS (SELECT o.code, coalesce(CAST(sum(a.n) AS BIGINT), 0) AS k FROM row_of AS o LEFT JOIN alike AS a ON a.rows >> o.place & 1 = 1 GROUP BY o.code),
size_b AS (SELECT o.key, coalesce(CAST(sum(a.n) AS BIGINT), 0) AS k FROM column_of AS o LEFT JOIN alike AS a ON a.columns >> o.place & 1 = 1 GROUP BY o.key),
meeting AS (
    SELECT r.code, c.key, CAST(sum(a.n) AS BIGINT) AS k
    FROM alike AS a JOIN row_of AS r ON a.rows >> r.place & 1 = 1 JOIN column_of AS c ON a.columns >> c.place & 1 = 1 GROUP BY ALL
),
pair AS (
    SELECT 'region:' || a.code AS key_a, b.key AS key_b, coalesce(m.k, 0) AS k, a.k AS k_a, b.k AS k_b, t.n,
           coalesce(a.k / nullif(t.n, 0) * b.k, 0.0) AS expected
    FROM size_a AS a CROSS JOIN size_b AS b CROSS JOIN total AS t LEFT JOIN meeting AS m ON m.code = a.code AND m.key = b.key
)
SELECT *, k / nullif(expected, 0) AS ratio,
       newcombe_low(k_b - k, n - k_a, k, k_a) AS low, newcombe_high(k_b - k, n - k_a, k, k_a) AS high,
       CASE WHEN expected >= 5 THEN 'judged' WHEN k = 0 THEN 'blank' ELSE 'few' END AS state
FROM pair;

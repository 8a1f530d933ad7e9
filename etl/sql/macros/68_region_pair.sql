-- How often a region and a line meet in a story, against what chance would have (STATISTICS 23): a row for each of of_codes (countries,
-- areas or 'none', as in region_share) and of_lines (keys of topics, desks or groups). k stories on both, `expected` = k_a * k_b / n if
-- neither knew of the other. low, high: Newcombe's interval of the share of the line among the region's stories minus its share among
-- all others (NULL where one of these is empty); where it holds 0, there is no clear difference. state: 'judged' with at least 5
-- expected; else 'few', and 'blank' where no story has both. At most 62 codes: a story's are held as the bits of a number, and stories
-- alike are counted once. Other arguments as in region_share.
CREATE OR REPLACE MACRO region_pair(of_codes, of_lines, by_way, in_sources, from_day, to_day, with_letters, in_unit,
                                    about_any, about_all, about_none) AS TABLE
WITH row_of AS (SELECT code, CAST(row_number() OVER (ORDER BY code) - 1 AS INTEGER) AS place FROM (SELECT unnest(list_distinct(of_codes)) AS code)),
inside AS (
    SELECT r.region_no, bit_or(CAST(1 AS BIGINT) << o.place) AS bits
    FROM (SELECT code, code AS held_by FROM region UNION ALL SELECT code, group_code FROM region_member) AS m
    JOIN region AS r USING (code) JOIN row_of AS o ON o.code = m.held_by GROUP BY r.region_no
),
here_set AS (
    SELECT p.set_no, coalesce(bit_or(i.bits) FILTER (p.holds), 0) AS bits
    FROM place_member(by_way) AS p LEFT JOIN inside AS i USING (region_no) GROUP BY p.set_no
),
here AS (
    SELECT p.story_no, coalesce(bit_or(i.bits) FILTER (p.holds), 0) AS bits
    FROM region_place(if(by_way = 'home', by_way, NULL)) AS p LEFT JOIN inside AS i USING (region_no) GROUP BY p.story_no
),
told AS (
    SELECT a.topics, h.bits, a.n
    FROM (SELECT topics, if(by_way = 'published', source_no, places) AS set_no, count(*) AS n
          FROM base_story(if(by_way = 'home', CAST([] AS VARCHAR[]), in_sources), from_day, to_day, with_letters, in_unit,
                          about_any, about_all, about_none) GROUP BY ALL) AS a
    LEFT JOIN here_set AS h USING (set_no)
    UNION ALL
    SELECT b.topics, h.bits, count(*)
    FROM base_story(if(by_way = 'home', in_sources, CAST([] AS VARCHAR[])), from_day, to_day, with_letters, in_unit,
                    about_any, about_all, about_none) AS b
    LEFT JOIN here AS h USING (story_no) GROUP BY ALL
),
alike AS MATERIALIZED (
    SELECT topics, coalesce(bits, (SELECT CAST(1 AS BIGINT) << place FROM row_of WHERE code = 'none'), 0) AS rows, CAST(sum(n) AS BIGINT) AS n
    FROM told GROUP BY ALL
),
total AS (SELECT coalesce(CAST(sum(n) AS BIGINT), 0) AS n FROM alike),
line AS (SELECT unnest(list_distinct(of_lines)) AS key),
said AS MATERIALIZED (
    SELECT b.key, a.rows, CAST(sum(a.n) AS BIGINT) AS n FROM alike AS a JOIN topic_bits(of_lines) AS b ON a.topics & b.bits <> 0 GROUP BY ALL
),
size_a AS (SELECT o.code, coalesce(CAST(sum(a.n) AS BIGINT), 0) AS k FROM row_of AS o LEFT JOIN alike AS a ON a.rows >> o.place & 1 = 1 GROUP BY o.code),
size_b AS (SELECT line.key, coalesce(CAST(sum(s.n) AS BIGINT), 0) AS k FROM line LEFT JOIN said AS s USING (key) GROUP BY line.key),
meeting AS (
    SELECT r.code, s.key, CAST(sum(s.n) AS BIGINT) AS k FROM said AS s JOIN row_of AS r ON s.rows >> r.place & 1 = 1 GROUP BY ALL
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

-- Each line's share of all counted stories, without periods: k of n and the likely range (STATISTICS 1, 7). A line without stories is
-- 0 with its upper end (13). Where nothing is counted n is 0, and share and range are NULL. Arguments as in coverage. Lines of topics
-- are counted by stories that are alike; the stories are only looked up one by one, from no source else, where there are other lines.
CREATE OR REPLACE MACRO line_share(of_keys, in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS TABLE
WITH alike AS MATERIALIZED (
    SELECT topics, count(*) AS n
    FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) GROUP BY topics
),
total AS (SELECT coalesce(CAST(sum(n) AS BIGINT), 0) AS n FROM alike),
drawn AS MATERIALIZED (
    SELECT key, line_no FROM line_key WHERE kind NOT IN ('topic', 'group', 'untagged') AND list_contains(of_keys, key)
),
hit AS (
    SELECT b.key, CAST(sum(a.n) AS BIGINT) AS k FROM alike AS a JOIN topic_bits(of_keys) AS b ON a.topics & b.bits <> 0 GROUP BY b.key
    UNION ALL
    SELECT d.key, c.k
    FROM (SELECT f.line_no, count(*) AS k
          FROM base_story(if((SELECT count(*) FROM drawn) = 0, CAST([] AS VARCHAR[]), in_sources), from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS b
          JOIN (FROM line_fact JOIN drawn USING (line_no)) AS f USING (story_no) GROUP BY ALL) AS c
    JOIN drawn AS d USING (line_no)
),
line AS (SELECT unnest(list_distinct(of_keys)) AS key)
SELECT line.key, coalesce(hit.k, 0) AS k, total.n, coalesce(hit.k, 0) / nullif(total.n, 0) AS share,
       wilson_low(coalesce(hit.k, 0), total.n) AS low, wilson_high(coalesce(hit.k, 0), total.n) AS high
FROM line CROSS JOIN total LEFT JOIN hit ON hit.key = line.key;

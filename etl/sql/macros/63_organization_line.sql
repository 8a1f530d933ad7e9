-- How organizations (of_keys: 'organization:<id>') and lines (of_lines: keys of view story_line, desks say) meet in the same stories,
-- against chance (STATISTICS 23): a row for each of both, k stories on both, `expected` = k_a * k_b / n if neither knew of the other.
-- n: all counted stories, or with of_any those that count for any organization; k_b is counted among these. low, high: Newcombe's
-- interval of the share of the line among the organization's stories minus its share among all others (NULL where one of these is empty);
-- where it holds 0, there is no clear difference. state: 'judged' with at least 5 expected; else 'few', and 'blank' where no story has both.
-- Other arguments as in organization_share.
CREATE OR REPLACE MACRO organization_line(of_keys, of_lines, of_any, by_role, in_sources, from_day, to_day, with_letters, in_unit,
                                          about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT story_no FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none)
    WHERE NOT of_any OR roles & role_bits(by_role) <> 0
),
total AS (SELECT count(*) AS n FROM base),
asked AS MATERIALIZED (SELECT 'organization:' || id AS key, organization_no FROM organization WHERE list_contains(of_keys, 'organization:' || id)),
drawn AS MATERIALIZED (SELECT key, line_no FROM line_key WHERE list_contains(of_lines, key)),
here AS MATERIALIZED (
    SELECT f.organization_no, f.story_no FROM organization_fact AS f JOIN asked USING (organization_no) JOIN base USING (story_no)
    WHERE organization_counts(f.role, by_role)
),
said AS MATERIALIZED (SELECT f.line_no, f.story_no FROM line_fact AS f JOIN drawn USING (line_no) JOIN base USING (story_no)),
size_a AS (
    SELECT line.key, coalesce(c.k, 0) AS k
    FROM (SELECT unnest(list_distinct(of_keys)) AS key) AS line LEFT JOIN asked USING (key)
    LEFT JOIN (SELECT organization_no, count(*) AS k FROM here GROUP BY ALL) AS c USING (organization_no)
),
size_b AS (
    SELECT line.key, coalesce(c.k, 0) AS k
    FROM (SELECT unnest(list_distinct(of_lines)) AS key) AS line LEFT JOIN drawn USING (key)
    LEFT JOIN (SELECT line_no, count(*) AS k FROM said GROUP BY ALL) AS c USING (line_no)
),
meeting AS (
    SELECT a.key AS key_a, d.key AS key_b, m.k
    FROM (SELECT h.organization_no, s.line_no, count(*) AS k FROM here AS h JOIN said AS s USING (story_no) GROUP BY ALL) AS m
    JOIN asked AS a USING (organization_no) JOIN drawn AS d USING (line_no)
),
pair AS (
    SELECT a.key AS key_a, b.key AS key_b, coalesce(m.k, 0) AS k, a.k AS k_a, b.k AS k_b, t.n, coalesce(a.k / nullif(t.n, 0) * b.k, 0.0) AS expected
    FROM size_a AS a CROSS JOIN size_b AS b CROSS JOIN total AS t LEFT JOIN meeting AS m ON m.key_a = a.key AND m.key_b = b.key
)
SELECT *, k / nullif(expected, 0) AS ratio,
       newcombe_low(k_b - k, n - k_a, k, k_a) AS low, newcombe_high(k_b - k, n - k_a, k, k_a) AS high,
       CASE WHEN expected >= 5 THEN 'judged' WHEN k = 0 THEN 'blank' ELSE 'few' END AS state
FROM pair;

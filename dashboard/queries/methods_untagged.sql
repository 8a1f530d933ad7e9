-- Of each source's stories in each year, those that got no topic and those that name no place, each with its likely range
-- (STATISTICS 5, 7). Counted as Coverage counts one source: a cluster once, no letters, languages that are tagged.
WITH base AS MATERIALIZED (
    SELECT story_no, source_no, year(day) AS year FROM base_story(NULL, NULL, NULL, false, 'outlet', NULL, NULL, NULL)
),
total AS (SELECT source_no, year, count(*) AS n FROM base GROUP BY ALL),
untagged AS (
    SELECT b.source_no, b.year, count(*) AS n FROM base AS b SEMI JOIN (SELECT story_no FROM story_line WHERE key = 'topic:untagged') AS l USING (story_no) GROUP BY ALL
),
nowhere AS (
    SELECT b.source_no, b.year, count(*) AS n FROM base AS b SEMI JOIN (SELECT story_no FROM story_line WHERE key = 'region:none') AS l USING (story_no) GROUP BY ALL
),
counted AS (
    SELECT t.source_no, t.year, t.n, coalesce(u.n, 0) AS untagged, coalesce(w.n, 0) AS nowhere
    FROM total AS t LEFT JOIN untagged AS u USING (source_no, year) LEFT JOIN nowhere AS w USING (source_no, year)
)
SELECT src.id AS source_id, src.name AS source, make_date(c.year, 1, 1) AS period, c.n, c.untagged, wilson_low(c.untagged, c.n) AS untagged_low,
       wilson_high(c.untagged, c.n) AS untagged_high, c.nowhere, wilson_low(c.nowhere, c.n) AS nowhere_low,
       wilson_high(c.nowhere, c.n) AS nowhere_high
FROM counted AS c JOIN source AS src USING (source_no)
ORDER BY source, source_id, c.year DESC

-- Which story counts for a target's line: lines as in view story_line, and 'type:company' for stories about an organization of that
-- type ('type:unlisted' where it is not known), each story once (STATISTICS 4).
CREATE OR REPLACE MACRO target_line(of_keys) AS TABLE
SELECT l.key, l.story_no FROM story_line AS l WHERE list_contains(of_keys, l.key)
UNION ALL
SELECT DISTINCT 'type:' || coalesce(o.type, 'unlisted'), f.story_no
FROM organization_fact AS f JOIN organization AS o USING (organization_no)
WHERE f.role = 'focus' AND list_contains(of_keys, 'type:' || coalesce(o.type, 'unlisted'));
-- Each line's share of a source's stories in its last windows (source_window): k of n and the likely range (STATISTICS 1, 7). A window
-- without stories has n 0 and no share. Lines as in target_line, each read of these stories alone.
CREATE OR REPLACE MACRO balance(of_keys, of_source, size, many, at_clock) AS TABLE
WITH shown AS MATERIALIZED (FROM source_window(of_source, size, many, at_clock)),
base AS MATERIALIZED (
    SELECT w.window_no, b.story_no
    FROM base_story([of_source], (SELECT min(first_day) FROM shown), NULL, false, 'story', NULL, NULL, NULL) AS b
    JOIN shown AS w ON b.day BETWEEN w.first_day AND w.last_day
),
total AS (SELECT window_no, count(*) AS n FROM base GROUP BY window_no),
typed AS (
    SELECT organization_no, 'type:' || coalesce(type, 'unlisted') AS key FROM organization
    WHERE list_contains(of_keys, 'type:' || coalesce(type, 'unlisted'))
),
hit AS (
    SELECT l.key, b.window_no, count(*) AS k FROM base AS b JOIN story_line AS l USING (story_no) WHERE list_contains(of_keys, l.key) GROUP BY ALL
    UNION ALL
    SELECT t.key, b.window_no, count(DISTINCT b.story_no)
    FROM base AS b JOIN organization_fact AS f USING (story_no) JOIN typed AS t USING (organization_no) WHERE f.role = 'focus' GROUP BY ALL
),
line AS (SELECT unnest(list_distinct(of_keys)) AS key),
counted AS (
    SELECT line.key, w.window_no, w.first_day, w.last_day, w.units, coalesce(hit.k, 0) AS k, coalesce(total.n, 0) AS n
    FROM line CROSS JOIN shown AS w LEFT JOIN total USING (window_no) LEFT JOIN hit ON hit.key = line.key AND hit.window_no = w.window_no
)
SELECT *, k / nullif(n, 0) AS share, wilson_low(k, n) AS low, wilson_high(k, n) AS high FROM counted;
-- The stories behind a number of balance or topic_mix, one row a story (STATISTICS 26): those of a source in these days that are on a line,
-- '*' those on any topic, NULL all.
CREATE OR REPLACE MACRO balance_story(of_key, of_source, from_day, to_day) AS TABLE
SELECT b.story_no, b.source_no, b.day
FROM base_story([of_source], from_day, to_day, false, 'story', NULL, NULL, NULL) AS b
WHERE of_key IS NULL
   OR b.story_no IN (SELECT l.story_no FROM target_line([of_key]) AS l)
   OR (of_key = '*' AND b.story_no IN (SELECT f.story_no FROM topic_fact AS f));

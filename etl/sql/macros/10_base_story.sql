-- The stories that a chart counts: its denominator, and the only place where one is defined (STATISTICS 2, 3). They are the counted
-- stories in a language that is tagged. NULL means "no restriction"; an empty list matches nothing.
-- in_sources, from_day, to_day, with_letters, in_unit: as in counted_story.
-- about_any, about_all, about_none: lists of keys of view story_line, or of asked_line. `any` asks for at least one key of
-- each kind that it names (a topic of these AND a region of those). One kind or key, which is usual, needs no counting. A join with stories
-- that are named once is quicker than asking whether a story is among them. topics, places, roles: as in story_fact.
CREATE OR REPLACE MACRO base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS TABLE
WITH kind AS NOT MATERIALIZED (
    SELECT unnest(list_distinct(about_any)) AS key, list_distinct(list_transform(about_any, lambda x: split_part(x, ':', 1))) AS kinds
),
wanted AS NOT MATERIALIZED (SELECT key, CAST(1 << list_position(kinds, split_part(key, ':', 1)) AS INTEGER) AS bit FROM kind),
any_fact AS NOT MATERIALIZED (
    SELECT f.story_no, k.bit FROM line_fact AS f JOIN (SELECT line_no, bit FROM line_key JOIN wanted USING (key)) AS k USING (line_no)
    UNION ALL
    SELECT a.story_no, w.bit FROM asked_line() AS a JOIN wanted AS w USING (key)
),
of_any AS (
    SELECT story_no FROM any_fact WHERE len(list_distinct(about_any)) = 1
    UNION ALL
    SELECT DISTINCT story_no FROM any_fact
    WHERE len(list_distinct(about_any)) > 1 AND len(list_distinct(list_transform(about_any, lambda x: split_part(x, ':', 1)))) = 1
    UNION ALL
    SELECT story_no FROM any_fact
    WHERE len(list_distinct(list_transform(about_any, lambda x: split_part(x, ':', 1)))) > 1
    GROUP BY story_no
    HAVING bit_count(bit_or(bit)) = len(list_distinct(list_transform(about_any, lambda x: split_part(x, ':', 1))))
),
all_fact AS NOT MATERIALIZED (
    SELECT f.story_no FROM line_fact AS f JOIN (SELECT line_no FROM line_key WHERE list_contains(about_all, key)) USING (line_no)
    UNION ALL
    SELECT story_no FROM asked_line() WHERE list_contains(about_all, key)
),
of_all AS (
    SELECT story_no FROM all_fact WHERE len(list_distinct(about_all)) = 1
    UNION ALL
    SELECT story_no FROM all_fact WHERE len(list_distinct(about_all)) > 1
    GROUP BY story_no HAVING count(*) = len(list_distinct(about_all))
)
SELECT s.story_no, s.source_no, s.document_id, s.day, s.topics, s.places, s.roles
FROM counted_story(in_sources, from_day, to_day, with_letters, in_unit) AS s
LEFT JOIN of_any AS y ON y.story_no = s.story_no LEFT JOIN of_all AS a ON a.story_no = s.story_no
WHERE tagged_language(s.language)
  AND (about_any IS NULL OR y.story_no IS NOT NULL)
  AND (about_all IS NULL OR a.story_no IS NOT NULL)
  AND (about_none IS NULL OR s.story_no NOT IN (
        SELECT l.story_no FROM story_line AS l WHERE list_contains(about_none, l.key)
        UNION ALL SELECT x.story_no FROM asked_line() AS x WHERE list_contains(about_none, x.key)));

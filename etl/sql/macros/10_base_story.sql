-- The stories that a chart counts: its denominator, and the only place where one is defined (STATISTICS 2, 3). They are the counted
-- stories in a language that is tagged. NULL means "no restriction"; an empty list matches nothing.
-- in_sources, from_day, to_day, with_letters, in_unit: as in counted_story.
-- about_any, about_all, about_none: lists of keys of view story_line. `any` asks for at least one key of
-- each kind that it names (a topic of these AND a region of those). One kind or key, which is usual, needs no counting. A join with stories
-- that are named once is quicker than asking whether a story is among them. topics, places, roles: as in story_fact.
CREATE OR REPLACE MACRO base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS TABLE
WITH of_any AS (
    SELECT f.story_no FROM line_fact AS f JOIN (SELECT line_no FROM line_key WHERE list_contains(about_any, key)) USING (line_no)
    WHERE len(list_distinct(about_any)) = 1
    UNION ALL
    SELECT DISTINCT f.story_no FROM line_fact AS f JOIN (SELECT line_no FROM line_key WHERE list_contains(about_any, key)) USING (line_no)
    WHERE len(list_distinct(about_any)) > 1 AND len(list_distinct(list_transform(about_any, lambda x: split_part(x, ':', 1)))) = 1
    UNION ALL
    SELECT f.story_no
    FROM line_fact AS f
    JOIN (SELECT line_no, CAST(1 << list_position(list_distinct(list_transform(about_any, lambda x: split_part(x, ':', 1))), split_part(key, ':', 1)) AS INTEGER) AS bit
          FROM line_key WHERE list_contains(about_any, key)) AS k USING (line_no)
    WHERE len(list_distinct(list_transform(about_any, lambda x: split_part(x, ':', 1)))) > 1
    GROUP BY f.story_no
    HAVING bit_count(bit_or(k.bit)) = len(list_distinct(list_transform(about_any, lambda x: split_part(x, ':', 1))))
),
of_all AS (
    SELECT f.story_no FROM line_fact AS f JOIN (SELECT line_no FROM line_key WHERE list_contains(about_all, key)) USING (line_no)
    WHERE len(list_distinct(about_all)) = 1
    UNION ALL
    SELECT f.story_no FROM line_fact AS f JOIN (SELECT line_no FROM line_key WHERE list_contains(about_all, key)) USING (line_no)
    WHERE len(list_distinct(about_all)) > 1
    GROUP BY f.story_no HAVING count(*) = len(list_distinct(about_all))
)
SELECT s.story_no, s.source_no, s.document_id, s.day, s.topics, s.places, s.roles
FROM counted_story(in_sources, from_day, to_day, with_letters, in_unit) AS s
LEFT JOIN of_any AS y ON y.story_no = s.story_no LEFT JOIN of_all AS a ON a.story_no = s.story_no
WHERE tagged_language(s.language)
  AND (about_any IS NULL OR y.story_no IS NOT NULL)
  AND (about_all IS NULL OR a.story_no IS NOT NULL)
  AND (about_none IS NULL OR s.story_no NOT IN (
        SELECT l.story_no FROM story_line AS l WHERE list_contains(about_none, l.key)));

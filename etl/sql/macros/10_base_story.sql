-- The stories that a chart counts: its denominator, and the only place where one is defined (STATISTICS 2, 3). They are the counted
-- stories in a language that is tagged. NULL means "no restriction"; an empty list matches nothing.
-- in_sources, from_day, to_day, with_letters, in_unit: as in counted_story.
-- about_any, about_all, about_none: lists of keys of view story_line. `any` asks for at least one key of
-- each kind that it names (a topic of these AND a region of those).
CREATE OR REPLACE MACRO base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS TABLE
SELECT s.story_no, s.source_no, s.document_id, s.day
FROM counted_story(in_sources, from_day, to_day, with_letters, in_unit) AS s
WHERE tagged_language(s.language)
  AND (about_any IS NULL OR s.story_no IN (
        SELECT l.story_no FROM story_line AS l
        WHERE list_contains(about_any, l.key)
        GROUP BY l.story_no
        HAVING count(DISTINCT split_part(l.key, ':', 1)) = len(list_distinct(list_transform(about_any, lambda x: split_part(x, ':', 1))))))
  AND (about_all IS NULL OR s.story_no IN (
        SELECT l.story_no FROM story_line AS l
        WHERE list_contains(about_all, l.key)
        GROUP BY l.story_no
        HAVING count(DISTINCT l.key) = len(list_distinct(about_all))))
  AND (about_none IS NULL OR s.story_no NOT IN (
        SELECT l.story_no FROM story_line AS l WHERE list_contains(about_none, l.key)));

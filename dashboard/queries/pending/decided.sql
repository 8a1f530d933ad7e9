-- A topic that was renamed since counts under its present id.
INSERT INTO wanted
SELECT ?, ? AS kind, (SELECT story_no FROM story_fact WHERE story_id = ?),
       coalesce((SELECT id FROM topic WHERE list_contains(was, t.tag_id)), t.tag_id), ?, ?
FROM (SELECT ? AS tag_id) AS t;

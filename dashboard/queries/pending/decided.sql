-- The decisions in force, of stories that the snapshot holds. A topic that was renamed since counts under its present id.
INSERT INTO wanted
SELECT d.id, d.kind, s.story_no, coalesce(t.id, d.tag_id), d.action, d.value
FROM (SELECT unnest($rows, recursive := true)) AS d
LEFT JOIN story_fact AS s ON s.story_id = d.story_id
LEFT JOIN (SELECT id, unnest(was) AS was FROM topic) AS t ON t.was = d.tag_id

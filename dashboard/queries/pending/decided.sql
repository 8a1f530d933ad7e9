-- The decisions in force, of stories that the snapshot holds.
INSERT INTO wanted
SELECT d.id, d.kind, s.story_no, d.tag_id, d.action, d.value
FROM (SELECT unnest($rows, recursive := true)) AS d JOIN story_fact AS s ON s.story_id = d.story_id

-- The other stories that tell the same event in nearly the same words.
SELECT s.story_id, s.title, s.day, src.name AS source
FROM story_fact AS s JOIN source AS src USING (source_no)
WHERE s.cluster_no = $cluster_no AND s.story_no <> $story_no
ORDER BY s.day, s.story_no LIMIT 20

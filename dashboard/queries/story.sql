-- The story with this id, ours or its archive's; several archives may give the same. Where only headlines may be shown there is no body.
SELECT s.story_no, s.story_id, s.external_id, src.name AS source, src.display, s.day, s.title,
       CASE WHEN src.display = 'headline' THEN '' ELSE s.body END AS body, s.url, s.text_kind, s.form, s.tagger, s.cluster_no
FROM story_fact AS s JOIN source AS src USING (source_no)
WHERE s.story_id = $story OR s.external_id = $story
ORDER BY s.day, s.story_no LIMIT 20

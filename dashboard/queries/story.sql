-- The story with this id, ours or its archive's; several archives may give the same. Where only headlines may be shown there is no body.
-- Its number first: texts of all stories are not read to find one.
WITH found AS MATERIALIZED (SELECT story_no FROM story_fact WHERE story_id = $story OR external_id = $story)
SELECT s.story_no, s.story_id, s.external_id, src.name AS source, src.display, s.day, s.title,
       CASE WHEN src.display = 'headline' THEN '' ELSE s.body END AS body, s.url, s.text_kind, s.form, s.tagger, s.cluster_no
FROM story_fact AS s SEMI JOIN found USING (story_no) JOIN source AS src USING (source_no)
ORDER BY s.day, s.story_no LIMIT 20

-- Every telling of one event, copies too.
SELECT s.story_no, s.story_id, s.external_id, s.title, CASE WHEN src.display = 'headline' THEN '' ELSE s.body END AS body, s.url,
       s.day, src.name AS source, src.display, s.form, s.text_kind, s.date_from, s.tagger
FROM story_fact AS s JOIN source AS src USING (source_no)
WHERE s.cluster_no = (SELECT f.cluster_no FROM story_fact AS f WHERE f.story_id = $cluster_id)
ORDER BY s.day, s.story_no

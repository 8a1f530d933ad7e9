-- Stories by number, newest first. Where only headlines of a source may be shown there is no body.
SELECT s.story_no, s.story_id, s.external_id, s.title, CASE WHEN src.display = 'headline' THEN '' ELSE s.body END AS body, s.url,
       s.day, src.name AS source, src.display, s.form, s.text_kind, s.date_from, s.tagger
FROM story_fact AS s JOIN source AS src USING (source_no)
WHERE s.story_no IN (SELECT unnest($stories))
ORDER BY s.day DESC, s.story_no

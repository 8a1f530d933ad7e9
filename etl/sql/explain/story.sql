-- $story is a story_id or an external_id.
SELECT s.story_no, s.story_id, s.external_id, src.name AS source, s.day, s.title, s.body, s.url, s.text_kind, s.form, s.tagger
FROM story_fact AS s JOIN source AS src USING (source_no)
WHERE s.story_id = $story OR s.external_id = $story
ORDER BY s.story_no;

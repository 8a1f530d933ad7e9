-- What the tagger reads of these stories, and what published them: it never scores a story by weights that learned from its document.
SELECT s.story_no, coalesce(s.external_id, s.story_id) AS id, s.story_id, src.id AS source_id, s.document_id, s.title, s.body AS text
FROM story_fact AS s JOIN source AS src USING (source_no)
WHERE s.story_no IN (SELECT unnest($stories))
ORDER BY s.story_no

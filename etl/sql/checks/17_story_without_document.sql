-- fail
-- A story belongs to no document, or a document has no story: issues that came would be counted wrongly.
SELECT s.story_id AS id, s.document_id FROM story_fact AS s ANTI JOIN document AS d USING (document_id)
UNION ALL
SELECT NULL, d.document_id FROM document AS d ANTI JOIN story_fact AS s USING (document_id);

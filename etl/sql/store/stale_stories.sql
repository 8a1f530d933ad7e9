SELECT s.story_no, s.story_id, coalesce(s.external_id, s.story_id) AS id, s.document_id, src.id AS source_id, s.title, s.body
FROM story_fact AS s JOIN source AS src USING (source_no)
WHERE s.story_no IN (SELECT unnest($numbers));

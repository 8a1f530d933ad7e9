SELECT s.story_id, s.title || chr(10) || s.body AS text
FROM story_fact AS s JOIN (SELECT unnest($document_ids) AS document_id) AS wanted USING (document_id);

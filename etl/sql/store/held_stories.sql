SELECT s.document_id, s.story_no, s.story_id, s.external_id, s.content_hash, md5(s.body) AS body_hash, s.title
FROM story_fact AS s JOIN (SELECT unnest($document_ids) AS document_id) AS wanted USING (document_id)
ORDER BY s.story_no;

SELECT d.document_id, d.input, d.content_hash
FROM document AS d JOIN (SELECT unnest($document_ids) AS document_id) AS wanted USING (document_id);

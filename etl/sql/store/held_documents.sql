SELECT d.document_id, d.input, d.content_hash
FROM document AS d JOIN wanted USING (document_id);

-- After all stories: an issue may lie across two pieces.
INSERT INTO document BY NAME
SELECT
    document_id, any_value(source_no) AS source_no, 'archive' AS input, any_value(day) AS day,
    document_digest(
        list(piece_digest(title, body, url) ORDER BY story_no), list(external_id ORDER BY story_no), any_value(day)
    ) AS content_hash,
    'split' AS disposition, $run_id AS first_run, $run_id AS last_run
FROM story_fact GROUP BY document_id ORDER BY min(story_no);

INSERT INTO story_fact BY NAME
SELECT
    story_no, short_digest(id) AS story_id, id AS external_id, source_no, document_id, title, text AS body, url,
    day::TIMESTAMP AS published, day, 'document' AS date_from, cluster_no, is_lead, 'abstract' AS text_kind, 'news' AS form,
    'en' AS language, [] AS parts, [] AS captions, story_digest(piece_digest(title, text, url), id, day) AS content_hash,
    tagger, $run_id AS first_run, $run_id AS last_run
FROM staged ORDER BY story_no;

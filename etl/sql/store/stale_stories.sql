-- Stories whose tags another lexicon, other weights or an earlier text gave; new ones have no tagger yet.
SELECT s.story_no, s.story_id, coalesce(s.external_id, s.story_id) AS id, s.document_id, src.id AS source_id, s.title, s.body
FROM story_fact AS s JOIN source AS src USING (source_no)
WHERE s.tagger <> $tagger ORDER BY s.tagger <> '', s.story_no LIMIT $most;

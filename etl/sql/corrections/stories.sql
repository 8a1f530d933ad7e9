-- The stories that decisions are about; `id` is the archive's, or else the story_id. $stories: story_ids.
SELECT
    s.story_id, coalesce(s.external_id, s.story_id) AS id, s.title, s.body, CAST(s.day AS VARCHAR) AS published,
    src.id AS source_id, src.name AS source, s.document_id, s.text_kind
FROM story_fact AS s JOIN source AS src USING (source_no)
WHERE s.story_id IN (SELECT unnest($stories))
ORDER BY id;

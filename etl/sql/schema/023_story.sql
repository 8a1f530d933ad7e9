CREATE VIEW story AS
SELECT
    s.story_id, s.external_id, src.id AS source_id, s.document_id, s.title, s.body, s.url,
    s.published, s.day, s.date_from, founder.story_id AS cluster_id, s.is_lead,
    s.text_kind, s.form, s.language
FROM story_fact AS s
JOIN source AS src USING (source_no)
JOIN story_fact AS founder ON founder.story_no = s.cluster_no;

-- A piece with the numbers that facts repeat.
CREATE OR REPLACE TEMP TABLE staged AS
SELECT
    p.story_no::INTEGER AS story_no, p.cluster_no::INTEGER AS cluster_no, p.story_no = p.cluster_no AS is_lead,
    s.source_no, s.id || '/' || p.published AS document_id, p.published::DATE AS day,
    p.id, p.title, p.text, p.url, p.topics, p.topics_near, p.organizations, p.regions, p.tagger
FROM piece AS p JOIN source AS s ON s.name = p.source;

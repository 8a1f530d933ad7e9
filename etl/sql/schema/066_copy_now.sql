-- Copies that stand for a lead are counted by their own tags.
ALTER TABLE copy_fact ADD COLUMN topics HUGEINT;
ALTER TABLE copy_fact ADD COLUMN places UBIGINT;
ALTER TABLE copy_fact ADD COLUMN roles UTINYINT;
CREATE OR REPLACE VIEW copy_now AS
SELECT c.story_no, c.source_no, c.document_id, c.day, c.published, c.form, c.language, c.cluster_no, l.source_no AS lead_source_no, c.topics, c.places,
       c.roles
FROM story_fact AS c JOIN story_fact AS l ON l.cluster_no = c.cluster_no AND l.is_lead
WHERE NOT c.is_lead;

CREATE VIEW story_organization AS
SELECT s.story_id, o.id AS organization_id, f.role
FROM organization_fact AS f
JOIN story_fact AS s USING (story_no)
JOIN organization AS o USING (organization_no);

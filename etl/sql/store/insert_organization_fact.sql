INSERT INTO organization_fact
SELECT i.story_no, o.organization_no, s.day, s.source_no, s.is_lead, i.role
FROM incoming AS i JOIN organization AS o ON o.id = i.id JOIN story_fact AS s USING (story_no)
ORDER BY i.story_no, o.organization_no;

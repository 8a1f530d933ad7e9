INSERT INTO region_fact
SELECT i.story_no, r.region_no, s.day, s.source_no, s.is_lead, i.role
FROM incoming AS i JOIN region AS r ON r.code = i.id JOIN story_fact AS s USING (story_no)
ORDER BY i.story_no, r.region_no;

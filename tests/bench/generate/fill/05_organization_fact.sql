INSERT INTO organization_fact BY NAME
SELECT f.story_no, o.organization_no, f.day, f.source_no, f.is_lead, f.tag.role AS role
FROM (SELECT * EXCLUDE organizations, unnest(organizations) AS tag FROM staged) AS f
JOIN organization AS o ON o.id = f.tag.id
ORDER BY f.story_no;

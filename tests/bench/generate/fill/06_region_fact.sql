INSERT INTO region_fact BY NAME
SELECT f.story_no, r.region_no, f.day, f.source_no, f.is_lead, f.tag.role AS role
FROM (SELECT * EXCLUDE regions, unnest(regions) AS tag FROM staged) AS f JOIN region AS r ON r.code = f.tag.code
ORDER BY f.story_no;

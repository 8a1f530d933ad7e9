CREATE VIEW story_region AS
SELECT s.story_id, r.code AS region_code, f.role
FROM region_fact AS f
JOIN story_fact AS s USING (story_no)
JOIN region AS r USING (region_no);

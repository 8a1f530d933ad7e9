-- $least: stories that name it, at least.
SELECT * FROM organization_candidate WHERE stories >= $least ORDER BY stories DESC, focus DESC, name;

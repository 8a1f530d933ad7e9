SELECT r.snapshot, r.clock, r.tagger, (SELECT count(*) FROM story_fact) AS stories, (SELECT max(day) FROM story_fact) AS newest
FROM run AS r ORDER BY r.snapshot DESC LIMIT 1;

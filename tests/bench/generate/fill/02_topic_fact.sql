INSERT INTO topic_fact BY NAME
SELECT f.story_no, t.topic_no, f.day, f.source_no, f.is_lead, f.tag.score AS score
FROM (SELECT * EXCLUDE topics, unnest(topics) AS tag FROM staged) AS f JOIN topic AS t ON t.id = f.tag.id
ORDER BY f.story_no;

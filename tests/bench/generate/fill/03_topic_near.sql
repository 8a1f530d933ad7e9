INSERT INTO topic_near BY NAME
SELECT f.story_no, t.topic_no, f.tag.score AS score, f.tag.threshold AS threshold, false AS vetoed
FROM (SELECT story_no, unnest(topics_near) AS tag FROM staged) AS f JOIN topic AS t ON t.id = f.tag.id
ORDER BY f.story_no;

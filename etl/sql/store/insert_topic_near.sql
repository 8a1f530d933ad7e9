INSERT INTO topic_near
SELECT i.story_no, t.topic_no, i.score, i.threshold, i.vetoed
FROM incoming AS i JOIN topic AS t ON t.id = i.id
ORDER BY i.story_no, i.score DESC;

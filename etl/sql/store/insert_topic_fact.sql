INSERT INTO topic_fact
SELECT i.story_no, t.topic_no, s.day, s.source_no, s.is_lead, i.score
FROM incoming AS i JOIN topic AS t ON t.id = i.id JOIN story_fact AS s USING (story_no)
ORDER BY i.story_no, t.topic_no;

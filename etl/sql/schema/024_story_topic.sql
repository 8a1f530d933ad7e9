CREATE VIEW story_topic AS
SELECT s.story_id, t.id AS topic_id, f.score
FROM topic_fact AS f
JOIN story_fact AS s USING (story_no)
JOIN topic AS t USING (topic_no);

-- Which stories of a cluster have which topics.
SELECT s.story_no, s.story_id, s.title, s.day, src.name AS source,
       (SELECT coalesce(list(t.id ORDER BY t.topic_no), []) FROM topic_fact AS f JOIN topic AS t USING (topic_no) WHERE f.story_no = s.story_no) AS topics
FROM story_fact AS s JOIN source AS src USING (source_no) WHERE s.cluster_no = $cluster_no ORDER BY s.is_lead DESC, s.day, s.story_no LIMIT 12

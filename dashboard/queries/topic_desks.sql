-- Every desk and its topics, in the order of the desks.
SELECT 'desk:' || g.id AS desk, 'topic:' || t.id AS topic
FROM topic_group AS g JOIN topic_group_member AS m ON m.group_id = g.id JOIN topic AS t ON t.id = m.topic_id
WHERE g.kind = 'desk' ORDER BY g.position, t.topic_no

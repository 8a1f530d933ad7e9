-- Stories of each month and topic, from the facts.
SELECT strftime(day, '%Y-%m') AS month, topic.id AS topic, count(*) AS stories
FROM topic_fact JOIN topic USING (topic_no)
GROUP BY ALL
ORDER BY ALL;

-- warn
-- More than 95 % of at least 100 stories carry one topic, or none carries any: the tagger's threshold is off.
WITH total AS (SELECT count(*) AS n FROM story_fact)
SELECT t.id AS topic, count(*) AS stories FROM topic_fact AS f JOIN topic AS t USING (topic_no) CROSS JOIN total
GROUP BY t.id, total.n HAVING total.n >= 100 AND count(*) > 0.95 * total.n
UNION ALL
SELECT 'none', n FROM total WHERE n >= 100 AND NOT EXISTS (FROM topic_fact);

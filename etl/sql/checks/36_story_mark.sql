-- fail
-- What stories have as bits and sets differs from their tags: charts count by these. Looked at are 10,000 stories of this run and one in
-- 64 of all with their sets of regions, sets without a story, and how many stories each topic has.
WITH newest AS (
    SELECT story_no FROM story_fact WHERE last_run = newest_run() ORDER BY story_no DESC LIMIT 10000
),
looked_at AS (
    SELECT list(story_no) AS stories FROM (FROM newest UNION SELECT story_no FROM story_fact WHERE story_no % 64 = 0)
),
derived AS MATERIALIZED (FROM story_mark((SELECT stories FROM looked_at))),
held AS (SELECT places, list(struct_pack(region_no := region_no, focus := focus) ORDER BY region_no) AS members FROM place_set GROUP BY places)
SELECT 'other tags' AS fault, s.story_no, NULL AS number
FROM derived AS d JOIN story_fact AS s USING (story_no)
WHERE s.topics IS DISTINCT FROM d.topics OR s.places IS DISTINCT FROM d.places OR s.roles IS DISTINCT FROM d.roles
UNION ALL
SELECT 'other regions in the set', d.story_no, NULL
FROM derived AS d LEFT JOIN held AS h USING (places) WHERE d.places <> 0 AND h.members IS DISTINCT FROM d.members
UNION ALL
SELECT 'set of no story', NULL, places FROM (SELECT places FROM place_set EXCEPT SELECT places FROM story_fact)
UNION ALL
SELECT 'stories not as many as tags', NULL, t.topic_no
FROM topic AS t
LEFT JOIN (SELECT topic_no, count(*) AS n FROM topic_fact GROUP BY topic_no) AS f USING (topic_no)
LEFT JOIN (
    SELECT t.topic_no, sum(a.n) AS n FROM (SELECT topics, count(*) AS n FROM story_fact GROUP BY topics) AS a
    JOIN topic AS t ON a.topics & (CAST(1 AS HUGEINT) << t.topic_no) <> 0 GROUP BY t.topic_no
) AS s USING (topic_no)
WHERE coalesce(f.n, 0) <> coalesce(s.n, 0);

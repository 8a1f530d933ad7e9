-- fail
-- Lines hold other stories than tags say: a chart would count what no list shows. Looked at are 10,000 stories of this run and one in 64
-- of all, and how many stories each topic has.
WITH newest AS (
    SELECT story_no FROM story_fact WHERE last_run = newest_run() ORDER BY story_no DESC LIMIT 10000
),
looked_at AS (
    SELECT list(story_no) AS stories FROM (FROM newest UNION SELECT story_no FROM story_fact WHERE story_no % 64 = 0)
),
derived AS MATERIALIZED (
    SELECT line_no, story_no FROM line_tagged(0, 2147483647, (SELECT stories FROM looked_at))
),
held AS MATERIALIZED (
    SELECT line_no, story_no FROM line_fact WHERE story_no IN (SELECT unnest(stories) FROM looked_at)
)
SELECT 'line gathers something else' AS fault, key AS line, NULL AS story_no
FROM (FROM line_now() EXCEPT ALL SELECT key, kind, members FROM line_key)
UNION ALL
SELECT 'line is no more', key, NULL FROM (SELECT key FROM line_key EXCEPT ALL SELECT key FROM line_now())
UNION ALL
SELECT 'story missing', k.key, m.story_no FROM (FROM derived EXCEPT ALL FROM held) AS m JOIN line_key AS k USING (line_no)
UNION ALL
SELECT 'story too many', k.key, m.story_no FROM (FROM held EXCEPT ALL FROM derived) AS m LEFT JOIN line_key AS k USING (line_no)
UNION ALL
SELECT 'stories not as many as tags', k.key, NULL
FROM line_key AS k
LEFT JOIN (SELECT line_no, count(*) AS n FROM line_fact GROUP BY line_no) AS f USING (line_no)
LEFT JOIN (SELECT topic_no, count(*) AS n FROM topic_fact GROUP BY topic_no) AS t ON t.topic_no = k.members[1]
WHERE k.kind = 'topic' AND coalesce(f.n, 0) <> coalesce(t.n, 0);

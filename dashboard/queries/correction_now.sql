-- One story as corrections are checked against it; by our id or its archive's. The last day that it can have is that of the run that
-- last read it, in the time zone that is furthest ahead.
WITH one AS MATERIALIZED (
    SELECT story_no, story_id, day, form, cluster_no, last_run FROM story_fact
    WHERE story_id = $story OR external_id = $story ORDER BY story_id = $story DESC, story_no LIMIT 1
),
topics AS (
    SELECT list(t.id) AS topics FROM topic_fact AS a JOIN topic AS t USING (topic_no) WHERE a.story_no IN (SELECT story_no FROM one)
),
organizations AS (
    SELECT list([o.id, a.role]) AS organizations FROM organization_fact AS a JOIN organization AS o USING (organization_no)
    WHERE a.story_no IN (SELECT story_no FROM one)
),
regions AS (
    SELECT list([g.code, a.role]) AS regions FROM region_fact AS a JOIN region AS g USING (region_no) WHERE a.story_no IN (SELECT story_no FROM one)
),
cluster AS (
    SELECT count(*) AS told, max(story_id) FILTER (story_no = cluster_no) AS cluster_id FROM story_fact
    WHERE cluster_no IN (SELECT cluster_no FROM one)
)
SELECT s.story_id, s.day, s.form, c.cluster_id, c.told, t.topics, o.organizations, g.regions,
       CAST(coalesce(r.clock, (SELECT max(clock) FROM run)) + INTERVAL 14 HOUR AS DATE) AS last_day
FROM one AS s LEFT JOIN run AS r ON r.run_id = s.last_run, topics AS t, organizations AS o, regions AS g, cluster AS c

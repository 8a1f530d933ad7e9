-- One story as corrections are checked against it; by our id or its archive's. The last day that it can have is that of the run that
-- last read it, in the time zone that is furthest ahead.
WITH one AS (
    SELECT * FROM story_fact WHERE story_id = $story OR external_id = $story ORDER BY story_id = $story DESC, story_no LIMIT 1
)
SELECT s.story_id, s.day, s.form, f.story_id AS cluster_id,
       CAST(coalesce(r.clock, (SELECT max(clock) FROM run)) + INTERVAL 14 HOUR AS DATE) AS last_day,
       (SELECT count(*) FROM story_fact AS c WHERE c.cluster_no = s.cluster_no) AS told,
       (SELECT list(t.id) FROM topic_fact AS a JOIN topic AS t USING (topic_no) WHERE a.story_no = s.story_no) AS topics,
       (SELECT list([o.id, a.role]) FROM organization_fact AS a JOIN organization AS o USING (organization_no) WHERE a.story_no = s.story_no)
           AS organizations,
       (SELECT list([g.code, a.role]) FROM region_fact AS a JOIN region AS g USING (region_no) WHERE a.story_no = s.story_no) AS regions
FROM one AS s JOIN story_fact AS f ON f.story_no = s.cluster_no LEFT JOIN run AS r ON r.run_id = s.last_run

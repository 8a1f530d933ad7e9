-- fail
-- A cluster has no founder, or not exactly one lead: its event would be counted never, or twice.
SELECT cluster_no, count(*) FILTER (is_lead) AS leads, count(*) FILTER (story_no = cluster_no) AS founders
FROM story_fact SEMI JOIN (SELECT cluster_no FROM story_fact WHERE cluster_no <> story_no OR NOT is_lead) AS shared USING (cluster_no)
GROUP BY cluster_no HAVING leads <> 1 OR founders <> 1;

-- fail
-- A cluster is led by another story than its earliest: its event would be counted on a day on which it was no news any more.
WITH copy AS (SELECT DISTINCT cluster_no FROM story_fact WHERE cluster_no <> story_no)
SELECT s.cluster_no, arg_min(s.story_no, (s.day, s.published, s.source_no, s.story_no)) AS earliest,
       any_value(s.story_no) FILTER (s.is_lead) AS lead
FROM story_fact AS s JOIN copy USING (cluster_no)
GROUP BY s.cluster_no HAVING earliest IS DISTINCT FROM lead;

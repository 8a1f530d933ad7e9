-- The earliest story leads. Of this run and of clusters that it touched, or that lost their lead: each story, and whether it
-- leads.
CREATE OR REPLACE TEMP TABLE cluster_moved AS
WITH touched AS (
    SELECT s.cluster_no FROM story_fact AS s
    WHERE s.cluster_no IN (SELECT c.cluster_no FROM story_fact AS c WHERE c.cluster_no <> c.story_no)
    GROUP BY s.cluster_no HAVING bool_or(s.last_run = $run_id) OR NOT bool_or(s.is_lead)
    UNION
    SELECT s.cluster_no FROM story_fact AS s WHERE NOT s.is_lead AND s.cluster_no = s.story_no
    GROUP BY s.cluster_no HAVING NOT bool_or(s.is_lead)
),
earliest AS (
    SELECT s.cluster_no, arg_min(s.story_no, (s.day, s.published, s.source_no, s.story_no)) AS lead_no
    FROM story_fact AS s JOIN touched AS t USING (cluster_no) GROUP BY s.cluster_no
)
SELECT s.story_no, coalesce(s.story_no = e.lead_no, s.is_lead) AS is_lead
FROM story_fact AS s LEFT JOIN earliest AS e USING (cluster_no)
WHERE e.cluster_no IS NOT NULL OR s.last_run = $run_id;
UPDATE story_fact SET is_lead = m.is_lead FROM cluster_moved AS m
WHERE m.story_no = story_fact.story_no AND m.is_lead <> story_fact.is_lead;
UPDATE topic_fact SET is_lead = s.is_lead FROM story_fact AS s
WHERE s.story_no = topic_fact.story_no AND s.is_lead <> topic_fact.is_lead AND s.story_no IN (SELECT story_no FROM cluster_moved);
UPDATE organization_fact SET is_lead = s.is_lead FROM story_fact AS s
WHERE s.story_no = organization_fact.story_no AND s.is_lead <> organization_fact.is_lead
  AND s.story_no IN (SELECT story_no FROM cluster_moved);
UPDATE region_fact SET is_lead = s.is_lead FROM story_fact AS s
WHERE s.story_no = region_fact.story_no AND s.is_lead <> region_fact.is_lead AND s.story_no IN (SELECT story_no FROM cluster_moved);

-- The earliest of each touched cluster leads it; facts repeat what their story says.
CREATE OR REPLACE TEMP TABLE moved_story AS
WITH earliest AS (
    SELECT s.cluster_no, arg_min(s.story_no, (s.day, s.published, s.source_no, s.story_no)) AS lead_no
    FROM story_fact AS s SEMI JOIN touched_cluster USING (cluster_no) GROUP BY s.cluster_no
)
SELECT s.story_no, s.day, s.source_no, s.story_no = e.lead_no AS is_lead FROM story_fact AS s JOIN earliest AS e USING (cluster_no);
UPDATE story_fact SET is_lead = m.is_lead FROM moved_story AS m WHERE m.story_no = story_fact.story_no AND m.is_lead <> story_fact.is_lead;
UPDATE topic_fact SET day = m.day, is_lead = m.is_lead FROM moved_story AS m
WHERE m.story_no = topic_fact.story_no AND (m.day, m.is_lead) <> (topic_fact.day, topic_fact.is_lead);
UPDATE organization_fact SET day = m.day, is_lead = m.is_lead FROM moved_story AS m
WHERE m.story_no = organization_fact.story_no AND (m.day, m.is_lead) <> (organization_fact.day, organization_fact.is_lead);
UPDATE region_fact SET day = m.day, is_lead = m.is_lead FROM moved_story AS m
WHERE m.story_no = region_fact.story_no AND (m.day, m.is_lead) <> (region_fact.day, region_fact.is_lead);
DROP TABLE touched_cluster;

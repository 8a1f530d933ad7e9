-- What the stories are that decisions will change, each with all of its cluster; and the clusters, whose leads may change.
CREATE OR REPLACE TEMP TABLE touched_cluster AS
SELECT s.cluster_no FROM story_fact AS s JOIN decision AS d USING (story_no) WHERE d.kind IN ('story', 'cluster')
UNION
SELECT s.cluster_no FROM story_fact AS s JOIN decision AS d ON d.value = s.story_id WHERE d.kind = 'cluster';
INSERT INTO story_before
SELECT s.story_no, s.form, s.published, s.day, s.date_from, s.cluster_no, j.lead_no, j.similarity
FROM story_fact AS s SEMI JOIN touched_cluster USING (cluster_no) LEFT JOIN cluster_join AS j USING (story_no);

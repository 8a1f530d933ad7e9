-- Stories as they were before decisions changed them.
CREATE OR REPLACE TEMP TABLE touched_cluster AS
SELECT s.cluster_no FROM story_fact AS s SEMI JOIN story_before USING (story_no)
UNION SELECT cluster_no FROM story_before;
UPDATE story_fact SET form = b.form, published = b.published, day = b.day, date_from = b.date_from, cluster_no = b.cluster_no
FROM story_before AS b WHERE b.story_no = story_fact.story_no;
DELETE FROM cluster_join WHERE story_no IN (SELECT story_no FROM story_before);
INSERT INTO cluster_join SELECT story_no, lead_no, similarity FROM story_before WHERE lead_no IS NOT NULL;
DELETE FROM story_before;

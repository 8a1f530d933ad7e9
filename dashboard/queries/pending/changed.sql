-- The stories that pending decisions touch, as the next run will have them, and their tags (contract 4). `wanted` holds the decisions in
-- force. What the snapshot has applied and is not in force any more is taken back; what the tagger said of a tag that was removed
-- then is not known before the next run, so it counts as given.
CREATE TEMP TABLE fresh AS SELECT w.* FROM wanted AS w ANTI JOIN decision AS d USING (decision_id);
CREATE TEMP TABLE undone AS SELECT d.* FROM decision AS d ANTI JOIN wanted AS w USING (decision_id);

-- Numbers and ids one after the other: asked for either at once, all stories would be looked at.
CREATE TEMP TABLE changed_cluster AS
SELECT cluster_no FROM story_fact WHERE story_no IN (SELECT story_no FROM fresh UNION SELECT story_no FROM undone)
UNION
SELECT cluster_no FROM story_fact
WHERE story_id IN (SELECT value FROM fresh WHERE kind = 'cluster' UNION SELECT value FROM undone WHERE kind = 'cluster')
UNION SELECT b.cluster_no FROM story_before AS b WHERE b.story_no IN (SELECT story_no FROM fresh UNION SELECT story_no FROM undone);
INSERT INTO changed_cluster
SELECT b.cluster_no FROM story_before AS b JOIN story_fact AS s USING (story_no) WHERE s.cluster_no IN (SELECT cluster_no FROM changed_cluster);

-- Their numbers first: texts of all stories are not read to find a few.
CREATE TEMP TABLE changed_no AS
SELECT story_no FROM story_fact WHERE cluster_no IN (FROM changed_cluster)
UNION SELECT story_no FROM story_before WHERE cluster_no IN (FROM changed_cluster);
CREATE TEMP TABLE changed_story AS SELECT s.* FROM story_fact AS s SEMI JOIN changed_no USING (story_no);
UPDATE changed_story SET form = b.form, published = b.published, day = b.day, date_from = b.date_from, cluster_no = b.cluster_no
FROM story_before AS b WHERE b.story_no = changed_story.story_no;

CREATE TEMP TABLE changed_topic AS SELECT f.* FROM topic_fact AS f SEMI JOIN changed_story USING (story_no);
CREATE TEMP TABLE changed_organization AS SELECT f.* FROM organization_fact AS f SEMI JOIN changed_story USING (story_no);
CREATE TEMP TABLE changed_region AS SELECT f.* FROM region_fact AS f SEMI JOIN changed_story USING (story_no);

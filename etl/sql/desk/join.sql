-- The story of table `moving` joins the cluster of another, whose lead it is this similar to.
UPDATE story_fact SET cluster_no = m.cluster_no FROM moving AS m WHERE m.story_no = story_fact.story_no;
INSERT INTO cluster_join SELECT story_no, lead_no, similarity FROM moving;

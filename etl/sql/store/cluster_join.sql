INSERT INTO cluster_join SELECT story_no, lead_no, similarity FROM incoming;
UPDATE story_fact SET cluster_no = i.cluster_no, is_lead = false FROM incoming AS i WHERE i.story_no = story_fact.story_no;

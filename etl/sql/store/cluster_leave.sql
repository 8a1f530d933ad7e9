DELETE FROM cluster_join WHERE story_no IN (SELECT story_no FROM incoming);
UPDATE story_fact SET cluster_no = story_fact.story_no, is_lead = true FROM incoming AS i WHERE i.story_no = story_fact.story_no;

DELETE FROM topic_fact WHERE story_no IN (SELECT story_no FROM tagged);
DELETE FROM organization_fact WHERE story_no IN (SELECT story_no FROM tagged);
DELETE FROM region_fact WHERE story_no IN (SELECT story_no FROM tagged);
DELETE FROM topic_near WHERE story_no IN (SELECT story_no FROM tagged);
DELETE FROM evidence WHERE story_no IN (SELECT story_no FROM tagged);

-- Stories that an issue's other reading does not tell: gone with all that refers to them.
DELETE FROM topic_fact WHERE story_no IN (SELECT story_no FROM forgotten);
DELETE FROM organization_fact WHERE story_no IN (SELECT story_no FROM forgotten);
DELETE FROM region_fact WHERE story_no IN (SELECT story_no FROM forgotten);
DELETE FROM topic_near WHERE story_no IN (SELECT story_no FROM forgotten);
DELETE FROM evidence WHERE story_no IN (SELECT story_no FROM forgotten);
DELETE FROM story_fact WHERE story_no IN (SELECT story_no FROM forgotten);

-- Stories that were said to be no copy stand alone; where one founded its cluster, the first of the others founds theirs anew.
CREATE OR REPLACE TEMP TABLE left_behind AS
SELECT s.story_no, min(s.story_no) OVER () AS founder_no
FROM changed_story AS s JOIN moving AS m ON s.cluster_no = m.story_no AND s.story_no <> m.story_no;
UPDATE changed_story SET cluster_no = o.founder_no FROM left_behind AS o WHERE o.story_no = changed_story.story_no;
UPDATE changed_story SET cluster_no = changed_story.story_no FROM moving AS m WHERE m.story_no = changed_story.story_no;
UPDATE changed_story SET cluster_no = o.cluster_no FROM moving AS m JOIN changed_story AS o ON o.story_id = m.other_id
WHERE m.story_no = changed_story.story_no;

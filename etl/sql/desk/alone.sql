-- The story of table `moving` leaves its cluster. Where it founded one, the first of the others founds theirs anew.
CREATE OR REPLACE TEMP TABLE left_behind AS
SELECT s.story_no, min(s.story_no) OVER () AS founder_no
FROM story_fact AS s JOIN moving AS m ON s.cluster_no = m.story_no AND s.story_no <> m.story_no;
UPDATE story_fact SET cluster_no = o.founder_no FROM left_behind AS o WHERE o.story_no = story_fact.story_no;
UPDATE story_fact SET cluster_no = story_fact.story_no FROM moving AS m WHERE m.story_no = story_fact.story_no;
DELETE FROM cluster_join WHERE story_no IN (SELECT story_no FROM moving UNION SELECT founder_no FROM left_behind);
INSERT INTO touched_cluster SELECT story_no FROM moving UNION SELECT founder_no FROM left_behind;
DROP TABLE left_behind;

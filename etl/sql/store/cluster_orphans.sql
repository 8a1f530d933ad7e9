-- A story that was taken out of the store leaves no cluster without its founder or lead: the first of the others founds it anew.
DELETE FROM cluster_join WHERE story_no NOT IN (SELECT story_no FROM story_fact);
CREATE OR REPLACE TEMP TABLE cluster_orphan AS
SELECT s.cluster_no, min(s.story_no) AS founder_no
FROM story_fact AS s
WHERE s.cluster_no <> s.story_no AND s.cluster_no NOT IN (SELECT f.story_no FROM story_fact AS f WHERE f.story_no = f.cluster_no)
GROUP BY s.cluster_no;
UPDATE story_fact SET cluster_no = o.founder_no FROM cluster_orphan AS o WHERE o.cluster_no = story_fact.cluster_no;
DELETE FROM cluster_join WHERE story_no IN (SELECT founder_no FROM cluster_orphan);
DROP TABLE cluster_orphan;

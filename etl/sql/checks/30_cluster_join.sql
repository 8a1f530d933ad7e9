-- fail
-- A copy stands in a cluster and nothing says why, or a join is kept of a story that is no copy.
SELECT coalesce(s.story_no, j.story_no) AS story_no, s.cluster_no, count(j.story_no) AS joins, min(j.similarity) AS similarity
FROM (SELECT story_no, cluster_no FROM story_fact WHERE cluster_no <> story_no) AS s
FULL JOIN cluster_join AS j USING (story_no)
GROUP BY ALL
HAVING s.cluster_no IS NULL OR joins <> 1 OR NOT min(j.similarity) BETWEEN 0 AND 1;

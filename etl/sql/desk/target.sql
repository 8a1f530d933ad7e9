-- The cluster of a story, and who leads it.
SELECT l.cluster_no, coalesce(max(l.story_no) FILTER (l.is_lead), min(l.story_no)) AS lead_no
FROM story_fact AS l WHERE l.cluster_no = (SELECT s.cluster_no FROM story_fact AS s WHERE s.story_no = $story_no)
GROUP BY l.cluster_no;

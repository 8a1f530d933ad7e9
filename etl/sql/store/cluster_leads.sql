-- Leads near enough in time for these stories; those that wait for their own turn found nothing yet.
SELECT s.cluster_no, s.story_no, s.source_no, s.day, s.published, s.title, s.body
FROM story_fact AS s
WHERE s.is_lead AND s.day BETWEEN $from_day AND $to_day
  AND s.story_no NOT IN (SELECT p.story_no FROM cluster_pending AS p WHERE p.place >= $first)
ORDER BY s.day, s.published, s.source_no, s.story_no;

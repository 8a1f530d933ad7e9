-- Leads near enough in time for these stories, into a file in their order; stories that wait for their own turn found nothing yet.
COPY (
    SELECT s.cluster_no, s.story_no, s.source_no, s.day, s.published, s.title, s.body FROM story_fact AS s
    WHERE s.is_lead AND s.day BETWEEN $from_day AND $to_day AND s.story_no NOT IN (SELECT p.story_no FROM read_parquet($new) AS p)
    ORDER BY s.day, s.published, s.source_no, s.story_no
) TO $held (FORMAT parquet, ROW_GROUP_SIZE 8192);

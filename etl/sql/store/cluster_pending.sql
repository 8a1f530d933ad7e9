-- Stories to be held against clusters, into a file in the order in which that is done: new ones, and lone ones with a new text. A founder
-- that has copies keeps them.
COPY (
    SELECT s.story_no, s.source_no, s.day, s.published, s.title, s.body FROM story_fact AS s
    WHERE s.is_lead AND s.cluster_no = s.story_no
      AND (s.first_run = $run_id OR (s.last_run = $run_id AND s.tagger = ''))
      AND s.story_no NOT IN (SELECT c.cluster_no FROM story_fact AS c WHERE c.cluster_no <> c.story_no)
    ORDER BY s.day, s.published, s.source_no, s.story_no
) TO $new (FORMAT parquet, ROW_GROUP_SIZE 8192);

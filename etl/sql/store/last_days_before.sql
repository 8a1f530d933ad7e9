-- The last day of each source's stories that came before this run, and the first of those that came with it.
SELECT src.id, max(s.day) FILTER (s.first_run <> $run_id) AS last_day, min(s.day) FILTER (s.first_run = $run_id) AS first_day
FROM story_fact AS s JOIN source AS src USING (source_no)
WHERE src.id IN (SELECT unnest($source_ids)) GROUP BY src.id;

-- How the fetched sources ended in the newest published runs that asked any, the newest first.
SELECT r.run_id, r.clock, s.source_id, s.outcome, s.reason
FROM source_run AS s JOIN run AS r USING (run_id)
WHERE r.run_id IN (SELECT run_id FROM run SEMI JOIN source_run USING (run_id) ORDER BY snapshot DESC LIMIT 50)
ORDER BY r.snapshot DESC, s.source_id

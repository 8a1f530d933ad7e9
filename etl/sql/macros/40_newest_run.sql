-- The run that made this snapshot: earlier ones were checked when they published, and what they said stays as it was.
CREATE OR REPLACE MACRO newest_run() AS (SELECT run_id FROM run ORDER BY snapshot DESC LIMIT 1);

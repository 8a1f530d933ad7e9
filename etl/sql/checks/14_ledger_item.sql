-- fail
-- The ledger's counts and its rows disagree: "what was set aside?" would list more or fewer than it says.
WITH item AS (
    SELECT run_id, source_id, level, disposition, count(*) AS n FROM ledger_item WHERE run_id = newest_run() GROUP BY ALL
)
SELECT run_id, source_id, level, disposition, l.n AS counted, i.n AS listed
FROM (FROM ledger WHERE disposition <> 'unchanged' AND run_id = newest_run()) AS l
FULL JOIN item AS i USING (run_id, source_id, level, disposition)
WHERE l.n IS DISTINCT FROM i.n;

-- How what these runs took in ended: a row for each level and ending, of all sources.
SELECT run_id, level, disposition, CAST(sum(n) AS BIGINT) AS n
FROM ledger WHERE list_contains($runs, run_id)
GROUP BY ALL ORDER BY run_id, level, disposition

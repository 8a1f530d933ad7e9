-- fail
-- The ledger does not sum to what the run took in: something was dropped and nobody would know what.
SELECT r.run_id, t.level, t.taken, coalesce(sum(l.n), 0) AS ended
FROM run AS r
CROSS JOIN LATERAL (SELECT unnest(['document', 'piece']) AS level, unnest([r.documents, r.pieces]) AS taken) AS t
LEFT JOIN ledger AS l ON l.run_id = r.run_id AND l.level = t.level
WHERE r.run_id = newest_run()
GROUP BY ALL HAVING coalesce(sum(l.n), 0) <> t.taken;

-- What was set aside or left out by all the runs behind this data, by source and reason, with when that was last.
SELECT l.source_id, coalesce(src.name, l.source_id) AS source, l.level, l.disposition, CAST(sum(l.n) AS BIGINT) AS n, max(r.clock) AS last
FROM ledger AS l
JOIN run AS r USING (run_id)
LEFT JOIN source AS src ON src.id = l.source_id
WHERE starts_with(l.disposition, 'rejected:') OR starts_with(l.disposition, 'quarantined:')
GROUP BY ALL ORDER BY n DESC, source, l.level, l.disposition

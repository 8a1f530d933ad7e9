-- What was set aside or left out by the runs behind this data, by source and reason, with when that was last. What several runs set
-- aside again counts once.
SELECT i.source_id, coalesce(src.name, i.source_id) AS source, i.level, i.disposition,
       count(DISTINCT (i.document_id, i.key)) AS n, max(r.clock) AS last
FROM ledger_item AS i
JOIN run AS r USING (run_id)
LEFT JOIN source AS src ON src.id = i.source_id
WHERE starts_with(i.disposition, 'rejected:') OR starts_with(i.disposition, 'quarantined:')
GROUP BY ALL ORDER BY n DESC, source, i.level, i.disposition

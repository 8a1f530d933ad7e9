-- The rows behind a number of the ledger, the newest run first; NULL asks for all. Of all runs together, what several took in alike
-- stands once, as in the newest. `total` counts them before they are cut to a page.
WITH found AS (
    SELECT i.rowid AS at_row, r.snapshot, i.source_id, i.document_id, i.level
    FROM ledger_item AS i JOIN run AS r USING (run_id)
    WHERE ($run IS NULL OR i.run_id = $run) AND ($source IS NULL OR i.source_id = $source)
      AND ($level IS NULL OR i.level = $level) AND ($disposition IS NULL OR i.disposition = $disposition)
    QUALIFY $run IS NOT NULL OR row_number() OVER (PARTITION BY i.source_id, i.level, i.disposition, i.document_id, i.key
                                                   ORDER BY r.snapshot DESC, i.rowid) = 1
),
page AS (
    SELECT * FROM found ORDER BY snapshot DESC, source_id, document_id, level, at_row LIMIT $at_most OFFSET $skip
)
SELECT r.clock, coalesce(src.name, i.source_id) AS source, i.level, i.disposition, i.key, i.detail, i.document_id,
       (SELECT count(*) FROM found) AS total
FROM page AS p
JOIN ledger_item AS i ON i.rowid = p.at_row
JOIN run AS r USING (run_id)
LEFT JOIN source AS src ON src.id = i.source_id
ORDER BY p.snapshot DESC, p.source_id, p.document_id, p.level, p.at_row

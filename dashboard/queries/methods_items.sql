-- The rows behind a number of the ledger, the newest run first; NULL asks for all. Of all runs together, what several took in alike
-- stands once, as in the newest: what has a mark of its own was taken in once, so that only the few others are held against each other.
-- `total` counts them before they are cut to a page.
WITH asked AS MATERIALIZED (
    SELECT i.rowid AS at_row, r.snapshot, i.source_id, i.document_id, i.level,
           CASE WHEN $run IS NULL THEN hash(i.source_id, i.level, i.disposition, i.document_id, i.key) END AS mark
    FROM ledger_item AS i JOIN run AS r USING (run_id)
    WHERE ($run IS NULL OR i.run_id = $run) AND ($source IS NULL OR i.source_id = $source)
      AND ($level IS NULL OR i.level = $level) AND ($disposition IS NULL OR i.disposition = $disposition)
),
again AS MATERIALIZED (SELECT mark FROM asked WHERE $run IS NULL GROUP BY mark HAVING count(*) > 1),
found AS MATERIALIZED (
    SELECT at_row, snapshot, source_id, document_id, level FROM asked ANTI JOIN again USING (mark)
    UNION ALL
    SELECT a.at_row, a.snapshot, a.source_id, a.document_id, a.level
    FROM asked AS a SEMI JOIN again USING (mark) JOIN ledger_item AS i ON i.rowid = a.at_row
    QUALIFY row_number() OVER (PARTITION BY i.source_id, i.level, i.disposition, i.document_id, i.key ORDER BY a.snapshot DESC, a.at_row) = 1
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

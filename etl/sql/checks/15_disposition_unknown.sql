-- fail
-- A disposition is none of the ledger's: it would stand outside every sum that a page shows.
SELECT DISTINCT level, disposition FROM ledger
WHERE NOT (disposition LIKE 'rejected:_%' OR disposition LIKE 'quarantined:_%'
    OR disposition IN (SELECT unnest(CASE level WHEN 'document' THEN ['split', 'unchanged', 'unchanged:held']
                                                ELSE ['new', 'updated', 'unchanged', 'copy'] END)));

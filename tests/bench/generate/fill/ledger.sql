INSERT INTO ledger_item
SELECT $run_id, src.id, 'document', d.document_id, d.document_id, 'split', ''
FROM document AS d JOIN source AS src USING (source_no)
UNION ALL
SELECT $run_id, src.id, 'piece', s.document_id, s.title, 'new', ''
FROM story_fact AS s JOIN source AS src USING (source_no);
INSERT INTO ledger
SELECT run_id, source_id, level, disposition, count(*) FROM ledger_item GROUP BY ALL ORDER BY ALL;

SELECT source_id, count(*) FROM ledger_item
WHERE run_id = $run_id AND level = 'piece' AND disposition = 'copy' GROUP BY source_id;

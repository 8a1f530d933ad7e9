-- What was set aside before: a run that only sets the same aside again has nothing new to say.
SELECT DISTINCT source_id, level, document_id, key, disposition, detail
FROM ledger_item WHERE disposition LIKE 'quarantined:%' OR disposition LIKE 'rejected:%';

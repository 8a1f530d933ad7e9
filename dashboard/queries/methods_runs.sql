-- The newest published runs, with what they took in.
SELECT run_id, snapshot, clock, finished, tagger, documents, pieces FROM run ORDER BY snapshot DESC LIMIT 30

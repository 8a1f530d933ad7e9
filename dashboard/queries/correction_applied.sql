-- The decisions that this snapshot has applied.
SELECT decision_id FROM decision

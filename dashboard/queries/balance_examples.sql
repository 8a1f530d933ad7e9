-- Targets that ship, in their order.
SELECT key, source_id, at_least, at_most, why FROM example_target ORDER BY position

-- The views that teach by a finding, in their order.
SELECT id, name, sentence, query, numbers FROM example_view ORDER BY position

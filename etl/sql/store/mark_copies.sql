-- What came as new and turned out to be a copy of a story that is held (contract 3); `detail` of a new piece is its story_id.
UPDATE ledger_item SET disposition = 'copy'
WHERE run_id = $run_id AND level = 'piece' AND disposition = 'new'
  AND detail IN (SELECT s.story_id FROM story_fact AS s WHERE s.first_run = $run_id AND s.cluster_no <> s.story_no);

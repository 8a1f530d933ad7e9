-- The words of stories that wait to be tagged again follow a renamed topic to its present id. One that was merged into another keeps its row
-- and number, and so its words, until its stories are tagged again.
UPDATE evidence SET tag_id = t.id
FROM (SELECT unnest(was) AS former, id FROM topic) AS t
WHERE evidence.tag_id = t.former AND evidence.kind IN ('topic', 'near', 'veto') AND t.former NOT IN (SELECT id FROM topic);
